"""One answer, one comparison: what a terminal shows of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console

from assistant.policy.details import Answer
from assistant.render.answers import NOTHING_CHANGED, render_answer, render_changes
from tests.render.reports import ANSWER, CHANGES, PolicyReport, make_report, span

Render = Callable[[PolicyReport, Console], None]


def rendered(render: Render, **details: object) -> str:
    report = make_report()
    written = io.StringIO()
    with_them = replace(report, details=replace(report.details, **details))  # type: ignore[arg-type]
    render(with_them, Console(file=written, width=80))
    return written.getvalue()


def test_an_answer_is_its_passage_and_how_sure_it_is() -> None:
    text = rendered(render_answer, answer=ANSWER)
    assert "How long do they keep it?" in text
    assert text.count("forever after you leave.") == 1
    assert "77 % sure" in text


def test_an_answer_of_a_rule_is_told_in_its_words_with_the_passage() -> None:
    told = replace(ANSWER, text="It keeps everything.", rule_id="policy.keeps-data")
    text = rendered(render_answer, answer=told)
    assert "It keeps everything." in text
    assert "“forever after you leave.”" in text


def test_no_answer_says_why_and_shows_the_nearest_passage_only_where_there_is_one() -> None:
    silent = Answer("Cats?", None, (), 0.9, reason="The policy does not say.")
    text = rendered(render_answer, answer=silent)
    assert "The policy does not say." in text
    assert "“" not in text
    assert "sure" not in text
    unsure = replace(silent, reason="It may not say.", evidence=(span("Cookies | two years"),))
    assert "“Cookies | two years”" in rendered(render_answer, answer=unsure)


def test_changes_are_told_before_their_passages() -> None:
    text = rendered(render_changes, changes=CHANGES)
    assert text.index("The grade goes from B to D.") < text.index("Every passage that changed")
    assert "− We sell nothing" in text
    assert "+ We may sell your personal information to our partners." in text


def test_nothing_but_cosmetics_is_one_sentence() -> None:
    none = replace(CHANGES, material=False, sentences=(), passages=())
    text = " ".join(rendered(render_changes, changes=none).split())
    assert text == NOTHING_CHANGED


def test_words_of_a_document_are_never_markup() -> None:
    hostile = replace(ANSWER, question="[red]Is it?[/red]\x1b[2J")
    text = rendered(render_answer, answer=hostile)
    assert "[red]Is it?[/red]" in text
    assert "\x1b" not in text
