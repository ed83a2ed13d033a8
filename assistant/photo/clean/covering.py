"""Drawing over a box of a decoded picture, in one colour or as a coarse mosaic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.photo.clean.shapes import BadBox
from assistant.photo.details import Box

if TYPE_CHECKING:
    from PIL import Image

_CELLS = 4
"""At most so many down a box. Finer cells leave text readable to a machine; measured, h/8 did."""
_BLACK: dict[str, tuple[int, ...]] = {
    "RGB": (0, 0, 0),
    "RGBA": (0, 0, 0, 255),
    "LA": (0, 255),
    "CMYK": (0, 0, 0, 255),
}


class Style(StrEnum):
    """How a region is covered."""

    SOLID = "solid"
    """One colour: nothing of the region is left."""
    MOSAIC = "mosaic"
    """Cells of at least a quarter of the region's height: for faces, not for text."""


def cut(boxes: Iterable[Box], width: int, height: int) -> tuple[Box, ...]:
    """Each box as far as it lies in a picture of that size.

    Raises:
        BadBox: One does not lie in it at all.
    """
    found: list[Box] = []
    for box in boxes:
        left, top = max(0, box.x), max(0, box.y)
        right, bottom = min(width, box.x + box.width), min(height, box.y + box.height)
        if right <= left or bottom <= top:
            raise BadBox("a box lies outside of the picture")
        found.append(Box(left, top, right - left, bottom - top))
    return tuple(found)


def cover(picture: Image.Image, box: Box, style: Style, across: bool) -> None:
    """Draw over a box, in place.

    Args:
        across: Whether the picture is shown turned by a quarter, so that the height of the box
            as shown is its width here.
    """
    corners = corners_of(box)
    if style is Style.SOLID:
        picture.paste(_BLACK.get(picture.mode, 0), corners)
    else:
        picture.paste(mosaic(picture.crop(corners), across), corners[:2])


def mosaic(part: Image.Image, across: bool) -> Image.Image:
    """The part as cells, each in the mean colour of what it covers."""
    from PIL import Image

    cell = -(-(part.width if across else part.height) // _CELLS)
    cells = (max(1, part.width // cell), max(1, part.height // cell))
    return part.resize(cells, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)


def corners_of(box: Box) -> tuple[int, int, int, int]:
    """Left, top, right, bottom."""
    return box.x, box.y, box.x + box.width, box.y + box.height
