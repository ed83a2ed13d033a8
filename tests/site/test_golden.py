"""Recorded visits keep the reports that somebody read and found right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden.site.recording import HERE, SITES, told


@pytest.mark.parametrize("name", SITES)
def test_a_recorded_visit_is_told_as_before(name: str) -> None:
    folder = HERE / name
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    found = json.loads(json.dumps(told((folder / "observation.json").read_bytes())))
    assert found == expected, "read it, then run `python -m tests.golden.site.recording --expect`"


def test_every_folder_is_a_case() -> None:
    folders = {file.parent.name for file in Path(HERE).glob("*/observation.json")}
    assert folders == set(SITES)


@pytest.mark.parametrize("name", SITES)
def test_no_value_that_was_typed_or_kept_stands_in_a_record(name: str) -> None:
    text = (HERE / name / "observation.json").read_text("utf-8")
    assert "4f9d8a7b6c5e4d3f2a1b0c9d8e7f6a5b" not in text
    assert "@" not in text
