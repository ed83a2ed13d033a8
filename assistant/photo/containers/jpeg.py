"""JPEG: segments from SOI to EOI, scans included, and what follows (ITU-T T.81, annex B)."""

from __future__ import annotations

import re

from assistant.photo.containers.parts import Broken, Piece

_ALONE = {0x01, *range(0xD0, 0xD8)}
"""TEM and RSTn: markers without a length."""
_NAMES = {0xC4: "DHT", 0xD8: "SOI", 0xD9: "EOI", 0xDA: "SOS", 0xDB: "DQT", 0xDD: "DRI", 0xFE: "COM"}
_NEXT_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)
TRAILER = "trailer"
SCAN = "scan"


def name_of(marker: int) -> str:
    """A marker's name: `APP1`, `SOF0`, `DQT`; `FFxx` for one without."""
    if 0xE0 <= marker <= 0xEF:
        return f"APP{marker - 0xE0}"
    if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
        return f"SOF{marker - 0xC0}"
    return _NAMES.get(marker, f"FF{marker:02X}")


def pieces(data: bytes) -> tuple[Piece, ...]:
    """Every segment in order, the entropy-coded `scan` after each SOS, and the `trailer` after EOI.

    A segment's body is without marker and length. Linear in the file's size.

    Raises:
        Broken: There is no SOI, a segment leaves the file, or no SOS or EOI is there. Carries
            the segments up to there.
    """
    found: list[Piece] = []
    if not data.startswith(b"\xff\xd8"):
        raise Broken("no SOI")
    found.append(Piece("SOI", 0, 2, 2, 2))
    at = 2
    while True:
        start = at
        while at < len(data) and data[at] == 0xFF:
            at += 1
        if at == start or at >= len(data):
            raise Broken("no marker where one should be", tuple(found))
        marker = data[at]
        at += 1
        if marker == 0xD9:
            found.append(Piece("EOI", start, at, at, at))
            if at < len(data):
                found.append(Piece(TRAILER, at, len(data), at, len(data)))
            if not any(piece.name == "SOS" for piece in found):
                raise Broken("no scan", tuple(found))
            return tuple(found)
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            raise Broken("a segment leaves the file", tuple(found))
        found.append(Piece(name_of(marker), start, at + length, at + 2, at + length))
        at += length
        if marker == 0xDA:
            end = _end_of_scan(data, at)
            if end is None:
                raise Broken("no EOI", tuple(found))
            found.append(Piece(SCAN, at, end, at, end))
            at = end


def _end_of_scan(data: bytes, at: int) -> int | None:
    """Where the next marker but RSTn and stuffed bytes begins; None where there is none."""
    marker = _NEXT_MARKER.search(data, at)
    return marker.start() if marker else None
