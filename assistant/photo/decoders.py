"""Pillow, with the decoder for HEIC and HEIF that it lacks."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from assistant.photo.containers.parts import Format, sniff

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 120_000_000
"""Of one picture; larger ones are not decoded."""
_THREADS = 2


def open_image(data: bytes, formats: tuple[str, ...] | None = None) -> Image.Image:
    """The picture, not yet decoded.

    Args:
        formats: Pillow's names of those that may be tried beside HEIF; None for all.

    Raises:
        Exception: Whatever Pillow raises on what it cannot open.
    """
    from PIL import Image

    if sniff(data) is Format.HEIF:
        # Pillow knows the name only from then on, and fails on names it does not know.
        _add_heif()
        formats = ("HEIF",)
    return Image.open(io.BytesIO(data), formats=formats)


@cache
def _add_heif() -> None:
    from pi_heif import register_heif_opener

    register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=_THREADS
    )
