"""The text between two block boundaries of a page: lines, paragraphs and what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import clean, has_ink
from assistant.policy.extract.html_page import HtmlBlock
from assistant.policy.extract.lines import (
    ends_sentence,
    heading_level,
    is_numbered,
    split_bullet,
)

BOLD, LINK, ANCHOR = 1, 2, 4
FAUX_LEVEL = 6
_MAX_HEADING_WORDS = 30
_MAX_FAUX_WORDS = 14
_SENTENCE_WORDS = 12
_MAX_DEPTH = 9


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
        node: The element's index in the page.
        heading: Level of the heading it is in; 0 for none.
        depth: How many lists it is in.
        is_new_item: It is the first text of a list item.
        is_named_heading: The site's own name for the element says heading.
    """

    tag: str
    node: int
    heading: int
    depth: int
    is_new_item: bool
    is_named_heading: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: Sequence[Line]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    def as_block(self, place: Place) -> HtmlBlock:
        """The block that the paragraph is, without its bullet."""
        text = self.text
        bare, is_bullet = split_bullet(text)
        kind, level, faux = BlockKind.PARAGRAPH, 0, False
        if place.heading and len(text.split()) <= _MAX_HEADING_WORDS:
            kind, level = BlockKind.HEADING, place.heading
        elif place.tag == "dt" and len(text.split()) <= _MAX_FAUX_WORDS:
            kind, level, faux = BlockKind.HEADING, FAUX_LEVEL + 1, True
        elif is_bullet or (place.depth and place.is_new_item):
            kind, level, text = BlockKind.LIST_ITEM, min(max(place.depth, 1), _MAX_DEPTH), bare
        elif not place.depth and self._looks_like_heading(place):
            kind, level, faux = BlockKind.HEADING, FAUX_LEVEL + (heading_level(text) > 3), True
        is_bold = len(self.lines) == 1 and self.lines[0].is_bold
        return HtmlBlock(
            kind,
            text,
            level,
            place.node,
            chars=self._chars(),
            link_chars=self._chars(LINK),
            anchor_chars=self._chars(ANCHOR),
            faux=faux,
            is_guess=faux and not (is_bold or place.is_named_heading or is_numbered(text)),
            is_bold=is_bold,
        )

    def _chars(self, modes: int = 0) -> int:
        """Characters without white space, of runs with any of `modes`, or of all for 0."""
        return sum(
            len("".join(part.split()))
            for line in self.lines
            for part, mode in line.runs
            if not modes or mode & modes
        )

    def _looks_like_heading(self, place: Place) -> bool:
        line = self.lines[0]
        is_title = (
            place.is_named_heading
            and len(line.text.split()) <= _MAX_FAUX_WORDS
            and not ends_sentence(line.text)
        )
        plain = is_title or heading_level(line.text) > 0
        return len(self.lines) == 1 and (line.is_bold or (plain and not line.is_linked))


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
