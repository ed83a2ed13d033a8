"""Starting and stopping the service."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.api.serve import bind, page_address, reaches_beyond_loopback, serve
from assistant.errors import InvalidSettings, PortInUse
from tests.api.service import LOOPBACK
from tests.api.stub import StubAssistant

IDLE_KB = 150_000

PROGRAM = """
from assistant.api.serve import serve
from assistant.service import Assistant
serve(Assistant(), host="127.0.0.1", port=0)
"""


@contextmanager
def started_process() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service as a process of its own, and the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        yield process, line.removeprefix("Open ").strip()
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            assert pipe
            pipe.close()


def get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def port_of(address: str) -> int:
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/#code=[\w-]{43}", address)
    assert found
    return int(found[1])


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_and_stops_when_asked(stop: signal.Signals) -> None:
    with started_process() as (process, address):
        port = port_of(address)
        assert get(port, "/api/v1/health") == 200
        assert get(port, "/api/v1/history?name=Xylophonquarz") == 401

        process.send_signal(stop)
        # Not `communicate`, which would miss what `readline` has already buffered.
        assert process.wait(timeout=30) in {0, -stop}
        assert process.stdout
        assert process.stderr
        output, errors = process.stdout.read(), process.stderr.read()
        assert errors == ""
        assert "Xylophonquarz" not in output
        assert "Ctrl+C" in output


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_it_stays_small_until_it_is_used() -> None:
    with started_process() as (process, address):
        assert get(port_of(address), "/") == 200
        assert get(port_of(address), "/api/v1/history") == 401

        status = Path(f"/proc/{process.pid}/status").read_text()

    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident
    assert int(resident[1]) <= IDLE_KB


def test_each_start_has_another_code() -> None:
    with started_process() as (_, first), started_process() as (_, second):
        assert first.partition("#")[2] != second.partition("#")[2]


def test_a_taken_port_is_said_so() -> None:
    with bind(LOOPBACK, 0) as taken, pytest.raises(PortInUse) as caught:
        serve(StubAssistant(), host=LOOPBACK, port=taken.getsockname()[1])

    assert "--port" in caught.value.hint


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-name.invalid", "2001:db8::1"])
def test_an_address_of_another_computer(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(InvalidSettings):
        bind(host, 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/#code=c"),
        ("0.0.0.0", "http://127.0.0.1:80/#code=c"),
        ("::", "http://[::1]:80/#code=c"),
        ("::1", "http://[::1]:80/#code=c"),
        ("192.0.2.1", "http://192.0.2.1:80/#code=c"),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(host: str, address: str) -> None:
    assert page_address(host, 80, "c") == address


@pytest.mark.parametrize(
    ("host", "in_container", "beyond"),
    [
        ("127.0.0.1", False, False),
        ("localhost", False, False),
        ("::1", False, False),
        ("0.0.0.0", False, True),
        ("::", False, True),
        ("192.0.2.1", False, True),
        ("0.0.0.0", True, False),
        ("192.0.2.1", True, True),
    ],
)
def test_listening_beyond_this_computer_is_noticed(
    host: str, in_container: bool, beyond: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.api.serve.in_container", lambda: in_container)

    assert reaches_beyond_loopback(host) is beyond


def test_the_warning_comes_before_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.api.serve.in_container", lambda: False)
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    lines: list[str] = []

    serve(StubAssistant(), host="0.0.0.0", port=0, announce=lines.append)

    assert lines[0].startswith("Warning:")
    assert lines[1].startswith("Open http://127.0.0.1:")


def test_the_browser_is_opened_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    lines: list[str] = []

    serve(StubAssistant(), host=LOOPBACK, port=0, announce=lines.append)
    assert opened == []

    serve(StubAssistant(), host=LOOPBACK, port=0, open_browser=True, announce=lines.append)
    assert [f"Open {address}" for address in opened] == [lines[2]]


def test_an_upload_in_progress_does_not_keep_it_from_stopping() -> None:
    with started_process() as (process, address):
        port = port_of(address)
        assert get(port, "/api/v1/health") == 200
        head = f"POST /api/v1/session HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n"
        with socket.create_connection((LOOPBACK, port)) as connection:
            connection.sendall(f"{head}Content-Length: 9\r\n\r\n{{".encode())
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)

    assert process.returncode in {0, -signal.SIGINT}
