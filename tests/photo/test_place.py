"""Positions are told by the town they are near, from a table that comes with the program."""

from __future__ import annotations

import hashlib
import json
import math
import time
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from assistant.knowledge import folder
from assistant.photo.details import Position
from assistant.photo.place import (
    EARTH_KM,
    Near,
    coarse,
    describe_place,
    distance_m,
    near,
    place_book,
    zones_within,
)
from models.training.places import outlines

NAN, INFINITE = math.nan, math.inf
PARIS = Position(48.8534, 2.3488)
LONDON = Position(51.5085, -0.1257)


@pytest.mark.parametrize(
    ("latitude", "longitude", "name", "code", "zone"),
    [
        (48.8566, 2.3522, "Paris", "FR", "Europe/Paris"),
        (48.8584, 2.2945, "Paris", "FR", "Europe/Paris"),  # the Eiffel Tower
        (51.5007, -0.1246, "London", "GB", "Europe/London"),
        (40.7580, -73.9855, "New York City", "US", "America/New_York"),
        (35.6595, 139.7005, "Tokyo", "JP", "Asia/Tokyo"),
        (-33.8568, 151.2153, "Sydney", "AU", "Australia/Sydney"),
        (-22.9519, -43.2105, "Rio de Janeiro", "BR", "America/Sao_Paulo"),
        (30.0444, 31.2357, "Cairo", "EG", "Africa/Cairo"),
        (46.0207, 7.7491, "Zermatt", "CH", "Europe/Zurich"),
    ],
)
def test_a_position_in_a_town_is_near_it(
    latitude: float, longitude: float, name: str, code: str, zone: str
) -> None:
    found = near(latitude, longitude)
    assert found
    assert (found.name, found.country_code, found.timezone) == (name, code, zone)
    assert describe_place(found).startswith(f"near {name}")


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (48.8049, 2.1204, "Versailles"),
        (48.8350, 2.2400, "Boulogne-Billancourt"),
        (41.9022, 12.4539, "Vatican City"),
        (31.7400, -106.4800, "El Paso"),
    ],
)
def test_a_large_city_does_not_take_its_neighbours(
    latitude: float, longitude: float, name: str
) -> None:
    found = near(latitude, longitude)
    assert found
    assert found.name == name


def test_the_place_is_the_nearest_where_none_is_far_larger() -> None:
    with (folder("photo") / "places.npz").open("rb") as file:
        table = np.load(file, allow_pickle=False)
        latitudes, longitudes = table["latitude"] / 1e4, table["longitude"] / 1e4
        populations = table["population"]
    generator = np.random.default_rng(5)
    larger = 0
    for latitude, longitude in generator.uniform((-80, -180), (80, 180), (60, 2)):
        found = near(latitude, longitude)
        assert found
        up, around = np.radians(latitudes - latitude) / 2, np.radians(longitudes - longitude) / 2
        flat = np.cos(np.radians(latitude)) * np.cos(np.radians(latitudes))
        chords = np.sqrt(np.sin(up) ** 2 + flat * np.sin(around) ** 2)
        nearest = int(chords.argmin())
        least = 2 * EARTH_KM * math.asin(chords[nearest])
        assert found.distance_km >= least - 0.001
        if found.distance_km > least + 0.001:
            larger += 1
            assert found.distance_km <= least * 1.25
            assert found.population >= 5 * populations[nearest]
    assert larger < 20


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(-48.9, -123.4), (0.0, -30.0), (-24.0, 130.0), (90.0, 0.0), (-90.0, 0.0), (0.0, 0.5)],
)
def test_at_sea_in_deserts_and_at_the_poles_no_town_is_near(
    latitude: float, longitude: float
) -> None:
    found = near(latitude, longitude)
    assert found
    assert found.is_far
    assert found.distance_km > 100
    said = describe_place(found)
    assert f"far from any town, {round(found.distance_km)} km from {found.name}" in said


def test_between_towns_the_distance_is_told() -> None:
    found = near(71.0, 25.8)
    assert found
    assert describe_place(found) == "about 6 km from Honningsvåg, Norway"


def test_a_country_that_is_its_town_is_named_once() -> None:
    found = near(1.29, 103.85)
    assert found
    assert describe_place(found) == "near Singapore"


def test_the_date_line_is_no_border() -> None:
    west, east = near(-16.8, 180.0), near(-16.8, -180.0)
    assert west
    assert west == east
    assert west.country_code == "FJ"
    across = near(-16.8, -179.99)
    assert across
    assert across.name == west.name
    assert abs(across.distance_km - west.distance_km) < 1.2


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (0.0, 0.0),
        (-0.0, 0.0),
        (90.001, 10.0),
        (-91.0, 10.0),
        (10.0, 180.5),
        (10.0, -540.0),
        (NAN, 10.0),
        (10.0, NAN),
        (INFINITE, 10.0),
        (10.0, -INFINITE),
        (1e300, 1e300),
    ],
)
def test_degrees_that_name_no_place_have_none(latitude: float, longitude: float) -> None:
    assert near(latitude, longitude) is None
    assert zones_within(latitude, longitude, 50) == frozenset()


def test_zones_on_both_sides_of_a_border_are_known() -> None:
    assert zones_within(32.5, -85.0, 50) >= {"America/New_York", "America/Chicago"}
    assert zones_within(48.8566, 2.3522, 50) == {"Europe/Paris"}
    assert zones_within(-48.9, -123.4, 50) == frozenset()


def test_distances_are_those_of_great_circles() -> None:
    assert distance_m(PARIS, PARIS) == 0
    assert distance_m(PARIS, LONDON) == pytest.approx(343_700, rel=0.003)
    assert distance_m(LONDON, PARIS) == distance_m(PARIS, LONDON)
    assert distance_m(Position(0, 179.999), Position(0, -179.999)) == pytest.approx(222, rel=0.01)
    assert distance_m(Position(90, 0), Position(-90, 50)) == pytest.approx(20_015_000, rel=0.001)
    assert distance_m(Position(0.001, 5), Position(0, 5)) == pytest.approx(111, rel=0.01)


def test_a_kept_cell_is_about_a_kilometre() -> None:
    assert coarse(48.858370, 2.294481) == (48.86, 2.29)
    assert coarse(48.858370, 2.294481, 1) == (48.9, 2.3)
    assert coarse(10.0, 179.999) == coarse(10.0, -179.999) == (10.0, -180.0)
    assert str(coarse(-0.001, -0.001)) == "(0.0, 0.0)"
    cell = Position(*coarse(48.858370, 2.294481))
    assert distance_m(cell, Position(48.858370, 2.294481)) < 800


def test_a_name_with_braces_is_only_a_name() -> None:
    odd = Near("{distance}", "{place.x}", "XX", 3.0, "UTC", 0)
    assert describe_place(odd) == "near {distance}, {place.x}"


def test_a_warm_lookup_takes_milliseconds() -> None:
    near(48.8566, 2.3522)
    took = []
    for longitude in range(-60, 60, 4):
        start = time.process_time()
        near(48.8566, longitude)
        took.append(time.process_time() - start)
    assert sorted(took)[len(took) // 2] < 0.05  # about 0.003 on an idle core


@pytest.mark.parametrize("name", ["places.npz", "outlines.json"])
def test_the_data_are_those_that_places_yaml_tells_of(name: str) -> None:
    told = place_book().files[name]
    content = (folder("photo") / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == told.sha256
    assert told.licence in ("CC BY 4.0", "public domain")
    assert len(content) <= (120_000 if name == "outlines.json" else 4_000_000)


def test_the_table_is_whole() -> None:
    with (folder("photo") / "places.npz").open("rb") as file:
        table = np.load(file, allow_pickle=False)
        arrays = {name: table[name] for name in table.files}
    counts = place_book().files["places.npz"].counts
    lines = {
        name: arrays[name].tobytes().decode().splitlines() for name in arrays if "name" in name
    }
    assert len(lines["names"]) == len(arrays["latitude"]) == counts["places"]
    assert len(lines["country_names"]) == counts["countries"] == arrays["country"].max() + 1
    assert len(lines["zone_names"]) == counts["zones"] == arrays["zone"].max() + 1
    assert all(ZoneInfo(zone) for zone in lines["zone_names"])
    assert all(line.strip() == line and line.isprintable() for line in lines["names"])
    assert np.abs(arrays["latitude"]).max() <= 90e4
    assert np.abs(arrays["longitude"]).max() <= 180e4


def test_the_outlines_lie_on_the_globe() -> None:
    shapes = json.loads((folder("photo") / "outlines.json").read_text("utf-8"))
    counts = place_book().files["outlines.json"].counts
    assert {name: len(lines) for name, lines in shapes.items()} == {
        name: counts[name] for name in ("land", "borders")
    }
    points = [point for lines in shapes.values() for line in lines for point in line]
    assert len(points) == counts["points"]
    assert all(abs(x) <= 200 and abs(y) <= 90 for x, y in points)
    steps = [
        abs(x - before)
        for ring in shapes["land"]
        for (before, y), (x, _) in pairwise(ring)
        if y > -90
    ]
    assert max(steps) < 180  # none leaps over the date line
    assert all(round(value, 1) == value for point in points for value in point)
    assert all(len(ring) >= 3 for ring in shapes["land"])


def topology(*arcs: list[list[int]], land: list[list[int]], countries: list[list[int]]) -> object:
    """A map on a grid of tenths of a degree; an arc is a point and steps from it."""
    return {
        "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {
            "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[ring] for ring in land]}]},
            "countries": {
                "geometries": [{"type": "Polygon", "arcs": [ring]} for ring in countries]
            },
        },
    }


def drawn(found: object) -> dict[str, list[list[tuple[float, float]]]]:
    assert isinstance(found, dict)
    return outlines(found)


def test_outlines_are_joined_of_arcs_and_made_simpler() -> None:
    east = [[0, 0], [100, 1], [100, 0], [0, 200]]
    west = [[200, 201], [-200, 0], [0, -201]]
    speck = [[0, 0], [1, 0], [0, 1], [-1, -1]]
    dot = [[0, 0], [0, 0]]
    arcs = (east, west, speck, dot)
    shapes = drawn(topology(*arcs, land=[[0, 1], [2], [3]], countries=[[0, 1], [-1]]))
    assert shapes["land"] == [[(0, 0), (20, 0.1), (20, 20.1), (0, 20.1)]]
    assert shapes["borders"] == [[(0, 0), (20, 0.1), (20, 20.1)]]


def test_land_across_the_date_line_runs_on() -> None:
    ring = [[1700, 0], [0, 100], [-3400, 0], [0, -100], [3400, 0]]
    [land] = drawn(topology(ring, land=[[0]], countries=[]))["land"]
    assert land == [(170, 0), (170, 10), (190, 10), (190, 0)]


def test_land_around_a_pole_takes_the_pole_in() -> None:
    ring = [[-1800, -700], [1000, 50], [1000, -50], [1000, 50], [600, -50]]
    [land] = drawn(topology(ring, land=[[0]], countries=[]))["land"]
    assert {(-180, -90), (180, -90), (-180, -70), (180, -70)} <= set(land)
