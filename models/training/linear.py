"""Fit linear classifiers over TF-IDF with scikit-learn and hand them to the runtime."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.language.linear import load_linear, save_linear

Floats = NDArray[np.float64]
TOLERANCE = 0.03
"""Largest difference in a logit that float16 weights may make."""


@dataclass(frozen=True, slots=True)
class LinearConfig:
    """What decides the fit, besides the data. `character_features` 0: words alone."""

    inverse_regularisation: float
    word_min_documents: int
    word_features: int | None
    character_min_documents: int
    character_features: int
    iterations: int = 400


@dataclass(slots=True)
class FittedLinear:
    """Vectorizers and weights: `weights` (features, outputs), `intercept` (outputs,)."""

    vectorizers: dict[str, TfidfVectorizer]
    weights: Floats
    intercept: Floats

    def logits(self, texts: Sequence[str]) -> Floats:
        """(texts, outputs), as scikit-learn computes them."""
        scores: Floats = features(self.vectorizers, texts) @ self.weights + self.intercept
        return scores

    def pack(self) -> bytes:
        """The file the runtime reads."""
        vocabularies = {}
        start = 0
        for name, vectorizer in self.vectorizers.items():
            ngrams = list(vectorizer.get_feature_names_out())
            weights = self.weights[start : start + len(ngrams)].astype(np.float32)
            vocabularies[name] = (ngrams, vectorizer.idf_.astype(np.float32), weights)
            start += len(ngrams)
        return save_linear(vocabularies, self.intercept.astype(np.float32))


def features(vectorizers: dict[str, TfidfVectorizer], texts: Sequence[str]) -> csr_matrix:
    return hstack([vectorizer.transform(texts) for vectorizer in vectorizers.values()]).tocsr()


def fit_vectorizers(texts: Sequence[str], config: LinearConfig) -> dict[str, TfidfVectorizer]:
    vectorizers = {
        "words": TfidfVectorizer(
            ngram_range=(1, 2),
            min_df=config.word_min_documents,
            max_features=config.word_features,
            sublinear_tf=True,
        )
    }
    if config.character_features:
        vectorizers["characters"] = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(3, 5),
            min_df=config.character_min_documents,
            max_features=config.character_features,
            sublinear_tf=True,
        )
    for vectorizer in vectorizers.values():
        vectorizer.fit(texts)
    return vectorizers


def fit_multilabel(
    texts: Sequence[str], targets: NDArray[np.bool_], config: LinearConfig
) -> FittedLinear:
    """One balanced logistic regression a label. `targets`: (texts, labels)."""
    vectorizers = fit_vectorizers(texts, config)
    matrix = features(vectorizers, texts)
    fits = [
        LogisticRegression(
            C=config.inverse_regularisation, class_weight="balanced", max_iter=config.iterations
        ).fit(matrix, column)
        for column in targets.T
    ]
    weights = np.concatenate([fit.coef_ for fit in fits]).T
    return FittedLinear(vectorizers, weights, np.concatenate([fit.intercept_ for fit in fits]))


def prove_equal(fitted: FittedLinear, packed: bytes, texts: Sequence[str]) -> float:
    """Compare the runtime with scikit-learn on up to 500 of the texts.

    Returns:
        The largest difference of a logit.

    Raises:
        ValueError: It is above `TOLERANCE`.
    """
    chosen = random.Random(0).sample(list(texts), min(500, len(texts)))
    runtime = load_linear(packed)
    ours = np.array([runtime.logits(text) for text in chosen])
    worst = float(np.abs(ours - fitted.logits(chosen)).max())
    if worst > TOLERANCE:
        raise ValueError(f"the runtime differs from scikit-learn by {worst:.4f} in a logit")
    return worst
