"""Site reports in a terminal: the verdict first, then why, who gets data, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.render.outline import SECTION_TITLES, Side, outline
from assistant.render.plain import shorten, visible
from assistant.render.site_wording import (
    BESIDE_TITLE,
    OWNERS_TITLE,
    SiteReport,
    about,
    beside_facts,
    category_words,
    change_lines,
    evidence_words,
    marks,
    open_line,
    rating_line,
)
from assistant.render.terminal import (
    BULLET,
    GRADE_STYLES,
    SEVERITY_STYLES,
    print_block,
    print_heading,
)
from assistant.render.wording import percent
from assistant.report import Evidence, Finding
from assistant.site.details import OwnerTold

_MOST_EVIDENCE = 3
_MOST_OWNERS = 25
_EVIDENCE_CHARS = 110


def render_site(report: SiteReport, console: Console) -> None:
    """Print one site's report. Addresses and names are printed as text, whatever they contain."""
    parts = outline(report)
    console.print()
    console.print(Text(visible(report.verdict.text), style="bold"))
    console.print(Text(rating_line(report), style=GRADE_STYLES[report.rating.grade]))
    console.print(Text(visible(report.details.page)))
    console.print(Text(about(report), style="dim"))
    if still_open := open_line(report):
        console.print(Text(still_open, style="dim"))
    points = {deduction.rule_id: deduction.points for deduction in report.rating.deductions}
    for side in (Side.AGAINST, Side.FOR):
        if parts.sides[side]:
            print_heading(SECTION_TITLES[side], console)
            for finding in parts.sides[side]:
                _print_finding(finding, side, points.get(finding.rule_id, 0), console)
    _print_owners(report.details.owners, console)
    if report.details.changes:
        print_heading(f"Since {report.details.changes.since:%Y-%m-%d}", console)
        for line in change_lines(report):
            print_block(Text(line), console, lead=BULLET)
    print_heading(BESIDE_TITLE, console)
    for fact in beside_facts(report):
        note = f" ({fact.note})" if fact.note else ""
        print_block(Text(f"{fact.name}: {fact.text}{note}"), console, lead=BULLET)
    if undecided := [visible(finding.title) for finding in parts.sides[Side.UNDECIDED]]:
        print_heading(SECTION_TITLES[Side.UNDECIDED], console)
        print_block(Text("; ".join(undecided) + "."), console)
    if report.unchecked:
        print_heading("Not checked", console)
        for gap in report.unchecked:
            print_block(Text(f"{visible(gap.what)}: {visible(gap.why)}"), console, lead=BULLET)


def _print_finding(finding: Finding, side: Side, points: int, console: Console) -> None:
    line = Text(visible(finding.title), style="bold")
    if side is Side.AGAINST:
        line.append(f"  {finding.severity}", style=SEVERITY_STYLES[finding.severity])
    price = f", {points} points" if points else ""
    line.append(f", {percent(finding.confidence)} sure{price}", style="dim")
    print_block(line, console, lead=BULLET)
    told = list(filter(None, map(_evidence_line, finding.evidence)))
    for each in told[:_MOST_EVIDENCE]:
        print_block(Text(each, style="dim"), console)
    if len(told) > _MOST_EVIDENCE:
        print_block(Text(f"and {len(told) - _MOST_EVIDENCE} more", style="dim"), console)
    print_block(Text(visible(finding.why)), console)
    if side is Side.AGAINST:
        advice = Text("What you can do: ", style="italic")
        print_block(advice.append(visible(finding.advice), style="not italic"), console)


def _evidence_line(piece: Evidence) -> str:
    fact = evidence_words(piece)
    return f"{fact.name}: {shorten(fact.text, _EVIDENCE_CHARS)}" if fact else ""


def _print_owners(owners: Iterable[OwnerTold], console: Console) -> None:
    told = list(owners)
    if not told:
        return
    print_heading(OWNERS_TITLE, console)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", ratio=3)
    for owner in told[:_MOST_OWNERS]:
        table.add_row(
            Text(visible(owner.name), style="bold" if owner.tracks else ""),
            Text(category_words(owner), style="dim"),
            Text(f"{owner.requests}×"),
            Text(marks(owner)),
        )
    console.print(table)
    if len(told) > _MOST_OWNERS:
        console.print(Text(f"and {len(told) - _MOST_OWNERS} more", style="dim"))
