"""Unfair clauses in German, Italian and Polish terms of service: linear models alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from assistant.language.artifacts import ROOTS, Artifact, damaged, open_artifact
from assistant.language.heads import sigmoid
from assistant.language.lazy import Lazy
from assistant.language.linear import LinearClassifier, load_linear
from assistant.language.protocols import Scores

NAME = "clauses_other"


@dataclass(frozen=True, slots=True)
class ClausesConfig:
    """`config.json` of the model.

    Attributes:
        labels: Names of the outputs, the same in all languages.
        languages: ISO 639-1 codes; each has a file `<code>.npz`.
        thresholds: Calibrated probability from which a label is assigned, by language.
        slopes, intercepts: Platt scaling by language.
    """

    labels: list[str]
    languages: list[str]
    thresholds: dict[str, float]
    slopes: dict[str, float]
    intercepts: dict[str, float]


class ClauseClassifier:
    """Multi-label classifier of sentences in one language; loads when first asked."""

    def __init__(self, artifact: Artifact, language: str) -> None:
        self._config = artifact.read_config(ClausesConfig)
        self._language = language
        if language not in self._config.languages:
            raise damaged(artifact.name)
        self._linear = Lazy(partial(_load, artifact, f"{language}.npz"))

    @property
    def labels(self) -> Sequence[str]:
        return self._config.labels

    @property
    def thresholds(self) -> Scores:
        threshold = self._config.thresholds[self._language]
        return np.full(len(self._config.labels), threshold, dtype=np.float32)

    def classify(self, sentences: Sequence[str]) -> Scores:
        """(sentences, labels) float32 in [0, 1], calibrated; 0 for a text without a word.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        scores = np.zeros((len(sentences), len(self._config.labels)), dtype=np.float32)
        linear = self._linear.get()
        slope = self._config.slopes[self._language]
        intercept = self._config.intercepts[self._language]
        for row, sentence in enumerate(sentences):
            if any(map(str.isalnum, sentence)):
                scores[row] = sigmoid(slope * linear.logits(sentence) + intercept)
        return scores


def _load(artifact: Artifact, file: str) -> LinearClassifier:
    try:
        return load_linear(artifact.read(file))
    except ValueError:
        raise damaged(artifact.name) from None


def load_other_clauses(language: str, roots: Iterable[Path] = ROOTS) -> ClauseClassifier:
    """The embedded classifier of a language.

    Raises:
        DamagedModel: The model is missing, damaged, or does not know the language.
    """
    return ClauseClassifier(open_artifact(NAME, roots), language)
