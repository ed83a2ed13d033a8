"""The photo rules: data, checked on loading, with what makes each of them present."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Rule, load_rules
from assistant.photo.details import Private

ROOM = "photo"


class Special(StrEnum):
    """What a rule can rest on beside metadata and what is seen."""

    HIDDEN = "hidden"
    """A second picture that does not show the same."""
    UNKNOWN = "unknown"
    FILE_NAME = "file_name"
    INCOMPLETE = "incomplete"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRule(Rule):
    """A rule with what makes it present.

    Attributes:
        risks: Metadata that give this away.
        seen: Kinds of things in the picture that do.
        special: Something else.
        stays: Whether a clean copy still shows it.
    """

    risks: tuple[Private, ...] = ()
    seen: tuple[str, ...] = ()
    special: Special | None = None
    stays: bool = False

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if sum(map(bool, (self.risks, self.seen, self.special))) != 1:
            raise ValueError(f"{self.id}: a rule rests on one kind of thing")


@cache
def photo_rules() -> Mapping[str, PhotoRule]:
    """Every photo rule by its id, in the order of their names.

    Raises:
        InvalidKnowledge: A file has another shape, is not named after its rule, or a kind of
            metadata belongs to no rule or to two.
    """
    rules = load_rules(PhotoRule, ROOM)
    covered = [risk for rule in rules.values() for risk in rule.risks]
    if sorted(covered) != sorted(Private):
        raise InvalidKnowledge("photo rules: every kind of metadata belongs to exactly one rule")
    return rules
