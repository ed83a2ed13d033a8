"""Learned cases beside the rules: they order quotes and never make a finding of their own."""

from __future__ import annotations

from assistant.language.protocols import DocumentType
from assistant.policy.cases import CaseScores
from assistant.policy.detect import UNEXPECTED_CASE, detect
from assistant.policy.rulebook import policy_rules
from assistant.report import Outcome
from tests.policy.stubs import StubClassifier, read_and_encoded

RULE = policy_rules()["policy.class-action-waiver"]
(CASE,) = RULE.tosdr
TEXT = """
# One
You waive any right to take part in a class action, so read this twice.
# Two
You may not participate in a class action against us.
"""
FIRST, SECOND = (line for line in TEXT.splitlines() if line and not line.startswith("#"))


def told(says: dict[str, dict[str, float]], labels: tuple[str, ...] = (CASE,)) -> tuple[str, float]:
    """The first quote of the rule, and how sure it is."""
    reading, encoded = read_and_encoded(TEXT)
    cases = CaseScores.of(reading, encoded, StubClassifier(labels, says))
    [found] = detect(
        reading, (), DocumentType.TERMS, {RULE.id: RULE}, cases=cases if labels else None
    )
    assert found.outcome is Outcome.PRESENT
    return found.evidence[0].quote, found.confidence


def test_the_quote_that_tells_the_case_comes_first() -> None:
    assert told({"participate": {CASE: 0.9}})[0] == SECOND
    assert told({"waive": {CASE: 0.9}})[0] == FIRST


def test_a_sentence_that_tells_no_case_is_less_sure_and_still_found() -> None:
    doubted, sure = told({})[1], told({"class action": {CASE: 0.9}})[1]
    assert UNEXPECTED_CASE * sure <= doubted < sure


def test_a_case_that_the_classifier_does_not_know_changes_nothing() -> None:
    unknown = told({}, ("Something else",))
    assert unknown[1] == told({"class action": {CASE: 0.9}})[1]


def test_a_score_alone_is_no_finding() -> None:
    reading, encoded = read_and_encoded("We sort all class actions of our school by hand.")
    cases = CaseScores.of(reading, encoded, StubClassifier((CASE,), {"class": {CASE: 1.0}}))
    found = detect(reading, (), DocumentType.OTHER, {RULE.id: RULE}, cases=cases)
    assert found == ()


def test_each_quote_is_named_by_the_cases_that_it_tells() -> None:
    names = ("One case", "Another case", "A case that nothing tells")
    reading, encoded = read_and_encoded(TEXT)
    says = {"waive": {names[0]: 0.4, names[1]: 0.1}, "participate": {names[0]: 0.4, names[1]: 0.38}}
    cases = CaseScores.of(reading, encoded, StubClassifier(names, says))
    [found] = detect(reading, (), DocumentType.TERMS, {RULE.id: RULE})
    told = {span.quote: set[str]() for span in found.evidence}
    for case in cases.told(RULE.id, names, found.evidence):
        told[case.span.quote].add(case.name)
    assert told == {FIRST: {names[0]}, SECOND: {names[0], names[1]}}


def test_a_quote_that_tells_no_case_is_not_named_and_unknown_cases_are_all_named() -> None:
    reading, encoded = read_and_encoded(TEXT)
    [found] = detect(reading, (), DocumentType.TERMS, {RULE.id: RULE})
    known = CaseScores.of(reading, encoded, StubClassifier(("One",), {}))
    assert not list(known.told(RULE.id, ("One",), found.evidence))
    unknown = [case.name for case in known.told(RULE.id, ("Two", "Three"), found.evidence[:1])]
    assert unknown == ["Two", "Three"]
