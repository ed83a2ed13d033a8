"""Who owns a host, and what its owner is for (`knowledge/site/entities.json`)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources.abc import Traversable

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.site.rulebook import ROOM
from assistant.site.who.domains import PLAIN_URL, host_of, plain_host, registrable_domain

_STRICT = ConfigDict(extra="forbid")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+").fullmatch
REMEMBERED = 32_768
"""Hosts whose owner is kept at hand."""


class Category(StrEnum):
    """What an owner's hosts are for."""

    ADVERTISING = "advertising"
    ANALYTICS = "analytics"
    SOCIAL = "social"
    MARKETING = "marketing"
    TAG_MANAGER = "tag-manager"
    SESSION_REPLAY = "session-replay"
    DATA_BROKER = "data-broker"
    FINGERPRINTING = "fingerprinting"
    CONSENT_MANAGER = "consent-manager"
    CUSTOMER_SUCCESS = "customer-success"
    VIDEO = "video"
    CONTENT = "content"
    UTILITY = "utility"
    CDN = "cdn"
    HOSTING = "hosting"
    OTHER = "other"


TRACKING = frozenset(
    {
        Category.ADVERTISING,
        Category.ANALYTICS,
        Category.SOCIAL,
        Category.MARKETING,
        Category.TAG_MANAGER,
        Category.SESSION_REPLAY,
        Category.DATA_BROKER,
        Category.FINGERPRINTING,
    }
)
"""Categories whose owners follow people."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An owner's service.

    Attributes:
        name: `Google Analytics`.
        company: Who is behind it, as one word for all its services: `Google`.
        categories: What it is for, the telling one first.
        prevalence: Share of the sources' pages that it is found on, in percent; 0 where unknown.
    """

    name: str
    company: str
    categories: tuple[Category, ...]
    prevalence: float = 0.0


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSource:
    """Where entries of `entities.json` come from.

    Attributes:
        licence: Short name of the licence of the data.
        gives: What was taken.
        notice: What the licence wants to be told.
    """

    name: str
    url: str
    retrieved: date
    licence: str
    gives: str
    notice: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSources:
    """What `entities.yaml` tells of `entities.json`.

    Attributes:
        sha256: Of the file: a change of the data changes the version of all knowledge.
        refresh: The command that writes the file anew.
        pages: Pages that every prevalence is a share of.
        pages_reason: Why so many.
    """

    file: str
    sha256: str
    refresh: str
    pages: int
    pages_reason: str
    sources: tuple[OwnerSource, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    """A line of `entities.json`: a service with the domains that it is known by."""

    name: str
    company: str
    categories: tuple[Category, ...]
    domains: tuple[str, ...]
    source: str
    prevalence: float = 0.0


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """`overlay.yaml`, our own word on who owns what.

    Attributes:
        companies: Company → names of services in `entities.json` that are its own.
        services: One a line: name | company | categories | domains.
    """

    sources: tuple[Source, ...]
    companies: Mapping[str, tuple[str, ...]]
    services: str = field(repr=False)


class OwnerTable:
    """Who owns a host: the longest domain that is the host, or that the host lies in, decides.

    Under some domains everybody can have a name (`github.io`, a public suffix). A host there has
    the service of that domain, but its own registrable domain for a company: a site does not
    belong to whoever lends it the name.

    Args:
        services: Domain → its service.
    """

    def __init__(self, services: Mapping[str, Entity]) -> None:
        self._services = services
        self._known: dict[str, Entity | None] = {}

    def entities(self) -> frozenset[Entity]:
        """Every service that has a domain."""
        return frozenset(self._services.values())

    def of_host(self, host: str) -> Entity | None:
        """The service of a host; None where nobody knows."""
        try:
            return self._known[host]
        except KeyError:
            pass
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        found = self._known[host] = self._look_up(plain_host(host))
        return found

    def of_url(self, url: str) -> Entity | None:
        """The service of an address; None where nobody knows, or where there is no host."""
        plain = PLAIN_URL(url)
        return self.of_host(plain[1] if plain else host_of(url))

    def _look_up(self, host: str) -> Entity | None:
        domain = host
        while domain:
            entity = self._services.get(domain)
            if entity is not None:
                site = registrable_domain(host)
                return entity if len(site) <= len(domain) else replace(entity, company=site)
            domain = domain.partition(".")[2]
        return None


@cache
def owner_table() -> OwnerTable:
    """The table of `entities.json`, corrected by `overlay.yaml`.

    Raises:
        InvalidKnowledge: A file has not its shape, is not the one that `entities.yaml` tells of,
            or names a service or a domain twice.
    """
    place = folder(ROOM)
    rows = read_rows(place / "entities.json", load_yaml(OwnerSources, place / "entities.yaml"))
    return OwnerTable(corrected(rows, load_yaml(Overlay, place / "overlay.yaml")))


def read_rows(file: Traversable, told: OwnerSources) -> list[OwnerRow]:
    """The lines of `entities.json`, checked against what is told of it.

    Raises:
        InvalidKnowledge: See `owner_table`.
    """
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != told.sha256:
        raise InvalidKnowledge(f"{file.name}: not the file that entities.yaml tells of")
    try:
        rows = TypeAdapter(list[OwnerRow]).validate_json(content)
    except ValidationError as error:
        raise InvalidKnowledge(f"{file.name}: {error}") from error
    _refuse_twins(file.name, (row.name for row in rows))
    _check_domains(file.name, [domain for row in rows for domain in row.domains])
    return rows


def corrected(rows: Iterable[OwnerRow], overlay: Overlay) -> dict[str, Entity]:
    """Domain → service, with our own word over that of the rows.

    A new service that takes over domains has the prevalence of those that had them.

    Raises:
        InvalidKnowledge: A line cannot be read, says too little, or names something twice.
    """
    known = {row.name: row for row in rows}
    company = _companies(overlay, known)
    services = {domain: _entity(row, company) for row in known.values() for domain in row.domains}
    lines = list(_lines(overlay.services))
    _refuse_twins("overlay.yaml", (name for name, _, _, _ in lines))
    _check_domains("overlay.yaml", [domain for *_, domains in lines for domain in domains])
    ours: dict[str, Entity] = {}
    for name, owner, categories, domains in lines:
        row = known.get(name)
        if row is None and not (categories and domains):
            raise InvalidKnowledge(f"overlay.yaml: {name} needs categories and domains")
        before = [services[domain].prevalence for domain in domains if domain in services]
        entity = Entity(
            name,
            owner or company.get(name) or (row.company if row else name),
            categories or (row.categories if row else ()),
            row.prevalence if row else max(before, default=0.0),
        )
        services.update(dict.fromkeys(row.domains if row else (), entity))
        ours.update(dict.fromkeys(domains, entity))
    services.update(ours)
    return services


def _entity(row: OwnerRow, company: Mapping[str, str]) -> Entity:
    return Entity(row.name, company.get(row.name, row.company), row.categories, row.prevalence)


def _companies(overlay: Overlay, known: Mapping[str, OwnerRow]) -> dict[str, str]:
    """Name of a service → its company."""
    pairs = [(name, company) for company, names in overlay.companies.items() for name in names]
    _refuse_twins("overlay.yaml", (name for name, _ in pairs))
    for name, _ in pairs:
        if name not in known:
            raise InvalidKnowledge(f"overlay.yaml: entities.json has no service {name}")
    return dict(pairs)


def _lines(services: str) -> Iterator[tuple[str, str, tuple[Category, ...], tuple[str, ...]]]:
    for line in services.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != 4 or not columns[0]:
            raise InvalidKnowledge(f"overlay.yaml: not four columns: {line}")
        name, company, categories, domains = columns
        try:
            kinds = tuple(Category(category) for category in categories.split())
        except ValueError:
            raise InvalidKnowledge(f"overlay.yaml: unknown category: {line}") from None
        yield name, company, kinds, tuple(domains.split())


def _check_domains(file: str, domains: list[str]) -> None:
    for domain in domains:
        if not _DOMAIN(domain):
            raise InvalidKnowledge(f"{file}: not a domain: {domain}")
    _refuse_twins(file, domains)


def _refuse_twins(file: str, names: Iterable[str]) -> None:
    twins = [name for name, count in Counter(names).items() if count > 1]
    if twins:
        raise InvalidKnowledge(f"{file}: named twice: {', '.join(twins)}")
