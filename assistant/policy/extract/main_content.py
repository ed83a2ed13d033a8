"""Tells the policy from the page around it, block by block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.policy.document import BlockKind
from assistant.policy.extract.html_blocks import HtmlBlock, HtmlPage
from assistant.policy.extract.lexicon import hint_words, lexicon, words_of
from assistant.policy.extract.lines import ends_sentence

Matrix = NDArray[np.float64]

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_PROSE_WORDS = 8
_TAG_HINTS = {
    "nav": "navigation",
    "footer": "frame",
    "header": "frame",
    "aside": "aside",
    "main": "content",
    "article": "content",
}
_HINTS = ("navigation", "frame", "aside", "notice", "content", "policy")
_WINDOWS = (1, 3)


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over blocks, and what it costs to enter or leave the content.

    `features` are named as `feature_names()` does; `stay` is the log-odds by
    which neighbouring blocks pull each other to the same side.
    """

    features: Mapping[str, float]
    stay: float
    threshold: float


@cache
def weights() -> Weights:
    """The trained weights of `extract_weights.yaml`."""
    return load_yaml(Weights, folder("policy") / "extract_weights.yaml")


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is counted once for each block."""

    words: Matrix
    policy: Matrix
    stop: Matrix
    links: Matrix
    anchors: Matrix

    @property
    def prose(self) -> Matrix:
        """Words of blocks long enough to be sentences and not made of links; else 0."""
        return np.where((self.words >= _PROSE_WORDS) & (self.links < 0.5), self.words, 0.0)


def select(page: HtmlPage) -> list[HtmlBlock]:
    """The blocks that belong to the page's main text, in order.

    Where nothing seems to, every block outside of navigation and hidden
    parts; where that is nothing either, every block.
    """
    if not page.blocks:
        return []
    model = weights()
    matrix, names = features(page)
    odds = matrix @ np.array([model.features.get(name, 0.0) for name in names])
    chosen = smooth(odds - model.threshold, model.stay)
    kept = [block for block, keep in zip(page.blocks, chosen, strict=True) if keep]
    if kept:
        return kept
    plain = matrix[:, names.index("navigation")] + matrix[:, names.index("hidden")] == 0
    return [b for b, keep in zip(page.blocks, plain, strict=True) if keep] or page.blocks


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
        to_out, to_in = out < inside - stay, inside >= out - stay
        came.append((to_out, to_in))
        out, inside = max(out, inside - stay), max(inside, out - stay) + odd
    chosen = np.zeros(len(odds), dtype=np.bool_)
    current = inside > out
    for index in range(len(odds) - 1, -1, -1):
        chosen[index] = current
        current = came[index][current]
    return chosen


def features(page: HtmlPage) -> tuple[Matrix, list[str]]:
    """What the model sees.

    Returns:
        (blocks, features) float64, roughly in [0, 1], and the features' names.
    """
    blocks = page.blocks
    counts = _count(blocks)
    words = np.maximum(counts.words, 1)
    length = np.log1p(counts.words)
    prose = np.log1p(counts.prose)
    kinds = [block.kind for block in blocks]
    columns: dict[str, Matrix] = {
        "bias": np.ones(len(blocks)),
        "length": length / 5,
        "prose": prose / 5,
        "links": counts.links,
        "anchors": counts.anchors,
        "stop_words": counts.stop / words,
        "policy_terms": np.minimum(counts.policy / words * 3, 1),
        "policy_count": np.log1p(counts.policy) / 3,
        "sentence": _column(ends_sentence(block.text) for block in blocks),
        "heading": _column(kind is BlockKind.HEADING for kind in kinds),
        "list_item": _column(kind is BlockKind.LIST_ITEM for kind in kinds),
        "table_row": _column(kind is BlockKind.TABLE_ROW for kind in kinds),
        "repeated": _repeated(blocks),
        "position": np.cumsum(counts.words) / max(counts.words.sum(), 1),
    }
    policy_prose = np.where(counts.prose > 0, counts.policy, 0)
    for size in _WINDOWS:
        for name, values in (
            ("prose", prose / 5),
            ("links", counts.links),
            ("policy", np.log1p(policy_prose) / 3),
        ):
            columns[f"{name}_before_{size}"] = _window(values, size, before=True)
            columns[f"{name}_after_{size}"] = _window(values, size, before=False)
    columns |= _container_features(page, counts.prose, policy_prose)
    return np.column_stack(list(columns.values())), list(columns)


def _column(values: object) -> Matrix:
    return np.fromiter(values, dtype=np.float64)  # type: ignore[call-overload, no-any-return]


def _count(blocks: Sequence[HtmlBlock]) -> _Counts:
    policy_terms, stop_words = words_of("policy_terms"), words_of("stop_words")
    rows = np.zeros((len(blocks), 5))
    for row, block in zip(rows, blocks, strict=True):
        found = _WORD.findall(block.text.lower())
        chars = max(block.chars, 1)
        row[:] = (
            len(block.text.split()),
            sum(word in policy_terms for word in found),
            sum(word in stop_words for word in found),
            block.link_chars / chars,
            block.anchor_chars / chars,
        )
    return _Counts(*rows.T)


def _repeated(blocks: Sequence[HtmlBlock]) -> Matrix:
    seen = Counter(block.text for block in blocks)
    return _column(seen[block.text] > 1 for block in blocks)


def _window(values: Matrix, size: int, *, before: bool) -> Matrix:
    """Mean of the `size` neighbours on one side; outside of the page counts as 0."""
    padded = np.concatenate([np.zeros(size), values, np.zeros(size)])
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    start = np.arange(len(values)) + (0 if before else size + 1)
    return (sums[start + size] - sums[start]) / size  # type: ignore[no-any-return]


def _container_features(page: HtmlPage, prose: Matrix, policy: Matrix) -> dict[str, Matrix]:
    """What the elements around a block say: their names, and the share of the policy they hold.

    A name counts only on an element that holds less than `whole_page_share` of
    the page's prose: sites put "with-sidebar" around everything.
    """
    nodes, words = page.nodes, lexicon()
    hints = hint_words()
    mass = np.zeros((len(nodes) + 1, 2))
    for block, weight, terms in zip(page.blocks, prose, policy, strict=True):
        mass[block.node] += (weight, terms)
    for index in range(len(nodes) - 1, -1, -1):
        mass[nodes[index].parent] += mass[index]
    total = np.maximum(mass[-1], 1)
    share = mass / total
    flags = np.zeros((len(nodes) + 1, len(_HINTS) + 1))
    for index, node in enumerate(nodes):
        own = flags[index]
        own[:] = flags[node.parent]
        own[-1] = max(own[-1], node.hidden)
        if share[index, 0] >= words.whole_page_share or node.tag in ("html", "body"):
            continue
        for column, name in enumerate(_HINTS):
            if _TAG_HINTS.get(node.tag) == name or not hints[name].isdisjoint(node.tokens):
                own[column] = 1
    at = np.array([block.node for block in page.blocks])
    columns = {name: flags[at, column] for column, name in enumerate(_HINTS)}
    columns["hidden"] = flags[at, -1]
    columns["in_form"] = _inside(page, [node.tag == "form" for node in nodes])[at]
    parents = np.array([node.parent for node in nodes] + [-1])
    columns["parent_share"] = share[parents[at], 1]
    columns["grandparent_share"] = share[parents[parents[at]], 1]
    for least in words.main_shares:
        columns[f"main_{least:g}"] = _inside_main(page, share[:, 1], least)[at]
    return columns


def _inside(page: HtmlPage, marked: Sequence[bool]) -> Matrix:
    """(nodes + 1,): 1 for marked nodes and all below them; the last row is the outside."""
    inside = np.zeros(len(page.nodes) + 1)
    for index, node in enumerate(page.nodes):
        inside[index] = marked[index] or inside[node.parent]
    return inside


def _inside_main(page: HtmlPage, share: Matrix, least: float) -> Matrix:
    """1 for the smallest element that holds `least` of the policy's words, and all below it."""
    holders = np.flatnonzero(share[:-1] >= least)
    main = holders[-1] if len(holders) else -1
    return _inside(page, [index == main for index in range(len(page.nodes))])
