"""Deductions add up, caps hold, silence is priced only where it is the harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.knowledge import Nature, RatingScale, Rule, Source
from assistant.rating import hold, rate, unrated
from assistant.report import Deduction, Finding, Gate, Grade, Outcome, Severity, TextSpan

SCALE = RatingScale(
    version="test",
    group_caps={"sharing": -20, "control": -10},
    bands={"A": 90, "B": 75, "C": 60, "D": 40, "F": 0},
    reason="test",
)
SPAN = TextSpan(0, 3, "abc")


def rule(name: str, points: int, *, nature: Nature = Nature.HARM, group: str = "sharing") -> Rule:
    return Rule(
        id=f"policy.{name}",
        title=name,
        nature=nature,
        severity=Severity.MEDIUM,
        points=points,
        reason="test",
        group=group,
        explanation="",
        says="",
        why="",
        advice="",
        sources=(Source("test", "https://example.org", date(2026, 11, 22)),),
        since=date(2026, 11, 22),
    )


RULES = {
    r.id: r
    for r in (
        rule("sells", -15),
        rule("shares", -12),
        rule("silent-on-deletion", -8, nature=Nature.DUTY, group="control"),
        rule("export", 0, nature=Nature.GOOD, group="control"),
    )
}


def finding(name: str, outcome: Outcome, confidence: float = 0.9) -> Finding:
    evidence = (SPAN,) if outcome is Outcome.PRESENT else ()
    return RULES[f"policy.{name}"].finding(outcome, confidence=confidence, evidence=evidence)


def test_nothing_found_is_full_marks() -> None:
    rating = rate([finding("sells", Outcome.ABSENT)], RULES, SCALE, certainty=1)
    assert (rating.grade, rating.score, rating.deductions) == (Grade.A, 100, ())


def test_a_group_takes_no_more_than_its_cap_and_the_rest_adds_up() -> None:
    found = [
        finding("shares", Outcome.PRESENT),
        finding("sells", Outcome.PRESENT),
        finding("silent-on-deletion", Outcome.ABSENT),
    ]
    rating = rate(found, RULES, SCALE, certainty=1)
    assert rating.deductions == (
        Deduction("policy.sells", -15),
        Deduction("policy.shares", -5),
        Deduction("policy.silent-on-deletion", -8),
    )
    assert rating.score == 100 - 15 - 5 - 8
    assert rating.grade is Grade.C


def test_good_news_and_a_duty_kept_cost_nothing() -> None:
    found = [finding("export", Outcome.PRESENT), finding("silent-on-deletion", Outcome.PRESENT)]
    assert rate(found, RULES, SCALE, certainty=1).score == 100


@pytest.mark.parametrize("name", ["sells", "silent-on-deletion"])
def test_undetermined_lowers_confidence_and_never_the_score(name: str) -> None:
    known = [finding("shares", Outcome.ABSENT)]
    unknown = [*known, finding(name, Outcome.UNDETERMINED)]
    before = rate(known, RULES, SCALE, certainty=0.8)
    after = rate(unknown, RULES, SCALE, certainty=0.8)
    assert after.score == before.score
    assert after.confidence < before.confidence == round(0.8 * 0.9, 2)


def test_how_sure_we_are_does_not_change_the_price() -> None:
    sure = rate([finding("sells", Outcome.PRESENT, 0.99)], RULES, SCALE, certainty=1)
    unsure = rate([finding("sells", Outcome.PRESENT, 0.51)], RULES, SCALE, certainty=1)
    assert sure.score == unsure.score
    assert sure.confidence == 0.99
    assert unsure.confidence == 0.51


def test_a_gate_holds_the_grade_and_leaves_the_score() -> None:
    whole = rate((), {}, SCALE, certainty=1.0)
    held = hold(whole, [Gate("room.unread", Grade.C), Gate("room.other", Grade.B)])
    assert (held.grade, held.score) == (Grade.C, whole.score)
    assert hold(whole, []) is whole


def test_a_gate_never_raises_a_grade_and_gives_none_to_what_has_none() -> None:
    gates = [Gate("room.unread", Grade.A)]
    low = replace(rate((), {}, SCALE, certainty=1.0), grade=Grade.F)
    assert hold(low, gates).grade is Grade.F
    assert hold(unrated(SCALE), gates).grade is None


def test_points_are_taken_as_often_as_counted_up_to_the_cap() -> None:
    found = [finding("silent-on-deletion", Outcome.ABSENT), finding("shares", Outcome.PRESENT)]
    once = rate(found, RULES, SCALE, certainty=1, counts={"policy.shares": 1})
    twice = rate(found, RULES, SCALE, certainty=1, counts={"policy.shares": 2})
    assert once.score == 100 - 12 - 8
    assert twice.score == 100 - 20 - 8


def test_a_gate_can_lift_a_grade_and_never_beats_one_that_holds_it() -> None:
    found = [finding("sells", Outcome.PRESENT), finding("silent-on-deletion", Outcome.ABSENT)]
    poor = replace(rate(found, RULES, SCALE, certainty=1), grade=Grade.D)
    lift = Gate("policy.sells", at_least=Grade.B)
    lifted = hold(poor, [lift])
    assert (lifted.grade, lifted.score) == (Grade.B, poor.score)
    assert hold(poor, [lift, Gate("policy.shares", at_most=Grade.C)]).grade is Grade.C
    assert hold(replace(poor, grade=Grade.A), [lift]).grade is Grade.A


def test_many_rules_of_one_group_weigh_no_more_than_its_cap() -> None:
    """Two groups of which each can take as much: not knowing one leaves half."""
    scale = replace(SCALE, group_caps={"sharing": -10, "control": -10})
    known = finding("silent-on-deletion", Outcome.PRESENT, confidence=1.0)
    unknown = [finding(name, Outcome.UNDETERMINED) for name in ("sells", "shares")]
    rating = rate([known, *unknown], RULES, scale, certainty=1)
    assert rating.confidence == pytest.approx(8 / 18, abs=0.01)
