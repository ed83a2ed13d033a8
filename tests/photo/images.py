"""Small files of every format with given metadata, built byte by byte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO

XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_HEAD = b"http://ns.adobe.com/xmp/extension/\0"
ASCII, SHORT, LONG, RATIONAL, UNDEFINED, BYTE = 2, 3, 4, 5, 7, 1
Value = tuple[int, Sequence[int] | bytes | str | Sequence[tuple[int, int]]]
"""Type and what it holds."""
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "GDepth": "http://ns.google.com/photos/1.0/depthmap/",
}


def text(words: str) -> Value:
    return ASCII, words


def packed(value: Value, order: str) -> tuple[int, bytes]:
    """How many values, and their bytes."""
    kind, held = value
    if isinstance(held, str):
        return len(held.encode()) + 1, held.encode() + b"\0"
    if isinstance(held, bytes):
        return len(held), held
    if kind == RATIONAL:
        return len(held), b"".join(struct.pack(order + "II", *pair) for pair in held)  # type: ignore[misc]
    letter = {BYTE: "B", SHORT: "H", LONG: "I"}[kind]
    return len(held), struct.pack(f"{order}{len(held)}{letter}", *held)


def directory(
    tags: Mapping[int, Value], at: int, following: int = 0, order: str = "<", base: int = 0
) -> bytes:
    """One directory that stands at an offset, with its values after it."""
    head = struct.pack(order + "H", len(tags))
    after = at + 2 + 12 * len(tags) + 4
    extra = b""
    for tag, value in sorted(tags.items()):
        count, data = packed(value, order)
        if len(data) > 4:
            place = struct.pack(order + "I", after + len(extra) - base)
            extra += data + bytes(len(data) % 2)
        else:
            place = data.ljust(4, b"\0")
        head += struct.pack(order + "HHI", tag, value[0], count) + place
    return head + struct.pack(order + "I", following) + extra


def tiff(
    ifd0: Mapping[int, Value],
    exif: Mapping[int, Value] | None = None,
    gps: Mapping[int, Value] | None = None,
    thumbnail: bytes = b"",
    *,
    order: str = "<",
) -> bytes:
    """A TIFF block with the directories of Exif; a thumbnail makes an IFD1."""
    tags: dict[int, Value] = dict(ifd0)
    below = [(0x8769, exif), (0x8825, gps)]
    for tag, inner in below:
        if inner is not None:
            tags[tag] = (LONG, [0])
    size = len(directory(tags, 8, order=order))
    at, parts = 8 + size, b""
    for tag, inner in below:
        if inner is not None:
            tags[tag] = (LONG, [at])
            parts += directory(inner, at, order=order)
            at = 8 + size + len(parts)
    following = 0
    if thumbnail:
        following = at
        second: dict[int, Value] = {0x0201: (LONG, [0]), 0x0202: (LONG, [len(thumbnail)])}
        second[0x0201] = (LONG, [at + len(directory(second, at, order=order))])
        parts += directory(second, at, order=order) + thumbnail
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(order + "I", 8) + directory(tags, 8, following, order) + parts


def degrees(number: float) -> Value:
    """Degrees, minutes and hundredths of seconds."""
    minutes = number % 1 * 60
    return RATIONAL, [(int(number), 1), (int(minutes), 1), (round(minutes % 1 * 6000), 100)]


def gps(latitude: float, longitude: float, **further: Value) -> dict[int, Value]:
    """A GPS directory."""
    return {
        1: text("N" if latitude >= 0 else "S"),
        2: degrees(abs(latitude)),
        3: text("E" if longitude >= 0 else "W"),
        4: degrees(abs(longitude)),
    } | {int(name[1:]): value for name, value in further.items()}


@cache
def picture(form: str = "JPEG", width: int = 24, height: int = 16) -> bytes:
    """A grey picture without metadata."""
    from PIL import Image

    held = BytesIO()
    Image.new("RGB", (width, height), (90, 90, 90)).save(held, form)
    return held.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes, trailer: bytes = b"", width: int = 24, height: int = 16) -> bytes:
    """A JPEG with segments after its start."""
    plain = picture("JPEG", width, height)
    return plain[:2] + b"".join(segments) + plain[2:] + trailer


def app1_exif(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


def app1_xmp(packet: bytes) -> bytes:
    return segment(0xE1, XMP_HEAD + packet)


def xmp(inside: str = "", attributes: str = "") -> bytes:
    """A packet with properties as attributes or elements of its description."""
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Test 1.0">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>{inside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc(*records: tuple[int, int, str]) -> bytes:
    """IPTC records: record, data set, text."""
    return b"".join(
        bytes((0x1C, record, number)) + struct.pack(">H", len(words.encode())) + words.encode()
        for record, number, words in records
    )


def resource(number: int, body: bytes) -> bytes:
    """One image resource of Photoshop."""
    head = b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(body))
    return head + body + bytes(len(body) % 2)


def app13(*resources: bytes) -> bytes:
    return segment(0xED, b"Photoshop 3.0\0" + b"".join(resources))


def chunk(name: str, body: bytes) -> bytes:
    """A chunk of PNG."""
    crc = zlib.crc32(name.encode() + body)
    return struct.pack(">I", len(body)) + name.encode() + body + struct.pack(">I", crc)


def png(*chunks: bytes, trailer: bytes = b"") -> bytes:
    """A PNG with chunks after its header."""
    plain = picture("PNG")
    return plain[:33] + b"".join(chunks) + plain[33:] + trailer


def riff(name: str, body: bytes) -> bytes:
    return name.encode() + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp(*chunks: bytes) -> bytes:
    """A WebP with chunks after its picture."""
    body = b"WEBP" + picture("WEBP")[12:] + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(*blocks: bytes) -> bytes:
    """A GIF with blocks before its end."""
    plain = picture("GIF")
    return plain[:-1] + b"".join(blocks) + b";"


def sub_blocks(data: bytes) -> bytes:
    rows = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"".join(bytes((len(row),)) + row for row in rows) + b"\0"


def box(name: str, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name.encode("latin-1") + body


def heif(*items: tuple[str, bytes], extra: bytes = b"", brand: bytes = b"heic") -> bytes:
    """A file of items: type (`mime` for XMP) and bytes. There is no picture in it."""
    entries = b"".join(
        box(
            "infe",
            b"\x02\0\0\0"
            + struct.pack(">HH", number, 0)
            + kind.encode()
            + b"\0"
            + (b"application/rdf+xml\0" if kind == "mime" else b""),
        )
        for number, (kind, _) in enumerate(items, 1)
    )
    iinf = box("iinf", b"\0\0\0\0" + struct.pack(">H", len(items)) + entries)
    first = box("ftyp", brand + b"\0\0\0\0mif1" + brand)

    def meta(start: int) -> bytes:
        rows, at = b"", start
        for number, (_, body) in enumerate(items, 1):
            rows += struct.pack(">HHHII", number, 0, 1, at, len(body))
            at += len(body)
        iloc = box("iloc", b"\0\0\0\0\x44\0" + struct.pack(">H", len(items)) + rows)
        return box("meta", b"\0\0\0\0" + iinf + iloc)

    start = len(first) + len(meta(0)) + 8
    held = b"".join(body for _, body in items)
    return first + meta(start) + box("mdat", held) + extra


def mp4(user: bytes = b"", *, seconds: int = 3_600_000_000, further: bytes = b"") -> bytes:
    """A movie without tracks: its dates, its user data."""
    mvhd = box("mvhd", struct.pack(">III", 0, seconds, seconds) + bytes(88))
    moov = box("moov", mvhd + (box("udta", user) if user else b"") + further)
    return box("ftyp", b"mp42\0\0\0\0mp42isom") + moov + box("mdat", b"\0" * 16)


def user_text(name: str, words: str) -> bytes:
    """A text of QuickTime's user data."""
    body = words.encode()
    return box(name, struct.pack(">HH", len(body), 0x15C7) + body)
