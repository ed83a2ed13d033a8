"""The items of a HEIF file: what there is, where its bytes are, what belongs to what.

Boxes as in ISO/IEC 14496-12 (iinf, iloc, iref, pitm) and 23008-12 (ipma, auxC).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.photo.clean.bounds import Range
from assistant.photo.clean.shapes import CannotClean
from assistant.photo.containers.parts import Broken

_MOST_ITEMS = 5000


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of iinf.

    Attributes:
        kind: Its type: `hvc1`, `grid`, `Exif`.
        content: Type of a `mime` item: `application/rdf+xml`.
        entry: The whole entry, without its name.
    """

    number: int
    kind: str
    content: str
    entry: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of an item are.

    Attributes:
        method: 0 by offset in the file, 1 in idat, 2 in another item.
        extents: Offset and end, by the method; None where it is not stated plainly.
        entry: The whole entry of iloc.
    """

    method: int
    extents: tuple[Range, ...] | None
    entry: bytes


@dataclass(frozen=True, slots=True)
class Reference:
    """An arrow between items.

    Attributes:
        kind: `dimg` is made of, `thmb` is a thumbnail of, `auxl` goes with, `cdsc` describes.
    """

    kind: str
    source: int
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Association:
    """Properties of one item.

    Attributes:
        properties: Number in ipco from 1, and whether the item cannot be shown without it.
    """

    number: int
    properties: tuple[tuple[int, bool], ...]


class Cursor:
    """Numbers and bytes in order; leaving the box is `Broken`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self, size: int) -> int:
        """An unsigned number of so many bytes; 0 for none."""
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        """So many bytes."""
        if size < 0 or self.at + size > len(self.data):
            raise Broken("a list of the file is cut")
        self.at += size
        return self.data[self.at - size : self.at]

    def word(self) -> bytes:
        """Text up to a NUL or the end."""
        end = self.data.find(b"\0", self.at)
        end = len(self.data) if end == -1 else end
        text, self.at = self.data[self.at : end], min(end + 1, len(self.data))
        return text

    def boxes(self) -> Iterator[tuple[str, bytes]]:
        """Name and body of each box up to the end."""
        while self.at + 8 <= len(self.data):
            size, name = self.number(4), self.take(4).decode("latin-1")
            yield name, self.take(size - 8)


def box(name: str, body: bytes) -> bytes:
    """A box with its header."""
    return (len(body) + 8).to_bytes(4, "big") + name.encode("latin-1") + body


def primary(body: bytes) -> int:
    """Number of the item that is shown (pitm)."""
    at = Cursor(body)
    version = at.number(1)
    at.take(3)
    return at.number(4 if version else 2)


def items(body: bytes) -> dict[int, Item]:
    """The entries of iinf by their number.

    Raises:
        CannotClean: An entry is of an old kind or protected.
    """
    at = Cursor(body)
    version = at.number(1)
    at.take(3)
    at.number(4 if version else 2)
    found: dict[int, Item] = {}
    for name, entry in at.boxes():
        if name != "infe":
            raise Broken("the list of items holds something else")
        item = _item(entry)
        if item.number in found or len(found) >= _MOST_ITEMS:
            raise Broken("two items have one number, or there are too many")
        found[item.number] = item
    return found


def write_items(body: bytes, kept: list[Item]) -> bytes:
    """iinf with these entries only."""
    size = 4 if body[0] else 2
    return body[:4] + len(kept).to_bytes(size, "big") + b"".join(item.entry for item in kept)


def places(body: bytes) -> dict[int, Place]:
    """The entries of iloc by the number of their item."""
    at = Cursor(body)
    version = at.number(1)
    at.take(3)
    sizes = at.number(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if not length:
        raise CannotClean("The file does not say how long its parts are.", reencode=True)
    wide = 4 if version >= 2 else 2
    found: dict[int, Place] = {}
    for _ in range(at.number(wide)):
        start = at.at
        number = at.number(wide)
        method = at.number(2) & 15 if version else 0
        elsewhere = at.number(2)
        first = at.number(base)
        extents: list[Range] = []
        for _ in range(at.number(2)):
            at.take(index if version else 0)
            begin = first + at.number(offset)
            extents.append((begin, begin + at.number(length)))
        sound = not elsewhere and method < 2 and all(end > begin for begin, end in extents)
        if number in found:
            raise Broken("two places are given for one item")
        found[number] = Place(method, tuple(extents) if sound else None, body[start : at.at])
    return found


def write_places(body: bytes, kept: list[Place]) -> bytes:
    """iloc with these entries only."""
    size = 4 if body[0] >= 2 else 2
    return body[:6] + len(kept).to_bytes(size, "big") + b"".join(place.entry for place in kept)


def references(body: bytes) -> list[Reference]:
    """The arrows of iref."""
    at = Cursor(body)
    wide = 4 if at.number(1) else 2
    at.take(3)
    found = []
    for kind, entry in at.boxes():
        inner = Cursor(entry)
        source = inner.number(wide)
        targets = tuple(inner.number(wide) for _ in range(inner.number(2)))
        found.append(Reference(kind, source, targets))
    return found


def write_references(body: bytes, kept: list[Reference]) -> bytes:
    """iref with these arrows only."""
    wide = 4 if body[0] else 2
    return body[:4] + b"".join(
        box(
            arrow.kind,
            arrow.source.to_bytes(wide, "big")
            + len(arrow.targets).to_bytes(2, "big")
            + b"".join(target.to_bytes(wide, "big") for target in arrow.targets),
        )
        for arrow in kept
    )


def associations(body: bytes) -> list[Association]:
    """Which properties belong to which item (ipma)."""
    at = Cursor(body)
    wide = 4 if at.number(1) else 2
    size = 2 if at.number(3) & 1 else 1
    top = 0x8000 if size == 2 else 0x80
    found = []
    for _ in range(at.number(4)):
        number = at.number(wide)
        pairs = [at.number(size) for _ in range(at.number(1))]
        found.append(Association(number, tuple((p & top - 1, bool(p & top)) for p in pairs)))
    return found


def write_associations(body: bytes, kept: list[Association]) -> bytes:
    """ipma with these only."""
    wide = 4 if body[0] else 2
    size = 2 if body[3] & 1 else 1
    top = 0x8000 if size == 2 else 0x80
    return (
        body[:4]
        + len(kept).to_bytes(4, "big")
        + b"".join(
            entry.number.to_bytes(wide, "big")
            + bytes((len(entry.properties),))
            + b"".join((n | top * must).to_bytes(size, "big") for n, must in entry.properties)
            for entry in kept
        )
    )


def made_of(arrows: list[Reference]) -> dict[int, list[int]]:
    """The parts of each item that is put together from others."""
    found: dict[int, list[int]] = {}
    for arrow in arrows:
        if arrow.kind == "dimg":
            found.setdefault(arrow.source, []).extend(arrow.targets)
    return found


def reachable(start: set[int], parts: Mapping[int, list[int]]) -> set[int]:
    """The items that a picture is made of, itself included."""
    found: set[int] = set()
    ahead = list(start)
    while ahead:
        number = ahead.pop()
        if number not in found:
            found.add(number)
            ahead.extend(parts.get(number, ()))
    return found


def _item(entry: bytes) -> Item:
    at = Cursor(entry)
    version = at.number(1)
    at.take(3)
    if version not in (2, 3):
        raise CannotClean("The file lists its parts in an old way.", reencode=True)
    number = at.number(4 if version == 3 else 2)
    protected = at.number(2)
    kind = at.take(4).decode("latin-1")
    if protected:
        raise CannotClean("A part of the file is encrypted.", reencode=False)
    short = box("infe", entry[: at.at] + b"\0")
    at.word()
    content = at.word().decode("latin-1") if kind == "mime" else ""
    return Item(number, kind, content, short)
