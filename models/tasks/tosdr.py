"""Task `tosdr`: the rules against the points that ToS;DR's volunteers made."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from assistant.knowledge import version
from assistant.language.artifacts import model_versions
from assistant.policy.details import ToldCase
from assistant.policy.embedded import NAMES
from assistant.policy.rulebook import tosdr_cases
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


def run(data: Path) -> TaskResult:
    """Read every document and compare what is told with the points on it.

    Points are positives only: a case that nobody marked may hold all the same,
    so there is no precision here but the share of declined points that fire.

    Raises:
        BadData: The points or the documents are missing.
    """
    mapping = tosdr_cases()
    covered = {case for cases in mapping.values() for case in cases}
    told: dict[str, list[ToldCase]] = {}
    sure: dict[str, dict[str, float]] = {}
    for path, analysis in analyze_files(documents_in(data)):
        cases = analysis.details.cases if analysis else ()
        told[path.name] = [case for case in cases if len(case.span.quote.split()) in PASSAGE_WORDS]
        findings = analysis.findings if analysis else ()
        sure[path.name] = {finding.rule_id: finding.confidence for finding in findings}
    named = {case.name for cases in told.values() for case in cases}
    points = [point for point in _points(data) if point.case in named]

    hits: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for point in points:
        same = [c for c in told.get(point.document, []) if point.case == c.name]
        quoted = any(_overlap(point.words, _words(case.span.quote)) for case in same)
        hits[point.status].append((bool(same), quoted))
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
                sum(len({case.name for case in cases}) for cases in told.values()) / len(told),
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
                        "rule_id": case.rule_id,
                        "tosdr": [case.name],
                        "start": case.span.start,
                        "end": case.span.end,
                        "quote": case.span.quote,
                        "confidence": sure[document][case.rule_id],
                    }
                    for case in cases
                ],
            }
            for document, cases in told.items()
        ],
    )


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
