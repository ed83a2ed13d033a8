"""The orientation of a picture: the one thing of Exif that its clean copy still needs."""

from __future__ import annotations

from typing import Literal

from assistant.photo.details import Box

_Order = Literal["little", "big"]

_ORIENTATION = 0x0112
_THUMBNAIL_LENGTH = 0x0202
_SHORT, _LONG = 3, 4
_MOST_ENTRIES = 1000
_MINIMAL = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0%c\0\0\0\0\0\0\0"
_BACK = {6: 8, 8: 6}


def read_orientation(block: bytes) -> int:
    """Exif orientation 1–8 of an Exif block; 1 where none can be read."""
    tiff = _tiff(block)
    order = _order(tiff)
    if order is None:
        return 1
    value = _entries(tiff, int.from_bytes(tiff[4:8], order), order)[0].get(_ORIENTATION, 1)
    return value if 1 <= value <= 8 else 1


def thumbnail_size(block: bytes) -> int:
    """Bytes of the thumbnail that an Exif block says it has; 0 for none."""
    tiff = _tiff(block)
    order = _order(tiff)
    if order is None:
        return 0
    _, following = _entries(tiff, int.from_bytes(tiff[4:8], order), order)
    size = _entries(tiff, following, order)[0].get(_THUMBNAIL_LENGTH, 0) if following else 0
    return min(size, len(block))


def minimal_exif(orientation: int) -> bytes:
    """A block of 26 bytes that says nothing but the orientation."""
    return _MINIMAL % orientation


def turn_box(box: Box, orientation: int, width: int, height: int) -> Box:
    """A box of the picture as shown, in the picture as stored.

    Args:
        width, height: Of the picture as stored, in pixels.
    """
    x, y, w, h = box.x, box.y, box.width, box.height
    right, below = width - x - w, height - y - h
    return {
        2: Box(right, y, w, h),
        3: Box(right, below, w, h),
        4: Box(x, below, w, h),
        5: Box(y, x, h, w),
        6: Box(y, height - x - w, h, w),
        7: Box(width - y - h, height - x - w, h, w),
        8: Box(width - y - h, x, h, w),
    }.get(orientation, box)


def turn_back(box: Box, orientation: int, width: int, height: int) -> Box:
    """The reverse of `turn_box`, with the same size of the picture as stored."""
    shown = shown_size(orientation, width, height)
    return turn_box(box, _BACK.get(orientation, orientation), *shown)


def shown_size(orientation: int, width: int, height: int) -> tuple[int, int]:
    """Width and height of the picture as shown."""
    return (height, width) if orientation >= 5 else (width, height)


def _tiff(block: bytes) -> bytes:
    """The block from its TIFF header on: programs put up to 16 bytes before it."""
    starts = [at for magic in (b"II*\0", b"MM\0*") if (at := block.find(magic, 0, 20)) != -1]
    return block[min(starts) :] if starts else b""


def _order(tiff: bytes) -> _Order | None:
    """Which byte of a number comes first."""
    if tiff[:2] == b"II":
        return "little"
    return "big" if tiff[:2] == b"MM" else None


def _entries(tiff: bytes, at: int, order: _Order) -> tuple[dict[int, int], int]:
    """Tag → value of the single numbers in a directory, and where the next directory is."""
    count = int.from_bytes(tiff[at : at + 2], order)
    end = at + 2 + 12 * count
    if at < 8 or count > _MOST_ENTRIES:
        return {}, 0
    found: dict[int, int] = {}
    for start in range(at + 2, min(end, len(tiff) - 11), 12):
        tag, kind = (int.from_bytes(tiff[start + i : start + i + 2], order) for i in (0, 2))
        size = {_SHORT: 2, _LONG: 4}.get(kind)
        if size and int.from_bytes(tiff[start + 4 : start + 8], order) == 1:
            found.setdefault(tag, int.from_bytes(tiff[start + 8 : start + 8 + size], order))
    return found, int.from_bytes(tiff[end : end + 4], order) if end + 4 <= len(tiff) else 0
