"""Tells the policy from the page around it, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.policy.extract.html_page import HtmlBlock, HtmlPage
from assistant.policy.extract.page_features import Matrix, features


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over blocks, and what it costs to enter or leave the content.

    Attributes:
        stay: Log-odds that each change between in and out costs.
        threshold: Log-odds from which a block is kept.
        features: Name as in `features` → weight.
    """

    stay: float
    threshold: float
    features: Mapping[str, float]


@cache
def weights() -> Weights:
    """The trained weights of `extract_weights.yaml`."""
    return load_yaml(Weights, folder("policy") / "extract_weights.yaml")


def select(page: HtmlPage) -> list[HtmlBlock]:
    """The blocks that belong to the page's main text, in order; never a consent notice's.

    Where nothing seems to, every block outside of navigation and hidden
    parts; where that is nothing either, every block.
    """
    if not page.blocks:
        return []
    model = weights()
    matrix, names = features(page)
    odds = matrix @ np.array([model.features[name] for name in names])
    notice = matrix[:, names.index("notice")] > 0
    kept = _those(page, smooth(odds - model.threshold, model.stay) & ~notice)
    aside = notice + matrix[:, names.index("navigation")] + matrix[:, names.index("hidden")]
    return kept or _those(page, aside == 0) or page.blocks


def _those(page: HtmlPage, chosen: NDArray[np.bool_]) -> list[HtmlBlock]:
    return [block for block, keep in zip(page.blocks, chosen, strict=True) if keep]


def smooth(odds: Matrix, stay: float) -> NDArray[np.bool_]:
    """The likeliest run of in and out, where each change costs `stay` log-odds (Viterbi).

    Args:
        odds: (blocks,) log-odds of each block on its own.

    Returns:
        (blocks,) bool.
    """
    out, inside = 0.0, 0.0
    came: list[tuple[bool, bool]] = []
    for odd in odds.tolist():
        came.append((out < inside - stay, inside >= out - stay))
        out, inside = max(out, inside - stay), max(inside, out - stay) + odd
    chosen = np.zeros(len(odds), dtype=np.bool_)
    current = inside > out
    for index in range(len(odds) - 1, -1, -1):
        chosen[index] = current
        current = came[index][current]
    return chosen
