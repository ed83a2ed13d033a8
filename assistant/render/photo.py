"""Photo reports in a terminal: the verdict first, then what is given away and what goes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.photo.details import Inference, Linkage, PhotoDetails
from assistant.photo.marks import CLAIMS
from assistant.render.plain import shorten, visible
from assistant.render.terminal import (
    BULLET,
    GRADE_STYLES,
    SEVERITY_STYLES,
    print_block,
    print_heading,
)
from assistant.render.wording import percent
from assistant.report import (
    Evidence,
    Finding,
    ImageRegion,
    MetadataField,
    Outcome,
    Report,
)
from assistant.second_opinion import is_opinion

PhotoReport = Report[PhotoDetails]
_VALUE_CHARS = 100
_MOST_EVIDENCE = 3


def render_photo(report: PhotoReport, console: Console) -> None:
    """Print one photo's report. Text of the file is printed as text, whatever it contains."""
    details = report.details
    console.print()
    console.print(Text(visible(report.verdict.text), style="bold"))
    console.print(Text(_rating_line(report), style=GRADE_STYLES[report.rating.grade]))
    console.print(Text(visible(report.subject.name)))
    console.print(Text(_about(details), style="dim"))
    present = [f for f in report.findings if f.outcome is Outcome.PRESENT]
    present.sort(key=lambda finding: -finding.severity.rank)
    if present:
        print_heading("What it gives away", console)
        for finding in present:
            _print_finding(finding, console)
    _print_claims(details.inferences, "What a stranger concludes", console)
    _print_list("A clean copy leaves out", details.goes, console)
    _print_list("A clean copy still shows", details.stays, console)
    if report.unchecked:
        print_heading("Not checked", console)
        for gap in report.unchecked:
            print_block(Text(f"{visible(gap.what)}: {visible(gap.why)}"), console, lead=BULLET)


def render_photos(
    reports: Sequence[PhotoReport], linkage: Linkage | None, console: Console
) -> None:
    """Print one line a photo, worst first, and what all of them tell together."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for report in sorted(reports, key=_score):
        grade = report.rating.grade
        table.add_row(
            Text(str(grade or "–"), style=GRADE_STYLES[grade]),
            Text(visible(report.subject.name)),
            _line(report),
        )
    console.print(table)
    if linkage is None:
        return
    _print_claims(linkage.inferences, "What they tell together", console)
    if linkage.sentence:
        print_block(Text(linkage.sentence), console, lead=BULLET)


def _line(report: PhotoReport) -> Text:
    """The verdict; below it what links the photo to those shared before, and a second opinion."""
    line = Text(visible(report.verdict.text))
    for inference in report.details.inferences:
        if inference.kind in CLAIMS.values():
            line.append(f"\n{visible(inference.claim)}", style="dim")
    for gap in filter(is_opinion, report.unchecked):
        line.append(f"\n{visible(gap.why)}", style="dim")
    return line


def _score(report: PhotoReport) -> float:
    return -1 if report.rating.score is None else report.rating.score


def _rating_line(report: PhotoReport) -> str:
    rating = report.rating
    if rating.grade is None:
        return "Not rated"
    held = f", held at {rating.gates[0].at_most}" if rating.gates else ""
    sure = percent(rating.confidence)
    return f"Grade {rating.grade}{held} · {rating.score} of 100 points · {sure} sure"


def _about(details: PhotoDetails) -> str:
    size = f"{details.width} × {details.height}" if details.width else "size unknown"
    frames = f" · {details.frames} frames" if details.frames > 1 else ""
    return f"{details.format.upper()} · {size}{frames} · {len(details.metadata)} values in the file"


def _print_finding(finding: Finding, console: Console) -> None:
    line = Text(visible(finding.title), style="bold")
    line.append(f"  {finding.severity}", style=SEVERITY_STYLES[finding.severity])
    line.append(f", {percent(finding.confidence)} sure", style="dim")
    print_block(line, console, lead=BULLET)
    for piece in finding.evidence[:_MOST_EVIDENCE]:
        if told := _told(piece):
            print_block(Text(told, style="dim"), console)
    print_block(Text(visible(finding.why)), console)
    advice = Text("What you can do: ", style="italic")
    print_block(advice.append(visible(finding.advice), style="not italic"), console)


def _told(piece: Evidence) -> str:
    if isinstance(piece, MetadataField):
        value = shorten(visible(piece.value), _VALUE_CHARS)
        return f"{visible(piece.group)} {visible(piece.tag)}: {value}"
    if isinstance(piece, ImageRegion):
        return f"{piece.kind} at {piece.x}, {piece.y}, {piece.width} × {piece.height} pixels"
    return ""


def _print_claims(inferences: Sequence[Inference], title: str, console: Console) -> None:
    if not inferences:
        return
    print_heading(title, console)
    for inference in inferences:
        print_block(Text(visible(inference.claim)), console, lead=BULLET)
        basis = f"{visible(inference.basis)} ({percent(inference.confidence)} sure)"
        print_block(Text(basis, style="dim"), console)


def _print_list(title: str, told: Sequence[str], console: Console) -> None:
    if told:
        print_heading(title, console)
        print_block(Text(visible("; ".join(told)) + "."), console)
