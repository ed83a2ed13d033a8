"""A real HTTP server on loopback, as well-behaved or as hostile as a test needs."""

from __future__ import annotations

import gzip
import itertools
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived. Header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """What to answer.

    Attributes:
        body: Bytes sent with their length, or parts sent as they come until
            the connection closes.
        headers: Replace the computed ones of the same name, also where that
            makes them wrong.
        raw: Sent instead of everything else, byte for byte.
    """

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Iterable[bytes] | None = None


Answer = Response | Callable[[Request], Response]


def page(html: str, **headers: str) -> Response:
    """An HTML page; `content_language="de"` gives the header Content-Language."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"} | named)


def redirect(location: str, status: int = 302) -> Response:
    return Response(status=status, headers={"Location": location})


def gzipped(content: bytes) -> Response:
    return Response(gzip.compress(content), headers={"Content-Encoding": "gzip"})


def gzip_bomb(unpacked_bytes: int) -> Response:
    """A body about a thousand times as large once unpacked."""
    return gzipped(bytes(unpacked_bytes))


def endless(part: bytes = b"<p>more</p>" * 1_000) -> Response:
    """A body that never stops coming."""
    return Response(itertools.repeat(part))


class Server:
    """Serves `answers` by path on a free loopback port while the `with` block runs.

    Paths without an answer get `default`. `requests` holds what arrived, in order.

    Args:
        answers: Path with query to answer; may be changed while running.
        ssl_context: Serves HTTPS with this context's certificate.
    """

    def __init__(
        self, answers: Mapping[str, Answer], *, ssl_context: ssl.SSLContext | None = None
    ) -> None:
        self.answers = dict(answers)
        self.default: Answer = Response(b"not here", status=404)
        self.requests: list[Request] = []
        self._scheme = "https" if ssl_context else "http"
        self._stopping = threading.Event()
        self._http = _HttpServer((LOOPBACK, 0), _handler(self))
        if ssl_context:
            self._http.socket = ssl_context.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def url(self, path: str = "/", *, host: str = LOOPBACK) -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def drip(self, part: bytes = b".", *, every_s: float = 0.05) -> Iterator[bytes]:
        """Parts that come slowly and without end, until the server stops."""
        while not self._stopping.wait(every_s):
            yield part

    def answer(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.get(request.target, self.default)
        return answer if isinstance(answer, Response) else answer(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up or refuse the certificate are what tests are about."""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(server.answer(Request(self.command, self.path, headers)))

        do_POST = do_HEAD = do_GET  # noqa: N815

        def _send(self, response: Response) -> None:
            if response.raw is not None:
                self._write(response.raw)
                return
            body = response.body
            computed = {"Connection": "close"}
            if isinstance(body, bytes):
                computed["Content-Length"] = str(len(body))
                body = [body]
            self.send_response(response.status)
            for name, value in (computed | dict(response.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self._write(body)

        def _write(self, parts: Iterable[bytes]) -> None:
            for part in parts:
                self.wfile.write(part)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `Server.requests` instead."""

    return Handler
