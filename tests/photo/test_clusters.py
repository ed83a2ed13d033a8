"""Photos by place and by device."""

from __future__ import annotations

import math

from assistant.photo.clusters import devices, metres, places
from assistant.photo.details import Position
from tests.photo.folders import HOME, PARK, at, shot


def test_metres_between_known_points() -> None:
    paris, london = Position(48.8566, 2.3522), Position(51.5074, -0.1278)
    assert math.isclose(metres(paris, london), 343_500, rel_tol=0.01)
    assert metres(paris, paris) == 0
    assert metres(Position(0, 179.999), Position(0, -179.999)) < 300


def test_near_photos_are_one_place_and_far_ones_are_not() -> None:
    shots = [shot("a.jpg", None, HOME), shot("b.jpg", None, at(HOME, 100))]
    shots += [shot("c.jpg", None, PARK), shot("d.jpg")]
    found = places(shots)
    assert [[one.name for one in place.shots] for place in found] == [["a.jpg", "b.jpg"], ["c.jpg"]]


def test_places_near_a_pole_and_across_a_cell_border_hold_together() -> None:
    north = Position(89.9999, 10.0)
    assert len(places([shot("a.jpg", None, north), shot("b.jpg", None, at(north, 5))])) == 1
    for metres_apart in range(0, 150, 7):
        pair = [shot("a.jpg", None, HOME), shot("b.jpg", None, at(HOME, metres_apart))]
        assert len(places(pair)) == 1


def test_only_shared_serials_make_a_device() -> None:
    shots = [
        shot("a.jpg", serials=(("body", "12345"),)),
        shot("b.jpg", serials=(("lens", "12345"),)),
    ]
    assert devices(shots) == ()
    [device] = devices([*shots, shot("c.jpg", serials=(body,))])
    assert (device.kind, device.mark, len(device.shots)) == ("body", "…345", 2)
