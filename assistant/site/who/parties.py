"""Who is behind the addresses of a page: first party or third, owner, and under what disguise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from assistant.site.record.observation import Request
from assistant.site.who.domains import host_of, registrable_domain, site_of
from assistant.site.who.owners import TRACKING, Category, Entity


class Owners(Protocol):
    """Knows who owns a host (`assistant.site.who.owners`)."""

    def of_host(self, host: str) -> Entity | None: ...


class Blocklists(Protocol):
    """Block lists that the person put on this computer."""

    def listed(self, request: Request, page: str) -> str | None:
        """Name of the first list that has the request; None where none has."""
        ...


class Proxies(Protocol):
    """Knows paths of collectors that stand under a site's own name."""

    def owner_of(self, request: Request) -> Entity | None: ...


class Disguise(StrEnum):
    """How a third party comes to stand under the site's own name."""

    CNAME = "cname"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Party:
    """Who gets what is sent to a host.

    Attributes:
        domain: Registrable domain of the host, or of what a CNAME record leads to.
        owner: None where nobody knows.
        first_party: Whether it belongs to the site itself.
        listed: Name of the block list that has it; None where none has.
        disguise: How it stands under the site's own name; None where it does not.
        name: What a person reads: the owner, or the domain where nobody knows it.
        categories: What the owner is for; none where nobody knows it.
        tracks: Whether it is a third party that is known to follow people.
    """

    domain: str
    owner: Entity | None
    first_party: bool
    listed: str | None = None
    disguise: Disguise | None = None
    name: str = field(init=False)
    categories: tuple[Category, ...] = field(init=False)
    tracks: bool = field(init=False)

    def __post_init__(self) -> None:
        # Worked out once: every rule asks it of every request.
        known = self.owner.categories if self.owner else ()
        follows = self.listed is not None or not TRACKING.isdisjoint(known)
        object.__setattr__(self, "name", self.owner.name if self.owner else self.domain)
        object.__setattr__(self, "categories", known)
        object.__setattr__(self, "tracks", not self.first_party and follows)

    def is_any(self, *categories: Category) -> bool:
        return not set(categories).isdisjoint(self.categories)


class Parties:
    """Tells the parties of one site. Remembers each host.

    Args:
        page: Address of the site's page.
        cnames: Host under the site's own name → the canonical name that it leads to.
    """

    def __init__(
        self,
        page: str,
        *,
        owners: Owners,
        proxies: Proxies,
        lists: Blocklists,
        cnames: Mapping[str, str],
    ) -> None:
        self.page = page
        self.site = site_of(page)
        self._owners, self._proxies, self._lists, self._cnames = owners, proxies, lists, cnames
        host = host_of(page)
        self.owner = owners.of_host(host) if host else None
        self._by_host: dict[str, Party] = {}

    def of(self, url: str) -> Party:
        """The party behind an address, by its host alone."""
        return self.of_host(host_of(url))

    def of_host(self, host: str) -> Party:
        party = self._by_host.get(host)
        if party is None:
            party = self._by_host[host] = self._look_up(host)
        return party

    def of_request(self, request: Request) -> Party:
        """The party behind a request: its host, the path of a known collector, or a block list."""
        party = self.of(request.url)
        if party.first_party and (owner := self._proxies.owner_of(request)):
            if not self._own(owner):
                return Party(party.domain, owner, first_party=False, disguise=Disguise.PROXY)
        elif not party.first_party and (name := self._lists.listed(request, self.page)):
            return Party(party.domain, party.owner, False, name, party.disguise)
        return party

    def _look_up(self, host: str) -> Party:
        domain = registrable_domain(host) if host else ""
        if domain and domain == self.site:
            return self._cloaked(host) or Party(domain, self.owner, first_party=True)
        owner = self._owners.of_host(host) if host else None
        return Party(domain, owner, first_party=owner is not None and self._own(owner))

    def _cloaked(self, host: str) -> Party | None:
        target = self._cnames.get(host, "")
        domain = registrable_domain(target) if target else ""
        owner = self._owners.of_host(target) if target else None
        if not domain or domain == self.site or owner is None or self._own(owner):
            return None
        if TRACKING.isdisjoint(owner.categories):
            return None  # hosting under one's own name is no disguise
        return Party(domain, owner, first_party=False, disguise=Disguise.CNAME)

    def _own(self, owner: Entity) -> bool:
        """Whether an owner is the site's own company."""
        return self.owner is not None and owner.company == self.owner.company
