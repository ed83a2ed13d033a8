"""Stand-ins for the language models, with their real protocols and nothing learned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.language.protocols import (
    EncodedText,
    FoundAnswer,
    Passage,
    ReadQuestion,
    Scores,
    TaggedSpan,
)
from assistant.policy.encoded import EncodedDocument
from assistant.policy.reading import Reading, read
from assistant.policy.segment import segment
from tests.policy.texts import document

WIDTH = 4


class StubEncoder:
    """A token a word, all states zero."""

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        return [self._encoded(text) for text in texts]

    @staticmethod
    def _encoded(text: str) -> EncodedText:
        offsets = [match.span() for match in re.finditer(r"\S+", text)]
        return EncodedText(
            text=text,
            pooled=np.zeros(WIDTH, dtype=np.float32),
            states=np.zeros((len(offsets), WIDTH), dtype=np.float32),
            offsets=np.array(offsets, dtype=np.int32).reshape(-1, 2),
            words=np.arange(len(offsets), dtype=np.int32),
        )


@dataclass(frozen=True)
class StubClassifier:
    """Goes by what a passage contains.

    Attributes:
        says: Words → label → probability of a passage in which the words stand.
        otherwise: Probability of all else.
        calls: The passages of each call, in order.
    """

    labels: Sequence[str]
    says: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    otherwise: float = 0.0
    threshold: float = 0.5
    calls: list[list[str]] = field(default_factory=list)

    @property
    def thresholds(self) -> Scores:
        return np.full(len(self.labels), self.threshold, dtype=np.float32)

    def classify(self, passages: Sequence[Passage]) -> Scores:
        self.calls.append([passage.text for passage in passages])
        scores = np.full((len(passages), len(self.labels)), self.otherwise, dtype=np.float32)
        for row, passage in enumerate(passages):
            for words, probabilities in self.says.items():
                if words in passage.text:
                    for label, probability in probabilities.items():
                        scores[row, self.labels.index(label)] = probability
        return scores


@dataclass(frozen=True)
class StubSentences:
    """As `StubClassifier`, for sentences by their words alone."""

    labels: Sequence[str]
    says: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def thresholds(self) -> Scores:
        return np.full(len(self.labels), 0.5, dtype=np.float32)

    def classify(self, sentences: Sequence[str]) -> Scores:
        scores = np.zeros((len(sentences), len(self.labels)), dtype=np.float32)
        for row, sentence in enumerate(sentences):
            for words, probabilities in self.says.items():
                if words in sentence:
                    for label, probability in probabilities.items():
                        scores[row, self.labels.index(label)] = probability
        return scores


@dataclass(frozen=True)
class StubTagger:
    """Marks every place of some words with a tag."""

    marks: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def tag(self, texts: Sequence[EncodedText]) -> list[list[TaggedSpan]]:
        return [
            [
                TaggedSpan(match.start(), match.end(), tag, confidence)
                for words, (tag, confidence) in self.marks.items()
                for match in re.finditer(re.escape(words), text.text)
            ]
            for text in texts
        ]


@dataclass(frozen=True)
class StubReader:
    """Finds an answer where some words stand.

    Attributes:
        answers: Words → how relevant the passage is in which they stand.
        answered: Probability that the text answers at all.
    """

    answers: Mapping[str, float] = field(default_factory=dict)
    answered: float = 0.0

    def read(self, question: str, passages: Sequence[EncodedText]) -> ReadQuestion:
        return ReadQuestion([self._found(passage.text) for passage in passages], self.answered)

    def _found(self, text: str) -> FoundAnswer:
        for words, relevance in self.answers.items():
            if words in text:
                start = text.index(words)
                return FoundAnswer(relevance, start, start + len(words), 0.9)
        return FoundAnswer(0.01, 0, min(1, len(text)), 0.1)


def read_and_encoded(text: str) -> tuple[Reading, EncodedDocument]:
    """A few lines of text (`texts.document`), read by the rules and by the stub."""
    made = document(text)
    return read(made), EncodedDocument.of(made, segment(made), StubEncoder())
