"""The terminal's reading: golden texts, nothing cut off, nothing obeyed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from assistant.render.outline import NOT_LEGAL_ADVICE
from assistant.render.terminal import render_terminal
from assistant.report import Statement, Verdict
from tests.golden import check_golden
from tests.render.reports import PolicyReport, make_report, make_terms, make_unrated, span


def rendered(reports: Sequence[PolicyReport], *, width: int = 80, terminal: bool = False) -> str:
    written = io.StringIO()
    console = Console(
        file=written,
        width=width,
        force_terminal=terminal,
        color_system="truecolor" if terminal else None,
    )
    render_terminal(reports, console)
    return written.getvalue()


def test_one_report() -> None:
    check_golden("render/report.txt", rendered([make_report()]))


def test_several_reports_are_set_side_by_side_first() -> None:
    reports = [make_report(), make_report("other.example"), make_unrated()]

    check_golden("render/reports.txt", rendered(reports, width=100))


def test_the_verdict_comes_first_and_the_grade_second() -> None:
    lines = rendered([make_report()]).strip().splitlines()

    assert lines[0] == "May sell your personal information."
    assert lines[1].startswith("Grade D · 50 of 100")


def test_what_could_not_be_rated_says_why_and_gives_no_grade() -> None:
    text = rendered([make_unrated()])

    assert "Not rated" in text
    assert "does not read like a privacy policy" in text
    assert "Grade" not in text
    assert "adds up" not in text


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_fits_the_width_and_loses_no_word(width: int) -> None:
    text = rendered([make_report("a-rather-long-name-" * 6 + "example.com")], width=width)

    assert max(len(line) for line in text.splitlines()) <= width
    folded = " ".join(text.split())
    for sentence in ("Others can buy what you do here", NOT_LEGAL_ADVICE):
        assert sentence in folded


def test_colour_only_in_a_terminal() -> None:
    assert "\x1b[" in rendered([make_report()], terminal=True)
    assert "\x1b" not in rendered([make_report()])


def test_style_words_of_a_policy_stay_words() -> None:
    report = replace(
        make_report("[bold]Acme[/bold]"), verdict=Verdict("Sells [red]you[/red] :smile:")
    )

    text = rendered([report])

    assert "[bold]Acme[/bold]" in text
    assert "Sells [red]you[/red] :smile:" in text


def test_a_lead_in_is_quoted_with_its_list_item() -> None:
    listed = Statement(
        "Data may be kept.", (span("We keep what you give us:"), span("forever after you leave."))
    )
    printed = " ".join(rendered([replace(make_report(), summary=(listed,))]).split())
    told = printed.partition("What should concern you")[0]
    assert "“We keep what you give us:” “forever after you leave.”" in told


def test_what_the_law_asks_for_is_one_line_that_claims_no_breach() -> None:
    printed = " ".join(rendered([make_report()]).split())
    assert (
        "Says 1 of the 4 things the law asks for (GDPR Art. 13 and 14); not sure: who gets your "
        "data; not found: how to reach them, your right to object." in printed
    )
    for claim in ("comply", "complian", "violat", "breach of", "illegal"):
        assert claim not in printed
    assert "Clauses to read twice" not in printed


def test_clauses_are_told_once_a_kind_with_a_quote() -> None:
    printed = " ".join(rendered([make_terms()]).split())
    told = printed.partition("Clauses to read twice")[2].partition("How the score")[0]
    assert told.index("Lets them end it") < told.index("Lets them remove posts")
    assert told.count("Lets them end it") == 1
    assert "It can end. “as long as we like; and” and one more passage" in told
    assert "What the law asks" not in printed


def test_nothing_is_said_of_the_law_where_it_was_not_asked() -> None:
    printed = rendered([make_unrated()])
    assert "law asks" not in printed
    assert "read twice" not in printed
