"""The lists that are known by name, and how bytes become a list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ConfigDict, with_config

from assistant.errors import UnknownList
from assistant.knowledge import Gap, Source, folder, load_yaml
from assistant.settings import Settings
from assistant.site.who.listing import FilterList, parse_list

MOST_BYTES = 20_000_000
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class KnownList:
    """A list that can be fetched by its `id`, and where packages of the system put it."""

    id: str
    name: str
    url: str
    homepage: str
    licence: str
    default: bool
    found: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ListGaps:
    """Why a list was not used."""

    changed: Gap
    damaged: Gap
    too_large: Gap
    unreadable: Gap
    state: Gap
    too_many: Gap


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ListKnowledge:
    """What is known of lists (`lists.yaml`)."""

    lists: tuple[KnownList, ...]
    disconnect_categories: tuple[str, ...]
    gaps: ListGaps
    sources: tuple[Source, ...]


@cache
def list_knowledge() -> ListKnowledge:
    """The lists that are known by name."""
    return load_yaml(ListKnowledge, folder("site") / "lists.yaml")


def lists_folder(settings: Settings) -> Path:
    """Where a person's lists lie."""
    return settings.data_dir / "lists"


def known_list(name: str) -> KnownList:
    """The list of that id or name.

    Raises:
        UnknownList: There is none.
    """
    for known in list_knowledge().lists:
        if name.lower() in (known.id, known.name.lower()):
            return known
    names = ", ".join(known.id for known in list_knowledge().lists)
    raise UnknownList(hint=f"There are {names}; other lists can be put into the folder of lists.")


def parse_bytes(data: bytes) -> FilterList:
    """Read bytes as a list.

    Raises:
        NotAList: They are none.
    """
    categories = list_knowledge().disconnect_categories
    return parse_list(data.decode("utf-8", "replace"), disconnect_categories=categories)
