"""A marked text, address and file name leave no trace where they do not belong."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.service import Assistant, FromBytes, FromUrl
from tests.api.logbook import recorded_log
from tests.api.service import Service
from tests.security.inputs import locked_pdf, policy_html, policy_text
from tests.servers import Server, page

MARK = "xylophonquarz7319"


@contextmanager
def temporary_files_refused(folder: Path) -> Iterator[None]:
    """Makes every attempt to write a temporary file fail while the block runs."""
    missing = str(folder / "no-such-folder")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
            patch.setenv(name, missing)
        patch.setattr(tempfile, "tempdir", missing)
        yield


def bytes_below(folder: Path) -> bytes:
    files = (path for path in folder.rglob("*") if path.is_file())
    return b"\0".join(path.name.encode() + path.read_bytes() for path in files)


def test_reading_leaves_no_mark_in_log_errors_output_or_after_forgetting(
    assistant: Assistant, service: Service, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    failures: list[str] = []
    marked = policy_text(f"We call this {MARK}.")
    # Uploads of this size are what web frameworks put into temporary files.
    large = policy_html(f"<p>{MARK}</p><!--{MARK * 100_000}-->")
    answers = {f"/{MARK}": page(policy_html(f"<p>We call this {MARK}.</p>"))}
    # Loading py3langid unpacks its model, which is nobody's text, into a temporary file.
    assistant.read_policy(FromBytes(policy_text().encode(), "warm-up.txt"), remember=False)
    with (
        recorded_log(assistant.settings) as lines,
        Server(answers) as site,
        temporary_files_refused(tmp_path),
    ):
        assistant.read_policy(FromBytes(marked.encode(), f"{MARK}.txt"))
        assistant.read_policy(FromUrl(site.url(f"/{MARK}")))
        for source in (
            FromUrl(site.url(f"/missing/{MARK}?q={MARK}#{MARK}")),
            FromUrl(f"http://{MARK}:{MARK}@127.0.0.1/"),
            FromUrl(f"gopher://{MARK}.example/"),
            FromBytes(MARK.encode() + bytes(range(256)) * 40, f"{MARK}.bin"),
            FromBytes(locked_pdf(), f"{MARK}.pdf"),
            FromBytes(b"", MARK),
        ):
            with pytest.raises(AssistantError) as caught:
                assistant.read_policy(source)
            failures.append(f"{caught.value.message} {caught.value.hint}")

        for answer in (
            service.call("POST", "/policy", {"text": marked, "name": MARK}),
            service.call("POST", "/policy", {"url": site.url(f"/{MARK}")}),
            service.call(
                "POST", "/policy", {"html": policy_html(MARK), "url": f"https://{MARK}.example/"}
            ),
            service.upload(large.encode(), f"{MARK}.html", "text/html"),
        ):
            assert answer.status == 200
        for answer in (
            service.call("POST", "/policy", {"url": site.url(f"/missing/{MARK}?{MARK}")}),
            service.call("POST", "/policy", {"url": f"http://10.0.0.1/{MARK}"}),
            service.call("POST", "/policy", {"text": [MARK]}),
            service.call("POST", f"/policy?summarizer={MARK}", {"text": marked}),
            service.call("POST", f"/policy?summarizer=transformers:/{MARK}", {"text": marked}),
            service.upload(MARK.encode() + bytes(3_000), f"{MARK}.bin"),
            service.call("GET", f"/history/{MARK}"),
            service.call("GET", f"/history?limit={MARK}"),
            service.call("GET", f"/{MARK}?{MARK}"),
            service.call("DELETE", f"/{MARK}"),
        ):
            assert 400 <= answer.status < 600
            assert answer.status != 500
            failures.append(f"{answer.headers} {answer.body.decode()}")

        data_dir = assistant.settings.data_dir
        assert MARK.encode() in bytes_below(data_dir)
        assert service.call("DELETE", "/history").json() == {"forgotten": 6}

    assert MARK not in "\n".join(failures)
    assert MARK not in lines.getvalue()
    assert MARK not in "".join(capfd.readouterr())
    assert MARK.encode() not in bytes_below(data_dir)


def test_a_fault_of_ours_tells_nobody_what_it_was_about(
    assistant: Assistant,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def break_down(*args: object, **kwargs: object) -> None:
        raise RuntimeError(f"no {MARK}")

    monkeypatch.setattr("assistant.policy.extract.extract", break_down)
    with recorded_log(assistant.settings) as lines:
        answer = service.call("POST", "/policy", {"text": MARK})

    assert (answer.status, answer.error_code) == (500, "internal-error")
    assert "RuntimeError" in lines.getvalue()
    assert MARK not in answer.body.decode() + lines.getvalue() + "".join(capfd.readouterr())


def test_the_command_line_leaves_no_mark(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("home", "tmp", "data", "cache")}
    for folder in folders.values():
        folder.mkdir()
    file = tmp_path / f"{MARK}.txt"
    file.write_text(policy_text(f"We call this {MARK}."))
    environment = os.environ | {
        "HOME": str(folders["home"]),
        "XDG_CACHE_HOME": str(folders["home"] / ".cache"),
        "TMPDIR": str(folders["tmp"]),
        "PYTHONPYCACHEPREFIX": str(folders["cache"]),
        "PRIVACY_ASSISTANT_DATA_DIR": str(folders["data"]),
        "PRIVACY_ASSISTANT_LOG_LEVEL": "DEBUG",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    read = run("policy", str(file), "--json")
    assert read.returncode == 0, read.stderr
    assert MARK not in read.stderr
    assert MARK.encode() in bytes_below(folders["data"])

    forgotten = run("forget", "--all", "--yes")
    assert forgotten.returncode == 0, forgotten.stderr
    assert MARK.encode() not in bytes_below(folders["data"])
    # Nor does any library keep something of its own, such as ONNX Runtime's device id,
    # which its telemetry writes before it reports to its maker.
    left = [path for name in ("home", "tmp") for path in folders[name].rglob("*")]
    assert left == []
