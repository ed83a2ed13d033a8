"""One like this that treats people better: of the same kind, clearly better, and kept."""

from __future__ import annotations

import pytest

from assistant.policy.better import Kept, find_better
from assistant.policy.detect import detect
from assistant.policy.reading import read
from assistant.policy.services import find_service
from assistant.report import Grade
from tests.policy.texts import document

MESSENGER = (
    "Our messaging app sends your group chats end-to-end encrypted. Video calls and voice messages "
    "are end-to-end encrypted too. We look up your contact list to find people in your group chats."
)
SHOP = (
    "Fill your shopping cart online or visit our stores. Gift cards and merchandise are sent to "
    "your delivery address. Our stores sell gift cards."
)


def kept(name: str, score: int, text: str) -> Kept:
    findings = [found.finding for found in detect(read(document(text)))]
    return Kept(name, name, Grade.C if score >= 60 else Grade.D, score, text, findings)


@pytest.mark.parametrize(("text", "kind"), [(MESSENGER, "messenger"), (SHOP, "shop")])
def test_a_kind_of_service_is_told_with_the_words_that_tell_it(text: str, kind: str) -> None:
    service = find_service(text)
    assert service is not None
    assert service.id == kind
    assert service.evidence
    assert all(text[span.start : span.end] == span.quote for span in service.evidence)


@pytest.mark.parametrize("text", ["", "We collect your e-mail address.", f"{MESSENGER} {SHOP}"])
def test_a_text_that_tells_nothing_or_two_things_has_no_kind(text: str) -> None:
    assert find_service(text) is None


def test_only_clearly_better_ones_of_the_same_kind_are_named_best_first() -> None:
    mine = kept("mine", 40, f"{MESSENGER} We sell your personal information to advertisers.")
    others = [
        kept("shop", 95, SHOP),
        kept("as bad", 42, MESSENGER),
        kept("better", 70, MESSENGER),
        kept("best", 90, MESSENGER),
    ]
    answer = find_better(mine, others)
    assert answer.compared == 3
    assert [better.name for better in answer.found] == ["best", "better"]
    assert "Sells your data" in answer.found[0].spared


def test_nothing_is_named_where_the_kind_is_not_clear() -> None:
    answer = find_better(kept("mine", 10, "We sell your data."), [kept("other", 90, MESSENGER)])
    assert answer.service is None
    assert not answer.found
