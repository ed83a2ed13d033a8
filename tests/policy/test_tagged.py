"""How the trained tagger and the rules make one list of data types."""

from collections.abc import Mapping

import pytest

from assistant.language.protocols import TaggedSpan
from assistant.policy.actions import DataAction
from assistant.policy.data_types import find_statements, spans
from assistant.policy.details import DataTypeSpan
from assistant.policy.passages import Passages
from assistant.policy.tagged import ACTIONS, SURE, SURER, tag_document, weigh
from assistant.policy.taxonomy import practice_finder
from tests.policy.stubs import StubTagger, read_and_encoded

SAID = "We collect your email address when you register."
UNSAID = "Your email address comes in handy."


def told(text: str, marks: Mapping[str, tuple[str, float]]) -> tuple[DataTypeSpan, ...]:
    reading, encoded = read_and_encoded(text)
    found = find_statements(Passages(reading, practice_finder()))
    whole = reading.document.text
    read = spans(found, whole, tag_document(encoded, StubTagger(marks)))
    assert all(whole[span.start : span.end] == span.text for span in read)
    return tuple(span for span in read if "email" in span.text)


def test_a_mark_makes_what_the_rules_read_surer() -> None:
    [alone] = told(SAID, {})
    [backed] = told(SAID, {"your email address": ("COLLECT", 0.9)})
    assert alone.action is backed.action is DataAction.COLLECTED
    assert alone.confidence < backed.confidence < 1


def test_where_marks_are_made_but_not_here_the_rules_are_less_sure() -> None:
    [alone] = told(SAID, {})
    [doubted] = told(f"{SAID} Hello there.", {"Hello": ("COLLECT", 0.9)})
    assert doubted.confidence < alone.confidence


def test_a_sure_mark_tells_an_action_that_no_rule_does() -> None:
    assert told(UNSAID, {}) == ()
    [found] = told(UNSAID, {"email address": ("SHARE", 0.9)})
    assert found.action is DataAction.SHARED
    assert found.confidence < 0.9


@pytest.mark.parametrize(
    "marks",
    [
        {"email address": ("SHARE", SURE - 0.1)},
        {"comes in handy": ("SHARE", 0.9)},
        {"email address": ("PURPOSE", 0.9)},
    ],
)
def test_an_unsure_mark_one_elsewhere_or_of_another_kind_tells_nothing(
    marks: Mapping[str, tuple[str, float]],
) -> None:
    assert told(UNSAID, marks) == ()


def test_a_mark_against_what_a_rule_reads_has_to_be_surer() -> None:
    [kept] = told(SAID, {"email address": ("SHARE", SURER - 0.1)})
    assert kept.action is DataAction.COLLECTED
    both = told(SAID, {"email address": ("SHARE", SURER)})
    assert {span.action for span in both} == {DataAction.COLLECTED, DataAction.SHARED}


def test_a_mark_on_a_question_tells_nothing() -> None:
    assert told("Do you want my email address?", {"email address": ("COLLECT", 0.9)}) == ()


def test_a_mark_of_another_action_leaves_the_rules_as_they_are() -> None:
    span = DataTypeSpan(0, 5, "email", "email", DataAction.COLLECTED, 0.8)
    other = TaggedSpan(0, 5, "SHARE", 0.9)
    assert weigh(span, [other]).confidence == span.confidence


def test_every_action_has_its_tag() -> None:
    assert set(ACTIONS.values()) == set(DataAction)
