"""Invented folders of photos, as the claims across photos see them."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.photo.details import PhotoFacts, Position
from assistant.photo.shots import Shot

HOME = Position(48.2000, 16.3500)
OFFICE = Position(48.2300, 16.4100)
PARK = Position(48.2100, 16.3800)
BEACH = Position(36.4300, 28.2200)
MONDAY = datetime(2025, 3, 3)


def shot(
    name: str,
    taken: datetime | None = None,
    position: Position | None = None,
    *,
    serials: tuple[tuple[str, str], ...] = (),
    ids: tuple[tuple[str, str], ...] = (),
    names: tuple[str, ...] = (),
    faces: int | None = None,
    town: str = "Vienna",
) -> Shot:
    facts = PhotoFacts(position=position, taken=taken, serials=serials, ids=ids, names=names)
    return Shot(name, facts, taken, town if position else "", "AT" if position else "", faces)


def at(position: Position, metres_north: float) -> Position:
    return Position(position.latitude + metres_north / 111_195, position.longitude)


def evenings(position: Position, count: int, *, hour: int = 22, apart: int = 3) -> list[Shot]:
    """Photos of as many evenings, a few metres from each other."""
    return [
        shot(
            f"evening-{n}.jpg",
            MONDAY + timedelta(days=apart * n, hours=hour),
            at(position, 20 * (n % 3)),
        )
        for n in range(count)
    ]


def workdays(position: Position, count: int) -> list[Shot]:
    """Photos at noon of as many weekdays."""
    return [
        shot(f"noon-{n}.jpg", MONDAY + timedelta(days=7 * (n // 5) + n % 5, hours=12), position)
        for n in range(count)
    ]
