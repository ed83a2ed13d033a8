"""Invented picture files with everything in them that a clean copy must not have."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from functools import cache

from PIL import Image, ImageCms, ImageDraw

SECRET = b"Mia Muster 48.2082"
"""Stands in every hiding place; no clean copy may hold it."""
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
VIDEO = b"\0\0\0\x14ftypmp42\0\0\0\0isom" + SECRET


def photo(mode: str = "RGB", size: tuple[int, int] = (83, 61), shade: int = 40) -> Image.Image:
    """A picture with edges and colours; its right half differs from its left."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((5, 8, 5 + size[0] // 3, size[1] - 9), fill=(200, shade, 90))
    draw.rectangle((size[0] // 2, 3, size[0] - 9, size[1] // 2), fill=(shade, 90, 220))
    return picture.convert(mode)


@cache
def colours() -> bytes:
    """A sound colour profile, the same each time although it holds the time it was made."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int | None = 6, big: bool = False) -> bytes:
    """A TIFF block with a name, perhaps an orientation, and a thumbnail that is the secret."""
    order = "big" if big else "little"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "big" if big else "little")

    entries = [(0x013B, 2, len(SECRET), None)]
    entries += [(0x0112, 3, 1, orientation)] if orientation else []
    entries.sort()
    end = 8 + 2 + 12 * len(entries) + 4
    second = end + len(SECRET)
    out = (b"MM\0*" if order == "big" else b"II*\0") + number(8, 4) + number(len(entries), 2)
    for tag, kind, count, value in entries:
        out += number(tag, 2) + number(kind, 2) + number(count, 4)
        out += number(end, 4) if value is None else number(value, 2) + b"\0\0"
    out += number(second, 4) + SECRET + number(2, 2)
    for tag, value in ((0x0201, second + 30), (0x0202, len(SECRET))):
        out += number(tag, 2) + number(4, 2) + number(1, 4) + number(value, 4)
    return out + number(0, 4) + SECRET


def jpeg(picture: Image.Image | None = None, **how: object) -> bytes:
    """A JPEG without metadata."""
    out = io.BytesIO()
    (picture or photo()).save(out, "JPEG", **{"quality": 88, **how})
    return out.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    """One JPEG segment."""
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


JPEG_DETAILS: dict[str, bytes] = {
    "Exif": segment(0xE1, b"Exif\0\0" + exif(None)),
    "XMP": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
    "XMP (extended)": segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"a" * 40 + SECRET),
    "list of further pictures": segment(0xE2, b"MPF\0" + SECRET),
    "content credentials (C2PA)": segment(0xEB, b"JP\0\1" + SECRET),
    "IPTC and Photoshop data": segment(0xED, b"Photoshop 3.0\x008BIM" + SECRET),
    "comment": segment(0xFE, SECRET),
    "unknown data": segment(0xE7, SECRET),
    "thumbnail": segment(0xE0, b"JFXX\0\x10" + SECRET),
}


def after_first(data: bytes, inserted: bytes) -> bytes:
    """A JPEG with bytes between SOI and its first segment."""
    return data[:2] + inserted + data[2:]


def png(picture: Image.Image | None = None, **how: object) -> bytes:
    """A PNG without metadata."""
    out = io.BytesIO()
    (picture or photo()).save(out, "PNG", **how)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    """One PNG chunk."""
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


PNG_DETAILS: dict[str, bytes] = {
    "Exif": chunk(b"eXIf", exif(None)),
    "XMP": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
    "text": chunk(b"tEXt", b"Author\0" + SECRET),
    "time of the last change": chunk(b"tIME", b"\x07\xe8\x01\x02\x03\x04\x05"),
    "content credentials (C2PA)": chunk(b"caBX", SECRET),
    "unknown data": chunk(b"prVt", SECRET),
}


def png_with(data: bytes, inserted: bytes) -> bytes:
    """A PNG with chunks after its IHDR."""
    return data[:33] + inserted + data[33:]


def webp(picture: Image.Image | None = None, **how: object) -> bytes:
    """A WebP; without arguments, without metadata."""
    out = io.BytesIO()
    (picture or photo()).save(out, "WEBP", **how)
    return out.getvalue()


def riff(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A WebP of these chunks."""
    body = b"WEBP" + b"".join(
        name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
        for name, content in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def frames(count: int = 3) -> list[Image.Image]:
    """Pictures that differ."""
    return [photo(shade=40 + 60 * i) for i in range(count)]


def moving(kind: str, **how: object) -> bytes:
    """An animation of three frames as GIF, WEBP or PNG."""
    out = io.BytesIO()
    first, *rest = frames()
    how = {"duration": [100, 200, 300], "loop": 2, **how}
    first.save(out, kind, save_all=True, append_images=rest, **how)
    return out.getvalue()


def gif_block(name: bytes, body: bytes) -> bytes:
    """An application extension of a GIF with one block of data."""
    return b"\x21\xff\x0b" + name + bytes((len(body),)) + body + b"\0"


def gif_with(data: bytes, inserted: bytes) -> bytes:
    """A GIF with blocks after its header."""
    flags = data[10]
    at = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    return data[:at] + inserted + data[at:]


def avif(picture: Image.Image | None = None, **how: object) -> bytes:
    """An AVIF; the small brother of HEIC, with the same boxes."""
    out = io.BytesIO()
    (picture or photo()).save(out, "AVIF", **{"speed": 10, **how})
    return out.getvalue()


def box(name: bytes, body: bytes) -> bytes:
    """One ISO box."""
    return (len(body) + 8).to_bytes(4, "big") + name + body


BROKEN: dict[str, bytes] = {
    "cut JPEG": jpeg()[: len(jpeg()) // 2],
    "200 bytes of a JPEG": jpeg()[:200],
    "cut PNG": png()[: len(png()) // 2],
    "cut WebP": webp()[: len(webp()) // 2],
    "cut GIF": moving("GIF")[: len(moving("GIF")) // 2],
    "cut AVIF": avif()[: len(avif()) // 2],
    "nothing": b"",
    "HTML": b"<!DOCTYPE html><html><body>404</body></html>" * 9,
    "start only": b"\xff\xd8\xff",
    "text": b"hello",
}
