"""Metadata of HEIC, HEIF and AVIF files: all items of Exif and XMP, credentials, a video.

Source: ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.photo.containers.parts import Piece
from assistant.photo.details import HiddenKind
from assistant.photo.metadata import values
from assistant.photo.metadata.exif import read_exif
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.iso import boxes, read_uuid
from assistant.photo.metadata.mp4 import read_movie, read_mp4
from assistant.photo.metadata.xmp import read_xmp

_MOST_ITEMS = 4_000
_MOST_EXTENTS = 64
_LARGEST_ITEM = 64 << 20
_MOST_OF_FILE = 4
"""Times the file's size that all items together may have: some share bytes."""
_XMP_TYPE = "application/rdf+xml"
_PICTURES = frozenset(
    {"hvc1", "hev1", "av01", "grid", "iden", "iovl", "avc1", "vvc1", "tmap", "unci", "lhv1", "j2k1"}
)
_KNOWN = frozenset(
    {"ftyp", "meta", "mdat", "free", "skip", "moov", "uuid", "mpvd", "wide", "styp", "sidx"}
)


@dataclass(slots=True)
class _Item:
    kind: str
    media: str
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    """(construction method, offset, length)"""


def read_heif(data: bytes, out: Gathering) -> None:
    """Read a file of HEIF items."""
    pieces = boxes(data, "HEIF", out)
    for at, piece in enumerate(pieces):
        if piece.name == "meta" and piece.depth == 0:
            _meta(data, _inside(pieces, at), out)
        elif piece.name == "uuid" and piece.depth == 0:
            read_uuid(piece.body(data), "uuid", out)
        elif piece.name == "mpvd" and piece.depth == 0:
            film = piece.body(data)
            out.hide(HiddenKind.VIDEO, "mpvd", film)
            read_mp4(film, "mpvd", out)
        elif piece.depth == 0 and piece.name not in _KNOWN:
            out.leave(piece.name if piece.name.isalnum() else "box", piece.end - piece.start)
    if any(piece.name == "moov" for piece in pieces):
        read_movie(data, pieces, "moov", out)


def _inside(pieces: tuple[Piece, ...], at: int) -> tuple[Piece, ...]:
    end = pieces[at].end
    return tuple(piece for piece in pieces[at + 1 :] if piece.end <= end and piece.start < end)


def _meta(data: bytes, inside: tuple[Piece, ...], out: Gathering) -> None:
    items: dict[int, _Item] = {}
    stored = b""
    for piece in inside:
        if piece.name == "iinf":
            items = _items(piece.body(data), out)
        elif piece.name == "idat":
            stored = piece.body(data)
        elif piece.name == "ispe" and not out.width:
            body = piece.body(data)
            out.width, out.height = (int.from_bytes(body[i : i + 4], "big") for i in (4, 8))
        elif piece.name == "colr" and data[piece.body_start : piece.body_start + 4] in (
            b"prof",
            b"rICC",
        ):
            read_icc(piece.body(data)[4:], "meta/ICC", out)
        elif piece.name == "auxC":
            told = values.text(piece.body(data)[4:])
            out.add("QuickTime", "AuxiliaryImageType", told, "meta/auxC")
        elif piece.name == "uuid":
            read_uuid(piece.body(data), "meta/uuid", out)
    _size_of_primary(data, inside, out)
    for piece in inside:
        if piece.name == "iloc":
            _places(piece.body(data), items, out)
    left = _MOST_OF_FILE * len(data)
    for number, item in items.items():
        left -= sum(size for _, _, size in item.parts if item.kind not in _PICTURES)
        if left < 0:
            out.trouble("meta: the items overlap, the rest was left out")
            return
        _read_item(data, stored, number, item, out)


def _read_item(data: bytes, stored: bytes, number: int, item: _Item, out: Gathering) -> None:
    if item.kind in _PICTURES:
        return
    path = f"meta/{item.kind} item {number}"
    whole = sum(size for _, _, size in item.parts)
    if whole > min(len(data), _LARGEST_ITEM):
        out.trouble(f"{path}: the item is larger than the file, and was not read")
        return
    body = b"".join(
        (stored if method == 1 else data)[start : start + size]
        for method, start, size in item.parts
    )
    if not body or len(body) < whole:
        out.trouble(f"{path}: the item is not in the file, or only a part of it")
    if not body:
        return
    if item.kind == "Exif":
        skip = 4 + int.from_bytes(body[:4], "big")
        read_exif(body[skip:] if body[skip : skip + 2] in (b"II", b"MM") else body, path, out)
    elif item.kind == "mime" and (item.media == _XMP_TYPE or b"<x:xmpmeta" in body[:300]):
        read_xmp(body, path, out)
    elif item.kind == "jpeg" or body[:3] == b"\xff\xd8\xff":
        out.hide(HiddenKind.PICTURE, path, body)
    else:
        out.leave(path, len(body))


def _items(body: bytes, out: Gathering) -> dict[int, _Item]:
    """Every item by its number."""
    version = body[0] if body else 0
    at = 6 if version == 0 else 8
    found: dict[int, _Item] = {}
    while at + 12 <= len(body):
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 12 or body[at + 4 : at + 8] != b"infe" or len(found) >= _MOST_ITEMS:
            out.trouble("meta/iinf: the list of items is damaged")
            break
        entry = body[at + 8 : at + size]
        wide = 4 if entry[0] >= 3 else 2
        if entry[0] >= 2:
            number = int.from_bytes(entry[4 : 4 + wide], "big")
            place = 4 + wide + 2
            kind = entry[place : place + 4].decode("latin-1")
            texts = entry[place + 4 :].split(b"\0")
            media = texts[1].decode("latin-1") if kind == "mime" and len(texts) > 1 else ""
            found[number] = _Item(kind, media)
        at += size
    return found


def _places(body: bytes, items: Mapping[int, _Item], out: Gathering) -> None:
    """Where the items lie (`iloc`, versions 0 to 2)."""
    if len(body) < 8:
        return
    version = body[0]
    offset_size, length_size = body[4] >> 4, body[4] & 15
    base_size, index_size = body[5] >> 4, body[5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = 6

    def take(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(body[at - size : at], "big")

    for _ in range(min(take(wide), _MOST_ITEMS)):
        number = take(wide)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        extents = take(2)
        if at > len(body) or extents > 4_096:
            out.trouble("meta/iloc: the places of the items are damaged")
            return
        for nth in range(extents):
            take(index_size)
            start, size = base + take(offset_size), take(length_size)
            if number in items and nth < _MOST_EXTENTS and at <= len(body):
                items[number].parts.append((method, start, size))


def _size_of_primary(data: bytes, inside: tuple[Piece, ...], out: Gathering) -> None:
    """The size that belongs to the picture that is shown (`pitm`, `ipma`, `ispe`)."""
    primary = 0
    links: bytes = b""
    properties: list[Piece] = []
    depth = 0
    for piece in inside:
        if piece.name == "pitm":
            body = piece.body(data)
            primary = int.from_bytes(body[4:8] if body[:1] == b"\x01" else body[4:6], "big")
        elif piece.name == "ipma":
            links = piece.body(data)
        elif piece.name == "ipco":
            depth = piece.depth
        elif depth and piece.depth == depth + 1:
            properties.append(piece)
    for number in _properties_of(primary, links):
        if 0 < number <= len(properties) and properties[number - 1].name == "ispe":
            body = properties[number - 1].body(data)
            out.width, out.height = (int.from_bytes(body[i : i + 4], "big") for i in (4, 8))
            return


def _properties_of(item: int, links: bytes) -> list[int]:
    """Numbers of an item's properties, from 1."""
    if len(links) < 8:
        return []
    wide = 4 if links[0] else 2
    two = bool(links[3] & 1)
    at = 8
    for _ in range(min(int.from_bytes(links[4:8], "big"), _MOST_ITEMS)):
        number = int.from_bytes(links[at : at + wide], "big")
        count = links[at + wide] if at + wide < len(links) else 0
        at += wide + 1
        size = 2 if two else 1
        if number == item:
            mask = 0x7FFF if two else 0x7F
            return [
                int.from_bytes(links[at + size * i : at + size * (i + 1)], "big") & mask
                for i in range(count)
            ]
        at += size * count
    return []
