"""HTML as a stream of events to blocks. No tree is built, so nesting costs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lxml import etree

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import clean, has_ink
from assistant.policy.extract.html_page import HtmlBlock, HtmlPage, Node
from assistant.policy.extract.html_tables import Cell, Table, span
from assistant.policy.extract.html_tags import (
    BLOCKS,
    KEEPS_LINES,
    LISTS,
    TABLE_PARTS,
    Attributes,
    heading_rank,
    is_bold,
    is_hidden,
    is_skipped,
    may_carry_json,
    name_tokens,
)
from assistant.policy.extract.html_text import ANCHOR, BOLD, LINK, Place, paragraphs
from assistant.policy.extract.lexicon import hint_words

_STATE_SCRIPT = re.compile(r"\s*(?:window|self|globalThis)?\s*[.\[\"']*__\w+__[\]\"']*\s*=\s*[{\[]")
_MAX_PAYLOAD_CHARS = 5_000_000
_TEXTAREA_WORDS = 40


class _State(NamedTuple):
    """What holds for the text inside the open elements."""

    tag: str
    node: int
    mode: int
    heading: int
    depth: int
    keeps_lines: bool


@dataclass(slots=True)
class _OpenTable:
    """A table that is being read; positions are indices of the page's blocks."""

    table: Table = field(default_factory=Table)
    row_start: int | None = None
    cells: list[Cell] = field(default_factory=list)
    cell_start: int | None = None
    has_bullet: bool = False
    is_layout: bool = False


_NO_ATTRIBUTES: dict[str, str] = {}
_OUTSIDE = _State("", -1, 0, 0, 0, False)


def read_html(html: str, base_url: str | None = None) -> HtmlPage:
    """Read a page, or any fragment, into blocks; time is linear in its length."""
    reader = _Reader(base_url)
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    try:
        parser.feed(html.encode("utf-8", "replace"))
        parser.close()
    except etree.ParserError:  # nothing but white space
        reader.close()
    return reader.page


class _Reader:
    """Target of lxml's event parser, which closes every element that it opens."""

    def __init__(self, base_url: str | None) -> None:
        self.page = HtmlPage()
        self._base = (base_url or "").partition("#")[0]
        self._state = _OUTSIDE
        self._outer: list[_State] = []
        self._skipping = 0
        self._script: list[str] | None = None
        self._title: list[str] | None = None
        self._lines: list[list[tuple[str, int]]] = [[]]
        self._tables: list[_OpenTable] = []
        self._item_is_new = False
        self._heading_names = hint_words()["heading"]

    # Events ------------------------------------------------------------------

    def start(self, tag: str, given: Attributes) -> None:
        attributes = dict(given) if given else _NO_ATTRIBUTES
        if self._skipping or is_skipped(tag, attributes):
            if tag == "script" and not self._skipping and may_carry_json(attributes):
                self._script = []
            self._skipping += 1
            return
        old = self._state
        self._outer.append(old)
        if tag in BLOCKS:
            self._start_block(tag, attributes)
            return
        if tag == "title":
            self._title = []
        elif tag == "br":
            self._lines.append([])
        elif "-" in tag:  # a custom element: its text is no part of the word before it
            self._lines[-1].append((" ", old.mode))
        self._state = old._replace(tag=tag, mode=old.mode | self._mode(tag, attributes))

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
            if not self._skipping and self._script is not None:
                self._keep_script()
            return
        if tag == "title" and self._title is not None:
            self.page.title = self.page.title or clean("".join(self._title))
            self._title = None
        if tag in BLOCKS:
            self._flush()
            if tag == "li":
                self._item_is_new = False
            elif tag in TABLE_PARTS and self._tables:
                self._end_table_part(tag)
        self._state = self._outer.pop() if self._outer else _OUTSIDE

    def data(self, text: str) -> None:
        if self._skipping:
            if self._script is not None:
                self._script.append(text)
        elif self._title is not None:
            self._title.append(text)
        else:
            lines = text.split("\n") if self._state.keeps_lines else [text]
            self._lines[-1].append((lines[0], self._state.mode))
            self._lines.extend([(line, self._state.mode)] for line in lines[1:])

    def close(self) -> None:
        self._flush()

    # Elements ----------------------------------------------------------------

    def _start_block(self, tag: str, attributes: Attributes) -> None:
        self._flush()
        old = self._state
        node = Node(old.node, tag, name_tokens(attributes), is_hidden(attributes))
        self.page.nodes.append(node)
        self._state = _State(
            tag=tag,
            node=len(self.page.nodes) - 1,
            mode=old.mode,
            heading=heading_rank(tag, attributes) or old.heading,
            depth=old.depth + (tag in LISTS),
            keeps_lines=old.keeps_lines or tag in KEEPS_LINES,
        )
        if tag == "li":
            self._item_is_new = True
        elif tag in TABLE_PARTS:
            self._start_table_part(tag, attributes)

    def _mode(self, tag: str, attributes: Attributes) -> int:
        if tag == "a" and (href := attributes.get("href", "").strip()):
            within = href.startswith("#") or (self._base and href.startswith(f"{self._base}#"))
            return ANCHOR if within else LINK
        return BOLD if is_bold(tag, attributes) else 0

    def _is_named_heading(self, node: int) -> bool:
        """Whether the site itself calls the element a title or heading."""
        return node >= 0 and not self._heading_names.isdisjoint(self.page.nodes[node].tokens)

    def _keep_script(self) -> None:
        text = "".join(self._script or ())
        self._script = None
        holds_json = text.lstrip()[:1] in ("{", "[") or _STATE_SCRIPT.match(text)
        if holds_json and len(text) <= _MAX_PAYLOAD_CHARS:
            self.page.payloads.append(text)

    # Tables ------------------------------------------------------------------

    def _start_table_part(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            if self._tables:
                self._tables[-1].is_layout = True
            self._tables.append(_OpenTable())
        elif self._tables:
            table = self._tables[-1]
            if tag == "tr":
                table.row_start, table.cells = len(self.page.blocks), []
                table.has_bullet = table.is_layout = False
            else:
                rows, columns = span(attributes.get("rowspan")), span(attributes.get("colspan"))
                table.cells.append(Cell(tag == "th", rows, columns))
                table.cell_start = len(self.page.blocks)

    def _end_table_part(self, tag: str) -> None:
        table, blocks = self._tables[-1], self.page.blocks
        if tag == "table":
            self._tables.pop()
            if header := table.table.leftover_header():
                self._add_row(header, [])
        elif tag == "tr" and table.row_start is not None:
            self._end_row(table, table.row_start)
            table.row_start = None
        elif table.cells and table.cell_start is not None:
            cell, parts = table.cells[-1], blocks[table.cell_start :]
            cell.texts = [block.text for block in parts]
            cell.is_header = cell.is_header or (bool(parts) and all(b.is_bold for b in parts))
            table.cell_start = None

    def _end_row(self, table: _OpenTable, start: int) -> None:
        parts = self.page.blocks[start:]
        line = table.table.row(table.cells) if parts and not table.is_layout else None
        if line is not None:
            del self.page.blocks[start:]
            if line:
                self._add_row(line, parts)
        elif table.has_bullet and parts and parts[0].kind is BlockKind.PARAGRAPH:
            parts[0].kind, parts[0].level = BlockKind.LIST_ITEM, 1

    def _add_row(self, line: str, parts: list[HtmlBlock]) -> None:
        self.page.blocks.append(
            HtmlBlock(
                BlockKind.TABLE_ROW,
                line,
                0,
                self._state.node,
                chars=sum(part.chars for part in parts) or len(line),
                link_chars=sum(part.link_chars for part in parts),
                anchor_chars=sum(part.anchor_chars for part in parts),
            )
        )

    # Text --------------------------------------------------------------------

    def _flush(self) -> None:
        """Turn the text since the last block boundary into blocks."""
        lines, self._lines = self._lines, [[]]
        if len(lines) == 1 and not lines[0]:
            return
        state, table = self._state, self._tables[-1] if self._tables else None
        place = Place(
            state.tag,
            state.node,
            state.heading,
            state.depth,
            is_new_item=self._item_is_new,
            is_named_heading=self._is_named_heading(state.node),
        )
        for paragraph in paragraphs(lines):
            if state.tag == "textarea" and len(paragraph.text.split()) < _TEXTAREA_WORDS:
                continue
            self.page.blocks.append(paragraph.as_block(place))
            if state.depth and place.is_new_item:
                self._item_is_new = False
                place = replace(place, is_new_item=False)
        if table and table.cell_start == len(self.page.blocks):
            text = clean("".join(part for part, _ in lines[0]))
            table.has_bullet = table.has_bullet or bool(text and not has_ink(text))
