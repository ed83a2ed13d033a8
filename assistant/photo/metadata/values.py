"""Values of TIFF fields as short text."""

from __future__ import annotations

import math

from assistant.photo.metadata.ifd import ASCII, RATIONALS, UNDEFINED, UTF8, Block, Field

LONGEST_TEXT = 1 << 16
"""Bytes of a text that are looked at."""
_FEW = 16
_CHARSETS = {
    b"ASCII\0\0\0": "utf-8",
    b"UNICODE\0": "utf-16",
    b"JIS\0\0\0\0\0": "iso2022_jp",
    b"\0\0\0\0\0\0\0\0": "utf-8",
}


def text(data: bytes) -> str:
    """Bytes of unknown encoding as text: UTF-8, else Latin-1; up to the first NUL."""
    data = data[:LONGEST_TEXT].split(b"\0", 1)[0]
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("latin-1").strip()


def wide_text(data: bytes, order: str) -> str:
    """UTF-16 as text, by the byte order of the block unless it brings a mark of its own."""
    data = data[:LONGEST_TEXT]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order, data = ("little" if data[0] == 0xFF else "big"), data[2:]
    decoded = data.decode("utf-16-le" if order == "little" else "utf-16-be", "replace")
    return decoded.split("\0", 1)[0].strip()


def marked_text(data: bytes, order: str) -> str:
    """A text whose first eight bytes name its encoding (Exif `UserComment`)."""
    encoding = _CHARSETS.get(data[:8].upper())
    body = data[8 : 8 + LONGEST_TEXT] if encoding else data[:LONGEST_TEXT]
    if encoding == "utf-16":
        return wide_text(body, order)
    if encoding == "iso2022_jp":
        return body.decode(encoding, "replace").strip("\0 ")
    found = text(body.lstrip(b"\0"))
    return found if encoding or readable(found) else ""


def readable(found: str) -> bool:
    """Whether most of its characters can be printed."""
    return sum(letter.isprintable() for letter in found) >= 0.8 * len(found)


def blob(data: bytes, size: int) -> str:
    """Undefined bytes: as text where they are one, as numbers where they are few, else how many."""
    head = data.rstrip(b"\0")
    if head and len(head) <= LONGEST_TEXT and all(32 <= byte < 127 for byte in head):
        return head.decode("ascii").strip()
    if size <= _FEW:
        return " ".join(str(byte) for byte in data)
    return f"({size} bytes)"


def plain(number: float) -> str:
    """A number without needless digits."""
    if not math.isfinite(number):
        return "0"
    return str(int(number)) if number == int(number) else f"{number:.10g}"


def value(block: Block, field: Field) -> str:
    """Any field as text."""
    if field.kind in (ASCII, UTF8):
        return text(block.bytes_of(field, LONGEST_TEXT))
    if field.kind == UNDEFINED or (field.kind == 1 and field.count > _FEW):
        return blob(block.bytes_of(field, LONGEST_TEXT + 1), field.size)
    if field.kind in RATIONALS:
        found = " ".join(_ratio(*pair) for pair in block.ratios(field))
    else:
        found = " ".join(plain(number) for number in block.numbers(field))
    left = field.count - len(found.split())
    return f"{found} … ({field.count} values)" if left > 0 else found


def _ratio(above: int, below: int) -> str:
    """A rational as it is usually written: `2.8`, `1/125`."""
    if not below:
        return "0" if not above else "inf"
    if 0 < above < below and below % above == 0 and below // above > 2:
        return f"1/{below // above}"
    return plain(above / below)
