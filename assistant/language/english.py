"""English sentences, the concepts they mention and what their words do to them.

A blank spaCy pipeline (no trained model, so no download) with components of our
own: sentence boundaries suited to policies, negations with a lost apostrophe,
mentions of concepts, and of the cues of negation, modality and exception. The words themselves
come in as a `Vocabulary`; this module knows how English hangs together, not
what a policy speaks of.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from assistant.language.phrases import PhraseFinder
from assistant.language.quiet import unimported

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_ENDLESS_WORD = re.compile(r"\S{400,}")
_MAX_SPELLINGS = 1_000
_ENDS = frozenset({".", "!", "?", "…", "..."})
_PAUSES = frozenset({",", ";", ":"})
_LONGEST = 300
"""Words after which a sentence that does not end is cut at a pause, so that time stays linear."""
_CLOSERS = frozenset({'"', "'", "”", "’", ")", "]", "''"})
# "don't" in capitals, or whose apostrophe was lost on the way: "donât", "don`t", "don?t".
_LOST_APOSTROPHE = re.compile(
    r"\b(?:do|does|did|wo|ca|is|are|was|were|has|have|had|would|could|should)n"
    r"(?:[^\w\s]{1,3}|ʼ|â\W{0,2})t\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})\)?")


class Cue(StrEnum):
    """What a word does to the clause it stands in."""

    NEGATION = "negation"
    """Denies the rest of its clause: not, never, no."""
    NEAR_NEGATION = "near_negation"
    """Denies only the few words after it: without, rather than. Two denials cancel."""
    POSSIBILITY = "possibility"
    """Leaves open whether it happens: may, might, can, reserve the right to."""
    CONSENT = "consent"
    """Ties it to the reader's permission: with your consent, if you agree."""
    WITHOUT_CONSENT = "without_consent"
    """The permission that would lift a denial: without your consent, unless you agree."""
    EXCEPTION = "exception"
    """Takes something back: except, unless, other than."""
    CONDITION = "condition"
    """Holds under a condition: if, where, when."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a reader looks for, all in the small term language of `spellings`.

    Attributes:
        concepts: Concept name → terms.
        cues: Cue → terms.
        neutral: Phrases whose cue words mean nothing: "not only", "not limited to".
        breaks: Terms that open a new clause, as "but" does.
        abbreviations: Words that may end in a full stop inside a sentence.
        near_reach: How many words a near negation covers.
    """

    concepts: Mapping[str, Sequence[str]]
    cues: Mapping[Cue, Sequence[str]]
    neutral: Sequence[str]
    breaks: Sequence[str]
    abbreviations: Sequence[str]
    near_reach: int = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept at words `first` to `last` of its sentence, end exclusive."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scope:
    """A cue at words `first` to `last`, and the words after it that it reaches, to `until`."""

    cue: Cue
    first: int
    last: int
    until: int

    def covers(self, word: int) -> bool:
        return self.last <= word < self.until


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text.

    Attributes:
        start, end: Code points of the text, end exclusive.
        words: (start, end) of each word, as offsets of the text.
        clauses: For each word the number of its clause, rising.
        concepts: Mentions of concepts, by first word, longest first.
        cues: Cues and how far they reach, by first word.
        question: Whether it ends with a question mark.
    """

    start: int
    end: int
    words: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]
    concepts: tuple[Mention, ...]
    cues: tuple[Scope, ...]
    question: bool


def spellings(term: str) -> Iterator[str]:
    """Spell out a term: `a|b` is either word, `c?` may be missing.

    >>> list(spellings("share|give your? data"))
    ['share your data', 'share data', 'give your data', 'give data']

    Raises:
        ValueError: The term is empty or has more than a thousand spellings.
    """
    choices = [
        [*word.rstrip("?").split("|"), *([""] if word.endswith("?") else [])]
        for word in term.split()
    ]
    count = 1
    for choice in choices:
        count *= len(choice)
    if not choices or count > _MAX_SPELLINGS:
        raise ValueError(f"the term {term!r} has no spelling or more than {_MAX_SPELLINGS}")
    for words in product(*choices):
        if spelled := " ".join(word.replace("_", " ") for word in words if word):
            yield spelled


def _without_endless_words(text: str) -> str:
    """The text with runs that are no words put as one plain word of the same length.

    spaCy peels punctuation off a word one character at a time, which takes
    quadratic time on a run of a hundred thousand brackets.
    """
    return _ENDLESS_WORD.sub(lambda run: "x" * len(run[0]), text)


class EnglishReader:
    """Reads blocks of text as sentences. Build one and keep it: building takes a moment."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._near_reach = vocabulary.near_reach
        self._nlp = _pipeline(vocabulary)
        named: dict[str, Sequence[str]] = dict(vocabulary.concepts)
        named |= {f":{cue}": terms for cue, terms in vocabulary.cues.items()}
        named |= {":neutral": vocabulary.neutral, ":break": vocabulary.breaks}
        # NORM folds case, curly quotes and contractions: "don’t" matches "do not".
        tokenizer = self._nlp.tokenizer
        self._phrases = PhraseFinder(
            named, lambda written: [tuple(token.norm_ for token in tokenizer(written))]
        )

    def read(self, text: str, blocks: Iterable[tuple[int, int]]) -> Iterator[list[Sentence]]:
        """The sentences of each block, in order; offsets refer to `text`.

        Args:
            text: The whole text.
            blocks: (start, end) code points. No sentence crosses the edge of a block.
        """
        bounds = list(blocks)
        docs = self._nlp.pipe(_without_endless_words(text[start:end]) for start, end in bounds)
        for (start, _), doc in zip(bounds, docs, strict=True):
            yield self._sentences(doc, start)

    def _sentences(self, doc: Doc, offset: int) -> list[Sentence]:
        mentions = self._phrases.find([token.norm_ for token in doc])
        sentences: list[Sentence] = []
        at = 0
        for span in doc.sents:
            inside: list[Mention] = []
            while at < len(mentions) and mentions[at][1] < span.end:
                name, first, last = mentions[at]
                if last <= span.end:
                    inside.append(Mention(name, first - span.start, last - span.start))
                at += 1
            words = tuple((offset + token.idx, offset + token.idx + len(token)) for token in span)
            text = span.text.rstrip()
            if not text:
                continue
            clauses = _clauses(inside, len(words))
            commas = [index for index, token in enumerate(span) if token.text == ","]
            sentences.append(
                Sentence(
                    start=words[0][0],
                    end=words[0][0] + len(text),
                    words=words,
                    clauses=clauses,
                    concepts=tuple(m for m in inside if m.name[0] != ":"),
                    cues=_scopes(inside, clauses, commas, self._near_reach),
                    question=text.rstrip("\"'”’)").endswith("?"),
                )
            )
        return sentences


def _clauses(mentions: Sequence[Mention], size: int) -> tuple[int, ...]:
    breaks = {mention.first for mention in mentions if mention.name == ":break"}
    clauses, current = [], 0
    for word in range(size):
        current += word in breaks
        clauses.append(current)
    return tuple(clauses)


def _scopes(
    mentions: Sequence[Mention], clauses: Sequence[int], commas: Sequence[int], near_reach: int
) -> tuple[Scope, ...]:
    """The cues among `mentions`, without those inside a neutral phrase or a longer cue."""
    found: list[Scope] = []
    covered = -1
    for mention in mentions:
        name = mention.name.lstrip(":")
        if mention.name[0] != ":" or name == "break" or mention.last <= covered:
            continue
        covered = mention.last
        if name == "neutral":
            continue
        cue = Cue(name)
        until = bisect_right(clauses, clauses[mention.last - 1])
        if cue is Cue.NEAR_NEGATION:
            comma = bisect_left(commas, mention.last)
            until = min(until, mention.last + near_reach, *commas[comma : comma + 1])
        found.append(Scope(cue, mention.first, mention.last, until))
    return tuple(found)


def _pipeline(vocabulary: Vocabulary) -> Language:
    # Imported here: spaCy takes a second to load and few commands need it.
    with unimported("torch"):
        import spacy
        from spacy.language import Language

    nlp = spacy.blank("en")
    abbreviations = frozenset(word.lower().rstrip(".") for word in vocabulary.abbreviations)

    def sentences(doc: Doc) -> Doc:
        # Set in one go: setting token by token takes spaCy quadratic time.
        starts = np.full(len(doc), -1, dtype=np.int64)
        begun = 0
        for index in range(len(doc)):
            length = index - begun
            endless = length >= _LONGEST and (
                doc[index - 1].text in _PAUSES or length >= 2 * _LONGEST
            )
            if index == 0 or endless or _starts(doc, index, begun, abbreviations):
                starts[index], begun = 1, index
        column = starts.astype(np.uint64)[:, None]
        return doc.from_array(["SENT_START"], column)  # type: ignore[arg-type]

    def mended(doc: Doc) -> Doc:
        for found in _LOST_APOSTROPHE.finditer(doc.text):
            span = doc.char_span(*found.span(), alignment_mode="expand")
            if span is not None:
                span[-1].norm_ = "not"
        return doc

    Language.component("policy_sentences", func=sentences)
    Language.component("policy_mended", func=mended)
    nlp.add_pipe("policy_sentences")
    nlp.add_pipe("policy_mended")
    return nlp


def _starts(doc: Doc, index: int, begun: int, abbreviations: frozenset[str]) -> bool:
    """Whether a sentence starts at token `index`, when the one before began at `begun`."""
    token, previous = doc[index], doc[index - 1]
    if token.text in _CLOSERS or token.text in _ENDS or token.is_space:
        return False
    if not previous.whitespace_ and not previous.is_space:
        # A lost line break: "…of the Service.Users who…".
        return (
            previous.text in _ENDS
            and token.is_title
            and index > 1
            and doc[index - 2].text[-1].islower()
        )
    before = index - 1
    while before > 0 and (doc[before].text in _CLOSERS or doc[before].is_space):
        before -= 1
    end = doc[before].text
    if end == ".":
        lead = doc[before - 1] if before else doc[before]
        numbering = lead.i == begun and _BULLET.fullmatch(lead.text) is not None
        abbreviated = lead.lower_ in abbreviations and not (token.is_stop and token.is_title)
        return not (numbering or abbreviated or token.is_lower)
    # "U.S." and "Inc." are one token; a new sentence shows by a capital pronoun or article.
    return end in _ENDS or (
        end.endswith(".") and len(end) > 2 and token.is_title and bool(token.is_stop)
    )
