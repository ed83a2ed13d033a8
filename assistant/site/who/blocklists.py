"""Block lists that the person put on this computer: whether one of them has a request.

Each list answers for itself: its exceptions count against its own rules. Rules that name a domain
are looked up by the labels of the host. The others need the package `adblock`; without it they are
not asked, and the facts say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from threading import Lock
from typing import Protocol, cast
from urllib.parse import quote

from assistant.site.details import ListUsed
from assistant.site.record.observation import Request, ResourceType
from assistant.site.who.domains import host_of, registrable_domain, scheme_of, site_of
from assistant.site.who.filters import Kinds, bit_of, names_above
from assistant.site.who.listing import FilterList

_MOST_HOSTS = 16_384
_CONTESTED: Kinds = 1 << len(ResourceType)
_ASCII_OF_URLS = "!$%&'()*+,-./:;=?@[]^_|~"


class Engine(Protocol):
    """Judges requests by rules of any form."""

    def blocks(self, url: str, page: str, kind: str) -> bool: ...


class MakeEngine(Protocol):
    """Makes an engine of rules."""

    def __call__(self, rules: Sequence[str]) -> Engine: ...


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list with what is known of it.

    Attributes:
        made: When it was made or fetched; None where unknown.
    """

    name: str
    content: FilterList
    made: datetime | None = None


class FilterLists:
    """Asks several lists, in their order (`assistant.site.who.parties.Blocklists`).

    Args:
        engine: Makes the engine for the rules that name no domain; None where there is none.
            It is called for a list when the first request comes that the tables do not know.
    """

    def __init__(self, lists: Iterable[NamedList], *, engine: MakeEngine | None = None) -> None:
        self._lists = tuple(_AskedList(each, engine) for each in lists)

    def listed(self, request: Request, page: str) -> str | None:
        """Name of the first list that has the request; None where none has.

        Only requests over http or a WebSocket to another site than the page's are looked up.
        """
        if not self._lists:
            return None
        host, page_host = host_of(request.url), host_of(page)
        if not host or registrable_domain(host) == site_of(page):
            return None
        page = _plain_url(page, page_host) if page_host else ""
        for each in self._lists:
            if each.has(request, host, page):
                return each.name
        return None

    def facts(self, now: datetime) -> tuple[ListUsed, ...]:
        """What a report tells of the lists."""
        return tuple(each.fact(now) for each in self._lists)


class HostTable:
    """The rules of one list that name a domain. Remembers the hosts it was asked for."""

    def __init__(self, content: FilterList) -> None:
        self._blocked, self._allowed = content.blocked, content.allowed
        self._contested, self._exact = content.contested, content.exact
        self._known: dict[str, Kinds] = {}

    def kinds_of(self, host: str) -> Kinds:
        """Kinds of requests to a host that the list has, and whether exceptions are in doubt."""
        kinds = self._known.get(host)
        if kinds is None:
            if len(self._known) >= _MOST_HOSTS:
                self._known.clear()
            kinds = self._known[host] = self._look_up(host)
        return kinds

    def _look_up(self, host: str) -> Kinds:
        if self._exact:
            return self._blocked.get(host, 0)
        kinds = allowed = 0
        for name in names_above(host):
            kinds |= self._blocked.get(name, 0)
            allowed |= self._allowed.get(name, 0)
            if name in self._contested:
                kinds |= _CONTESTED
        return kinds & ~allowed


class _AskedList:
    """One list with its table and its engine."""

    def __init__(self, named: NamedList, make_engine: MakeEngine | None) -> None:
        self.name = named.name
        self._made = named.made
        self._rules, self._left = named.content.rules, named.content.left
        self._table = HostTable(named.content)
        self._make_engine = make_engine if named.content.rest else None
        self._rest = named.content.rest if make_engine else ()
        self._made_engine: Engine | None = None
        self._making = Lock()

    def has(self, request: Request, host: str, page: str) -> bool:
        kinds = self._table.kinds_of(host)
        listed = bool(kinds & bit_of(request.type))
        if (listed and not kinds & _CONTESTED) or (engine := self._engine()) is None:
            return listed
        return engine.blocks(_plain_url(request.url, host), page, request.type.value)

    def fact(self, now: datetime) -> ListUsed:
        return ListUsed(
            name=self.name,
            rules=self._rules,
            age_days=max(0, (now - self._made).days) if self._made else None,
            rules_unasked=0 if self._make_engine else self._left,
        )

    def _engine(self) -> Engine | None:
        if self._made_engine is None and self._make_engine:
            with self._making:
                if self._made_engine is None:
                    self._made_engine = self._make_engine(self._rest)
                    self._rest = ()
        return self._made_engine


class _Judge(Protocol):
    """`adblock.Engine`, which comes without types."""

    def check_network_urls(self, url: str, source_url: str, request_type: str) -> _Judgement: ...


class _Judgement(Protocol):
    matched: bool


class AdblockEngine:
    """The engine of the package `adblock` (Brave's adblock-rust)."""

    def __init__(self, rules: Sequence[str]) -> None:
        import adblock

        chosen = adblock.FilterSet()
        chosen.add_filters([rule.encode(errors="replace").decode() for rule in rules])
        self._engine = cast(_Judge, adblock.Engine(chosen, True))

    def blocks(self, url: str, page: str, kind: str) -> bool:
        return self._engine.check_network_urls(url, page, kind).matched


def adblock_engine() -> MakeEngine | None:
    """What makes engines on this computer; None where the package `adblock` is not installed."""
    return AdblockEngine if find_spec("adblock") else None


def _plain_url(url: str, host: str) -> str:
    """The address in ASCII, with a host that was read already; a library may trip over others."""
    rest = url.partition("#")[0].partition("://")[2]
    ends = [at for mark in "/?" if (at := rest.find(mark)) >= 0]
    path = rest[min(ends) :] if ends else ""
    path = path if path.startswith("/") else f"/{path}"
    named = f"[{host}]" if ":" in host else host
    return f"{scheme_of(url)}://{named}{quote(path, safe=_ASCII_OF_URLS, errors='replace')}"
