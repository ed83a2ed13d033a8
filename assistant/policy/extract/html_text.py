"""The text between two block boundaries of a page: lines, paragraphs and what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import clean, has_ink
from assistant.policy.extract.lines import ends_sentence, heading_level, split_bullet

BOLD, LINK, ANCHOR = 1, 2, 4
FAUX_LEVEL = 6
_MAX_HEADING_WORDS = 30
_MAX_FAUX_WORDS = 14
_SENTENCE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """Text without a line break in it, as runs of `(text, mode bits)`; `text` is clean."""

    text: str
    runs: Sequence[tuple[str, int]]

    @property
    def is_bold(self) -> bool:
        """Whether all of a short line is bold and it is no part of a sentence."""
        return (
            len(self.text.split()) <= _MAX_FAUX_WORDS
            and not self.text.endswith((";", ","))
            and all(mode & BOLD for part, mode in self.runs if has_ink(part))
        )

    @property
    def is_linked(self) -> bool:
        return any(mode & (LINK | ANCHOR) for _, mode in self.runs)


@dataclass(frozen=True, slots=True)
class Place:
    """What holds for the text: the innermost block element, and what is around it.

    Attributes:
        heading: Level of the heading it is in; 0 for none.
        depth: How many lists it is in.
        is_new_item: It is the first text of a list item.
        in_table: It is in a table.
    """

    tag: str
    heading: int
    depth: int
    is_new_item: bool
    in_table: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: Sequence[Line]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    def chars(self, modes: int = 0) -> int:
        """Characters without white space, of runs with any of `modes`, or of all for 0."""
        return sum(
            len("".join(part.split()))
            for line in self.lines
            for part, mode in line.runs
            if not modes or mode & modes
        )

    def as_block(self, place: Place) -> tuple[BlockKind, str, int, bool]:
        """Kind, text without its bullet, level, and whether it is a heading by its look only."""
        text = self.text
        words = len(text.split())
        if place.heading and words <= _MAX_HEADING_WORDS:
            return BlockKind.HEADING, text, place.heading, False
        if place.tag == "dt" and words <= _MAX_FAUX_WORDS:
            return BlockKind.HEADING, text, FAUX_LEVEL + 1, True
        bare, is_bullet = split_bullet(text)
        if is_bullet or (place.depth and place.is_new_item):
            return BlockKind.LIST_ITEM, bare, max(place.depth, 1), False
        if not place.depth and not place.in_table and self._looks_like_heading():
            return BlockKind.HEADING, text, FAUX_LEVEL + (heading_level(text) > 3), True
        return BlockKind.PARAGRAPH, text, 0, False

    def _looks_like_heading(self) -> bool:
        line = self.lines[0]
        plain = heading_level(line.text) > 0 and not line.is_linked
        return len(self.lines) == 1 and (line.is_bold or plain)


def paragraphs(raw_lines: Sequence[Sequence[tuple[str, int]]]) -> Iterator[Paragraph]:
    """Cut lines where one is empty, and where a break ends a sentence, a heading or an item."""
    pending: list[Line] = []
    for runs in raw_lines:
        line = Line(clean("".join(part for part, _ in runs)), runs)
        if pending and (not line.text or (has_ink(line.text) and _breaks(pending, line))):
            yield Paragraph(pending)
            pending = []
        if has_ink(line.text):
            pending.append(line)
    if pending:
        yield Paragraph(pending)


def _breaks(pending: Sequence[Line], line: Line) -> bool:
    """Whether a single line break before `line` ends the paragraph."""
    before = pending[-1]
    if line.is_bold or split_bullet(line.text)[1] or (len(pending) == 1 and before.is_bold):
        return True
    is_long = sum(len(part.text.split()) for part in pending) > _SENTENCE_WORDS
    return ends_sentence(before.text) and is_long and not line.text[0].islower()
