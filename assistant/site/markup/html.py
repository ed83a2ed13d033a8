"""What a page's HTML makes a browser request, read without running or fetching anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from assistant.site.markup.css import read_css
from assistant.site.markup.written import bare_source, is_insecure, resolve
from assistant.site.record.addresses import bare_url
from assistant.site.record.observation import Request, ResourceType, ScriptElement
from assistant.site.record.shapes import Shaper
from assistant.site.who.domains import host_of, registrable_domain

MAX_REQUESTS = 10_000
MAX_REQUESTS_PER_SITE = 1_000
"""Far above what pages have; no domain can use up the room of the others."""
MAX_SCRIPTS = 2_000
_MAX_FRAMES = 20
_MAX_REFRESH_S = 5
_MAX_STYLE_CHARS = 2_000_000
_MAX_HEADER_CHARS = 20_000

# HTML Standard, "JavaScript MIME type" and script types that make a browser load something.
_RUNNING_TYPES = frozenset({"module", "speculationrules"}) | {
    f"{group}/{prefix}{name}"
    for group in ("application", "text")
    for prefix in ("", "x-")
    for name in ("javascript", "ecmascript", "jscript", "livescript")
}
_SOURCES: Mapping[tuple[str, str], ResourceType] = {
    ("iframe", "src"): ResourceType.SUB_FRAME,
    ("frame", "src"): ResourceType.SUB_FRAME,
    ("object", "data"): ResourceType.OBJECT,
    ("embed", "src"): ResourceType.OBJECT,
    ("video", "src"): ResourceType.MEDIA,
    ("audio", "src"): ResourceType.MEDIA,
    ("source", "src"): ResourceType.MEDIA,
    ("track", "src"): ResourceType.OTHER,
    ("video", "poster"): ResourceType.IMAGE,
    ("input", "src"): ResourceType.IMAGE,
    ("body", "background"): ResourceType.IMAGE,
    ("table", "background"): ResourceType.IMAGE,
    ("td", "background"): ResourceType.IMAGE,
    ("th", "background"): ResourceType.IMAGE,
    ("image", "href"): ResourceType.IMAGE,
    ("image", "xlink:href"): ResourceType.IMAGE,
    ("use", "href"): ResourceType.IMAGE,
    ("use", "xlink:href"): ResourceType.IMAGE,
}
_LINKS: Mapping[str, ResourceType] = {
    "stylesheet": ResourceType.STYLESHEET,
    "icon": ResourceType.IMAGE,
    "apple-touch-icon": ResourceType.IMAGE,
    "modulepreload": ResourceType.SCRIPT,
    "manifest": ResourceType.OTHER,
    "prefetch": ResourceType.OTHER,
    "prerender": ResourceType.OTHER,
    "preconnect": ResourceType.OTHER,
    "dns-prefetch": ResourceType.OTHER,
}
_PRELOADS: Mapping[str, ResourceType] = {
    "script": ResourceType.SCRIPT,
    "style": ResourceType.STYLESHEET,
    "image": ResourceType.IMAGE,
    "font": ResourceType.FONT,
    "fetch": ResourceType.XMLHTTPREQUEST,
    "audio": ResourceType.MEDIA,
    "video": ResourceType.MEDIA,
    "document": ResourceType.SUB_FRAME,
}
_DESCRIPTOR = re.compile(r"[\d.]+[wxh](?:,|\Z)")
"""The width or density of an image in a `srcset`."""
_REFRESH = re.compile(
    r"(\d{0,9})(?:\.[\d.]{0,9})?(?:\s{0,9}[;,]\s{0,9}|\s{1,9})(?:url\s{0,9}=\s{0,9})?(?:\"([^\"]*)|'([^']*)|(\S.*)|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_LINK_HEADER = re.compile(r"<([^<>]{0,2048})>((?:[^,<\"]|\"[^\"]*\")*)")
_LINK_PARAMETER = re.compile(r";\s*(rel|as)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_NOT_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|iframe|xmp|noembed|noframes)\b.*?(?:</\1\b|\Z)"
    r"|<noscript\b.*?(?:</noscript\b|\Z)"
    r"|</?[a-z](?:=\s*\"[^\"]*(?:\"|\Z)|=\s*'[^']*(?:'|\Z)|[^>])*+(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TEMPLATE_ENDS = "data-template-ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What a page's HTML tells.

    Attributes:
        requests: What a browser that runs scripts asks for because of the HTML alone.
        scripts: Elements that run; one without address stands for code in attributes.
        refresh: Full address that a `<meta>` element sends the browser on to at once; None
            where there is none.
        dropped: Requests and scripts beyond the limits.
    """

    requests: tuple[Request, ...] = ()
    scripts: tuple[ScriptElement, ...] = ()
    refresh: str | None = None
    dropped: int = 0


def read_markup(
    html: str, url: str, shaper: Shaper, *, link_header: str = "", upgrade: bool = False
) -> Markup:
    """Read a page, or anything else that may be taken for one, in linear time.

    Not counted: `<noscript>` and `<template>`, addresses in script code, `data-src`, and what a
    stylesheet of its own file asks for. Of a `srcset` each host counts once.

    Args:
        url: Of the page, in full.
        link_header: Its Link headers, joined with commas.
        upgrade: Whether the page tells browsers to use https for every http address
            (`upgrade-insecure-requests`).
    """
    found = _Found(url, bare_url(url), shaper, upgrade)
    for address, parameters in _LINK_HEADER.findall(link_header[:_MAX_HEADER_CHARS]):
        named = {
            n.lower(): quoted or bare for n, quoted, bare in _LINK_PARAMETER.findall(parameters)
        }
        found.link({"href": address, **named})
    found.read(html)
    while found.frames and found.frames_read < _MAX_FRAMES:
        found.frames_read += 1
        found.read(found.frames.pop(0))
    if found.runs_code and not found.scripts:
        found.scripts.append(ScriptElement(src=""))
    return Markup(
        requests=tuple(found.requests),
        scripts=tuple(found.scripts),
        refresh=found.refresh,
        dropped=found.dropped + len(found.frames),
    )


@dataclass(slots=True)
class _Found:
    """Gathers what the elements of a page ask for."""

    url: str
    initiator: str
    shaper: Shaper
    upgrade: bool
    base: str = ""
    requests: list[Request] = field(default_factory=list)
    scripts: list[ScriptElement] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    frames_read: int = 0
    refresh: str | None = None
    runs_code: bool = False
    dropped: int = 0
    _asked: set[tuple[ResourceType, str]] = field(default_factory=set)
    _per_site: Counter[str] = field(default_factory=Counter)

    def read(self, html: str) -> None:
        """Read a document; the `srcdoc` of its frames is put aside."""
        html = _NOT_MARKUP.sub(self._flattened, html)
        parser = etree.HTMLParser(target=_Reader(self), encoding="utf-8", huge_tree=True)
        try:
            parser.feed(html.encode("utf-8", "replace"))
            parser.close()
        except etree.ParserError:  # nothing but white space
            return

    def _flattened(self, match: re.Match[str]) -> str:
        """A piece of markup as lxml is to read it.

        The content of `<noscript>` is text to a browser and elements to lxml, and an element left
        open in it would hide the page behind it: it goes. So do end tags, which nothing here
        needs, since lxml looks for what each of them closes among all that is open.
        """
        text = match[0]
        start = text[:11].lower()
        if start.startswith("<noscript"):
            self.runs_code = True  # who speaks to browsers without scripts has some
            return ""
        if start.startswith("</"):
            return f"<br {_TEMPLATE_ENDS}>" if start.startswith("</template") else ""
        return text

    def ask(self, address: str | None, type: ResourceType) -> None:
        """Note the request for an address as written in the page."""
        full = resolve(address or "", self.base or self.url)
        if full is not None:
            self._note(full, type)

    def _note(self, full: str, type: ResourceType, method: str = "GET") -> None:
        if self.upgrade and is_insecure(full):
            full = full.replace(":", "s:", 1)
        if (type, full) in self._asked:
            return
        site = registrable_domain(host_of(full))
        if len(self.requests) >= MAX_REQUESTS or self._per_site[site] >= MAX_REQUESTS_PER_SITE:
            self.dropped += 1
            return
        self._asked.add((type, full))
        self._per_site[site] += 1
        bare, query = self.shaper.url(full)
        self.requests.append(
            Request(url=bare, type=type, method=method, initiator=self.initiator, query=query)
        )

    def link(self, attributes: Mapping[str, str]) -> None:
        for relation in attributes.get("rel", "").lower().split():
            type = (
                _PRELOADS.get(attributes.get("as", "").lower(), ResourceType.OTHER)
                if relation == "preload"
                else _LINKS.get(relation)
            )
            if type is not None:
                self.ask(attributes.get("href"), type)

    def script(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        if (kind and kind not in _RUNNING_TYPES) or "nomodule" in attributes:
            return
        src = next((attributes[n] for n in ("src", "href", "xlink:href") if n in attributes), "")
        if len(self.scripts) >= MAX_SCRIPTS:
            self.dropped += 1
        else:
            integrity = bool(attributes.get("integrity", "").strip())
            self.scripts.append(ScriptElement(src=bare_source(src), integrity=integrity))
        self.ask(src, ResourceType.SCRIPT)

    def image(self, attributes: Mapping[str, str]) -> None:
        """One request for each host of an image's addresses; a browser makes one of them."""
        written = [attributes.get("src", "")]
        for name in ("srcset", "imagesrcset"):
            for token in attributes.get(name, "").split():
                written.append(_DESCRIPTOR.sub("", token, count=1).strip(","))
        hosts = set()
        for address in written:
            full = resolve(address, self.base or self.url)
            if full and (host := host_of(full)) not in hosts:
                hosts.add(host)
                self._note(full, ResourceType.IMAGE)

    def form(self, attributes: Mapping[str, str]) -> None:
        """A form of a page over https that sends what is typed without encryption."""
        action = resolve(attributes.get("action", ""), self.base or self.url)
        if action and is_insecure(action) and not is_insecure(self.url):
            method = "POST" if attributes.get("method", "").strip().lower() == "post" else "GET"
            self._note(action, ResourceType.OTHER, method)

    def meta(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("http-equiv", "").strip().lower() == "refresh" and self.refresh is None:
            self.refresh = read_refresh(attributes.get("content", ""), self.base or self.url)

    def style(self, css: str) -> None:
        for address, type in read_css(css):
            self.ask(address, type)


class _Reader:
    """Target of lxml's event parser."""

    def __init__(self, found: _Found) -> None:
        self._found = found
        self._templates: list[bool] = []
        self._inert = 0
        self._css: list[str] | None = None
        self._css_chars = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        found = self._found
        if tag == "br" and _TEMPLATE_ENDS in attributes and self._templates:
            self._inert -= self._templates.pop()
        if tag == "template":
            self._templates.append("shadowrootmode" not in attributes)
            self._inert += self._templates[-1]
        if self._inert:
            return
        match tag:
            case "base" if not found.base and (base := attributes.get("href")):
                found.base = resolve(base, found.url) or ""
            case "script":
                found.script(attributes)
            case "img":
                found.image(attributes)
            case "link":
                found.link(attributes)
                found.image({"imagesrcset": attributes.get("imagesrcset", "")})
            case "source" if "srcset" in attributes:
                found.image({"srcset": attributes["srcset"]})
            case "form":
                found.form(attributes)
            case "meta":
                found.meta(attributes)
            case "style":
                self._css = []
            case "iframe" if "srcdoc" in attributes:
                found.frames.append(attributes["srcdoc"])
                return
        self._attributes(tag, attributes)

    def _attributes(self, tag: str, attributes: Mapping[str, str]) -> None:
        found = self._found
        for name, value in attributes.items():
            if type := _SOURCES.get((tag, name)):
                found.ask(value, type)
                found.runs_code |= value.lstrip().lower().startswith("javascript:")
            elif name == "style":
                found.style(value)
            elif name.startswith("on"):
                found.runs_code = True

    def end(self, tag: str) -> None:
        if tag == "style" and self._css is not None:
            self._found.style("".join(self._css))
            self._css = None

    def data(self, text: str) -> None:
        if self._css is not None and self._css_chars < _MAX_STYLE_CHARS:
            self._css.append(text)
            self._css_chars += len(text)

    def close(self) -> None:
        self.end("style")


def read_refresh(content: str, base: str) -> str | None:
    """Where a `Refresh` sends the browser on to, in full; None if not soon or not elsewhere."""
    match = _REFRESH.match(content[:_MAX_HEADER_CHARS].strip())
    if not match or int(match[1] or 0) > _MAX_REFRESH_S:
        return None
    target = resolve(match[2] or match[3] or match[4] or "", base)
    return target if target and target.partition("#")[0] != base.partition("#")[0] else None
