"""The site rules: data, checked on loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Rule, load_rules
from assistant.report import Grade

ROOM = "site"


class Unit(StrEnum):
    """What a rule's points are taken for."""

    PAGE = "page"
    """Once, however often it happens."""
    OWNER = "owner"
    SCRIPT = "script"
    IDENTIFIER = "identifier"
    """A cookie or a storage entry of a party."""
    PAIR = "pair"
    """Two parties that share something."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule(Rule):
    """A rule with how often its points count.

    Attributes:
        unit: What the points are taken for, each time.
        at_most: The best grade of a site where this is present; None for any.
        at_least: The worst grade of a site where this is present; None for any.
    """

    unit: Unit = Unit.PAGE
    at_most: Grade | None = None
    at_least: Grade | None = None


@cache
def site_rules() -> Mapping[str, SiteRule]:
    """Every site rule by its id, in the order of their names.

    Raises:
        InvalidKnowledge: A file has another shape or is not named after its rule.
    """
    return load_rules(SiteRule, ROOM)
