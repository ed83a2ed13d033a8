"""Questions: settled ones keep the report's answer, free ones get a passage or an honest no."""

from __future__ import annotations

import pytest

from assistant.language.protocols import DocumentType
from assistant.policy.details import Answer, SuggestedQuestion
from assistant.policy.detect import detect
from assistant.policy.questions import ask, question_entries, suggest
from assistant.policy.reading import read
from tests.policy.stubs import StubReader, read_and_encoded
from tests.policy.texts import document

POLICY = """
# Selling
We sell your personal information to list brokers.
# Letters
We keep your letters for ten years. After that they are burnt.
# Writing
You can write to us about anything that troubles you.
"""
PRIVACY = DocumentType.PRIVACY_POLICY


def suggested(text: str) -> dict[str, SuggestedQuestion]:
    detections = detect(read(document(text)))
    return {each.id: each for each in suggest(PRIVACY, detections, ())}


def answer(question: str, reader: StubReader, text: str = POLICY) -> Answer:
    reading, encoded = read_and_encoded(text)
    return ask(question, tuple(suggested(text).values()), reading, encoded, reader)


def test_people_are_offered_twenty_questions_and_some_for_terms() -> None:
    privacy = suggest(PRIVACY, (), ())
    assert len(privacy) >= 20
    assert all(each.answer is None for each in privacy)
    assert len(suggest(DocumentType.TERMS, (), ())) >= 4
    assert suggest(DocumentType.OTHER, (), ()) == ()
    questions = [entry.question for entry in question_entries()]
    assert len(questions) == len(set(questions))
    assert all(question.endswith("?") for question in questions)


def test_what_a_rule_found_settles_a_question_with_its_quote() -> None:
    found = suggested(POLICY)["sells"].answer
    assert found is not None
    assert found.text == "This company sells information about you to others."
    assert found.evidence[0].quote == "We sell your personal information to list brokers."
    assert found.rule_id == "policy.sells-data"


def test_a_denial_settles_it_too_and_silence_does_not() -> None:
    denied = suggested("We do not sell your personal information.")["sells"].answer
    assert denied is not None
    assert denied.text == "The company says that it does not sell your information."
    assert suggested("We like to write letters.")["sells"].answer is None


@pytest.mark.parametrize("question", ["Do they sell my data?", "do they sell my DATA"])
def test_a_settled_question_is_not_asked_again(question: str) -> None:
    assert answer(question, StubReader()).rule_id == "policy.sells-data"


def test_a_free_question_gets_the_whole_sentence_of_the_best_passage() -> None:
    found = answer("How long are letters kept?", StubReader({"ten years": 0.9}, answered=0.8))
    assert found.text == "We keep your letters for ten years."
    assert [span.quote for span in found.evidence] == [found.text]
    assert (found.confidence, found.reason) == (0.8, "")
    (span,) = found.evidence
    text = document(POLICY).text
    assert text[span.start : span.end] == span.quote


def test_an_answer_over_two_sentences_quotes_both() -> None:
    found = answer(
        "What happens to letters?", StubReader({"ten years. After that": 0.9}, answered=0.8)
    )
    assert found.text == "We keep your letters for ten years. After that they are burnt."


def test_further_passages_are_quoted_only_where_they_are_likely() -> None:
    likely = {"ten years": 0.9, "write to us": 0.6}
    quotes = [s.quote for s in answer("Letters?", StubReader(likely, answered=0.9)).evidence]
    assert quotes == [
        "We keep your letters for ten years.",
        "You can write to us about anything that troubles you.",
    ]
    unlikely = {"ten years": 0.9, "write to us": 0.4}
    assert len(answer("Letters?", StubReader(unlikely, answered=0.9)).evidence) == 1


def test_what_the_text_does_not_answer_is_said_so_without_evidence() -> None:
    silent = answer("Do you like cats?", StubReader({"ten years": 0.2}, answered=0.1))
    assert silent.text is None
    assert silent.reason == "The policy does not say."
    assert (silent.evidence, silent.confidence) == ((), 0.9)


def test_where_it_is_not_sure_the_nearest_passage_is_shown_as_such() -> None:
    unsure = answer("Who reads letters?", StubReader({"ten years": 0.3}, answered=0.4))
    assert unsure.text is None
    assert "may not say" in unsure.reason
    assert [span.quote for span in unsure.evidence] == ["We keep your letters for ten years."]


def test_a_text_that_speaks_of_it_is_never_called_silent() -> None:
    found = answer("Are letters burnt?", StubReader(answered=0.05))
    assert found.text is None
    assert "may not say" in found.reason
    assert found.evidence[0].quote.startswith("We keep your letters")


def test_a_passage_without_the_questions_words_is_not_sure_where_another_has_them() -> None:
    away = answer("Who reads brokers' letters?", StubReader({"write to us": 0.999}, answered=0.9))
    assert away.text is None
    assert away.evidence


def test_an_answer_has_a_text_or_a_reason_and_evidence() -> None:
    with pytest.raises(ValueError, match="either"):
        Answer("?", None, (), 0.5)
    with pytest.raises(ValueError, match="evidence"):
        Answer("?", "Yes.", (), 0.5)
