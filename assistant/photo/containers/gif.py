"""GIF: blocks (CompuServe, GIF89a)."""

from __future__ import annotations

from assistant.photo.containers.parts import Broken, Piece

TRAILER = "trailer"
_EXTENSIONS = {0x01: "plain text", 0xF9: "graphic control", 0xFE: "comment", 0xFF: "application"}
_HEADER = 13


def pieces(data: bytes) -> tuple[Piece, ...]:
    """`header` with the global colour table, every extension and `image`, the end, the `trailer`.

    The body of an application extension begins with its 11 bytes of name; bodies keep the
    lengths of their sub-blocks (`unblocked` joins them).

    Raises:
        Broken: No header, a block leaves the file, or no image or end is there. Carries the
            blocks up to there.
    """
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < _HEADER:
        raise Broken("no GIF header")
    at = _HEADER + _table(data[10])
    found = [Piece("header", 0, at, 0, at)]
    while at < len(data):
        start, kind = at, data[at]
        if kind == 0:  # a stray end of blocks, which viewers skip
            at += 1
            continue
        if kind == 0x3B:
            found.append(Piece("end", at, at + 1, at + 1, at + 1))
            if at + 1 < len(data):
                found.append(Piece(TRAILER, at + 1, len(data), at + 1, len(data)))
            if not any(piece.name == "image" for piece in found):
                raise Broken("no image", tuple(found))
            return tuple(found)
        if kind == 0x21 and at + 2 < len(data):
            name = _EXTENSIONS.get(data[at + 1], f"extension {data[at + 1]:02X}")
            body = at + 2
            at = _past_blocks(data, body, found)
            found.append(Piece(name, start, at, body, at))
        elif kind == 0x2C and at + 10 < len(data):
            body = at + 10 + _table(data[at + 9]) + 1
            at = _past_blocks(data, body, found)
            found.append(Piece("image", start, at, body, at))
        else:
            raise Broken("a block that GIF does not know", tuple(found))
    raise Broken("no end", tuple(found))


def unblocked(body: bytes) -> bytes:
    """The bytes of a row of sub-blocks, without their lengths."""
    parts: list[bytes] = []
    at = 0
    while at < len(body) and (size := body[at]):
        parts.append(body[at + 1 : at + 1 + size])
        at += 1 + size
    return b"".join(parts)


def _table(flags: int) -> int:
    """Bytes of a colour table by the flags before it."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: bytes, at: int, found: list[Piece]) -> int:
    while at < len(data):
        size = data[at]
        at += 1 + size
        if not size:
            return at
    raise Broken("a block leaves the file", tuple(found))
