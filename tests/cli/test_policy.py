"""`policy`: outputs, exit codes, and nothing lost when one of several fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.service import FromBytes, FromUrl
from tests.cli.conftest import CannedAssistant, Run
from tests.render.reports import TEXT


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "policy.txt"
    path.write_text("We sell.")
    return str(path)


@pytest.fixture
def blank(tmp_path: Path) -> str:
    path = tmp_path / "blank.bin"
    path.write_text("blank")
    return str(path)


@pytest.fixture
def letter(tmp_path: Path) -> str:
    path = tmp_path / "letter.txt"
    path.write_text("letter")
    return str(path)


def test_a_person_reads_the_verdict_first(run: Run, file: str) -> None:
    result = run("policy", file)

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.strip().startswith("May sell your personal information.")
    assert "\x1b" not in result.stdout


def test_json_is_the_report(run: Run, file: str) -> None:
    result = run("policy", file, "--json")

    report = json.loads(result.stdout_bytes.decode("utf-8"))
    assert result.exit_code == 0
    assert report["schema_version"] == 1
    assert report["subject"] == {"name": "policy.txt", "source": file, "sha256": "a" * 64}
    assert report["created_at"] == "2026-11-22T10:00:00Z"
    assert report["details"]["text"] == TEXT
    spans = [e for f in (*report["findings"], *report["summary"]) for e in f["evidence"]]
    assert spans
    assert all(TEXT[span["start"] : span["end"]] == span["quote"] for span in spans)


def test_several_sources_stand_side_by_side(run: Run, file: str) -> None:
    shown = run("policy", file, "example.com")
    result = run("policy", file, "example.com", "--json")

    assert "#1" in shown.stdout
    assert "#2" in shown.stdout
    several = json.loads(result.stdout)
    assert list(several) == ["schema_version", "reports", "linkage"]
    assert several["linkage"] is None
    assert [r["subject"]["name"] for r in several["reports"]] == ["policy.txt", "example.com"]


def test_one_failure_among_several_loses_nothing(run: Run, file: str, blank: str) -> None:
    result = run("policy", blank, file, "--json")

    several = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [r["subject"]["name"] for r in several["reports"]] == ["policy.txt"]
    (failure,) = several["errors"]
    assert failure["source_index"] == 0
    assert failure["error"]["code"] == "unreadable-input"
    assert set(failure["error"]) == {"code", "message", "hint"}
    assert result.stderr.startswith("privacy-assistant: Source 1 of 2: ")
    assert result.stderr.count("\n") == 1


def test_all_of_several_may_fail(run: Run, blank: str) -> None:
    shown, result = run("policy", blank, blank), run("policy", blank, blank, "--json")

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["reports"] == []
    assert len(json.loads(result.stdout)["errors"]) == 2


@pytest.mark.parametrize("source", ["missing.html", "", "ftp://x.example", "."])
def test_a_failure_is_one_line_that_says_what_to_do(run: Run, source: str) -> None:
    result = run("policy", source, "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("privacy-assistant: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


def test_an_error_never_repeats_the_source(run: Run) -> None:
    assert "diary" not in run("policy", "my-secret-diary.txt").stderr


def test_what_is_no_policy_is_a_report(run: Run, letter: str) -> None:
    result = run("policy", letter, "--json", "--fail-on", "info")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["rating"]["grade"] is None


def test_standard_input(run: Run, asked: list[tuple[FromBytes, None, bool]]) -> None:
    result = run("policy", "-", "--json", stdin=b"We sell \xff.")

    assert result.exit_code == 0
    assert asked[0][0].data == b"We sell \xff."


def test_empty_standard_input_is_a_failure(run: Run) -> None:
    result = run("policy", "-", stdin=b"")

    assert result.exit_code == 1
    assert "empty" in result.stderr


@pytest.mark.parametrize(
    ("severity", "code"), [("info", 3), ("medium", 3), ("high", 3), ("critical", 0)]
)
def test_fail_on(run: Run, file: str, severity: str, code: int) -> None:
    result = run("policy", file, "--json", "--fail-on", severity)

    assert result.exit_code == code
    assert json.loads(result.stdout)["rating"]["grade"] == "D"


def test_a_failed_source_weighs_more_than_fail_on(run: Run, file: str, blank: str) -> None:
    assert run("policy", file, blank, "--fail-on", "info").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["policy"],
        ["policy", "x", "--json", "--html", "x.html"],
        ["policy", "x", "--html", "x.html", "--markdown", "x.md"],
        ["policy", "-", "-"],
        ["policy", "x", "--fail-on", "awful"],
        ["policy", "x", "--unknown"],
        ["unknown"],
    ],
)
def test_usage(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize(("option", "start"), [("--html", "<!doctype html>"), ("--markdown", "# ")])
def test_a_document_is_written(
    run: Run, file: str, tmp_path: Path, option: str, start: str
) -> None:
    target = tmp_path / "report.out"

    result = run("policy", file, option, str(target))
    piped = run("policy", file, option, "-")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert target.read_text("utf-8").startswith(start)
    assert piped.stdout == target.read_text("utf-8")


def test_a_document_that_cannot_be_written_is_a_failure(
    run: Run, file: str, tmp_path: Path
) -> None:
    result = run("policy", file, "--html", str(tmp_path / "nowhere" / "report.html"))

    assert result.exit_code == 1
    assert "written" in result.stderr


def test_options_reach_the_service(run: Run, asked: list[tuple[FromUrl, str, bool]]) -> None:
    run("policy", "example.com", "--summarizer", "transformers:x", "--no-history")
    run("policy", "example.com")

    assert asked == [
        (FromUrl("https://example.com"), "transformers:x", False),
        (FromUrl("https://example.com"), None, True),
    ]
    assert "(1 " not in run("history").stdout
    assert len(json.loads(run("history", "--json").stdout)["entries"]) == 1


def test_interrupting_is_no_failure_of_ours(
    run: Run, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: object, *args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(CannedAssistant, "read_policy", interrupt)

    result = run("policy", file)

    assert result.exit_code == 130
    assert "Traceback" not in result.output
