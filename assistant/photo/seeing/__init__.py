"""What can be seen in a picture: faces, codes and text, and what of the text is private."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assistant.photo.seeing import faces as _faces
from assistant.photo.seeing import names as _names
from assistant.photo.seeing import scene as _scene
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
from assistant.photo.seeing.scene import SceneSeen, look_for_scene
from assistant.photo.seeing.text import Line, read_text

__all__ = [
    "Code",
    "CodeMeaning",
    "Face",
    "Line",
    "Picture",
    "PrivateText",
    "SceneSeen",
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
        scene: What it shows as a whole; None where no model was named.
    """

    width: int
    height: int
    faces: tuple[Face, ...]
    codes: tuple[Code, ...]
    lines: tuple[Line, ...]
    private_text: tuple[PrivateText, ...]
    scene: SceneSeen | None = None


def see(data: bytes, *, text: bool = True, scene: Path | None = None) -> Seen:
    """Look at a picture. Text is read in a thread beside the rest, which takes about as long.

    Args:
        text: Whether text is read as well, which takes most of the time.
        scene: Folder of the model that tells the scene; None where there is none.

    Raises:
        TooManyPixels: It is too large to be decoded.
        UnreadablePicture: It is damaged, cut, or of a format that cannot be decoded (HEIC).
        DamagedModel: A model is missing or not that of its manifest.
    """
    picture = open_picture(data, longest=LONGEST)
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read_text, picture) if text else None
        faces, codes = find_faces(picture), find_codes(picture)
        lines = reading.result() if reading else ()
    return Seen(
        width=picture.width,
        height=picture.height,
        faces=faces,
        codes=codes,
        lines=lines,
        private_text=private_text(lines, width=picture.width, height=picture.height),
        scene=look_for_scene(picture, scene) if scene else None,
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
    _names.release()
    _scene.release()
    _text.release()
