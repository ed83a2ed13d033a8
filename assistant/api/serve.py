"""Runs the service: binds the port, prints the page's address, serves until stopped."""

from __future__ import annotations

import errno
import socket
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from assistant.api.access import new_code
from assistant.api.app import create_app
from assistant.errors import InvalidSettings, PortInUse
from assistant.service import Assistant

_BACKLOG = 128
_SHUTDOWN_S = 5
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound
_LOOPBACK = ("127.", "::1", "localhost")
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def serve(
    assistant: Assistant,
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve the page and the API until interrupted.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        open_browser: Also open the page in the person's browser.
        announce: Told each line for the person; standard output by default.

    Raises:
        PortInUse: Another program listens there, or the port is reserved.
        InvalidSettings: This computer does not have the address.
    """
    tell = announce or _print
    with bind(host, port) as listener:
        actual_port = int(listener.getsockname()[1])
        code = new_code()
        app = create_app(assistant, host=host, port=actual_port, one_time_code=code, tell=tell)
        address = page_address(host, actual_port, code)
        if reaches_beyond_loopback(host):
            tell(
                "Warning: this listens beyond this computer, without encryption. "
                "Leave --host out unless you know why."
            )
        tell(f"Open {address}")
        tell("The address works once, within an hour. Stop with Ctrl+C.")
        server = make_server(app)
        if open_browser:
            # The port is bound, so a quick browser waits in its queue.
            webbrowser.open(address)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            return


def bind(host: str, port: int) -> socket.socket:
    """Listen on an address, so that nobody else can take it.

    Raises:
        PortInUse: The port is taken or reserved.
        InvalidSettings: There is no such address on this computer.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except PermissionError:
        raise PortInUse(
            "The port is reserved for administrators.", hint="Choose another with --port."
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse from None
        raise InvalidSettings(
            "This computer has no such address to listen on.",
            hint="Leave --host out, or give --host 127.0.0.1.",
        ) from None


def make_server(app: FastAPI) -> uvicorn.Server:
    """A server that logs no addresses and believes no proxy."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
    )


def page_address(host: str, port: int, code: str) -> str:
    """Where a browser on this computer finds the page. The code never reaches a server log."""
    name = _WILDCARDS.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/#code={code}"


def reaches_beyond_loopback(host: str) -> bool:
    """Whether other computers may reach the service; a container's port is published apart."""
    return not host.startswith(_LOOPBACK) and not (host in _WILDCARDS and in_container())


def in_container() -> bool:
    """Whether this process runs inside a container of Docker or Podman."""
    return any(mark.exists() for mark in _CONTAINER_MARKS)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
