"""JPEG without metadata: segments on an allow-list, up to the end of the first picture."""

from __future__ import annotations

from assistant.photo.clean import orientation, profile, shapes
from assistant.photo.clean.shapes import CannotClean, Cleaned, Removed
from assistant.photo.containers import jpeg
from assistant.photo.containers.parts import Format, Piece

_FRAMES = frozenset(f"SOF{i}" for i in range(16))
_TABLES = frozenset({"DHT", "DQT", "DRI", "FFCC", "FFDC", "FFDE", "FFDF"})
"""FFCC is DAC, FFDC DNL, FFDE DHP and FFDF EXP (T.81, table B.1)."""
_JFIF = b"JFIF\0"
_ADOBE = b"Adobe"
_EXIF = b"Exif\0"
_ICC = b"ICC_PROFILE\0"
_ICC_ROOM = 65_519
"""Bytes of a profile that fit into one segment."""
_KNOWN: tuple[tuple[str, bytes, str], ...] = (
    ("APP0", b"JFXX\0", shapes.THUMBNAIL),
    ("APP1", b"http://ns.adobe.com/xap/1.0/\0", shapes.XMP),
    ("APP1", b"http://ns.adobe.com/xmp/extension/\0", "XMP (extended)"),
    ("APP2", b"MPF\0", "list of further pictures"),
    ("APP2", b"urn:iso:std:iso:ts:21496:-1\0", "description of a gain map"),
    ("APP2", _ICC, "colour profile that is not sound"),
    ("APP2", b"FPXR\0", "FlashPix data"),
    ("APP11", b"JP", shapes.CREDENTIALS),
    ("APP13", b"Photoshop 3.0\0", "IPTC and Photoshop data"),
    ("APP13", b"Adobe_Photoshop", "IPTC and Photoshop data"),
    ("COM", b"", shapes.COMMENT),
)


def clean_jpeg(data: bytes) -> Cleaned:
    """The picture's own segments, its colour profile and its orientation.

    Raises:
        Broken: The file is cut or damaged.
        CannotClean: It is a JPEG of a kind that this does not know.
    """
    found = jpeg.pieces(data)
    if not any(piece.name in _FRAMES for piece in found):
        raise CannotClean("This JPEG does not say how its picture is stored.", reencode=False)
    turned = _orientation(data, found)
    colours = _profile(data, found)
    jfif, exif, body, written = b"", b"", [], False
    removed: list[Removed] = []
    for piece in found:
        content = piece.body(data)
        if piece.name in ("SOI", "EOI"):
            continue
        if piece.name == "APP0" and content.startswith(_JFIF) and len(content) >= 14 and not jfif:
            jfif = _segment(0xE0, content[:12] + b"\0\0")
            removed.extend(_rest("APP0/JFIF", content, 14, shapes.THUMBNAIL))
        elif piece.name == "APP14" and content.startswith(_ADOBE) and len(content) >= 12:
            body.append(_segment(0xEE, content[:12]))
            removed.extend(_rest("APP14", content, 12, shapes.UNKNOWN))
        elif colours and piece.name == "APP2" and content.startswith(_ICC):
            body.extend([] if written else _profile_segments(colours))
            written = True
        elif piece.name in _TABLES or piece.name in _FRAMES or piece.name == "SOS":
            body.append(data[piece.body_start - 4 : piece.end])
        elif piece.name == jpeg.SCAN:
            body.append(content.rstrip(b"\xff"))
        else:
            removed.extend(_removed(piece, content, turned))
    kept = [profile.note(colours)] if colours else []
    if turned > 1:
        exif = _segment(0xE1, b"Exif\0\0" + orientation.minimal_exif(turned))
        kept.append(f"orientation {turned}")
    whole = b"".join((b"\xff\xd8", jfif, exif, *body, b"\xff\xd9"))
    return Cleaned(whole, Format.JPEG, tuple(removed), tuple(kept))


def _rest(path: str, content: bytes, size: int, what: str) -> list[Removed]:
    """What a segment carries beyond its own size."""
    return [Removed(what, path, len(content) - size)] if len(content) > size else []


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _orientation(data: bytes, found: tuple[Piece, ...]) -> int:
    """Of the first Exif block: the one that viewers read."""
    for piece in found:
        if piece.name == "APP1" and data.startswith(_EXIF, piece.body_start):
            return orientation.read_orientation(piece.body(data))
    return 1


def _profile(data: bytes, found: tuple[Piece, ...]) -> bytes:
    """The colour profile from all of its segments; empty for none or one with parts missing."""
    parts: dict[int, bytes] = {}
    totals: set[int] = set()
    for piece in found:
        content = piece.body(data)
        if piece.name == "APP2" and content.startswith(_ICC) and len(content) > 14:
            parts.setdefault(content[12], content[14:])
            totals.add(content[13])
    if len(totals) != 1 or sorted(parts) != list(range(1, max(totals) + 1)):
        return b""
    return profile.sound(b"".join(parts[number] for number in sorted(parts)))


def _profile_segments(colours: bytes) -> list[bytes]:
    pieces = [colours[at : at + _ICC_ROOM] for at in range(0, len(colours), _ICC_ROOM)]
    return [
        _segment(0xE2, _ICC + bytes((number, len(pieces))) + piece)
        for number, piece in enumerate(pieces, 1)
    ]


def _removed(piece: Piece, content: bytes, turned: int) -> list[Removed]:
    """What a segment was that goes; nothing where it comes back as it was."""
    size = piece.end - piece.start
    if piece.name == jpeg.TRAILER:
        return [Removed(shapes.trailer(content), "after EOI", size)]
    if piece.name == "APP1" and content.startswith(_EXIF):
        if turned > 1 and content == b"Exif\0\0" + orientation.minimal_exif(turned):
            return []
        found = [Removed(shapes.EXIF, "APP1", size)]
        if thumbnail := orientation.thumbnail_size(content):
            found.append(Removed(shapes.THUMBNAIL, "APP1/Exif/IFD1", thumbnail))
        return found
    for name, start, what in _KNOWN:
        if piece.name == name and content.startswith(start):
            return [Removed(what, name, size)]
    return [Removed(shapes.UNKNOWN, piece.name, size)]
