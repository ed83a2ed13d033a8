"""Keeps web pages, other programs' pages and strangers out of a service on loopback.

The checks follow what browsers send in each attack: DNS rebinding shows in
`Host`, a foreign page's script in `Origin`, its images, forms and links in
`Sec-Fetch-Site`; extensions show neither, so every call for data needs a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.failures import failure_response
from assistant.errors import AssistantError, NotAuthorized, RefusedOrigin
from assistant.store import Token

OPEN_PATHS = frozenset({"/api/v1/health", "/api/v1/session"})
"""Where no call needs a token."""
OPEN_CALLS = frozenset(
    {
        ("POST", "/api/v1/pair"),
        ("POST", "/api/v1/pair/proof"),
        ("POST", "/api/v1/pair/withdraw"),
    }
)
"""Further calls that need none, by method and path."""

SAFE_METHODS = frozenset({"GET", "HEAD"})

_PAIRING_STATE = re.compile(r"/api/v1/pair/[A-Za-z0-9_-]{43}")
"""The state of a request to pair; its id of 256 random bits is what opens it."""
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


@dataclass(frozen=True, slots=True)
class Caller:
    """Who made a call that was let through; routes find it as `request.state.caller`.

    Attributes:
        by_cookie: Whether the token came as the session's cookie, from our own page.
    """

    token: Token
    by_cookie: bool


def is_open(method: str, path: str) -> bool:
    """Whether a call needs no token."""
    return (
        path in OPEN_PATHS
        or (method, path) in OPEN_CALLS
        or (method == "GET" and _PAIRING_STATE.fullmatch(path) is not None)
    )


def find_token(connection: HTTPConnection, cookie: str) -> tuple[str, bool]:
    """The token that a call carries, and whether it came as a cookie.

    A cookie counts only where the call shows that our own page made it, for
    browsers send cookies along with calls that others make.

    Raises:
        NotAuthorized: There is none.
        RefusedOrigin: There is a cookie, and the call may be another's.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip(), False
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
    return token, True


class Guard:
    """ASGI middleware that lets only checked calls through.

    Args:
        hosts: See `allowed_hosts`.
        cookie: Name of the session cookie.
        identify: The valid token that a string is, or None; may block, so it runs in a thread.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        cookie: str,
        identify: Callable[[str], Token | None],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._cookie = cookie
        self._identify = identify

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
            if scope["path"].startswith("/api/") and not is_open(scope["method"], scope["path"]):
                given, by_cookie = find_token(connection, self._cookie)
                token = await anyio.to_thread.run_sync(self._identify, given)
                if token is None:
                    raise NotAuthorized
                scope.setdefault("state", {})["caller"] = Caller(token, by_cookie)
        except AssistantError as error:
            await failure_response(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)
