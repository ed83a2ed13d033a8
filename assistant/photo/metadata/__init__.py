"""Everything that an image or video file carries beside its picture: one reader a block."""

from __future__ import annotations

from assistant.photo.containers.parts import Format, sniff
from assistant.photo.details import PhotoMetadata
from assistant.photo.metadata.gathering import Gathering


class NotAPhoto(ValueError):
    """The bytes begin like none of the formats that are read."""


def read_metadata(data: bytes) -> PhotoMetadata:
    """Read all metadata of a file, its hidden pictures and the parts that nobody knows.

    Args:
        data: The file, of any of the eight formats; a damaged one is read as far as it goes.

    Raises:
        NotAPhoto: It begins like none of them.
    """
    form = sniff(data)
    if form is None:
        raise NotAPhoto("not a picture or a video of a known format")
    out = Gathering()
    try:
        _read(form, data, out)
    except (IndexError, OverflowError, RecursionError) as error:
        # A reader met a file that it was not made for: what it has found stays.
        out.trouble(f"reading stopped early ({type(error).__name__})")
    return PhotoMetadata(
        format=form,
        entries=tuple(out.entries),
        hidden=tuple(out.hidden),
        unknown=tuple(out.unknown),
        complete=not out.problems,
        problems=tuple(out.problems),
        width=out.width,
        height=out.height,
        orientation=out.orientation(),
        frames=out.frames,
    )


def _read(form: Format, data: bytes, out: Gathering) -> None:
    from assistant.photo.metadata.exif import read_tiff
    from assistant.photo.metadata.gif import read_gif
    from assistant.photo.metadata.heif import read_heif
    from assistant.photo.metadata.jpeg import read_jpeg
    from assistant.photo.metadata.mp4 import read_mp4
    from assistant.photo.metadata.png import read_png
    from assistant.photo.metadata.webp import read_webp

    if form is Format.JPEG:
        read_jpeg(data, "", out)
    elif form is Format.PNG:
        read_png(data, out)
    elif form is Format.WEBP:
        read_webp(data, out)
    elif form is Format.GIF:
        read_gif(data, out)
    elif form is Format.TIFF:
        read_tiff(data, "TIFF", out)
    elif form is Format.MP4:
        read_mp4(data, "MP4", out)
    else:
        read_heif(data, out)
