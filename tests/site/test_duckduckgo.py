"""DuckDuckGo's formula gives DuckDuckGo's grades, and more tracking never a better one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.site.peers import duckduckgo_grade
from assistant.site.peers.duckduckgo import duckduckgo_scale

Tracker = tuple[str, float, bool]
GOOGLE, AMAZON = 83.81, 14.15
TRACKERS = st.tuples(
    st.sampled_from(["", "Acme", "Bolt", "Cody"]), st.floats(0, 100), st.booleans()
)


def grade(
    *trackers: Tracker,
    https: bool = True,
    upgraded: bool = True,
    privacy: int | None = None,
    parent: tuple[str, float] | None = None,
) -> tuple[int, str, int, str]:
    """Score and letter as served, then as left by blocking."""
    both = duckduckgo_grade(
        https=https, upgraded=upgraded, privacy_score=privacy, parent=parent, trackers=trackers
    )
    site, enhanced = both["site"], both["enhanced"]
    return site["score"], site["grade"], enhanced["score"], enhanced["grade"]


# Numbers of duckduckgo/duckduckgo-privacy-extension, test/data/grade-cases.json (3028a31) and of
# the iOS browser's GradeTests.swift, read 2026-11-27.
PUBLISHED = {
    "one everywhere, one hardly": (
        grade(("Google", GOOGLE, True), ("bigmir)net", 0.06, True)),
        (13, "C+", 2, "B+"),
    ),
    "the same owner blocked and not": (
        grade(
            ("Google", GOOGLE, True),
            ("Google", GOOGLE, True),
            ("bigmir)net", 0.06, True),
            ("LiveInternet", 2.06, True),
            ("Google", GOOGLE, False),
            ("Google", GOOGLE, False),
        ),
        (26, "D", 12, "C+"),
    ),
    "https only when asked": (
        grade(("whos.amung.us", 0.58, True), ("Google", GOOGLE, True), upgraded=False),
        (17, "C", 2, "B+"),
    ),
    "one not blocked": (
        grade(("Google", GOOGLE, True), ("New Relic", 9.57, True), ("Amazon.com", AMAZON, False)),
        (21, "D", 7, "B"),
    ),
    "http": (
        grade(("INFOnline", 2.24, True), ("Google", GOOGLE, True), https=False, upgraded=False),
        (25, "D", 12, "C+"),
    ),
    "http and one not blocked": (
        grade(("Google", GOOGLE, True), ("Google", GOOGLE, False), https=False, upgraded=False),
        (32, "D-", 22, "D"),
    ),
    "http and nobody": (grade(https=False, upgraded=False), (12, "C+", 12, "C+")),
    "upgraded though not offered": (
        grade(("Google", GOOGLE, True), https=False),
        (12, "C+", 2, "B+"),
    ),
    "four owners": (
        grade(
            ("Google", GOOGLE, True),
            ("Adobe", 11.56, True),
            ("AppNexus", 14.52, True),
            ("Neustar", 0.14, True),
            upgraded=False,
        ),
        (27, "D", 2, "B+"),
    ),
    "none not blocked, three times the same": (
        grade(*[("unknown", 4.98, False)] * 3),
        (5, "B", 5, "B"),
    ),
    "https, policy unknown": (grade(upgraded=False), (5, "B", 2, "B+")),
    "https always": (grade(), (2, "B+", 2, "B+")),
    "the owner's own reach": (grade(parent=("Google", 83.0)), (12, "C+", 12, "C+")),
    "and a bad policy": (grade(parent=("Google", 83.0), privacy=100), (20, "D", 20, "D")),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_published_cases(case: str) -> None:
    ours, theirs = PUBLISHED[case]
    assert ours == theirs


@pytest.mark.parametrize(
    ("share", "points"),
    [
        (0, 0),
        (0.09, 1),
        (0.1, 2),
        (0.99, 2),
        (1, 3),
        (5, 4),
        (10, 5),
        (15, 6),
        (20, 7),
        (30, 8),
        (45, 9),
        (65.99, 9),
        (66, 10),
        (100, 10),
        (float("nan"), 0),
        (float("inf"), 10),
        (-1, 0),
    ],
)
def test_reach(share: float, points: int) -> None:
    assert grade(("Acme", share, False), privacy=0)[0] == points


@pytest.mark.parametrize(
    ("score", "letter"),
    [(0, "A"), (1, "A"), (2, "B+"), (4, "B"), (10, "C+"), (14, "C"), (20, "D"), (30, "D-")],
)
def test_letters(score: int, letter: str) -> None:
    assert duckduckgo_scale().grades.of(score) == letter


def test_an_owner_without_a_name_does_not_count() -> None:
    assert grade(("", 90, False)) == grade()


def test_steps_rise() -> None:
    scale = duckduckgo_scale()
    for bounds in ([s.below for s in scale.reach.steps], [s.below for s in scale.grades.steps]):
        assert all(one < other for one, other in pairwise(bounds))


@given(st.lists(TRACKERS, max_size=8), st.text(max_size=3), st.floats(0, 100), st.booleans())
def test_one_more_tracker_never_improves(
    trackers: list[Tracker], owner: str, share: float, upgraded: bool
) -> None:
    before = grade(*trackers, upgraded=upgraded)
    after = grade(*trackers, (owner, share, False), upgraded=upgraded)
    assert after[0] >= before[0]
    assert after[2] >= before[2]


@given(st.lists(TRACKERS, max_size=8))
def test_blocking_never_harms(trackers: list[Tracker]) -> None:
    site, _, enhanced, _ = grade(*trackers)
    assert enhanced <= site
