"""Whether a second picture in a file shows the same as the one that is seen."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.photo.decoders import MOST_PIXELS, open_image

if TYPE_CHECKING:
    from PIL.Image import Image

SAME = 0.8
"""Correlation from which two pictures show the same."""
DIFFERENT = 0.6
"""Correlation under which they do not; between the two a person has to look."""
QUICK_BYTES = 1 << 20
"""Size of a file up to which its picture is decoded in about ten milliseconds."""
_SIDE = 96
"""Long side at which pictures are compared."""
_BLACK = 12
"""Grey level up to which a row or column of a thumbnail is a black bar."""
_FLAT = 4.0
"""Standard deviation of grey levels under which a picture is too even to compare."""
_TRIMS = ((0.0, 0.0), (0.0, 0.06), (0.13, 0.0))
"""Shares cut off left and right, top and bottom: cameras that fit 3:2 into 4:3 or the reverse."""

Grey = NDArray[np.float64]


def likeness(shown: bytes, hidden: bytes) -> float | None:
    """Grey-level correlation of two pictures, in [-1, 1]; the best over rotations and trims.

    Black bars around the hidden one are cut off first. None where one of them
    cannot be decoded, is larger than `MOST_PIXELS`, or is too even to tell.
    """
    picture, other = _open(shown), _open(hidden)
    if picture is None or other is None:
        return None
    bars = _without_bars(np.asarray(other, dtype=np.float64))
    if bars is None or bars.std() < _FLAT:
        return None
    best: float | None = None
    for turns in range(4):
        turned = np.rot90(bars, turns)
        for sides, ends in _TRIMS:
            score = _correlation(picture, _trimmed(turned, sides, ends))
            if score is not None and (best is None or score > best):
                best = score
        if best is not None and best >= SAME:
            break
    return best


def size_of(hidden: bytes) -> tuple[int, int] | None:
    """Width and height of an embedded picture; None where it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_image(hidden) as opened:
                return opened.size
    except Exception:  # noqa: BLE001 Pillow raises anything on hostile bytes; unread is told as None
        return None


def _open(data: bytes) -> Image | None:
    """The picture in grey, small, as stored."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_image(data) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return None
                opened.draft("L", (4 * _SIDE, 4 * _SIDE))
                grey = opened.convert("L")
                grey.thumbnail((2 * _SIDE, 2 * _SIDE))
                return grey
    except Exception:  # noqa: BLE001 as in `size_of`
        return None


def _without_bars(pixels: Grey) -> Grey | None:
    """The part inside black bars; None where all is black."""
    bright = pixels > _BLACK
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    if not rows.size or not columns.size:
        return None
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _trimmed(pixels: Grey, sides: float, ends: float) -> Grey:
    height, width = pixels.shape
    x, y = int(width * sides), int(height * ends)
    return pixels[y : height - y or None, x : width - x or None]


def _correlation(picture: Image, hidden: Grey) -> float | None:
    """Pearson correlation at the hidden picture's size; None where one of them is even."""
    from PIL import Image

    small = Image.fromarray(hidden.astype(np.uint8))
    small.thumbnail((_SIDE, _SIDE))
    first = np.asarray(small, dtype=np.float64)
    second = np.asarray(picture.resize(small.size), dtype=np.float64)
    if first.std() < _FLAT or second.std() < _FLAT:
        return None
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])
