"""Metadata of MP4 and MOV files: dates, places, devices and texts of the movie and its tracks.

Source: ISO/IEC 14496-12; Apple, QuickTime file format, metadata; 3GPP TS 26.244 (`loci`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.containers.parts import Piece
from assistant.photo.details import HiddenKind
from assistant.photo.metadata import values
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.iso import boxes, read_uuid
from assistant.photo.metadata.xmp import read_xmp

_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_DATED = frozenset({"mvhd", "tkhd", "mdhd"})
_ISO6709 = re.compile(
    r"(?P<lat>[+-]\d{1,7}(?:\.\d{1,10})?)(?P<lon>[+-]\d{1,8}(?:\.\d{1,10})?)"
    r"(?P<alt>[+-]\d{1,6}(?:\.\d{1,6})?)?"
)
_MOST_KEYS = 500
_KNOWN_TOP = frozenset(
    {"ftyp", "moov", "mdat", "free", "skip", "wide", "uuid", "moof", "mfra", "sidx", "styp", "meta"}
    | {"pnot", "PICT", "emsg", "prft", "ssix"}
)
_KNOWN_USER = frozenset({"meta", "free", "name", "hnti", "hinf", "WLOC", "LOOP", "SelO", "AllF"})


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class MovieNames:
    """Names of what movies tell.

    Attributes:
        atoms: Four letters of an atom → tag.
        keys: End of a key of Apple's metadata → tag.
    """

    sources: tuple[str, ...]
    atoms: Mapping[str, str]
    keys: Mapping[str, str]


@cache
def movie_names() -> MovieNames:
    """The packaged ones."""
    return load_yaml(MovieNames, folder("photo") / "tags_movie.yaml")


def read_mp4(data: bytes, path: str, out: Gathering) -> None:
    """Read a movie file."""
    pieces = boxes(data, path, out)
    for piece in pieces:
        if piece.depth == 0 and piece.name not in _KNOWN_TOP:
            name = piece.name if piece.name.isalnum() and piece.name.isascii() else "box"
            out.leave(f"{path}/{name}", piece.end - piece.start)
    read_movie(data, pieces, f"{path}/moov", out)
    for piece in pieces:
        if piece.name == "uuid":
            read_uuid(piece.body(data), f"{path}/uuid", out)


def read_movie(data: bytes, pieces: tuple[Piece, ...], path: str, out: Gathering) -> None:
    """Read what the boxes of a movie tell, wherever they lie."""
    open_boxes: list[Piece] = []
    for piece in pieces:
        while open_boxes and piece.start >= open_boxes[-1].end:
            open_boxes.pop()
        parent = open_boxes[-1].name if open_boxes else ""
        if piece.name in _DATED:
            _times(piece.name, piece.body(data)[:104], path, out)
        elif parent == "udta":
            _user(piece, data, f"{path}/udta", out)
        elif piece.name == "keys":
            _keys(data, piece, pieces, f"{path}/meta", out)
        elif piece.name == "ilst" and not _has_keys(piece, pieces):
            _items(piece.body(data), f"{path}/ilst", out)
        elif piece.name == "hdlr" and piece.body(data)[8:12] == b"meta" and parent == "mdia":
            out.leave(f"{path}/timed metadata", piece.end - piece.start)
        open_boxes.append(piece)


def _times(name: str, body: bytes, path: str, out: Gathering) -> None:
    """When a movie, a track or its media was made and changed; a track's size."""
    wide = 8 if body[:1] == b"\x01" else 4
    prefix = {"mvhd": "", "tkhd": "Track", "mdhd": "Media"}[name]
    for tag, at in (("CreateDate", 4), ("ModifyDate", 4 + wide)):
        seconds = int.from_bytes(body[at : at + wide], "big")
        if 0 < seconds < 1 << 36:
            when = _EPOCH + timedelta(seconds=seconds)
            out.add("QuickTime", f"{prefix}{tag}", f"{when:%Y:%m:%d %H:%M:%S}", f"{path}/{name}")
    if name == "tkhd" and not out.width and not path.count("video"):
        at = 76 + (12 if wide == 8 else 0)
        out.width = int.from_bytes(body[at : at + 2], "big")
        out.height = int.from_bytes(body[at + 4 : at + 6], "big")


def _user(piece: Piece, data: bytes, path: str, out: Gathering) -> None:
    """One atom of the user data."""
    body = piece.body(data)[: 1 << 23]
    if piece.name == "XMP_":
        read_xmp(body, f"{path}/XMP", out)
    elif piece.name == "loci":
        _loci(body, path, out)
    elif piece.name in movie_names().atoms:
        _tell("UserData", movie_names().atoms[piece.name], _user_text(piece.name, body), path, out)
    elif piece.name not in _KNOWN_USER and any(body):
        name = piece.name if piece.name.isascii() and piece.name.isalnum() else "atom"
        out.leave(f"{path}/{name}", len(body))


def _user_text(name: str, body: bytes) -> str:
    """QuickTime's texts have a length and a language before them, 3GPP's a version."""
    if name.startswith("\xa9"):
        size = int.from_bytes(body[:2], "big")
        return values.text(body[4 : 4 + size]) if size + 4 <= len(body) else values.text(body)
    found = body[6:]
    return values.wide_text(found, "big") if found[:2] == b"\xfe\xff" else values.text(found)


def _loci(body: bytes, path: str, out: Gathering) -> None:
    """3GPP's place: a name and a position in 1/65536 degrees."""
    rest = body[6:]
    wide = rest[:2] == b"\xfe\xff"
    end = rest.find(b"\0\0" if wide else b"\0")
    if end < 0:
        return
    name = values.wide_text(rest[:end], "big") if wide else values.text(rest[:end])
    numbers = rest[end + (2 if wide else 1) + 1 :]
    out.add("UserData", "LocationName", name, path)
    if len(numbers) >= 12:
        longitude, latitude, altitude = (
            int.from_bytes(numbers[at : at + 4], "big", signed=True) / 65_536 for at in (0, 4, 8)
        )
        _position("UserData", (latitude, longitude, altitude), path, out)


def _has_keys(ilst: Piece, pieces: tuple[Piece, ...]) -> bool:
    """Whether a `keys` box beside it names its items."""
    return any(
        piece.name == "keys" and piece.depth == ilst.depth and piece.end <= ilst.start
        and not any(
            other.name == "meta" and piece.end <= other.start < ilst.start for other in pieces
        )
        for piece in pieces
    )  # fmt: skip


def _keys(data: bytes, piece: Piece, pieces: tuple[Piece, ...], path: str, out: Gathering) -> None:
    """Apple's metadata: names in `keys`, values by number in the `ilst` beside it."""
    body = piece.body(data)
    names: list[str] = []
    at = 8
    for _ in range(min(int.from_bytes(body[4:8], "big"), _MOST_KEYS)):
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8:
            break
        names.append(body[at + 8 : at + size].decode("utf-8", "replace"))
        at += size
    found = next(
        (p for p in pieces if p.name == "ilst" and p.depth == piece.depth and p.start >= piece.end),
        None,
    )
    if found is None:
        return
    for kind, item in _atoms(found.body(data)):
        number = int.from_bytes(kind, "big")
        if 0 < number <= len(names):
            for told in _data_texts(item, f"{path}/keys", out):
                _tell("Keys", _key_tag(names[number - 1]), told, f"{path}/keys", out)


def _key_tag(key: str) -> str:
    known = movie_names().keys
    for end, tag in known.items():
        if key.endswith(end):
            return tag
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W+", key)[-3:]) or "Key"


def _items(body: bytes, path: str, out: Gathering) -> None:
    """iTunes' metadata: four letters and their data."""
    for kind, item in _atoms(body):
        name = kind.decode("latin-1")
        tag = movie_names().atoms.get(name, name if name.isalnum() else f"Item{kind.hex()}")
        for told in _data_texts(item, f"{path}/{tag}", out):
            _tell("ItemList", tag, told, path, out)


def _data_texts(item: bytes, path: str, out: Gathering) -> Iterator[str]:
    for kind, body in _atoms(item):
        if kind != b"data" or len(body) < 8:
            continue
        form = int.from_bytes(body[:4], "big") & 0xFFFFFF
        if form in (13, 14) or body[8:11] == b"\xff\xd8\xff":
            out.hide(HiddenKind.THUMBNAIL, path, body[8:])
        elif form == 1:
            yield body[8 : 8 + values.LONGEST_TEXT].decode("utf-8", "replace")
        elif form == 2:
            yield values.wide_text(body[8:], "big")
        elif form in (21, 22) and len(body) <= 16:
            yield str(int.from_bytes(body[8:], "big", signed=form == 21))
        else:
            yield values.blob(body[8:], len(body) - 8)


def _atoms(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = count = 0
    while at + 8 <= len(body) and count < _MOST_KEYS:
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8:
            return
        yield body[at + 4 : at + 8], body[at + 8 : at + size]
        at += size
        count += 1


def _tell(group: str, tag: str, told: str, path: str, out: Gathering) -> None:
    out.add(group, tag, told, path)
    if tag == "GPSCoordinates" and (match := _ISO6709.match(told.strip())):
        altitude = float(match["alt"]) if match["alt"] else None
        _position(group, (_angle(match["lat"], 2), _angle(match["lon"], 3), altitude), path, out)


def _angle(told: str, whole: int) -> float:
    """Degrees of ISO 6709, which may also be degrees and minutes, or these and seconds."""
    digits = told[1:].partition(".")[0]
    number = abs(float(told))
    if len(digits) > whole + 2:
        degrees, rest = divmod(number, 10_000)
        minutes, seconds = divmod(rest, 100)
        number = degrees + minutes / 60 + seconds / 3600
    elif len(digits) > whole:
        degrees, minutes = divmod(number, 100)
        number = degrees + minutes / 60
    return -number if told.startswith("-") else number


def _position(
    group: str, where: tuple[float, float, float | None], path: str, out: Gathering
) -> None:
    latitude, longitude, altitude = where
    out.add(group, "GPSLatitude", values.plain(round(latitude, 7)), path)
    out.add(group, "GPSLongitude", values.plain(round(longitude, 7)), path)
    if altitude:
        out.add(group, "GPSAltitude", values.plain(altitude), path)
