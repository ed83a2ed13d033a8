"""The links of a page, in its order, and what is needed to compare them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from bs4.filter import SoupStrainer

from assistant.errors import UnreadableInput
from assistant.policy.extract.decode import decode
from assistant.policy.extract.draft import clean

_NOT_WORDS = re.compile(r"[\W_]+")
_MAX_LINKS = 20_000
_MAX_TEXT = 300
_MAX_NODES = 60
_SPACED = frozenset(("br", "div", "p", "li", "span", "img"))


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
    # Only links are kept, so neither a large nor a deeply nested page costs a tree.
    page = BeautifulSoup(text, "lxml", parse_only=SoupStrainer(("a", "area", "link", "base")))
    base = page.find("base", href=True)
    if base is not None:
        base_url = absolute(str(base["href"]), base_url) or base_url
    elements = page.find_all(("a", "area", "link"), href=True, limit=_MAX_LINKS)
    anchors = (_anchor(element, base_url) for element in elements)
    return tuple(anchor for anchor in anchors if anchor is not None)


def _anchor(element: Tag, base_url: str) -> Anchor | None:
    url = absolute(str(element["href"]), base_url)
    if url is None:
        return None
    named = (str(element.get(name, "")) for name in ("aria-label", "title", "alt"))
    text = next((shown for label in (_label(element), *named) if (shown := clean(label))), "")
    language = str(element.get("hreflang") or element.get("lang") or "")
    return Anchor(
        text=text[:_MAX_TEXT],
        url=url,
        rel=tuple(value.lower() for value in element.get_attribute_list("rel") if value),
        hreflang=language.lower().replace("_", "-"),
    )


def _label(element: Tag) -> str:
    """The words and picture names in a link; a broken page's endless link is cut short."""
    parts = []
    for node in islice(element.descendants, _MAX_NODES):
        if isinstance(node, NavigableString):
            parts.append(str(node))
        elif isinstance(node, Tag) and node.name in _SPACED:
            parts.append(f" {node.get('alt', '')}")
    return "".join(parts)


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
