"""One answer, or one comparison, in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from assistant.policy.changes import PassageChange
from assistant.render.outline import NOT_LEGAL_ADVICE, PolicyReport
from assistant.render.plain import visible
from assistant.render.terminal import print_block, print_heading, print_quotes
from assistant.render.wording import percent

NOTHING_CHANGED = (
    "Nothing changed but dates, punctuation, navigation or the order of sentences, if anything."
)
_BULLET = "  • "


def render_answer(report: PolicyReport, console: Console) -> None:
    """Print what the document answers, with the passages that say so."""
    answer = report.details.answer
    if answer is None:
        raise ValueError("no question was asked")
    console.print()
    console.print(Text(visible(answer.question), style="bold"))
    if answer.text is None:
        console.print(Text(visible(answer.reason)))
        print_quotes(answer.evidence, console, most=1)
    else:
        if answer.rule_id:
            console.print(Text(visible(answer.text)))
        print_quotes(answer.evidence, console, most=3)
        console.print(Text(f"{percent(answer.confidence)} sure", style="dim"))
    console.print(Text(visible(report.subject.source), style="dim"))
    console.print()
    console.print(Text(NOT_LEGAL_ADVICE, style="dim"))


def render_changes(report: PolicyReport, console: Console) -> None:
    """Print what changed, most important first, then every changed passage."""
    changes = report.details.changes
    if changes is None:
        raise ValueError("nothing was compared")
    console.print()
    if not changes.material:
        console.print(Text(NOTHING_CHANGED, style="bold"))
        return
    print_heading("What changed", console)
    for sentence in changes.sentences:
        print_block(Text(visible(sentence)), console, lead=_BULLET)
    _print_passages(changes.passages, console)
    console.print()
    console.print(Text(NOT_LEGAL_ADVICE, style="dim"))


def _print_passages(passages: Sequence[PassageChange], console: Console) -> None:
    print_heading("Every passage that changed", console)
    for passage in passages:
        for span, mark, style in ((passage.before, "−", "red"), (passage.after, "+", "green")):
            if span:
                print_block(Text(visible(span.quote), style=style), console, lead=f"  {mark} ")
