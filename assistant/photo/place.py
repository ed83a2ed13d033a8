"""The town that a position is near, from a table on this computer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.photo.details import Position

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EARTH_KM = 6371.0088
"""Mean radius, IUGG."""
_PER_DEGREE = 10_000
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Near:
    """A populated place, and how far it is.

    Attributes:
        country: In English.
        country_code: ISO 3166-1, two letters.
        distance_km: Along a great circle, to the middle of the place.
        timezone: Its IANA name.
        population: To two digits; 0 where unknown.
    """

    name: str
    country: str
    country_code: str
    distance_km: float
    timezone: str
    population: int

    @property
    def is_far(self) -> bool:
        """Whether the place says little about the position: at sea, on ice, in a desert."""
        return self.distance_km > place_book().choice.far_km


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class DataFile:
    """What a file of data holds, where it comes from and how it may be used."""

    holds: str
    edition: str
    source: Source
    licence: str
    licence_url: str
    attribution: str
    counts: Mapping[str, int]
    sha256: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Choice:
    """When a larger place is named instead of the nearest, and what counts as near."""

    inhabitants_per_km2: float
    times_larger: float
    as_near: float
    least_population: int
    near_km: float
    far_km: float


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Sentences:
    """Templates with `{place}` and `{distance}`."""

    near: str
    about: str
    far: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class PlaceBook:
    """`places.yaml`."""

    files: Mapping[str, DataFile]
    choice: Choice
    sentences: Sentences


@cache
def place_book() -> PlaceBook:
    """The origin of the tables, and the words for a place."""
    return load_yaml(PlaceBook, folder("photo") / "places.yaml")


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """The table of n places.

    Attributes:
        vectors: (3, n) float64, each place on the unit sphere.
        extent_km, population: (n,) float64 and int32.
        country, zone: (n,) indices into the tuples below.
        names, ends: UTF-8 of all names, and where each ends.
    """

    vectors: NDArray[np.float64]
    extent_km: NDArray[np.float64]
    population: NDArray[np.int32]
    country: NDArray[np.uint8]
    zone: NDArray[np.uint16]
    names: bytes
    ends: NDArray[np.int64]
    countries: tuple[tuple[str, str], ...]
    zones: tuple[str, ...]

    def name(self, index: int) -> str:
        start = int(self.ends[index - 1]) + 1 if index else 0
        return self.names[start : int(self.ends[index])].decode()

    def closeness(self, latitude: float, longitude: float) -> NDArray[np.float64]:
        """(n,) cosine of the angle between a position and every place: 1 where they meet."""
        import numpy as np

        # Not `@`: its threads wait for each other for milliseconds where the cores are busy.
        here = np.array(_vector(latitude, longitude))
        return np.asarray(np.einsum("i,ij->j", here, self.vectors))

    def at(self, index: int, distance_km: float) -> Near:
        code, country = self.countries[int(self.country[index])]
        return Near(
            name=self.name(index),
            country=country,
            country_code=code,
            distance_km=distance_km,
            timezone=self.zones[int(self.zone[index])],
            population=int(self.population[index]),
        )


def _vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A position on the unit sphere."""
    up, around = math.radians(latitude), math.radians(longitude)
    flat = math.cos(up)
    return flat * math.cos(around), flat * math.sin(around), math.sin(up)


@cache
def _gazetteer() -> _Gazetteer:
    import numpy as np

    with (folder("photo") / "places.npz").open("rb") as file:
        table = np.load(file, allow_pickle=False)
        arrays = {name: table[name] for name in table.files}
    latitude, longitude = (
        np.radians(arrays[name] / _PER_DEGREE) for name in ("latitude", "longitude")
    )
    flat = np.cos(latitude)
    names = arrays["names"]
    return _Gazetteer(
        vectors=np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)]),
        extent_km=_extent_km(arrays["population"]),
        population=arrays["population"],
        country=arrays["country"],
        zone=arrays["zone"],
        names=names.tobytes(),
        ends=np.flatnonzero(names == ord("\n")),
        countries=tuple(
            zip(_lines(arrays["country_codes"]), _lines(arrays["country_names"]), strict=True)
        ),
        zones=_lines(arrays["zone_names"]),
    )


@lru_cache(maxsize=1)
def _closeness(latitude: float, longitude: float) -> NDArray[np.float64]:
    """As the table's; the last is kept, because one photo's place is asked about several times."""
    return _gazetteer().closeness(latitude, longitude)


def _lines(text: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(text.tobytes().decode().splitlines())


def is_position(latitude: float, longitude: float) -> bool:
    """Whether the degrees can name a place: on the globe, and not the 0, 0 of an empty field."""
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return False
    on_globe = abs(latitude) <= 90 and abs(longitude) <= 180
    return on_globe and (latitude, longitude) != (0, 0)


def near(latitude: float, longitude: float) -> Near | None:
    """The nearest populated place, or a far larger one of its country that is about as near.

    Takes some milliseconds; the first call reads the table. Nothing leaves the computer.

    Args:
        latitude, longitude: Degrees, WGS 84.

    Returns:
        None where the degrees name no place, as 0, 0 and latitudes beyond 90 do.
    """
    if not is_position(latitude, longitude):
        return None
    table = _gazetteer()
    closeness = _closeness(latitude, longitude)
    nearest = int(closeness.argmax())
    chosen = _larger(table, closeness, nearest)
    index = nearest if chosen is None else chosen
    return table.at(index, _arc_km(float(closeness[index])))


def _extent_km(inhabitants: NDArray[np.int32] | int) -> NDArray[np.float64]:
    """Radius of the circle that so many people fill."""
    import numpy as np

    choice = place_book().choice
    counted = np.maximum(inhabitants, choice.least_population)
    return np.asarray(np.sqrt(counted / (choice.inhabitants_per_km2 * math.pi)))


def _larger(table: _Gazetteer, closeness: NDArray[np.float64], nearest: int) -> int | None:
    """A larger place that the position lies in, or else one that is about as near."""
    import numpy as np

    choice = place_book().choice
    distance = _arc_km(float(closeness[nearest]))
    reach = min(distance * choice.as_near, choice.far_km)
    within = _closeness_at(max(reach, float(table.extent_km.max())))
    least = choice.times_larger * max(int(table.population[nearest]), choice.least_population)
    around = np.flatnonzero(closeness >= within)
    some = around[
        (table.population[around] >= least)
        & (table.country[around] == table.country[nearest])
        & (table.zone[around] == table.zone[nearest])
    ]
    distances = EARTH_KM * np.arccos(np.minimum(closeness[some], 1.0))
    depth = distances / table.extent_km[some]
    if (depth <= 1).any():
        return int(some[depth.argmin()])
    some = some[distances <= reach]
    return int(some[table.population[some].argmax()]) if some.size else None


def _arc_km(closeness: float) -> float:
    return EARTH_KM * math.acos(max(-1.0, min(1.0, closeness)))


def _closeness_at(distance_km: float) -> float:
    return math.cos(min(distance_km / EARTH_KM, math.pi))


def zones_within(latitude: float, longitude: float, radius_km: float) -> frozenset[str]:
    """The time zones of all places that are so near; none for degrees that name no place."""
    import numpy as np

    if not is_position(latitude, longitude):
        return frozenset()
    table = _gazetteer()
    around = _closeness(latitude, longitude) >= _closeness_at(radius_km)
    return frozenset(table.zones[index] for index in np.unique(table.zone[around]).tolist())


def describe_place(near: Near) -> str:
    """Where that is in a few words, no more exact than a place and whole kilometres."""
    book = place_book()
    country = "" if near.country == near.name else f", {near.country}"
    place = f"{near.name}{country}"
    if near.is_far:
        template = book.sentences.far
    elif near.distance_km > _extent_km(near.population) + book.choice.near_km:
        template = book.sentences.about
    else:
        template = book.sentences.near
    return template.format(place=place, distance=round(near.distance_km))


def coarse(latitude: float, longitude: float, decimals: int = 2) -> tuple[float, float]:
    """The middle of the cell that a position lies in, for what is kept.

    Two decimals make cells of about one kilometre, fewer towards the poles.
    """
    west = -180.0 if round(longitude, decimals) == 180 else longitude
    return round(latitude, decimals) + 0.0, round(west, decimals) + 0.0


def distance_m(a: Position, b: Position) -> float:
    """Metres along a great circle; altitudes are left out, the error is at most 0.6 %."""
    up = math.radians(b.latitude - a.latitude) / 2
    around = math.radians(b.longitude - a.longitude) / 2
    flat = math.cos(math.radians(a.latitude)) * math.cos(math.radians(b.latitude))
    chord = math.sin(up) ** 2 + flat * math.sin(around) ** 2
    return 2000 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))
