"""The Observatory's published table: points of each result, and what tests compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.site.peers.csp import CspWords

ROOM = "site"
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class CookieWords:
    """Cookie names to pass over, and parts of names that tell what a cookie is for."""

    ignored: frozenset[str]
    session: tuple[str, ...]
    anticsrf: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ReferrerWords:
    """Referrer policies by whether they tell other sites too much."""

    private: frozenset[str]
    unsafe: frozenset[str]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ObservatoryTable:
    """The published table (`observatory.yaml`).

    Attributes:
        base: Points to begin with.
        bonus_from: Fewest points, without bonuses, from which bonuses count.
        bands: Grade → lowest score that earns it, best first.
        modifiers: Test → result → points; the results of a test best first.
        six_months_s: What counts as six months.
    """

    sources: tuple[Source, ...]
    base: int
    bonus_from: int
    bands: Mapping[str, int]
    modifiers: Mapping[str, Mapping[str, int]]
    six_months_s: int
    html_types: frozenset[str]
    cookies: CookieWords
    referrer: ReferrerWords
    csp: CspWords


@cache
def observatory_table() -> ObservatoryTable:
    """The published table, from knowledge."""
    return load_yaml(ObservatoryTable, folder(ROOM) / "observatory.yaml")
