"""Finds the terms of a long word list in words that were already read.

A trie over whole words: ready in a fraction of a second for tens of thousands
of spellings, where spaCy's PhraseMatcher takes several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from assistant.language.english import Mention, Sentence, spellings
from assistant.language.lazy import Lazy

_SIBILANTS = ("s", "x", "z", "ch", "sh")
_FOLDED = {"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-"}
_QUOTES = str.maketrans(_FOLDED)


@dataclass(slots=True)
class _Node:
    """A state of the trie: what may follow, and the names of the terms that end here."""

    following: dict[str, _Node] = field(default_factory=dict)
    names: tuple[str, ...] = ()


class TermFinder:
    """Looks for many terms at once. Build one and keep it; it is made ready on first use."""

    def __init__(self, terms: Mapping[str, Sequence[str]]) -> None:
        """Take terms in the small language of `spellings`, by the name they stand for."""
        self._root = Lazy(partial(_build, dict(terms)))

    def find(self, text: str, sentences: Sequence[Sentence]) -> list[list[Mention]]:
        """For each sentence of `text` its mentions, by first word, longest first.

        All of them, also those inside others: see `longest`. Case and curly
        quotes make no difference.
        """
        root = self._root.get()
        return [
            list(_mentions(root, [fold(text[start:end]) for start, end in sentence.words]))
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


def _mentions(root: _Node, words: Sequence[str]) -> Iterator[Mention]:
    for first in range(len(words)):
        node: _Node | None = root
        found: list[Mention] = []
        for last in range(first, len(words)):
            node = node.following.get(words[last]) if node else None
            if node is None:
                break
            found += [Mention(name, first, last + 1) for name in node.names]
        yield from reversed(found)


def _build(terms: Mapping[str, Sequence[str]]) -> _Node:
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    cuts: dict[str, set[tuple[str, ...]]] = {}
    root = _Node()
    for name, listed in terms.items():
        for spelled in (s for term in listed for s in spellings(term)):
            nodes = [root]
            for word in spelled.split():
                if word not in cuts:
                    # spaCy cuts "id" as "I'd", but not "ID".
                    written = (word, word.upper())
                    cuts[word] = {tuple(fold(t.text) for t in tokenizer(w)) for w in written}
                nodes = [_follow(node, cut) for node in nodes for cut in cuts[word]]
            for node in nodes:
                if name not in node.names:
                    node.names = (*node.names, name)
    return root


def _follow(node: _Node, words: Iterable[str]) -> _Node:
    """The state after `words`, made where it is missing."""
    for word in words:
        node = node.following.setdefault(word, _Node())
    return node
