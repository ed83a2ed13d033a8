"""A running service on a free loopback port, and a client that sends exactly what it is told."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.api.access import new_code, token_hash
from assistant.api.app import create_app
from assistant.api.serve import bind, make_server
from assistant.service import Assistant

LOOPBACK = "127.0.0.1"
JSON = {"Content-Type": "application/json"}


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it arrived. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error_code(self) -> str:
        """The failure's code, after checking that the answer is one of ours."""
        answer = self.json()
        assert list(answer) == ["error"]
        assert list(answer["error"]) == ["code", "message", "hint"]
        assert all(answer["error"].values())
        return str(answer["error"]["code"])


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, a token that opens it, and its one-time code."""

    assistant: Assistant
    port: int
    token: str
    code: str

    @property
    def host(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Answer:
        """Send a request with these headers and, but for Host where not given, no others."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
        try:
            sent = {"Host": self.host, **(headers or {})}
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if isinstance(body, bytes):
                sent.setdefault("Content-Length", str(len(body)))
            elif body is not None:
                sent["Transfer-Encoding"] = "chunked"
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(
                body,
                encode_chunked=body is not None and not isinstance(body, bytes),
            )
            response = connection.getresponse()
            lower = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, lower, response.read())
        finally:
            connection.close()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the API with the token; `body` is sent as JSON."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if body is None:
            return self.send(method, f"/api/v1{path}", sent)
        return self.send(method, f"/api/v1{path}", JSON | sent, json.dumps(body).encode())

    def upload(
        self,
        data: bytes,
        name: str,
        media_type: str = "application/octet-stream",
        *,
        path: str = "/policy",
    ) -> Answer:
        """Upload one file as a browser's form does."""
        return self.upload_all([(data, name)], media_type, path=path)

    def upload_all(
        self,
        files: Iterable[tuple[bytes, str]],
        media_type: str = "image/jpeg",
        *,
        path: str = "/photo",
    ) -> Answer:
        """Upload files, each with its name, in one form."""
        boundary = "----a-boundary-that-no-file-holds"
        body = b""
        for data, name in files:
            head = (
                f"--{boundary}\r\n"
                f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
                f"Content-Type: {media_type}\r\n\r\n"
            )
            body += head.encode() + data + b"\r\n"
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        return self.send("POST", f"/api/v1{path}", headers, body + f"--{boundary}--\r\n".encode())


@contextmanager
def running(
    assistant: Assistant, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Service]:
    """Serve an assistant in a thread while the block runs."""
    code, token = new_code(), "a-token-of-this-test"
    assistant.store.add_token(token_hash(token), "test", datetime.now(UTC))
    with bind(LOOPBACK, 0) as listener:
        port = int(listener.getsockname()[1])
        app = create_app(assistant, host=LOOPBACK, port=port, one_time_code=code, clock=clock)
        server = make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Service(assistant, port, token, code)
        finally:
            server.should_exit = True
            thread.join()
