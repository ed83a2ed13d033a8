"""Addresses in CSS that stands in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.site.record.observation import ResourceType

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ADDRESS = re.compile(
    r"(@import\s{1,20})?(?:url\(\s{0,20}(?:\"([^\"]{0,1024})\"|'([^']{0,1024})'|([^)\"'\s]{1,1024}))"
    r"|(?<=@import)\s{0,20}(?:\"([^\"]{1,1024})\"|'([^']{1,1024})'))",
    re.IGNORECASE,
)
_FONT = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:[?#]|$)", re.IGNORECASE)


def read_css(css: str) -> Iterator[tuple[str, ResourceType]]:
    """Each `@import` and `url()` with what it is for; whether it applies is not looked at."""
    if "(" not in css and "@" not in css:
        return
    for match in _ADDRESS.finditer(_COMMENT.sub(" ", css)):
        imported, *in_url, double, single = match.groups()
        address = next((text for text in in_url if text), "")
        if double or single or imported:
            yield double or single or address, ResourceType.STYLESHEET
        elif address.startswith("#"):
            continue
        elif _FONT.search(address):
            yield address, ResourceType.FONT
        else:
            yield address, ResourceType.IMAGE
