"""What a picture can show as a whole, and when a model's scores are enough to say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml

Floats = NDArray[np.float64]
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Group:
    """Scenes that let a stranger conclude the same.

    Attributes:
        claim: Key in `claims.yaml`; "" for scenes that tell nothing.
        what: Of the group as a whole; "" where only its scenes are told.
        reveals: What a stranger may conclude.
    """

    claim: str = ""
    what: str = ""
    reveals: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Scene:
    """One description that a picture is compared with.

    Attributes:
        prompt: The description, as the model gets it.
        what: The same in a report.
    """

    id: str
    group: str
    prompt: str
    what: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Scenes:
    """`scenes.yaml`.

    Attributes:
        least: Score that a group needs, of 1 in all.
        margin: Distance to the next group, and of a scene to the next one of its group.
    """

    sources: Mapping[str, Source]
    least: float
    margin: float
    groups: Mapping[str, Group]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture probably shows.

    Attributes:
        claim: Key in `claims.yaml`.
        score: Of 1 in all; how sure the model is, not how often it is right.
    """

    claim: str
    what: str
    reveals: str
    score: float


@cache
def scenes() -> Scenes:
    """The packaged scenes."""
    return load_yaml(Scenes, folder("photo") / "scenes.yaml")


def judge(scores: Floats, known: Scenes) -> tuple[Shown | None, str]:
    """What may be claimed of a picture.

    The scores of a group are added, so that a bedroom and a living room do not
    silence each other.

    Args:
        scores: `(scenes,)` float64 in [0, 1], 1 in all, in the order of `known.scenes`.

    Returns:
        The claim, or None; and the key of the gap where the scores do not decide.
    """
    of_group: defaultdict[str, list[tuple[float, Scene]]] = defaultdict(list)
    for score, scene in zip(scores.tolist(), known.scenes, strict=True):
        of_group[scene.group].append((score, scene))
    sums = {name: sum(score for score, _ in members) for name, members in of_group.items()}
    first = max(sums, key=lambda name: sums[name])
    second = max((score for name, score in sums.items() if name != first), default=0.0)
    if sums[first] < known.least or sums[first] - second < known.margin:
        return None, "scene_unsure"
    if not known.groups[first].claim:
        return None, ""
    shown = _shown(known, first, sums[first], of_group[first])
    return shown, "" if shown else "scene_unsure"


def _shown(
    known: Scenes, name: str, score: float, members: Sequence[tuple[float, Scene]]
) -> Shown | None:
    """The best scene of a group where it stands out, else the group; None where it has no name."""
    group = known.groups[name]
    (first, scene), *others = sorted(members, key=lambda member: -member[0])
    second = others[0][0] if others else 0.0
    if scene.what and first >= known.least and first - second >= known.margin:
        return Shown(group.claim, scene.what, group.reveals, first)
    return Shown(group.claim, group.what, group.reveals, score) if group.what else None
