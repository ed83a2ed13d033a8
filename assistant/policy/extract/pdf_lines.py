"""Lines on pages to headings, paragraphs and list items."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import RawBlock, clean
from assistant.policy.extract.lines import ends_sentence, heading_level, split_bullet

_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—|\s]*\d{1,4}(?:\s*(?:of|/|\|)\s*\d{1,4})?[-–—|\s]*", re.I
)
_DIGITS = re.compile(r"\d+")
_WORDS = re.compile(r"[a-z]+(?:-[a-z]+)*")
_BROKEN_WORD = re.compile(r"([A-Za-z]+)([-\u00ad\x02\ufffe])$")
_NEXT_PART = re.compile(r"[a-z]+")
_HYPHENS = ("-", "\ufffe")
_EDGE_LINES = 2
_REPEATED_SHARE = 0.5
_LEAST_REPEATS = 3
_WIDE_GAP = 1.35
_LARGE = 1.2
_SHORT_LINE = 0.85
_MAX_HEADING_WORDS = 16
_LARGE_LEVEL, _PLAIN_LEVEL = 1, 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; its box in points, the origin at the page's lower left."""

    text: str
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    @property
    def height(self) -> float:
        return self.top - self.bottom


def blocks_of(pages: Sequence[Sequence[Line]]) -> list[RawBlock]:
    """Join wrapped lines, drop running heads and page numbers, tell bullets and headings."""
    pages = _without_running_lines(pages)
    lines = [line for page in pages for line in page]
    vocabulary = _vocabulary(lines)
    height = median([line.height for line in lines] or [0.0])
    right = max((line.right for line in lines), default=0.0)
    blocks: list[RawBlock] = []
    group: list[Line] = []
    for page in pages:
        gap = _usual_gap(page)
        for line in page:
            if group and _starts_block(group, line, gap=gap, height=height, right=right):
                blocks.append(_block(group, height, vocabulary))
                group = []
            group.append(line)
    if group:
        blocks.append(_block(group, height, vocabulary))
    return [block for block in blocks if block.text]


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without page numbers and without what stands at the edge of most of them."""
    edges = Counter(key for page in pages for key in {_key(line) for line in _edge(page)})
    least = max(_LEAST_REPEATS, _REPEATED_SHARE * len(pages))
    kept: list[list[Line]] = []
    for page in pages:
        edge = set(map(id, _edge(page)))
        kept.append(
            [
                line
                for line in page
                if id(line) not in edge
                or not (edges[_key(line)] >= least or _PAGE_NUMBER.fullmatch(line.text))
            ]
        )
    return kept


def _edge(page: Sequence[Line]) -> list[Line]:
    if len(page) <= 2 * _EDGE_LINES:
        return list(page)
    return [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text.lower())


def _usual_gap(page: Sequence[Line]) -> float:
    """Median distance from one line's bottom to the next one's, in points; 0 where unknown."""
    gaps = [a.bottom - b.bottom for a, b in itertools.pairwise(page)]
    down = [gap for gap in gaps if gap > 0]
    return median(down) if down else 0.0


def _starts_block(
    group: Sequence[Line], line: Line, *, gap: float, height: float, right: float
) -> bool:
    before = group[-1]
    if split_bullet(clean(line.text))[1] or _is_large(before, height) != _is_large(line, height):
        return True
    distance = before.bottom - line.bottom
    goes_on = line.text[:1].islower() and not ends_sentence(before.text)
    if distance <= 0 < line.height:  # a new page or column
        return not goes_on
    if gap and distance > _WIDE_GAP * gap:
        return True
    if goes_on:
        return False
    after_sentence = ends_sentence(before.text) and (
        _is_short(before, right) or heading_level(clean(line.text)) > 0
    )
    alone = len(group) == 1 and heading_level(clean(before.text)) > 0
    return after_sentence or (alone and _is_short(before, right))


def _is_large(line: Line, height: float) -> bool:
    return bool(height) and line.height > _LARGE * height and len(line.text) > 1


def _is_short(line: Line, right: float) -> bool:
    return line.right < _SHORT_LINE * right


def _block(group: Sequence[Line], height: float, vocabulary: frozenset[str]) -> RawBlock:
    text = clean(_join((line.text for line in group), vocabulary))
    bare, is_item = split_bullet(text)
    if is_item:
        return RawBlock(BlockKind.LIST_ITEM, bare, 1)
    short = len(text.split()) <= _MAX_HEADING_WORDS and not text.endswith((";", ","))
    if short and all(_is_large(line, height) for line in group):
        return RawBlock(BlockKind.HEADING, text, _LARGE_LEVEL)
    if len(group) == 1 and (level := heading_level(text)):
        return RawBlock(BlockKind.HEADING, text, max(level, _PLAIN_LEVEL))
    return RawBlock(BlockKind.PARAGRAPH, text)


def _join(lines: Iterable[str], vocabulary: frozenset[str]) -> str:
    """One line of text; words broken at a line's end are put together again."""
    joined = ""
    for line in lines:
        broken, follows = _BROKEN_WORD.search(joined), _NEXT_PART.match(line)
        if broken and follows:
            keep = broken[2] in _HYPHENS and _is_compound(broken[1], follows[0], vocabulary)
            joined = joined[: broken.start(2)] + ("-" if keep else "") + line
        else:
            joined += (" " if joined else "") + line
    return joined


def _vocabulary(lines: Sequence[Line]) -> frozenset[str]:
    """Words of the document, without the halves of those that a line's end breaks."""
    words: set[str] = set()
    after_break = False
    for line in lines:
        found = _WORDS.findall(line.text.lower())
        is_broken = _BROKEN_WORD.search(line.text) is not None
        words.update(found[int(after_break) : len(found) - int(is_broken)])
        after_break = is_broken
    return frozenset(words)


def _is_compound(first: str, second: str, vocabulary: frozenset[str]) -> bool:
    """Whether the hyphen belongs to the word, as far as the document itself tells."""
    first, second = first.lower(), second.lower()
    if first + second in vocabulary:
        return False
    if f"{first}-{second}" in vocabulary:
        return True
    return first in vocabulary and second in vocabulary
