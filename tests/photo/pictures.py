"""Invented photos with the metadata that a test asks for, made by Pillow."""

from __future__ import annotations

import io
import zlib
from datetime import datetime

import numpy as np
from PIL import Image

from assistant.photo.details import Position

MAKE, MODEL, SOFTWARE, ARTIST, DATE = 0x010F, 0x0110, 0x0131, 0x013B, 0x0132
EXIF_IFD, GPS_IFD, TAKEN, SERIAL = 0x8769, 0x8825, 0x9003, 0xA431


def blotches(seed: int = 1, width: int = 320, height: int = 240) -> Image.Image:
    """Soft coloured blotches, different for each seed; nothing that could be a face or text."""
    small = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def photo(
    *,
    position: Position | None = None,
    taken: datetime | None = None,
    serial: str = "",
    artist: str = "",
    camera: bool = False,
    seed: int = 1,
) -> bytes:
    """A JPEG with just that in its Exif."""
    picture = blotches(seed)
    exif = Image.Exif()
    if camera:
        exif[MAKE], exif[MODEL] = "Examplecam", "One"
    if artist:
        exif[ARTIST] = artist
    details = exif.get_ifd(EXIF_IFD)
    if taken:
        details[TAKEN] = f"{taken:%Y:%m:%d %H:%M:%S}"
    if serial:
        details[SERIAL] = serial
    if position:
        places = exif.get_ifd(GPS_IFD)
        places[1] = "N" if position.latitude >= 0 else "S"
        places[2] = _degrees(position.latitude)
        places[3] = "E" if position.longitude >= 0 else "W"
        places[4] = _degrees(position.longitude)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def plain(kind: str = "JPEG") -> bytes:
    """A picture with nothing beside it."""
    out = io.BytesIO()
    blotches().save(out, kind)
    return out.getvalue()


def _degrees(value: float) -> tuple[float, float, float]:
    whole = abs(value)
    minutes = (whole - int(whole)) * 60
    return float(int(whole)), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)


def unopenable() -> bytes:
    """A PNG whose file is sound and whose pixels cannot be decoded."""
    size = (40).to_bytes(4, "big") * 2
    parts = {b"IHDR": size + bytes([8, 2, 0, 0, 0]), b"IDAT": b"no pixels", b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in parts.items()
    )
