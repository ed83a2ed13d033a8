"""Markdown: headings, lists, tables and links to their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import Draft, RawBlock, clean, has_ink
from assistant.policy.extract.html_blocks import read_html
from assistant.policy.extract.html_tables import Cell, Table
from assistant.policy.extract.lines import heading_level, is_numbered, split_bullet

_FAUX_LEVEL = 7
_MAX_FAUX_WORDS = 14
_MAX_NESTING = 100


class MarkdownParser:
    """Reads CommonMark with tables, the dialect in which archives keep policies."""

    def parse(self, content: str) -> Draft:
        parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
        blocks = _Walk().run(parser.parse(content))
        title = blocks[0].text if blocks and blocks[0].kind is BlockKind.HEADING else ""
        return Draft(blocks, title)


@dataclass(slots=True)
class _Walk:
    """One pass over the tokens, which markdown-it gives flat and balanced."""

    blocks: list[RawBlock] = field(default_factory=list)
    depth: int = 0
    heading: int = 0
    item_is_new: bool = False
    table: Table = field(default_factory=Table)
    cells: list[Cell] | None = None

    def run(self, tokens: Sequence[Token]) -> list[RawBlock]:
        for token in tokens:
            match token.type:
                case "inline":
                    self._inline(token.children or [])
                case "fence" | "code_block":
                    for chunk in token.content.split("\n\n"):
                        self._add(BlockKind.PARAGRAPH, clean(chunk))
                case "html_block":
                    for block in read_html(token.content).blocks:
                        self._add(block.kind, block.text, block.level)
                case _:
                    self._structure(token)
                    self._table_part(token)
        return self.blocks

    def _structure(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.heading = int(token.tag[1])
            case "heading_close":
                self.heading = 0
            case (
                "bullet_list_open"
                | "ordered_list_open"
                | "bullet_list_close"
                | "ordered_list_close"
            ):
                self.depth += token.nesting
            case "list_item_open":
                self.item_is_new = True
            case _:
                pass

    def _table_part(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self.table = Table()
            case "tr_open":
                self.cells = []
            case "th_open" | "td_open" if self.cells is not None:
                self.cells.append(Cell(token.type == "th_open"))
            case "tr_close":
                self._end_row()
            case "table_close":
                self._add(BlockKind.TABLE_ROW, self.table.leftover_header())
            case _:
                pass

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if has_ink(text):
            self.blocks.append(RawBlock(kind, text, level))

    def _inline(self, children: Sequence[Token]) -> None:
        lines, bold = _inline_lines(children)
        text = " ".join(lines)
        if self.cells:
            self.cells[-1].texts = [line for line in lines if has_ink(line)]
        elif self.heading:
            self._add(BlockKind.HEADING, text, self.heading)
        elif self.depth and self.item_is_new and has_ink(text):
            self.item_is_new = False
            self._add(BlockKind.LIST_ITEM, text, self.depth)
        elif not self.depth and len(lines) == 1 and _is_faux_heading(text, bold):
            level = _FAUX_LEVEL + (heading_level(text) > 3)
            guess = not bold and not is_numbered(text)
            self.blocks.append(RawBlock(BlockKind.HEADING, text, level, guess))
        else:
            for item in _items(lines):
                bare, is_item = split_bullet(item)
                kind = BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH
                self._add(kind, bare, int(is_item))

    def _end_row(self) -> None:
        cells, self.cells = self.cells or [], None
        line = self.table.row(cells)
        if line is None:
            for cell in cells:
                self._add(BlockKind.PARAGRAPH, cell.text)
        else:
            self._add(BlockKind.TABLE_ROW, line)


def _inline_lines(children: Sequence[Token]) -> tuple[list[str], bool]:
    """Clean lines of an inline run that are not empty, and whether all of it is bold."""
    lines: list[list[str]] = [[]]
    strong, plain = 0, False
    for child in children:
        is_break = child.type == "html_inline" and child.content.lower().startswith("<br")
        if child.type in ("text", "code_inline"):
            lines[-1].append(child.content)
            plain = plain or (not strong and has_ink(child.content))
        elif child.type in ("softbreak", "hardbreak") or is_break:
            lines.append([])
        elif child.type in ("strong_open", "strong_close"):
            strong += child.nesting
    return [line for parts in lines if (line := clean("".join(parts)))], not plain


def _items(lines: Sequence[str]) -> list[str]:
    """Lines joined up to the next one that starts with a list mark."""
    items: list[str] = []
    for line in lines:
        if items and not split_bullet(line)[1]:
            items[-1] += f" {line}"
        else:
            items.append(line)
    return items


def _is_faux_heading(text: str, bold: bool) -> bool:
    short = 0 < len(text.split()) <= _MAX_FAUX_WORDS
    return short and (bold or heading_level(text) > 0) and not text.endswith((";", ","))
