"""The short phrases about a policy report that every renderer shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.policy.better import BetterAnswer
from assistant.policy.details import LabelRow
from assistant.render.outline import PolicyReport, Side, outline, side_of
from assistant.render.plain import visible
from assistant.report import Outcome

Answer = Literal["yes", "no", "?", "–"]

_TYPE_NAMES: Mapping[str, str] = {
    "privacy-policy": "privacy policy",
    "terms": "terms of service",
    "cookies": "cookie notice",
    "other": "no policy",
}


def percent(share: float) -> str:
    """A probability in [0, 1] as whole percent; never a certainty that is none."""
    whole = round(share * 100)
    if share < 1:
        whole = min(whole, 99)
    return f"{whole} %"


def rating_line(report: PolicyReport) -> str:
    """Grade, score and confidence in one line, or that there is none."""
    rating = report.rating
    if rating.grade is None or rating.score is None:
        return "Not rated"
    return (
        f"Grade {rating.grade} · {rating.score} of 100 points · {percent(rating.confidence)} sure"
    )


def about(report: PolicyReport) -> str:
    """What was read, how long it is, and on which day, in one line."""
    details = report.details
    parts = [
        _TYPE_NAMES.get(details.document_type, details.document_type),
        f"{details.words:,} words",
    ]
    if details.reading_minutes:
        plural = "" if details.reading_minutes == 1 else "s"
        parts.append(f"{details.reading_minutes} minute{plural} to read")
    parts.append(f"read {report.created_at:%Y-%m-%d}")
    return " · ".join(parts)


def better_line(answer: BetterAnswer) -> str:
    """What the history answers to "is there one like this that treats me better?"."""
    if answer.service is None:
        return "The text does not make clear what kind of service this is; nothing was compared."
    about_it = f"This is about {answer.service.name}."
    if not answer.compared:
        return f"{about_it} Your history holds no other of that kind."
    others = f"{answer.compared} other" + ("" if answer.compared == 1 else "s")
    if not answer.found:
        return f"{about_it} Of {others} in your history none is rated clearly better."
    verb = "is" if len(answer.found) == 1 else "are"
    return f"{about_it} Of {others} in your history {len(answer.found)} {verb} rated better:"


def transparency_line(report: PolicyReport) -> str:
    """How much of what the law asks for was found in the policy, and what was not.

    "" where the document was not read for it. Says nothing of compliance.
    """
    items = report.details.transparency
    if not items:
        return ""

    def names(outcome: Outcome) -> str:
        found = [visible(item.name) for item in items if item.outcome is outcome]
        return ", ".join(name[:1].lower() + name[1:] for name in found)

    said = sum(item.outcome is Outcome.PRESENT for item in items)
    parts = [f"Says {said} of the {len(items)} things the law asks for (GDPR Art. 13 and 14)"]
    if unsure := names(Outcome.UNDETERMINED):
        parts.append(f"not sure: {unsure}")
    if missing := names(Outcome.ABSENT):
        parts.append(f"not found: {missing}")
    return "; ".join(parts) + "."


def label_line(row: LabelRow) -> str:
    """What a policy says of one kind of data, in one line; what it leaves open is left out."""
    parts = []
    if done := [word for word, said in _HANDLED if getattr(row, said)]:
        parts.append(", ".join(done))
    for lead, cells in (
        ("for", row.purposes),
        ("with", row.shared_with),
        ("kept", row.retention),
        ("you can", row.choices),
    ):
        if cells:
            names = dict.fromkeys(visible(cell.name) for cell in cells)
            parts.append(f"{lead}: {', '.join(names)}")
    return "; ".join(parts)


_HANDLED = (("collected", "collected"), ("shared", "shared"), ("denied", "denied"))
"""Words for what is done with a kind of data, by the field that says so."""


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """One policy in the overview of several."""

    report: PolicyReport
    name: str
    grade: str
    score: str
    worst: str


@dataclass(frozen=True, slots=True)
class ComparedFinding:
    """One harm and, in the order of the reports, whether each policy has it."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several reports side by side; harms that none of them has are left out."""

    rows: tuple[ComparedReport, ...]
    findings: tuple[ComparedFinding, ...]


def compare(reports: Sequence[PolicyReport]) -> Comparison:
    """Set reports side by side.

    An answer is `?` where a rule could not be decided, `–` where the report
    did not ask it.
    """
    rows = []
    harms: dict[str, tuple[int, str]] = {}
    sides = [{f.rule_id: side_of(f) for f in r.findings} for r in reports]
    for report in reports:
        parts = outline(report)
        rating = report.rating
        rows.append(
            ComparedReport(
                report=report,
                name=report.subject.name,
                grade=rating.grade or "–",
                score="–" if rating.score is None else str(rating.score),
                worst=parts.worst.title if parts.worst else "none found" if rating.grade else "–",
            )
        )
        for finding in parts.sides[Side.AGAINST]:
            harms.setdefault(finding.rule_id, (-finding.severity.rank, finding.title))
    return Comparison(
        rows=tuple(rows),
        findings=tuple(
            ComparedFinding(title, tuple(_answer(asked.get(rule_id)) for asked in sides))
            for rule_id, (_, title) in sorted(harms.items(), key=lambda item: item[1])
        ),
    )


def _answer(side: Side | None) -> Answer:
    if side is None:
        return "–"
    if side is Side.UNDECIDED:
        return "?"
    return "yes" if side is Side.AGAINST else "no"
