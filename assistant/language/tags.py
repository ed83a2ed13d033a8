"""Marks stretches of a text by the tags of its words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.chain import Chain, Stretch
from assistant.language.encoder import NAME as ENCODER
from assistant.language.heads import Head, load_head, log_odds, sigmoid
from assistant.language.lazy import Lazy
from assistant.language.linear import pack_arrays
from assistant.language.protocols import EncodedText, Scores, TaggedSpan

NAME = "data_types"
_AT_ONCE = 64
"""Texts that are decoded together."""


@dataclass(frozen=True, slots=True)
class TagsConfig:
    """`config.json` of the model.

    Attributes:
        tags: Names of the tag sets. Each word has in every set one of outside, begin, inside.
        slope, intercept: Platt scaling of the log-odds of a stretch.
        encoder: Version of the encoder that the head belongs to.
    """

    tags: list[str]
    slope: float
    intercept: float
    encoder: str


def first_tokens(words: Sequence[int]) -> list[int]:
    """Index of the first token of each word."""
    return [i for i, word in enumerate(words) if i == 0 or word != words[i - 1]]


@dataclass(frozen=True, slots=True)
class TagModel:
    """What the tags are worth: by the word (`head`, 3 outputs a set) and by the tag before."""

    head: Head
    chain: Chain

    def logits(self, text: EncodedText) -> Scores:
        """(words, sets, 3), read off the first token of each word."""
        states = text.states[first_tokens(text.words.tolist())]
        return self.head.logits(states).reshape(len(states), -1, 3)


def save_tags(model: TagModel) -> bytes:
    """Pack the model; the weights become float16. The same arrays give the same bytes."""
    return pack_arrays(
        {
            "weight": model.head.weight.astype(np.float16),
            "bias": model.head.bias.astype(np.float32),
            "starts": model.chain.starts.astype(np.float32),
            "steps": model.chain.steps.astype(np.float32),
        }
    )


def load_tags(data: bytes) -> TagModel:
    """Unpack `save_tags`.

    Raises:
        ValueError: The bytes are no such file, or its arrays do not fit together.
    """
    head = load_head(data)
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        if not {"starts", "steps"} <= set(arrays.files):
            raise ValueError("the transitions are missing")
        chain = Chain(arrays["starts"], arrays["steps"])
    sets = len(head.bias) // 3
    if chain.starts.shape != (sets, 3) or chain.steps.shape != (sets, 3, 3):
        raise ValueError("the transitions do not fit the head")
    return TagModel(head, chain)


class EmbeddedSpanTagger:
    """A `SpanTagger` whose model loads when first asked."""

    def __init__(self, artifact: Artifact, *, encoder: str) -> None:
        """Take a model that belongs to the encoder of that version."""
        self._config = artifact.read_config(TagsConfig)
        if self._config.encoder != encoder:
            raise damaged(artifact.name)
        self._model = Lazy(partial(_load, artifact, 3 * len(self._config.tags)))

    @property
    def tags(self) -> Sequence[str]:
        return self._config.tags

    def tag(self, texts: Sequence[EncodedText]) -> list[list[TaggedSpan]]:
        """The marked stretches of each text by start.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        found: list[list[TaggedSpan]] = [[] for _ in texts]
        order = sorted(
            (row for row, text in enumerate(texts) if len(text.states)),
            key=lambda row: len(texts[row].states),
        )
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            model = self._model.get()
            read = model.chain.read([model.logits(texts[row]) for row in rows])
            for row, stretches in zip(rows, read, strict=True):
                found[row] = self._spans(texts[row], stretches)
        return found

    def _spans(self, text: EncodedText, stretches: Sequence[Stretch]) -> list[TaggedSpan]:
        starts = np.array(first_tokens(text.words.tolist()))
        ends = np.append(starts[1:], len(text.words)) - 1
        spans = [
            TaggedSpan(
                int(text.offsets[starts[each.first], 0]),
                int(text.offsets[ends[each.last - 1], 1]),
                self._config.tags[each.column],
                self._calibrated(each.probability),
            )
            for each in stretches
        ]
        return sorted(spans, key=lambda span: (span.start, span.end, span.tag))

    def _calibrated(self, probability: float) -> float:
        odds = self._config.slope * log_odds(np.array([probability], np.float32))
        return round(float(sigmoid(odds + self._config.intercept)[0]), 4)


def _load(artifact: Artifact, outputs: int) -> TagModel:
    try:
        model = load_tags(artifact.read("head.npz"))
    except ValueError:
        raise damaged(artifact.name) from None
    if len(model.head.bias) != outputs:
        raise damaged(artifact.name)
    return model


def load_tagger() -> EmbeddedSpanTagger:
    """The embedded tagger of data types.

    Raises:
        DamagedModel: The model is missing, its manifest or configuration is not
            readable, or it belongs to another encoder than the one here.
    """
    return EmbeddedSpanTagger(open_artifact(NAME), encoder=open_artifact(ENCODER).version)
