"""The twelve questions are answered from what the report found, and from nothing else."""

from __future__ import annotations

from assistant.policy.describe import describe_data
from assistant.policy.details import RubricAnswer
from assistant.policy.detect import detect
from assistant.policy.reading import read
from assistant.policy.rubric import answer_rubric, rubric
from assistant.report import Outcome
from tests.policy.texts import document

QUESTIONS = 12
ADS = "We use your browsing history to show you targeted advertising."
OPT_OUT = "You can opt out of targeted advertising in your settings."
BREACH = "We will notify you of any data breach within 72 hours."


def answers(text: str) -> dict[str, RubricAnswer]:
    reading = read(document(text))
    label = describe_data(reading).label
    found = answer_rubric(detect(reading, label=label), (), label)
    return {answer.id: answer for answer in found}


def test_every_question_is_answered_once_in_the_order_of_the_knowledge() -> None:
    assert list(answers(BREACH)) == [question.id for question in rubric().questions]
    assert len(rubric().questions) == QUESTIONS


def test_an_answer_rests_on_its_quotes() -> None:
    told = answers(BREACH)["data-breaches"]
    assert told.outcome is Outcome.PRESENT
    assert told.answer == "eventually"
    assert [span.quote for span in told.evidence] == [BREACH]


def test_the_first_option_whose_needs_are_all_met_is_the_answer() -> None:
    assert answers(ADS)["behavioral-marketing"].answer == "yes"
    both = answers(f"{ADS}\n\n{OPT_OUT}")["behavioral-marketing"]
    assert both.answer == "yes-opt-out"
    assert {span.quote for span in both.evidence} == {ADS, OPT_OUT}


def test_silence_is_told_as_silence() -> None:
    told = answers("We repair bicycles.")
    assert {answer.outcome for answer in told.values()} == {Outcome.ABSENT}
    assert not any(answer.evidence for answer in told.values())
    assert told["third-party-access"].answer == "no"


def test_what_cannot_be_decided_is_not_called_absent() -> None:
    text = "We do not share your personal information with advertisers in the paid version."
    told = answers(text)["behavioral-marketing"]
    assert told.answer == "undetermined"
    assert told.outcome is Outcome.UNDETERMINED
