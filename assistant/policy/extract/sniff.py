"""Which format it is. Content beats the declared type, which beats the file name."""

from __future__ import annotations

import re
from enum import StrEnum

_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1024  # ISO 32000-1, implementation note on the header
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|script|link|style|base|main|article|section|div"
    r"|form|table|ul|ol|h[1-6]|p)\b[^<]*>?",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING_TAG = re.compile(
    r"</(?:p|div|span|li|ul|a|td|h[1-6]|strong|b|section|body)>|<br\s*/?>", re.IGNORECASE
)
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^\S.*\n(?:={3,}|-{3,})\s*$|\]\((?:https?:|mailto:|/|#)|^\s*\*\*[^*\n]+\*\*\s*$"
    r"|^\|.+\|\s*$",
    re.MULTILINE,
)
_SAMPLE = 20_000
_TAGS_PER_HTML = 3
_TAG_EVERY_CHARS = 1_000
_SIGNS_OF_MARKDOWN = 3
_MARKDOWN_TYPES = ("text/markdown", "text/x-markdown")


class Format(StrEnum):
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


def is_pdf(data: bytes, media_type: str | None) -> bool:
    """Whether the bytes start as a PDF, or claim to be one and are no text."""
    if _PDF_MARK in data[:_PDF_MARK_WITHIN]:
        return data.lstrip()[:1] != b"<"
    return media_type == "application/pdf" and b"\0" in data


def sniff_text(text: str, *, media_type: str | None = None, name: str = "") -> Format:
    """The format of decoded text."""
    sample = text[:_SAMPLE]
    if _HTML_START.match(sample):
        return Format.HTML
    tags = len(_CLOSING_TAG.findall(sample))
    suffix = name.lower().rpartition(".")[2]
    plain_type = media_type in (None, "text/plain", "application/octet-stream")
    if tags and media_type in ("text/html", "application/xhtml+xml"):
        return Format.HTML
    if media_type in _MARKDOWN_TYPES or (plain_type and suffix in ("md", "markdown")):
        return Format.MARKDOWN
    made_of_tags = tags >= _TAGS_PER_HTML and tags * _TAG_EVERY_CHARS >= len(sample)
    if made_of_tags or (tags and suffix in ("html", "htm")):
        return Format.HTML
    marked_down = suffix != "txt" and len(_MARKDOWN.findall(sample)) >= _SIGNS_OF_MARKDOWN
    return Format.MARKDOWN if marked_down else Format.TEXT
