"""Less evidence is never worse: of whatever is taken away, no harm gets more units or dearer."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.knowledge import rating_scale
from assistant.report import Outcome
from assistant.site.detect import DETECTORS
from assistant.site.detection import Detection
from assistant.site.record.observation import Observation
from assistant.site.rulebook import Unit, site_rules
from tests.site.records import observation, seen, visit
from tests.site.strategies import LISTED, observations, weaker

BY_WORST = ("site.ad-trackers", "site.analytics", "site.data-brokers")
"""A company has exactly one of these, by the worst that is known of it."""
OURS = (
    *BY_WORST,
    "site.third-party-identifiers",
    "site.identifier-sharing",
    "site.canvas-fingerprinting",
    "site.audio-fingerprinting",
    "site.webgl-fingerprinting",
    "site.font-fingerprinting",
    "site.device-probing",
    "site.session-replay",
    "site.field-reading",
    "site.key-logging",
    "site.capture-before-submit",
    "site.password-captured",
)


def _answers(record: Observation) -> dict[str, Detection]:
    sight = seen(record, listed=LISTED)
    return {rule: DETECTORS[rule](sight) for rule in OURS}


def _cost(answers: Mapping[str, Detection]) -> int:
    """Points that are taken, each group up to its cap."""
    by_group: dict[str, int] = {}
    for rule_id, found in answers.items():
        rule = site_rules()[rule_id]
        if found.outcome is Outcome.PRESENT:
            times = len(found.units) if rule.unit is not Unit.PAGE else 1
            by_group[rule.group] = by_group.get(rule.group, 0) + rule.points * times
    caps = rating_scale("site").group_caps
    return -sum(max(points, caps[group]) for group, points in by_group.items())


def _followers(answers: Mapping[str, Detection]) -> int:
    return len({unit for rule in BY_WORST for unit in answers[rule].units})


@pytest.mark.parametrize("rule", OURS)
def test_nothing_is_absent_where_events_were_lost(rule: str) -> None:
    page = visit(typed=True)
    assert DETECTORS[rule](seen(observation(page))).outcome is Outcome.ABSENT
    assert DETECTORS[rule](seen(observation(page, lost=1))).outcome is Outcome.UNDETERMINED


@settings(max_examples=120, deadline=None)
@given(observations, st.data())
def test_less_evidence_is_never_worse(record: Observation, data: st.DataObject) -> None:
    less_of_it = list(weaker(record))
    if not less_of_it:
        return
    before, after = _answers(record), _answers(data.draw(st.sampled_from(less_of_it)))
    for rule in set(OURS) - set(BY_WORST):
        assert len(after[rule].units) <= len(before[rule].units), rule
    assert _followers(after) <= _followers(before)
    assert _cost(after) <= _cost(before)


@settings(max_examples=60, deadline=None)
@given(observations)
def test_every_answer_is_whole(record: Observation) -> None:
    for rule, found in _answers(record).items():
        present = found.outcome is Outcome.PRESENT
        assert present == bool(found.units) == bool(found.evidence), rule
        assert len(found.units) == len(set(found.units)), rule
        assert all(found.units), rule
        assert 0 <= found.confidence <= 1, rule
