"""Covering regions of a picture, so that what was there cannot be read off the copy."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.photo.clean.cleaning import clean
from assistant.photo.clean.covering import Style, cover, cut
from assistant.photo.clean.jpeg import clean_jpeg
from assistant.photo.clean.jpegtran import cover_blocks, grown, tables
from assistant.photo.clean.orientation import minimal_exif, shown_size, turn_back, turn_box
from assistant.photo.clean.pixels import Undecodable, decoded
from assistant.photo.clean.png import COLOURS, clean_png, with_chunks
from assistant.photo.clean.reencoding import reencode
from assistant.photo.clean.shapes import BadBox, CannotClean
from assistant.photo.containers.parts import Format, sniff
from assistant.photo.details import Box

if TYPE_CHECKING:
    from PIL import Image

MOST_BOXES = 1000
_ORIENTATION = 0x0112
_EIGHT_BITS = frozenset({"L", "LA", "RGB", "RGBA"})


@dataclass(frozen=True, slots=True)
class Redacted:
    """A clean copy with regions covered.

    Attributes:
        lossless: Whether all outside of the boxes is as it was. Decoders blend the colours of
            neighbours in many JPEGs, so up to two rows next to a box may look a shade different.
        boxes: What is covered, in the copy as shown: the asked boxes cut to the picture, in a
            JPEG grown to whole blocks.
    """

    data: bytes
    lossless: bool
    boxes: tuple[Box, ...]


def redact(data: bytes, boxes: Sequence[Box], style: Style = Style.SOLID) -> Redacted:
    """Cover boxes of the picture as it is shown, and take out what `clean` takes out.

    JPEG stays JPEG; HEIC and AVIF become what `reencode` makes of them, every other kind PNG.

    Raises:
        CannotClean: The picture cannot be decoded here, moves, or is too large.
        BadBox: No or more than `MOST_BOXES` boxes, or one that lies outside of the picture.
    """
    if not 0 < len(boxes) <= MOST_BOXES:
        raise BadBox(f"between 1 and {MOST_BOXES} boxes can be covered")
    kind = sniff(data)
    if kind in (Format.HEIF, Format.AVIF):
        return replace(redact(reencode(data).data, boxes, style), lossless=False)
    if kind in (Format.JPEG, Format.PNG):
        data = clean(data).data
    try:
        picture = decoded(data, upright=kind is not Format.JPEG)
    except Undecodable as error:
        raise CannotClean(str(error), reencode=False) from None
    if kind is Format.JPEG:
        return _jpeg(data, picture, boxes, style)
    return _png(data, picture, boxes, style)


def _jpeg(data: bytes, picture: Image.Image, boxes: Sequence[Box], style: Style) -> Redacted:
    turned = int(picture.getexif().get(_ORIENTATION, 1))
    across = turned >= 5
    asked = cut(boxes, *shown_size(turned, *picture.size))
    stored = grown(picture, [turn_box(box, turned, *picture.size) for box in asked])
    shown = tuple(turn_back(box, turned, *picture.size) for box in stored)
    if (out := cover_blocks(data, picture, stored, style, across)) is not None:
        return Redacted(clean_jpeg(out).data, lossless=True, boxes=shown)
    alike = tables(picture) | {"icc_profile": picture.info.get("icc_profile")}
    if turned > 1:
        alike["exif"] = b"Exif\0\0" + minimal_exif(turned)
    for box in stored:
        cover(picture, box, style, across)
    picture.info = {}
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", **alike)
    return Redacted(clean_jpeg(encoded.getvalue()).data, lossless=False, boxes=shown)


def _png(data: bytes, picture: Image.Image, boxes: Sequence[Box], style: Style) -> Redacted:
    asked = cut(boxes, *picture.size)
    source, colours = picture.format, picture.info.get("icc_profile")
    drawn = _drawable(picture)
    for box in asked:
        cover(drawn, box, style, across=False)
    out = io.BytesIO()
    drawn.info = {}
    drawn.save(out, "PNG", icc_profile=colours)
    encoded = out.getvalue()
    if source == "PNG":
        encoded = with_chunks(encoded, data, COLOURS | {"pHYs"})
    return Redacted(clean_png(encoded).data, _lossless(data, source, drawn.mode), asked)


def _drawable(picture: Image.Image) -> Image.Image:
    """The same pixels in a mode that holds every colour."""
    clear = "transparency" in picture.info
    if picture.mode == "I;16" or (picture.mode in _EIGHT_BITS and not clear):
        return picture
    if picture.mode in ("1", "L"):
        return picture.convert("LA" if clear else "L")
    return picture.convert("RGBA" if clear or picture.mode in ("PA", "La", "RGBa") else "RGB")


def _lossless(data: bytes, source: str | None, mode: str) -> bool:
    """Whether decoding kept all of the pixels: PNG has up to 16 bits, of which colours lose 8."""
    if source == "PNG":
        return data[24] <= 8 or mode == "I;16"
    return source in ("WEBP", "GIF")
