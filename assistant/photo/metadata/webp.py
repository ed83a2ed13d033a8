"""Metadata of WebP files."""

from __future__ import annotations

from assistant.photo.containers import webp
from assistant.photo.containers.parts import Broken
from assistant.photo.metadata import values
from assistant.photo.metadata.c2pa import read_jumbf
from assistant.photo.metadata.exif import read_exif
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.trailer import read_trailer
from assistant.photo.metadata.xmp import read_xmp

_INFO = {
    "IART": "Artist",
    "ICOP": "Copyright",
    "INAM": "Title",
    "ICMT": "Comment",
    "ISFT": "Software",
    "ICRD": "DateCreated",
    "IKEY": "Keywords",
    "ISBJ": "Subject",
}
_PICTURE = frozenset({"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"})


def read_webp(data: bytes, out: Gathering) -> None:
    """Read a WebP file; of a broken one the sound chunks."""
    try:
        pieces = webp.pieces(data)
    except Broken as broken:
        pieces = broken.pieces
        out.trouble(f"WebP: {broken}")
    frames = sum(piece.name == "ANMF" for piece in pieces)
    out.frames = max(1, frames)
    for piece in pieces:
        name = piece.name.strip()
        if piece.name in _PICTURE:
            if not out.width and piece.depth == 0:
                out.width, out.height = _size(piece.name, piece.body(data)[:16])
        elif piece.name == webp.TRAILER:
            read_trailer(data, piece, "trailer", (), out)
        elif name == "EXIF":
            read_exif(piece.body(data), "EXIF", out)
        elif name == "XMP":
            read_xmp(piece.body(data), "XMP", out)
        elif name == "ICCP":
            read_icc(piece.body(data), "ICCP", out)
        elif name == "C2PA":
            read_jumbf(piece.body(data), "C2PA", out)
        elif name in _INFO:
            told = values.text(piece.body(data))
            out.add("RIFF", _INFO[name], told, name)
        elif name == "LIST" and data[piece.body_start : piece.body_start + 4] == b"INFO":
            _info(piece.body(data)[4:], out)
        else:
            out.leave(
                name if name.isalnum() and name.isascii() else "chunk", piece.end - piece.start
            )


def _info(body: bytes, out: Gathering) -> None:
    """A list of texts."""
    at = 0
    while at + 8 <= len(body):
        name = body[at : at + 4].decode("latin-1")
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        out.add("RIFF", _INFO.get(name, "Text"), values.text(body[at + 8 : at + 8 + size]), "LIST")
        at += 8 + size + size % 2


def _size(name: str, body: bytes) -> tuple[int, int]:
    """Width and height by a chunk's first bytes; 0 where it does not say them."""
    if name == "VP8X" and len(body) >= 10:
        return _one_more(int.from_bytes(body[4:7], "little"), int.from_bytes(body[7:10], "little"))
    if name == "VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return _one_more(bits & 0x3FFF, bits >> 14 & 0x3FFF)
    if name == "VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[at : at + 2], "little") for at in (6, 8))
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _one_more(width: int, height: int) -> tuple[int, int]:
    """Sizes that are stored one too small."""
    return width + 1, height + 1
