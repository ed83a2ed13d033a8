"""`history` and `forget`: what is kept is shown, and what is forgotten is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.settings import load_settings
from tests.cli.conftest import Run


def entries(run: Run) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(run("history", "--json").stdout)["entries"]
    return listed


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> list[dict[str, object]]:
    """Three reports, two of one name."""
    for source in ("example.com", "example.com/terms", "other.example"):
        assert run("policy", source).exit_code == 0
    return entries(run)


def test_nothing_there(run: Run) -> None:
    assert run("history").stdout == "The history is empty.\n"
    assert json.loads(run("history", "--json").stdout) == {"schema_version": 1, "entries": []}


def test_every_report_is_listed(run: Run, kept: list[dict[str, object]]) -> None:
    shown = run("history").stdout

    assert len(kept) == 3
    for entry in kept:
        assert str(entry["id"]) in shown
        assert str(entry["name"]) in shown
    assert set(kept[0]) == {
        "id", "kind", "name", "source", "created_at", "grade", "score", "verdict", "wrong",
    }  # fmt: skip
    assert kept[0]["created_at"] == "2026-11-22T10:00:00Z"


def test_one_is_shown_again(run: Run, kept: list[dict[str, object]]) -> None:
    shown = run("history", str(kept[0]["id"]))
    as_json = run("history", str(kept[0]["id"]), "--json")

    assert "May sell your personal information." in shown.stdout
    assert json.loads(as_json.stdout)["subject"]["name"] == kept[0]["name"]


def test_an_unknown_id_is_a_failure(run: Run) -> None:
    result = run("history", "0" * 32)

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_better_ones_are_looked_for_in_the_history(run: Run, kept: list[dict[str, object]]) -> None:
    shown = run("history", str(kept[0]["id"]), "--better")
    as_json = json.loads(run("history", str(kept[0]["id"]), "--better", "--json").stdout)

    assert shown.exit_code == 0
    assert "does not make clear what kind of service" in shown.stdout
    assert (as_json["service"], as_json["found"]) == (None, [])
    assert run("history", "--better").exit_code == 2
    assert run("history", "0" * 32, "--better").exit_code == 1


def test_forget_one_by_id(run: Run, kept: list[dict[str, object]]) -> None:
    assert run("forget", str(kept[0]["id"])).stdout == "Forgot 1 report.\n"
    assert entries(run) == kept[1:]


def test_forget_all_of_a_name(run: Run, kept: list[dict[str, object]]) -> None:
    assert run("forget", "example.com").stdout == "Forgot 2 reports.\n"
    assert [entry["name"] for entry in entries(run)] == ["other.example"]


def test_forget_what_is_not_there(run: Run, kept: list[dict[str, object]]) -> None:
    assert run("forget", "nobody.example").exit_code == 1
    assert len(entries(run)) == 3


@pytest.mark.parametrize(
    ("arguments", "answer", "code", "left"),
    [
        (["--all"], "y\n", 0, 0),
        (["--all"], "n\n", 0, 3),
        (["--all"], "", 1, 3),
        (["--all", "--yes"], "", 0, 0),
    ],
)
def test_forget_everything_asks_first(
    run: Run, kept: object, *, arguments: list[str], answer: str, code: int, left: int
) -> None:
    result = run("forget", *arguments, stdin=answer)

    assert result.exit_code == code
    assert len(entries(run)) == left


@pytest.mark.parametrize("arguments", [["forget"], ["forget", "--all", "example.com"]])
def test_forget_needs_to_know_what(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_what_is_forgotten_leaves_the_file(run: Run, kept: list[dict[str, object]]) -> None:
    folder = load_settings().data_dir

    run("forget", "--all", "--yes")

    assert not [f for f in folder.iterdir() if b"other.example" in f.read_bytes()]


def test_a_history_that_cannot_be_opened_is_a_failure(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "history.sqlite3").write_bytes(b"no database at all" * 100)

    result = run("history")

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
