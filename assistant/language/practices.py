"""The embedded classifier of data practices: an encoder and a linear model, averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.encoder import Encoder
from assistant.language.lazy import Lazy
from assistant.language.linear import LinearClassifier, load_linear
from assistant.language.protocols import Scores

NAME = "practices"


@dataclass(frozen=True, slots=True)
class PracticesConfig:
    """`config.json` of the model.

    Attributes:
        labels: Names of the outputs of both parts, in order.
        threshold: Calibrated probability from which any label is assigned.
        encoder_weight: Share of the encoder in the average; the linear model has the rest.
        slope, intercept: Platt scaling of the average's log-odds.
    """

    labels: list[str]
    threshold: float
    encoder_weight: float
    slope: float
    intercept: float


def sigmoid(values: Scores) -> Scores:
    """Probabilities of logits, without overflow."""
    clipped: Scores = (1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
    return clipped


def combine(encoder: Scores, linear: Scores, encoder_weight: float) -> Scores:
    """Log-odds of the weighted mean of both parts' probabilities, from their logits."""
    mean = encoder_weight * sigmoid(encoder) + (1 - encoder_weight) * sigmoid(linear)
    bounded = np.clip(mean, 1e-6, 1 - 1e-6)
    odds: Scores = np.log(bounded / (1 - bounded)).astype(np.float32)
    return odds


class EmbeddedPracticeClassifier:
    """A `PracticeClassifier` whose parts load when first asked for scores."""

    def __init__(self, artifact: Artifact, *, threads: int) -> None:
        self._config = artifact.read_config(PracticesConfig)
        self._encoder = Lazy(partial(_load_encoder, artifact, threads))
        self._linear = Lazy(partial(_load_linear, artifact))

    @property
    def labels(self) -> Sequence[str]:
        return self._config.labels

    @property
    def thresholds(self) -> Scores:
        return np.full(len(self._config.labels), self._config.threshold, dtype=np.float32)

    def logits(self, texts: Sequence[str]) -> tuple[Scores, Scores]:
        """Raw scores of the encoder and of the linear model: (texts, labels) each."""
        linear = self._linear.get()
        return (
            self._encoder.get().logits(texts),
            np.array([linear.logits(text) for text in texts], dtype=np.float32),
        )

    def classify(self, texts: Sequence[str]) -> Scores:
        """Score segments: (texts, labels) float32 in [0, 1], calibrated.

        A text without a word scores 0 everywhere. The encoder reads the first
        256 tokens of a text, the linear model all of it.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        scores = np.zeros((len(texts), len(self._config.labels)), dtype=np.float32)
        filled = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
        if filled:
            encoder, linear = self.logits([texts[row] for row in filled])
            odds = combine(encoder, linear, self._config.encoder_weight)
            scores[filled] = sigmoid(self._config.slope * odds + self._config.intercept)
        return scores


def _load_encoder(artifact: Artifact, threads: int) -> Encoder:
    model, tokenizer = artifact.read("model.onnx"), artifact.read("tokenizer.json")
    try:
        return Encoder.load(model, tokenizer, threads=threads)
    except ValueError:
        raise damaged(artifact.name) from None


def _load_linear(artifact: Artifact) -> LinearClassifier:
    try:
        return load_linear(artifact.read("linear.npz"))
    except ValueError:
        raise damaged(artifact.name) from None


def load_practices(*, threads: int) -> EmbeddedPracticeClassifier:
    """The embedded classifier.

    Args:
        threads: Threads of the encoder; 0 takes up to two cores.

    Raises:
        DamagedModel: The model is missing or its manifest or configuration is not readable.
    """
    return EmbeddedPracticeClassifier(open_artifact(NAME), threads=threads)
