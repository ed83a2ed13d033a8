"""Who may call: the one-time code of a start, and the tokens that it is exchanged for."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from assistant.errors import NotAuthorized, TooManyTries
from assistant.store import Store

CODE_LIFETIME_S = 3600.0
WRONG_TRIES = 5
LOCKED_S = 60.0
SESSION_LIFETIME = timedelta(days=30)

Clock = Callable[[], float]
"""Seconds that only ever grow, such as `time.monotonic`."""


def new_code() -> str:
    """A one-time code of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the store knows a token by: SHA-256 in hexadecimal.

    A token is 256 random bits, so a slow hash would add nothing.
    """
    return hashlib.sha256(token.encode()).hexdigest()


class OneTimeCode:
    """The code that `serve` prints. Works once, for an hour; safe to share between threads."""

    def __init__(self, code: str, *, clock: Clock = time.monotonic) -> None:
        self._code: str | None = code
        self._clock = clock
        self._ends_at = clock() + CODE_LIFETIME_S
        self._wrong_tries = 0
        self._locked_until = clock()
        self._lock = threading.Lock()

    def redeem(self, given: str) -> None:
        """Use the code up.

        Raises:
            NotAuthorized: It is wrong, used or too old; which one is not told.
            TooManyTries: Too many wrong codes came within a short time.
        """
        with self._lock:
            now = self._clock()
            if now < self._locked_until:
                raise TooManyTries
            valid = self._code is not None and now < self._ends_at
            if valid and compare_digest(str(self._code).encode(), given.encode()):
                self._code = None
                return
            self._wrong_tries += 1
            if self._wrong_tries >= WRONG_TRIES:
                self._wrong_tries = 0
                self._locked_until = now + LOCKED_S
        raise NotAuthorized(
            "The code is mistyped, already used or too old.",
            hint="Start `privacy-assistant serve` again and open the address that it prints.",
        )


def open_session(store: Store) -> str:
    """Make a token for the page, keep its hash in the store, and return the token."""
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    store.add_token(token_hash(token), "page", now, expires_at=now + SESSION_LIFETIME)
    return token
