"""Collectors of others under a site's own name, known by their paths and parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.site.record.observation import Request
from assistant.site.rulebook import ROOM
from assistant.site.who.owners import Entity, owner_table

LAST = 2_048
"""Characters at the end of a path that are looked at."""
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """How to know a collector.

    Attributes:
        owner: Name of its service in the table of owners.
        path: Regular expression for the end of the path, after a slash.
        needs: Names of parameters that the request has, all of them.
    """

    owner: str
    path: str
    needs: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Collectors:
    """The shape of `proxies.yaml`."""

    sources: tuple[Source, ...]
    collectors: tuple[Collector, ...]


class ProxyTable:
    """Knows whose collector a request goes to, whatever its host.

    Args:
        entities: Name → service, for every owner of a collector.

    Raises:
        InvalidKnowledge: A path is no regular expression, or an owner is unknown.
    """

    def __init__(self, collectors: Iterable[Collector], entities: Mapping[str, Entity]) -> None:
        self._known: list[tuple[re.Pattern[str], frozenset[str], Entity]] = []
        for collector in collectors:
            entity = entities.get(collector.owner)
            if entity is None:
                raise InvalidKnowledge(f"proxies.yaml: no service {collector.owner}")
            try:
                path = re.compile(rf".*/(?:{collector.path})/?", re.DOTALL)
            except re.error as error:
                raise InvalidKnowledge(f"proxies.yaml: {collector.path}: {error}") from None
            self._known.append((path, frozenset(collector.needs), entity))

    def owner_of(self, request: Request) -> Entity | None:
        """Whose collector a request goes to; None where it is none that is known."""
        try:
            parts = urlsplit(request.url)
        except ValueError:
            return None
        end = parts.path[-LAST:] or "/"
        names = frozenset(_names(request, parts.query))
        for path, needs, entity in self._known:
            if needs <= names and path.fullmatch(end):
                return entity
        return None


@cache
def proxy_table() -> ProxyTable:
    """The collectors of `proxies.yaml`.

    Raises:
        InvalidKnowledge: The file has not its shape, or names an unknown owner.
    """
    entities = {entity.name: entity for entity in owner_table().entities()}
    return ProxyTable(load_yaml(Collectors, folder(ROOM) / "proxies.yaml").collectors, entities)


def _names(request: Request, query: str) -> Iterator[str]:
    """Names of the parameters of the query and the body, and the names that these lie in."""
    for piece in query.split("&"):
        yield piece.partition("=")[0]
    told = (*request.query, *(request.body.parameters if request.body else ()))
    for parameter in told:
        yield parameter.name
        yield parameter.name.partition(".")[0]
