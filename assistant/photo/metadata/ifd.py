"""TIFF directories (IFDs) read within bounds, whatever their counts and offsets say.

Source: TIFF 6.0, section 2; Exif 2.32 (CIPA DC-008), section 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Order = Literal["little", "big"]

SIZES: Mapping[int, int] = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
    16: 8, 17: 8, 18: 8, 129: 1,
}  # fmt: skip
"""Type → bytes of one value."""
ASCII, UNDEFINED, UTF8 = 2, 7, 129
RATIONALS = frozenset({5, 10})
_FORMATS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"} | {
    16: "Q",
    17: "q",
    18: "Q",
}
MOST_FIELDS = 1_000
"""Of one directory; real ones have up to about 200."""
MOST_DIRECTORIES = 400
MOST_VALUES = 64
"""Numbers of one field that are read as numbers."""


class BadDirectory(ValueError):
    """There is no directory at that place, or it is cut."""


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a directory.

    Attributes:
        start, size: Where its bytes are in the block; the size never leaves the block.
        cut: Whether the block ends before the value does.
    """

    tag: int
    kind: int
    count: int
    start: int
    size: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes with directories in them, and how their numbers are to be read.

    Attributes:
        base: Offsets in directories count from here.
        big: Whether it is BigTIFF, with 64-bit offsets.
    """

    data: bytes
    order: Order
    base: int = 0
    big: bool = False

    def number(self, at: int, size: int) -> int:
        """An unsigned number; 0 outside the block."""
        return int.from_bytes(self.data[at : at + size], self.order) if at >= 0 else 0

    def bytes_of(self, field: Field, most: int = 1 << 26) -> bytes:
        """The bytes of a field, at most `most` of them."""
        return self.data[field.start : field.start + min(field.size, most)]

    def numbers(self, field: Field, most: int = MOST_VALUES) -> tuple[float, ...]:
        """The numbers of a field, rationals divided (0 where the divisor is 0)."""
        if field.kind in RATIONALS:
            return tuple(a / b if b else 0.0 for a, b in self.ratios(field, most))
        letter = _FORMATS.get(field.kind, "B")
        count = min(field.count, most, field.size // struct.calcsize("<" + letter))
        return struct.unpack_from(f"{self._mark()}{count}{letter}", self.data, field.start)

    def integers(self, field: Field, most: int = MOST_VALUES) -> tuple[int, ...]:
        """The same as whole numbers; infinite ones and the like are 0."""
        return tuple(
            int(number) if abs(number) < 1 << 64 else 0 for number in self.numbers(field, most)
        )

    def ratios(self, field: Field, most: int = MOST_VALUES) -> tuple[tuple[int, int], ...]:
        """Numerators and denominators of a field of rationals."""
        count = min(field.count, most, field.size // 8)
        letter = "i" if field.kind == 10 else "I"
        flat = struct.unpack_from(f"{self._mark()}{2 * count}{letter}", self.data, field.start)
        return tuple(zip(flat[::2], flat[1::2], strict=True))

    def _mark(self) -> str:
        return "<" if self.order == "little" else ">"


def open_block(data: bytes) -> tuple[Block, int]:
    """A TIFF block by its header, and where its first directory is.

    Raises:
        BadDirectory: It has no TIFF header.
    """
    order: Order
    if data[:2] == b"II":
        order = "little"
    elif data[:2] == b"MM":
        order = "big"
    else:
        raise BadDirectory("no TIFF header")
    big = int.from_bytes(data[2:4], order) == 43
    block = Block(data, order, 0, big)
    return block, block.number(8, 8) if big else block.number(4, 4)


def directory(block: Block, at: int) -> tuple[tuple[Field, ...], int, bool]:
    """The fields of the directory at an offset (not counted from the base).

    Returns:
        The fields; the offset of the next directory, or 0; and whether all fields were sound:
        inside the block and of a known type.

    Raises:
        BadDirectory: The offset or the number of fields leaves the block.
    """
    width, entry = (8, 20) if block.big else (2, 12)
    if not 0 <= at <= len(block.data) - width:
        raise BadDirectory("a directory lies outside its block")
    count = block.number(at, width)
    if not count or count > MOST_FIELDS or at + width + entry > len(block.data):
        raise BadDirectory(f"a directory of {count} fields")
    fields: list[Field] = []
    sound = True
    for number in range(count):
        place = at + width + number * entry
        if place + entry > len(block.data):
            return tuple(fields), 0, False
        field = _field(block, place)
        if field is None:
            sound = False
        else:
            fields.append(field)
            sound = sound and not field.cut
    after = at + width + count * entry
    following = block.number(after, 8 if block.big else 4)
    return tuple(fields), following, sound


def _field(block: Block, at: int) -> Field | None:
    """One entry; None for an unknown type or a value that lies outside the block."""
    tag, kind = block.number(at, 2), block.number(at + 2, 2)
    wide = 8 if block.big else 4
    count = block.number(at + 4, wide)
    if kind not in SIZES:
        return None
    size = SIZES[kind] * count
    start = at + 4 + wide
    if size > wide:
        start = block.base + block.number(start, wide)
    if size and not 0 <= start < len(block.data):
        return None
    here = min(size, len(block.data) - start)
    if here < size and kind not in (1, ASCII, UNDEFINED, UTF8):
        return None
    return Field(tag, kind, count, start, here, here < size)
