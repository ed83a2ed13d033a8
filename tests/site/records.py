"""Invented observations, and the people behind invented hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.site.record.observation import (
    Observation,
    Observer,
    Request,
    ResourceType,
    Shape,
    Visit,
    Watched,
)
from assistant.site.seen import Seen, see
from assistant.site.who.owners import Category, Entity
from assistant.site.who.parties import Parties

PAGE = "https://shop.test/"
AT = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
EVERYTHING = tuple(Watched)

OWNERS: Mapping[str, Entity] = {
    "shop.test": Entity("Shop", "Shop", (Category.OTHER,)),
    "shop-assets.test": Entity("Shop Assets", "Shop", (Category.CDN,)),
    "ads.test": Entity("Adline", "Adline", (Category.ADVERTISING,), 20.0),
    "bids.test": Entity("Bidwell", "Bidwell", (Category.ADVERTISING,), 3.0),
    "stats.test": Entity("Statly", "Statly", (Category.ANALYTICS,), 40.0),
    "tags.test": Entity("Tagman", "Statly", (Category.TAG_MANAGER,), 50.0),
    "social.test": Entity("Friendo", "Friendo", (Category.SOCIAL,), 30.0),
    "broker.test": Entity("Broker & Sons", "Broker & Sons", (Category.DATA_BROKER,), 1.0),
    "replay.test": Entity(
        "Replayer", "Replayer", (Category.SESSION_REPLAY, Category.ANALYTICS), 4.0
    ),
    "print.test": Entity("Printid", "Printid", (Category.FINGERPRINTING,), 1.0),
    "consent.test": Entity("Askly", "Askly", (Category.CONSENT_MANAGER,), 9.0),
    "cdn.test": Entity("Fastly Files", "Fastly Files", (Category.CDN,), 60.0),
    "chat.test": Entity("Chatter", "Chatter", (Category.CUSTOMER_SUCCESS,), 2.0),
}


class StubOwners:
    """Knows the invented hosts and everything below them."""

    def of_host(self, host: str) -> Entity | None:
        labels = host.split(".")
        names = (".".join(labels[start:]) for start in range(len(labels)))
        return next((OWNERS[name] for name in names if name in OWNERS), None)


class StubProxies:
    """Knows collectors by a path."""

    def __init__(self, paths: Mapping[str, Entity]) -> None:
        self._paths = paths

    def owner_of(self, request: Request) -> Entity | None:
        path = "/" + request.url.partition("://")[2].partition("/")[2].partition("?")[0]
        return self._paths.get(path)


class StubLists:
    """Lists some hosts."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = hosts

    def listed(self, request: Request, page: str) -> str | None:
        return "Testlist" if any(host in request.url for host in self._hosts) else None


def shape(
    id: str = "a1", *, bits: float = 128.0, length: int = 36, parts: Sequence[str] = ()
) -> Shape:
    """A value: equal ids are equal values."""
    return Shape(
        id=id.ljust(16, "0"), length=length, bits=bits, parts=tuple(p.ljust(16, "0") for p in parts)
    )


def request(url: str, type: ResourceType = ResourceType.SCRIPT, **more: Any) -> Request:
    return Request(url=url, type=type, **more)


def visit(*requests: Request, url: str = PAGE, **more: Any) -> Visit:
    return Visit(url=url, at=AT, requests=requests, **more)


def observation(
    *visits: Visit,
    observer: Observer = Observer.BROWSER,
    watched: Sequence[Watched] = EVERYTHING,
    **more: Any,
) -> Observation:
    """A record; one empty visit where none is given."""
    return Observation(
        observer=observer, watched=tuple(watched), visits=visits or (visit(),), **more
    )


def served(*visits: Visit) -> Observation:
    """What a program sees that fetches the page and runs nothing."""
    return observation(*visits, observer=Observer.SERVED, watched=(Watched.HEADERS,))


def seen(
    record: Observation,
    *,
    cnames: Mapping[str, str] | None = None,
    proxies: Mapping[str, Entity] | None = None,
    listed: Sequence[str] = (),
) -> Seen:
    """The record with the people behind it."""
    parties = Parties(
        record.visits[0].url,
        owners=StubOwners(),
        proxies=StubProxies(proxies or {}),
        lists=StubLists(listed),
        cnames=cnames or {},
    )
    return see(record, parties, cnames_known=cnames is not None)
