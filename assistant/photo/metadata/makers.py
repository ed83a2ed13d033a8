"""Maker notes: the private part of an Exif block, by a table of how each maker writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.metadata import values
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.ifd import (
    ASCII,
    SIZES,
    BadDirectory,
    Block,
    Field,
    Order,
    directory,
)

_STRICT = ConfigDict(extra="forbid")
_LONGEST_NOTE_FOR_EXIFREAD = 1 << 17
_MOST_COUNTS_FOR_EXIFREAD = 100_000
_ORDERS: Mapping[bytes, Order] = {b"II": "little", b"MM": "big"}


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Part:
    """A value at a fixed place inside a field.

    Attributes:
        at: Bytes from the field's start.
        size: Bytes; 0 for up to the end.
    """

    name: str
    at: int
    size: int
    told_as: Literal["text", "number", "signed", "hex"] = "text"


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Maker:
    """How one maker writes its notes.

    Attributes:
        group: As ExifTool names it.
        begins: First bytes of the note as Latin-1, or "" for none.
        make: Pattern for the camera's make, where `begins` alone does not tell.
        directory: Bytes from the note's start to its directory; -1 where four bytes there
            (at `header`) say it.
        header: Where a TIFF header of its own begins; -1 for none. It gives order and base.
        base: What offsets count from: the whole block or the note.
        order: `block`, `little`, `big`, or `mark` for two bytes at `mark`.
        tags: Tag → name.
        parts: Tag → values at fixed places inside it.
        below: Tag → directory that it points at, or that lies in it.
        model_tag: Tag whose number is the model; 0 for none.
        by_model: Tag → model → values at fixed places inside it.
        follows: Whether the place of a next directory stands after the fields.
    """

    group: str
    begins: str = ""
    make: str = ""
    directory: int = 0
    header: int = -1
    base: Literal["block", "note"] = "block"
    order: Literal["block", "little", "big", "mark"] = "block"
    mark: int = 0
    tags: Mapping[int, str] = field(default_factory=dict)
    parts: Mapping[int, tuple[Part, ...]] = field(default_factory=dict)
    below: Mapping[int, str] = field(default_factory=dict)
    model_tag: int = 0
    by_model: Mapping[int, Mapping[int, tuple[Part, ...]]] = field(default_factory=dict)
    follows: bool = True


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class MakerTable:
    """All makers, and the directories below their own by name.

    Attributes:
        aliases: Groups whose tags, parts and directories below are those of another group.
        exifread: Groups that exifread reads too, with more names of settings.
    """

    sources: tuple[str, ...]
    makers: tuple[Maker, ...]
    below: Mapping[str, Mapping[int, str]]
    aliases: Mapping[str, str]
    exifread: tuple[str, ...]


@cache
def maker_table() -> MakerTable:
    """The packaged one."""
    return load_yaml(MakerTable, folder("photo") / "tags_makers.yaml")


def read_maker_note(
    block: Block, note: Field, texts: Mapping[str, str], path: str, out: Gathering, *, sound: bool
) -> None:
    """Read a maker note as far as its maker is known; else it is an unknown part.

    Args:
        texts: What the standard directories say, by tag: `Make` decides.
        sound: Whether every value of the block lies inside it: exifread reads no other.
    """
    data = block.bytes_of(note)
    maker = _maker(data, texts.get("Make", ""))
    if maker is None:
        _unknown(data, note, path, out)
        return
    inner, at = _opened(maker, block, note, data)
    if maker.base == "block" and maker.header < 0:
        inner = _moved_back(inner, at, note, maker.follows)
        sound = sound and inner.base == block.base
    before = len(out.entries)
    counts = _directory(inner, at, maker, "", path=path, out=out)
    if counts is None:
        if not _text_note(maker, data, path, out):
            out.leave(path, note.size)
        return
    few = counts <= _MOST_COUNTS_FOR_EXIFREAD and note.size <= _LONGEST_NOTE_FOR_EXIFREAD
    if maker.group in maker_table().exifread and few and sound:
        known = {entry.tag for entry in out.entries[before:]}
        _further(block, maker.group, known, path, out)


def _maker(data: bytes, make: str) -> Maker | None:
    for maker in maker_table().makers:
        if data.startswith(maker.begins.encode("latin-1")) and (
            not maker.make or re.match(maker.make, make, re.IGNORECASE)
        ):
            return maker
    return None


def _opened(maker: Maker, block: Block, note: Field, data: bytes) -> tuple[Block, int]:
    """The block as the maker's offsets see it, and where the note's directory is in it."""
    order: Order = block.order
    if maker.order in ("little", "big"):
        order = "little" if maker.order == "little" else "big"
    elif maker.order == "mark":
        order = _ORDERS.get(data[maker.mark : maker.mark + 2], block.order)
    base = note.start if maker.base == "note" else block.base
    at = note.start + maker.directory
    if maker.header >= 0:
        base = note.start + maker.header
        order = _ORDERS.get(data[maker.header : maker.header + 2], order)
        at = base + int.from_bytes(data[maker.header + 4 : maker.header + 8], order)
    if maker.directory < 0:
        at = note.start + int.from_bytes(data[-maker.directory : 4 - maker.directory], order)
    inner = replace(block, base=base, order=order, big=False)
    if maker.order == "block" and inner.number(at, 2) > 255 and note.size > 2:
        turned = replace(inner, order="little" if order == "big" else "big")
        if turned.number(at, 2) <= 255:
            inner = turned
    return inner, at


def _moved_back(block: Block, at: int, note: Field, follows: bool) -> Block:
    """The block with the base that its offsets need where a program has moved the note.

    Editors that copy a note leave its offsets as they were. Canon writes at the end of a note
    where it stood; elsewhere the first value used to stand right after the directory, and the
    base under which the texts are texts is taken.
    """
    foot = block.data[note.start + note.size - 8 : note.start + note.size]
    if foot[:4] in (b"II*\0", b"MM\0*"):
        return replace(block, base=note.start - int.from_bytes(foot[4:], block.order))
    count = block.number(at, 2)
    if not 0 < count <= 255:
        return block
    starts: list[int] = []
    texts: list[tuple[int, int]] = []
    for place in range(at + 2, at + 2 + 12 * count, 12):
        kind = block.number(place + 2, 2)
        size = SIZES.get(kind, 0) * block.number(place + 4, 4)
        if 4 < size <= max(note.size, 4_096):
            starts.append(block.number(place + 8, 4))
            if kind == ASCII:
                texts.append((starts[-1], size))
    if len(starts) < 2:
        return block
    after = at + 2 + 12 * count + (4 if follows else 0)
    moved = replace(block, base=after - min(starts))
    return moved if _texts_read(moved, texts) > _texts_read(block, texts) else block


def _texts_read(block: Block, texts: list[tuple[int, int]]) -> int:
    """How many of the texts at these offsets are texts, less those that are none."""
    score = 0
    for start, size in texts:
        first = block.base + start
        found = block.data[first : first + size].split(b"\0", 1)[0] if first >= 0 else b"\1"
        printable = all(32 <= byte < 127 for byte in found)
        score += bool(found) if printable else -1
    return score


def _directory(
    block: Block, at: int, maker: Maker, name: str, *, path: str, out: Gathering
) -> int | None:
    """Read one directory; the sum of its counts (too many if one is damaged), None for none.

    Args:
        name: Of a directory below the maker's own; "" for that.
    """
    try:
        fields, _, sound = directory(block, at)
    except BadDirectory:
        return None
    if not fields:
        return None
    top = not name
    alias = next(
        (m for m in maker_table().makers if m.group == maker_table().aliases.get(maker.group)),
        maker,
    )
    model = next(
        (int(block.integers(e, 1)[0]) for e in fields if e.tag == alias.model_tag and e.count), 0
    )
    names = alias.tags if top else maker_table().below.get(name, {})
    for entry in fields:
        if top and entry.tag in alias.below:
            start = entry.start if entry.kind in (7, 1) else None
            for place in [start] if start is not None else block.integers(entry, 1):
                target = place if start is not None else block.base + int(place)
                below = alias.below[entry.tag]
                _directory(block, target, maker, below, path=f"{path}/{below}", out=out)
        elif top and entry.tag in alias.parts:
            _parts(block, entry, alias.parts[entry.tag], group=maker.group, path=path, out=out)
        elif top and model in alias.by_model.get(entry.tag, {}):
            _parts(
                block,
                entry,
                alias.by_model[entry.tag][model],
                group=maker.group,
                path=path,
                out=out,
            )
        else:
            tag = names.get(entry.tag) or f"{name or maker.group}_0x{entry.tag:04x}"
            out.add(maker.group, tag, _value(block, entry, tag), path)
    return sum(entry.count for entry in fields) if sound else _MOST_COUNTS_FOR_EXIFREAD + 1


def _value(block: Block, entry: Field, tag: str) -> str:
    if tag.endswith("SerialNumber") and entry.kind == 7:
        return values.text(block.bytes_of(entry, 256))
    if entry.kind == 4 and tag == "FileNumber":
        number = block.integers(entry, 1)[0] if entry.count else 0
        return f"{number // 10_000}-{number % 10_000:04}"
    if entry.kind != ASCII and entry.count > 16:
        return values.blob(block.bytes_of(entry, 256), entry.size)
    return values.value(block, entry)


def _parts(
    block: Block, entry: Field, parts: tuple[Part, ...], *, group: str, path: str, out: Gathering
) -> None:
    data = block.bytes_of(entry, 1 << 16)
    for part in parts:
        piece = data[part.at : part.at + part.size] if part.size else data[part.at :]
        if not piece or len(piece) < part.size:
            continue
        if part.told_as == "hex":
            told = piece.hex() if any(piece) else ""
        elif part.told_as in ("number", "signed"):
            number = int.from_bytes(piece, block.order, signed=part.told_as == "signed")
            told = str(number)
        else:
            told = values.text(piece)
        out.add(group, part.name, told, path)


def _text_note(maker: Maker, data: bytes, path: str, out: Gathering) -> bool:
    """A note that is one text (`Rv1234;Rg5678;`), as some makers write it."""
    told = values.text(data[:256])
    if len(told) < 8 or not told.isascii() or not told.isprintable():
        return False
    out.add(maker.group, "Text", told, path)
    return True


def _unknown(data: bytes, note: Field, path: str, out: Gathering) -> None:
    told = values.blob(data, note.size)
    if told and not told.startswith("(") and len(data) > 16:
        out.add("MakerUnknown", "Text", told, path)
    elif any(data):
        out.leave(path, note.size)


def _further(block: Block, group: str, known: set[str], path: str, out: Gathering) -> None:
    """What exifread names beside that: settings of the camera. It meets checked counts only."""
    import io
    import logging

    import exifread

    # It logs values of the file.
    logging.getLogger("exifread").disabled = True
    try:
        found = exifread.process_file(
            io.BytesIO(_as_jpeg(block.data)), details=True, extract_thumbnail=False
        )
    except Exception:  # noqa: BLE001 exifread raises anything on damaged notes; the rest was read
        out.trouble(f"{path}: a part of the maker note could not be read")
        return
    for key, told in found.items():
        directory_name, _, name = key.partition(" ")
        if directory_name == "MakerNote" and not name.startswith("Tag 0x"):
            tag = name.replace(" ", "")
            if tag not in known:
                out.add(group, tag, str(told), path)


def _as_jpeg(tiff: bytes) -> bytes:
    """The smallest JPEG around a TIFF block; the block alone where it is too long for one."""
    size = len(tiff) + 8
    if size > 0xFFFF:
        return tiff
    return b"\xff\xd8\xff\xe1" + size.to_bytes(2, "big") + b"Exif\0\0" + tiff + b"\xff\xd9"
