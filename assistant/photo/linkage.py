"""Many photos beside each other: claims across them, and how unique they make a person."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.photo.details import Linkage
from assistant.photo.infer import infer_across
from assistant.photo.shots import Shot

FEWEST_POINTS = 4
"""Points of place and hour that single out most people.

de Montjoye et al. 2013 (doi:10.1038/srep01376): four such points, as coarse as
a mobile phone cell and an hour, were enough for 95 % of 1.5 million people.
"""
_COARSE = 2
"""Decimals of a degree: cells of about a kilometre."""


def link(shots: Sequence[Shot]) -> Linkage:
    """What photos tell together. Linear in their number; says nothing of one alone."""
    if len(shots) < 2:
        return Linkage(len(shots))
    points = len(_points(shots))
    return Linkage(len(shots), infer_across(shots), points, _sentence(points))


def _points(shots: Sequence[Shot]) -> set[tuple[float, float, str]]:
    """The different cells and hours in which photos were taken."""
    return {
        (
            round(shot.position.latitude, _COARSE),
            round(shot.position.longitude, _COARSE),
            f"{shot.taken:%Y-%m-%d %H}",
        )
        for shot in shots
        if shot.position and shot.taken
    }


def _sentence(points: int) -> str:
    if points < FEWEST_POINTS:
        return ""
    return (
        f"Together they tell {points} places and hours. Four were enough to pick out 95 % of "
        "1.5 million people by their phones (de Montjoye et al. 2013)."
    )
