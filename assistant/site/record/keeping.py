"""Which part of an endless record is weighed: never the part that favours the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TypeVar

from assistant.site.record.observation import (
    Consent,
    FieldKind,
    FieldListener,
    FieldRead,
    Leak,
    Request,
    ScriptCalls,
    ScriptElement,
    SetCookie,
    StorageWrite,
    Visit,
)
from assistant.site.who.domains import host_of, registrable_domain, site_of

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "visits": 20,
        "requests": 20_000,
        "cookies": 5_000,
        "storage": 5_000,
        "calls": 2_000,
        "listeners": 2_000,
        "reads": 2_000,
        "leaks": 2_000,
        "consent": 200,
        "scripts": 5_000,
        "headers": 500,
        "hops": 200,
        "policy_links": 200,
    }
)
"""Most entries of a kind, in all visits together."""
T = TypeVar("T")
Rank = tuple[int, Hashable]
"""How soon an entry is kept (0 first), and whom it speaks of."""

_SECRET = frozenset({FieldKind.PASSWORD, FieldKind.CARD})


def keep_most_telling(visits: Sequence[Visit]) -> tuple[tuple[Visit, ...], dict[str, int]]:
    """The visits within `LIMITS`, and how many entries of each kind were left out.

    First come the entries with leaks, then those of third parties, then the rest; among these
    the first entry of every party comes before the second of any, so that a crowd of one
    party's harmless entries hides nobody.
    """
    left: dict[str, int] = {}
    site = site_of(visits[0].url) if visits else ""
    kept = _visits(visits, left)
    leaking = {leak.url for visit in kept for leak in visit.leaks}
    ranks = _Ranks(site, leaking)
    for field in fields(Visit):
        limit = LIMITS.get(field.name)
        if limit is None or sum(len(getattr(v, field.name)) for v in kept) <= limit:
            continue
        rank = getattr(ranks, field.name, _as_they_come)
        kept, count = _cut(kept, field.name, limit, rank)
        left[field.name] = count
    return tuple(kept), left


def _visits(visits: Sequence[Visit], left: dict[str, int]) -> list[Visit]:
    """The first visit, those with leaks, then one of every kind of visit, then the rest."""
    limit = LIMITS["visits"]
    if len(visits) <= limit:
        return list(visits)
    nth: Counter[Hashable] = Counter()
    order = []
    for index, visit in enumerate(visits):
        kind = (visit.choice, visit.gpc, visit.typed)
        nth[kind] += 1
        order.append((index > 0, not visit.leaks, nth[kind], index))
    left["visits"] = len(visits) - limit
    return [visits[index] for *_, index in sorted(sorted(order)[:limit], key=lambda o: o[3])]


def _cut(
    visits: Sequence[Visit], name: str, limit: int, rank: Callable[[object], Rank]
) -> tuple[list[Visit], int]:
    """The visits with the most telling entries of one kind, in time order."""
    nth: Counter[Hashable] = Counter()
    ranked = []
    for number, visit in enumerate(visits):
        for index, entry in enumerate(getattr(visit, name)):
            soon, whom = rank(entry)
            nth[number, soon, whom] += 1
            at = getattr(entry, "at_ms", 0.0)
            ranked.append((soon, nth[number, soon, whom], at, number, index, entry))
    ranked.sort(key=lambda r: r[:5])
    by_visit: dict[int, list[tuple[float, int, object]]] = {}
    for _, _, at, number, index, entry in ranked[:limit]:
        by_visit.setdefault(number, []).append((at, index, entry))
    cut = []
    for number, visit in enumerate(visits):
        entries = sorted(by_visit.get(number, ()), key=lambda e: e[:2])
        changes: dict[str, tuple[object, ...]] = {name: tuple(entry for *_, entry in entries)}
        cut.append(replace(visit, **changes))  # type: ignore[arg-type]  # of the same field
    return cut, len(ranked) - limit


def _as_they_come(_entry: object) -> Rank:
    return 0, None


class _Ranks:
    """How soon an entry of each kind is kept; the names are those of the visit's fields."""

    def __init__(self, site: str, leaking: set[str]) -> None:
        self._site, self._leaking = site, leaking
        self._whom: dict[str, tuple[bool, str]] = {}

    def requests(self, entry: Request) -> Rank:
        third, whom = self._party(entry.url)
        return (0 if entry.url in self._leaking else 2 - third), whom

    def cookies(self, entry: SetCookie) -> Rank:
        third, whom = self._party(f"https://{entry.domain}/")
        by_third = third or (entry.script is not None and self._party(entry.script)[0])
        return 2 - by_third - (entry.value.bits >= 33), whom

    def storage(self, entry: StorageWrite) -> Rank:
        third, whom = self._party(entry.script or entry.origin)
        return 2 - third - (entry.value.bits >= 33), whom

    def calls(self, entry: ScriptCalls) -> Rank:
        third, whom = self._party(entry.script)
        return 1 - third, whom

    def listeners(self, entry: FieldListener) -> Rank:
        third, whom = self._party(entry.script)
        return 1 - third, whom

    def reads(self, entry: FieldRead) -> Rank:
        third, whom = self._party(entry.script)
        return 2 - third - (entry.field in _SECRET), whom

    def leaks(self, entry: Leak) -> Rank:
        third, whom = self._party(entry.url)
        return 4 * entry.submitted + 2 - third - (entry.field in _SECRET), whom

    def scripts(self, entry: ScriptElement) -> Rank:
        third, whom = self._party(entry.src)
        return 1 - third, whom

    def consent(self, entry: Consent) -> Rank:
        return 0, entry.state

    def _party(self, url: str) -> tuple[bool, str]:
        """Whether an address is a third party's, and whose: a domain, or a host of the site."""
        known = self._whom.get(url)
        if known is None:
            host = host_of(url)
            domain = registrable_domain(host) if host else ""
            third = domain != self._site
            known = self._whom[url] = (third, domain if third else host)
        return known
