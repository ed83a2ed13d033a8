"""Photos by place and by device."""

from __future__ import annotations

from assistant.photo.clusters import devices, places
from assistant.photo.details import Position
from tests.photo.folders import HOME, PARK, at, shot


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
    body = ("body", "12345")
    shots = [shot("a.jpg", serials=(body,)), shot("b.jpg", serials=(("lens", "12345"),))]
    assert devices(shots) == ()
    [device] = devices([*shots, shot("c.jpg", serials=(body,))])
    assert (device.kind, device.mark, len(device.shots)) == ("body", "…345", 2)
