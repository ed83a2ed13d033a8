"""Labelled windows of text, in one shape for all tasks.

A window is a stretch of one document that the encoder reads at once, as it does
when the assistant is used; what annotators marked lies inside it by character
offsets (code points, end exclusive).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]

WINDOW_WORDS = 140
"""Length to which neighbouring short passages are joined."""


@dataclass(frozen=True, slots=True)
class Part:
    """A passage inside a window and its labels for one task.

    Attributes:
        labels: Indices of the labels that hold.
        denied: Indices that people said do not hold, where they look alike.
    """

    task: str
    span: Span
    labels: frozenset[int]
    denied: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """A text for the encoder with all its labels.

    Attributes:
        source: Policy, app or service, for splits by it.
        parts: Passages with labels; the whole text may be one.
        tags: Tag set (`COLLECT`, …) → marked spans; a set that is missing was not annotated.
        answers: Question type → marked spans, of all annotators.
        soft: Probabilities of labels of the whole text by task, from annotators' votes.
    """

    source: str
    text: str
    parts: tuple[Part, ...] = ()
    tags: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    answers: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    soft: dict[str, dict[int, float]] = field(default_factory=dict)


def pack(texts: Sequence[str], most: int = WINDOW_WORDS) -> list[range]:
    """Join neighbours up to `most` words; a longer text stands alone."""
    windows: list[range] = []
    start, total = 0, 0
    for place, text in enumerate(texts):
        length = len(text.split())
        if place > start and total + length > most:
            windows.append(range(start, place))
            start, total = place, 0
        total += length
    if start < len(texts):
        windows.append(range(start, len(texts)))
    return windows


def join(texts: Sequence[str], between: str, *, prefix: str = "") -> tuple[str, list[Span]]:
    """The joined text, and where each text lies in it."""
    parts, spans, length = [prefix], [], len(prefix)
    for text in texts:
        if length:
            parts.append(between)
            length += len(between)
        spans.append((length, length + len(text)))
        parts.append(text)
        length += len(text)
    return "".join(parts), spans


@dataclass(frozen=True, slots=True)
class Split:
    """Windows to learn from, and windows of policies, apps or services that are held out."""

    train: list[Window]
    validation: list[Window]


def find(text: str, quote: str) -> Span | None:
    """Where a quote lies in a text, word for word."""
    start = text.find(quote)
    return (start, start + len(quote)) if start >= 0 else None


def bare_letters(text: str) -> str:
    """Small ASCII letters and digits alone, to compare texts by."""
    return re.sub(r"[^a-z0-9]+", "", text.lower())


_MISREAD = re.compile("[\xc2-\xf4][\x80-\xbf]{1,3}")


def mend(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1, as in most of the unlabelled texts."""
    return _MISREAD.sub(_read_again, text)


def _read_again(found: re.Match[str]) -> str:
    return found[0].encode("latin-1").decode("utf-8", "ignore")
