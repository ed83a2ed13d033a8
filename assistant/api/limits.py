"""How much a caller may send."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.failures import failure_response
from assistant.errors import InputTooLarge

DRAIN_FACTOR = 8
"""A refused upload is read and dropped up to this many times the limit, so that the
sender sees the answer instead of a broken connection."""


class BodyLimit:
    """ASGI middleware that answers `input-too-large` to longer bodies, declared or streamed."""

    def __init__(
        self, app: ASGIApp, *, max_bytes: int, below: Mapping[str, int] | None = None
    ) -> None:
        """Limit the bodies of an application.

        Args:
            max_bytes: For every path but those named.
            below: Path → limit for itself and what lies below it.
        """
        self._app = app
        self._max_bytes = max_bytes
        self._below = dict(below or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._limit(scope["path"])
        body = _CountedBody(receive, max_bytes)
        if _declared_length(Headers(scope=scope)) > max_bytes:
            await _refuse(body, scope, send)
            return

        started = False

        async def send_unless_too_long(message: Message) -> None:
            # Whatever the application makes of a broken-off body, ours is the answer.
            nonlocal started
            if started or not body.too_long:
                started = True
                await send(message)

        with suppress(_BodyTooLong):
            await self._app(scope, body.receive, send_unless_too_long)
        if body.too_long and not started:
            await _refuse(body, scope, send)

    def _limit(self, path: str) -> int:
        for above, max_bytes in self._below.items():
            if path == above or path.startswith(f"{above}/"):
                return max_bytes
        return self._max_bytes


class _BodyTooLong(Exception):
    """Stops the application from reading on."""


class _CountedBody:
    def __init__(self, receive: Receive, max_bytes: int) -> None:
        self._receive = receive
        self._max_bytes = max_bytes
        self._read_bytes = 0
        self._ended = False

    @property
    def too_long(self) -> bool:
        return self._read_bytes > self._max_bytes

    async def receive(self) -> Message:
        message = await self._next()
        if self.too_long:
            raise _BodyTooLong
        return message

    async def drain(self) -> None:
        """Read and drop what is still coming, within reason."""
        while not self._ended and self._read_bytes <= self._max_bytes * DRAIN_FACTOR:
            await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._read_bytes += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        return message


def _declared_length(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    return int(declared) if declared.isdecimal() else 0


async def _refuse(body: _CountedBody, scope: Scope, send: Send) -> None:
    await body.drain()
    await failure_response(InputTooLarge())(scope, body.receive, send)
