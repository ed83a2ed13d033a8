"""MP4 and MOV without metadata, in place: dates are zeroed, what is not picture or sound is wiped.

Boxes as in ISO/IEC 14496-12 and Apple's QuickTime file format.
"""

from __future__ import annotations

from assistant.photo.clean import shapes
from assistant.photo.clean.bounds import Range, inside, merged, wipe_all_but
from assistant.photo.clean.items import Cursor
from assistant.photo.clean.shapes import CannotClean, Cleaned, Removed, plain
from assistant.photo.containers import iso
from assistant.photo.containers.parts import Broken, Format, Piece

_KEPT: dict[str, frozenset[str]] = {
    "": frozenset({"ftyp", "moov", "mdat"}),
    "moov": frozenset({"mvhd", "trak"}),
    "trak": frozenset({"tkhd", "edts", "mdia"}),
    "edts": frozenset({"elst"}),
    "mdia": frozenset({"mdhd", "hdlr", "minf"}),
    "minf": frozenset({"vmhd", "smhd", "hdlr", "dinf", "stbl"}),
    "dinf": frozenset({"dref"}),
    "stbl": frozenset(
        {
            *("stsd", "stts", "stss", "ctts", "stsc", "stsz", "stz2", "stco", "co64", "sdtp"),
            *("cslg", "stps", "sgpd", "sbgp"),
        }
    ),
}
_IN_SAMPLE = frozenset(
    {
        *("avcC", "hvcC", "av1C", "vpcC", "dvcC", "dvvC", "esds", "colr", "pasp", "clap", "fiel"),
        *("gama", "btrt", "wave", "chan", "srat", "dac3", "dec3", "dOps", "alac", "mdcv", "clli"),
    }
)
_FRAGMENTS = frozenset({"moof", "mfra", "styp", "sidx", "mvex"})
_FILLING = frozenset({"free", "skip", "wide"})
_WHAT = {"udta": "details of the video", "meta": "details of the video", "tref": "links of tracks"}
_DATED = frozenset({"mvhd", "tkhd", "mdhd"})
_TRACKS = frozenset({b"vide", b"soun"})
_MOST_TRACKS = 32
_MOST_SAMPLES = 10_000_000
_UNDETERMINED = b"\x55\xc4"
"""The language code `und`."""


def clean_video(data: bytes) -> Cleaned:
    """Picture and sound as they are; dates, details and everything unknown zeroed in place.

    Raises:
        Broken: The file is cut or damaged.
        CannotClean: It has a track that is neither picture nor sound, or comes in fragments.
    """
    out = bytearray(data)
    removed: list[Removed] = []
    samples: list[Range] = []
    kept: list[tuple[str, Piece]] = []
    for parent, piece in _tree(iso.pieces(data)):
        if piece.name in _FRAGMENTS:
            raise CannotClean("The video comes in fragments.", reencode=False)
        if piece.name in _KEPT[parent]:
            kept.append((parent, piece))
            continue
        told = wipe_all_but(out, (piece.body_start, piece.body_end), ())
        out[piece.start + 4 : piece.start + 8] = b"free"
        if told and piece.name not in _FILLING:
            name = plain(piece.name.encode("latin-1"))
            what = _WHAT.get(piece.name, shapes.UNKNOWN)
            path = f"{parent}/{name}" if parent else name
            removed.append(Removed(what, path, piece.end - piece.start))
    names = [piece.name for _, piece in kept]
    if names.count("moov") != 1 or names.count("stbl") > _MOST_TRACKS:
        raise Broken("no list of tracks, two of them, or too many tracks")
    track = b""
    for parent, piece in kept:
        if piece.name == "hdlr" and parent == "mdia":
            track = data[piece.body_start + 8 : piece.body_start + 12]
        removed.extend(_wiped(data, out, parent, piece, track))
        if piece.name == "stbl":
            tables = [p for q, p in kept if q == "stbl" and _in(p, piece)]
            samples.extend(_samples(data, tables, track == b"soun"))
    rooms = [(piece.body_start, piece.body_end) for _, piece in kept if piece.name == "mdat"]
    if not samples or not inside(samples, rooms):
        raise Broken("picture or sound is outside of the room for it")
    for room in rooms:
        mine = [r for r in merged(samples) if r[1] > room[0] and r[0] < room[1]]
        if told := wipe_all_but(out, room, mine):
            removed.append(Removed("data that no track uses", "mdat", told))
    last = max(piece.end for parent, piece in _tree(iso.pieces(data)) if not parent)
    return Cleaned(bytes(out[:last]), Format.MP4, tuple(removed), ())


def _in(piece: Piece, room: Piece) -> bool:
    return room.start < piece.start < room.end


def _tree(found: tuple[Piece, ...]) -> list[tuple[str, Piece]]:
    """Each box with the name of the one it is in; boxes inside one that goes are left out."""
    out: list[tuple[str, Piece]] = []
    path: list[str | None] = []
    for piece in found:
        del path[piece.depth :]
        parent = path[-1] if path else ""
        out += [(parent, piece)] if parent is not None else []
        stays = parent is not None and piece.name in _KEPT[parent]
        path.append(piece.name if stays and piece.name in _KEPT else None)
    return out


def _wiped(data: bytes, out: bytearray, parent: str, piece: Piece, track: bytes) -> list[Removed]:
    """Zero what a kept box says beyond what the player needs."""
    body = piece.body_start
    if piece.name in _DATED:
        wide = 8 if data[body : body + 1] == b"\x01" else 4
        told = wipe_all_but(out, (body + 4, body + 4 + 2 * wide), ())
        if piece.name == "mdhd":
            _forget_language(out, body + (32 if wide == 8 else 20))
        return [Removed("date", f"{parent}/{piece.name}", told)] if told else []
    if piece.name == "hdlr":
        if parent == "mdia" and track not in _TRACKS:
            raise CannotClean("A track of the video is neither picture nor sound.", reencode=False)
        told = wipe_all_but(out, (body + 12, piece.body_end), ())
        return [Removed("name of a program", f"{parent}/hdlr", told)] if told else []
    if piece.name == "dref":
        _check_references(piece.body(data))
    if piece.name == "stsd":
        return _described(data, out, piece, track == b"soun")
    return []


def _forget_language(out: bytearray, at: int) -> None:
    if int.from_bytes(out[at : at + 2], "big") >= 0x400:
        out[at : at + 2] = _UNDETERMINED


def _check_references(body: bytes) -> None:
    """Whether all data are in this file: a name of another one would tell of the computer."""
    at = Cursor(body)
    at.take(8)
    for _, entry in at.boxes():
        if len(entry) != 4 or not entry[3] & 1:
            raise CannotClean("The video points to another file.", reencode=False)


def _described(data: bytes, out: bytearray, piece: Piece, sound: bool) -> list[Removed]:
    """Zero maker and encoder in the descriptions of picture and sound."""
    removed: list[Removed] = []
    at = piece.body_start + 8
    while at + 36 <= piece.body_end:
        size = int.from_bytes(data[at : at + 4], "big")
        if size < (36 if sound else 86) or at + size > piece.body_end:
            raise Broken("a description is cut")
        told = wipe_all_but(out, (at + 20, at + 24), ())
        inner = at + {1: 52, 2: 72}.get(data[at + 17], 36)
        if not sound:
            told += wipe_all_but(out, (at + 50, at + 82), ())
            inner = at + 86
        if told:
            removed.append(Removed("name of a program", "stbl/stsd", told))
        removed.extend(_extensions(data, out, inner, at + size))
        at += size
    return removed


def _extensions(data: bytes, out: bytearray, at: int, end: int) -> list[Removed]:
    removed: list[Removed] = []
    while at + 8 <= end:
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size < 8 or at + size > end:
            if any(data[at:end]):
                raise Broken("a description is cut")
            break
        if name.decode("latin-1") not in _IN_SAMPLE:
            out[at + 4 : at + 8] = b"free"
            wipe_all_but(out, (at + 8, at + size), ())
            removed.append(Removed(shapes.UNKNOWN, f"stbl/stsd/{plain(name)}", size))
        at += size
    return removed


def _samples(data: bytes, tables: list[Piece], sound: bool) -> list[Range]:
    """Where picture or sound of one track lies: chunks as long as their samples."""
    part = {piece.name: piece.body(data) for piece in tables}
    if len(part) != len(tables) or not {"stsc"} <= part.keys():
        raise Broken("the tables of a track are incomplete or given twice")
    sizes = _sizes(part, sound)
    chunks = _numbers(part.get("stco", b""), 4) or _numbers(part.get("co64", b""), 8)
    runs = _numbers(part["stsc"], 12)
    out: list[Range] = []
    at = 0
    for place, run in enumerate(runs):
        first, count = run >> 64, run >> 32 & 0xFFFFFFFF
        last = (runs[place + 1] >> 64) - 1 if place + 1 < len(runs) else len(chunks)
        if last < first and place + 1 < len(runs):
            raise Broken("the tables of a track are out of order")
        for chunk in range(first - 1, last):
            if not 0 <= chunk < len(chunks) or at + count > len(sizes):
                raise Broken("the tables of a track do not fit together")
            size = sum(sizes[at : at + count])
            out.append((chunks[chunk], chunks[chunk] + size))
            at += count
    if at != len(sizes):
        raise Broken("the tables of a track do not fit together")
    return [(start, end) for start, end in out if end > start]


def _sizes(part: dict[str, bytes], sound: bool) -> list[int]:
    """Bytes of each sample of a track. Plain sound counts in other units, which differ."""
    if "stsz" in part:
        at = Cursor(part["stsz"])
        at.take(4)
        size, count = at.number(4), at.number(4)
        if not size:
            return [at.number(4) for _ in range(count)]
        if count > _MOST_SAMPLES:
            raise Broken("too many samples")
        if not sound:
            return [size] * count
    raise CannotClean("The video lists its samples in a way of its own.", reencode=False)


def _numbers(body: bytes, size: int) -> list[int]:
    """A table of numbers with their count before them; empty for no table."""
    if not body:
        return []
    at = Cursor(body)
    at.take(4)
    return [at.number(size) for _ in range(at.number(4))]
