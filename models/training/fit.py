"""Fit the classifiers of passages: heads, linear partners, calibration, thresholds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.language.artifacts import open_artifact
from assistant.language.encoder import NAME as ENCODER
from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.heads import Head, HeadConfig, combine, save_head
from assistant.language.protocols import EncodedText, Passage, Scores
from models.corpora.windows import Window
from models.training.calibration import (
    choose_threshold,
    cross_validated,
    fit_platt,
)
from models.training.linear import LinearConfig, fit_multilabel, prove_equal
from models.training.material import Material
from models.training.release import Origin, as_config, write_model

Flags = NDArray[np.bool_]

PARTNERED = ("practices", "attributes", "transparency", "clauses", "cases")
"""Classifiers of passages on the encoder."""
TASK = {"transparency": "gdpr", "clauses": "unfair"}
"""Name of a classifier's task in the corpora, where it is another one."""
_CORPUS = {
    "practices": "opp115",
    "attributes": "opp115",
    "transparency": "gdpr",
    "clauses": "unfair",
    "cases": "cases",
}
_FULL = LinearConfig(10, 2, None, 3, 60_000)
SMALL = LinearConfig(10, 2, 30_000, 3, 30_000)
_WORDS = LinearConfig(10, 2, 12_000, 0, 0)
LINEAR = {
    "practices": _FULL,
    "attributes": None,
    "transparency": SMALL,
    "clauses": SMALL,
    "cases": None,
}
"""Linear partner of each classifier; none where there are too many labels to be worth its size."""
ENCODER_WEIGHT = 0.5
REGULARISATION = 0.03
"""C of the heads' logistic regressions over standardised vectors."""
_NEVER = -20.0
"""Bias of a label that no training passage has."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Passages of one side of a split with their labels.

    Attributes:
        windows: Texts for the encoder.
        places: Of each passage, its window and its characters there; None for the whole.
        gold: (passages, labels) bool.
        groups: Policy, app or service of each passage.
    """

    windows: list[Window]
    places: list[tuple[int, tuple[int, int] | None]]
    gold: Flags
    groups: list[str]

    @property
    def texts(self) -> list[str]:
        return [
            self.windows[row].text[slice(*span)] if span else self.windows[row].text
            for row, span in self.places
        ]

    def passages(self, encoded: Sequence[EncodedText]) -> list[Passage]:
        return [
            encoded[row].passage(*span) if span else encoded[row].whole()
            for row, span in self.places
        ]


def names_of(task: str, material: Material) -> tuple[str, ...]:
    """The labels of a classifier."""
    return tuple(asdict(material.labels)[TASK.get(task, task)])


def marked(task: str, material: Material, *, held_out: bool) -> Marked:
    """The passages of a task to learn from, or those of held-out sources."""
    split = material.splits[_CORPUS[task]]
    windows = split.validation if held_out else split.train
    places: list[tuple[int, tuple[int, int] | None]] = []
    labels: list[frozenset[int]] = []
    if task == "attributes":
        for row, window in enumerate(windows):
            places.append((row, None))
            votes = window.soft["attributes"]
            labels.append(frozenset(label for label, share in votes.items() if share >= 1))
    else:
        for row, window in enumerate(windows):
            for part in window.parts:
                whole = task in ("practices", "cases")
                places.append((row, None if whole else part.span))
                labels.append(part.labels)
    width = len(names_of(task, material))
    gold = np.zeros((len(labels), width), dtype=bool)
    for row, found in enumerate(labels):
        gold[row, list(found)] = True
    return Marked(windows, places, gold, [windows[row].source for row, _ in places])


@dataclass(frozen=True, slots=True)
class Partner:
    """A linear model beside the encoder's head: its file and its logits on held-out passages."""

    packed: bytes | None
    logits: Scores | None
    difference: float = 0.0


def fit_partner(task: str, material: Material, cache: Path) -> Partner:
    """Fit the linear partner of a task on all of its training passages."""
    config = LINEAR[task]
    if config is None:
        return Partner(None, None)
    train = marked(task, material, held_out=False)
    unseen = marked(task, material, held_out=True)
    key = hashlib.sha256(
        json.dumps([asdict(config), train.texts, train.gold.tolist(), unseen.texts]).encode()
    ).hexdigest()[:12]
    kept = cache / "partners" / f"{task}-{key}.npz"
    if not kept.exists():
        filled = [row for row, text in enumerate(train.texts) if text.strip()]
        fitted = fit_multilabel([train.texts[r] for r in filled], train.gold[filled], config)
        packed = fitted.pack()
        difference = prove_equal(fitted, packed, unseen.texts)
        kept.parent.mkdir(parents=True, exist_ok=True)
        logits = fitted.logits(unseen.texts).astype(np.float32)
        raw = np.frombuffer(packed, dtype=np.uint8)
        np.savez(kept, packed=raw, logits=logits, difference=np.array(difference))
    with np.load(kept) as arrays:
        return Partner(arrays["packed"].tobytes(), arrays["logits"], float(arrays["difference"]))


def encoder_in(root: Path) -> EmbeddedTextEncoder:
    return EmbeddedTextEncoder(open_artifact(ENCODER, (root,)), threads=0)


def odds_of(head: Scores, partner: Partner) -> Scores:
    """Log-odds of head and partner together."""
    if partner.logits is None:
        return combine(head, head, 1.0)
    return combine(head, partner.logits, ENCODER_WEIGHT)


def fit_head(vectors: Scores, gold: Flags) -> Head:
    """One logistic regression a label over the encoder's vectors, (passages, width).

    Joint training leaves the heads of rare labels short of where they would
    settle; here the encoder stands still, in the int8 form that ships.
    """
    mean, deviation = vectors.mean(0), vectors.std(0) + 1e-6
    scaled = (vectors - mean) / deviation
    weight = np.zeros((gold.shape[1], vectors.shape[1]), dtype=np.float32)
    bias = np.full(gold.shape[1], _NEVER, dtype=np.float32)
    for label, column in enumerate(gold.T):
        if column.any():
            fit = LogisticRegression(C=REGULARISATION, max_iter=300).fit(scaled, column)
            weight[label] = fit.coef_[0] / deviation
            bias[label] = fit.intercept_[0] - float(weight[label] @ mean)
    return Head(weight.astype(np.float16).astype(np.float32), bias)


def vectors_of(side: Marked, encoder: EmbeddedTextEncoder) -> Scores:
    """(passages, width), as the encoder reads them in their windows."""
    passages = side.passages(encoder.encode([window.text for window in side.windows]))
    return np.stack([passage.vector for passage in passages])


def fit_classifier(
    task: str, material: Material, partner: Partner, *, origin: Origin, root: Path
) -> None:
    """Fit a head, calibrate it with its partner on held-out passages, and write its folder."""
    encoder = encoder_in(root)
    train = marked(task, material, held_out=False)
    unseen = marked(task, material, held_out=True)
    head = fit_head(vectors_of(train, encoder), train.gold)
    odds = odds_of(head.logits(vectors_of(unseen, encoder)), partner)
    slope, intercept = fit_platt(odds, unseen.gold)
    threshold = choose_threshold(cross_validated(odds, unseen.gold, unseen.groups), unseen.gold)
    names = list(names_of(task, material))
    config = HeadConfig(
        labels=names,
        thresholds=[threshold] * len(names),
        encoder_weight=1.0 if partner.packed is None else ENCODER_WEIGHT,
        slopes=[slope] * len(names),
        intercepts=[intercept] * len(names),
        encoder=encoder.version,
    )
    files = {
        "head.npz": save_head(head.weight, head.bias),
        "config.json": as_config(asdict(config)),
    }
    if partner.packed is not None:
        files["linear.npz"] = partner.packed
    write_model(task, files, origin, root)
