"""Who may call: the page by the one-time code of a start, and browsers that were paired."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from assistant.errors import NotAuthorized, NotFound, TooManyTries
from assistant.store import Store, Token

CODE_LIFETIME_S = 3600.0
WRONG_TRIES = 5
LOCKED_S = 60.0
SESSION_LIFETIME = timedelta(days=30)

_PAGE = "page"
_BROWSER = "browser "
"""Begins the label of a paired browser's token, so that no name makes it the page's."""

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
    store.add_token(token_hash(token), _PAGE, now, expires_at=now + SESSION_LIFETIME)
    return token


def is_page(token: Token) -> bool:
    """Whether a token is the page's, and no browser's that was paired."""
    return token.label == _PAGE


@dataclass(frozen=True, slots=True)
class PairedBrowser:
    """A browser whose extension may call until it is disconnected.

    Attributes:
        id: Names it when it is disconnected, and when the service has to prove itself.
        client: What it called itself.
    """

    id: str
    client: str
    paired_at: datetime


def admit_browser(store: Store, client: str) -> tuple[str, str]:
    """Make a token for a paired browser and keep its hash; returns the token and its id."""
    token = secrets.token_urlsafe(32)
    token_id = store.add_token(token_hash(token), _BROWSER + client, datetime.now(UTC))
    return token, token_id


def paired_browsers(store: Store) -> tuple[PairedBrowser, ...]:
    """The browsers that may call, the oldest pairing first."""
    return tuple(
        PairedBrowser(token.id, token.label.removeprefix(_BROWSER), token.created_at)
        for token in store.tokens()
        if token.label.startswith(_BROWSER)
    )


def disconnect_browser(store: Store, browser_id: str) -> PairedBrowser:
    """Accept a paired browser no longer, and return what was known of it.

    Raises:
        NotFound: No browser has that id.
    """
    for browser in paired_browsers(store):
        if browser.id == browser_id and store.revoke_token(browser_id):
            return browser
    raise NotFound(
        "No browser of that id is connected.",
        hint="List those that are with `privacy-assistant pair`.",
    )


def proof_key(store: Store, browser_id: str) -> str | None:
    """What a paired browser and the service both know: the hash of its token.

    None where no browser has that id.
    """
    if not any(browser.id == browser_id for browser in paired_browsers(store)):
        return None
    return store.token_sha256(browser_id)
