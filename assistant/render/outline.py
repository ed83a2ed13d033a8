"""What all renderers show of a report, in the order in which they show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.policy.details import Clause, PolicyDetails
from assistant.report import (
    DetailsT,
    Finding,
    Gate,
    Grade,
    Nature,
    Outcome,
    Report,
    Severity,
    TextSpan,
)

PolicyReport = Report[PolicyDetails]

NOT_LEGAL_ADVICE = (
    "This is a machine's reading of a document, with its quotes beside it. It is not legal advice."
)

LABEL_TITLE = "Your data at a glance"
TRANSPARENCY_TITLE = "What the law asks a policy to say"
DEADLINES_TITLE = "Times to keep"
RUBRIC_TITLE = "Questions by which people rate policies"
CLAUSES_TITLE = "Clauses to read twice"
CLAUSES_NOTE = "Clauses of these kinds are often one-sided; whether one is fair here is not judged."


class Side(StrEnum):
    """Where a finding stands for the person who reads it."""

    AGAINST = "against"
    """A harm the text announces, or a duty it is silent about."""
    FOR = "for"
    """Good news that the text states, a harm it denies in so many words."""
    UNDECIDED = "undecided"
    """Could not be read or decided. Never safe, never a harm."""
    NOT_FOUND = "not-found"
    """Everything was read, and it is not there."""


SECTION_TITLES: Mapping[Side, str] = {
    Side.AGAINST: "What should concern you",
    Side.FOR: "Good news",
    Side.UNDECIDED: "Not found out",
    Side.NOT_FOUND: "Looked for and not mentioned",
}


def side_of(finding: Finding) -> Side:
    """Where a finding stands. A harm denied in so many words is good news; mere silence is not."""
    if finding.outcome is Outcome.UNDETERMINED:
        return Side.UNDECIDED
    present = finding.outcome is Outcome.PRESENT
    match finding.nature:
        case Nature.HARM if present:
            return Side.AGAINST
        case Nature.HARM:
            return Side.FOR if finding.evidence else Side.NOT_FOUND
        case Nature.DUTY:
            return Side.FOR if present else Side.AGAINST
        case Nature.GOOD:
            return Side.FOR if present else Side.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Price:
    """One line of the sum that makes the score: negative points and what they are for."""

    title: str
    points: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A report's findings by side, worst first, and its score as a sum."""

    sides: Mapping[Side, tuple[Finding, ...]]
    prices: tuple[Price, ...]
    gates: tuple[str, ...]

    @property
    def worst(self) -> Finding | None:
        """The gravest finding against the person, or None."""
        return next(iter(self.sides[Side.AGAINST]), None)


def outline(report: Report[DetailsT]) -> Outline:
    """Group a report's findings and name what each deduction and gate is for."""
    sides: dict[Side, list[Finding]] = {side: [] for side in Side}
    for finding in report.findings:
        sides[side_of(finding)].append(finding)
    titles = {finding.rule_id: finding.title for finding in report.findings}
    return Outline(
        sides={side: tuple(sorted(found, key=_gravity)) for side, found in sides.items()},
        prices=tuple(
            Price(titles.get(deduction.rule_id, deduction.rule_id), deduction.points)
            for deduction in sorted(report.rating.deductions, key=lambda each: each.points)
        ),
        gates=tuple(
            f"{titles.get(gate.rule_id, gate.rule_id)}: {_bound(gate)}"
            for gate in report.rating.gates
        ),
    )


def _bound(gate: Gate) -> str:
    lifts = gate.at_most is Grade.A and gate.at_least is not Grade.F
    return f"at least {gate.at_least}" if lifts else f"at most {gate.at_most}"


def _gravity(finding: Finding) -> tuple[int, float, str]:
    return -finding.severity.rank, -finding.confidence, finding.title


@dataclass(frozen=True, slots=True)
class ClausesOfKind:
    """The clauses of one kind: what they do, and where they stand."""

    name: str
    why: str
    evidence: tuple[TextSpan, ...]


def clauses_by_kind(report: PolicyReport) -> tuple[ClausesOfKind, ...]:
    """Clauses to read twice, one entry a kind, in the order in which the kinds first appear."""
    kinds: dict[str, list[Clause]] = {}
    for clause in report.details.clauses:
        kinds.setdefault(clause.kind, []).append(clause)
    return tuple(
        ClausesOfKind(found[0].name, found[0].why, tuple(clause.span for clause in found))
        for found in kinds.values()
    )


def spans(report: PolicyReport) -> tuple[TextSpan, ...]:
    """Every quoted passage of a report once, by place in the text."""
    evidence = [piece for said in report.summary for piece in said.evidence]
    evidence += [piece for finding in report.findings for piece in finding.evidence]
    evidence += [deadline.span for deadline in report.details.deadlines]
    evidence += [clause.span for clause in report.details.clauses]
    found = set(quotes(evidence))
    return tuple(sorted(found, key=lambda span: (span.start, span.end)))


def quotes(evidence: Sequence[object]) -> tuple[TextSpan, ...]:
    """The text passages among pieces of evidence, in their order."""
    return tuple(piece for piece in evidence if isinstance(piece, TextSpan))


def reaches(findings: Iterable[Finding], severity: Severity) -> bool:
    """Whether a finding against the person is at least as bad as `severity`."""
    return any(
        side_of(finding) is Side.AGAINST and finding.severity.rank >= severity.rank
        for finding in findings
    )
