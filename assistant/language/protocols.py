"""What the rooms ask of a language model, free of any library.

Rooms depend on these protocols; adapters in this package implement them, and
tests stand in with small stubs of the same shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
States = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an encoded text: its words and the mean of its token states, (width,)."""

    text: str
    vector: States


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as the shared encoder read it, once for all that is asked of it.

    Attributes:
        pooled: (width,) float32, mean over all tokens.
        states: (tokens, width) float32.
        offsets: (tokens, 2) int32, code points of `text`, end exclusive.
        words: (tokens,) int32, number of the word that a token is part of.
    """

    text: str
    pooled: States
    states: States
    offsets: NDArray[np.int32]
    words: NDArray[np.int32]

    def whole(self) -> Passage:
        """The text as one passage."""
        return Passage(self.text, self.pooled)

    def tokens(self, start: int, end: int) -> slice:
        """The tokens that overlap a stretch of characters."""
        first = int(np.searchsorted(self.offsets[:, 1], start, side="right"))
        last = int(np.searchsorted(self.offsets[:, 0], end, side="left"))
        return slice(first, max(first, last))

    def passage(self, start: int, end: int) -> Passage:
        """A stretch of it; that of no token has a vector of zeros."""
        inside = self.states[self.tokens(start, end)]
        vector = inside.mean(0) if len(inside) else np.zeros_like(self.pooled)
        return Passage(self.text[start:end], vector)


class DocumentType(StrEnum):
    """What a page is."""

    PRIVACY_POLICY = "privacy-policy"
    TERMS = "terms"
    COOKIES = "cookies"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """A document type and the calibrated probability that it is right."""

    type: DocumentType
    confidence: float


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """An ISO 639-1 code and the probability that it is right; "und" where undecided."""

    code: str
    confidence: float


class TextEncoder(Protocol):
    """Reads texts once for all heads."""

    def encode(self, texts: Sequence[str]) -> Sequence[EncodedText]:
        """One encoded text a text, in order. Endless text may be cut."""


class PassageClassifier(Protocol):
    """Multi-label classifier of passages."""

    @property
    def labels(self) -> Sequence[str]:
        """Column names of the scores."""

    @property
    def thresholds(self) -> Scores:
        """(labels,) float32 in [0, 1]: the score from which a label is assigned."""

    def classify(self, passages: Sequence[Passage]) -> Scores:
        """Score passages: (passages, labels) float32 in [0, 1], calibrated probabilities."""


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """A stretch of a text that a tag set marks. Code points, end exclusive."""

    start: int
    end: int
    tag: str
    confidence: float


class SpanTagger(Protocol):
    """Marks stretches of a text, such as kinds of data with what is done with them."""

    def tag(self, texts: Sequence[EncodedText]) -> Sequence[Sequence[TaggedSpan]]:
        """The marked stretches of each text by start; those of different tags may overlap."""


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """What a passage answers to a question.

    Attributes:
        relevance: Calibrated probability in [0, 1] that the passage answers at all.
        start, end: The best stretch of the passage, in code points, end exclusive.
        confidence: Probability in [0, 1] that the stretch is the answer, if there is one.
    """

    relevance: float
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """What a text answers to a question.

    Attributes:
        answers: One a passage, in order.
        answered: Calibrated probability in [0, 1] that any of the passages answers.
    """

    answers: Sequence[FoundAnswer]
    answered: float


class QuestionReader(Protocol):
    """Reads encoded passages for a question."""

    def read(self, question: str, passages: Sequence[EncodedText]) -> ReadQuestion:
        """Read all passages of one text."""


class SentenceClassifier(Protocol):
    """Multi-label classifier of sentences by their words alone."""

    @property
    def labels(self) -> Sequence[str]: ...

    @property
    def thresholds(self) -> Scores:
        """(labels,): probability from which a label is assigned."""

    def classify(self, sentences: Sequence[str]) -> Scores:
        """(sentences, labels) float32 in [0, 1], calibrated."""


class DocumentTypeClassifier(Protocol):
    """Tells a privacy policy from terms, a cookie notice and everything else."""

    def classify(self, text: str) -> TypeGuess: ...


class LanguageDetector(Protocol):
    def detect(self, text: str) -> LanguageGuess: ...


class Summarizer(Protocol):
    """Writes sentences from passages. What it says is checked before it is shown."""

    @property
    def name(self) -> str: ...

    def summarize(self, passages: Sequence[str]) -> list[str]:
        """One generated sentence a passage, in order; "" where it has nothing to say."""


class SupportChecker(Protocol):
    """Decides whether a passage supports a generated sentence."""

    def support(self, sentence: str, passages: Sequence[str]) -> Scores:
        """(passages,) float32 in [0, 1]: how well each passage supports the sentence."""
