"""Does a stated probability mean what it says? Bins, a picture, and two ways to mend it."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from models.training.calibration import fit_platt

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_LARGEST_LOG_TEMPERATURE = 4.0
_STYLE = (
    ".reliability{color:#1f2328;--dot:#0969da}"
    "@media (prefers-color-scheme:dark){.reliability{color:#e6edf3;--dot:#58a6ff}}"
    ".reliability text{fill:currentColor;font:12px system-ui,sans-serif}"
    ".reliability .grid{stroke:currentColor;stroke-opacity:.2}"
    ".reliability .ideal{stroke:currentColor;stroke-dasharray:4 4}"
    ".reliability .dot{fill:var(--dot);fill-opacity:.75;stroke:currentColor}"
)
_WIDTH_PX, _HEIGHT_PX = 360, 300
_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX = 64, 340, 36, 250
_SMALLEST_DOT_PX, _LARGEST_DOT_PX = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose probability is from `low` to below `high` (the last bin holds 1 too).

    Attributes:
        count: How many answers; never 0.
        confidence: Their mean probability.
        share: Share of them that were true.
    """

    low: float
    high: float
    count: int
    confidence: float
    share: float


def bins(probabilities: Floats, outcomes: Flags, number: int = 10) -> list[Bin]:
    """Sort answers into bins of equal width.

    Args:
        probabilities: (answers,) in [0, 1].
        outcomes: (answers,) bool, whether each was true.
        number: How many bins; at least 1.

    Returns:
        The bins that hold an answer, in order. Empty ones are left out: they say nothing.

    Raises:
        ValueError: There is no answer, lengths differ, or a probability is outside [0, 1].
    """
    if probabilities.ndim != 1 or probabilities.shape != outcomes.shape or not len(outcomes):
        raise ValueError("Probabilities and outcomes must be two flat arrays of one length.")
    if not bool(((probabilities >= 0) & (probabilities <= 1)).all()):
        raise ValueError("A probability is not between 0 and 1.")
    if number < 1:
        raise ValueError("There must be at least one bin.")
    which = np.minimum((probabilities * number).astype(int), number - 1)
    found = []
    for index in range(number):
        inside = which == index
        if inside.any():
            found.append(
                Bin(
                    low=index / number,
                    high=(index + 1) / number,
                    count=int(inside.sum()),
                    confidence=float(probabilities[inside].mean(dtype=np.float64)),
                    share=float(outcomes[inside].mean()),
                )
            )
    return found


def expected_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of share from confidence over answers.

    Source:
        Naeini et al., 2015; Guo et al., 2017.
    """
    total = sum(bin.count for bin in bins)
    return sum(bin.count * abs(bin.share - bin.confidence) for bin in bins) / total


def describe(bins: Sequence[Bin]) -> str:
    """The finding in words: how far off on average, and the bin that adds most to it."""
    worst = max(bins, key=lambda bin: bin.count * abs(bin.share - bin.confidence))
    total = sum(bin.count for bin in bins)
    gap = worst.share - worst.confidence
    if gap == 0:
        compared = "exactly as often as stated"
    else:
        compared = f"{'more' if gap > 0 else 'less'} often than stated"
    return (
        f"{total:,} answers. How often they were right differs from the stated confidence "
        f"by {100 * expected_error(bins):.1f} percentage points on average. "
        f"Answers from {worst.low:.0%} to {worst.high:.0%} add most to it: "
        f"{worst.confidence:.1%} confident on average and right in {worst.share:.1%} "
        f"of {worst.count:,}, {compared}."
    )


def plot(bins: Sequence[Bin], *, title: str) -> str:
    """A reliability diagram as a self-contained SVG; the same bins give the same text.

    One dot a bin, its area in proportion to the answers in it (the smallest stay
    visible); on the dashed diagonal, confidence is how often the model is right.
    `<title>` and `<desc>` state the finding for screen readers.

    Raises:
        ValueError: There is no bin.
    """
    if not bins:
        raise ValueError("There are no bins to draw.")
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "reliability"
    finding = f"{title}: off by {100 * expected_error(bins):.1f} percentage points on average"
    largest = max(bin.count for bin in bins)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="reliability" role="img" '
        f'width="{_WIDTH_PX}" height="{_HEIGHT_PX}" viewBox="0 0 {_WIDTH_PX} {_HEIGHT_PX}" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc">',
        f'<title id="{name}-title">{html.escape(finding)}</title>',
        f'<desc id="{name}-desc">{html.escape(describe(bins))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<text x="{_LEFT_PX}" y="20">{html.escape(title)}</text>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _x(tick), _y(tick)
        parts += [
            f'<path class="grid" d="M{x} {_TOP_PX}V{_BOTTOM_PX}M{_LEFT_PX} {y}H{_RIGHT_PX}"/>',
            f'<text x="{x}" y="{_BOTTOM_PX + 20}" text-anchor="middle">{tick:.0%}</text>',
            f'<text x="{_LEFT_PX - 12}" y="{y + 4}" text-anchor="end">{tick:.0%}</text>',
        ]
    parts.append(f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>')
    for bin in bins:
        radius = max(_SMALLEST_DOT_PX, _LARGEST_DOT_PX * math.sqrt(bin.count / largest))
        parts.append(
            f'<circle class="dot" cx="{_x(bin.confidence)}" cy="{_y(bin.share)}" r="{radius:.1f}"/>'
        )
    middle_x, middle_y = (_LEFT_PX + _RIGHT_PX) // 2, (_TOP_PX + _BOTTOM_PX) // 2
    parts += [
        f'<text x="{middle_x}" y="{_HEIGHT_PX - 12}" text-anchor="middle">confidence</text>',
        f'<text transform="translate(16 {middle_y}) rotate(-90)" text-anchor="middle">'
        "how often right</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(value: float) -> float:
    return round(_LEFT_PX + value * (_RIGHT_PX - _LEFT_PX), 1)


def _y(value: float) -> float:
    return round(_BOTTOM_PX - value * (_BOTTOM_PX - _TOP_PX), 1)


def _check(logits: Floats, targets: Flags) -> None:
    if logits.shape != targets.shape or not logits.size:
        raise ValueError("Logits and targets must be two arrays of one shape, and not empty.")
    if not bool(np.isfinite(logits).all()):
        raise ValueError("A logit is not a finite number.")


def fit_temperature(logits: Floats, targets: Flags) -> float:
    """The temperature T whose sigmoid(logits / T) has the least log loss.

    Args:
        logits, targets: Any one shape; targets bool.

    Returns:
        T, from e⁻⁴ to e⁴; above 1 where the logits are overconfident.

    Raises:
        ValueError: Shapes differ, nothing is given, or a logit is not finite.

    Source:
        Guo et al., 2017.
    """
    _check(logits, targets)
    signed = np.where(targets, logits, -logits).astype(np.float64).ravel()

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, -signed / math.exp(log_temperature)).mean())

    bounds = (-_LARGEST_LOG_TEMPERATURE, _LARGEST_LOG_TEMPERATURE)
    return math.exp(float(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def fit_platt_per_label(
    logits: Floats, targets: Flags, *, prior_strength: float
) -> tuple[Floats, Floats]:
    """Platt scaling of each label, shrunk towards the pair that all labels share.

    First one slope and one intercept are fitted to all labels together. Then
    each label minimises its summed log loss plus `prior_strength` / 2 times the
    squared distance of its pair from the shared one. Log loss grows with the
    evidence and the penalty does not, so a label with few examples stays near
    the shared pair and a frequent one goes where its data lead.

    Args:
        logits, targets: (items, labels), float and bool.
        prior_strength: Above 0. Near 0 is plain Platt scaling per label, very
            large the shared pair for all.

    Returns:
        Slopes and intercepts, (labels,) each: sigmoid(slope * logit + intercept).

    Raises:
        ValueError: Shapes differ, a logit is not finite, all targets are alike,
            or the strength is not above 0.

    Source:
        Platt, 1999. The shrinkage is the posterior mode under a Gaussian prior
        around the shared pair with variance 1 / `prior_strength`.
    """
    _check(logits, targets)
    if logits.ndim != 2:
        raise ValueError("Logits and targets must have the shape (items, labels).")
    if not prior_strength > 0:
        raise ValueError("The prior's strength must be above 0.")
    if targets.all() or not targets.any():
        raise ValueError("All targets are alike, so there is nothing to calibrate on.")
    shared = np.array(fit_platt(logits.astype(np.float32), targets), dtype=np.float64)
    pairs = np.array(
        [
            _fit_pair(column.astype(np.float64), truth, shared, prior_strength)
            for column, truth in zip(logits.T, targets.T, strict=True)
        ]
    )
    return pairs[:, 0], pairs[:, 1]


def _fit_pair(logits: Floats, targets: Flags, shared: Floats, strength: float) -> Floats:
    sign = np.where(targets, 1.0, -1.0)
    # Divided by its size, so that the optimiser's tolerance means the same for every label.
    size = len(logits) + strength

    def loss(pair: Floats) -> tuple[float, Floats]:
        margin = sign * (pair[0] * logits + pair[1])
        away = pair - shared
        slope = -sign * np.exp(-np.logaddexp(0, margin))
        gradient = np.array([slope @ logits, slope.sum()]) + strength * away
        value = np.logaddexp(0, -margin).sum() + strength / 2 * (away @ away)
        return float(value / size), gradient / size

    found: Floats = minimize(loss, shared, jac=True, method="BFGS", options={"gtol": 1e-7}).x
    return found
