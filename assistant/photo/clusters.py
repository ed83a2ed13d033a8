"""Photos that belong together: taken at one place, or by one device."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.photo.details import Position
from assistant.photo.place import distance_m
from assistant.photo.shots import Shot

NEARBY_M = 150.0
"""Photos this near to each other are taken to show one place (a house and its street)."""
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
        kind: What the number is of: body, lens, device.
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
        row, column = _cell(shot.position)
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
    groups: dict[tuple[str, str], list[Shot]] = {}
    for shot in shots:
        for identity in dict.fromkeys(shot.facts.ids):
            groups.setdefault(identity, []).append(shot)
    linked = {tuple(group) for group in groups.values() if len(group) > 1}
    return tuple(sorted(linked, key=lambda group: (-len(group), group[0].name)))


def days(shots: Sequence[Shot]) -> int:
    """On how many different days they were taken."""
    return len({shot.taken.date() for shot in shots if shot.taken})


def _cell(position: Position) -> tuple[int, int]:
    """A cell at least `NEARBY_M` wide, so that near photos lie in it or next to it."""
    step = NEARBY_M / _METRES_A_DEGREE
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
