"""Figures of a classifier: F1 per label, their uncertainty, and calibration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from models.data import BadData

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_ROUNDS = 2_000
_SEED = 20_160_601


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label did. `interval` holds 95 % of F1 over resampled groups."""

    precision: float
    recall: float
    f1: float
    support: int
    interval: tuple[float, float]


def counts(gold: Flags, predicted: Flags) -> Counts:
    """True positives, false positives, false negatives: (3, labels)."""
    return np.stack(
        [(gold & predicted).sum(0), (~gold & predicted).sum(0), (gold & ~predicted).sum(0)]
    ).astype(np.int64)


def f1(tally: Counts) -> Floats:
    """F1 of (3, …) counts; 0 where there is nothing to find and nothing found."""
    hits, extra, missed = (tally[i].astype(np.float64) for i in range(3))
    return np.asarray(2 * hits / np.maximum(1, 2 * hits + extra + missed), dtype=np.float64)


def macro(tally: Counts) -> float:
    return float(f1(tally).mean())


def micro(tally: Counts) -> float:
    return float(f1(tally.sum(1)))


def by_group(gold: Flags, predicted: Flags, groups: Sequence[str]) -> Counts:
    """`counts` of each group (policy, service): (groups, 3, labels), in sorted order."""
    names = np.array(groups)
    return np.stack(
        [counts(gold[names == name], predicted[names == name]) for name in sorted(set(groups))]
    )


def bootstrap(tallies: Counts) -> tuple[Floats, Floats, Floats]:
    """Resample groups with replacement, seeded.

    Returns:
        95 % intervals: of F1 per label (2, labels), of macro (2,), of micro (2,).
    """
    chance = np.random.default_rng(_SEED)
    picks = chance.integers(len(tallies), size=(_ROUNDS, len(tallies)))
    drawn = np.stack([tallies[pick].sum(0) for pick in picks])
    scores = np.stack([f1(tally) for tally in drawn])
    overall = np.array([micro(tally) for tally in drawn])
    bounds = (2.5, 97.5)
    return (
        np.percentile(scores, bounds, axis=0),
        np.percentile(scores.mean(1), bounds),
        np.percentile(overall, bounds),
    )


def report(
    labels: Sequence[str], gold: Flags, predicted: Flags, groups: Sequence[str]
) -> dict[str, object]:
    """All figures of a multi-label or one-of-many classifier.

    Args:
        labels: Names of the columns; those without a gold example are left out.
        gold, predicted: (items, labels) bool.
        groups: What each item belongs to; resampled whole for the intervals.

    Returns:
        `macro`, `micro`, `f1[label]` each, their intervals, and `labels` with
        precision, recall, F1, support and interval.

    Raises:
        BadData: No item has a gold label.
    """
    present: Flags = np.asarray(gold.any(0))
    if not present.any():
        raise BadData("No row of the data has a label, so there is nothing to measure.")
    names = [label for label, there in zip(labels, present, strict=True) if there]
    tallies = by_group(gold[:, present], predicted[:, present], groups)
    total: Counts = tallies.sum(0)
    per_label, around_macro, around_micro = bootstrap(tallies)
    scores = f1(total)
    figures = {
        name: LabelFigures(
            precision=_share(total[0, i], total[0, i] + total[1, i]),
            recall=_share(total[0, i], total[0, i] + total[2, i]),
            f1=_round(scores[i]),
            support=int(total[0, i] + total[2, i]),
            interval=(_round(per_label[0, i]), _round(per_label[1, i])),
        )
        for i, name in enumerate(names)
    }
    return {
        "macro": _round(macro(total)),
        "micro": _round(micro(total)),
        **{f"f1[{name}]": figure.f1 for name, figure in figures.items()},
        "macro_interval": [_round(around_macro[0]), _round(around_macro[1])],
        "micro_interval": [_round(around_micro[0]), _round(around_micro[1])],
        "labels": {name: asdict(figure) for name, figure in figures.items()},
    }


def told(
    labels: Sequence[str], scores: NDArray[np.float32], thresholds: NDArray[np.float32]
) -> dict[str, object]:
    """One item's line of predictions: the labels assigned, and every label's score."""
    return {
        "labels": [name for name, s, t in zip(labels, scores, thresholds, strict=True) if s >= t],
        "scores": {name: _round(float(s)) for name, s in zip(labels, scores, strict=True)},
    }


def multilabel(
    labels: Sequence[str],
    marked: Sequence[Collection[str]],
    scores: NDArray[np.float32],
    thresholds: NDArray[np.float32],
    *,
    groups: Sequence[str],
) -> dict[str, object]:
    """`report` and calibration of probabilities (items, labels) held against marked labels.

    Labels that the classifier does not know count as missed.

    Raises:
        BadData: No item has a gold label.
    """
    known = sorted(set(labels).union(*marked))
    gold = np.array([[name in names for name in known] for names in marked], dtype=bool)
    gold = gold.reshape(len(marked), len(known))
    columns = [known.index(label) for label in labels]
    predicted = np.zeros_like(gold)
    probabilities = np.zeros(gold.shape, dtype=np.float64)
    predicted[:, columns] = scores >= thresholds
    probabilities[:, columns] = scores
    return {
        **report(known, gold, predicted, groups),
        "calibration_error": calibration_error(probabilities.ravel(), gold.ravel()),
        "calibration_bins": calibration_bins(probabilities.ravel(), gold.ravel()),
        "assigned_calibration_error": calibration_error(probabilities[predicted], gold[predicted]),
    }


def calibration_error(probabilities: Floats, outcomes: Flags, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins, both arrays flat."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        inside = which == index
        if inside.any():
            gap = abs(float(probabilities[inside].mean()) - float(outcomes[inside].mean()))
            error += gap * float(inside.mean())
    return _round(error)


def _share(part: int, whole: int) -> float:
    return _round(part / whole) if whole else 0.0


def _round(value: float) -> float:
    return round(float(value), 4)


def calibration_bins(probabilities: Floats, outcomes: Flags, bins: int = 10) -> list[object]:
    """Equal-width bins that hold anything: bounds, count, mean probability, share that was true."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    return [
        {
            "from": index / bins,
            "to": (index + 1) / bins,
            "count": int(inside.sum()),
            "confidence": _round(probabilities[inside].mean()),
            "share": _round(outcomes[inside].mean()),
        }
        for index in range(bins)
        if (inside := which == index).any()
    ]
