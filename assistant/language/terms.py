"""Finds the terms of a long word list in sentences that were already read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from assistant.language.english import Mention, Sentence, spellings
from assistant.language.lazy import Lazy
from assistant.language.phrases import PhraseFinder

_SIBILANTS = ("s", "x", "z", "ch", "sh")
_FOLDED = {"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-"}
_QUOTES = str.maketrans(_FOLDED)


class TermFinder:
    """Looks for many terms at once. Build one and keep it; it is made ready on first use."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        """Take terms in the small language of `spellings`, by the name they stand for."""
        self._phrases = Lazy(partial(_phrases, dict(terms)))

    def find(self, text: str, sentences: Sequence[Sentence]) -> list[list[Mention]]:
        """For each sentence of `text` its mentions, by first word, longest first.

        All of them, also those inside others: see `longest`. Case and curly
        quotes make no difference.
        """
        phrases = self._phrases.get()
        return [
            [
                Mention(*found)
                for found in phrases.find([fold(text[start:end]) for start, end in sentence.words])
            ]
            for sentence in sentences
        ]


def fold(word: str) -> str:
    """A word as terms are compared: lower case, straight quotes, contractions spelled out."""
    folded = word.lower().translate(_QUOTES)
    if folded == "n't":
        return "not"
    # spaCy takes "ID." at the end of a sentence for the short form of Idaho.
    return folded.rstrip(".") if folded.count(".") == 1 and len(folded) > 2 else folded


def longest(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions of a sentence, in its order, that overlap no longer or earlier one."""
    taken: set[int] = set()
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: m.first - m.last):
        words = range(mention.first, mention.last)
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append(mention)
    yield from sorted(kept, key=lambda m: m.first)


def with_plurals(terms: Iterable[str]) -> Iterator[str]:
    """Spell out terms, each also with its last word in the plural.

    >>> list(with_plurals(["phone number", "city"]))
    ['phone number', 'phone numbers', 'city', 'cities']
    """
    for term in terms:
        for spelled in spellings(term):
            yield spelled
            if spelled[-1:] == "y" and spelled[-2:-1] not in "aeiou":
                yield f"{spelled[:-1]}ies"
            elif spelled[-1:].isalpha() and not spelled.endswith("s"):
                yield f"{spelled}es" if spelled.endswith(_SIBILANTS) else f"{spelled}s"


def _phrases(terms: Mapping[str, Sequence[str]]) -> PhraseFinder:
    import spacy

    tokenizer = spacy.blank("en").tokenizer

    def cuts(written: str) -> set[tuple[str, ...]]:
        # spaCy cuts "id" as "I'd", but not "ID".
        return {
            tuple(fold(token.text) for token in tokenizer(word))
            for word in (written, written.upper())
        }

    return PhraseFinder(terms, cuts)
