"""Training of AI models on what people give: who, on what, and whether one can refuse."""

from __future__ import annotations

import pytest

from assistant.policy.ai_training import ai_knowledge
from assistant.policy.details import AiTraining
from assistant.report import Outcome
from tests.policy.described import described

SILENT = [
    "We train our staff to handle your personal data.",
    "You may not use our content to train AI models.",
    "You can train models with our tools.",
    "We use your name to answer you.",
    "Do you train AI models on my data?",
    "Your train ticket is kept for 30 days.",
    "We build AI features that help you.",
    "We keep the training data of your gym.",
]


def training(text: str) -> AiTraining:
    found = described(text).ai_training
    assert found is not None
    return found


@pytest.mark.parametrize("text", SILENT)
def test_what_trains_no_model_is_silent(text: str) -> None:
    assert described(text).ai_training is None


def test_training_names_who_and_on_what() -> None:
    found = training("We use your messages and photos to train our AI models.")
    assert found.outcome is Outcome.PRESENT
    assert [cell.id for cell in found.who_may_train] == ["we"]
    assert {"messages", "images"} <= {cell.id for cell in found.on_what}
    assert found.evidence[0].quote == "We use your messages and photos to train our AI models."


def test_others_may_train() -> None:
    found = training("Our partners may use your data to train their machine learning models.")
    assert [cell.id for cell in found.who_may_train] == ["others"]


def test_consequences_come_with_training_only() -> None:
    found = training("Your content may be used to train our models.")
    assert len(found.consequences) == len(ai_knowledge().consequences) == 3
    for text in found.consequences:
        assert text.count(". ") == 1
    assert training("We do not train AI models on your data.").consequences == ()


def test_a_denial_is_absent() -> None:
    found = training("Your content is never used to train AI models.")
    assert found.outcome is Outcome.ABSENT
    assert found.evidence and not found.who_may_train


def test_only_with_your_consent_is_training_that_can_be_refused() -> None:
    found = training("We do not use your content to train AI models without your consent.")
    assert (found.outcome, found.opt_out) == (Outcome.PRESENT, Outcome.PRESENT)


def test_an_opt_out_with_its_steps() -> None:
    text = """
We use your chats to train our language models.
You can opt out: turn off "Improve the model" in your settings.
"""
    found = training(text)
    assert found.opt_out is Outcome.PRESENT
    assert "Improve the model" in found.opt_out_steps[0].quote


def test_an_opt_out_of_something_else_does_not_count() -> None:
    text = "We use your chats to train our AI models. You can opt out of marketing emails."
    assert training(text).opt_out is Outcome.ABSENT


def test_a_hint_leaves_it_open() -> None:
    text = "We use your chats to train our AI models. See your privacy settings."
    found = training(text)
    assert (found.opt_out, found.opt_out_steps) == (Outcome.UNDETERMINED, ())


def test_an_opt_out_that_is_denied() -> None:
    text = "We use your chats to train our AI models. You cannot opt out of this."
    assert training(text).opt_out is Outcome.ABSENT
