"""Marks the quoted passages in a document's text, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.policy.document import Block, BlockKind
from assistant.report import TextSpan


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text inside one block.

    Attributes:
        marked: Whether a quoted passage covers it.
        begins: Numbers, from 1, of the passages that begin with this piece.
    """

    text: str
    marked: bool = False
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """One block of the document, cut where quoted passages begin and end."""

    kind: BlockKind
    level: int
    pieces: tuple[Piece, ...]


def mark_passages(
    text: str, blocks: Sequence[Block], passages: Sequence[TextSpan]
) -> tuple[MarkedBlock, ...]:
    """Cut every block at the borders of the passages.

    Args:
        blocks: In document order, not overlapping; where there are none, the
            lines of `text` stand in.
        passages: By start; number n is the n-th of them. They may overlap, and
            may run over several blocks.

    Returns:
        The blocks in order, their pieces joining up to exactly their text. A
        passage begins in the first block that it shares text with.
    """
    begun: set[int] = set()
    first = 0
    marked = []
    for block in blocks or _lines(text):
        while first < len(passages) and passages[first].end <= block.start:
            first += 1
        inside = [
            (number, max(span.start, block.start), min(span.end, block.end))
            for number, span in _until(passages, first, block.end)
            if span.end > block.start
        ]
        borders = sorted({block.start, block.end, *(p for _, a, b in inside for p in (a, b))})
        pieces = []
        for start, end in pairwise(borders):
            covering = [number for number, a, b in inside if a <= start and end <= b]
            begins = tuple(number for number in covering if number not in begun)
            begun.update(begins)
            pieces.append(Piece(text[start:end], bool(covering), begins))
        marked.append(MarkedBlock(block.kind, block.level, tuple(pieces)))
    return tuple(marked)


def _until(passages: Sequence[TextSpan], first: int, end: int) -> list[tuple[int, TextSpan]]:
    """The passages from index `first` that begin before `end`, with their numbers."""
    found = []
    for index in range(first, len(passages)):
        if passages[index].start >= end:
            break
        found.append((index + 1, passages[index]))
    return found


def _lines(text: str) -> list[Block]:
    blocks, start = [], 0
    for line in text.split("\n"):
        if line:
            blocks.append(Block(BlockKind.PARAGRAPH, start, start + len(line)))
        start += len(line) + 1
    return blocks
