"""Times that a person has to keep are read off the quotes that name them."""

from __future__ import annotations

import pytest

from assistant.policy.deadlines import find_deadlines
from assistant.policy.details import Deadline
from assistant.policy.detect import detect
from assistant.policy.reading import read
from assistant.report import TextSpan
from tests.policy.texts import document

ARBITRATION = (
    "You have the right to opt out of binding arbitration by sending us an email within "
    "thirty (30) days of accepting these terms."
)
AI = "policy.trains-ai-opt-out"


def deadlines(text: str, **further: str) -> tuple[Deadline, ...]:
    steps = {AI: tuple(TextSpan(0, len(q), q) for q in further.values())}
    return find_deadlines(detect(read(document(text))), steps)


def test_a_period_is_told_in_days_with_its_words() -> None:
    [found] = deadlines(ARBITRATION)
    assert (found.rule_id, found.days, found.date) == ("policy.arbitration-opt-out", 30, "")
    assert found.words == "within thirty (30) days"
    assert found.words in found.span.quote


@pytest.mark.parametrize(
    ("step", "days", "date"),
    [
        ("Switch it off before 27 May 2025 in your settings.", None, "2025-05-27"),
        ("Switch it off by June 3, 2026 in your settings.", None, "2026-06-03"),
        ("Write to us within 2 weeks.", 14, ""),
        ("Write to us within 48 hours.", 2, ""),
        ("Write to us within one year.", 365, ""),
    ],
)
def test_steps_of_an_opt_out_are_read_too(step: str, days: int | None, date: str) -> None:
    [found] = deadlines("", step=step)
    assert (found.rule_id, found.days, found.date) == (AI, days, date)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We keep your data for 30 days.",
        "Our shop has been open since 27 May 2025.",
        "You have the right to opt out of binding arbitration.",
    ],
)
def test_no_time_is_made_up(text: str) -> None:
    assert deadlines(text) == ()


def test_a_step_without_a_time_has_no_deadline() -> None:
    assert deadlines("", step="Switch it off in your settings; you have 3 devices.") == ()
