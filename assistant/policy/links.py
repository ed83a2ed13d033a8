"""The links of a page, in its order, and what is needed to compare them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]

from assistant.errors import UnreadableInput
from assistant.policy.extract.decode import decode
from assistant.policy.extract.draft import clean

_SKIPPED = frozenset(("script", "style", "noscript", "template"))
_SPACED = frozenset(("br", "div", "p", "li", "span", "img"))
_NOT_WORDS = re.compile(r"[\W_]+")
_MAX_LINKS = 20_000
_MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class Anchor:
    """An `a`, `area` or `link` element; `url` is absolute http or https."""

    text: str
    url: str
    rel: tuple[str, ...]
    hreflang: str


def read_anchors(html: str | bytes, base_url: str) -> tuple[Anchor, ...]:
    """Every link to http or https, in document order; none where the bytes are no text."""
    try:
        text = decode(html, is_html=True) if isinstance(html, bytes) else html
    except UnreadableInput:
        return ()
    reader = _Reader(base_url)
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    try:
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    except etree.ParserError:  # nothing but white space
        pass
    return tuple(reader.anchors)


class _Reader:
    """Target of lxml's event parser; builds no tree, so nesting costs nothing."""

    def __init__(self, base_url: str) -> None:
        self.anchors: list[Anchor] = []
        self._base = base_url
        self._open: dict[str, str] | None = None
        self._text: list[str] = []
        self._skipping = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipping or tag in _SKIPPED:
            self._skipping += 1
        elif tag == "base" and attributes.get("href"):
            self._base = absolute(attributes["href"], self._base) or self._base
        elif tag in ("a", "area", "link"):
            self._finish()
            if "href" in attributes:
                self._open, self._text = dict(attributes), []
        elif self._open is not None:
            if tag in _SPACED:
                self._text.append(" ")
            if tag == "img":
                self._text.append(attributes.get("alt", ""))

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif tag in ("a", "area", "link"):
            self._finish()

    def data(self, text: str) -> None:
        if self._open is not None and not self._skipping:
            self._text.append(text)

    def close(self) -> None:
        self._finish()

    def _finish(self) -> None:
        opened, self._open = self._open, None
        if opened is None or len(self.anchors) >= _MAX_LINKS:
            return
        url = absolute(opened["href"], self._base)
        if url is None:
            return
        text = clean("".join(self._text)) or clean(
            opened.get("aria-label") or opened.get("title") or opened.get("alt") or ""
        )
        self.anchors.append(
            Anchor(
                text[:_MAX_TEXT],
                url,
                tuple(opened.get("rel", "").lower().split()),
                (opened.get("hreflang") or opened.get("lang") or "").lower().replace("_", "-"),
            )
        )


def absolute(href: str, base_url: str) -> str | None:
    """`href` as an absolute http or https address; None for all other schemes and for nonsense."""
    try:
        url = urljoin(base_url, href.strip())
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def without_fragment(url: str) -> str:
    return urldefrag(url).url


def same_page(one: str, other: str) -> bool:
    """Whether two addresses differ in fragment, scheme, `www.` or a closing slash at most."""
    return _page_key(one) == _page_key(other)


def _page_key(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return host, parts.path.rstrip("/"), parts.query


def site_of(url: str, second_level: frozenset[str]) -> str:
    """The registrable domain, as far as a list of common second levels can tell it."""
    host = urlsplit(url).hostname or ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        labels = host.rstrip(".").split(".")
    country = len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in second_level
    return ".".join(labels[-3:] if country else labels[-2:])


def plain(text: str) -> str:
    """Words of a text in lower case, without accents and punctuation, one space between."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def slugs(url: str) -> list[str]:
    """Plain words of each path segment, file suffixes and empty segments left out."""
    parts = urlsplit(url)
    segments = [plain(re.sub(r"\.\w{2,5}$", "", unquote(s))) for s in parts.path.split("/")]
    return [segment for segment in segments if segment]
