"""A person's own severities change what is told first and what it costs, and say so."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest

from assistant.errors import InvalidSettings
from assistant.photo.analyze import PhotoAnalysis, analyze_photo
from assistant.photo.weights import own_points, weights_of
from assistant.photos import Photos
from assistant.report import Outcome, Severity
from assistant.settings import Settings
from tests.photo.pictures import photo
from tests.photo.test_analyze import VIENNA

DATED = photo(taken=datetime(2024, 5, 17, 10, 30))
DATED_AND_PLACED = photo(position=VIENNA, taken=datetime(2024, 5, 17, 10, 30))
NOW = datetime(2026, 1, 1)


def analyze(data: bytes, **severities: Severity) -> PhotoAnalysis:
    own = {f"photo.{name}": severity for name, severity in severities.items()}
    return analyze_photo(data, name="a.jpg", now=NOW, look=False, severities=own)


def test_what_a_person_finds_grave_is_told_first_and_costs_more_than_its_group_may() -> None:
    ours = analyze(DATED_AND_PLACED)
    own = analyze(DATED_AND_PLACED, time=Severity.CRITICAL)
    assert ours.verdict.rule_ids == ("photo.location",)
    assert own.verdict.rule_ids == ("photo.time",)
    assert ours.rating.score is not None
    assert own.rating.score is not None
    assert own.rating.score < ours.rating.score
    assert {d.rule_id: d.points for d in own.rating.deductions}["photo.time"] == -40


def test_what_a_person_does_not_mind_costs_nothing_and_is_still_told() -> None:
    own = analyze(DATED, time=Severity.INFO)
    told = {f.rule_id: f for f in own.findings}["photo.time"]
    assert told.outcome is Outcome.PRESENT
    assert told.severity is Severity.INFO
    assert "photo.time" not in {d.rule_id for d in own.rating.deductions}


def test_a_rating_by_own_severities_says_so() -> None:
    assert analyze(DATED, time=Severity.LOW).rating.version.endswith("+own")
    assert not analyze(DATED).rating.version.endswith("+own")


def test_rules_that_are_not_named_keep_our_weights() -> None:
    own, ours = weights_of({"photo.time": Severity.HIGH}), weights_of({})
    assert {n: r for n, r in own.rules.items() if n != "photo.time"} == {
        n: r for n, r in ours.rules.items() if n != "photo.time"
    }


def test_graver_never_costs_less() -> None:
    costs = [own_points().points[severity] for severity in Severity]
    assert all(later < earlier for earlier, later in pairwise(costs))


def test_a_rule_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(InvalidSettings, match=r"photo\.tmie"):
        Photos(severities={"photo.tmie": Severity.HIGH})


def test_the_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_ASSISTANT_PHOTO_SEVERITIES", '{"photo.time": "critical"}')
    assert Settings().photo_severities == {"photo.time": Severity.CRITICAL}
