"""`doctor`: each check can fail, says what to do, and only the required ones decide."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from assistant import doctor
from assistant.doctor import Check, examine
from assistant.settings import Settings
from tests.cli.conftest import Run


def check(name: str, settings: Settings | None = None) -> Check:
    (found,) = [each for each in examine(settings) if each.name == name]
    return found


def test_what_is_not_ok_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor, "EMBEDDED_MODELS", ("no-such-model",))

    failed = [each for each in examine() if not each.ok and each.name != "node"]

    assert {"extra summarizer", "extra browser", "model no-such-model"} <= {f.name for f in failed}
    assert all(each.hint for each in failed)


def test_exit_code_follows_the_required_checks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wanting = Check("extra browser", False, "Not installed.", "Install it.", required=False)
    broken = Check("model practices", False, "Damaged.", "Install the assistant again.")

    monkeypatch.setattr("assistant.cli.checkup.examine", lambda: (wanting,))
    assert run("doctor").exit_code == 0
    monkeypatch.setattr("assistant.cli.checkup.examine", lambda: (wanting, broken))
    result = run("doctor")

    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    assert "Install the assistant again." in result.stdout


def test_json_has_every_field(run: Run) -> None:
    checks = json.loads(run("doctor", "--json").stdout)["checks"]

    assert {each["name"] for each in checks} >= {"python", "settings", "data folder", "history"}
    assert all(set(each) == {"name", "ok", "detail", "hint", "required"} for each in checks)


def test_bad_settings_are_a_finding_and_no_crash(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_ASSISTANT_PORT", "no-port-at-all")

    result = run("doctor", "--json")

    (settings,) = [c for c in json.loads(result.stdout)["checks"] if c["name"] == "settings"]
    assert result.exit_code == 1
    assert not settings["ok"]
    assert "PRIVACY_ASSISTANT_PORT" in settings["detail"]
    assert "no-port-at-all" not in result.stdout


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "deep"

    assert check("data folder", Settings(data_dir=folder)).ok
    assert check("history", Settings(data_dir=folder)).ok
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    found = check("data folder", Settings(data_dir=tmp_path / "file"))

    assert not found.ok
    assert "DATA_DIR" in found.hint


def test_a_damaged_history(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite3").write_bytes(b"no database at all" * 100)

    assert not check("history", Settings(data_dir=tmp_path)).ok


def test_a_taken_port_is_told_and_not_required() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = check("port", Settings(port=taken.getsockname()[1]))

    assert not found.ok
    assert not found.required
