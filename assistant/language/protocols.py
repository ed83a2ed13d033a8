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


class PracticeClassifier(Protocol):
    """Multi-label classifier of policy segments."""

    @property
    def labels(self) -> Sequence[str]:
        """Column names of the scores: the 12 OPP-115 labels."""

    @property
    def thresholds(self) -> Scores:
        """(labels,) float32 in [0, 1]: the score from which a label is assigned."""

    def classify(self, texts: Sequence[str]) -> Scores:
        """Score segments: (texts, labels) float32 in [0, 1], calibrated probabilities."""


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
