"""A clean copy of a picture: the one entry for every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.photo.clean.gif import clean_gif
from assistant.photo.clean.heif import clean_heif
from assistant.photo.clean.jpeg import clean_jpeg
from assistant.photo.clean.png import clean_png
from assistant.photo.clean.reencoding import can_reencode
from assistant.photo.clean.shapes import CannotClean, Cleaned
from assistant.photo.clean.video import clean_video
from assistant.photo.clean.webp import clean_webp
from assistant.photo.containers.parts import Broken, Format, sniff

_CLEANERS: Mapping[Format, Callable[[bytes], Cleaned]] = {
    Format.JPEG: clean_jpeg,
    Format.PNG: clean_png,
    Format.WEBP: clean_webp,
    Format.GIF: clean_gif,
    Format.HEIF: clean_heif,
    Format.AVIF: clean_heif,
    Format.MP4: clean_video,
}
_ENDINGS = {Format.JPEG: "jpg", Format.TIFF: "tif", Format.HEIF: "heic"}


def clean(data: bytes) -> Cleaned:
    """A copy without metadata, hidden pictures and unknown data; its pixels are untouched.

    What stays is on a list for each format, so that what nobody knows goes too.

    Raises:
        CannotClean: The file is cut, damaged, of an unknown kind, or built so that nothing can
            be taken out of it without touching the picture. No part of it is given back.
    """
    found = sniff(data)
    if found is None:
        raise CannotClean("This is not a picture of a kind that can be cleaned.", reencode=False)
    cleaner = _CLEANERS.get(found)
    try:
        if cleaner is None:
            raise CannotClean(
                "TIFF and raw files mix their details with the picture, so they can only be "
                "encoded anew.",
                reencode=True,
            )
        return cleaner(data)
    except Broken as error:
        raise CannotClean(f"The file is cut or damaged ({error}).", can_reencode(data)) from None
    except CannotClean as refusal:
        raise CannotClean(refusal.reason, refusal.reencode and can_reencode(data)) from None


def neutral_name(format: Format, number: int) -> str:
    """A file name that tells nothing: `photo-0001.jpg`."""
    return f"photo-{number:04}.{_ENDINGS.get(format, format.value)}"
