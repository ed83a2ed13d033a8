"""WebP without metadata: chunks on an allow-list, also inside the frames of an animation."""

from __future__ import annotations

from assistant.photo.clean import orientation, profile, shapes
from assistant.photo.clean.shapes import Cleaned, Removed, plain
from assistant.photo.containers import webp
from assistant.photo.containers.parts import Broken, Format, Piece

_PICTURE = frozenset({"VP8 ", "VP8L"})
_PROFILE_FLAG, _ALPHA_FLAG, _EXIF_FLAG, _MOTION_FLAG = 0x20, 0x10, 0x08, 0x02
_KNOWN = {
    "EXIF": shapes.EXIF,
    "XMP ": shapes.XMP,
    "C2PA": shapes.CREDENTIALS,
    "VP8 ": shapes.FURTHER_PICTURE,
    "VP8L": shapes.FURTHER_PICTURE,
    "ANMF": shapes.FURTHER_PICTURE,
    "ICCP": "colour profile that is not sound",
}


def clean_webp(data: bytes) -> Cleaned:
    """The picture or its frames, its colour profile and its orientation.

    Raises:
        Broken: The file is cut or damaged.
    """
    found = webp.pieces(data)
    flags = _flags(data, found)
    wanted = _wanted(data, found, flags)
    removed: list[Removed] = []
    kept: list[str] = []
    out: list[bytes] = []
    turned = _orientation(data, found, flags)
    for place, piece in enumerate(found):
        if piece.name == webp.TRAILER:
            rest = piece.body(data)
            removed.append(Removed(shapes.trailer(rest), "after RIFF", len(rest)))
        elif piece in wanted and piece.depth == 0:
            out.append(_chunk(piece.name, _body(data, found, place, wanted)))
            if piece.name == "ICCP":
                kept.append(profile.note(piece.body(data)))
        elif piece not in wanted and not _again(data, piece, turned):
            what = _KNOWN.get(piece.name, shapes.UNKNOWN)
            path = plain(piece.name.strip().encode("latin-1"))
            inside = "ANMF/" if piece.depth else ""
            removed.append(Removed(what, inside + path, piece.end - piece.start))
    if turned > 1:
        kept.append(f"orientation {turned}")
        out.append(_chunk("EXIF", orientation.minimal_exif(turned)))
    if out and out[0].startswith(b"VP8X"):
        names = {piece.name for piece in wanted}
        out[0] = _header(data, found[0], flags, "ICCP" in names, turned > 1)
    body = b"WEBP" + b"".join(out)
    whole = b"RIFF" + len(body).to_bytes(4, "little") + body
    return Cleaned(whole, Format.WEBP, tuple(removed), tuple(kept))


def _flags(data: bytes, found: tuple[Piece, ...]) -> int | None:
    """The flags of the extended header; None for a file without one."""
    if found[0].name != "VP8X":
        return None
    if found[0].body_end - found[0].body_start < 10:
        raise Broken("the header is too short")
    return data[found[0].body_start]


def _wanted(data: bytes, found: tuple[Piece, ...], flags: int | None) -> frozenset[Piece]:
    """The chunks that stay: each kind once, frames only where the header says that it moves."""
    moving = bool((flags or 0) & _MOTION_FLAG)
    wanted: set[Piece] = set()
    seen: set[str] = set()
    for piece in found:
        if piece.depth == 0 and piece.name == "ANMF":
            seen -= {"frame picture", "frame ALPH"}
        name = "picture" if piece.name in _PICTURE else piece.name
        name = f"frame {name}" if piece.depth else name
        if name not in _names(flags, moving) or (name in seen and name != "ANMF"):
            continue
        if name == "ICCP" and not profile.sound(piece.body(data)):
            continue
        seen.add(name)
        wanted.add(piece)
    if not any(piece.name in _PICTURE for piece in wanted):
        raise Broken("no picture")
    return frozenset(wanted)


def _names(flags: int | None, moving: bool) -> frozenset[str]:
    if flags is None:
        return frozenset({"picture"})
    if moving:
        return frozenset({"VP8X", "ICCP", "ANIM", "ANMF", "frame picture", "frame ALPH"})
    return frozenset({"VP8X", "ICCP", "picture", "ALPH"})


def _body(data: bytes, found: tuple[Piece, ...], place: int, wanted: frozenset[Piece]) -> bytes:
    piece = found[place]
    content = piece.body(data)
    if piece.name == "ICCP":
        return profile.sound(content)
    if piece.name == "ANIM":
        return content[:6]
    if piece.name != "ANMF":
        return content
    out = [content[:15], bytes((content[15] & 3,))]
    for inner in found[place + 1 :]:
        if inner.depth == 0:
            break
        if inner in wanted:
            out.append(_chunk(inner.name, inner.body(data)))
    return b"".join(out)


def _chunk(name: str, body: bytes) -> bytes:
    padding = bytes(len(body) % 2)
    return name.encode("latin-1") + len(body).to_bytes(4, "little") + body + padding


def _header(data: bytes, piece: Piece, flags: int | None, colours: bool, turned: bool) -> bytes:
    """The extended header with the flags of what is there now."""
    now = (flags or 0) & (_ALPHA_FLAG | _MOTION_FLAG)
    now |= _PROFILE_FLAG * colours | _EXIF_FLAG * turned
    return _chunk("VP8X", bytes((now, 0, 0, 0)) + piece.body(data)[4:10])


def _orientation(data: bytes, found: tuple[Piece, ...], flags: int | None) -> int:
    """Of the Exif chunk that the header announces: viewers read no other."""
    if (flags or 0) & _EXIF_FLAG:
        for piece in found:
            if piece.name == "EXIF" and piece.depth == 0:
                return orientation.read_orientation(piece.body(data))
    return 1


def _again(data: bytes, piece: Piece, turned: int) -> bool:
    """Whether an Exif chunk says nothing but the orientation and so comes back as it was."""
    same = piece.body(data) == orientation.minimal_exif(turned)
    return piece.name == "EXIF" and piece.depth == 0 and turned > 1 and same
