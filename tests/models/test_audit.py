"""The membership audit finds a leak that is there, and none where there is none."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("sklearn")

from models.audit import (
    Shadows,
    attack,
    gaussians,
    item_losses,
    logit_confidence,
    measure,
    online_lira,
    report,
    shadow_losses,
    shift,
    text_scores,
)
from models.training.linear import LinearConfig

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GROUPS = [f"policy {number // 10}" for number in range(400)]
MEMBER: Flags = np.arange(400) < 300
WORDS = LinearConfig(10, 1, 300, 1, 0)


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide enough intervals for these tests, in a fifth of the time."""
    monkeypatch.setattr("models.audit._ROUNDS", 200)


def halves(shadows: int, chance: np.random.Generator) -> Flags:
    """(shadows, items): twins that share out the groups of ten."""
    parts = []
    for _ in range(shadows // 2):
        half = np.repeat(chance.permutation(40) < 20, 10)
        parts += [half, ~half]
    return np.array(parts)


def invented(leak: float) -> tuple[Floats, Shadows]:
    """Losses of a target and 16 shadows; what a model saw costs it `leak` less in log loss."""
    chance = np.random.default_rng(3)
    hard = chance.normal(-1, 1, 400)
    inside = halves(16, chance)
    losses = np.exp(hard + chance.normal(0, 0.3, (16, 400)) - leak * inside)
    target = np.exp(hard + chance.normal(0, 0.3, 400) - leak * MEMBER)
    return target, Shadows(losses, inside)


def auc(figures: object) -> float:
    assert isinstance(figures, dict)
    value = figures["auc"]
    assert isinstance(value, float)
    return value


def test_a_model_that_remembers_is_caught() -> None:
    target, shadows = invented(leak=2.5)
    found = report(target, MEMBER, GROUPS, shadows=shadows, text_scores=np.zeros(400))
    attacks, apart = found["attacks"], found["shift"]
    assert isinstance(attacks, dict) and isinstance(apart, dict)
    assert auc(attacks["lira"]) > 0.99
    assert auc(attacks["calibrated_loss"]) > 0.9
    assert auc(attacks["lira"]) > auc(attacks["loss"]) > 0.8
    assert auc(found["family"]) > 0.99
    assert attacks["lira"]["tpr_at_1_fpr"] > 0.9
    assert auc(apart["lira"]) == pytest.approx(0.5, abs=0.06)
    assert auc(found["no_model"]) == 0.5


def test_a_model_that_does_not_remember_is_not() -> None:
    target, shadows = invented(leak=0)
    found = report(target, MEMBER, GROUPS, shadows=shadows, text_scores=np.zeros(400))
    attacks = found["attacks"]
    assert isinstance(attacks, dict)
    for figures in (*attacks.values(), found["family"]):
        assert auc(figures) == pytest.approx(0.5, abs=0.07)
        low, high = figures["auc_interval"]
        assert low < 0.5 < high
        assert figures["tpr_at_1_fpr"] < 0.06


def test_a_shift_between_policies_shows_without_any_leak() -> None:
    target, shadows = invented(leak=0)
    easy = np.where(MEMBER, 0.2, 1.0)
    moved = Shadows(shadows.losses * easy, shadows.inside)
    found = report(
        target * easy, MEMBER, GROUPS, shadows=moved, text_scores=MEMBER.astype(np.float64)
    )
    attacks, apart = found["attacks"], found["shift"]
    assert isinstance(attacks, dict) and isinstance(apart, dict)
    assert auc(attacks["loss"]) > 0.8
    assert auc(apart["loss"]) > 0.8
    assert auc(attacks["lira"]) < 0.6
    assert auc(found["no_model"]) == 1.0


def test_the_report_is_plain_json_and_repeats_itself() -> None:
    target, shadows = invented(leak=1)
    first, second = (
        report(target, MEMBER, GROUPS, shadows=shadows, text_scores=np.zeros(400)) for _ in range(2)
    )
    assert json.loads(json.dumps(first)) == first == second
    assert set(first) == {"attacks", "shift", "no_model", "family", "counts"}
    assert first["counts"] == {
        "members": 300,
        "non_members": 100,
        "member_groups": 30,
        "non_member_groups": 10,
        "false_positives_at_1_fpr": 1,
        "shadows": 16,
    }


def test_tpr_at_one_percent_is_exact_by_hand() -> None:
    # 200 others may be accused twice: by score 7 there are 2 alarms and 3 of 5 members found.
    member = np.array([True] * 5 + [False] * 200)
    others = np.concatenate([[8.5, 7.5, 6.5], np.zeros(197)])
    scores = np.concatenate([[9, 8, 7, 6, -1], others])
    found = measure(scores, member, [str(row) for row in range(205)])
    assert found.tpr_at_1_fpr == pytest.approx(3 / 5)
    # Pairs won: 200, 199, 198, 197 and 0 of 200 each.
    assert found.auc == pytest.approx((200 + 199 + 198 + 197) / 1000)
    low, high = found.tpr_interval
    assert low <= 0.6 <= high


def test_with_fewer_than_a_hundred_others_none_may_be_accused() -> None:
    member = np.array([True, True, False, False])
    groups = ["a", "b", "c", "d"]
    assert measure(np.array([3.0, 1.0, 2.0, 0.0]), member, groups).tpr_at_1_fpr == 0.5
    assert measure(np.array([1.0, 1.0, 2.0, 0.0]), member, groups).tpr_at_1_fpr == 0.0


def test_ties_earn_half_an_auc_and_no_tpr() -> None:
    found = measure(np.ones(6), np.array([True] * 3 + [False] * 3), list("abcdef"))
    assert (found.auc, found.tpr_at_1_fpr) == (0.5, 0.0)
    assert found.auc_interval == (0.5, 0.5)


def test_intervals_resample_whole_groups() -> None:
    chance = np.random.default_rng(0)
    by_group = np.repeat(chance.normal(size=40), 10)
    grouped = measure(by_group, MEMBER, GROUPS).auc_interval
    single = measure(by_group, MEMBER, [str(row) for row in range(400)]).auc_interval
    assert grouped[1] - grouped[0] > 1.5 * (single[1] - single[0])


def test_item_losses_are_mean_cross_entropy() -> None:
    losses = item_losses(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[1, 0], [1, 0]], dtype=bool))
    assert losses == pytest.approx([np.log(2), 0])


def test_logit_confidence_is_the_logit_of_the_probability() -> None:
    right = np.array([0.1, 0.5, 0.9])
    assert logit_confidence(-np.log(right)) == pytest.approx(np.log(right / (1 - right)))
    assert np.isfinite(logit_confidence(np.zeros(1))).all()


def test_gaussians_use_only_the_chosen_models() -> None:
    values = np.array([[1.0], [3.0], [100.0]])
    mean, variance = gaussians(values, np.array([[True], [True], [False]]))
    assert (mean[0], variance[0]) == pytest.approx((2, 2))


def test_lira_scores_against_models_that_never_saw_the_item() -> None:
    losses = np.array([[1.0, 1.0], [2.0, 2.0], [9.0, 9.0]])
    unseen = np.array([[True, True], [True, True], [False, False]])
    scores = attack(np.array([0.5, 1.5]), losses, unseen)
    assert scores["loss"] == pytest.approx([-0.5, -1.5])
    assert scores["calibrated_loss"] == pytest.approx([1, 0])
    assert scores["lira"][0] > scores["lira"][1]


def test_shift_judges_only_what_a_shadow_never_saw() -> None:
    _, shadows = invented(leak=0)
    scores, items = shift(shadows)
    assert {len(values) for values in scores.values()} == {len(items)} == {16 * 200}
    assert np.array_equal(items[:200], np.flatnonzero(~shadows.inside[0]))


def test_how_often_an_item_was_inside_does_not_tell() -> None:
    inside = halves(8, np.random.default_rng(0))
    assert not online_lira(Shadows(np.ones((8, 400)), inside)).any()


def texts_with_names(chance: np.random.Generator) -> tuple[list[str], Flags]:
    """240 items of 40 groups; words tell most labels, and each text has a word of its own."""
    common = [f"word{number}" for number in range(10)]
    texts = [f"own{row} own{row}x " + " ".join(chance.choice(common, 4)) for row in range(240)]
    targets = np.array([["word0" in text, "word1" in text] for text in texts])
    return texts, targets ^ (chance.random((240, 2)) < 0.2)


def test_shadow_models_that_learn_by_heart_are_caught() -> None:
    texts, targets = texts_with_names(np.random.default_rng(1))
    groups = [f"policy {row // 6}" for row in range(240)]
    config = LinearConfig(100, 1, None, 1, 0)
    shadows = shadow_losses(texts, targets, groups, shadows=8, seed=0, config=config)
    assert shadows.losses.shape == shadows.inside.shape == (8, 240)
    assert np.array_equal(shadows.inside.sum(0), np.full(240, 4))
    for inside in shadows.inside:
        assert all(len(set(inside[start : start + 6])) == 1 for start in range(0, 240, 6))
    found = measure(online_lira(shadows).ravel(), shadows.inside.ravel(), groups * 8)
    assert found.auc > 0.9
    again = shadow_losses(texts, targets, groups, shadows=8, seed=0, config=config)
    assert np.array_equal(again.losses, shadows.losses)


def test_text_alone_tells_members_only_where_texts_differ() -> None:
    chance = np.random.default_rng(2)
    texts, _ = texts_with_names(chance)
    member = np.arange(240) < 120
    groups = [f"policy {row // 6}" for row in range(240)]
    alike = measure(text_scores(texts, member, groups, config=WORDS), member, groups)
    assert alike.auc == pytest.approx(0.5, abs=0.15)
    marked = [f"{text} cookies" if row < 120 else text for row, text in enumerate(texts)]
    apart = measure(text_scores(marked, member, groups, config=WORDS), member, groups)
    assert apart.auc > 0.95


def test_corrupt_input_is_refused() -> None:
    target, shadows = invented(leak=0)
    zeros = np.zeros(400)
    with pytest.raises(ValueError, match="one kind is missing"):
        report(target, np.ones(400, dtype=bool), GROUPS, shadows=shadows, text_scores=zeros)
    with pytest.raises(ValueError, match="one length"):
        report(target[1:], MEMBER, GROUPS, shadows=shadows, text_scores=zeros)
    with pytest.raises(ValueError, match="one length"):
        report(target, MEMBER, GROUPS[1:], shadows=shadows, text_scores=zeros)
    with pytest.raises(ValueError, match="one length"):
        report(target[:50], MEMBER[:50], GROUPS[:50], shadows=shadows, text_scores=zeros[:50])
    with pytest.raises(ValueError, match="not a finite number"):
        report(target * np.nan, MEMBER, GROUPS, shadows=shadows, text_scores=zeros)
    with pytest.raises(ValueError, match="one shape"):
        item_losses(np.zeros((2, 2)), np.zeros((2, 3), dtype=bool))
    with pytest.raises(ValueError, match="at least 5 groups"):
        text_scores(["a"] * 4, np.array([True, True, False, False]), list("abcd"))
    with pytest.raises(ValueError, match="fewer than two"):
        gaussians(np.zeros((2, 1)), np.array([[True], [False]]))


def test_corrupt_shadows_are_refused() -> None:
    inside = halves(6, np.random.default_rng(0))
    with pytest.raises(ValueError, match="one shape"):
        Shadows(np.zeros((6, 10)), inside)
    with pytest.raises(ValueError, match="even number"):
        Shadows(np.zeros((5, 400)), inside[:5])
    with pytest.raises(ValueError, match="no item in common"):
        Shadows(np.zeros((6, 400)), inside[[0, 2, 1, 3, 4, 5]])
    with pytest.raises(ValueError, match="not a finite number"):
        Shadows(np.full((6, 400), np.inf), inside)
    with pytest.raises(ValueError, match="one length"):
        shadow_losses(["a"], np.zeros((2, 1), dtype=bool), ["a", "b"], seed=0)
    lonely = np.zeros((4, 1), dtype=bool)
    lonely[0] = True
    with pytest.raises(ValueError, match="too few groups"):
        shadow_losses(list("abcd"), lonely, list("abcd"), shadows=6, seed=0)
