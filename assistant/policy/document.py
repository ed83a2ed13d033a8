"""The extracted policy: one clean text, and the blocks and segments that cut it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block was in the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Block:
    """One run of `Document.text`, in document order; blocks never overlap.

    Attributes:
        start, end: Code points of the document's text, end exclusive.
        level: Heading level from 1, or nesting depth of a list item from 1; else 0.
        headings: The headings that this block stands under, outermost first.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One clean text and its blocks.

    `text` is what every offset of the report refers to: blocks parted by one
    newline, white space inside a block folded, no control characters.

    Attributes:
        title: The page's own title, or "" where it has none.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str = ""

    def block_text(self, block: Block) -> str:
        return self.text[block.start : block.end]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of neighbouring blocks on one thing, as OPP-115 cuts policies.

    A paragraph, or a lead-in with the list items that complete it.
    `start` and `end` are code points of the document's text, end exclusive;
    `heading` is the nearest heading above, or "".
    """

    start: int
    end: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: its visible text, absolute address and `rel` values."""

    text: str
    url: str
    rel: tuple[str, ...] = ()


def merge_documents(documents: Sequence[Document]) -> tuple[Document, tuple[int, ...]]:
    """One document after the other, offsets moved along; the first one's title is kept.

    A document whose every block the earlier ones already hold adds nothing.

    Returns:
        The merged document, and where in its text each of `documents` begins, in code points;
        one that adds nothing begins where the next one does.
    """
    parts: list[str] = []
    starts: list[int] = []
    blocks: list[Block] = []
    seen: set[str] = set()
    length = 0
    for document in documents:
        texts = {document.block_text(block) for block in document.blocks}
        offset = length + (1 if parts else 0)
        starts.append(offset)
        if texts <= seen:
            continue
        seen |= texts
        blocks.extend(
            replace(block, start=block.start + offset, end=block.end + offset)
            for block in document.blocks
        )
        parts.append(document.text)
        length = offset + len(document.text)
    return Document("\n".join(parts), tuple(blocks), documents[0].title), tuple(starts)
