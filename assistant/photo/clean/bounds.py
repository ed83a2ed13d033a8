"""Ranges of bytes: which of a box belong to the picture, and wiping all others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Range = tuple[int, int]
"""Start and end in the file, end exclusive."""


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same bytes as ranges in order that do not touch."""
    out: list[Range] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif end > start:
            out.append((start, end))
    return out


def meet(ranges: Iterable[Range], others: Sequence[Range]) -> bool:
    """Whether a range shares bytes with one of the others, which are `merged`."""
    for start, end in ranges:
        place = bisect_left(others, (start + 1, 0))
        if place and others[place - 1][1] > start and end > start:
            return True
        if place < len(others) and others[place][0] < end:
            return True
    return False


def inside(ranges: Iterable[Range], rooms: Iterable[Range]) -> bool:
    """Whether every range lies in one of the rooms."""
    places = sorted(rooms)
    at = 0
    for start, end in sorted(ranges):
        while at < len(places) and places[at][1] < end:
            at += 1
        if at == len(places) or start < places[at][0]:
            return False
    return True


def wipe_all_but(data: bytearray, room: Range, kept: Iterable[Range]) -> int:
    """Zero all bytes of a room but the kept ones; how many of them said something."""
    at, told = room[0], 0
    for start, end in [*merged(kept), (room[1], room[1])]:
        gap = slice(at, min(max(start, at), room[1]))
        told += len(data[gap]) - data.count(0, gap.start, gap.stop)
        data[gap] = bytes(gap.stop - gap.start)
        at = max(at, min(end, room[1]))
    return told
