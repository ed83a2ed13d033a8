"""Reliability bins, their picture, and scalings that mend a shift."""

from xml.etree import ElementTree

import numpy as np
import pytest

pytest.importorskip("sklearn")

from models.metrics import calibration_error
from models.reliability import (
    Bin,
    bins,
    describe,
    expected_error,
    fit_platt_per_label,
    fit_temperature,
    plot,
)

SVG = "{http://www.w3.org/2000/svg}"


def test_bins_count_and_average() -> None:
    found = bins(np.array([0.0, 0.05, 0.5, 1.0]), np.array([False, True, True, True]))
    assert [(bin.low, bin.high, bin.count) for bin in found] == [
        (0.0, 0.1, 2),
        (0.5, 0.6, 1),
        (0.9, 1.0, 1),
    ]
    assert [bin.confidence for bin in found] == pytest.approx([0.025, 0.5, 1.0])
    assert [bin.share for bin in found] == [0.5, 1.0, 1.0]


def test_empty_bins_are_left_out() -> None:
    found = bins(np.array([0.91, 0.99]), np.array([True, False]))
    assert [bin.count for bin in found] == [2]


def test_the_error_is_that_of_the_figures() -> None:
    chance = np.random.default_rng(0)
    stated = chance.random(3_000)
    outcomes = chance.random(3_000) < stated**2
    assert expected_error(bins(stated, outcomes)) == pytest.approx(
        calibration_error(stated, outcomes), abs=1e-4
    )


def test_corrupt_answers_are_refused() -> None:
    yes = np.array([True])
    with pytest.raises(ValueError, match="one length"):
        bins(np.array([0.1, 0.2]), yes)
    with pytest.raises(ValueError, match="one length"):
        bins(np.array([]), np.array([], dtype=bool))
    for broken in (1.1, -0.1, np.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            bins(np.array([broken]), yes)
    with pytest.raises(ValueError, match="at least one bin"):
        bins(np.array([0.1]), yes, 0)


def test_the_picture_is_well_formed_and_says_the_finding() -> None:
    found = [Bin(0.0, 0.1, 900, 0.05, 0.05), Bin(0.8, 0.9, 100, 0.85, 0.65)]
    drawn = plot(found, title='Practices <all> & "rare"')
    root = ElementTree.fromstring(drawn)
    assert root.findtext(f"{SVG}title") == (
        'Practices <all> & "rare": off by 2.0 percentage points on average'
    )
    finding = root.findtext(f"{SVG}desc")
    assert finding == describe(found)
    assert finding is not None
    assert "1,000 answers" in finding
    assert "85.0% confident on average and right in 65.0% of 100, less often than stated" in finding
    names = {root.get("aria-labelledby"), root.get("aria-describedby")}
    assert names == {element.get("id") for element in root if element.get("id")}
    words = {element.text for element in root.iter(f"{SVG}text")}
    assert {"confidence", "how often right"} <= words
    assert "prefers-color-scheme" in drawn
    assert "http://" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert plot(found, title='Practices <all> & "rare"') == drawn


def test_a_dot_has_an_area_in_proportion_to_its_answers() -> None:
    found = [Bin(0.0, 0.5, 400, 0.25, 0.25), Bin(0.5, 1.0, 100, 1.0, 0.0)]
    dots = list(ElementTree.fromstring(plot(found, title="x")).iter(f"{SVG}circle"))
    first, second = (float(dot.get("r", "0")) for dot in dots)
    assert first == pytest.approx(2 * second)
    assert (dots[1].get("cx"), dots[1].get("cy")) == ("340.0", "250.0")


def test_directions_are_told_apart() -> None:
    assert "more often than stated" in describe([Bin(0.5, 0.6, 10, 0.5, 0.9)])
    assert "exactly as often as stated" in describe([Bin(0.5, 0.6, 10, 0.5, 0.5)])


def test_no_bins_draw_nothing() -> None:
    with pytest.raises(ValueError, match="no bins"):
        plot([], title="x")


def test_temperature_recovers_overconfidence() -> None:
    chance = np.random.default_rng(0)
    honest = chance.normal(size=(4_000, 3))
    truth = chance.random((4_000, 3)) < 1 / (1 + np.exp(-honest))
    assert fit_temperature(3 * honest, truth) == pytest.approx(3, rel=0.1)
    with pytest.raises(ValueError, match="one shape"):
        fit_temperature(honest, truth[1:])
    with pytest.raises(ValueError, match="finite"):
        fit_temperature(honest * np.nan, truth)


def test_frequent_labels_get_their_own_pair_and_rare_ones_the_shared_one() -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(size=(4_000, 3))
    odds = np.stack([2 * logits[:, 0] + 1, logits[:, 1] - 1, logits[:, 2] - 7], axis=1)
    truth = chance.random(odds.shape) < 1 / (1 + np.exp(-odds))
    slopes, intercepts = fit_platt_per_label(logits, truth, prior_strength=1)
    assert slopes[:2] == pytest.approx([2, 1], abs=0.15)
    assert intercepts[:2] == pytest.approx([1, -1], abs=0.15)
    alike, level = fit_platt_per_label(logits, truth, prior_strength=1e9)
    assert np.ptp(alike) < 1e-3
    assert np.ptp(level) < 1e-3
    free, _ = fit_platt_per_label(logits, truth, prior_strength=1e-6)
    shrunk, _ = fit_platt_per_label(logits, truth, prior_strength=20)
    assert (np.abs(shrunk - alike) < np.abs(free - alike) + 1e-6).all()


def test_a_label_without_an_example_stays_finite() -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(size=(500, 2))
    truth = np.stack([logits[:, 0] > 0, np.zeros(500, dtype=bool)], axis=1)
    slopes, intercepts = fit_platt_per_label(logits, truth, prior_strength=5)
    assert np.isfinite(slopes).all()
    assert intercepts[1] < intercepts[0]


def test_corrupt_calibration_data_are_refused() -> None:
    logits, truth = np.zeros((4, 1)), np.array([[1], [0], [1], [0]], dtype=bool)
    for strength in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="above 0"):
            fit_platt_per_label(logits, truth, prior_strength=strength)
    with pytest.raises(ValueError, match="one shape"):
        fit_platt_per_label(logits, truth[1:], prior_strength=1)
    with pytest.raises(ValueError, match="items, labels"):
        fit_platt_per_label(logits.ravel(), truth.ravel(), prior_strength=1)
    with pytest.raises(ValueError, match="alike"):
        fit_platt_per_label(logits, ~truth & truth, prior_strength=1)
