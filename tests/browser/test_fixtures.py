"""The invented reports have the shape that the service sends, so what they show holds for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from assistant.policy.clauses import clause_knowledge
from assistant.policy.details import PolicyDetails
from assistant.policy.rubric import rubric
from assistant.policy.transparency import transparency_knowledge
from assistant.report import Report, TextSpan
from tests.browser.stage import FIXTURES


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_a_fixture_is_a_report(path: Path) -> None:
    report = TypeAdapter(Report[PolicyDetails]).validate_json(path.read_bytes())
    spans = [e for part in (*report.summary, *report.findings) for e in part.evidence]
    spans += [e for item in report.details.transparency for e in item.evidence]
    spans += [e for answer in report.details.rubric for e in answer.evidence]
    spans += [deadline.span for deadline in report.details.deadlines]
    spans += [clause.span for clause in report.details.clauses]
    for span in spans:
        assert isinstance(span, TextSpan)
        assert report.details.text[span.start : span.end] == span.quote


def test_the_report_says_of_the_law_and_of_clauses_what_the_knowledge_says() -> None:
    report = TypeAdapter(Report[PolicyDetails]).validate_json(
        (FIXTURES / "report.json").read_bytes()
    )
    asked = [(i.id, i.name, i.article, i.only_where) for i in transparency_knowledge().items]
    told = [(i.id, i.name, i.article, i.only_where) for i in report.details.transparency]
    assert told == asked
    answered = [(answer.id, answer.question) for answer in report.details.rubric]
    assert answered == [(question.id, question.question) for question in rubric().questions]
    kinds = {(kind.id, kind.name, kind.why) for kind in clause_knowledge().kinds}
    assert {(each.kind, each.name, each.why) for each in report.details.clauses} <= kinds
