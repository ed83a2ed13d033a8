"""How elements take part in a page's text, and what their attributes say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAME_CHARS = 400
_SUMMARY_LEVEL = 5
_NO_TOKENS: frozenset[str] = frozenset()

Attributes = Mapping[str, str]


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


SKIPPED = _tags(
    "script style noscript template svg math iframe object embed video audio canvas select "
    "datalist map applet noframes del s strike picture meter progress rp rt"
)
BLOCKS = _tags(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li "
    "main menu nav ol p pre search section summary table tbody td textarea tfoot th thead tr ul"
)
LISTS = _tags("ul ol menu dir")
TABLE_PARTS = _tags("table tr td th")
KEEPS_LINES = _tags("pre textarea")
_BOLD = _tags("b strong")


def is_skipped(tag: str, attributes: Attributes) -> bool:
    """Whether nothing inside is text to read. A button is, if it opens a section of the text."""
    if tag == "button":
        return "aria-expanded" not in attributes and "aria-controls" not in attributes
    return tag in SKIPPED


def is_hidden(attributes: Attributes) -> bool:
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
    )


def is_bold(tag: str, attributes: Attributes) -> bool:
    return tag in _BOLD or _BOLD_STYLE.search(attributes.get("style", "")) is not None


def heading_rank(tag: str, attributes: Attributes) -> int:
    """Level from 1 of an element that holds a heading; 0 for all others."""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if attributes.get("role") == "heading":
        level = attributes.get("aria-level", "")
        return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2
    return _SUMMARY_LEVEL if tag in ("summary", "button") else 0


def may_carry_json(attributes: Attributes) -> bool:
    """Whether a script element can hold data in place."""
    kind = attributes.get("type", "").lower()
    return not attributes.get("src") and (not kind or "json" in kind or "javascript" in kind)


def name_tokens(attributes: Attributes) -> frozenset[str]:
    """The lower-case words of class, id and role: `siteNav top-bar` → site, nav, top, bar."""
    if not attributes:
        return _NO_TOKENS
    named = " ".join(filter(None, map(attributes.get, ("class", "id", "role"))))
    return _split(named[:_NAME_CHARS])


@lru_cache(maxsize=1024)
def _split(named: str) -> frozenset[str]:
    return frozenset(token.lower() for token in _NAME_PART.findall(named))
