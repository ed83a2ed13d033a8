""" "Is there one like this that treats me better?", asked of reports that are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.policy.details import Cell
from assistant.policy.rulebook import policy_rules
from assistant.policy.services import find_service
from assistant.rating import costs_points
from assistant.report import Finding, Grade

LEAST_BETTER = 5
"""Points by which another score has to be higher to count as better."""
MOST_SPARED = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """What is compared of a report that is kept.

    Attributes:
        id: By which the report can be opened again.
        text: The clean text of its document.
    """

    id: str
    name: str
    grade: Grade
    score: int
    text: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Better:
    """A service of the same kind with a better rating.

    Attributes:
        id: Of its report.
        spared: Titles of what costs this one points and not that one, dearest first.
    """

    id: str
    name: str
    grade: Grade
    score: int
    spared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BetterAnswer:
    """What the history answers.

    Attributes:
        service: The kind of service, with the words that tell it; None where none stands out.
        compared: How many other services of that kind the history holds.
        found: Those that treat people better, best first.
    """

    service: Cell | None
    compared: int = 0
    found: tuple[Better, ...] = ()


def find_better(mine: Kept, others: Iterable[Kept]) -> BetterAnswer:
    """Which of the other reports are about the same kind of service and rated better.

    Knows nothing beyond what it is given: no list of services, no network.
    """
    service = find_service(mine.text)
    if service is None:
        return BetterAnswer(None)
    alike = [other for other in others if _is_alike(service, other)]
    found = [
        Better(other.id, other.name, other.grade, other.score, _spared(mine, other))
        for other in alike
        if other.score >= mine.score + LEAST_BETTER
    ]
    found.sort(key=lambda better: (-better.score, better.name))
    return BetterAnswer(service, len(alike), tuple(found))


def _is_alike(service: Cell, other: Kept) -> bool:
    kind = find_service(other.text)
    return kind is not None and kind.id == service.id


def _spared(mine: Kept, other: Kept) -> tuple[str, ...]:
    theirs = {finding.rule_id for finding in _costly(other.findings)}
    mine_alone = [finding for finding in _costly(mine.findings) if finding.rule_id not in theirs]
    mine_alone.sort(key=lambda finding: policy_rules()[finding.rule_id].points)
    return tuple(finding.title for finding in mine_alone[:MOST_SPARED])


def _costly(findings: Iterable[Finding]) -> list[Finding]:
    rules = policy_rules()
    known = (finding for finding in findings if finding.rule_id in rules)
    return [finding for finding in known if costs_points(finding, rules[finding.rule_id])]
