"""A new encoding of a picture, for files that cannot be cleaned otherwise."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from assistant.photo.clean.jpeg import clean_jpeg
from assistant.photo.clean.pixels import Undecodable, decoded
from assistant.photo.clean.png import clean_png
from assistant.photo.clean.shapes import CannotClean, Cleaned, Removed

if TYPE_CHECKING:
    from PIL import Image

_QUALITY = 92
_AS_JPEG = frozenset({"L", "RGB", "CMYK"})
_AS_PNG = frozenset({"1", "LA", "P", "PA", "RGBA", "I;16"})
_TO_RGB = frozenset({"YCbCr", "LAB", "HSV", "RGBX"})
_TO_RGBA = frozenset({"RGBa", "La"})
_MODES = _AS_JPEG | _AS_PNG | _TO_RGB | _TO_RGBA


def reencode(data: bytes) -> Cleaned:
    """The picture decoded, turned as it is shown, and written anew: JPEG, or PNG where it has
    transparency, a palette or 16 bits. The colour profile stays. The pixels change a little.

    Raises:
        CannotClean: It cannot be decoded here, moves, has pages, or is too large.
    """
    try:
        picture = decoded(data, upright=True)
    except Undecodable as error:
        raise CannotClean(str(error), reencode=False) from None
    if picture.mode not in _MODES:
        raise CannotClean("Neither JPEG nor PNG can hold such pixels.", reencode=False)
    encoded = _encoded(picture)
    cleaned = clean_png(encoded) if encoded[:1] == b"\x89" else clean_jpeg(encoded)
    gone = Removed("everything but the picture", "whole file", len(data))
    return Cleaned(cleaned.data, cleaned.format, (gone,), cleaned.kept)


def can_reencode(data: bytes) -> bool:
    """Whether `reencode` would give a copy: decodes the whole picture."""
    try:
        return decoded(data).mode in _MODES
    except Undecodable:
        return False


def _encoded(picture: Image.Image) -> bytes:
    colours = picture.info.get("icc_profile")
    whole = picture
    if picture.mode in _TO_RGB | _TO_RGBA:
        whole = picture.convert("RGB" if picture.mode in _TO_RGB else "RGBA")
        colours = None
    out = io.BytesIO()
    clear = whole.info.get("transparency")
    whole.info = {} if clear is None else {"transparency": clear}
    if whole.mode in _AS_JPEG and clear is None:
        whole.save(out, "JPEG", quality=_QUALITY, optimize=True, icc_profile=colours)
    else:
        whole.save(out, "PNG", icc_profile=colours)
    return out.getvalue()
