"""The tags of neighbouring words, decided together: a linear-chain conditional random field.

Each word has in every set one tag of three: outside, begin, inside. What a tag
is worth depends on the word and on the tag before it.

Source:
    Lafferty, McCallum and Pereira, 2001.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.language.protocols import Scores

OUTSIDE, BEGIN, INSIDE = range(3)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words `first` to `last` (exclusive) of a text that a set marks, as one stretch.

    `probability` is that of exactly this stretch among all ways to tag the text.
    """

    column: int
    first: int
    last: int
    probability: float


@dataclass(frozen=True, slots=True)
class Chain:
    """What tags are worth by their neighbours: `starts` (sets, 3), `steps` (sets, from 3, to 3)."""

    starts: NDArray[np.float32]
    steps: NDArray[np.float32]

    def read(self, logits: Sequence[Scores]) -> list[list[Stretch]]:
        """The marked stretches of each text, set by set.

        Args:
            logits: Of each text (words, sets, 3).

        What a text gives does not depend on the others.
        """
        lengths = np.array([len(each) for each in logits])
        if not lengths.any():
            return [[] for _ in logits]
        padded = np.zeros((len(logits), int(lengths.max()), *self.starts.shape), dtype=np.float32)
        for row, each in enumerate(logits):
            padded[row, : len(each)] = each
        tags = self._best(padded, lengths)
        forward, backward = self._forward(padded), self._backward(padded, lengths)
        return [
            list(self._stretches(tags[row, :n], padded[row, :n], forward[row], backward[row]))
            if n
            else []
            for row, n in enumerate(lengths.tolist())
        ]

    def _best(self, logits: Scores, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """(texts, words, sets): the best tags (Viterbi). Words past a text's end are outside."""
        texts, words, sets, _ = logits.shape
        came = np.zeros((texts, words, sets, 3), dtype=np.int64)
        came[:, 0] = np.arange(3)
        worth = self.starts + logits[:, 0]
        for at in range(1, words):
            ways = worth[..., None] + self.steps
            inside = (at < lengths)[:, None, None]
            came[:, at] = np.where(inside, ways.argmax(2), np.arange(3))
            worth = np.where(inside, ways.max(2) + logits[:, at], worth)
        tags = np.zeros((texts, words, sets), dtype=np.int64)
        now = worth.argmax(2)
        for at in range(words - 1, -1, -1):
            tags[:, at] = np.where((at < lengths)[:, None], now, OUTSIDE)
            now = np.take_along_axis(came[:, at], now[..., None], 2)[..., 0]
        return tags

    def _forward(self, logits: Scores) -> Scores:
        """(texts, words, sets, 3): log of the sum over all ways to tag up to a word with a tag."""
        out = np.empty_like(logits)
        out[:, 0] = self.starts + logits[:, 0]
        for at in range(1, logits.shape[1]):
            out[:, at] = log_sum(out[:, at - 1, :, :, None] + self.steps, 2) + logits[:, at]
        return out

    def _backward(self, logits: Scores, lengths: NDArray[np.int64]) -> Scores:
        """(texts, words, sets, 3): the same over all ways to go on after a word with a tag."""
        out = np.zeros_like(logits)
        for at in range(logits.shape[1] - 2, -1, -1):
            after = (logits[:, at + 1] + out[:, at + 1])[:, :, None, :]
            ways = log_sum(self.steps + after, 3)
            out[:, at] = np.where((at + 1 < lengths)[:, None, None], ways, 0)
        return out

    def _stretches(
        self, tags: NDArray[np.int64], logits: Scores, forward: Scores, backward: Scores
    ) -> Iterator[Stretch]:
        """The stretches that the tags of one text (words, sets) mark."""
        words = len(tags)
        whole = log_sum(forward[words - 1], 1)
        for column in np.flatnonzero((tags != OUTSIDE).any(0)).tolist():
            steps = self.steps[column]
            for first, last in runs(tags[:, column].tolist()):
                worth = forward[first, column, tags[first, column]]
                for at in range(first + 1, last):
                    worth += steps[tags[at - 1, column], INSIDE] + logits[at, column, INSIDE]
                if last < words:
                    after = logits[last, column] + backward[last, column]
                    ends = steps[tags[last - 1, column]] + after
                    worth += log_sum(ends[[OUTSIDE, BEGIN]], 0)
                probability = float(np.exp(min(0.0, float(worth - whole[column]))))
                yield Stretch(column, first, last, probability)


def runs(tags: Sequence[int]) -> list[tuple[int, int]]:
    """First and last word (exclusive) of each marked stretch; an inside may open one."""
    out: list[tuple[int, int]] = []
    start: int | None = None
    for at, tag in enumerate([*tags, OUTSIDE]):
        if start is not None and tag != INSIDE:
            out.append((start, at))
            start = None
        if tag == BEGIN or (tag == INSIDE and start is None):
            start = at
    return out


def log_sum(values: Scores, axis: int) -> Scores:
    """log(sum(exp(values))) along an axis."""
    top = values.max(axis, keepdims=True)
    total: Scores = np.squeeze(top, axis) + np.log(np.exp(values - top).sum(axis))
    return total
