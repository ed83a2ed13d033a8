"""The command as a process: start-up, streams, signals, and one real reading."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import __version__

POLICY = """<!doctype html><html lang="en"><title>Example Corp privacy policy</title>
<h1>Privacy policy</h1>
<p>This privacy policy explains how Example Corp collects, uses and shares personal information
when you use our website, our app and our services. Please read it with care.</p>
<h2>Information we collect</h2>
<p>We collect your name, your email address and your phone number when you register an account. We
also collect information about your device and browser by means of cookies.</p>
<h2>How we share it</h2>
<p>We sell your personal information to third parties. We share your personal information with
advertising partners so that they can show you targeted advertising.</p>
<h2>How long we keep it</h2>
<p>You may ask us to delete your account at any time by writing to privacy@example.com.</p></html>
"""


def start(
    *arguments: str, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_version_and_help() -> None:
    assert start("--version").stdout == f"privacy-assistant {__version__}\n"
    for arguments in (["--help"], ["policy", "--help"], ["forget", "-h"]):
        result = start(*arguments)
        assert result.returncode == 0
        assert "Usage: privacy-assistant" in result.stdout


def test_help_loads_nothing_heavy() -> None:
    heavy = "pydantic sqlalchemy numpy rich httpx yaml fastapi onnxruntime spacy torch".split()  # noqa: SIM905
    probe = f"import sys, assistant.cli.app; print([m for m in {heavy} if m in sys.modules])"

    loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True
    )

    assert loaded.stdout == "[]\n"


def test_a_missing_file_is_one_line() -> None:
    result = start("policy", "nothing-here.html")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_a_reader_that_leaves_is_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "doctor"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()

    assert errors == ""
    assert process.returncode == 141


def test_a_fault_of_ours_is_one_line_with_a_reference(tmp_path: Path) -> None:
    script = (
        "import assistant.doctor as d\n"
        "def fail(*_): raise ZeroDivisionError('the secret text')\n"
        "d.examine = fail\n"
        "import sys; sys.argv = ['privacy-assistant', 'doctor']\n"
        "from assistant.cli import main; main()\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("privacy-assistant: The assistant failed")
    assert "reference" in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


def test_a_narrow_locale_costs_no_report(tmp_path: Path) -> None:
    result = start("history", PYTHONIOENCODING="ascii")

    assert result.returncode == 0
    assert result.stdout == "The history is empty.\n"


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_policy_is_read_end_to_end(tmp_path: Path, source: str) -> None:
    path = tmp_path / "policy.html"
    path.write_text(POLICY, "utf-8")
    given = (str(path), None) if source == "file" else ("-", POLICY)

    result = start("policy", given[0], "--json", "--fail-on", "high", stdin=given[1])

    assert result.stderr == ""
    assert result.returncode == 3
    report = json.loads(result.stdout)
    text = report["details"]["text"]
    spans = [e for part in (*report["findings"], *report["summary"]) for e in part["evidence"]]
    assert all(text[e["start"] : e["end"]] == e["quote"] for e in spans)
    present = {f["rule_id"] for f in report["findings"] if f["outcome"] == "present"}
    assert {"policy.sells-data", "policy.shares-with-advertisers"} <= present
    assert report["rating"]["score"] == 100 + sum(
        deduction["points"] for deduction in report["rating"]["deductions"]
    )
    assert len(json.loads(start("history", "--json").stdout)["entries"]) == 1
