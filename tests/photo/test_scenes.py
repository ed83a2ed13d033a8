"""What a model's scores let be claimed of a picture: nothing below the border, one thing above."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.photo.infer import claims, infer_from_scene
from assistant.photo.scenes import Floats, scenes
from assistant.photo.scenes import judge as judge_by
from assistant.photo.sentences import sentences

IDS = [scene.id for scene in scenes().scenes]


def scores(**of: float) -> Floats:
    """Scores of the named scenes; what is left of 1 is spread over the scenes that tell nothing."""
    given = {name.replace("_", "-"): score for name, score in of.items()}
    other = [s.id for s in scenes().scenes if s.group == "other" and s.id not in given]
    rest = (1 - sum(given.values())) / len(other)
    return np.array([given.get(i, rest if i in other else 0.0) for i in IDS])


def judge(found: Floats) -> tuple[str, str]:
    """What is claimed, and the gap."""
    shown, gap = judge_by(found, scenes())
    return (shown.what if shown else ""), gap


def test_a_clear_score_is_a_claim_with_what_it_rests_on() -> None:
    shown, gap = judge_by(scores(hospital=0.9), scenes())
    [inference] = infer_from_scene(shown, "a.jpg")
    assert gap == ""
    assert inference.kind == "scene"
    assert "a room in a hospital" in inference.claim
    assert "is ill" in inference.claim
    assert str(len(IDS)) in inference.basis
    assert inference.files == ("a.jpg",)
    assert 0 < inference.confidence < 0.9


def test_a_landmark_is_told_as_a_place() -> None:
    shown, _ = judge_by(scores(eiffel_tower=0.8), scenes())
    [inference] = infer_from_scene(shown, "a.jpg")
    assert inference.kind == "landmark"
    assert "the Eiffel Tower in Paris" in inference.claim


@pytest.mark.parametrize(
    "found",
    [
        scores(hospital=scenes().least - 0.01),
        scores(hospital=0.65, office=0.35),
        scores(eiffel_tower=0.5, taj_mahal=0.45),
        np.full(len(IDS), 1 / len(IDS)),
    ],
    ids=["below the border", "close to another", "one of two landmarks", "all alike"],
)
def test_what_is_not_sure_is_not_claimed_and_that_is_said(found: Floats) -> None:
    assert judge(found) == ("", "scene_unsure")


def test_what_tells_nothing_is_no_claim_and_no_gap() -> None:
    assert judge(scores(food=0.9)) == ("", "")
    assert judge(scores(another_place=0.8, eiffel_tower=0.1)) == ("", "")
    assert infer_from_scene(None, "a.jpg") == ()


def test_scenes_of_one_group_do_not_silence_each_other() -> None:
    assert judge(scores(bedroom=0.45, home_interior=0.45)) == ("the inside of a home", "")
    assert judge(scores(bedroom=0.8, home_interior=0.1)) == ("a bedroom", "")
    assert judge(scores(airport=0.45, beach=0.45)) == ("a journey", "")


def test_a_surer_score_is_a_surer_claim() -> None:
    first, second = (judge_by(scores(gym=score), scenes())[0] for score in (0.75, 0.95))
    assert first
    assert second
    assert first.score < second.score


def test_every_scene_has_a_group_and_every_claim_its_words() -> None:
    known = scenes()
    assert len(IDS) == len(set(IDS))
    assert {scene.group for scene in known.scenes} == known.groups.keys()
    for scene in known.scenes:
        group = known.groups[scene.group]
        assert bool(scene.what) == bool(group.claim) == bool(group.reveals), scene.id
        assert not group.claim or group.claim in claims()
    for gap in ("scene", "scene_missing", "scene_damaged", "scene_extra", "scene_heavy"):
        assert sentences().gap(gap).what == "Scene and landmarks"
