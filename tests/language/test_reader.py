"""The embedded reader of questions, end to end on an invented policy."""

import numpy as np
import pytest

from assistant import language
from assistant.language.protocols import FoundAnswer
from assistant.language.reader import best_span

POLICY = [
    "Welcome to Invented Ltd. This policy describes how we treat your information.",
    "We collect your name, email address and phone number when you create an account.",
    "We use cookies and web beacons to see which pages you visit.",
    "We share your information with advertising companies so that they can show you offers.",
    "We use encryption (SSL) to protect credit card numbers that you send us.",
    "If you have questions about this policy, write to privacy@invented.example.",
    "We may change this policy at any time and will post the new version on this page.",
]


def ask(question: str, passages: list[str]) -> list[FoundAnswer]:
    encoded = language.text_encoder(1).encode(passages)
    return list(language.question_reader(1).read(question, encoded).answers)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("What contact information do you collect from me?", 1),
        ("Do you share my information with advertisers?", 3),
        ("How do you inform me if the policy changes?", 6),
        ("How is my data protected when it is transferred?", 4),
    ],
)
def test_the_right_passage_is_among_the_first_two(question: str, passage: int) -> None:
    found = ask(question, POLICY)
    order = sorted(range(len(found)), key=lambda i: -found[i].relevance)
    assert passage in order[:2]


def test_the_answer_lies_in_its_passage() -> None:
    for answer, passage in zip(ask("What do you collect?", POLICY), POLICY, strict=True):
        assert 0 <= answer.start < answer.end <= len(passage)
        assert 0 <= answer.relevance <= 1
        assert 0 <= answer.confidence <= 1


def test_a_passage_without_a_word_answers_nothing() -> None:
    assert ask("What do you collect?", [""])[0] == FoundAnswer(0.0, 0, 0, 0.0)
    assert ask("What do you collect?", []) == []


def test_a_text_that_answers_is_told_from_one_that_does_not() -> None:
    reader, encoder = language.question_reader(1), language.text_encoder(1)
    question = "What contact information do you collect from me?"
    says = reader.read(question, encoder.encode(POLICY)).answered
    silent = reader.read(question, encoder.encode([POLICY[0], *POLICY[4:]])).answered
    assert 0 <= silent < says <= 1
    assert reader.read(question, []).answered == 0


def test_what_a_passage_answers_does_not_depend_on_the_others() -> None:
    among = ask("What do you collect?", POLICY)[1]
    alone = ask("What do you collect?", POLICY[1:2])[0]
    assert (among.start, among.end) == (alone.start, alone.end)
    assert among.relevance == pytest.approx(alone.relevance, abs=1e-3)


def test_a_stretch_is_never_longer_than_allowed_nor_backwards() -> None:
    ends = np.array([[0, 5], [9, 0], [0, 0], [0, 9]], dtype=np.float32)
    assert best_span(ends, longest=4)[:2] == (1, 3)
    assert best_span(ends, longest=1)[:2] in {(1, 1), (3, 3)}
    assert best_span(ends[::-1].copy(), longest=4)[0] <= best_span(ends[::-1].copy(), longest=4)[1]
