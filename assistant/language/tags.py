"""Marks stretches of a text by the tags of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.encoder import NAME as ENCODER
from assistant.language.heads import Head, load_head, log_odds, sigmoid
from assistant.language.lazy import Lazy
from assistant.language.protocols import EncodedText, Scores, TaggedSpan

NAME = "data_types"


@dataclass(frozen=True, slots=True)
class TagsConfig:
    """`config.json` of the model.

    Attributes:
        tags: Names of the tag sets. Each word has in every set one of outside, begin, inside.
        bias: Added to the logits of begin and inside, by set.
        temperatures: Divide the logits of a set before the softmax.
        slope, intercept: Platt scaling of a stretch's mean probability.
        encoder: Version of the encoder that the head belongs to.
    """

    tags: list[str]
    bias: list[float]
    temperatures: list[float]
    slope: float
    intercept: float
    encoder: str


def first_tokens(words: Sequence[int]) -> list[int]:
    """Index of the first token of each word."""
    return [i for i, word in enumerate(words) if i == 0 or word != words[i - 1]]


def decode(shares: Scores) -> list[tuple[int, int, float]]:
    """Stretches of words that are begun and gone on with.

    Args:
        shares: (words, 3), probabilities of outside, begin, inside.

    Returns:
        First word, last word exclusive, and the mean probability of its tags. An
        inside without a begin opens a stretch.
    """
    tags = shares.argmax(1)
    out: list[tuple[int, int, float]] = []
    start: int | None = None
    for i, tag in enumerate([*tags, 0]):
        if start is not None and tag != 2:
            out.append((start, i, float(shares[start:i].max(1).mean())))
            start = None
        if tag == 1 or (tag == 2 and start is None):
            start = i
    return out


class EmbeddedSpanTagger:
    """A `SpanTagger` whose head loads when first asked."""

    def __init__(self, artifact: Artifact, *, encoder: str) -> None:
        """Take a head that belongs to the encoder of that version."""
        self._config = artifact.read_config(TagsConfig)
        if self._config.encoder != encoder:
            raise damaged(artifact.name)
        self._head = Lazy(partial(_load_head, artifact, 3 * len(self._config.tags)))

    @property
    def tags(self) -> Sequence[str]:
        return self._config.tags

    def logits(self, text: EncodedText) -> Scores:
        """(words, tag sets, 3), read off the first token of each word."""
        first = first_tokens(text.words.tolist())
        return self._head.get().logits(text.states[first]).reshape(len(first), -1, 3)

    def shares(self, text: EncodedText) -> Scores:
        """(words, tag sets, 3), calibrated probabilities."""
        logits = self.logits(text)
        logits[:, :, 1:] += np.array(self._config.bias, np.float32)[:, None]
        logits = logits / np.array(self._config.temperatures, np.float32)[:, None]
        grown = np.exp(logits - logits.max(2, keepdims=True))
        shares: Scores = grown / grown.sum(2, keepdims=True)
        return shares

    def tag(self, text: EncodedText) -> list[TaggedSpan]:
        """The marked stretches by start.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        if not len(text.states):
            return []
        shares = self.shares(text)
        starts = np.array(first_tokens(text.words.tolist()))
        ends = np.append(starts[1:], len(text.words)) - 1
        spans = [
            TaggedSpan(
                int(text.offsets[starts[first], 0]),
                int(text.offsets[ends[last - 1], 1]),
                name,
                self._calibrated(confidence),
            )
            for column, name in enumerate(self._config.tags)
            for first, last, confidence in decode(shares[:, column])
        ]
        return sorted(spans, key=lambda span: (span.start, span.end, span.tag))

    def _calibrated(self, mean: float) -> float:
        odds = self._config.slope * log_odds(np.array([mean], np.float32))
        return round(float(sigmoid(odds + self._config.intercept)[0]), 4)


def _load_head(artifact: Artifact, outputs: int) -> Head:
    try:
        head = load_head(artifact.read("head.npz"))
    except ValueError:
        raise damaged(artifact.name) from None
    if len(head.bias) != outputs:
        raise damaged(artifact.name)
    return head


def load_tagger() -> EmbeddedSpanTagger:
    """The embedded tagger of data types.

    Raises:
        DamagedModel: The model is missing, its manifest or configuration is not
            readable, or it belongs to another encoder than the one here.
    """
    return EmbeddedSpanTagger(open_artifact(NAME), encoder=open_artifact(ENCODER).version)
