"""GIF without metadata: blocks on an allow-list, up to the end of the pictures."""

from __future__ import annotations

from assistant.photo.clean import shapes
from assistant.photo.clean.shapes import Cleaned, Removed, plain
from assistant.photo.containers import gif
from assistant.photo.containers.parts import Format, Piece

_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")
_KNOWN = {
    b"XMP DataXMP": shapes.XMP,
    b"C2PA_GIF": shapes.CREDENTIALS,
    b"ICCRGBG1012": "colour profile",
}


def clean_gif(data: bytes) -> Cleaned:
    """The pictures, how long each is shown, and how often they are repeated.

    Raises:
        Broken: The file is cut or damaged.
    """
    removed: list[Removed] = []
    kept: list[str] = []
    out: list[bytes] = []
    looped = False
    for piece in gif.pieces(data):
        block = data[piece.start : piece.end]
        if piece.name == gif.TRAILER:
            removed.append(Removed(shapes.trailer(block), "after the end", len(block)))
            continue
        if piece.name == "plain text":
            kept.append("plain text")
        good = _block(data, piece)
        if piece.name == "application" and good:
            good, looped = (b"", looped) if looped else (good, True)
        out.append(good)
        if good != block:
            removed.append(_removed(piece, block))
    return Cleaned(b"".join(out), Format.GIF, tuple(removed), tuple(dict.fromkeys(kept)))


def _block(data: bytes, piece: Piece) -> bytes:
    """What of a block goes into the copy; empty for nothing."""
    if piece.name in ("header", "image", "end", "plain text"):
        return data[piece.start : piece.end]
    content = piece.body(data)
    if piece.name == "graphic control" and content[:1] == b"\x04":
        return b"\x21\xf9" + content[:5] + b"\0"
    if piece.name == "application" and content[:12] in _LOOPS and content[12:14] == b"\x03\x01":
        return b"\x21\xff" + content[:16] + b"\0"
    return b""


def _removed(piece: Piece, block: bytes) -> Removed:
    what, path = shapes.UNKNOWN, piece.name
    if piece.name == "comment":
        what = shapes.COMMENT
    elif piece.name == "application":
        name = block[3:14]
        path = f"application/{plain(name)}"
        what = next((w for start, w in _KNOWN.items() if name.startswith(start)), shapes.UNKNOWN)
    return Removed(what, path, len(block))
