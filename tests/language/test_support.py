"""The support check lets a faithful sentence through and stops each way of being unfaithful."""

from __future__ import annotations

import pytest

from assistant.errors import MissingDependency
from assistant.language.support import (
    SUPPORTED,
    EmbeddingSupportChecker,
    LexicalSupportChecker,
    support_checker,
)

PASSAGE = "We may share your email address with Acme Advertising for up to 30 days if you agree."


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("They may share your email address with Acme Advertising if you agree.", PASSAGE),
        ("They do not sell your data.", "We do not sell personal data. We keep logs."),
        ("They don't sell data.", "We never sell data."),
        ("Deleted photos stay for 90 days.", "Photos that you have deleted stay for 90 days."),
    ],
)
def test_keeps_what_the_passage_says(sentence: str, passage: str) -> None:
    assert LexicalSupportChecker().support(sentence, [passage])[0] >= SUPPORTED


@pytest.mark.parametrize(
    ("fault", "sentence", "passage"),
    [
        ("negation lost", "They sell your data.", "We do not sell your data."),
        ("negation added", "They do not sell your data.", "We sell your data."),
        ("hedge lost", "They share your email address if you agree.", PASSAGE),
        ("hedge added", "They may sell your data.", "We sell your data."),
        ("condition lost", "They may share your email address.", PASSAGE),
        ("number changed", "Photos stay for 60 days.", "Photos stay for 90 days."),
        ("number added", "Photos stay for 90 days.", "Photos stay for days."),
        ("name added", "They share photos with Globex.", "We share photos with partners."),
        ("acronym added", "They share photos with the FBI.", "We share photos with partners."),
        ("off topic", "They log your movements around town.", "We set cookies in the browser."),
        ("no claim", "We do this.", "We do this."),
        ("nothing", "", "We do this."),
    ],
)
def test_stops_what_the_passage_does_not_say(fault: str, sentence: str, passage: str) -> None:
    assert LexicalSupportChecker().support(sentence, [passage])[0] < SUPPORTED, fault


def test_the_likest_sentence_decides_on_negation() -> None:
    passage = "We do not sell photos. We share your location with advertisers."

    support = LexicalSupportChecker().support(
        "They share your location with advertisers.", [passage]
    )

    assert support[0] >= SUPPORTED


def test_answers_for_each_passage_in_order() -> None:
    support = LexicalSupportChecker().support("They sell data.", ["We sell data.", "Hello.", ""])

    assert support.shape == (3,)
    assert support.dtype == "float32"
    assert [bool(s >= SUPPORTED) for s in support] == [True, False, False]


def test_meaning_never_outvotes_the_words() -> None:
    checker = support_checker()
    assert isinstance(checker, EmbeddingSupportChecker), "the test extra brings the small encoder"

    denied = checker.support(
        "They sell your data to advertisers.", ["We do not sell your data to advertisers."]
    )
    kept = checker.support(
        "They sell your data to advertisers.", ["We sell your data to advertisers."]
    )

    assert denied[0] == 0
    assert kept[0] >= SUPPORTED


def test_without_the_encoder_the_words_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.language.support.find_spec", lambda name: None)

    assert isinstance(support_checker(), LexicalSupportChecker)


def test_a_folder_without_a_model_is_a_missing_dependency(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MissingDependency):
        EmbeddingSupportChecker(tmp_path).support("They sell data.", ["We sell data."])
