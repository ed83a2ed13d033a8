"""What a value gives away, by the name of its tag and, where that decides, by the value."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import Private

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RiskRule:
    """Tags that give one thing away.

    Attributes:
        tags: `Group:Tag` or `Tag` for any group; `*` and `?` stand for anything.
        values: Where given, only values that one of these patterns matches whole.
        not_values: Values that give nothing away, by patterns that match them whole.
    """

    risk: Private
    tags: tuple[str, ...]
    values: tuple[str, ...] = ()
    not_values: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RiskRules:
    """All of them; the first that fits decides.

    Attributes:
        harmless: Tags that are never a risk, whatever a later rule says.
        empty: Values that say nothing in any tag, by patterns that match them whole.
        constants: Named lists of patterns for `not_values`, used as `=name`.
    """

    sources: tuple[str, ...]
    harmless: tuple[str, ...]
    empty: tuple[str, ...]
    constants: Mapping[str, tuple[str, ...]]
    rules: tuple[RiskRule, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    risk: Private
    tags: re.Pattern[str]
    values: re.Pattern[str] | None
    not_values: re.Pattern[str] | None


@cache
def risk_rules() -> RiskRules:
    """The packaged ones."""
    return load_yaml(RiskRules, folder("photo") / "tags.yaml")


def risk_of(group: str, tag: str, value: str) -> Private | None:
    """What a value gives away; None for one that gives away nothing.

    Args:
        group: As ExifTool names its group 1: `IFD0`, `GPS`, `XMP-dc`.
    """
    if not value or _empty().fullmatch(value):
        return None
    for rule in _rules_for(group, tag):
        if rule.values and not rule.values.fullmatch(value):
            continue
        if rule.not_values and rule.not_values.fullmatch(value):
            continue
        return rule.risk
    return None


@lru_cache(maxsize=4096)
def _rules_for(group: str, tag: str) -> tuple[_Rule, ...]:
    """The rules that speak of a tag, in order."""
    name = f"{group}:{tag}"
    if _tags(risk_rules().harmless).fullmatch(name):
        return ()
    return tuple(rule for rule in _compiled() if rule.tags.fullmatch(name))


@cache
def _compiled() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(rule.risk, _tags(rule.tags), _any_of(rule.values), _any_of(rule.not_values))
        for rule in risk_rules().rules
    )


@cache
def _empty() -> re.Pattern[str]:
    return _any_of(risk_rules().empty) or re.compile("")


def _tags(names: tuple[str, ...]) -> re.Pattern[str]:
    globs = (name if ":" in name else f"*:{name}" for name in names)
    return re.compile("|".join(fnmatch.translate(name) for name in globs), re.IGNORECASE)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    spelled = [
        inner
        for pattern in patterns
        for inner in (
            risk_rules().constants[pattern[1:]] if pattern.startswith("=") else (pattern,)
        )
    ]
    if not spelled:
        return None
    return re.compile("|".join(f"(?:{text})" for text in spelled), re.IGNORECASE | re.DOTALL)
