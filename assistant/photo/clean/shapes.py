"""What a clean copy is, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.photo.containers.parts import Format


@dataclass(frozen=True, slots=True)
class Removed:
    """One thing that the copy carries no more.

    Attributes:
        what: In plain words: `Exif`, `XMP`, `thumbnail`, `video after the picture`.
        path: Where it was in the file: `APP1`, `tEXt/Comment`.
        size: In bytes.
    """

    what: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A copy without metadata.

    Attributes:
        removed: In the order of the file.
        kept: What stays although it is not the picture itself, because the picture would look
            wrong without it: colour profile, orientation.
    """

    data: bytes
    format: Format
    removed: tuple[Removed, ...]
    kept: tuple[str, ...]


class CannotClean(ValueError):
    """No clean copy can be made without touching the picture.

    Attributes:
        reason: One sentence for the person.
        reencode: Whether `reencode` would give a clean copy of this file.
    """

    def __init__(self, reason: str, reencode: bool) -> None:
        super().__init__(reason, reencode)
        self.reason = reason
        self.reencode = reencode

    def __str__(self) -> str:
        return self.reason


class BadBox(ValueError):
    """A box lies outside of the picture, or there are none or too many."""


UNKNOWN = "unknown data"
EXIF = "Exif"
XMP = "XMP"
CREDENTIALS = "content credentials (C2PA)"
THUMBNAIL = "thumbnail"
FURTHER_PICTURE = "further picture"
COMMENT = "comment"


def trailer(data: bytes) -> str:
    """What follows the end of a picture, in words. Phones append videos and second pictures."""
    if not data.strip(b"\0"):
        return "filling after the picture"
    if data[4:8] == b"ftyp" or data.find(b"ftyp") != -1:
        return "video after the picture"
    if data.find(b"\xff\xd8\xff") != -1 or data.find(b"\x89PNG\r\n") != -1:
        return "further picture after the picture"
    return "unknown data after the picture"


def plain(name: bytes, most: int = 80) -> str:
    """A name out of a file as printable ASCII, shortened."""
    text = "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in name[: most + 1])
    return text if len(text) <= most else text[:most] + "…"
