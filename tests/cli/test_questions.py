"""`ask` and `compare`: an answer or the changes, exit codes, and one line for what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "policy.txt"
    path.write_text("We sell.")
    return str(path)


def test_ask_prints_the_question_and_the_passage(run: Run, file: str) -> None:
    result = run("ask", file, "How long do they keep it?")
    assert result.exit_code == 0
    assert result.stdout.strip().startswith("How long do they keep it?")
    assert "“forever after you leave.”" in result.stdout


def test_ask_json_is_the_report_with_the_answer(run: Run, file: str) -> None:
    report = json.loads(run("ask", file, "Why?", "--json").stdout_bytes)
    assert report["schema_version"] == 1
    assert report["details"]["answer"]["question"] == "Why?"
    assert set(report["details"]["answer"]) >= {"text", "evidence", "confidence", "reason"}


def test_compare_prints_what_changed(run: Run, file: str) -> None:
    result = run("compare", file, file)
    assert result.exit_code == 0
    assert "What changed" in result.stdout
    assert "The grade goes from B to D." in result.stdout
    changes = json.loads(run("compare", file, file, "--json").stdout_bytes)["details"]["changes"]
    assert changes["material"] is True
    assert (changes["grade_before"], changes["grade_after"]) == ("B", "D")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ask", "FILE", " "), 1),
        (("ask", "/no/such/file.txt", "Why?"), 1),
        (("ask", "FILE"), 2),
        (("compare", "FILE"), 2),
        (("compare", "-", "-"), 2),
        (("compare", "FILE", "/no/such/file.txt"), 1),
    ],
)
def test_what_cannot_be_done_is_one_line_and_its_exit_code(
    run: Run, file: str, arguments: tuple[str, ...], code: int
) -> None:
    result = run(*(file if each == "FILE" else each for each in arguments))
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_nothing_is_kept_of_a_question(run: Run, file: str) -> None:
    run("ask", file, "How long do they keep it?")
    run("compare", file, file)
    assert "The history is empty." in run("history").stdout
