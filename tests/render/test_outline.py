"""What stands for and against the person, and how the score adds up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.render.outline import Side, outline, reaches, side_of, spans
from assistant.render.wording import compare, percent
from assistant.report import Finding, Outcome, Severity
from tests.render.reports import (
    DELETION,
    DENIED,
    KEEPS,
    NOT_FOUND,
    SELLS,
    SILENT_DUTY,
    UNDECIDED,
    make_report,
    make_unrated,
)


@pytest.mark.parametrize(
    ("finding", "side"),
    [
        (SELLS, Side.AGAINST),
        (SILENT_DUTY, Side.AGAINST),
        (DELETION, Side.FOR),
        (DENIED, Side.FOR),
        (replace(SILENT_DUTY, outcome=Outcome.PRESENT, evidence=SELLS.evidence), Side.FOR),
        (UNDECIDED, Side.UNDECIDED),
        (replace(DELETION, outcome=Outcome.UNDETERMINED), Side.UNDECIDED),
        (NOT_FOUND, Side.NOT_FOUND),
        (replace(DELETION, outcome=Outcome.ABSENT, evidence=()), Side.NOT_FOUND),
    ],
)
def test_side_of(finding: Finding, side: Side) -> None:
    assert side_of(finding) is side


def test_worst_first_and_every_deduction_named() -> None:
    parts = outline(make_report())

    assert parts.sides[Side.AGAINST] == (SELLS, KEEPS, SILENT_DUTY)
    assert [(price.title, price.points) for price in parts.prices] == [
        (SELLS.title, -36),
        (KEEPS.title, -10),
        (SILENT_DUTY.title, -4),
    ]
    assert parts.gates == ("Sells your data: at most D",)


def test_every_finding_stands_on_one_side() -> None:
    report = make_report()
    shown = [finding for side in outline(report).sides.values() for finding in side]

    assert sorted(f.rule_id for f in shown) == sorted(f.rule_id for f in report.findings)


def test_spans_come_once_in_text_order() -> None:
    found = spans(make_report())

    assert len(found) == 4
    assert list(found) == sorted(found, key=lambda span: span.start)


@pytest.mark.parametrize(
    ("severity", "reached"),
    [(Severity.INFO, True), (Severity.HIGH, True), (Severity.CRITICAL, False)],
)
def test_reaches(severity: Severity, reached: bool) -> None:
    assert reaches(make_report().findings, severity) is reached


def test_good_news_and_doubt_never_reach_a_severity() -> None:
    report = replace(make_report(), findings=(DELETION, DENIED, UNDECIDED, NOT_FOUND))

    assert not reaches(report.findings, Severity.INFO)
    assert not reaches(make_unrated().findings, Severity.INFO)


def test_compare_tells_yes_no_undecided_and_not_asked_apart() -> None:
    doubtful = replace(SELLS, outcome=Outcome.UNDETERMINED, evidence=())
    denied = replace(SELLS, outcome=Outcome.ABSENT)
    reports = [
        make_report(),
        replace(make_report("b.example"), findings=(doubtful, KEEPS)),
        replace(make_report("c.example"), findings=(denied,)),
        make_unrated(),
    ]

    comparison = compare(reports)

    assert [(line.title, line.answers) for line in comparison.findings] == [
        (SELLS.title, ("yes", "?", "no", "–")),
        (KEEPS.title, ("yes", "yes", "–", "–")),
        (SILENT_DUTY.title, ("yes", "–", "–", "–")),
    ]
    assert [(row.grade, row.score, row.worst) for row in comparison.rows] == [
        ("D", "50", SELLS.title),
        ("D", "50", KEEPS.title),
        ("D", "50", "none found"),
        ("–", "–", "–"),
    ]


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0 %"), (0.934, "93 %"), (0.999, "99 %"), (1, "100 %")]
)
def test_percent_claims_no_certainty_that_is_none(share: float, said: str) -> None:
    assert percent(share) == said
