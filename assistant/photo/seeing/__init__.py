"""What can be seen in a picture: faces, codes and text, and what of the text is private."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.photo.seeing import faces as _faces
from assistant.photo.seeing import text as _text
from assistant.photo.seeing.codes import LONGEST, Code, CodeMeaning, explain_code, find_codes
from assistant.photo.seeing.documents import PrivateText, private_text
from assistant.photo.seeing.faces import Face, find_faces
from assistant.photo.seeing.pixels import (
    Picture,
    TooManyPixels,
    UnreadablePicture,
    open_picture,
)
from assistant.photo.seeing.text import Line, read_text

__all__ = [
    "Code",
    "CodeMeaning",
    "Face",
    "Line",
    "Picture",
    "PrivateText",
    "Seen",
    "TooManyPixels",
    "UnreadablePicture",
    "explain_code",
    "find_codes",
    "find_faces",
    "open_picture",
    "private_text",
    "read_codes_of",
    "read_text",
    "release",
    "see",
]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in a picture. Boxes are in pixels of the picture as shown.

    Attributes:
        width, height: Of the picture as shown, in pixels.
        lines: All text that was read; empty where text was not asked for.
    """

    width: int
    height: int
    faces: tuple[Face, ...]
    codes: tuple[Code, ...]
    lines: tuple[Line, ...]
    private_text: tuple[PrivateText, ...]


def see(data: bytes, *, text: bool = True) -> Seen:
    """Look at a picture.

    Args:
        text: Whether text is read as well, which takes most of the time.

    Raises:
        TooManyPixels: It is too large to be decoded.
        UnreadablePicture: It is damaged, cut, or of a format that cannot be decoded (HEIC).
        DamagedModel: A model is missing or not that of its manifest.
    """
    picture = open_picture(data, longest=LONGEST)
    lines = read_text(picture) if text else ()
    return Seen(
        width=picture.width,
        height=picture.height,
        faces=find_faces(picture),
        codes=find_codes(picture),
        lines=lines,
        private_text=private_text(lines, width=picture.width, height=picture.height),
    )


def read_codes_of(data: bytes) -> list[str]:
    """The content of every code in a picture; none where the picture cannot be decoded."""
    try:
        picture = open_picture(data, longest=LONGEST)
    except UnreadablePicture:
        return []
    return [code.text for code in find_codes(picture)]


def release() -> None:
    """Forget all models, until they are asked again."""
    _faces.release()
    _text.release()
