"""Plain text: paragraphs, bullets and headings guessed from lines alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import Draft, RawBlock, clean
from assistant.policy.extract.lines import (
    ends_sentence,
    heading_level,
    is_numbered,
    split_bullet,
)

_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_ENTITY = re.compile(r"&(nbsp|amp|quot|lt|gt|#39)\b[;.]?", re.IGNORECASE)
_ENTITIES = {"nbsp": " ", "amp": "&", "quot": '"', "lt": "<", "gt": ">", "#39": "'"}
_ITEM_END = re.compile(r";(?:\s+(?:and|or|and/or))?$", re.IGNORECASE)
_INDENT_PER_LEVEL = 4
_PARAGRAPH_WORDS = 60
_WRAPPED_CHARS = 60
_MAX_TITLE_WORDS = 12
_MAX_DEPTH = 9
_CAPITALS_LEVEL = 2
_PLAIN_LEVEL = 3
_CONTINUING = frozenset(",.;:)&")
_DANGLING = ("&", " and", " or", " of", " the", " to", " and/or")


class TextParser:
    """Reads text without mark-up. A line that only wraps is joined to the one before."""

    def parse(self, content: str) -> Draft:
        lines = _ENTITY.sub(_character, _NEWLINE.sub("\n", content)).split("\n")
        blocks = list(_blocks(lines))
        is_title = blocks and len(blocks[0].text.split()) <= _MAX_TITLE_WORDS
        return Draft(blocks, blocks[0].text if is_title else "")


def _character(match: re.Match[str]) -> str:
    return _ENTITIES[match[1].lower()]


@dataclass(slots=True)
class _Pending:
    """Lines that will be one block. Texts of several are joined with a space."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    texts: list[str] = field(default_factory=list)
    words: int = 0

    def add(self, text: str) -> None:
        self.texts.append(text)
        self.words += len(text.split())


def _blocks(lines: Sequence[str]) -> Iterator[RawBlock]:
    """Blocks between blank lines; sentences on lines of their own are gathered.

    Such sentences become paragraphs of about `_PARAGRAPH_WORDS` words: nothing
    in the text tells where the writer ended one.
    """
    texts = [clean(line) for line in lines]
    pending = _Pending()
    for index, text in enumerate(texts):
        before = pending.texts[-1] if pending.texts else ""
        item, is_item = split_bullet(text)
        is_item = bool(text) and (is_item or _goes_on_as_list(before, text))
        level = 0 if is_item or not text else _heading(texts, index)
        if before and text and not is_item and _wraps(before, text, bool(level)):
            pending.add(text)
            continue
        ends = before.endswith(":") or pending.kind is BlockKind.LIST_ITEM
        if before and (not text or is_item or level or ends or pending.words >= _PARAGRAPH_WORDS):
            yield RawBlock(pending.kind, " ".join(pending.texts), pending.level)
            pending = _Pending()
        if level:
            yield RawBlock(BlockKind.HEADING, text, level, not is_numbered(text))
        elif is_item:
            pending = _Pending(BlockKind.LIST_ITEM, _depth(lines[index]))
            pending.add(item)
        elif text:
            pending.add(text)
    if pending.texts:
        yield RawBlock(pending.kind, " ".join(pending.texts), pending.level)


def _heading(texts: Sequence[str], index: int) -> int:
    """Level of a line that looks like a heading and has lines around it that allow it; else 0."""
    text = texts[index]
    before = texts[index - 1] if index else ""
    after = next((line for line in texts[index + 1 : index + 4] if line), "")
    goes_on = bool(before) and not (
        ends_sentence(before) or before.endswith(":") or heading_level(before)
    )
    level = heading_level(text)
    goes_on = goes_on and level != _CAPITALS_LEVEL
    followed = after[:1].islower() or after[:1] in _CONTINUING or text.endswith(_DANGLING)
    if goes_on or followed:
        return 0
    alone = not before and texts[index + 1 : index + 2] == [""]
    return level or (_PLAIN_LEVEL if alone and _is_title(text, after) else 0)


def _is_title(text: str, after: str) -> bool:
    """Whether a line between blank ones is a title or a question of the text after it."""
    return (
        len(text.split()) <= _MAX_TITLE_WORDS
        and text[0].isupper()
        and ": " not in text
        and (text.endswith("?") or not (ends_sentence(text) or text.endswith(":")))
        and (len(after.split()) > _MAX_TITLE_WORDS or after.endswith(":"))
    )


def _goes_on_as_list(before: str, text: str) -> bool:
    """Whether a line without a bullet is an item: `…:` or `…;` before it and `;` at its end."""
    if _ITEM_END.search(before):
        return True
    return before.endswith(":") and _ITEM_END.search(text) is not None


def _wraps(before: str, text: str, is_heading: bool) -> bool:
    """Whether `text` goes on with the sentence of the line before it."""
    if ends_sentence(before) or before.endswith(":"):
        return False
    return (
        text[0].islower() or text[0] in "(,;&" or (len(before) >= _WRAPPED_CHARS and not is_heading)
    )


def _depth(line: str) -> int:
    expanded = line.expandtabs(_INDENT_PER_LEVEL)
    indent = len(expanded) - len(expanded.lstrip())
    return min(1 + indent // _INDENT_PER_LEVEL, _MAX_DEPTH)
