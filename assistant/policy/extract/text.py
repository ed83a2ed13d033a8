"""Plain text: paragraphs, bullets and headings guessed from lines alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import Draft, RawBlock, clean
from assistant.policy.extract.lines import ends_sentence, heading_level, split_bullet

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_MARKUP_LEFTOVER = re.compile(r"&(?:nbsp|amp|quot|lt|gt|#39)\b[;.]?", re.IGNORECASE)
_LEFTOVERS = {"nbsp": " ", "amp": "&", "quot": '"', "lt": "<", "gt": ">", "#39": "'"}
_INDENT_PER_LEVEL = 4
_PARAGRAPH_WORDS = 60
_MAX_TITLE_WORDS = 12


class TextParser:
    """Reads text without mark-up. A line that only wraps is joined to the one before."""

    def parse(self, content: str) -> Draft:
        text = _MARKUP_LEFTOVER.sub(_leftover, _NEWLINE.sub("\n", content))
        blocks = [
            block for chunk in _BLANK_LINES.split(text) for block in chunk_blocks(chunk.split("\n"))
        ]
        title = ""
        if blocks and len(blocks[0].text.split()) <= _MAX_TITLE_WORDS:
            title = blocks[0].text
        return Draft(blocks, title)


def _leftover(match: re.Match[str]) -> str:
    return _LEFTOVERS[match[0].strip("&;.").lower()]


def chunk_blocks(lines: Sequence[str]) -> Iterator[RawBlock]:
    """Blocks of neighbouring lines without a blank one between them.

    Sentences on lines of their own are gathered into paragraphs of about
    `_PARAGRAPH_WORDS` words; nothing in such a text tells where one ended.
    """
    pending: list[str] = []
    kind, level, words = BlockKind.PARAGRAPH, 0, 0
    alone = sum(1 for line in lines if line.strip()) == 1
    for line in lines:
        text = clean(line)
        if not text:
            continue
        item, is_item = split_bullet(text)
        new_heading = heading_level(text) if not is_item else 0
        if pending and _continues(pending[-1], text, kind) and not is_item:
            pending.append(text)
            words += len(text.split())
            continue
        starts = is_item or new_heading or kind is BlockKind.LIST_ITEM or words >= _PARAGRAPH_WORDS
        if pending and (starts or pending[-1].endswith(":")):
            yield RawBlock(kind, " ".join(pending), level)
            pending, words = [], 0
        if new_heading and not (alone and text.endswith(":")):
            yield RawBlock(BlockKind.HEADING, text, new_heading)
            continue
        if not pending:
            kind = BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH
            level = _depth(line) if is_item else 0
        pending.append(item if is_item else text)
        words += len(text.split())
    if pending:
        yield RawBlock(kind, " ".join(pending), level)


def _continues(before: str, text: str, kind: BlockKind) -> bool:
    """Whether `text` goes on with the sentence of the line before it."""
    if ends_sentence(before) or before.endswith(":"):
        return False
    return (
        text[0].islower()
        or text[0] in "(,;&"
        or (
            kind is BlockKind.PARAGRAPH
            and len(before) >= _WRAPPED_CHARS
            and not heading_level(text)
        )
    )


_WRAPPED_CHARS = 60


def _depth(line: str) -> int:
    expanded = line.expandtabs(_INDENT_PER_LEVEL)
    return 1 + (len(expanded) - len(expanded.lstrip())) // _INDENT_PER_LEVEL
