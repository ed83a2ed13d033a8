"""HEIC, HEIF and AVIF without metadata: the shown picture stays where it is, all else is wiped.

Nothing moves, so every offset stays right: the lists of the file are written anew without the
items that go, and the room that they leave is filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.photo.clean import items, profile, shapes
from assistant.photo.clean.bounds import Range, inside, meet, merged, wipe_all_but
from assistant.photo.clean.items import Association, Item, Place, Reference, box
from assistant.photo.clean.shapes import CannotClean, Cleaned, Removed, plain
from assistant.photo.containers import iso
from assistant.photo.containers.parts import Broken, Format, Piece, sniff

_CODED = frozenset({"hvc1", "hev1", "av01", "avc1", "vvc1"})
_DERIVED = frozenset({"grid", "iden", "iovl"})
_PROPERTIES = frozenset(
    {
        *("hvcC", "av1C", "avcC", "vvcC", "ispe", "pixi", "colr", "irot", "imir", "clap", "pasp"),
        *("auxC", "a1op", "a1lx", "lsel", "clli", "mdcv", "cclv", "amve", "tols"),
    }
)
_ALPHA = frozenset(
    {
        b"urn:mpeg:hevc:2015:auxid:1",
        b"urn:mpeg:avc:2015:auxid:1",
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    }
)
_ONCE = ("hdlr", "pitm", "iinf", "iloc", "iprp")
_AT_MOST_ONCE = ("iref", "idat")
_BOXES = {
    "uuid": "unknown data",
    "mpvd": "video after the picture",
    "sefd": "maker data after the picture",
}
_FILLING = ("free", "skip")


@dataclass(frozen=True, slots=True)
class _File:
    """What the file says of itself.

    Attributes:
        top: Boxes at the top of the file.
        meta: Boxes inside meta.
        properties: Boxes inside ipco, in order.
        uses: What each auxiliary picture is for.
        ipma: The list of which properties belong to which item.
    """

    data: bytes
    top: tuple[Piece, ...]
    meta: tuple[Piece, ...]
    properties: tuple[Piece, ...]
    ipma: bytes
    primary: int
    items: Mapping[int, Item]
    places: Mapping[int, Place]
    arrows: list[Reference]
    associations: list[Association]
    uses: Mapping[int, bytes]

    def body(self, name: str) -> bytes:
        """The content of a box inside meta; empty where it is not there."""
        return next((p.body(self.data) for p in self.meta if p.name == name), b"")


def clean_heif(data: bytes) -> Cleaned:
    """The shown picture with its transparency, its colours and its orientation.

    Raises:
        Broken: The file is cut or damaged.
        CannotClean: It moves, or is built in a way that this cannot take apart for certain.
    """
    file = _read(data)
    kept = _kept(file)
    used = _used(file, kept)
    out = bytearray(data)
    removed = _wipe(file, kept, out)
    meta = next(piece for piece in file.top if piece.name == "meta")
    out[meta.start : meta.end] = _fitted(_meta(file, kept, used, out), meta)
    del out[file.top[-1].end :]
    cleaned = bytes(out)
    _prove(file, kept, used, cleaned)
    notes = _notes(file, used)
    return Cleaned(cleaned, sniff(data) or Format.HEIF, tuple(removed), tuple(notes))


def _read(data: bytes) -> _File:
    found = iso.pieces(data)
    top = tuple(piece for piece in found if piece.depth == 0)
    if any(piece.name in ("moov", "moof") for piece in top):
        raise CannotClean("The file holds a moving picture beside the still one.", reencode=False)
    metas = [piece for piece in top if piece.name == "meta"]
    if len(metas) != 1 or metas[0].end - metas[0].start >= 1 << 32:
        raise CannotClean("The file does not describe its picture in one place.", reencode=True)
    meta = tuple(p for p in found if p.depth == 1 and metas[0].start < p.start < metas[0].end)
    names = [piece.name for piece in meta]
    if any(names.count(name) != 1 for name in _ONCE) or any(
        names.count(name) > 1 for name in _AT_MOST_ONCE
    ):
        raise CannotClean("The file describes its picture incompletely or twice.", reencode=True)
    if meta[0].start != metas[0].body_start + 4 or metas[0].body_start != metas[0].start + 8:
        raise CannotClean("The file describes its picture in an odd way.", reencode=True)
    part = {piece.name: piece for piece in meta}
    inner = [p for p in found if part["iprp"].start < p.start < part["iprp"].end and p.depth == 2]
    if sorted(p.name for p in inner) != ["ipco", "ipma"]:
        raise CannotClean("The file lists the properties of its picture oddly.", reencode=True)
    holder, lists = sorted(inner, key=lambda p: p.name)
    properties = tuple(p for p in found if p.depth == 3 and holder.start < p.start < holder.end)
    ipma = lists.body(data)
    entries = items.associations(ipma)
    return _File(
        data,
        top,
        meta,
        properties,
        ipma,
        items.primary(part["pitm"].body(data)),
        items.items(part["iinf"].body(data)),
        items.places(part["iloc"].body(data)),
        items.references(part["iref"].body(data)) if "iref" in part else [],
        entries,
        _uses(data, entries, properties),
    )


def _kept(file: _File) -> set[int]:
    """The items of the shown picture: itself, its tiles, its transparency."""
    parts = items.made_of(file.arrows)
    kept = items.reachable({file.primary}, parts)
    alpha = {
        arrow.source
        for arrow in file.arrows
        if arrow.kind == "auxl"
        and not kept.isdisjoint(arrow.targets)
        and file.uses.get(arrow.source) in _ALPHA
    }
    kept |= items.reachable(alpha, parts)
    for number in kept:
        item, place = file.items.get(number), file.places.get(number)
        if item is None:
            raise Broken("a part of the picture is missing")
        if item.kind not in _CODED | _DERIVED:
            raise CannotClean("The picture is stored in a way of its own.", reencode=True)
        if item.kind in _CODED and (place is None or not place.extents):
            raise CannotClean("The picture is not stored in one plain place.", reencode=True)
        if place is not None and place.extents is None:
            raise CannotClean("The picture is not stored in one plain place.", reencode=True)
    return kept


def _uses(
    data: bytes, entries: list[Association], properties: tuple[Piece, ...]
) -> dict[int, bytes]:
    """What each auxiliary picture is for, as its auxC says."""
    return {
        entry.number: properties[place - 1].body(data)[4:].partition(b"\0")[0]
        for entry in entries
        for place, _ in entry.properties
        if 1 <= place <= len(properties) and properties[place - 1].name == "auxC"
    }


def _used(file: _File, kept: set[int]) -> list[Association]:
    """The properties that the kept items need.

    Raises:
        CannotClean: One that they cannot do without is unknown.
    """
    found: list[Association] = []
    for entry in file.associations:
        if entry.number not in kept:
            continue
        good: list[tuple[int, bool]] = []
        for place, must in entry.properties:
            if not 0 <= place <= len(file.properties):
                raise Broken("a property is missing")
            if place and file.properties[place - 1].name in _PROPERTIES:
                good.append((place, must))
            elif place and must:
                raise CannotClean("The picture needs a property of its own.", reencode=True)
        found.append(Association(entry.number, tuple(good)))
    return found


def _ranges(file: _File, number: int) -> list[Range]:
    """Where the bytes of an item are in the file; none where it does not say so plainly."""
    place = file.places.get(number)
    if place is None or place.extents is None:
        return []
    base = 0
    if place.method == 1:
        base = next((p.body_start for p in file.meta if p.name == "idat"), len(file.data))
    return [(base + start, base + end) for start, end in place.extents]


def _wipe(file: _File, kept: set[int], out: bytearray) -> list[Removed]:
    """Zero every byte outside meta that is not of a kept item; what went, in words."""
    picture = merged(r for number in kept for r in _ranges(file, number))
    rooms = [(p.body_start, p.body_end) for p in file.top if p.name == "mdat"]
    small = [(p.body_start, p.body_end) for p in file.meta if p.name == "idat"]
    for number in kept & set(file.places):
        if not inside(_ranges(file, number), small if file.places[number].method else rooms):
            raise Broken("a part of the picture is outside of the room for it")
    gone = [number for number in file.items if number not in kept]
    if any(meet(_ranges(file, number), picture) for number in gone):
        raise CannotClean("Details and picture share the same bytes.", reencode=True)
    removed = _gone(file, gone)
    for piece in file.top:
        if piece.name not in ("ftyp", "meta", "mdat"):
            told = wipe_all_but(out, (piece.body_start, piece.body_end), ())
            out[piece.start + 4 : piece.start + 8] = b"free"
            if told and piece.name not in _FILLING:
                what = _BOXES.get(piece.name, shapes.UNKNOWN)
                if piece.name == "uuid" and b"c2pa" in piece.body(file.data)[:200]:
                    what = shapes.CREDENTIALS
                path = plain(piece.name.encode("latin-1"))
                removed.append(Removed(what, path, piece.end - piece.start))
    for room in rooms + small:
        mine = [r for r in picture if room[0] <= r[0] and r[1] <= room[1]]
        wipe_all_but(out, room, mine)
    known = {*_ONCE, *_AT_MOST_ONCE, "dinf", *_FILLING}
    removed.extend(
        Removed(shapes.UNKNOWN, f"meta/{plain(p.name.encode('latin-1'))}", p.end - p.start)
        for p in file.meta
        if p.name not in known
    )
    return removed


def _gone(file: _File, gone: list[int]) -> list[Removed]:
    """What the items were that go; tiles count with the picture that they make."""
    parts = items.made_of(file.arrows)
    tiles = {number for made in parts.values() for number in made}
    thumbnails = {arrow.source for arrow in file.arrows if arrow.kind == "thmb"}
    removed: list[Removed] = []
    for number in gone:
        if number in tiles and file.items[number].kind in _CODED:
            continue
        own = {number, *parts.get(number, ())}
        size = sum(end - start for n in own for start, end in _ranges(file, n))
        what = _word(file.items[number], file.uses.get(number, b""), number in thumbnails)
        removed.append(Removed(what, f"meta/item {number}", size))
    return removed


def _word(item: Item, use: bytes, thumbnail: bool) -> str:
    """An item in words; `use` is what it is for as an auxiliary picture."""
    if item.kind == "Exif":
        return shapes.EXIF
    if item.content == "application/rdf+xml":
        return shapes.XMP
    if use and not thumbnail:
        low = use.lower()
        depth = b"depth" in low or low.endswith(b"auxid:2")
        other = "gain map" if b"gainmap" in low else "picture beside the picture"
        return "depth map" if depth else other
    if item.kind in _CODED | _DERIVED | {"tmap", "jpeg"}:
        return shapes.THUMBNAIL if thumbnail else shapes.FURTHER_PICTURE
    return shapes.UNKNOWN


def _meta(file: _File, kept: set[int], used: list[Association], wiped: bytearray) -> list[bytes]:
    """The boxes inside meta without what goes."""
    arrows = [
        Reference(a.kind, a.source, tuple(t for t in a.targets if t in kept))
        for a in file.arrows
        if a.source in kept and a.kind in ("dimg", "auxl", "prem") and kept & set(a.targets)
    ]
    handler = file.body("hdlr")
    if handler[8:12] != b"pict":
        raise CannotClean("The file does not call itself a picture.", reencode=True)
    new = {
        "hdlr": handler[:12] + bytes(13),
        "pitm": file.body("pitm")[:8],
        "iinf": items.write_items(
            file.body("iinf"), [i for n, i in file.items.items() if n in kept]
        ),
        "iloc": items.write_places(
            file.body("iloc"), [p for n, p in file.places.items() if n in kept]
        ),
        "iref": items.write_references(file.body("iref"), arrows) if arrows else b"",
        "iprp": _properties(file, used),
    }
    new |= {p.name: bytes(wiped[p.body_start : p.body_end]) for p in file.meta if p.name == "idat"}
    return [box(p.name, new[p.name]) for p in file.meta if new.get(p.name)]


def _properties(file: _File, used: list[Association]) -> bytes:
    """iprp with the properties that are used; the others become filling, so that the numbers of
    the used ones stay."""
    wanted = {place for entry in used for place, _ in entry.properties}
    inner = b"".join(
        box(piece.name, piece.body(file.data)) if number in wanted else box("free", b"")
        for number, piece in enumerate(file.properties, 1)
    )
    return box("ipco", inner) + box("ipma", items.write_associations(file.ipma, used))


def _fitted(boxes: list[bytes], meta: Piece) -> bytes:
    """A meta box of the size of the old one: what is left over is filled."""
    room = meta.end - meta.body_start - 4
    spare = room - sum(map(len, boxes))
    if spare < 0:
        raise CannotClean("The file describes its picture in too little room.", reencode=True)
    if spare >= 8:
        boxes = [*boxes, box("free", bytes(spare - 8))]
    else:
        place = next(i for i, entry in enumerate(boxes) if entry[4:8] == b"hdlr")
        boxes = [*boxes]
        boxes[place] = box("hdlr", boxes[place][8:] + bytes(spare))
    return (meta.end - meta.start).to_bytes(4, "big") + b"meta" + bytes(4) + b"".join(boxes)


def _prove(file: _File, kept: set[int], used: list[Association], cleaned: bytes) -> None:
    """Read the copy again: it must hold the kept items with the same bytes, and no other.

    Raises:
        CannotClean: It does not.
    """
    try:
        again = _read(cleaned)
        same = (
            set(again.items) == kept
            and again.primary == file.primary
            and again.associations == used
            and {p.name for p in again.top} <= {"ftyp", "meta", "mdat", "free"}
            and all(_content(again, n) == _content(file, n) for n in kept)
        )
    except Broken:
        same = False
    if not same:
        raise CannotClean("The file could not be taken apart for certain.", reencode=True)


def _content(file: _File, number: int) -> list[bytes]:
    return [file.data[start:end] for start, end in _ranges(file, number)]


def _notes(file: _File, used: list[Association]) -> list[str]:
    """What stays beside the picture, in words."""
    wanted = {place for entry in used for place, _ in entry.properties if place}
    notes: list[str] = []
    for place in sorted(wanted):
        piece = file.properties[place - 1]
        content = piece.body(file.data)
        if piece.name == "colr" and content[:4] in (b"prof", b"rICC"):
            notes.append(profile.note(content[4:]))
        elif piece.name in ("irot", "imir"):
            notes.append("orientation")
    return list(dict.fromkeys(notes))
