"""HTML: a static page, or the DOM that a browser shows."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import Draft, RawBlock
from assistant.policy.extract.html_blocks import read_html
from assistant.policy.extract.html_page import HtmlBlock
from assistant.policy.extract.main_content import select
from assistant.policy.extract.payload import read_payloads

_NEARLY_EMPTY_WORDS = 120


@dataclass(frozen=True, slots=True)
class HtmlParser:
    """Reads a page's main text. `base_url` tells links within the page from links away."""

    base_url: str | None = None

    def parse(self, content: str) -> Draft:
        page = read_html(content, self.base_url)
        kept = select(page)
        blocks = [
            RawBlock(block.kind, block.text, block.level, block.is_guess) for block in _demote(kept)
        ]
        if _words(blocks) < _NEARLY_EMPTY_WORDS and page.payloads:
            delivered = read_payloads(page.payloads)
            if _words(delivered) > _words(blocks):
                blocks = delivered
        title = page.title or next(
            (block.text for block in blocks if block.kind is BlockKind.HEADING), ""
        )
        return Draft(blocks, title)


def _words(blocks: list[RawBlock]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def _demote(blocks: list[HtmlBlock]) -> list[HtmlBlock]:
    """Take headings by look for paragraphs where most of the page looks that way."""
    faux = sum(len(block.text.split()) for block in blocks if block.faux)
    if faux > sum(len(block.text.split()) for block in blocks) / 2:
        for block in blocks:
            if block.faux:
                block.kind, block.level, block.is_guess = BlockKind.PARAGRAPH, 0, False
    return blocks
