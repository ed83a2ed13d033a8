"""Whatever holds a policy (HTML, PDF, Markdown, text) to one clean document."""

from __future__ import annotations

from assistant.errors import EmptyInput
from assistant.policy.document import Document
from assistant.policy.extract.decode import decode
from assistant.policy.extract.draft import Parser, assemble
from assistant.policy.extract.html import HtmlParser
from assistant.policy.extract.markdown import MarkdownParser
from assistant.policy.extract.pdf import parse_pdf
from assistant.policy.extract.sniff import Format, is_pdf, sniff_text
from assistant.policy.extract.text import TextParser

__all__ = ["Format", "extract", "extract_html"]


def extract(
    data: bytes,
    *,
    media_type: str | None = None,
    charset: str | None = None,
    name: str = "",
    base_url: str | None = None,
    max_chars: int,
) -> Document:
    """Read a document of any supported format. What the bytes show beats what is declared.

    Args:
        media_type: As declared, without parameters; None where unknown.
        charset: As declared outside of the document; None where unknown.
        name: File name, for its suffix only.
        base_url: Address of the page, to tell links within it.
        max_chars: Longest text, in code points.

    Raises:
        EmptyInput: Nothing to read.
        UnreadableInput: The bytes are no text and no PDF.
        InputTooLarge: The text is longer than `max_chars`.
        UnreadablePdf, PasswordProtectedPdf, PdfWithoutText: As they say.
    """
    if not data.strip():
        raise EmptyInput
    if is_pdf(data, media_type):
        return assemble(parse_pdf(data, max_chars=max_chars), max_chars=max_chars)
    declared_html = "html" in (media_type or "") or name.lower().endswith((".html", ".htm"))
    text = decode(data, charset=charset, is_html=declared_html or b"<" in data[:1024])
    parser = _parser(sniff_text(text, media_type=media_type, name=name), base_url)
    return assemble(parser.parse(text), max_chars=max_chars)


def extract_html(html: str | bytes, *, base_url: str | None = None, max_chars: int) -> Document:
    """Read the DOM of a page, as a browser hands it over.

    Raises:
        EmptyInput, UnreadableInput, InputTooLarge: As `extract`.
    """
    text = decode(html, is_html=True) if isinstance(html, bytes) else html
    return assemble(HtmlParser(base_url).parse(text), max_chars=max_chars)


def _parser(format_: Format, base_url: str | None) -> Parser:
    if format_ is Format.HTML:
        return HtmlParser(base_url)
    return MarkdownParser() if format_ is Format.MARKDOWN else TextParser()
