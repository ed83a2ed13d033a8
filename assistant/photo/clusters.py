"""Photos that belong together: taken at one place, or by one device."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.photo.details import Position
from assistant.photo.place import distance_m
from assistant.photo.shots import Shot

NEARBY_M = 150.0
"""Photos this near to each other are taken to show one place (a house and its street)."""
_ID_PREFIX = re.compile(r"(xmp\.[di]id:|adobe:docid:\w+:|uuid:)+", re.IGNORECASE)
_ID = re.compile(r"(?=\D*\d)[0-9a-z]{16,}")
"""Ids that a program drew at random."""
_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Place:
    """Photos taken within `NEARBY_M` of their middle, and that middle."""

    position: Position
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """Photos that carry the same serial number.

    Attributes:
        kind: The tag that holds the number.
        mark: The end of the number, enough to tell devices apart.
    """

    kind: str
    mark: str
    shots: tuple[Shot, ...]


def places(shots: Iterable[Shot]) -> tuple[Place, ...]:
    """Photos by place, the places with most photos first.

    Each photo joins the first place whose middle is near enough, else it begins
    one; a grid keeps the search to neighbours, so it is linear in the photos.
    """
    grid: dict[tuple[int, int], list[list[Shot]]] = {}
    groups: list[list[Shot]] = []
    for shot in shots:
        if shot.position is None:
            continue
        row, column = cell(shot.position, NEARBY_M)
        near = (
            group
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for group in grid.get((row + i, column + j), ())
            if distance_m(_first(group), shot.position) <= NEARBY_M
        )
        group = next(near, None)
        if group is None:
            group = []
            groups.append(group)
            grid.setdefault((row, column), []).append(group)
        group.append(shot)
    found = [Place(_middle(group), tuple(group)) for group in groups]
    return tuple(sorted(found, key=lambda place: -len(place.shots)))


def devices(shots: Iterable[Shot]) -> tuple[Device, ...]:
    """Photos by the serial numbers they carry; numbers on a single photo link nothing."""
    groups: dict[tuple[str, str], list[Shot]] = {}
    for shot in shots:
        for serial in dict.fromkeys(shot.facts.serials):
            groups.setdefault(serial, []).append(shot)
    found = [
        Device(kind, f"…{value[-3:]}", tuple(group))
        for (kind, value), group in groups.items()
        if len(group) > 1
    ]
    return tuple(sorted(found, key=lambda device: -len(device.shots)))


def documents(shots: Iterable[Shot]) -> tuple[tuple[Shot, ...], ...]:
    """Photos that carry the same id of a picture or document, as copies and edits of one do."""
    groups: dict[str, list[Shot]] = {}
    for shot in shots:
        for identity in dict.fromkeys(document_id(value) for _, value in shot.facts.ids):
            if identity:
                groups.setdefault(identity, []).append(shot)
    linked = {tuple(group) for group in groups.values() if len(group) > 1}
    return tuple(sorted(linked, key=lambda group: (-len(group), group[0].name)))


def document_id(value: str) -> str:
    """An id without its prefix and signs, as an edit names its original by another tag; "" for
    counters, file numbers and paths, which are alike by chance."""
    identity = re.sub(r"[-{}]", "", _ID_PREFIX.sub("", value.strip())).lower()
    return identity if _ID.fullmatch(identity) else ""


def days(shots: Sequence[Shot]) -> int:
    """On how many different days they were taken."""
    return len({shot.taken.date() for shot in shots if shot.taken})


def cell(position: Position, side_m: float) -> tuple[int, int]:
    """Row and column of a square of the globe, at least `side_m` high and wide.

    Rows are of equal latitude, north of the equator from 0; each row has its own
    columns, from the meridian of Greenwich. What is nearer than `side_m` lies in
    the same square or in one next to it.
    """
    step = side_m / _METRES_A_DEGREE
    row = math.floor(position.latitude / step)
    wide = step / max(0.01, math.cos(math.radians(min(89.0, abs(row * step) + step))))
    return row, math.floor(position.longitude / wide)


def _first(group: Sequence[Shot]) -> Position:
    position = group[0].position
    if position is None:
        raise ValueError("only photos with a place are grouped")
    return position


def _middle(group: Sequence[Shot]) -> Position:
    positions = [shot.position for shot in group if shot.position]
    return Position(
        sum(p.latitude for p in positions) / len(positions),
        sum(p.longitude for p in positions) / len(positions),
    )
