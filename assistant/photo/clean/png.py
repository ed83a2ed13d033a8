"""PNG and APNG without metadata: chunks on an allow-list, up to IEND."""

from __future__ import annotations

import zlib

from assistant.photo.clean import orientation, profile, shapes
from assistant.photo.clean.shapes import CannotClean, Cleaned, Removed, plain
from assistant.photo.containers import png
from assistant.photo.containers.parts import Broken, Format, Piece

COLOURS = frozenset({"gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI"})
"""Chunks that say how colours look."""
_CRITICAL = frozenset({"IHDR", "PLTE", "IDAT", "IEND"})
_FRAMES = frozenset({"acTL", "fcTL", "fdAT"})
_OFTEN = frozenset({"IDAT", "fcTL", "fdAT"})
_KEPT = _CRITICAL | _FRAMES | COLOURS | {"tRNS", "sBIT", "pHYs", "bKGD"}
_SIZES = {"gAMA": 4, "cHRM": 32, "sRGB": 1, "cICP": 4, "mDCV": 24, "cLLI": 8, "pHYs": 9}
"""Bytes of the chunks that always have as many (third edition, section 11.3)."""
_KNOWN = {
    "eXIf": shapes.EXIF,
    "tIME": "time of the last change",
    "caBX": shapes.CREDENTIALS,
    "hIST": "histogram",
    "tEXt": "text",
    "zTXt": "text",
    "iTXt": "text",
}
_TEXTS = ("tEXt", "zTXt", "iTXt")
_XMP = b"XML:com.adobe.xmp\0"
_PROFILE_NAMES = (b"ICC Profile", b"ICC profile", b"icc", b"Photoshop ICC profile")
"""What programs write where the profile has no name of its own."""
_MOST_PROFILE = 4 << 20


def clean_png(data: bytes) -> Cleaned:
    """The picture's own chunks, how its colours look, and its orientation.

    Raises:
        Broken: The file is cut or damaged.
        CannotClean: A chunk is there that the picture needs and that PNG does not know.
    """
    removed: list[Removed] = []
    kept: list[str] = []
    out = [png.SIGNATURE]
    seen: set[str] = set()
    for piece in png.pieces(data):
        content = piece.body(data)
        if piece.name == png.TRAILER:
            removed.append(Removed(shapes.trailer(content), "after IEND", len(content)))
            continue
        again = piece.name in seen
        seen.add(piece.name)
        chunk = _chunk(data, piece, again)
        if chunk:
            out.append(chunk)
            kept.extend(_noted(piece.name, content))
        if chunk != data[piece.start : piece.end]:
            removed.append(_removed(piece, content))
    return Cleaned(b"".join(out), Format.PNG, tuple(removed), tuple(kept))


def chunk(name: str, body: bytes) -> bytes:
    """A chunk with its length and checksum."""
    tail = name.encode("latin-1") + body
    return len(body).to_bytes(4, "big") + tail + zlib.crc32(tail).to_bytes(4, "big")


def with_chunks(picture: bytes, source: bytes, names: frozenset[str]) -> bytes:
    """A PNG with the chunks of these names from another one, in place of its own."""
    carried = [
        source[p.start : p.end] for p in png.pieces(source) if p.name in names and p.name != "IHDR"
    ]
    own = [p for p in png.pieces(picture) if p.name not in names]
    head, *rest = [picture[p.start : p.end] for p in own]
    return b"".join((png.SIGNATURE, head, *carried, *rest))


def _chunk(data: bytes, piece: Piece, again: bool) -> bytes:
    """What of a chunk goes into the copy; empty for nothing."""
    content = piece.body(data)
    if piece.name == "eXIf" and not again:
        turned = orientation.read_orientation(content)
        return chunk("eXIf", orientation.minimal_exif(turned)) if turned > 1 else b""
    if piece.name not in _KEPT and piece.name[:1].isupper():
        raise CannotClean("This PNG is of a kind of its own that this cannot take apart.", False)
    checksum = int.from_bytes(data[piece.body_end : piece.end], "big")
    sound = zlib.crc32(data[piece.start + 4 : piece.body_end]) == checksum
    if not sound and piece.name in _CRITICAL | _FRAMES:
        raise Broken("a chunk has a wrong checksum")
    once = not again or piece.name in _OFTEN
    fits = len(content) == _SIZES.get(piece.name, len(content))
    if piece.name not in _KEPT or not (sound and once and fits):
        return b""
    return _colours(content) if piece.name == "iCCP" else data[piece.start : piece.end]


def _colours(content: bytes) -> bytes:
    """A colour profile under a name that says nothing; empty for what is no profile."""
    name, _, packed = content.partition(b"\0")
    told = name if name in _PROFILE_NAMES else _PROFILE_NAMES[0]
    return chunk("iCCP", told + b"\0" + packed) if profile.sound(_profile(content)) else b""


def _profile(content: bytes) -> bytes:
    """The profile in an iCCP chunk: name, NUL, method 0, deflated."""
    packed = content.partition(b"\0")[2]
    unpack = zlib.decompressobj()
    try:
        found = unpack.decompress(packed[1:], _MOST_PROFILE)
    except zlib.error:
        return b""
    return found if packed[:1] == b"\0" and unpack.eof and not unpack.unused_data else b""


def _noted(name: str, content: bytes) -> list[str]:
    if name == "eXIf":
        return [f"orientation {orientation.read_orientation(content)}"]
    return [profile.note(_profile(content))] if name == "iCCP" else []


def _removed(piece: Piece, content: bytes) -> Removed:
    what, path = _KNOWN.get(piece.name, shapes.UNKNOWN), plain(piece.name.encode("latin-1"))
    if piece.name == "iCCP":
        good = profile.sound(_profile(content))
        what = "name of the colour profile" if good else "colour profile that is not sound"
    elif content.startswith(_XMP):
        what = shapes.XMP
    elif piece.name in _TEXTS:
        path = f"{path}/{plain(content[:80].partition(bytes(1))[0])}"
    return Removed(what, path, piece.end - piece.start)
