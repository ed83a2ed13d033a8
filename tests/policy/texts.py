"""Documents out of a few lines of invented text."""

from __future__ import annotations

from assistant.policy.document import Block, BlockKind, Document


def document(text: str) -> Document:
    """Lines are blocks: "# " begins a heading, "- " a list item, deeper with two spaces each."""
    parts: list[str] = []
    blocks: list[Block] = []
    heading: tuple[str, ...] = ()
    at = 0
    for line in filter(str.strip, text.splitlines()):
        depth = (len(line) - len(line.lstrip(" "))) // 2 + 1
        content = line.strip()
        kind, level = BlockKind.PARAGRAPH, 0
        if content.startswith("# "):
            kind, level, content = BlockKind.HEADING, 1, content[2:]
        elif content.startswith("- "):
            kind, level, content = BlockKind.LIST_ITEM, depth, content[2:]
        blocks.append(Block(kind, at, at + len(content), level, heading))
        if kind is BlockKind.HEADING:
            heading = (content,)
        parts.append(content)
        at += len(content) + 1
    return Document("\n".join(parts), tuple(blocks))
