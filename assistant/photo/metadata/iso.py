"""What HEIF, AVIF, MP4 and MOV share: `uuid` boxes and the walk that survives a broken file."""

from __future__ import annotations

from assistant.photo.containers import iso
from assistant.photo.containers.parts import Broken, Piece
from assistant.photo.metadata.c2pa import read_jumbf
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.xmp import read_xmp

_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_LARGEST_UUID = 64 << 20


def boxes(data: bytes, path: str, out: Gathering) -> tuple[Piece, ...]:
    """All sound boxes; a break is told."""
    try:
        return iso.pieces(data)
    except Broken as broken:
        out.trouble(f"{path}: {broken}")
        return broken.pieces


def read_uuid(body: bytes, path: str, out: Gathering) -> None:
    """Read a box that a UUID names: content credentials, XMP, or unknown."""
    kind, rest = body[:16], body[16:_LARGEST_UUID]
    if kind == _XMP:
        read_xmp(rest, f"{path}/XMP", out)
    elif kind == _C2PA:
        # Version and flags, what it is for, the place of a further box, the manifest.
        end = rest.find(b"\0", 4)
        read_jumbf(rest[end + 9 :], f"{path}/C2PA", out)
    else:
        out.leave(path, len(body))
