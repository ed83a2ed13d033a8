"""Classifiers of passages: a linear head on the shared encoder, averaged with a linear model."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.encoder import NAME as ENCODER
from assistant.language.lazy import Lazy
from assistant.language.linear import LinearClassifier, load_linear, pack_arrays
from assistant.language.protocols import Passage, Scores


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """`config.json` of a head.

    Attributes:
        labels: Names of the outputs of both parts, in order.
        thresholds: Calibrated probability from which each label is assigned.
        encoder_weight: Share of the encoder in the average; the linear model has the rest.
        slopes, intercepts: Platt scaling of the average's log-odds, by label.
        encoder: Version of the encoder that the head belongs to.
    """

    labels: list[str]
    thresholds: list[float]
    encoder_weight: float
    slopes: list[float]
    intercepts: list[float]
    encoder: str


def sigmoid(values: Scores) -> Scores:
    """Probabilities of logits, without overflow."""
    clipped: Scores = (1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
    return clipped


def log_odds(probabilities: Scores) -> Scores:
    bounded = np.clip(probabilities, 1e-6, 1 - 1e-6)
    odds: Scores = np.log(bounded / (1 - bounded)).astype(np.float32)
    return odds


def combine(encoder: Scores, linear: Scores, encoder_weight: float) -> Scores:
    """Log-odds of the weighted mean of both parts' probabilities, from their logits."""
    return log_odds(encoder_weight * sigmoid(encoder) + (1 - encoder_weight) * sigmoid(linear))


@dataclass(frozen=True, slots=True)
class Head:
    """Weights (outputs, width) and bias (outputs,), float32."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, vectors: Scores) -> Scores:
        """(rows, width) to (rows, outputs). A row's scores never depend on the other rows."""
        # A matrix product would sum in another order for another number of rows.
        scores: Scores = np.einsum("rw,ow->ro", vectors, self.weight) + self.bias
        return scores


def save_head(weight: NDArray[np.float32], bias: NDArray[np.float32]) -> bytes:
    """Pack a head; weights become float16. The same arrays give the same bytes."""
    return pack_arrays({"weight": weight.astype(np.float16), "bias": bias.astype(np.float32)})


def load_head(data: bytes) -> Head:
    """Unpack `save_head`.

    Raises:
        ValueError: The bytes are no such file, or its arrays do not fit together.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            kept: Mapping[str, NDArray[np.float32]] = {
                name: arrays[name].astype(np.float32) for name in ("weight", "bias")
            }
    except (KeyError, OSError, EOFError) as error:
        raise ValueError("not a saved head") from error
    if kept["weight"].ndim != 2 or len(kept["weight"]) != len(kept["bias"]):
        raise ValueError("weights and bias differ in length")
    return Head(kept["weight"], kept["bias"])


@dataclass(frozen=True, slots=True)
class _Parts:
    head: Head
    linear: LinearClassifier | None


class EmbeddedPassageClassifier:
    """A `PassageClassifier` whose parts load when first asked for scores."""

    def __init__(self, artifact: Artifact, *, encoder: str) -> None:
        """Take a head that belongs to the encoder of that version."""
        self._config = artifact.read_config(HeadConfig)
        if self._config.encoder != encoder:
            raise damaged(artifact.name)
        self._parts = Lazy(partial(_load_parts, artifact, len(self._config.labels)))

    @property
    def labels(self) -> Sequence[str]:
        return self._config.labels

    @property
    def thresholds(self) -> Scores:
        return np.array(self._config.thresholds, dtype=np.float32)

    def logits(self, passages: Sequence[Passage]) -> tuple[Scores, Scores]:
        """Raw scores of the encoder's head and of the linear model: (passages, labels) each."""
        parts = self._parts.get()
        encoder = parts.head.logits(np.stack([passage.vector for passage in passages]))
        if parts.linear is None:
            return encoder, encoder
        linear = [parts.linear.logits(passage.text) for passage in passages]
        return encoder, np.array(linear, dtype=np.float32)

    def classify(self, passages: Sequence[Passage]) -> Scores:
        """Score passages: (passages, labels) float32 in [0, 1], calibrated.

        A passage without a word scores 0 everywhere.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        scores = np.zeros((len(passages), len(self._config.labels)), dtype=np.float32)
        filled = [row for row, p in enumerate(passages) if any(map(str.isalnum, p.text))]
        if filled:
            encoder, linear = self.logits([passages[row] for row in filled])
            odds = combine(encoder, linear, self._config.encoder_weight)
            slopes = np.array(self._config.slopes, dtype=np.float32)
            scores[filled] = sigmoid(slopes * odds + np.array(self._config.intercepts, np.float32))
        return scores


def _load_parts(artifact: Artifact, outputs: int) -> _Parts:
    try:
        head = load_head(artifact.read("head.npz"))
        there = "linear.npz" in artifact.files
        linear = load_linear(artifact.read("linear.npz")) if there else None
    except ValueError:
        raise damaged(artifact.name) from None
    if len(head.bias) != outputs:
        raise damaged(artifact.name)
    return _Parts(head, linear)


def load_classifier(name: str) -> EmbeddedPassageClassifier:
    """The embedded head of that name.

    Raises:
        DamagedModel: The model is missing, its manifest or configuration is not
            readable, or it belongs to another encoder than the one here.
    """
    return EmbeddedPassageClassifier(open_artifact(name), encoder=open_artifact(ENCODER).version)
