"""Exif blocks and TIFF files: every directory, the thumbnails, and the blocks they carry.

Source: Exif 2.32 (CIPA DC-008); TIFF 6.0; DNG 1.7; names of tags in ExifTool's spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.containers import jpeg
from assistant.photo.containers.parts import Broken
from assistant.photo.details import HiddenKind
from assistant.photo.metadata import values
from assistant.photo.metadata.c2pa import read_jumbf
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.ifd import (
    MOST_DIRECTORIES,
    BadDirectory,
    Block,
    Field,
    directory,
    open_block,
)
from assistant.photo.metadata.iptc import read_iptc, read_photoshop
from assistant.photo.metadata.makers import read_maker_note
from assistant.photo.metadata.xmp import read_xmp

_SUBDIRECTORIES = {0x8769: "ExifIFD", 0x8825: "GPS", 0xA005: "InteropIFD", 0x014A: "SubIFD"}
_MOST_DEPTH = 5
_MAKER_NOTE = 0x927C
_CARRIED: Mapping[int, tuple[str, Callable[[bytes, str, Gathering], None]]] = {
    0x02BC: ("XMP", read_xmp),
    0x83BB: ("IPTC", read_iptc),
    0x8649: ("Photoshop", read_photoshop),
    0x8773: ("ICC", read_icc),
    0xCD41: ("C2PA", read_jumbf),
}
_WIDE_TEXTS = range(0x9C9B, 0x9CA0)
_MARKED_TEXTS = {"UserComment", "GPSProcessingMethod", "GPSAreaInformation"}
_QUIET = {0xEA1C, 0xC4A5}
"""Padding and print settings."""
_THUMBNAIL_START, _THUMBNAIL_SIZE = 0x0201, 0x0202
_REDUCED = 1
"""Bit of `SubfileType` for a smaller copy of another picture."""
_MOST_STRAY = 8
_SOI = b"\xff\xd8\xff"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class TagNames:
    """Names of the standard's tags, by the directory that they are in."""

    sources: tuple[str, ...]
    tiff: Mapping[int, str]
    gps: Mapping[int, str]
    interop: Mapping[int, str]


@cache
def tag_names() -> TagNames:
    """The packaged ones."""
    return load_yaml(TagNames, folder("photo") / "tags_exif.yaml")


@dataclass(slots=True)
class _Reading:
    """One block on its way to the gathering."""

    block: Block
    path: str
    out: Gathering
    whole_file: bool
    seen: set[int] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[Field, str]] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)
    """Bytes that are known to be a picture."""
    subs: int = 0
    sound: bool = True
    """Whether all directories and values so far lie inside the block."""


def tiff_start(data: bytes) -> int | None:
    """Where the TIFF header is in the first 16 bytes of an Exif block; None for none."""
    for at in range(min(16, len(data) - 3)):
        if data[at : at + 4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
            return at
    return None


def read_exif(data: bytes, path: str, out: Gathering) -> None:
    """Read one Exif block, whatever stands before its TIFF header."""
    if not out.enter():
        return
    start = tiff_start(data)
    if start is None and data[:5] == b"Exif\0" and data[6:8] in (b"II", b"MM"):
        out.trouble(f"{path}: the header of the Exif block is damaged")
        start = 6
    if start is None:
        out.trouble(f"{path}: the Exif block has no header and could not be read")
        out.leave(path, len(data))
        return
    _read(data[start:], path, out, whole_file=False)


def read_tiff(data: bytes, path: str, out: Gathering) -> None:
    """Read a whole TIFF file, DNG and other raw formats that are built the same."""
    if not out.enter():
        return
    _read(data, path, out, whole_file=True)


def _read(data: bytes, path: str, out: Gathering, whole_file: bool) -> None:
    try:
        block, at = open_block(data)
    except BadDirectory as bad:
        out.trouble(f"{path}: {bad}")
        return
    reading = _Reading(block, path, out, whole_file)
    number = pages = 0
    while at:
        found = _directory(reading, at, f"IFD{number}", 0)
        if found is None:
            break
        fields, at = found
        by_tag = {entry.tag: entry for entry in fields}
        reduced = 0x00FE in by_tag and block.integers(by_tag[0x00FE])[:1] == (_REDUCED,)
        pages += not reduced
        number += 1
    for note, where in reading.notes:
        sound = reading.sound and len(reading.notes) == 1
        read_maker_note(block, note, reading.texts, where, out, sound=sound)
    if whole_file:
        out.frames = max(1, pages)
    else:
        _stray_pictures(reading)


def _directory(
    reading: _Reading, at: int, group: str, depth: int
) -> tuple[tuple[Field, ...], int] | None:
    """Read a directory and those below it; None where there is none to read."""
    where = f"{reading.path}/{group}"
    if at in reading.seen or len(reading.seen) >= MOST_DIRECTORIES or depth > _MOST_DEPTH:
        reading.sound = False
        reading.out.trouble(f"{where}: directories run in a circle or are too many")
        return None
    reading.seen.add(at)
    try:
        fields, following, sound = directory(reading.block, at)
    except BadDirectory as bad:
        reading.sound = False
        reading.out.trouble(f"{where}: {bad}")
        return None
    if not sound:
        reading.sound = False
        reading.out.trouble(f"{where}: a value is damaged")
    names = _names(group)
    positions = _GpsRefs(reading.block, fields) if group == "GPS" else None
    for entry in fields:
        name = names.get(entry.tag) or f"Tag0x{entry.tag:04x}"
        if entry.tag in _SUBDIRECTORIES and group != "GPS":
            _below(reading, entry, depth)
        elif entry.tag == _MAKER_NOTE:
            reading.notes.append((entry, f"{where}/MakerNote"))
        elif entry.tag in _CARRIED and group != "GPS":
            label, read = _CARRIED[entry.tag]
            read(reading.block.bytes_of(entry), f"{where}/{label}", reading.out)
        elif entry.tag not in _QUIET:
            found = positions.value(name, entry) if positions else _value(reading, name, entry)
            reading.texts.setdefault(name, found)
            reading.out.add(group, name, found, where)
    _pictures(reading, fields, group, where)
    return fields, following


def _below(reading: _Reading, entry: Field, depth: int) -> None:
    group = _SUBDIRECTORIES[entry.tag]
    for at in reading.block.integers(entry):
        name = group
        if group == "SubIFD":
            name = f"SubIFD{reading.subs}" if reading.subs else group
            reading.subs += 1
        _directory(reading, at, name, depth + 1)


def _names(group: str) -> Mapping[int, str]:
    if group == "GPS":
        return tag_names().gps
    return tag_names().interop if group == "InteropIFD" else tag_names().tiff


def _value(reading: _Reading, name: str, entry: Field) -> str:
    block = reading.block
    if entry.tag in _WIDE_TEXTS:
        return values.wide_text(block.bytes_of(entry, values.LONGEST_TEXT), "little")
    if name in _MARKED_TEXTS and entry.kind != 2:
        return values.marked_text(block.bytes_of(entry, values.LONGEST_TEXT), block.order)
    if name == "Copyright":
        parts = block.bytes_of(entry, values.LONGEST_TEXT).split(b"\0")
        return "; ".join(told for part in parts[:2] if (told := values.text(part)))
    return values.value(block, entry)


class _GpsRefs:
    """Values of the GPS directory: coordinates in signed degrees, times as times."""

    def __init__(self, block: Block, fields: tuple[Field, ...]) -> None:
        self.block = block
        self.refs = {
            entry.tag: values.value(block, entry) for entry in fields if entry.tag in (1, 3, 19, 21)
        }
        self.below_sea = any(
            entry.tag == 5 and block.integers(entry)[:1] == (1,) for entry in fields
        )

    def value(self, name: str, entry: Field) -> str:
        if entry.tag in (2, 4, 20, 22):
            return self._degrees(entry)
        if entry.tag == 7 and entry.kind in (5, 10):
            return self._clock(entry)
        if entry.tag == 6 and self.below_sea:
            return "-" + values.plain((self.block.numbers(entry) or (0.0,))[0])
        if name in _MARKED_TEXTS and entry.kind != 2:
            return values.marked_text(
                self.block.bytes_of(entry, values.LONGEST_TEXT), self.block.order
            )
        if entry.kind in (5, 10):
            return " ".join(values.plain(number) for number in self.block.numbers(entry))
        return values.value(self.block, entry)

    def _degrees(self, entry: Field) -> str:
        """Degrees, minutes and seconds as signed degrees; "" where they say nothing."""
        if entry.kind in (5, 10) and not any(below for _, below in self.block.ratios(entry, 3)):
            return ""
        parts = self.block.numbers(entry, 3)
        if not parts or entry.kind == 2:
            return values.value(self.block, entry)
        degrees = sum(part / 60**power for power, part in enumerate(parts))
        negative = self.refs.get(entry.tag - 1, "").upper()[:1] in ("S", "W")
        return values.plain(round(-degrees if negative else degrees, 7))

    def _clock(self, entry: Field) -> str:
        if not any(below for _, below in self.block.ratios(entry, 3)):
            return ""
        parts = (*self.block.numbers(entry, 3), 0.0, 0.0, 0.0)
        whole = int(parts[2])
        fraction = f"{parts[2] - whole:.3f}"[1:].rstrip("0").rstrip(".")
        return f"{int(parts[0]):02}:{int(parts[1]):02}:{whole:02}{fraction}"


def _pictures(reading: _Reading, fields: tuple[Field, ...], group: str, where: str) -> None:
    """The smaller pictures that a directory points at."""
    block = reading.block
    by_tag = {entry.tag: entry for entry in fields}

    def first(tag: int) -> int:
        numbers = block.integers(by_tag[tag], 1) if tag in by_tag else ()
        return numbers[0] if numbers else 0

    if reading.whole_file and not reading.out.width and not first(0x00FE):
        reading.out.width, reading.out.height = first(0x0100), first(0x0101)
    thumbnail = group == "IFD1" and (not reading.whole_file or first(0x00FE) == _REDUCED)
    kind = HiddenKind.THUMBNAIL if thumbnail else HiddenKind.PREVIEW
    start, size = first(_THUMBNAIL_START), first(_THUMBNAIL_SIZE)
    if start and size:
        _jpeg(reading, kind, where, start, size)
    elif first(0x0111) and first(0x0117) and (thumbnail or first(0x00FE) == _REDUCED):
        if first(0x0103) in (6, 7):
            _jpeg(reading, kind, where, first(0x0111), first(0x0117))
        else:
            copy = _as_tiff(block, by_tag)
            if copy:
                reading.out.hide(kind, f"{where}/strips", copy)


def _jpeg(reading: _Reading, kind: HiddenKind, where: str, start: int, size: int) -> None:
    data = reading.block.data
    found = data[start : start + size]
    if found.find(_SOI[:2], 0, 64) < 0:
        if found.strip(b"\0\xff"):
            reading.out.leave(f"{where}/picture", len(found))
        return
    if start + size > len(data):
        reading.out.trouble(f"{where}: the small picture is cut")
    reading.taken.append((start, start + size))
    reading.out.hide(kind, where, found)


def _as_tiff(block: Block, by_tag: Mapping[int, Field]) -> bytes:
    """An uncompressed thumbnail as a TIFF file of its own; b"" where its strips are not there."""
    starts = block.integers(by_tag[0x0111], 256)
    sizes = block.integers(by_tag[0x0117], 256)
    strips = b"".join(
        block.data[at : at + size] for at, size in zip(starts, sizes, strict=False) if size > 0
    )
    if not strips or len(strips) > 4 << 20:
        return b""
    kept = [
        by_tag[tag]
        for tag in (0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0115, 0x011C, 0x0212)
        if tag in by_tag
    ]
    height = (block.integers(by_tag[0x0101], 1) if 0x0101 in by_tag else (0,))[0]
    rows: list[tuple[int, int, tuple[int, ...]]] = [
        (entry.tag, 3 if entry.kind == 3 else 4, block.integers(entry, 4)) for entry in kept
    ]
    rows += [(0x0111, 4, (0,)), (0x0116, 4, (height,)), (0x0117, 4, (len(strips),))]
    return _written(sorted(rows), strips)


def _written(rows: list[tuple[int, int, tuple[int, ...]]], strips: bytes) -> bytes:
    """A little-endian TIFF file of one directory and one strip."""
    after = 8 + 2 + 12 * len(rows) + 4
    extra = b""
    entries = b""
    sizes = {3: 2, 4: 4}
    spilled = sum(
        sizes[kind] * len(numbers) for _, kind, numbers in rows if sizes[kind] * len(numbers) > 4
    )
    for tag, kind, numbers in rows:
        told = (after + spilled,) if tag == 0x0111 else numbers
        packed = b"".join(
            (number & (1 << 8 * sizes[kind]) - 1).to_bytes(sizes[kind], "little") for number in told
        )
        if len(packed) > 4:
            place = (after + len(extra)).to_bytes(4, "little")
            extra, packed = extra + packed, place
        entries += tag.to_bytes(2, "little") + kind.to_bytes(2, "little")
        entries += len(told).to_bytes(4, "little") + packed.ljust(4, b"\0")
    head = b"II*\0\x08\0\0\0" + len(rows).to_bytes(2, "little")
    return head + entries + bytes(4) + extra + strips


def _stray_pictures(reading: _Reading) -> None:
    """Pictures in the block that no directory read here points at: previews of maker notes."""
    data, at = reading.block.data, 0
    for _ in range(_MOST_STRAY):
        at = data.find(_SOI, at)
        if at < 0:
            return
        known = next((end for start, end in reading.taken if start <= at < end), None)
        if known is not None:
            at = known
            continue
        end = end_of_jpeg(data, at)
        if end:
            reading.out.hide(HiddenKind.PREVIEW, f"{reading.path}/preview", data[at:end])
        at = end or at + 3


def end_of_jpeg(data: bytes, at: int) -> int:
    """Where the JPEG that begins there ends; 0 where it is none with a scan."""
    try:
        found = jpeg.pieces(data[at:])
    except Broken as broken:
        if any(piece.name == "SOS" for piece in broken.pieces):
            return len(data)
        return 0
    return at + next(piece.end for piece in found if piece.name == "EOI")
