"""Many phrases at once: against the plain way of spelling every phrase out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.english import spellings
from assistant.language.phrases import PhraseFinder

PHRASES = {
    "share": ["share|give your? data", "data shared? with"],
    "contraction": ["don't share"],
    "joined": ["third_party|other data"],
    "any": ["a? b? c"],
}
WORDS = ["share", "give", "your", "data", "shared", "with", "do", "not", "third", "party", "other"]


def cuts(written: str) -> list[tuple[str, ...]]:
    return [("do", "not")] if written == "don't" else [(written,)]


def plainly(words: list[str]) -> set[tuple[str, int, int]]:
    spelled = [
        (name, [part for word in text.split() for cut in cuts(word) for part in cut])
        for name, phrases in PHRASES.items()
        for phrase in phrases
        for text in spellings(phrase)
    ]
    return {
        (name, first, first + len(parts))
        for name, parts in spelled
        for first in range(len(words))
        if words[first : first + len(parts)] == parts
    }


@given(st.lists(st.sampled_from([*WORDS, "a", "b", "c", "else"]), max_size=14))
def test_what_is_found_is_what_spelling_out_finds(words: list[str]) -> None:
    found = PhraseFinder(PHRASES, cuts).find(words)
    assert set(found) == plainly(words)
    assert len(found) == len(set(found))
    assert found == sorted(found, key=lambda each: (each[1], -each[2]))


def test_a_finder_gives_the_same_again() -> None:
    finder = PhraseFinder(PHRASES, cuts)
    words = ["we", "give", "data", "with", "third", "party", "data"]
    assert finder.find(words) == finder.find(words) == PhraseFinder(PHRASES, cuts).find(words)
    assert finder.find([]) == []


def test_a_word_may_be_read_in_several_ways() -> None:
    finder = PhraseFinder({"id": ["your id"]}, lambda word: [(word,), ("i", "d")])
    assert [name for name, _, _ in finder.find(["your", "id"])] == ["id"]


def test_an_empty_phrase_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        PhraseFinder({"nothing": [" "]}, cuts)
