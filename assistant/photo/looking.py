"""Looks at the picture itself where it can be opened, and says why where it cannot."""

from __future__ import annotations

from pathlib import Path

from assistant.photo.containers.parts import Format
from assistant.photo.seeing import Seen, see
from assistant.photo.seeing.pixels import TooManyPixels, UnreadablePicture


def look_at(
    data: bytes, kind: Format, *, scene: Path | None = None
) -> tuple[Seen | None, str, str]:
    """What is in the picture.

    Args:
        scene: Folder of the model that tells the scene; None where there is none.

    Returns:
        What is seen, or None; the key of the gap it leaves, "" for none; and its reason.
    """
    if kind is Format.MP4:
        return None, "video", ""
    try:
        return see(data, scene=scene), "", ""
    except TooManyPixels:
        return None, "picture_unread", "it has too many pixels"
    except UnreadablePicture:
        return None, "picture_unread", "it is damaged or of a kind that cannot be decoded"
