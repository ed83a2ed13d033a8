"""Decoding with bounds: whether two files show the same picture."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.photo.decoders import MOST_PIXELS, open_image

if TYPE_CHECKING:
    from PIL import Image

_MOST_FRAMES = 500
_MOST_IN_ALL = 1_000_000_000
"""Pixels of all frames together."""
_SUB_IFDS, _DNG_VERSION = 330, 50706
"""TIFF tags of raw files."""
_STILL_AFTER_ALL = frozenset({"JPEG", "MPO", "HEIF"})
"""What a file of these has beside the picture that is shown is not a frame but a hidden picture."""


class Undecodable(ValueError):
    """The picture cannot be decoded here: unknown, damaged or too large. Says so in a sentence."""


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, not yet decoded; every failure of the decoder in the block becomes one kind.

    Raises:
        Undecodable: It is no picture, it is damaged, or it has more than `MOST_PIXELS`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The decoder warns of size and of odd metadata.
        try:
            with open_image(data) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Undecodable("The picture is too large to be decoded here.")
                yield picture
        except Undecodable:
            raise
        except Exception:  # noqa: BLE001 - decoders raise what they like on bad files
            raise Undecodable("The picture cannot be decoded here.") from None


def decoded(data: bytes, upright: bool = False) -> Image.Image:
    """The whole picture as pixels.

    Args:
        upright: Turn it as it is shown.

    Raises:
        Undecodable: As for `opened`; or it moves, has pages, or is a raw file, of which only a
            preview would be decoded.
    """
    from PIL import ImageOps

    with opened(data) as picture:
        tags = getattr(picture, "tag_v2", {})
        if moves(picture) or _SUB_IFDS in tags or _DNG_VERSION in tags:
            raise Undecodable("The file has several pictures or pages, or is a raw file.")
        picture.load()
        if upright:
            ImageOps.exif_transpose(picture, in_place=True)
    return picture


def moves(picture: Image.Image) -> bool:
    """Whether the picture has more than one frame or page."""
    if picture.format in _STILL_AFTER_ALL:
        return False
    try:
        picture.seek(1)
    except EOFError:
        return False
    finally:
        picture.seek(0)
    return True


def same_pixels(first: bytes, second: bytes) -> bool | None:
    """Whether two files decode to the same pixels, frame by frame, orientation not applied.

    The first 500 frames of an animation are compared.

    Returns:
        None where the first cannot be decoded here or is too large to be; a second one that
        cannot is not the same.
    """
    try:
        frames = _hashes(first)
    except Undecodable:
        return None
    try:
        return frames == _hashes(second)
    except Undecodable:
        return False


def _hashes(data: bytes) -> list[bytes]:
    """A hash of each frame.

    Raises:
        Undecodable: It cannot be decoded here, or is too large to be.
    """
    with opened(data) as picture:
        return list(_frames(picture))


def _frames(picture: Image.Image) -> Iterator[bytes]:
    """A hash of each frame.

    Raises:
        Undecodable: All frames together are too large.
    """
    if picture.format in _STILL_AFTER_ALL:
        yield _hash(picture)
        return
    budget = _MOST_IN_ALL
    for number in range(_MOST_FRAMES):
        try:
            picture.seek(number)
        except EOFError:
            return
        budget -= picture.width * picture.height
        if budget < 0:
            raise Undecodable("The frames are too large to be decoded here.")
        yield _hash(picture)


def _hash(picture: Image.Image) -> bytes:
    picture.load()
    clear = picture.info.get("transparency")
    digest = hashlib.sha256(f"{picture.mode} {picture.size} {clear!r}".encode())
    if picture.palette is not None:
        digest.update(bytes(picture.palette.palette))
    digest.update(picture.tobytes())
    return digest.digest()
