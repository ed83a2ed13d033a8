"""Membership inference: can the outputs of a model tell which passages it was trained on?

The audit plays an attacker who holds a passage with its right labels, sees the
model's probabilities, and can train models of their own on texts of the same
kind. Three attacks give each passage a score (higher: more likely a member):

- `loss`: the model's loss, negated (Yeom et al., 2018);
- `calibrated_loss`: the mean loss of shadow models that never saw the passage,
  minus the model's (Watson et al., 2022), because some passages are easy for all;
- `lira`: the model's confidence against the Gaussian of such shadow models'
  (Carlini et al., 2022, offline form).

Training and validation passages come from different policies and differ by
themselves, so two figures stand beside the attacks. `no_model` tells members
from the text alone, without any model. `shift` runs each attack against shadow
models that saw none of the passages it judges. An attack that does no better
than these measures the data, not the model.

What grouping limits: all passages of a policy are members or none is. So an
attack cannot be asked whether the model remembers one passage or another one
of its policy, the evidence is as many facts as there are policies rather than
passages (intervals resample whole policies), and TPR at 1 % FPR hangs on the
few policies of the non-members that happen to score highest.

`family` is free of the shift: shadow models have random halves of the policies,
so members and non-members differ by chance alone. It measures what models of
the shadows' kind and size leak, not the shipped one, and also by whole policy.

All figures are what these attacks find, so lower bounds of what leaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from models.training.calibration import fit_platt
from models.training.linear import LinearConfig, features, fit_multilabel, fit_vectorizers

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

SHADOW = LinearConfig(
    inverse_regularisation=10,
    word_min_documents=2,
    word_features=20_000,
    character_min_documents=3,
    character_features=0,
)
"""Words and word pairs alone: trains in seconds."""

FALSE_POSITIVE_RATE = 0.01
_FEWEST_SHADOWS = 6
_ROUNDS = 1_000
_SEED = 20_180_606
_ATTEMPTS = 200
_FOLDS = 5
_SMALLEST = 1e-6
_PRIOR_MODELS = 8
"""How many models the pooled variance counts for, beside the few that a passage has."""


@dataclass(frozen=True, slots=True)
class Shadows:
    """Losses of shadow models, which come in pairs: 2k and 2k + 1 share out the groups.

    Attributes:
        losses: (shadows, items), as of `item_losses`.
        inside: (shadows, items), whether the model was trained on the item.

    Raises:
        ValueError: Shapes differ, models are too few, or neighbours are no pairs.
    """

    losses: Floats
    inside: Flags

    def __post_init__(self) -> None:
        if self.losses.ndim != 2 or self.losses.shape != self.inside.shape:
            raise ValueError("Losses and membership of shadows need one shape (shadows, items).")
        _check_number(len(self.losses))
        if not bool((self.inside[0::2] ^ self.inside[1::2]).all()):
            raise ValueError(
                "Shadow models 2k and 2k + 1 must have no item in common and miss none."
            )
        if not bool(np.isfinite(self.losses).all()):
            raise ValueError("A loss of a shadow model is not a finite number.")


@dataclass(frozen=True, slots=True)
class Leak:
    """How well scores tell members from others; intervals hold 95 % over resampled groups."""

    auc: float
    auc_interval: tuple[float, float]
    tpr_at_1_fpr: float
    tpr_interval: tuple[float, float]

    def as_json(self) -> dict[str, object]:
        return {
            "auc": round(self.auc, 4),
            "auc_interval": [round(bound, 4) for bound in self.auc_interval],
            "tpr_at_1_fpr": round(self.tpr_at_1_fpr, 4),
            "tpr_interval": [round(bound, 4) for bound in self.tpr_interval],
        }


def item_losses(probabilities: Floats, targets: Flags) -> Floats:
    """Mean binary cross-entropy of each item over its labels: (items,) from (items, labels)."""
    if probabilities.shape != targets.shape or probabilities.ndim != 2:
        raise ValueError("Probabilities and targets must have one shape (items, labels).")
    right = np.where(targets, probabilities, 1.0 - probabilities.astype(np.float64))
    losses: Floats = -np.log(np.clip(right, _SMALLEST, 1.0)).mean(1)
    return losses


def shadow_losses(
    texts: Sequence[str],
    targets: Flags,
    groups: Sequence[str],
    *,
    shadows: int = 16,
    seed: int,
    config: LinearConfig = SHADOW,
) -> Shadows:
    """Train linear models on random halves of the groups and take each item's loss.

    Members and non-members are pooled. Two models share out the groups of each
    draw between them, so every item is inside exactly half of the models. Each
    model is calibrated (Platt scaling, one pair) on the half it did not see, as
    a shipped model is on its validation data.

    Args:
        texts, targets, groups: Items, (items, labels) bool, and what each item belongs to.
        shadows: How many models; even, at least 6.
        seed: Decides the halves.
        config: Features and regularisation; fewer features are faster.

    Raises:
        ValueError: Lengths differ, the number is odd or too small, or no draw of
            halves gave both halves an example for and against every label.
    """
    if not len(texts) == len(targets) == len(groups):
        raise ValueError("Texts, targets and groups must have one length.")
    _check_number(shadows)
    chance = np.random.default_rng(seed)
    losses, inside = [], []
    for _ in range(shadows // 2):
        half = _draw_half(targets, groups, chance)
        for chosen in (half, ~half):
            losses.append(_train_shadow(texts, targets, chosen, config))
            inside.append(chosen)
    return Shadows(np.stack(losses), np.stack(inside))


def _check_number(shadows: int) -> None:
    if shadows < _FEWEST_SHADOWS or shadows % 2:
        raise ValueError(f"Shadow models must be an even number, at least {_FEWEST_SHADOWS}.")


def _draw_half(targets: Flags, groups: Sequence[str], chance: np.random.Generator) -> Flags:
    names, which = np.unique(np.array(groups), return_inverse=True)
    for _ in range(_ATTEMPTS):
        chosen = np.zeros(len(names), dtype=bool)
        chosen[chance.permutation(len(names))[: len(names) // 2]] = True
        half: Flags = chosen[which]
        if all(len(part) and (part.any(0) & ~part.all(0)).all() for part in _split(targets, half)):
            return half
    raise ValueError("A label stands in too few groups to train shadow models on halves of them.")


def _split(targets: Flags, half: Flags) -> tuple[Flags, Flags]:
    return targets[half], targets[~half]


def _train_shadow(
    texts: Sequence[str], targets: Flags, chosen: Flags, config: LinearConfig
) -> Floats:
    own = [text for text, taken in zip(texts, chosen, strict=True) if taken]
    odds = fit_multilabel(own, targets[chosen], config).logits(texts)
    slope, intercept = fit_platt(odds[~chosen].astype(np.float32), targets[~chosen])
    scaled = np.clip(slope * odds + intercept, -30, 30)
    return item_losses(1.0 / (1.0 + np.exp(-scaled)), targets)


def text_scores(
    texts: Sequence[str],
    member: Flags,
    groups: Sequence[str],
    *,
    config: LinearConfig = SHADOW,
) -> Floats:
    """Guess membership from the text alone, each item by a model of other groups: (items,).

    TF-IDF and balanced logistic regression over stratified folds of whole groups.

    Raises:
        ValueError: Lengths differ, one kind is missing, or it has fewer groups than folds.
    """
    _check_members(member, texts, groups)
    names = np.array(groups)
    fewest = min(len(np.unique(names[member])), len(np.unique(names[~member])))
    if fewest < _FOLDS:
        raise ValueError(f"Members and non-members need at least {_FOLDS} groups each.")
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    scores = np.zeros(len(member))
    for rest, held_out in folds.split(np.zeros(len(member)), member, names):
        known = [texts[row] for row in rest]
        vectorizers = fit_vectorizers(known, config)
        fit = LogisticRegression(
            C=config.inverse_regularisation,
            class_weight="balanced",
            max_iter=config.iterations,
        ).fit(features(vectorizers, known), member[rest])
        unseen = features(vectorizers, [texts[row] for row in held_out])
        scores[held_out] = fit.decision_function(unseen)
    return scores


def _check_members(member: Flags, *others: Sequence[object] | Floats) -> None:
    if any(len(other) != len(member) for other in others):
        raise ValueError("Losses, membership, texts and groups must have one length.")
    if member.all() or not member.any():
        raise ValueError("The audit needs members and non-members; one kind is missing.")


def logit_confidence(losses: Floats) -> Floats:
    """log(p / (1 - p)) of p = exp(-loss), the geometric mean of the right answers' probability.

    Carlini et al. scale the probability of the one right class so that it is close
    to Gaussian over models; with many labels p takes its place.
    """
    bounded = np.maximum(losses, _SMALLEST)
    scaled: Floats = -np.log(np.expm1(bounded))
    return scaled


def gaussians(values: Floats, used: Flags) -> tuple[Floats, Floats]:
    """Mean and variance of each item over the models that are used: (items,) each.

    A handful of models tells an item's variance badly. Carlini et al. then take
    one variance for all items; here an item's own is shrunk towards that one.

    Args:
        values, used: (models, items).

    Raises:
        ValueError: An item has fewer than two models.
    """
    count = used.sum(0)
    if count.min() < 2:
        raise ValueError("An item has fewer than two shadow models to compare with.")
    mean = (values * used).sum(0) / count
    squares = ((values - mean) ** 2 * used).sum(0)
    pooled = squares.sum() / (count - 1).sum()
    variance = (squares + _PRIOR_MODELS * pooled) / (count - 1 + _PRIOR_MODELS)
    return mean, np.maximum(variance, _SMALLEST**2)


def attack(target_loss: Floats, losses: Floats, unseen: Flags) -> dict[str, Floats]:
    """Scores of the three attacks, (items,) each: higher means more likely a member.

    Args:
        target_loss: (items,) of the model under attack.
        losses: (models, items) of shadow models.
        unseen: (models, items), which of them count: those that never saw the item.
    """
    usual, _ = gaussians(losses, unseen)
    mean, variance = gaussians(logit_confidence(losses), unseen)
    return {
        "loss": -target_loss,
        "calibrated_loss": usual - target_loss,
        "lira": (logit_confidence(target_loss) - mean) / np.sqrt(variance),
    }


def shift(shadows: Shadows) -> tuple[dict[str, Floats], NDArray[np.intp]]:
    """The same attacks against each shadow model on the items it never saw.

    Nobody is a member here, so whatever tells training from validation items
    is the difference between their policies.

    Returns:
        Scores by attack, and the item that each score is of.
    """
    parts: dict[str, list[Floats]] = {}
    items = []
    for number, losses in enumerate(shadows.losses):
        rows = np.flatnonzero(~shadows.inside[number])
        unseen = ~shadows.inside[:, rows]
        unseen[number] = False
        for name, scores in attack(losses[rows], shadows.losses[:, rows], unseen).items():
            parts.setdefault(name, []).append(scores)
        items.append(rows)
    return {name: np.concatenate(scores) for name, scores in parts.items()}, np.concatenate(items)


def online_lira(shadows: Shadows) -> Floats:
    """Attack each shadow model with the others that saw an item and that did not.

    The model's twin is left out with it; else an item's number of models inside
    would itself tell whether the model under attack saw it.

    Returns:
        (shadows, items), log-likelihood ratios.

    Source:
        Carlini et al., 2022, online form.
    """
    values = logit_confidence(shadows.losses)
    ratios = np.empty_like(values)
    for number in range(len(values)):
        others = np.ones((len(values), 1), dtype=bool)
        others[[number, number ^ 1]] = False
        seen = gaussians(values, shadows.inside & others)
        unseen = gaussians(values, ~shadows.inside & others)
        ratios[number] = _log_density(values[number], *seen) - _log_density(values[number], *unseen)
    return ratios


def _log_density(values: Floats, mean: Floats, variance: Floats) -> Floats:
    density: Floats = -0.5 * ((values - mean) ** 2 / variance + np.log(variance))
    return density


def measure(scores: Floats, member: Flags, groups: Sequence[str]) -> Leak:
    """AUC, and the share of members found when 1 % of the others are accused.

    The latter takes the best threshold whose FPR is at most 1 %, with no credit
    for a mixture of two thresholds or for half of a tie.

    Args:
        scores, member, groups: (items,) each; groups are resampled whole, apart
            for members, non-members and (in `family`) groups that are both.

    Raises:
        ValueError: Lengths differ, members or non-members are missing, or a
            score is not finite.
    """
    _check_members(member, scores, groups)
    if not bool(np.isfinite(scores).all()):
        raise ValueError("A score is not a finite number.")
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)
    truth = member[order]
    names, which = np.unique(np.array(groups), return_inverse=True)
    auc, tpr = _curve(truth, ends, np.ones(len(truth)))
    kind = np.zeros(len(names), dtype=int)
    for group in range(len(names)):
        own = member[which == group]
        kind[group] = int(own.any()) + 2 * int(not own.all())
    which = which[order]
    chance = np.random.default_rng(_SEED)
    drawn = np.array([_curve(truth, ends, _resample(kind, chance)[which]) for _ in range(_ROUNDS)])
    (auc_low, tpr_low), (auc_high, tpr_high) = np.percentile(drawn, (2.5, 97.5), axis=0)
    return Leak(auc, (float(auc_low), float(auc_high)), tpr, (float(tpr_low), float(tpr_high)))


def _resample(kind: NDArray[np.int_], chance: np.random.Generator) -> Floats:
    """How often each group is drawn, with replacement among its kind."""
    weights = np.zeros(len(kind))
    for value in np.unique(kind):
        own = np.flatnonzero(kind == value)
        np.add.at(weights, chance.choice(own, len(own)), 1.0)
    return weights


def _curve(truth: Flags, ends: NDArray[np.intp], weights: Floats) -> tuple[float, float]:
    """AUC and TPR at 1 % FPR of items in falling order; `ends` closes each run of ties."""
    hits = np.cumsum(weights * truth)[ends]
    alarms = np.cumsum(weights * ~truth)[ends]
    hits, alarms = hits / hits[-1], alarms / alarms[-1]
    area = np.trapezoid(np.append(0.0, hits), np.append(0.0, alarms))
    quiet = alarms <= FALSE_POSITIVE_RATE + 1e-12
    return float(area), float(hits[quiet].max(initial=0.0))


def report(
    target_loss: Floats,
    member: Flags,
    groups: Sequence[str],
    *,
    shadows: Shadows,
    text_scores: Floats,
) -> dict[str, object]:
    """The whole audit, ready for JSON.

    Args:
        target_loss: (items,) of the shipped model, as of `item_losses`.
        member: (items,), True for training items.
        groups: Policy of each item.
        shadows: From `shadow_losses` on the same items.
        text_scores: From `text_scores` on the same items.

    Returns:
        `attacks` and `shift` by attack, `no_model` and `family`, each with
        `auc`, `auc_interval`, `tpr_at_1_fpr`, `tpr_interval`; and `counts`.

    Raises:
        ValueError: Lengths differ, members or non-members are missing, or a
            loss is not finite.
    """
    _check_members(member, target_loss, groups, text_scores, shadows.losses.T)
    names = np.array(groups)
    scores = attack(target_loss, shadows.losses, ~shadows.inside)
    unseen_scores, items = shift(shadows)
    every = np.tile(names, len(shadows.losses))
    family = measure(online_lira(shadows).ravel(), shadows.inside.ravel(), list(every))
    return {
        "attacks": {
            name: measure(values, member, groups).as_json() for name, values in scores.items()
        },
        "shift": {
            name: measure(values, member[items], list(names[items])).as_json()
            for name, values in unseen_scores.items()
        },
        "no_model": measure(text_scores, member, groups).as_json(),
        "family": family.as_json(),
        "counts": {
            "members": int(member.sum()),
            "non_members": int((~member).sum()),
            "member_groups": len(np.unique(names[member])),
            "non_member_groups": len(np.unique(names[~member])),
            "false_positives_at_1_fpr": int(FALSE_POSITIVE_RATE * (~member).sum()),
            "shadows": len(shadows.losses),
        },
    }
