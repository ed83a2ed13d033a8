"""Metadata of GIF files: comments and application extensions."""

from __future__ import annotations

from assistant.photo.containers import gif
from assistant.photo.containers.parts import Broken
from assistant.photo.metadata import values
from assistant.photo.metadata.c2pa import read_jumbf
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.iptc import read_iptc, read_photoshop
from assistant.photo.metadata.trailer import read_trailer
from assistant.photo.metadata.xmp import read_xmp

_HARMLESS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_XMP_END = b"<?xpacket end"
_XMP_TAIL = 258
_NAME = 12
"""The length and the eleven bytes of an application's name."""


def read_gif(data: bytes, out: Gathering) -> None:
    """Read a GIF file; of a broken one the sound blocks."""
    try:
        pieces = gif.pieces(data)
    except Broken as broken:
        pieces = broken.pieces
        out.trouble(f"GIF: {broken}")
    out.width, out.height = (int.from_bytes(data[at : at + 2], "little") for at in (6, 8))
    out.frames = max(1, sum(piece.name == "image" for piece in pieces))
    for piece in pieces:
        if piece.name == "comment":
            told = values.text(gif.unblocked(piece.body(data)))
            out.add("GIF", "Comment", told, "comment")
        elif piece.name == "plain text":
            body = piece.body(data)
            told = values.text(gif.unblocked(body[13:]))
            out.add("GIF", "PlainText", told, "plain text")
        elif piece.name == "application":
            _application(piece.body(data), out)
        elif piece.name == gif.TRAILER:
            read_trailer(data, piece, "trailer", (), out)
        elif piece.name.startswith("extension"):
            out.leave(piece.name, piece.end - piece.start)


def _application(body: bytes, out: Gathering) -> None:
    name = body[1:_NAME]
    if name in _HARMLESS:
        return
    if name == b"XMP DataXMP":
        end = body.find(_XMP_END)
        packet = body[_NAME:end] if end > 0 else body[_NAME:-_XMP_TAIL]
        read_xmp(packet, "XMP", out)
        return
    inner = gif.unblocked(body[_NAME:])
    if name == b"ICCRGBG1012":
        read_icc(inner, "ICC", out)
    elif name.startswith(b"C2PA_GIF"):
        read_jumbf(inner, "C2PA", out)
    elif name == b"MGK8BIM0000":
        read_photoshop(inner, "Photoshop", out)
    elif name == b"MGKIPTC0000":
        read_iptc(inner, "IPTC", out)
    else:
        out.leave(f"application {values.blob(name, 11)}"[:40], len(body))
