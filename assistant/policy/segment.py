"""Cut a document into stretches that each speak of one thing, as OPP-115 does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.policy.document import Block, BlockKind, Document, Segment

_LONG_WORDS = 160
_LONGEST_BLOCK_WORDS = 240
_SHORT_WORDS = 15
_LEAD_IN_WORDS = 60
_OWN_ITEM_WORDS = 60
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|[;]\s+")


def segment(document: Document) -> tuple[Segment, ...]:
    """Segments in document order; every block but headings lies in exactly one, or is split.

    A paragraph; a lead-in with its list items; neighbouring rows of a table;
    short neighbours together. What is overlong is split: lists and tables
    between items, paragraphs between sentences. A heading is context, and a
    segment only where nothing stands below it.

    Source:
        Unit follows OPP-115 (Wilson et al., 2016).
    """
    return tuple(
        Segment(start, end, group[0].headings[-1] if group[0].headings else "")
        for group in _groups(document)
        for start, end in _spans(document, group)
    )


def _groups(document: Document) -> Iterator[list[Block]]:
    group: list[Block] = []
    words = 0
    for index, block in enumerate(document.blocks):
        if block.kind is BlockKind.HEADING and not _stands_alone(document, index):
            if group:
                yield group
            group, words = [], 0
            continue
        length = _words(document, block)
        if group and not _belongs(document, group, block, words=words, length=length):
            yield group
            group, words = [], 0
        group.append(block)
        words += length
    if group:
        yield group


def _words(document: Document, block: Block) -> int:
    return len(document.block_text(block).split())


def _stands_alone(document: Document, index: int) -> bool:
    """Whether a heading has nothing below it."""
    following = document.blocks[index + 1 : index + 2]
    heading = document.blocks[index]
    return not following or len(following[0].headings) <= len(heading.headings)


def _belongs(
    document: Document, group: list[Block], block: Block, *, words: int, length: int
) -> bool:
    """Whether a block goes on with the group before it."""
    first, last = group[0], group[-1]
    if block.headings != first.headings or words + length > _LONG_WORDS:
        return False
    text = document.block_text(last)
    if block.kind is BlockKind.LIST_ITEM:
        if last.kind is BlockKind.PARAGRAPH:
            return text.endswith(":") or words <= _LEAD_IN_WORDS
        return last.kind is BlockKind.LIST_ITEM and (
            length < _OWN_ITEM_WORDS or block.level > last.level
        )
    if block.kind is last.kind and block.kind in (BlockKind.TABLE_ROW, BlockKind.HEADING):
        return True
    return block.kind is BlockKind.PARAGRAPH and (
        last.kind is BlockKind.PARAGRAPH and (words < _SHORT_WORDS or length < _SHORT_WORDS)
    )


def _spans(document: Document, group: list[Block]) -> Iterator[tuple[int, int]]:
    """The group's span; several where it is one overlong block."""
    start, end = group[0].start, group[-1].end
    if len(group) > 1 or _words(document, group[0]) <= _LONGEST_BLOCK_WORDS:
        yield start, end
        return
    words = 0
    part = start
    previous = start
    for match in _SENTENCE_END.finditer(document.text, start, end):
        sentence = len(document.text[previous : match.end()].split())
        if words and words + sentence > _LONG_WORDS:
            yield part, previous - _white_before(document, previous)
            part, words = previous, 0
        words += sentence
        previous = match.end()
    if part < previous and words + len(document.text[previous:end].split()) > _LONG_WORDS:
        yield part, previous - _white_before(document, previous)
        part = previous
    yield part, end


def _white_before(document: Document, position: int) -> int:
    """Spaces that end right before `position`; white space in a block is folded, so 0 or 1."""
    return int(document.text[position - 1].isspace())
