"""ISO base media files: HEIC, HEIF, AVIF, MP4 and MOV as boxes (ISO/IEC 14496-12)."""

from __future__ import annotations

from assistant.photo.containers.parts import Broken, Piece

PARENTS = frozenset(
    {"moov", "trak", "mdia", "minf", "stbl", "dinf", "edts", "udta", "iprp", "ipco", "tref"}
)
"""Boxes that hold nothing but boxes."""
FULL_PARENTS = frozenset({"meta"})
"""The same after a version and flags; `meta` of QuickTime has none."""
MOST_DEPTH = 8
MOST_BOXES = 20_000


def pieces(data: bytes) -> tuple[Piece, ...]:
    """Every box in order, those inside another one deeper. `mdat` is one piece.

    Raises:
        Broken: A box leaves the file, or boxes are too many or too deep. Carries the boxes up
            to there.
    """
    found: list[Piece] = []
    _boxes(data, 0, len(data), 0, found)
    if not found:
        raise Broken("no box")
    return tuple(found)


def _boxes(data: bytes, at: int, end: int, depth: int, found: list[Piece]) -> None:
    while at + 8 <= end:
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        name = data[at + 4 : at + 8].decode("latin-1")
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            if depth and not any(data[at:end]):
                return
            raise Broken("a box leaves the file", tuple(found))
        if len(found) >= MOST_BOXES:
            raise Broken("too many boxes", tuple(found))
        found.append(Piece(name, at, at + size, at + header, at + size, depth))
        inner = _inner(data, name, at + header, at + size)
        if inner is not None:
            if depth + 1 >= MOST_DEPTH:
                raise Broken("boxes are nested too deep", tuple(found))
            _boxes(data, inner, at + size, depth + 1, found)
        at += size


def _inner(data: bytes, name: str, body: int, end: int) -> int | None:
    """Where the boxes inside a box begin; None for a box that holds none."""
    if name in PARENTS:
        return body
    if name in FULL_PARENTS:
        return body if data[body + 4 : body + 8] in (b"hdlr", b"keys") else min(body + 4, end)
    return None
