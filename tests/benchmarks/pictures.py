"""Invented photos: real sizes, and the metadata that cameras and programs write."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from tests.photo import images

PHONE = "+43 660 5550123"
WIFI = "WIFI:T:WPA;S:Example Home;P:not-a-real-password;;"
_GRAIN = 6.0
"""Standard deviation of the noise: 12 megapixels at quality 85 become about 2 MB."""
_PICTURES = 4
"""Different pictures in a folder of any size; what surrounds them differs in each file."""


def photo_with_everything(number: int, picture: bytes, thumbnail: bytes) -> bytes:
    """A JPEG with Exif, maker notes, GPS, XMP, IPTC and a thumbnail.

    Args:
        number: Makes the serial (one of ten), the place and the time.
    """
    block = images.tiff(
        {
            0x010E: images.text("A day out"),
            0x010F: images.text("NIKON CORPORATION"),
            0x0110: images.text("NIKON Example 1"),
            0x0112: (images.SHORT, [1]),
            0x0131: images.text("Ver.1.01"),
            0x0132: images.text(_taken(number)),
            0x013B: images.text("Ada Example"),
            0x8298: images.text("(c) 2025 Ada Example"),
        },
        exif={
            0x829A: (images.RATIONAL, [(1, 250)]),
            0x829D: (images.RATIONAL, [(28, 10)]),
            0x8827: (images.SHORT, [200]),
            0x9003: images.text(_taken(number)),
            0x9004: images.text(_taken(number)),
            0x9010: images.text("+01:00"),
            0x9204: (images.RATIONAL, [(0, 1)]),
            0x920A: (images.RATIONAL, [(350, 10)]),
            0x9291: images.text("42"),
            0xA002: (images.LONG, [4000]),
            0xA003: (images.LONG, [3000]),
            0xA420: images.text(f"{number:032x}"),
            0xA431: images.text(f"90123456{number % 10:02d}"),
            0xA434: images.text("35mm f/2.8"),
            0x927C: (images.UNDEFINED, _maker_note(number)),
        },
        gps=images.gps(48.0 + number % 97 / 100, 16.0 + number % 89 / 100),
        thumbnail=thumbnail,
    )
    packet = images.xmp(
        "<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li></rdf:Seq></dc:creator>"
        "<xmpMM:History><rdf:Seq>"
        + "".join(
            f'<rdf:li stEvt:action="saved" stEvt:instanceID="xmp.iid:{number:04d}-{step}"'
            ' stEvt:softwareAgent="Example Editor 2.1"/>'
            for step in range(5)
        )
        + "</rdf:Seq></xmpMM:History>",
        f'xmp:CreatorTool="Example Editor 2.1" xmpMM:DocumentID="xmp.did:{number:08d}"'
        ' photoshop:City="Vienna"',
    )
    told = images.iptc((2, 80, "Ada Example"), (2, 90, "Vienna"), (2, 120, "A day out"))
    segments = (
        images.app1_exif(block),
        images.app1_xmp(packet),
        images.app13(images.resource(0x0404, told)),
    )
    return picture[:2] + b"".join(segments) + picture[2:]


def fill(folder: Path, count: int) -> None:
    """Write a folder of photos of 12 megapixels, each with its own metadata."""
    for number, data in zip(range(count), _endless(), strict=False):
        (folder / f"{number:05d}.jpg").write_bytes(data)


def _endless() -> Iterator[bytes]:
    number = 0
    while True:
        yield photo_with_everything(number, *large_picture(number % _PICTURES))
        number += 1


@cache
def large_picture(seed: int) -> tuple[bytes, bytes]:
    """An encoded picture of 12 megapixels without metadata, and its thumbnail."""
    return _encoded(_grainy(seed))


@cache
def small_picture(seed: int) -> tuple[bytes, bytes]:
    """An encoded picture of a third of a megapixel, and its thumbnail."""
    return _encoded(_grainy(seed).resize((640, 480)))


def telling_picture() -> bytes:
    """A photo of 12 megapixels that shows a phone number and a code, with Exif."""
    whole = _grainy(7)
    draw = ImageDraw.Draw(whole)
    draw.rectangle((300, 2200, 1900, 2800), fill="white")
    draw.text((380, 2260), "Ada Example", fill="black", font=ImageFont.load_default(size=150))
    draw.text((380, 2520), PHONE, fill="black", font=ImageFont.load_default(size=150))
    code = zxingcpp.create_barcode(WIFI, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=20, add_quiet_zones=True))
    whole.paste(drawn.convert("RGB").resize((900, 900)), (2700, 300))
    return photo_with_everything(0, *_encoded(whole))


def _grainy(seed: int) -> Image.Image:
    """Soft blotches under sensor noise, 4000 × 3000."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 255, (9, 12, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize((4000, 3000), Image.Resampling.BICUBIC), dtype=np.float32)
    noise = random.normal(0.0, _GRAIN, (3000, 4000, 1)).astype(np.float32)
    return Image.fromarray(np.clip(soft + noise, 0, 255).astype(np.uint8))


def _encoded(picture: Image.Image) -> tuple[bytes, bytes]:
    small = picture.copy()
    small.thumbnail((160, 120))
    return _jpeg(picture, 85), _jpeg(small, 75)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _taken(number: int) -> str:
    return f"2025:{1 + number // 28 % 12:02d}:{1 + number % 28:02d} {number % 24:02d}:30:00"


def _maker_note(number: int) -> bytes:
    """Notes with a directory of their own: firmware, serial, count of the shutter."""
    tags: dict[int, images.Value] = {
        0x0001: (images.UNDEFINED, b"0211"),
        0x0004: images.text("FINE"),
        0x0005: images.text("AUTO1"),
        0x001D: images.text(f"60{number % 10:05d}"),
        0x00A7: (images.LONG, [1000 + number]),
    }
    return b"Nikon\0\x02\x10\0\0" + images.tiff(tags)
