"""Keeps web pages, other programs' pages and strangers out of a service on loopback.

The checks follow what browsers send in each attack: DNS rebinding shows in
`Host`, a foreign page's script in `Origin`, its images, forms and links in
`Sec-Fetch-Site`; extensions show neither, so every call for data needs a token.
"""

from __future__ import annotations

from collections.abc import Callable

import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.failures import failure_response
from assistant.errors import AssistantError, NotAuthorized, RefusedOrigin

OPEN_PATHS = frozenset({"/api/v1/health", "/api/v1/session"})
"""Calls that need no token."""

SAFE_METHODS = frozenset({"GET", "HEAD"})

_EXTENSIONS = ("chrome-extension://", "moz-extension://")
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised, not bound


def allowed_hosts(host: str, port: int) -> frozenset[str]:
    """Values of the header Host by which the service may be called, in lower case.

    Args:
        host: What the service listens on; a wildcard adds nothing, since a
            container's service is reached by the names of loopback.
    """
    names = {"127.0.0.1", "localhost", "[::1]"}
    if host not in _WILDCARDS:
        names.add(f"[{host}]" if ":" in host else host.lower())
    hosts = {f"{name}:{port}" for name in names}
    return frozenset(hosts | names if port == 80 else hosts)


def cookie_name(port: int) -> str:
    """Name of the session cookie; browsers share cookies between all ports of a host."""
    return f"privacy_assistant_{port}"


def check_sender(connection: HTTPConnection, hosts: frozenset[str]) -> None:
    """Check that a call was sent by our own page, an extension or no browser at all.

    Raises:
        RefusedOrigin: It was not.
    """
    headers = connection.headers
    named = headers.getlist("host")
    if len(named) != 1 or named[0].lower() not in hosts:
        raise RefusedOrigin
    origins = headers.getlist("origin")
    ours = f"http://{named[0]}".lower()
    if any(o.lower() != ours and not o.startswith(_EXTENSIONS) for o in origins):
        raise RefusedOrigin
    if not set(headers.getlist("sec-fetch-site")) <= {"same-origin", "none"}:
        raise RefusedOrigin


def find_token(connection: HTTPConnection, cookie: str) -> str:
    """The token that a call carries.

    A cookie counts only where the call shows that our own page made it, for
    browsers send cookies along with calls that others make.

    Raises:
        NotAuthorized: There is none.
        RefusedOrigin: There is a cookie, and the call may be another's.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    token = connection.cookies.get(cookie, "")
    if not token:
        raise NotAuthorized
    origin = connection.headers.get("origin")
    site = connection.headers.get("sec-fetch-site")
    safe = connection.scope["method"] in SAFE_METHODS
    extension = origin is not None and origin.startswith(_EXTENSIONS)
    shown = site == "same-origin" or (site is None and (safe or origin is not None))
    if extension or not shown:
        raise RefusedOrigin
    return token


class Guard:
    """ASGI middleware that lets only checked calls through.

    Args:
        hosts: See `allowed_hosts`.
        cookie: Name of the session cookie.
        accepts: Whether a token is valid; may block, so it runs in a thread.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        cookie: str,
        accepts: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._cookie = cookie
        self._accepts = accepts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            check_sender(connection, self._hosts)
            if scope["path"].startswith("/api/") and scope["path"] not in OPEN_PATHS:
                token = find_token(connection, self._cookie)
                if not await anyio.to_thread.run_sync(self._accepts, token):
                    raise NotAuthorized
        except AssistantError as error:
            await failure_response(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)
