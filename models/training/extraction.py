"""Train the block model that tells a policy from the page around it.

Usage: python -m models.training.extraction DATA [--write]

DATA is a folder with `pages/` (saved HTML) and `cleaned/` (the policy's text,
same file names). Prints cross-validated precision, recall and F1 over pages;
`--write` trains on all pages and writes the weights beside the knowledge.
"""

from __future__ import annotations

import argparse
import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from assistant.policy.extract.decode import decode
from assistant.policy.extract.html_blocks import read_html
from assistant.policy.extract.html_page import HtmlPage
from assistant.policy.extract.main_content import choose
from assistant.policy.extract.page_features import Matrix, features
from models.tasks.extraction import (
    Shingles,
    gold_text,
    page_text,
    precision_recall,
    shingles,
    words,
)

SEED = 20261122
FOLDS = 10
STRENGTHS = (0.3, 1.0, 3.0)
STAYS = (1.0, 2.0)
THRESHOLDS = (-0.5, 0.0, 0.5, 1.0)
PROSE_WORDS = 20
DISPUTED_SHARE = 0.25
WEIGHTS = Path("assistant/knowledge/policy/extract_weights.yaml")


@dataclass(frozen=True, slots=True)
class Example:
    """One page: its blocks, their features, and how much of each the policy holds.

    One value a block: `notice` whether it is in a consent notice, `share` in
    [0, 1] of it that is gold, `tokens` its words.
    """

    page: HtmlPage
    matrix: Matrix
    notice: NDArray[np.bool_]
    share: Matrix
    tokens: Matrix
    gold: Shingles


@dataclass(frozen=True, slots=True)
class Choice:
    """Hyperparameters: regularisation, cost of a change, and log-odds to be kept."""

    strength: float
    stay: float
    threshold: float


def load(data: Path) -> tuple[list[Example], list[str]]:
    """Pages whose raw text holds at least 80 % of the cleaned text, and the features' names."""
    examples: list[Example] = []
    names: list[str] = []
    for file in sorted((data / "pages").iterdir()):
        raw = file.read_bytes()
        gold = shingles(gold_text((data / "cleaned" / file.name).read_text(errors="replace")))
        if (shingles(page_text(raw)) & gold).total() < 0.8 * gold.total():
            continue
        page = read_html(decode(raw, is_html=True))
        matrix, names = features(page)
        share, tokens = block_labels([block.text for block in page.blocks], gold)
        notice = matrix[:, names.index("notice")] > 0
        examples.append(Example(page, matrix, notice, share, tokens, gold))
    return examples, names


def block_labels(texts: list[str], gold: Shingles) -> tuple[Matrix, Matrix]:
    """The share of each block's words that lie in a shingle of the policy, and the words."""
    owners: list[int] = []
    sequence: list[str] = []
    for index, text in enumerate(texts):
        found = words(text)
        sequence += found
        owners += [index] * len(found)
    covered = np.zeros(len(sequence))
    for start in range(len(sequence) - 4):
        if tuple(sequence[start : start + 5]) in gold:
            covered[start : start + 5] = 1
    tokens = np.bincount(owners, minlength=len(texts)).astype(float)
    share = np.bincount(owners, weights=covered, minlength=len(texts)) / np.maximum(tokens, 1)
    return share, tokens


def fit(examples: list[Example], strength: float) -> Matrix:
    """Weights of a logistic model, each page counting as much as another."""
    matrix = np.vstack([example.matrix for example in examples])
    share = np.concatenate([example.share for example in examples])
    weight = np.concatenate([np.sqrt(e.tokens + 1) / np.sqrt(e.tokens + 1).sum() for e in examples])
    weight = np.where(np.concatenate([_is_disputed(e) for e in examples]), 0.0, weight)
    weight *= len(weight) / weight.sum()
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=2000)
    model.fit(matrix, share > 0.5, sample_weight=weight)
    coefficients: NDArray[np.float64] = model.coef_[0]
    return coefficients


def _is_disputed(example: Example) -> NDArray[np.bool_]:
    """Prose outside of the gold text on pages where it is much of the prose.

    Such pages hold terms of use beside the policy, and the corpus kept the policy
    only. For the assistant both are text to read, so it must not learn to drop them.
    """
    links = np.array([b.link_chars / max(b.chars, 1) for b in example.page.blocks])
    prose = (example.tokens >= PROSE_WORDS) & (links < 0.3)
    outside = prose & (example.share <= 0.5)
    share = example.tokens[outside].sum() / max(example.tokens[prose].sum(), 1)
    disputed: NDArray[np.bool_] = outside & (share > DISPUTED_SHARE)
    return disputed


def evaluate(example: Example, odds: Matrix, choice: Choice) -> tuple[float, float]:
    """Precision and recall of one page, read as the assistant would with these odds."""
    kept = choose(example.page, odds - choice.threshold, example.notice, stay=choice.stay)
    return precision_recall(shingles("\n".join(block.text for block in kept)), example.gold)


def cross_validate(examples: list[Example]) -> dict[Choice, list[tuple[float, float]]]:
    """Precision and recall of every held-out page under every choice."""
    results: dict[Choice, list[tuple[float, float]]] = {}
    folds = KFold(FOLDS, shuffle=True, random_state=SEED).split(examples)
    for training, held_out in folds:
        for strength in STRENGTHS:
            coefficients = fit([examples[index] for index in training], strength)
            for index in held_out:
                odds = examples[index].matrix @ coefficients
                for stay, threshold in itertools.product(STAYS, THRESHOLDS):
                    choice = Choice(strength, stay, threshold)
                    results.setdefault(choice, []).append(evaluate(examples[index], odds, choice))
    return results


def f1(pairs: list[tuple[float, float]]) -> float:
    """Mean over pages of the harmonic mean of precision and recall."""
    return float(np.mean([2 * p * r / (p + r) if p + r else 0.0 for p, r in pairs]))


def report(choice: Choice, pairs: list[tuple[float, float]]) -> dict[str, float]:
    precision, recall = np.mean(pairs, axis=0)
    return {
        "strength": choice.strength,
        "stay": choice.stay,
        "threshold": choice.threshold,
        "precision": round(float(precision), 4),
        "recall": round(float(recall), 4),
        "f1": round(f1(pairs), 4),
        "pages_below_80": sum(r < 0.8 for _, r in pairs),
    }


def cross_validated(data: Path) -> dict[str, float]:
    """Figures of the best of all choices on held-out pages: a little optimistic."""
    results = cross_validate(load(data)[0])
    best = max(results, key=lambda choice: f1(results[choice]))
    return report(best, results[best])


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the main-content model.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    examples, names = load(arguments.data)
    results = cross_validate(examples)
    ranked = sorted(results, key=lambda choice: f1(results[choice]), reverse=True)
    for choice in ranked[:8]:
        print(json.dumps(report(choice, results[choice])))
    if arguments.write:
        best = ranked[0]
        values = fit(examples, best.strength)
        shape = {
            "stay": best.stay,
            "threshold": best.threshold,
            "features": {n: round(float(v), 4) for n, v in zip(names, values, strict=True)},
        }
        WEIGHTS.write_text(
            "# Written by models/training/extraction.py; do not edit by hand.\n"
            + yaml.safe_dump(shape, sort_keys=False),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
