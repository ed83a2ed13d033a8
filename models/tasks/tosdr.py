"""Task `tosdr`: the rules against the points that ToS;DR's volunteers made."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from assistant.knowledge import version
from assistant.language.artifacts import model_versions
from assistant.policy.embedded import NAMES
from assistant.policy.rulebook import policy_rules, tosdr_cases
from assistant.report import Finding, Outcome, TextSpan
from models.data import read_json_lines
from models.tasks import TaskResult
from models.tasks.documents import analyze_files, documents_in

SAME_QUOTE = 0.4
"""Share of the shorter quote's words that two quotes of one passage have in common."""
PASSAGE_WORDS = range(4, 121)
"""A quote outside this length is no passage and counts for nothing."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a volunteer: a case, the quote for it, and what curators decided."""

    document: str
    case: str
    status: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One finding told in ToS;DR's cases, with one of its quotes."""

    finding: Finding
    names: tuple[str, ...]
    span: TextSpan

    @property
    def words(self) -> frozenset[str]:
        return _words(self.span.quote)


def run(data: Path) -> TaskResult:
    """Read every document and compare what is told with the points on it.

    Points are positives only: a case that nobody marked may hold all the same,
    so there is no precision here but the share of declined points that fire.

    Raises:
        BadData: The points or the documents are missing.
    """
    mapping = tosdr_cases()
    covered = {case for cases in mapping.values() for case in cases}
    told: dict[str, list[Case]] = {}
    for path, analysis in analyze_files(documents_in(data)):
        findings = analysis.findings if analysis else ()
        told[path.name] = [case for finding in findings for case in _cases(finding)]
    named = {case for cases in told.values() for c in cases for case in c.names}
    points = [point for point in _points(data) if point.case in named]

    hits: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for point in points:
        same = [c for c in told.get(point.document, []) if point.case in c.names]
        hits[point.status].append((bool(same), any(_overlap(point.words, c.words) for c in same)))
    approved, declined = hits["approved"], hits["declined"]
    return TaskResult(
        {
            "task": "tosdr",
            "documents": len(told),
            "mapped_cases": len(covered),
            "covered_cases": len(named),
            "approved": len(approved),
            "recall": _share([case for case, _ in approved]),
            "recall_same_quote": _share([quote for _, quote in approved]),
            "declined": len(declined),
            "declined_fired": _share([quote for _, quote in declined]),
            "cases_per_document": round(
                sum(len({n for c in cases for n in c.names}) for cases in told.values())
                / len(told),
                2,
            ),
            "cases": {rule_id: list(cases) for rule_id, cases in sorted(mapping.items())},
            "knowledge": version(),
            "models": model_versions(NAMES),
        },
        [
            {
                "document": document,
                "cases": [
                    {
                        "rule_id": case.finding.rule_id,
                        "tosdr": list(case.names),
                        "start": case.span.start,
                        "end": case.span.end,
                        "quote": case.span.quote,
                        "confidence": case.finding.confidence,
                    }
                    for case in cases
                ],
            }
            for document, cases in told.items()
        ],
    )


def _cases(finding: Finding) -> list[Case]:
    """One entry a quote, for a finding that is told or denied and has ToS;DR cases for that."""
    rule = policy_rules()[finding.rule_id]
    told = {Outcome.PRESENT: rule.tosdr, Outcome.ABSENT: rule.tosdr_denied}
    names = told.get(finding.outcome, ())
    if not names:
        return []
    spans = [e for e in finding.evidence if isinstance(e, TextSpan)]
    return [Case(finding, names, s) for s in spans if len(s.quote.split()) in PASSAGE_WORDS]


def _points(data: Path) -> list[Point]:
    return [
        Point(
            str(row["document"]), str(row.get("case")), str(row.get("status")), _words(row["quote"])
        )
        for row in read_json_lines(data / "points.jsonl")
        if row.get("document") and row.get("quote") and row.get("case")
    ]


def _words(quote: object) -> frozenset[str]:
    text = html.unescape(re.sub(r"<[^>]+>", " ", str(quote))).lower()
    return frozenset(re.findall(r"[a-z0-9]+", text))


def _overlap(first: frozenset[str], second: frozenset[str]) -> bool:
    shorter = min(len(first), len(second))
    return bool(first) and len(first & second) >= SAME_QUOTE * shorter


def _share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0
