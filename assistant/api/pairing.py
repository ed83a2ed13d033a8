"""How a browser's extension gets a token of its own, and how the service proves to be itself.

A browser asks and is given a code; the person compares it with the one on the
service's own page and allows it there; the browser then fetches its token. Only
one browser can ask at a time, so that the code on the page is never taken for
another's.

A browser can be closed between the answer that carries its token and keeping it.
So the same token is handed out again until the browser asks for the first proof
that goes with it, or the request grows old. What opens it is the request's id:
256 random bits that the service tells once, to the browser that began, and that
stand on no page and in no log.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest

from assistant.api.access import Clock, admit_browser, disconnect_browser, proof_key
from assistant.errors import NotFound, TooManyTries
from assistant.store import Store

WAITS_S = 60.0
"""How long a request waits for the person, and then for the browser to fetch its token."""
STARTS_PER_MINUTE = 5
PROOFS_PER_MINUTE = 120
WRONG_CODES = 5
"""A request that was answered with so many codes of others is refused."""

_MINUTE_S = 60.0
_REQUESTS_KEPT = 8
"""So many of the newest requests are remembered, so that their browsers learn how they ended."""
_PROOF = "privacy-assistant proof "
_ENDED = "privacy-assistant ended "
"""Begins what is proved to a browser whose access was ended."""


class State(StrEnum):
    """Where a request to pair stands."""

    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that waits for the person. `request_id` is the browser's secret.

    Attributes:
        code: Four digits to show to the person, who compares them.
    """

    request_id: str
    code: str
    expires_in_s: int


@dataclass(frozen=True, slots=True)
class Pending:
    """The request that waits, as the person sees it. `client` is what the browser calls itself."""

    client: str
    code: str
    expires_in_s: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a request stands. The token comes with the answers that say allowed."""

    state: State
    token: str | None = None
    token_id: str | None = None


@dataclass(slots=True)
class _Request:
    id: str
    client: str
    code: str
    ends_at: float
    state: State = State.WAITING
    wrong_codes: int = 0
    handed_out: tuple[str, str] | None = None
    """The token and its id, while the browser may not have kept them."""


class Pairing:
    """The requests of one running service. Safe to share between threads."""

    def __init__(
        self,
        store: Callable[[], Store],
        *,
        clock: Clock = time.monotonic,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Pair browsers with a store.

        Args:
            store: Opens it; asked only when it is needed.
            clock: Times the requests and the limits.
            tell: Told one line for the person when a browser asks.
        """
        self._store = store
        self._clock = clock
        self._tell = tell
        self._requests: deque[_Request] = deque(maxlen=_REQUESTS_KEPT)
        self._starts = _Limit(STARTS_PER_MINUTE, clock)
        self._proofs = _Limit(PROOFS_PER_MINUTE, clock)
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()

    def begin(self, client: str) -> Begun:
        """Let a browser ask.

        Args:
            client: What it calls itself, in one line of visible text.

        Raises:
            TooManyTries: Another one is asking, or too many asked within a minute.
        """
        with self._lock:
            if self._open() is not None:
                raise TooManyTries(
                    "Another browser is asking to connect.",
                    hint="Answer it on the assistant's page or wait a minute, then try again.",
                )
            self._starts.take()
            request = _Request(
                secrets.token_urlsafe(32), client, self._new_code(), self._clock() + WAITS_S
            )
            self._requests.append(request)
        if self._tell is not None:
            # A terminal that has gone must not keep browsers out.
            with suppress(OSError):
                self._tell(
                    f"A browser asks to connect: {client}. Code {request.code}. "
                    "Open the page to allow it."
                )
        return Begun(request.id, request.code, int(WAITS_S))

    def pending(self) -> Pending | None:
        """The request that waits for the person."""
        with self._lock:
            request = self._open()
            if request is None or request.state is not State.WAITING:
                return None
            left_s = int(request.ends_at - self._clock()) + 1
            return Pending(request.client, request.code, min(left_s, int(WAITS_S)))

    def answer(self, code: str, *, allow: bool) -> None:
        """Allow or refuse the request of that code, as the person wishes.

        Raises:
            NotFound: No request of that code waits, or no longer.
        """
        with self._lock:
            request = self._open()
            if request is not None and request.state is State.WAITING:
                if compare_digest(request.code.encode(), code.encode()):
                    request.state = State.ALLOWED if allow else State.REFUSED
                    request.ends_at = self._clock() + WAITS_S
                    return
                request.wrong_codes += 1
                if request.wrong_codes >= WRONG_CODES:
                    request.state = State.REFUSED
        raise NotFound(
            "No browser waits with that code any more.",
            hint="Connect again in the browser, and compare the new code.",
        )

    def progress(self, request_id: str) -> Progress:
        """Where a request stands, with the token of an allowed one.

        Raises:
            NotFound: There is no such request, or its browser has its token.
        """
        with self._lock:
            request = self._named(request_id)
            self._expire(request)
            if request.state is not State.ALLOWED:
                return Progress(request.state)
            request.handed_out = request.handed_out or admit_browser(self._store(), request.client)
            return Progress(State.ALLOWED, *request.handed_out)

    def withdraw(self, request_id: str) -> None:
        """Forget a request whose browser gave up, and what was handed out for it.

        Raises:
            NotFound: There is no such request.
        """
        with self._lock:
            request = self._named(request_id)
            self._requests.remove(request)
        if request.handed_out is not None:
            with suppress(NotFound):
                disconnect_browser(self._store(), request.handed_out[1])

    def prove(self, token_id: str, nonce: str) -> str:
        """The proof to a paired browser that this is the service that it was paired with.

        Where its access was ended, the proof is of that: nobody else can make a browser give up
        its token. A stranger's id is answered as well, so that nobody learns which ids there are.

        Raises:
            TooManyTries: Too many proofs were asked for within a minute.
        """
        with self._lock:
            self._proofs.take()
            self._confirm(token_id)
        store = self._store()
        if key := proof_key(store, token_id):
            said = _PROOF
        elif key := store.ended_sha256(token_id):
            said = _ENDED
        else:
            said, key = _PROOF, hmac.digest(self._secret, token_id.encode(), "sha256").hex()
        return hmac.digest(key.encode(), f"{said}{nonce}".encode(), "sha256").hex()

    def _named(self, request_id: str) -> _Request:
        for request in self._requests:
            if compare_digest(request.id.encode(), request_id.encode()):
                return request
        raise NotFound("There is no such request to connect.", hint="Connect again in the browser.")

    def _confirm(self, token_id: str) -> None:
        """Forget the request whose browser shows that it has its token."""
        for request in [*self._requests]:
            self._expire(request)
            if request.handed_out is not None and request.handed_out[1] == token_id:
                self._requests.remove(request)

    def _open(self) -> _Request | None:
        """The newest request, where it waits for the person or for its browser."""
        if not self._requests:
            return None
        newest = self._requests[-1]
        self._expire(newest)
        waits = newest.state in {State.WAITING, State.ALLOWED} and newest.handed_out is None
        return newest if waits else None

    def _expire(self, request: _Request) -> None:
        if request.state in {State.WAITING, State.ALLOWED} and self._clock() >= request.ends_at:
            request.state = State.EXPIRED
            request.handed_out = None

    def _new_code(self) -> str:
        """Four digits that no request before had, so that a late answer meets no other browser."""
        taken = {request.code for request in self._requests}
        while (code := f"{secrets.randbelow(10_000):04d}") in taken:
            continue
        return code


class _Limit:
    """So many uses within a minute."""

    def __init__(self, uses: int, clock: Clock) -> None:
        self._uses: deque[float] = deque(maxlen=uses)
        self._clock = clock

    def take(self) -> None:
        """Raises `TooManyTries`."""
        now = self._clock()
        if len(self._uses) == self._uses.maxlen and now - self._uses[0] < _MINUTE_S:
            raise TooManyTries(
                "Browsers asked too often within a minute.",
                hint="Wait a minute, then connect again in the browser.",
            )
        self._uses.append(now)
