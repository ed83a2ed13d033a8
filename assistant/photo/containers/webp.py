"""WebP: RIFF chunks (Google, WebP container specification)."""

from __future__ import annotations

from assistant.photo.containers.parts import Broken, Piece

TRAILER = "trailer"
_HEADER = 12
_PICTURES = {"VP8 ", "VP8L", "ANMF"}


def pieces(data: bytes) -> tuple[Piece, ...]:
    """Every chunk in order, those inside an ANMF frame one deeper, and the `trailer` after RIFF.

    Raises:
        Broken: No WebP header, a chunk leaves the file, or no picture is there. Carries the
            chunks up to there.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Broken("no WebP header")
    whole = 8 + int.from_bytes(data[4:8], "little")
    found: list[Piece] = []
    if whole > len(data):
        _chunks(data, _HEADER, len(data), 0, found)
        raise Broken("the file is shorter than it says", tuple(found))
    _chunks(data, _HEADER, whole, 0, found)
    if whole < len(data):
        found.append(Piece(TRAILER, whole, len(data), whole, len(data)))
    if not any(piece.name in _PICTURES for piece in found):
        raise Broken("no picture", tuple(found))
    return tuple(found)


def _chunks(data: bytes, at: int, end: int, depth: int, found: list[Piece]) -> None:
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        body = at + 8
        if body + size > end:
            raise Broken("a chunk leaves the file", tuple(found))
        name = data[at : at + 4].decode("latin-1")
        last = min(end, body + size + size % 2)
        found.append(Piece(name, at, last, body, body + size, depth))
        if name == "ANMF" and depth == 0:
            _chunks(data, body + 16, body + size, depth + 1, found)
        at = last
