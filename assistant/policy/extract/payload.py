"""Policies that a page carries as JSON for its scripts to show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from assistant.policy.document import BlockKind
from assistant.policy.extract.draft import RawBlock, clean, has_ink
from assistant.policy.extract.html_blocks import read_html
from assistant.policy.extract.lines import ends_sentence

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

_MARKUP = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|span|section|td)\b[^>]*>", re.IGNORECASE)
_ASSIGNED = re.compile(r"[^={\[]*=\s*")
_HEADING = re.compile(r"h(?:eading)?[-_ ]?([1-6])?")
_LIST_KINDS = frozenset(("list-item", "listitem", "list_item", "li", "bullet"))
_TEXT_KEYS = ("text", "value")
_CHILD_KEYS = ("children", "content")
_KIND_KEYS = ("nodeType", "style", "type", "_type", "tag")
_PROSE_WORDS = 8
_MAX_LEAVES = 200


def read_payloads(scripts: Sequence[str]) -> list[RawBlock]:
    """Blocks of the prose in JSON scripts: HTML strings, rich-text trees, plain sentences.

    Text that is no valid JSON adds nothing. Repeated strings are read once.
    """
    blocks: list[RawBlock] = []
    seen: set[str] = set()
    for script in scripts:
        for block in _read(script):
            if block.text not in seen:
                seen.add(block.text)
                blocks.append(block)
    return blocks


def _read(script: str) -> Iterator[RawBlock]:
    text = script.strip()
    if text[:1] not in ("{", "["):
        text = text[assigned.end() :] if (assigned := _ASSIGNED.match(text)) else ""
    try:
        value: Json = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return
    pending: list[Json] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield from _string(item)
        elif isinstance(item, list):
            pending.extend(reversed(item))
        elif isinstance(item, dict):
            block = _rich_text(item)
            if block is None:
                pending.extend(reversed(item.values()))
            elif has_ink(block.text):
                yield block


def _string(text: str) -> Iterator[RawBlock]:
    if _MARKUP.search(text):
        for block in read_html(text).blocks:
            yield RawBlock(block.kind, block.text, block.level)
        return
    prose = clean(text)
    if len(prose.split()) >= _PROSE_WORDS and ends_sentence(prose) and prose[0] not in "{[<":
        yield RawBlock(BlockKind.PARAGRAPH, prose)


def _rich_text(item: dict[str, Json]) -> RawBlock | None:
    """A paragraph of a content system's tree: an object whose children are runs of text."""
    children = next((item[key] for key in _CHILD_KEYS if isinstance(item.get(key), list)), None)
    if not isinstance(children, list) or not 0 < len(children) <= _MAX_LEAVES:
        return None
    runs = [_run(child) for child in children]
    if any(run is None for run in runs):
        return None
    text = clean("".join(run or "" for run in runs))
    kinds = [str(item[key]).lower() for key in _KIND_KEYS if isinstance(item.get(key), str)]
    for kind in kinds:
        if heading := _HEADING.fullmatch(kind):
            return RawBlock(BlockKind.HEADING, text, int(heading[1] or 2))
    if item.get("listItem") or not _LIST_KINDS.isdisjoint(kinds):
        return RawBlock(BlockKind.LIST_ITEM, text, 1)
    return RawBlock(BlockKind.PARAGRAPH, text)


def _run(child: Json) -> str | None:
    """The text of a run, with the runs inside a link; None for anything deeper."""
    if not isinstance(child, dict):
        return None
    for key in _TEXT_KEYS:
        if isinstance(text := child.get(key), str):
            return text
    for key in _CHILD_KEYS:
        inner = child.get(key)
        if isinstance(inner, list) and child.get("nodeType") == "hyperlink":
            runs = [_run_text(run) for run in inner]
            return None if None in runs else "".join(run or "" for run in runs)
    return None


def _run_text(child: Json) -> str | None:
    if isinstance(child, dict):
        for key in _TEXT_KEYS:
            if isinstance(text := child.get(key), str):
                return text
    return None
