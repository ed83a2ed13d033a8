"""The grade DuckDuckGo's published formula gives a site, as served and with its blocking.

The formula weighs the reach of owners, not what they do; it is shown for
comparison and takes no part in our rating.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypedDict, TypeVar

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml

ROOM = "site"
_STRICT = ConfigDict(extra="forbid")
T = TypeVar("T")


class DuckDuckGoGrade(TypedDict):
    """A letter from A to D- and the points behind it; fewer points are better."""

    grade: str
    score: int


class DuckDuckGoGrades(TypedDict):
    """The site as served, and as it is left when the trackers are blocked."""

    site: DuckDuckGoGrade
    enhanced: DuckDuckGoGrade


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """What a value below a bound gives."""

    below: float
    gives: T


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Scale(Generic[T]):
    """Rising steps; `nothing` for a value not above 0, `beyond` from the last bound on."""

    nothing: T
    steps: tuple[Step[T], ...]
    beyond: T

    def of(self, value: float) -> T:
        """What a value gives; one that is not a number gives nothing."""
        if not value > 0:
            return self.nothing
        return next((step.gives for step in self.steps if value < step.below), self.beyond)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class BothPoints:
    """Points of the site as served and as left by blocking."""

    site: int
    enhanced: int


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class HttpsPoints:
    """Points by how https is reached: always, when asked for, never."""

    upgraded: BothPoints
    offered: BothPoints
    missing: BothPoints


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class PrivacyPoints:
    """Points of a policy nobody rated, and the most a rated one can cost."""

    unknown: int
    most: int


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class DuckDuckGoScale:
    """The numbers of the formula (`duckduckgo.yaml`)."""

    sources: tuple[Source, ...]
    https: HttpsPoints
    privacy: PrivacyPoints
    reach: Scale[int]
    grades: Scale[str]


@cache
def duckduckgo_scale() -> DuckDuckGoScale:
    """The formula's numbers, from knowledge."""
    return load_yaml(DuckDuckGoScale, folder(ROOM) / "duckduckgo.yaml")


def duckduckgo_grade(
    *,
    https: bool,
    upgraded: bool,
    privacy_score: int | None,
    parent: tuple[str, float] | None,
    trackers: Sequence[tuple[str, float, bool]],
) -> DuckDuckGoGrades:
    """Grade a site by DuckDuckGo's formula.

    An owner counts once among the blocked and once among the not blocked, by
    the highest prevalence given for it (the published program keeps the last
    one; its own cases name only one). Owners without a name do not count.

    Args:
        https: The site answers over https.
        upgraded: It is always reached over https.
        privacy_score: Points of its policy, 0 best and above 10 as 10; None where unknown.
        parent: Owner of the site and its prevalence in percent; never blocked.
        trackers: Owner, prevalence in percent (0 where unknown) and whether it is blocked.

    Returns:
        Grade and points of both.

    Source:
        duckduckgo/privacy-grade, `src/classes/grade.js`.
    """
    scale = duckduckgo_scale()
    points = _https_points(scale.https, https=https, upgraded=upgraded)
    privacy = scale.privacy.unknown if privacy_score is None else privacy_score
    privacy = min(privacy, scale.privacy.most)
    blocked = _reach((owner, share) for owner, share, stopped in trackers if stopped)
    passed = [(owner, share) for owner, share, stopped in trackers if not stopped]
    left = _reach([*passed, parent] if parent else passed)
    return {
        "site": _graded(points.site + privacy + blocked + left),
        "enhanced": _graded(points.enhanced + privacy + left),
    }


def _https_points(points: HttpsPoints, *, https: bool, upgraded: bool) -> BothPoints:
    """Always upgraded counts before whether https is offered."""
    if upgraded:
        return points.upgraded
    return points.offered if https else points.missing


def _reach(owners: Iterable[tuple[str, float]]) -> int:
    """Points of all owners together."""
    widest: dict[str, int] = {}
    for owner, share in owners:
        if owner:
            widest[owner] = max(widest.get(owner, 0), duckduckgo_scale().reach.of(share))
    return sum(widest.values())


def _graded(score: int) -> DuckDuckGoGrade:
    """A score with its letter."""
    return {"grade": duckduckgo_scale().grades.of(score), "score": score}
