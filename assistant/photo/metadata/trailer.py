"""What follows the end of a picture: a video of a motion photo, more pictures, or unknown bytes."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.photo.containers.parts import Piece
from assistant.photo.details import HiddenKind
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.mp4 import read_mp4

_SOI = b"\xff\xd8\xff"
_MOST_PICTURES = 10
_SAMSUNG = b"SEFT"


def read_trailer(
    data: bytes, piece: Piece, path: str, taken: Iterable[tuple[int, int]], out: Gathering
) -> None:
    """Sort the bytes after the picture.

    Args:
        taken: Parts of the file that an index has already told of.
    """
    for first, last in _gaps(piece.start, piece.end, taken):
        _read(data[first:last], path, out)


def _gaps(start: int, end: int, taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(taken):
        if first > start:
            found.append((start, min(first, end)))
        start = max(start, last)
    if start < end:
        found.append((start, end))
    return [(first, last) for first, last in found if first < last]


def _read(data: bytes, path: str, out: Gathering) -> None:
    if not data.strip(b"\0\xff \r\n\t"):
        return
    video = _video(data)
    before = data if video is None else data[:video]
    if video is not None:
        film = data[video:]
        if film.endswith(_SAMSUNG):
            out.leave(f"{path}/Samsung", len(film) - film.rfind(b"SEFH") if b"SEFH" in film else 4)
        out.hide(HiddenKind.VIDEO, f"{path}/video", film)
        read_mp4(film, f"{path}/video", out)
    elif data.endswith(_SAMSUNG):
        out.leave(f"{path}/Samsung", len(data))
        return
    _pictures(before, path, out)


def _pictures(data: bytes, path: str, out: Gathering) -> None:
    from assistant.photo.metadata.exif import end_of_jpeg
    from assistant.photo.metadata.jpeg import read_inner_jpeg

    at = left = 0
    for number in range(_MOST_PICTURES):
        start = data.find(_SOI, at)
        if start < 0:
            break
        end = end_of_jpeg(data, start)
        if end:
            out.hide(HiddenKind.PICTURE, f"{path}/picture {number + 1}", data[start:end])
            read_inner_jpeg(data[start:end], f"{path}/picture {number + 1}", out)
            left += len(data[at:start].strip(b"\0"))
            at = end
        else:
            left += start + 3 - at
            at = start + 3
    left += len(data[at:].strip(b"\0\xff"))
    if left:
        out.leave(path, left)


def _video(data: bytes) -> int | None:
    """Where an MP4 file begins; None for none."""
    at = -1
    for _ in range(50):
        at = data.find(b"ftyp", at + 1)
        if at < 0:
            return None
        size = int.from_bytes(data[at - 4 : at], "big") if at >= 4 else 0
        if 16 <= size <= 256 and data[at + 4 : at + 8].isascii() and at - 4 + size <= len(data):
            return at - 4
    return None
