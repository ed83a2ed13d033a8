"""Policy reports in a terminal: the verdict first, the evidence under each claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.render.outline import (
    CLAUSES_NOTE,
    CLAUSES_TITLE,
    DEADLINES_TITLE,
    LABEL_TITLE,
    NOT_LEGAL_ADVICE,
    SECTION_TITLES,
    TRANSPARENCY_TITLE,
    Outline,
    PolicyReport,
    Side,
    clauses_by_kind,
    outline,
    quotes,
)
from assistant.render.plain import shorten, visible
from assistant.render.wording import (
    about,
    compare,
    label_line,
    percent,
    rating_line,
    transparency_line,
)
from assistant.report import Finding, Grade, Severity

_QUOTE_CHARS = 220
_LABEL_CHARS = 400
_INDENT = "    "
BULLET = "  • "
GRADE_STYLES: Mapping[Grade | None, str] = {
    Grade.A: "bold green",
    Grade.B: "bold green",
    Grade.C: "bold yellow",
    Grade.D: "bold red",
    Grade.F: "bold red",
    None: "bold",
}
SEVERITY_STYLES: Mapping[Severity, str] = {
    Severity.INFO: "",
    Severity.LOW: "cyan",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "red",
    Severity.CRITICAL: "bold red",
}


def render_terminal(saved_reports: Sequence[PolicyReport], console: Console) -> None:
    """Print reports: side by side where there are several, then each in full.

    Nothing is cut off but long quotes, which end in an ellipsis; the width is
    the console's. Text of the policy is printed as text, whatever it contains.
    """
    if len(saved_reports) > 1:
        _print_comparison(saved_reports, console)
    for report in saved_reports:
        if len(saved_reports) > 1:
            console.print()
            console.rule(style="dim")
        _print_report(report, outline(report), console)
    console.print()
    console.print(Text(NOT_LEGAL_ADVICE, style="dim"))


def _print_report(report: PolicyReport, parts: Outline, console: Console) -> None:
    console.print()
    console.print(Text(visible(report.verdict.text), style="bold"))
    console.print(Text(rating_line(report), style=GRADE_STYLES[report.rating.grade]))
    console.print(Text(visible(report.subject.name)))
    if report.subject.source != report.subject.name:
        console.print(Text(visible(report.subject.source), style="dim"))
    console.print(Text(about(report), style="dim"))
    if report.summary:
        print_heading("In short", console)
        for statement in report.summary:
            print_block(Text(visible(statement.text)), console, lead=BULLET)
            print_quotes(statement.evidence, console, most=1)
    for side in (Side.AGAINST, Side.FOR, Side.UNDECIDED):
        _print_findings(side, parts.sides[side], console)
    if parts.sides[Side.NOT_FOUND]:
        print_heading(SECTION_TITLES[Side.NOT_FOUND], console)
        titles = [visible(finding.title) for finding in parts.sides[Side.NOT_FOUND]]
        print_block(Text("; ".join(titles) + "."), console)
    _print_label(report, console)
    _print_law_and_clauses(report, console)
    _print_sum(report, parts, console)
    if report.unchecked:
        print_heading("Not checked", console)
        for gap in report.unchecked:
            text = Text(f"{visible(gap.what)}: {visible(gap.why)}")
            print_block(text, console, lead=BULLET)


def _print_findings(side: Side, findings: Sequence[Finding], console: Console) -> None:
    if not findings:
        return
    print_heading(SECTION_TITLES[side], console)
    for finding in findings:
        line = Text(visible(finding.title), style="bold")
        sure = f"{percent(finding.confidence)} sure"
        if side is Side.AGAINST:
            line.append(f"  {finding.severity}", style=SEVERITY_STYLES[finding.severity])
            line.append(f", {sure}", style="dim")
        elif side is Side.FOR:
            line.append(f"  {sure}", style="dim")
        print_block(line, console, lead=BULLET)
        if side is Side.AGAINST:
            print_block(Text(visible(finding.why)), console)
            if finding.advice:
                advice = Text("What you can do: ", style="italic")
                print_block(advice.append(visible(finding.advice), style="not italic"), console)
        print_quotes(finding.evidence, console, most=2)


def _print_label(report: PolicyReport, console: Console) -> None:
    if not report.details.label:
        return
    print_heading(LABEL_TITLE, console)
    for row in report.details.label:
        print_block(Text(visible(row.name), style="bold"), console, lead=BULLET)
        if told := label_line(row):
            print_block(Text(shorten(told, _LABEL_CHARS)), console)


def _print_law_and_clauses(report: PolicyReport, console: Console) -> None:
    if report.details.deadlines:
        print_heading(DEADLINES_TITLE, console)
        for deadline in report.details.deadlines:
            line = Text(visible(f"{deadline.what}: {deadline.words}"), style="bold")
            print_block(line, console, lead=BULLET)
            print_quotes((deadline.span,), console, most=1)
    if told := transparency_line(report):
        print_heading(TRANSPARENCY_TITLE, console)
        print_block(Text(told), console)
    if kinds := clauses_by_kind(report):
        print_heading(CLAUSES_TITLE, console)
        print_block(Text(CLAUSES_NOTE, style="dim"), console)
        for kind in kinds:
            print_block(Text(visible(kind.name), style="bold"), console, lead=BULLET)
            print_block(Text(visible(kind.why)), console)
            print_quotes(kind.evidence, console, most=1)


def _print_sum(report: PolicyReport, parts: Outline, console: Console) -> None:
    if report.rating.score is None:
        return
    print_heading("How the score adds up", console)
    print_block(Text("to begin with"), console, lead="   100  ")
    for price in parts.prices:
        print_block(Text(visible(price.title)), console, lead=f"{price.points:>+6}  ")
    total = Text(f"points: grade {report.rating.grade}", style="bold")
    print_block(total, console, lead=f"{report.rating.score:>6}  ")
    for gate in parts.gates:
        print_block(Text(visible(gate)), console, lead=BULLET)


def _print_comparison(reports: Sequence[PolicyReport], console: Console) -> None:
    comparison = compare(reports)
    console.print()
    overview = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    overview.add_column("#", justify="right", no_wrap=True)
    overview.add_column("Policy", overflow="fold", ratio=2)
    overview.add_column("Grade", justify="center", no_wrap=True)
    overview.add_column("Score", justify="right", no_wrap=True)
    overview.add_column("Worst finding", overflow="fold", ratio=3)
    for number, row in enumerate(comparison.rows, start=1):
        overview.add_row(
            str(number),
            Text(visible(row.name)),
            Text(row.grade, style=GRADE_STYLES[row.report.rating.grade]),
            row.score,
            Text(visible(row.worst)),
        )
    console.print(overview)
    if comparison.findings:
        findings = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        findings.add_column(SECTION_TITLES[Side.AGAINST], overflow="fold")
        for number in range(1, len(reports) + 1):
            findings.add_column(f"#{number}", justify="center", no_wrap=True)
        for line in comparison.findings:
            findings.add_row(
                Text(visible(line.title)),
                *(Text(answer, style="red" if answer == "yes" else "") for answer in line.answers),
            )
        console.print(findings)


def print_heading(title: str, console: Console) -> None:
    console.print()
    console.print(Text(title, style="bold underline"))


def print_quotes(evidence: Sequence[object], console: Console, *, most: int) -> None:
    told = list(dict.fromkeys(shorten(span.quote, _QUOTE_CHARS) for span in quotes(evidence)))
    if told and told[0].endswith(":"):
        most += 1  # A lead-in says nothing without its list item.
    for quote in told[:most]:
        print_block(Text(f"“{quote}”", style="italic dim"), console)
    if len(told) > most:
        more = len(told) - most
        said = "one more passage" if more == 1 else f"{more} more passages"
        print_block(Text(f"and {said}", style="dim"), console)


def print_block(text: Text, console: Console, *, lead: str = _INDENT) -> None:
    """Print wrapped text: `lead` before the first line, as much space before the others."""
    for line in text.wrap(console, max(console.width - len(lead), 20)):
        console.print(Text(lead).append_text(line), soft_wrap=True)
        lead = " " * len(lead)
