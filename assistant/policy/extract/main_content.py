"""Tells the policy from the page around it, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.policy.document import BlockKind
from assistant.policy.extract.html_page import HtmlBlock, HtmlPage
from assistant.policy.extract.lexicon import lexicon
from assistant.policy.extract.page_features import Matrix, features

_LINKED = 0.2
_LIST_LEVELS = 6
_AROUND_PHRASES = " .↑^›»[]()"


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
    notice, navigation, hidden = (
        matrix[:, names.index(name)] > 0 for name in ("notice", "navigation", "hidden")
    )
    kept = choose(page, odds - model.threshold, notice, stay=model.stay)
    return kept or _those(page, ~(notice | navigation | hidden)) or page.blocks


def choose(
    page: HtmlPage, odds: Matrix, notice: NDArray[np.bool_], *, stay: float
) -> list[HtmlBlock]:
    """The blocks that their log-odds, neighbours and lists speak for.

    Args:
        odds: (blocks,) log-odds of each block on its own.
        notice: (blocks,) whether a block belongs to a consent notice.
        stay: As in `Weights`.
    """
    phrases = lexicon().page_phrases
    chosen = keep_lists(page, smooth(odds, stay), odds) & ~notice
    return [
        block
        for block in _those(page, chosen)
        if block.text.lower().strip(_AROUND_PHRASES) not in phrases
    ]


def _those(page: HtmlPage, chosen: NDArray[np.bool_]) -> list[HtmlBlock]:
    return [block for block, keep in zip(page.blocks, chosen, strict=True) if keep]


def keep_lists(page: HtmlPage, chosen: NDArray[np.bool_], odds: Matrix) -> NDArray[np.bool_]:
    """Keep the items that follow text kept in the element around their list, and what follows them.

    A list of single words looks like a menu on its own; what data is collected
    stands in such lists.
    """
    nodes, kept = page.nodes, chosen.copy()
    around = -1
    for index, block in enumerate(page.blocks):
        if block.kind is not BlockKind.LIST_ITEM:
            kept[index] = kept[index] or (index > 0 and kept[index - 1] and odds[index] > 0)
            around = nodes[block.node].parent if kept[index] and block.node >= 0 else -1
        elif around >= 0 and not kept[index] and block.link_chars <= _LINKED * block.chars:
            kept[index] = around in _ancestors(page, block.node)
    return kept


def _ancestors(page: HtmlPage, node: int) -> list[int]:
    """The nearest elements around `node`, innermost first."""
    found: list[int] = []
    while node >= 0 and len(found) < _LIST_LEVELS:
        node = page.nodes[node].parent
        found.append(node)
    return found


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
