"""The page as its server sends it: fetched once, read, and never run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

from pydantic import ConfigDict, with_config

from assistant.errors import FetchError, UnreadableInput
from assistant.fetch import Fetcher, Page
from assistant.knowledge import Gap, folder, load_yaml
from assistant.policy.discover import find_links, policy_candidates
from assistant.policy.extract.decode import decode
from assistant.report import Unchecked
from assistant.site.markup.html import Markup, read_markup, read_refresh
from assistant.site.markup.set_cookie import read_set_cookie
from assistant.site.record.addresses import bare_url
from assistant.site.record.observation import (
    Header,
    Hop,
    Observation,
    Observer,
    Request,
    ResourceType,
    SetCookie,
    Tls,
    Visit,
    Watched,
)
from assistant.site.record.shapes import Shaper
from assistant.site.who.domains import scheme_of

GPC_FILE = "/.well-known/gpc.json"
_ASIDE_S = 5.0
"""Time for each question beside the page itself."""
_MAX_REFRESHES = 3
_MAX_POLICY_LINKS = 5
_MAX_GPC_BYTES = 10_000
_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", ""})
_OPENS_MORE = {
    ResourceType.STYLESHEET: "styles",
    ResourceType.SUB_FRAME: "frames",
    ResourceType.OBJECT: "frames",
}


@dataclass(frozen=True, slots=True)
class Served:
    """What was seen of a page without running it.

    Attributes:
        sha256: Of the page's bytes, in hexadecimal.
        gaps: What could not be seen.
        policy_urls: Addresses that look like the site's privacy policy, in full, best first.
    """

    observation: Observation
    sha256: str
    gaps: tuple[Unchecked, ...]
    policy_urls: tuple[str, ...] = ()


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Words:
    """The shape of `served.yaml`. `turned_away`: statuses that programs get."""

    gaps: Mapping[str, Gap]
    turned_away: frozenset[int]


@cache
def _words() -> _Words:
    return load_yaml(_Words, folder("site") / "served.yaml")


@dataclass(frozen=True, slots=True)
class _Load:
    """A page on the way, or the one at its end. `html` is None where there is none to read."""

    page: Page
    html: str | None
    markup: Markup
    gaps: tuple[Unchecked, ...] = ()

    @property
    def lost(self) -> int:
        """What is missing: requests beyond the limit, or the page that a person would see."""
        is_page = self.html is not None and 200 <= self.page.status < 300
        return self.markup.dropped + (not is_page)


def observe_served(url: str, *, fetcher: Fetcher, now: datetime) -> Served:
    """Fetch a page as its server sends it, and read what it makes a browser do.

    What leaves the machine: requests for the page and the addresses that it redirects to, one for
    the same host over plain http, and one for `/.well-known/gpc.json`. Nothing that the page
    embeds is fetched.

    An error page is read for what it is. A page whose certificate is not valid is not loaded.

    Args:
        now: When the visit begins.

    Raises:
        FetchError: As `Fetcher.fetch_as_it_is`, for the page or an address that it sends on to.
    """
    shaper = Shaper()
    loads = [_read(fetcher.fetch_as_it_is(url), shaper)]
    while (target := _sends_on(loads)) is not None:
        loads.append(_read(fetcher.fetch_as_it_is(target), shaper))
    last = loads[-1]
    page = last.page
    policy_urls = _policy_urls(last)
    visit = Visit(
        url=bare_url(page.url),
        at=now,
        status=page.status or None,
        hops=tuple(_hops(loads)),
        http_hops=_http_hops(loads[0].page, page, fetcher),
        headers=tuple(Header(name=n, value=v) for n, v in page.headers if n != "set-cookie"),
        tls=None
        if page.certificate_valid is None
        else Tls(valid=page.certificate_valid, version=page.tls_version),
        requests=(
            *_navigations(loads, shaper),
            *(request for load in loads for request in load.markup.requests),
        ),
        cookies=tuple(_cookies(loads, now, shaper)),
        scripts=last.markup.scripts,
        policy_links=tuple(dict.fromkeys(map(bare_url, policy_urls))),
        gpc_file=None if page.status == 0 else _gpc_file(page.url, fetcher),
    )
    return Served(
        observation=Observation(
            observer=Observer.SERVED,
            watched=(Watched.HEADERS,),
            visits=(visit,),
            lost=sum(load.markup.dropped for load in loads[:-1]) + last.lost,
        ),
        sha256=page.sha256,
        gaps=(*last.gaps, *_never_seen(visit)),
        policy_urls=policy_urls,
    )


def _read(page: Page, shaper: Shaper) -> _Load:
    """Read a page, and say what of it could not be read."""
    words = _words()
    if page.status == 0:
        return _Load(page, None, Markup(), (words.gaps["certificate"].told(),))
    gaps = []
    if not 200 <= page.status < 300:
        kind = "turned_away" if page.status in words.turned_away else "error"
        gaps.append(words.gaps[kind].told(status=page.status))
    if page.media_type not in _MARKUP_TYPES:
        return _Load(page, None, Markup(), (*gaps, words.gaps["no_page"].told()))
    try:
        html = decode(page.content, charset=page.charset, is_html=True)
    except UnreadableInput:
        return _Load(page, None, Markup(), (*gaps, words.gaps["unreadable"].told()))
    markup = read_markup(
        html, page.url, shaper, link_header=page.link_header, upgrade=_upgrades(page)
    )
    if markup.dropped:
        gaps.append(words.gaps["cut"].told(count=markup.dropped))
    return _Load(page, html, markup, tuple(gaps))


def _upgrades(page: Page) -> bool:
    return any(
        directive.strip().lower() == "upgrade-insecure-requests"
        for name, value in page.headers
        if name == "content-security-policy"
        for directive in value.replace(",", ";").split(";")
    )


def _sends_on(loads: Sequence[_Load]) -> str | None:
    """Where the last page sends a browser on to by itself; None where it stays."""
    page = loads[-1].page
    header = next((value for name, value in page.headers if name == "refresh"), "")
    target = read_refresh(header, page.url) or loads[-1].markup.refresh
    known = {load.page.url for load in loads} | {load.page.requested_url for load in loads}
    return target if len(loads) <= _MAX_REFRESHES and target not in known else None


def _hops(loads: Sequence[_Load]) -> Iterator[Hop]:
    for load in loads:
        for hop in load.page.hops:
            yield Hop(url=bare_url(hop.url), status=hop.status)
        if load is not loads[-1]:
            yield Hop(url=bare_url(load.page.url), status=load.page.status or None, by="meta")


def _navigations(loads: Sequence[_Load], shaper: Shaper) -> Iterator[Request]:
    """The requests for the page itself and for the addresses on the way."""
    way: list[tuple[str, int | None]] = []
    for load in loads:
        way += [(hop.url, hop.status) for hop in load.page.hops]
        way.append((load.page.url, load.page.status or None))
    ways_on: list[str | None] = [bare_url(after) for _, (after, _) in pairwise(way)]
    for (url, status), redirects_to in zip(way, [*ways_on, None], strict=True):
        bare, query = shaper.url(url)
        yield Request(
            url=bare,
            type=ResourceType.MAIN_FRAME,
            status=status,
            redirects_to=redirects_to,
            query=query,
        )


def _cookies(loads: Sequence[_Load], now: datetime, shaper: Shaper) -> Iterator[SetCookie]:
    """The cookies that the responses set, on the way and in the end."""
    for load in loads:
        sent = [(hop.url, header) for hop in load.page.hops for header in hop.set_cookies]
        sent += [
            (load.page.url, value) for name, value in load.page.headers if name == "set-cookie"
        ]
        for url, header in sent:
            if cookie := read_set_cookie(header, url=url, now=now, shaper=shaper):
                yield cookie


def _policy_urls(load: _Load) -> tuple[str, ...]:
    if load.html is None:
        return ()
    url = load.page.url
    found = policy_candidates(find_links(load.html, url), url, ("privacy-policy",))
    return tuple(candidate.url for candidate in found[:_MAX_POLICY_LINKS])


def _http_hops(first: Page, last: Page, fetcher: Fetcher) -> tuple[str, ...]:
    """Where plain http leads, told by the way here where that began so."""
    if scheme_of(first.requested_url) == "http":
        return tuple(map(bare_url, (*first.redirects, first.url)))
    return http_hops(last.url, fetcher)


def asked_beside(visit: Visit, fetcher: Fetcher) -> Visit:
    """A visit of a browser with what a browser does not ask by itself.

    What leaves the machine: one request over plain http, and one for `/.well-known/gpc.json`.
    """
    return replace(
        visit, http_hops=http_hops(visit.url, fetcher), gpc_file=_gpc_file(visit.url, fetcher)
    )


def http_hops(url: str, fetcher: Fetcher) -> tuple[str, ...]:
    """Where plain http of a page's host leads; the page alone where that is plain http itself."""
    if scheme_of(url) == "http":
        return (bare_url(url),)
    host = urlsplit(url).hostname or ""
    address = f"[{host}]" if ":" in host else host
    way = fetcher.trace(f"http://{address}/", timeout_s=_ASIDE_S)
    return tuple(map(bare_url, way))


def _gpc_file(url: str, fetcher: Fetcher) -> bool | None:
    """What the site says about Global Privacy Control; None where it says nothing."""
    try:
        answer = fetcher.fetch_as_it_is(urljoin(url, GPC_FILE), timeout_s=_ASIDE_S)
        if answer.status != 200 or len(answer.content) > _MAX_GPC_BYTES:
            return None
        said = json.loads(answer.content)
    except (FetchError, ValueError, RecursionError):
        return None
    gpc = said.get("gpc") if isinstance(said, dict) else None
    return gpc if isinstance(gpc, bool) else None


def _never_seen(visit: Visit) -> Iterator[Unchecked]:
    """What a program that runs nothing cannot see of this page."""
    asked = {request.type for request in visit.requests}
    kinds = ["scripts"] if visit.scripts or ResourceType.SCRIPT in asked else []
    kinds += dict.fromkeys(kind for type, kind in _OPENS_MORE.items() if type in asked)
    for kind in (*kinds, "choices"):
        yield _words().gaps[kind].told()
