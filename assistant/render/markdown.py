"""Policy reports as Markdown (CommonMark with pipe tables); text of others stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.render.outline import (
    CLAUSES_NOTE,
    CLAUSES_TITLE,
    DEADLINES_TITLE,
    LABEL_TITLE,
    NOT_LEGAL_ADVICE,
    RUBRIC_TITLE,
    SECTION_TITLES,
    TRANSPARENCY_TITLE,
    Outline,
    PolicyReport,
    Side,
    clauses_by_kind,
    outline,
    quotes,
)
from assistant.render.plain import visible
from assistant.render.wording import (
    Comparison,
    about,
    compare,
    label_line,
    percent,
    rating_line,
    transparency_line,
)
from assistant.report import Finding, Rating

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~#!$]")
"""ASCII punctuation that CommonMark and its common extensions give a meaning mid-line."""
_LINE_START = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp)(?=://)|\b(www)(?=\.)")


def render_markdown(reports: Sequence[PolicyReport]) -> str:
    """The reports one after the other, side by side first where there are several."""
    lines: list[str] = []
    if len(reports) > 1:
        lines += _comparison(compare(reports))
    for report in reports:
        lines += _report(report, outline(report))
    lines += ["---", "", NOT_LEGAL_ADVICE, ""]
    return "\n".join(lines)


def escape(text: str) -> str:
    """`text` in one line, with a backslash before whatever Markdown would act on."""
    line = _SPECIAL.sub(r"\\\g<0>", visible(text))
    line = _LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)
    return _AUTOLINK.sub(r"\g<0>\\", line)


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield from ("# Policies side by side", "")
    yield from ("| Policy | Grade | Score | Worst finding |", "| --- | :-: | --: | --- |")
    for row in comparison.rows:
        yield f"| {escape(row.name)} | {row.grade} | {row.score} | {escape(row.worst)} |"
    yield ""
    if comparison.findings:
        names = " | ".join(escape(row.name) for row in comparison.rows)
        yield f"| {SECTION_TITLES[Side.AGAINST]} | {names} |"
        yield f"| --- |{' :-: |' * len(comparison.rows)}"
        for finding in comparison.findings:
            yield f"| {escape(finding.title)} | {' | '.join(finding.answers)} |"
        yield from ("", "“?” could not be decided, “–” was not asked.", "")


def _report(report: PolicyReport, parts: Outline) -> Iterator[str]:
    yield from (f"# {escape(report.verdict.text)}", "")
    yield from (f"**{rating_line(report)}**", "")
    yield from (f"{escape(report.subject.name)}, {about(report)}", "")
    if report.subject.source != report.subject.name:
        yield from (f"Source: {escape(report.subject.source)}", "")
    if report.summary:
        yield from ("## In short", "")
        for statement in report.summary:
            yield f"- {escape(statement.text)}"
            yield from _quotes(statement.evidence)
        yield ""
    for side in (Side.AGAINST, Side.FOR, Side.UNDECIDED):
        yield from _findings(side, parts.sides[side])
    if parts.sides[Side.NOT_FOUND]:
        yield from (f"## {SECTION_TITLES[Side.NOT_FOUND]}", "")
        yield from (f"- {escape(finding.title)}" for finding in parts.sides[Side.NOT_FOUND])
        yield ""
    yield from _label(report)
    yield from _law_and_clauses(report)
    yield from score_sum(report.rating, parts)
    if report.unchecked:
        yield from ("## Not checked", "")
        yield from (f"- {escape(gap.what)}: {escape(gap.why)}" for gap in report.unchecked)
        yield ""


def score_sum(rating: Rating, parts: Outline) -> Iterator[str]:
    """How the score adds up; nothing where there is none."""
    if rating.score is None:
        return
    yield from ("## How the score adds up", "", "| Points | For |", "| --: | --- |")
    yield "| 100 | to begin with |"
    for price in parts.prices:
        yield f"| {price.points} | {escape(price.title)} |"
    yield from (f"| **{rating.score}** | **grade {rating.grade}** |", "")
    if parts.gates:
        yield from (f"- {escape(gate)}" for gate in parts.gates)
        yield ""


def _findings(side: Side, findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from (f"## {SECTION_TITLES[side]}", "")
    for finding in findings:
        facts = [str(finding.severity)] if side is Side.AGAINST else []
        if side is not Side.UNDECIDED:
            facts.append(f"{percent(finding.confidence)} sure")
        told = f" ({', '.join(facts)})" if facts else ""
        yield f"- **{escape(finding.title)}**{told}"
        if side is Side.AGAINST:
            yield from ("", f"  {escape(finding.why)}")
            if finding.advice:
                yield from ("", f"  What you can do: {escape(finding.advice)}")
        yield from _quotes(finding.evidence)
    yield ""


def _label(report: PolicyReport) -> Iterator[str]:
    if report.details.label:
        yield from (f"## {LABEL_TITLE}", "")
        for row in report.details.label:
            told = label_line(row)
            yield f"- **{escape(row.name)}**{': ' if told else ''}{escape(told)}"
        yield ""


def _law_and_clauses(report: PolicyReport) -> Iterator[str]:
    if report.details.deadlines:
        yield from (f"## {DEADLINES_TITLE}", "")
        for deadline in report.details.deadlines:
            yield f"- **{escape(deadline.what)}**: {escape(deadline.words)}"
            yield from _quotes((deadline.span,))
        yield ""
    if told := transparency_line(report):
        yield from (f"## {TRANSPARENCY_TITLE}", "", escape(told), "")
    if report.details.rubric:
        yield from (f"## {RUBRIC_TITLE}", "")
        for answer in report.details.rubric:
            yield f"- **{escape(answer.question)}** {escape(answer.text)}"
        yield ""
    if kinds := clauses_by_kind(report):
        yield from (f"## {CLAUSES_TITLE}", "", CLAUSES_NOTE, "")
        for kind in kinds:
            yield from (f"- **{escape(kind.name)}**", "", f"  {escape(kind.why)}")
            yield from _quotes(kind.evidence)
        yield ""


def _quotes(evidence: Sequence[object]) -> Iterator[str]:
    for span in quotes(evidence):
        yield from ("", f"  > “{escape(span.quote)}”")
