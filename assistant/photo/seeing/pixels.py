"""The picture as a person sees it: decoded within bounds, turned upright, first frame only."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.photo.containers import jpeg
from assistant.photo.containers.parts import Broken, Format, sniff
from assistant.photo.decoders import MOST_PIXELS, open_image
from assistant.photo.details import Box

if TYPE_CHECKING:
    from PIL import Image

Pixels = NDArray[np.uint8]

MOST_SCANS = 100
"""Of one JPEG. Cameras and editors write about ten; each one costs a pass over all pixels."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "BMP")
"""Pillow's other readers are old or call other programs; nobody shares photos in them."""
_TURNED = ("TIFF", "HEIF")
"""Turned by their decoders, which give the size of the turned picture."""
_ORIENTATION = 0x0112
_UPSIDE = (5, 6, 7, 8)
"""Orientations that swap width and height."""
_REDUCIBLE = ("L", "RGB", "RGBA", "CMYK", "YCbCr")
_WARNINGS = threading.Lock()


class UnreadablePicture(ValueError):
    """The bytes are no picture that can be decoded to its end. The message never quotes them."""


class TooManyPixels(UnreadablePicture):
    """The picture is larger than is decoded."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as shown.

    Attributes:
        pixels: `(height, width, 3)` uint8, RGB, upright; maybe smaller than the picture is.
        width, height: Of the picture as shown at full size, in pixels.
        scale: Width of `pixels` by `width`; 1 where it was not made smaller.
    """

    pixels: Pixels
    width: int
    height: int
    scale: float = 1.0

    def box(self, left: float, top: float, right: float, bottom: float) -> Box | None:
        """A box of `pixels` in the picture at full size; None where nothing of it is inside."""
        x_scale = self.width / self.pixels.shape[1]
        y_scale = self.height / self.pixels.shape[0]
        x0, x1 = _inside(left * x_scale, self.width), _inside(right * x_scale, self.width)
        y0, y1 = _inside(top * y_scale, self.height), _inside(bottom * y_scale, self.height)
        return Box(x0, y0, x1 - x0, y1 - y0) if x1 > x0 and y1 > y0 else None

    def smaller(self, longest: int) -> Picture:
        """The same picture with its longer side at most `longest`; itself where it is."""
        import cv2

        high, wide = self.pixels.shape[:2]
        if max(high, wide) <= longest:
            return self
        ratio = longest / max(high, wide)
        size = (max(1, round(wide * ratio)), max(1, round(high * ratio)))
        pixels = cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA)
        return Picture(np.asarray(pixels, np.uint8), self.width, self.height, size[0] / self.width)


def open_picture(data: bytes, *, longest: int | None = None) -> Picture:
    """Decode a picture as it is shown.

    Transparent places become white. Colour profiles are not applied: nothing that
    is looked for depends on them.

    Args:
        longest: Longer side of the result in pixels, at most; None for full size. A JPEG
            is then decoded smaller to begin with, which saves time and memory.

    Raises:
        TooManyPixels: It has more than `MOST_PIXELS`.
        UnreadablePicture: It is no picture of a known format, or damaged, or cut.
    """
    if sniff(data) is Format.JPEG:
        _check_scans(data)
    with _silence():
        try:
            return _decode(data, longest)
        except UnreadablePicture:
            raise
        except MemoryError:
            raise TooManyPixels("the picture does not fit into memory") from None
        except Exception as error:  # noqa: BLE001 Pillow raises nearly anything on damaged files
            raise _problem(error) from None


def _decode(data: bytes, longest: int | None) -> Picture:
    with open_image(data, _FORMATS) as image:
        stored = image.size
        if stored[0] * stored[1] > MOST_PIXELS:
            raise TooManyPixels("the picture has more pixels than are decoded")
        turn = 1 if image.format in _TURNED else _orientation(image)
        if longest is not None and image.format in ("JPEG", "MPO"):
            image.draft("RGB", (min(longest, stored[0]), min(longest, stored[1])))
        image.load()
        pixels = _upright(_rgb(_reduced(image, longest)), turn)
    width, height = stored[::-1] if turn in _UPSIDE else stored
    picture = Picture(pixels, width, height, pixels.shape[1] / width)
    return picture if longest is None else picture.smaller(longest)


def _orientation(image: Image.Image) -> int:
    """Of Exif alone, as browsers do it; 1 where it is missing or makes no sense."""
    from PIL import Image

    exif = Image.Exif()
    block = image.info.get("exif")
    if not isinstance(block, bytes):
        return 1
    try:
        exif.load(block)
        value = exif.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 a damaged block raises nearly anything; it turns nothing
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _reduced(image: Image.Image, longest: int | None) -> Image.Image:
    """The picture no larger than asked for, before copies of it are made."""
    from PIL import Image

    most = max(image.size)
    if longest is None or most <= longest or image.mode not in _REDUCIBLE:
        return image
    size = tuple(max(1, round(side * longest / most)) for side in image.size)
    return image.resize((size[0], size[1]), Image.Resampling.HAMMING, reducing_gap=2.0)


def _rgb(image: Image.Image) -> Pixels:
    from PIL import Image

    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _grey(np.asarray(image, np.float32))
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    return np.asarray(image.convert("RGB"), np.uint8)


def _grey(values: NDArray[np.float32]) -> Pixels:
    """Deep grey levels as eight bits: from 16 bits where they need them."""
    top = float(values.max(initial=0))
    scale = 1.0 if top <= 255 else 255 / 65_535 if top <= 65_535 else 255 / top
    level = np.clip(np.nan_to_num(values) * scale, 0, 255).astype(np.uint8)
    return np.repeat(level[..., np.newaxis], 3, axis=2)


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Undo an Exif orientation."""
    if orientation in _UPSIDE:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _check_scans(data: bytes) -> None:
    """A JPEG of very many scans takes hours to decode; one that is cut is refused as well.

    Files without an end marker are left to Pillow, which decodes those whose scan is whole.
    """
    try:
        found = jpeg.pieces(data)
    except Broken as error:
        found = error.pieces
    if sum(piece.name == "SOS" for piece in found) > MOST_SCANS:
        raise UnreadablePicture("the picture has more scans than are decoded")


def _inside(value: float, end: int) -> int:
    return min(max(round(value), 0), end)


def _problem(error: Exception) -> UnreadablePicture:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, Image.DecompressionBombError):
        return TooManyPixels("the picture has more pixels than are decoded")
    if isinstance(error, UnidentifiedImageError):
        return UnreadablePicture("not a picture in a format that can be decoded")
    return UnreadablePicture("the picture is damaged or cut and cannot be decoded to its end")


@contextmanager
def _silence() -> Iterator[None]:
    """Pillow's warnings say nothing that is not found out here. One thread at a time."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
