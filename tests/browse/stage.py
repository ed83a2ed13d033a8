"""Invented sites on loopback for a real browser: every name under `.test` leads to one server."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from assistant.browse import Browsed, Pace, observe_in_browser
from assistant.fetch.addresses import AddressGuard
from assistant.settings import Settings
from assistant.site.record.observation import Visit
from tests.servers import LOOPBACK, Request, Response, Server

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
QUICK = Pace(quiet=0.3, settle=2.0, typing=5.0, after=0.4, leaving=0.3, ready=3.0, load=8.0)
EVERYWHERE = AddressGuard(allow_addresses=("127.0.0.0/8",), resolve=lambda _h, _p: [LOOPBACK])
NAMES = f"--host-resolver-rules=MAP *.test {LOOPBACK}"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def look(
    server: Server,
    path: str = "/",
    *,
    host: str = "shop.test",
    pace: Pace = QUICK,
    guard: AddressGuard = EVERYWHERE,
    arguments: tuple[str, ...] = (),
    settings: Settings | None = None,
) -> Browsed:
    return observe_in_browser(
        server.url(path, host=host),
        settings=settings or Settings(),
        now=NOW,
        pace=pace,
        guard=guard,
        arguments=(NAMES, *arguments),
    )


def script(code: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(code.encode(), headers={"Content-Type": "text/javascript"} | named)


def web_socket(request: Request) -> Response:
    """Opens a connection, listens for a while and says nothing. Source: RFC 6455, 4.2.2."""
    key = request.headers["sec-websocket-key"] + GUID
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()

    def raw() -> Iterator[bytes]:
        yield (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        ).encode()
        for _ in range(100):
            time.sleep(0.1)
            yield b"\x89\x00"

    return Response(raw=raw())


def plain(seen: Browsed) -> Visit:
    return seen.observation.visits[0]


def calls_of(visit: Visit, script: str) -> dict[str, int]:
    """What the script whose address ends so called, over all frames."""
    found: dict[str, int] = {}
    for made in visit.calls:
        if made.script.endswith(script):
            for member, count in made.calls.items():
                found[member] = found.get(member, 0) + count
    return found
