"""PNG and APNG: chunks (W3C PNG, third edition, section 5)."""

from __future__ import annotations

from assistant.photo.containers.parts import Broken, Piece

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRAILER = "trailer"


def pieces(data: bytes) -> tuple[Piece, ...]:
    """Every chunk in order, and the `trailer` after IEND. Bodies are without length, type and CRC.

    Raises:
        Broken: No signature, a chunk leaves the file, or no IDAT or IEND is there. Carries the
            chunks up to there.
    """
    if not data.startswith(SIGNATURE):
        raise Broken("no PNG signature")
    found: list[Piece] = []
    at = len(SIGNATURE)
    while True:
        size = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + size
        if at + 12 > len(data) or end > len(data):
            raise Broken("a chunk leaves the file", tuple(found))
        name = data[at + 4 : at + 8].decode("latin-1")
        found.append(Piece(name, at, end, at + 8, end - 4))
        at = end
        if name == "IEND":
            if at < len(data):
                found.append(Piece(TRAILER, at, len(data), at, len(data)))
            if not any(piece.name == "IDAT" for piece in found):
                raise Broken("no IDAT", tuple(found))
            return tuple(found)
