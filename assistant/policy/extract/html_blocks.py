"""HTML as a stream of events to blocks. No tree is built, so nesting costs nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import clean, has_ink
from assistant.policy.extract.html_tables import Cell, Table, span
from assistant.policy.extract.lines import ends_sentence, heading_level, split_bullet


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SKIPPED = _names(
    "script style noscript template svg math iframe object embed video audio canvas select "
    "datalist map applet noframes del s strike picture meter progress rp rt"
)
_BLOCKS = _names(
    "address article aside blockquote body button caption center dd details dialog dir div "
    "dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "legend li main menu nav ol p pre search section summary table tbody td textarea tfoot "
    "th thead tr ul"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_BOLD_TAGS = frozenset(("b", "strong"))
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STATE_SCRIPT = re.compile(r"\s*(?:window|self|globalThis)?\s*[.\[\"']*__\w+__[\]\"']*\s*=\s*[{\[]")

_BOLD, _LINK, _ANCHOR = 1, 2, 4
_FAUX_LEVEL = 6
_SUMMARY_LEVEL = 5
_MAX_HEADING_WORDS = 30
_MAX_FAUX_WORDS = 14
_MAX_PAYLOAD_CHARS = 5_000_000
_SENTENCE_WORDS = 12
_TEXTAREA_WORDS = 40


@dataclass(frozen=True, slots=True)
class Node:
    """A block-level element. `parent` is its index, below its own; -1 for the first.

    `tokens` are the lower-case words of its class, id and role.
    """

    parent: int
    tag: str
    tokens: frozenset[str]
    hidden: bool


@dataclass(slots=True)
class HtmlBlock:
    """A block and what tells content from the page around it.

    Attributes:
        node: Index of the innermost element around it.
        chars, link_chars, anchor_chars: Characters without white space: all, in
            links to elsewhere, and in links within the page.
        faux: A heading by its look only.
    """

    kind: BlockKind
    text: str
    level: int
    node: int
    chars: int
    link_chars: int = 0
    anchor_chars: int = 0
    faux: bool = False


@dataclass(slots=True)
class HtmlPage:
    """What one pass over a page found. `payloads` are scripts that carry JSON."""

    title: str = ""
    nodes: list[Node] = field(default_factory=list)
    blocks: list[HtmlBlock] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)


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
    table: Table = field(default_factory=Table)
    row_start: int | None = None
    cells: list[Cell] = field(default_factory=list)
    cell_start: int | None = None
    bullet: bool = False
    layout: bool = False


_Line = list[tuple[str, int]]
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
        self._lines: list[_Line] = [[]]
        self._tables: list[_OpenTable] = []
        self._item_is_new = False
        self._tokens: dict[str, frozenset[str]] = {}

    # Events ------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipping:
            self._skipping += 1
            return
        if tag in _SKIPPED or (tag == "button" and not self._is_opener(attributes)):
            self._skipping = 1
            if tag == "script" and _may_carry_json(attributes):
                self._script = []
            return
        if tag == "title":
            self._title = []
        if tag == "br":
            self._lines.append([])
        old = self._state
        self._outer.append(old)
        if tag not in _BLOCKS:
            if "-" in tag:
                self._lines[-1].append((" ", old.mode))
            self._state = old._replace(tag=tag, mode=old.mode | self._inline_mode(tag, attributes))
            return
        self._flush()
        self._state = _State(
            tag=tag,
            node=self._add_node(tag, attributes),
            mode=old.mode,
            heading=self._heading(tag, attributes) or old.heading,
            depth=old.depth + (tag in _LISTS),
            keeps_lines=old.keeps_lines or tag in ("pre", "textarea"),
        )
        if tag == "li":
            self._item_is_new = True
        elif tag in ("table", "tr", "td", "th"):
            self._open_table_part(tag, attributes)

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
            if not self._skipping and self._script is not None:
                self._keep_script()
            return
        if tag == "title" and self._title is not None:
            self.page.title = self.page.title or clean("".join(self._title))
            self._title = None
        if tag in _BLOCKS:
            self._flush()
            if tag == "li":
                self._item_is_new = False
            elif tag in ("table", "tr", "td", "th"):
                self._close_table_part(tag)
        self._state = self._outer.pop() if self._outer else _OUTSIDE

    def data(self, text: str) -> None:
        if self._skipping:
            if self._script is not None:
                self._script.append(text)
        elif self._title is not None:
            self._title.append(text)
        elif self._state.keeps_lines and "\n" in text:
            first, *more = text.split("\n")
            self._lines[-1].append((first, self._state.mode))
            self._lines.extend([(line, self._state.mode)] for line in more)
        else:
            self._lines[-1].append((text, self._state.mode))

    def close(self) -> None:
        self._flush()

    # Elements ----------------------------------------------------------------

    @staticmethod
    def _is_opener(attributes: Mapping[str, str]) -> bool:
        """Whether a button opens a section of the text and so carries its heading."""
        return "aria-expanded" in attributes or "aria-controls" in attributes

    def _add_node(self, tag: str, attributes: Mapping[str, str]) -> int:
        named = " ".join(filter(None, map(attributes.get, ("class", "id", "role"))))
        tokens = self._tokens.get(named)
        if tokens is None:
            tokens = frozenset(token.lower() for token in _TOKEN.findall(named[:400]))
            self._tokens[named] = tokens
        hidden = (
            "hidden" in attributes
            or attributes.get("aria-hidden", "").lower() == "true"
            or _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
        )
        self.page.nodes.append(Node(self._state.node, tag, tokens, hidden))
        return len(self.page.nodes) - 1

    def _inline_mode(self, tag: str, attributes: Mapping[str, str]) -> int:
        if tag == "a":
            href = attributes.get("href", "").strip()
            within = href.startswith("#") or (self._base and href.startswith(f"{self._base}#"))
            return (_ANCHOR if within else _LINK) if href else 0
        bold = tag in _BOLD_TAGS or _BOLD_STYLE.search(attributes.get("style", "")) is not None
        return _BOLD if bold else 0

    def _heading(self, tag: str, attributes: Mapping[str, str]) -> int:
        if tag in _HEADINGS:
            return _HEADINGS[tag]
        if attributes.get("role") == "heading":
            level = attributes.get("aria-level", "")
            return min(int(level), 6) if level.isdecimal() and int(level) else 2
        return _SUMMARY_LEVEL if tag in ("summary", "button") else 0

    def _keep_script(self) -> None:
        text = "".join(self._script or ())
        self._script = None
        if len(text) <= _MAX_PAYLOAD_CHARS and (
            text.lstrip()[:1] in ("{", "[") or _STATE_SCRIPT.match(text)
        ):
            self.page.payloads.append(text)

    # Tables ------------------------------------------------------------------

    def _open_table_part(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            if self._tables:
                self._tables[-1].layout = True
            self._tables.append(_OpenTable())
        elif self._tables:
            table = self._tables[-1]
            if tag == "tr":
                table.row_start, table.cells = len(self.page.blocks), []
                table.bullet = table.layout = False
            else:
                rows, columns = span(attributes.get("rowspan")), span(attributes.get("colspan"))
                table.cells.append(Cell(tag == "th", rows, columns))
                table.cell_start = len(self.page.blocks)

    def _close_table_part(self, tag: str) -> None:
        if not self._tables:
            return
        table, blocks = self._tables[-1], self.page.blocks
        if tag == "table":
            self._tables.pop()
            if header := table.table.leftover_header():
                self._add(BlockKind.TABLE_ROW, header, 0, chars=len(header))
        elif tag == "tr" and table.row_start is not None:
            self._close_row(table, table.row_start)
            table.row_start = None
        elif table.cells and table.cell_start is not None:
            table.cells[-1].texts = [block.text for block in blocks[table.cell_start :]]
            table.cell_start = None

    def _close_row(self, table: _OpenTable, start: int) -> None:
        parts = self.page.blocks[start:]
        if table.layout or not parts:
            return
        line = table.table.row(table.cells)
        if line is None:
            if table.bullet and parts[0].kind is BlockKind.PARAGRAPH:
                parts[0].kind, parts[0].level = BlockKind.LIST_ITEM, 1
            return
        del self.page.blocks[start:]
        if line:
            self._add(
                BlockKind.TABLE_ROW,
                line,
                0,
                chars=sum(part.chars for part in parts),
                link_chars=sum(part.link_chars for part in parts),
                anchor_chars=sum(part.anchor_chars for part in parts),
            )

    # Text --------------------------------------------------------------------

    def _add(
        self,
        kind: BlockKind,
        text: str,
        level: int,
        *,
        chars: int,
        link_chars: int = 0,
        anchor_chars: int = 0,
        faux: bool = False,
    ) -> None:
        node = self._state.node
        self.page.blocks.append(
            HtmlBlock(kind, text, level, node, chars, link_chars, anchor_chars, faux)
        )

    def _flush(self) -> None:
        """Turn the text since the last block boundary into blocks."""
        lines, self._lines = self._lines, [[]]
        if len(lines) == 1 and not lines[0]:
            return
        paragraph: list[tuple[str, _Line]] = []
        for line in lines:
            text = clean("".join(part for part, _ in line))
            if not has_ink(text):
                if text and self._tables and self._tables[-1].cell_start is not None:
                    self._tables[-1].bullet = True
                if len(lines) > 1 and not text:
                    self._end_paragraph(paragraph)
                    paragraph = []
                continue
            if paragraph and self._breaks(paragraph, text, line):
                self._end_paragraph(paragraph)
                paragraph = []
            paragraph.append((text, line))
        self._end_paragraph(paragraph)

    def _breaks(self, paragraph: list[tuple[str, _Line]], text: str, line: _Line) -> bool:
        """Whether a single line break before `text` ends the paragraph."""
        before, before_line = paragraph[-1]
        if split_bullet(text)[1] or (len(paragraph) == 1 and _is_bold_line(before, before_line)):
            return True
        if _is_bold_line(text, line):
            return True
        long = sum(len(part.split()) for part, _ in paragraph) > _SENTENCE_WORDS
        return ends_sentence(before) and long and not text[0].islower()

    def _end_paragraph(self, paragraph: list[tuple[str, _Line]]) -> None:
        if not paragraph:
            return
        text = " ".join(part for part, _ in paragraph)
        runs = [run for _, line in paragraph for run in line]
        counts = [(len("".join(part.split())), mode) for part, mode in runs]
        kind, level, faux, text = self._kind(text, len(paragraph) == 1, paragraph[0][1])
        if self._state.tag == "textarea" and len(text.split()) < _TEXTAREA_WORDS:
            return
        self._add(
            kind,
            text,
            level,
            chars=sum(count for count, _ in counts),
            link_chars=sum(count for count, mode in counts if mode & _LINK),
            anchor_chars=sum(count for count, mode in counts if mode & _ANCHOR),
            faux=faux,
        )

    def _kind(self, text: str, single: bool, line: _Line) -> tuple[BlockKind, int, bool, str]:
        state, words = self._state, len(text.split())
        if state.heading and words <= _MAX_HEADING_WORDS:
            return BlockKind.HEADING, state.heading, False, text
        if state.tag == "dt" and words <= _MAX_FAUX_WORDS:
            return BlockKind.HEADING, _FAUX_LEVEL + 1, True, text
        bare, is_bullet = split_bullet(text)
        if state.depth and self._item_is_new:
            self._item_is_new = False
            return BlockKind.LIST_ITEM, state.depth, False, bare
        if is_bullet:
            return BlockKind.LIST_ITEM, max(state.depth, 1), False, bare
        if single and not state.depth and not self._tables:
            if _is_bold_line(text, line):
                return BlockKind.HEADING, _FAUX_LEVEL + (heading_level(text) > 3), True, text
            if heading_level(text) and not any(mode & (_LINK | _ANCHOR) for _, mode in line):
                return BlockKind.HEADING, _FAUX_LEVEL + (heading_level(text) > 3), True, text
        return BlockKind.PARAGRAPH, 0, False, text


def _is_bold_line(text: str, line: _Line) -> bool:
    """Whether all of a short line is bold and it is no sentence."""
    return (
        len(text.split()) <= _MAX_FAUX_WORDS
        and not text.endswith((";", ","))
        and all(mode & _BOLD for part, mode in line if has_ink(part))
    )


def _may_carry_json(attributes: Mapping[str, str]) -> bool:
    kind = attributes.get("type", "").lower()
    return not attributes.get("src") and (not kind or "json" in kind or "javascript" in kind)
