"""Turn scores into probabilities, and probabilities into labels, with as few knobs as do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.language.heads import sigmoid
from models import metrics

Flags = NDArray[np.bool_]
Scores = NDArray[np.float32]

_BASE_THRESHOLDS = (0.3, 0.4, 0.5)


def fit_platt(odds: Scores, targets: Flags) -> tuple[float, float]:
    """Slope and intercept that map log-odds to calibrated ones, one pair for all labels."""
    fit = LogisticRegression(C=1e6).fit(odds.reshape(-1, 1), targets.ravel())
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def cross_validated(odds: Scores, targets: Flags, policies: Sequence[str]) -> Scores:
    """Probabilities of each policy's segments, calibrated on the other policies."""
    names = np.array(policies)
    out = np.zeros_like(odds)
    for policy in sorted(set(policies)):
        inside = names == policy
        slope, intercept = fit_platt(odds[~inside], targets[~inside])
        out[inside] = sigmoid(slope * odds[inside] + intercept)
    return out


def choose_threshold(probabilities: Scores, targets: Flags) -> float:
    """The one threshold with the best macro + micro F1, smoothed over its neighbours."""
    grid = np.arange(0.20, 0.66, 0.02)
    tallies = [metrics.counts(targets, probabilities >= value) for value in grid]
    gain = np.array([metrics.macro(tally) + metrics.micro(tally) for tally in tallies])
    smooth = np.convolve(np.pad(gain, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return round(float(grid[int(smooth.argmax())]), 2)


def figures(
    what: str, targets: Flags, probabilities: Scores, threshold: float
) -> dict[str, object]:
    """Macro and micro F1 of one system at one threshold."""
    tally = metrics.counts(targets, probabilities >= threshold)
    return {
        "what": what,
        "threshold": threshold,
        "macro": round(metrics.macro(tally), 4),
        "micro": round(metrics.micro(tally), 4),
    }


def best_figures(what: str, targets: Flags, probabilities: Scores) -> dict[str, object]:
    """`figures` at the best of three usual thresholds, to compare systems that have none."""
    tallies = {value: metrics.counts(targets, probabilities >= value) for value in _BASE_THRESHOLDS}
    best = max(
        tallies, key=lambda value: metrics.macro(tallies[value]) + metrics.micro(tallies[value])
    )
    return figures(what, targets, probabilities, best)
