"""How grave a person finds things, in place of what we take them for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import RatingScale, folder, load_yaml, rating_scale
from assistant.photo.rulebook import ROOM, PhotoRule, photo_rules
from assistant.report import Severity

_OWN = "+own"
"""Marks the version of a rating that is not comparable with those of others."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class OwnPoints:
    """What a severity costs that a person set (`severities.yaml`)."""

    reason: str
    points: Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class Weights:
    """The rules with their severities and points, and the scale they are counted on."""

    rules: Mapping[str, PhotoRule]
    scale: RatingScale


def weights_of(severities: Mapping[str, Severity]) -> Weights:
    """Our weights, but for the rules a person holds graver or lighter.

    Args:
        severities: Rule id → the severity it has for this person.

    Raises:
        KeyError: There is no rule of that id.
    """
    rules, scale = dict(photo_rules()), rating_scale(ROOM)
    if not severities:
        return Weights(rules, scale)
    caps = dict(scale.group_caps)
    for rule_id, severity in severities.items():
        points = own_points().points[severity]
        rules[rule_id] = replace(rules[rule_id], severity=severity, points=points)
        group = rules[rule_id].group
        caps[group] = min(caps[group], points)
    return Weights(rules, replace(scale, group_caps=caps, version=scale.version + _OWN))


@cache
def own_points() -> OwnPoints:
    """What each severity costs, from knowledge."""
    return load_yaml(OwnPoints, folder(ROOM) / "severities.yaml")
