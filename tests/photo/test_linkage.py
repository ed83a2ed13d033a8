"""Many photos beside each other."""

from __future__ import annotations

from assistant.photo.linkage import link
from tests.photo.folders import HOME, MONDAY, evenings, shot


def test_places_and_hours_are_counted_once() -> None:
    told = link([*evenings(HOME, 5), shot("again.jpg", MONDAY.replace(hour=22, minute=30), HOME)])
    assert (told.photos, told.points) == (6, 5)
    assert "5 places and hours" in told.sentence
    assert "home" in {inference.kind for inference in told.inferences}


def test_few_points_and_single_photos_say_nothing() -> None:
    assert link([]).sentence == ""
    assert link(evenings(HOME, 1)).points == 0
    assert link(evenings(HOME, 3)).sentence == ""
    assert link([shot("a.jpg"), shot("b.jpg")]).points == 0
