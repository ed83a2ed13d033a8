"""What every parser hands over, and how it becomes one clean text with offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.errors import EmptyInput, InputTooLarge
from assistant.policy.document import Block, BlockKind, Document

_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_JOINER_IN_LATIN = re.compile("(?<=[\x00-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\u024f])")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
)
_WORD = re.compile(r"\w")
_MAX_HEADING_LEVEL = 9
_SHORT_WORDS = 5


def clean(text: str) -> str:
    """Fold white space and take out what has no ink: controls, soft hyphens, zero-width, icons.

    Idempotent; the result is NFC and has no leading or trailing white space.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_LIGATURES))
        text = _JOINER_IN_LATIN.sub("", text)
    return " ".join(_DROPPED.sub("", text).split())


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block before it has its place in the text. `text` is clean and not empty.

    `level` is a heading's level from 1, a list item's depth from 1, else 0.
    `is_guess` marks a heading told by its words alone.
    """

    kind: BlockKind
    text: str
    level: int = 0
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The blocks of one input in reading order, and its title or ""."""

    blocks: Sequence[RawBlock] = field(default=())
    title: str = ""


class Parser(Protocol):
    """Reads one format. Pure: bytes or text in, draft out."""

    def parse(self, content: str) -> Draft: ...


def has_ink(text: str) -> bool:
    """Whether `text` holds a letter or a digit of any script."""
    return _WORD.search(text) is not None


def _settle(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Take guessed headings for paragraphs where their place speaks against it.

    A line after a colon, the last line, and a line before another short one
    are parts of an address or a list more often than headings.
    """
    settled: list[RawBlock] = []
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.is_guess and (
            (index and blocks[index - 1].text.endswith(":"))
            or after is None
            or (after.kind is BlockKind.PARAGRAPH and len(after.text.split()) < _SHORT_WORDS)
        ):
            settled.append(RawBlock(BlockKind.PARAGRAPH, block.text))
        else:
            settled.append(block)
    return settled


def assemble(draft: Draft, *, max_chars: int) -> Document:
    """Lay the blocks out in one text, each under the headings it stands below.

    Raises:
        EmptyInput: No block holds a letter or a digit.
        InputTooLarge: The text is longer than `max_chars` code points.
    """
    kept = _settle([block for block in draft.blocks if has_ink(block.text)])
    if not kept:
        raise EmptyInput("There is nothing to read: the input holds no text.")
    length = sum(len(block.text) + 1 for block in kept) - 1
    if length > max_chars:
        raise InputTooLarge(
            "The text is longer than this program analyses.",
            hint="Give only the policy itself, or raise `max_text_chars` in the settings.",
        )
    blocks: list[Block] = []
    above: list[tuple[int, str]] = []
    headings: tuple[str, ...] = ()
    start = 0
    for block in kept:
        if block.kind is BlockKind.HEADING:
            level = min(max(block.level, 1), _MAX_HEADING_LEVEL)
            while above and above[-1][0] >= level:
                above.pop()
            headings = tuple(text for _, text in above)
        else:
            level = block.level
        end = start + len(block.text)
        blocks.append(Block(block.kind, start, end, level, headings))
        if block.kind is BlockKind.HEADING:
            above.append((level, block.text))
            headings = tuple(text for _, text in above)
        start = end + 1
    return Document("\n".join(block.text for block in kept), tuple(blocks), clean(draft.title))
