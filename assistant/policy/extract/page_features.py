"""What distinguishes the blocks of a policy from the blocks of the page around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.policy.document import BlockKind
from assistant.policy.extract.html_page import HtmlBlock, HtmlPage
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


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is counted once for each block; (blocks,) float64 each."""

    words: Matrix
    policy: Matrix
    stop: Matrix
    chars: Matrix
    link_chars: Matrix
    anchor_chars: Matrix

    @property
    def links(self) -> Matrix:
        return self.link_chars / np.maximum(self.chars, 1)

    @property
    def is_prose(self) -> NDArray[np.bool_]:
        """Long enough to be a sentence and not made of links."""
        return (self.words >= _PROSE_WORDS) & (self.links < 0.5)


def features(page: HtmlPage) -> tuple[Matrix, list[str]]:
    """What the model sees.

    Returns:
        (blocks, features) float64, roughly in [0, 1], and the features' names.
    """
    blocks = page.blocks
    counts = _count(blocks)
    words = np.maximum(counts.words, 1)
    prose_words = np.where(counts.is_prose, counts.words, 0)
    policy_words = np.where(counts.is_prose, counts.policy, 0)
    prose = np.log1p(prose_words) / 5
    policy = np.log1p(policy_words) / 3
    kinds = [block.kind for block in blocks]
    columns: dict[str, Matrix] = {
        "bias": np.ones(len(blocks)),
        "length": np.log1p(counts.words) / 5,
        "prose": prose,
        "links": counts.links,
        "anchors": counts.anchor_chars / np.maximum(counts.chars, 1),
        "stop_words": counts.stop / words,
        "policy_terms": np.minimum(counts.policy / words * 3, 1),
        "policy_count": np.log1p(counts.policy) / 3,
        "sentence": _column(ends_sentence(block.text) for block in blocks),
        "heading": _column(kind is BlockKind.HEADING for kind in kinds),
        "list_item": _column(kind is BlockKind.LIST_ITEM for kind in kinds),
        "table_row": _column(kind is BlockKind.TABLE_ROW for kind in kinds),
        "announced": _announced(blocks),
        "repeated": _repeated(blocks),
        "position": np.cumsum(counts.words) / max(counts.words.sum(), 1),
    }
    for size in _WINDOWS:
        for name, values in (("prose", prose), ("links", counts.links), ("policy", policy)):
            columns[f"{name}_before_{size}"] = _window(values, size, before=True)
            columns[f"{name}_after_{size}"] = _window(values, size, before=False)
    columns |= _container_features(page, counts, prose_words, policy_words)
    return np.column_stack(list(columns.values())), list(columns)


def _column(values: Iterable[bool]) -> Matrix:
    return np.array([float(value) for value in values])


def _count(blocks: Sequence[HtmlBlock]) -> _Counts:
    policy_terms, stop_words = words_of("policy_terms"), words_of("stop_words")
    rows = []
    for block in blocks:
        found = _WORD.findall(block.text.lower())
        rows.append(
            (
                len(block.text.split()),
                sum(word in policy_terms for word in found),
                sum(word in stop_words for word in found),
                block.chars,
                block.link_chars,
                block.anchor_chars,
            )
        )
    return _Counts(*np.array(rows, dtype=np.float64).T)


def _announced(blocks: Sequence[HtmlBlock]) -> Matrix:
    """1 for list items and rows that a sentence ending in a colon leads in."""
    announced: list[bool] = []
    colon = False
    for block in blocks:
        listed = block.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)
        announced.append(listed and colon)
        if not listed or block.text.endswith(":"):
            colon = block.text.endswith(":")
    return _column(announced)


def _repeated(blocks: Sequence[HtmlBlock]) -> Matrix:
    seen = Counter(block.text for block in blocks)
    return _column(seen[block.text] > 1 for block in blocks)


def _window(values: Matrix, size: int, *, before: bool) -> Matrix:
    """Mean of the `size` neighbours on one side; outside of the page counts as 0."""
    padded = np.concatenate([np.zeros(size), values, np.zeros(size)])
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    start = np.arange(len(values)) + (0 if before else size + 1)
    means: Matrix = (sums[start + size] - sums[start]) / size
    return means


def _container_features(
    page: HtmlPage, counts: _Counts, prose_words: Matrix, policy_words: Matrix
) -> dict[str, Matrix]:
    """What the elements around a block say: their names, and what else they hold."""
    nodes = page.nodes
    at = np.array([block.node for block in page.blocks])
    parents = np.array([node.parent for node in nodes] + [-1])
    prose = _below(page, prose_words)
    policy = _below(page, policy_words)
    chars, link_chars = _below(page, counts.chars), _below(page, counts.link_chars)
    share = policy / max(policy[-1], 1)
    links = link_chars / np.maximum(chars, 1)
    columns = _hint_features(page, prose / max(prose[-1], 1), links, at)
    for name, places in (("parent", parents[at]), ("grandparent", parents[parents[at]])):
        columns[f"{name}_share"] = share[places]
        columns[f"{name}_prose"] = np.log1p(prose[places]) / 8
        columns[f"{name}_links"] = links[places]
    for least in lexicon().main_shares:
        holders = np.flatnonzero(share[:-1] >= least)
        main = int(holders[-1]) if len(holders) else -1
        columns[f"main_{least:g}"] = _inside(page, {main})[at]
    forms = {index for index, node in enumerate(nodes) if node.tag == "form"}
    columns["in_form"] = _inside(page, forms)[at]
    return columns


def _below(page: HtmlPage, values: Matrix) -> Matrix:
    """(nodes + 1,) sums of the blocks' values in each element; the last is the page's."""
    sums = [0.0] * (len(page.nodes) + 1)
    for block, value in zip(page.blocks, values.tolist(), strict=True):
        sums[block.node] += value
    for index in range(len(page.nodes) - 1, -1, -1):
        sums[page.nodes[index].parent] += sums[index]
    return np.array(sums)


def _inside(page: HtmlPage, marked: set[int]) -> Matrix:
    """(nodes + 1,) 1 for marked elements and all below them; the last stands for the outside."""
    inside = [False] * (len(page.nodes) + 1)
    for index, node in enumerate(page.nodes):
        inside[index] = index in marked or inside[node.parent]
    return _column(inside)


def _hint_features(
    page: HtmlPage, share: Matrix, links: Matrix, at: NDArray[np.int_]
) -> dict[str, Matrix]:
    """Whether an element around a block is named as navigation, frame, content…, or hidden.

    A name counts only on an element that holds less than `whole_page_share` of
    the page's prose: sites put "with-sidebar" around everything. Navigation and
    what is hidden count only where they are made of links: sections of a policy
    that open on a click are hidden, and are often named after the click.
    """
    words, nodes, least = hint_words(), page.nodes, lexicon().whole_page_share
    linked = lexicon().navigation_links
    named: dict[str, set[int]] = {name: set() for name in (*_HINTS, "hidden")}
    for index, node in enumerate(nodes):
        if share[index] >= least or node.tag in ("html", "body"):
            continue
        for name in _HINTS:
            is_named = _TAG_HINTS.get(node.tag) == name or not words[name].isdisjoint(node.tokens)
            if is_named and (name != "navigation" or links[index] >= linked):
                named[name].add(index)
        if node.hidden and links[index] >= linked:
            named["hidden"].add(index)
    return {name: _inside(page, marked)[at] for name, marked in named.items()}
