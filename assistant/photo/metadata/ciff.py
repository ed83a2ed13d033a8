"""Canon's CIFF heap, which cameras before Exif wrote into JPEG files.

Source: Canon, CIFF specification 1.0 revision 4; https://exiftool.org/canon_raw.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from assistant.photo.metadata import values
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.ifd import Order

_MOST_DEPTH = 5
_MOST_RECORDS = 500
_TEXTS: Mapping[int, str] = {
    0x0805: "CanonFileDescription",
    0x0810: "OwnerName",
    0x080B: "CanonFirmwareVersion",
    0x0815: "CanonImageType",
    0x0816: "OriginalFileName",
    0x0817: "ThumbnailFileName",
}
_NUMBERS: Mapping[int, str] = {0x1817: "FileNumber", 0x180B: "SerialNumber", 0x1804: "RecordID"}
_MAKE_MODEL, _TIME = 0x080A, 0x180E


def is_ciff(body: bytes) -> bool:
    """Whether a segment holds such a heap."""
    return body[:2] in (b"II", b"MM") and body[6:10] == b"HEAP"


def read_ciff(body: bytes, path: str, out: Gathering) -> None:
    """Read the records that tell of a person, a device, a time or a picture."""
    order: Order = "little" if body[:2] == b"II" else "big"
    start = int.from_bytes(body[2:6], order)
    _heap(body, start, len(body), order, path=path, out=out, depth=0)


def _heap(
    body: bytes, start: int, end: int, order: Order, *, path: str, out: Gathering, depth: int
) -> None:
    if depth > _MOST_DEPTH or end - start < 6:
        return
    table = start + int.from_bytes(body[end - 4 : end], order)
    count = int.from_bytes(body[table : table + 2], order)
    if not start <= table < end or count > _MOST_RECORDS:
        out.trouble(f"{path}: the heap is damaged")
        return
    for number in range(count):
        at = table + 2 + 10 * number
        tag = int.from_bytes(body[at : at + 2], order)
        size = int.from_bytes(body[at + 2 : at + 6], order)
        first = start + int.from_bytes(body[at + 6 : at + 10], order)
        if tag & 0x4000:
            first, size = at + 2, 8
        if at + 10 > end or first + size > end:
            out.trouble(f"{path}: a record is damaged")
            continue
        if tag & 0x3800 in (0x2800, 0x3000):
            _heap(body, first, first + size, order, path=path, out=out, depth=depth + 1)
        else:
            _record(tag & 0x3FFF, body[first : first + size], order, path, out)


def _record(tag: int, data: bytes, order: Order, path: str, out: Gathering) -> None:
    if tag == _MAKE_MODEL:
        make, _, model = data.partition(b"\0")
        out.add("CIFF", "Make", values.text(make), path)
        out.add("CIFF", "Model", values.text(model), path)
    elif tag == _TIME:
        when = datetime.fromtimestamp(int.from_bytes(data[:4], order), UTC)
        out.add("CIFF", "DateTimeOriginal", f"{when:%Y:%m:%d %H:%M:%S}", path)
    elif tag in _TEXTS:
        out.add("CIFF", _TEXTS[tag], values.text(data), path)
    elif tag in _NUMBERS:
        number = int.from_bytes(data[:4], order)
        told = f"{number // 10_000}-{number % 10_000:04}" if tag == 0x1817 else str(number)
        out.add("CIFF", _NUMBERS[tag], told, path)
