"""Nothing of a tab is taken in before the first choice, nor of a private window unless chosen."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ORDINARY, PRIVATE, GONE = 1, 2, 3


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the gate let through, by what was set and whether the events came before that."""
    node = shutil.which("node")
    assert node is not None, "the tests need Node.js"
    script = Path(__file__).parent / "private.mjs"
    done = subprocess.run([node, script], capture_output=True, text=True, check=True)
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("early", ["", " early"])
def test_an_ordinary_window_is_watched_and_a_private_one_is_not(
    told: dict[str, Any], early: str
) -> None:
    answer = told[f"started{early}"]
    assert answer["seen"] == [ORDINARY]
    assert answer["watched"] == [ORDINARY]
    assert answer["isPrivate"] == [PRIVATE, GONE]


@pytest.mark.parametrize("early", ["", " early"])
def test_a_private_window_is_watched_where_the_person_chose_so(
    told: dict[str, Any], early: str
) -> None:
    answer = told[f"started private{early}"]
    assert {ORDINARY, PRIVATE} <= set(answer["seen"])
    assert {ORDINARY, PRIVATE} <= set(answer["watched"])


@pytest.mark.parametrize("chosen", ["", "private", "early", "private early"])
def test_nothing_is_taken_in_before_the_first_choice(told: dict[str, Any], chosen: str) -> None:
    assert told[chosen]["seen"] == []
    assert told[chosen]["watched"] == []


def test_what_was_held_is_taken_in_as_it_happened(told: dict[str, Any]) -> None:
    # A browser that wakes the worker may tell of a page's image before it tells of the page.
    assert told["order"] == [10, 20, 30]
