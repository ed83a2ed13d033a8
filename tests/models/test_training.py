"""Parts of the training code that need scikit-learn (the `train` extra)."""

import random

import numpy as np
import pytest

pytest.importorskip("sklearn")

from assistant.language.linear import load_linear
from models.training.calibration import choose_threshold, cross_validated, fit_platt
from models.training.doctype_corpus import PageWriter, Sample, cut, without_twins
from models.training.linear import LinearConfig, fit_multilabel, prove_equal

TEXTS = [
    "We sell your data to brokers, and a broker sells it on.",
    "We never keep data; nobody sells it.",
    "Écrivez-nous à l'adresse  ci-dessous\nou ne faites rien du tout.",
    "A a a. I. x-y 42 4242 under_score",
    "",
    "Keep, keep, keep and sell.",
]
TARGETS = np.array([[1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [1, 1]], dtype=bool)
CONFIG = LinearConfig(10, 1, None, 1, 5_000)


def test_the_runtime_computes_what_scikit_learn_does() -> None:
    fitted = fit_multilabel(TEXTS, TARGETS, CONFIG)
    packed = fitted.pack()
    unseen = ["Brokers\t\tkeep   data", "SELL sell Sell", "…", "un té à deux", "ab abc abcd abcde"]
    assert prove_equal(fitted, packed, TEXTS + unseen) < 0.01


def test_a_runtime_that_differs_is_refused() -> None:
    fitted = fit_multilabel(TEXTS, TARGETS, CONFIG)
    packed = fitted.pack()
    fitted.intercept = fitted.intercept + 1
    with pytest.raises(ValueError, match="differs"):
        prove_equal(fitted, packed, TEXTS)


def test_words_alone_can_be_packed() -> None:
    fitted = fit_multilabel(TEXTS, TARGETS, LinearConfig(10, 1, 20, 0, 0))
    assert load_linear(fitted.pack()).logits(TEXTS[0]).shape == (2,)


def test_platt_scaling_recovers_a_shift() -> None:
    chance = np.random.default_rng(0)
    odds = chance.normal(size=(4_000, 1)).astype(np.float32)
    truth = chance.random((4_000, 1)) < 1 / (1 + np.exp(-(2 * odds + 1)))
    slope, intercept = fit_platt(odds, truth)
    assert slope == pytest.approx(2, abs=0.3)
    assert intercept == pytest.approx(1, abs=0.3)
    groups = [f"policy {number % 5}" for number in range(4_000)]
    held_out = cross_validated(odds, truth, groups)
    assert abs(held_out.mean() - truth.mean()) < 0.02


def test_the_threshold_parts_what_can_be_parted() -> None:
    probabilities = np.array([[0.1], [0.15], [0.8], [0.9]], dtype=np.float32)
    targets = np.array([[0], [0], [1], [1]], dtype=bool)
    assert 0.15 < choose_threshold(probabilities, targets) <= 0.8


def test_twins_are_kept_once_and_cuts_stay_short() -> None:
    from assistant.language.protocols import DocumentType

    first = Sample("Terms of 2019. " * 40, DocumentType.TERMS, "a", "named")
    twin = Sample("TERMS  of 2020. " * 40, DocumentType.TERMS, "b", "named")
    assert without_twins([first, twin]) == [first]
    chance = random.Random(0)
    assert len(cut(first, PageWriter(chance), chance).text.split()) < 400


def test_invented_pages_have_no_slot_left_and_differ() -> None:
    pages = [sample.text for sample in PageWriter(random.Random(0)).samples(200)]
    assert len(pages) > 150
    assert not any("{brand}" in page or "{number}" in page for page in pages)
