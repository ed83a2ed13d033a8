"""What Chromium says when a page cannot be opened, in the words of this program.

Source: net/base/net_error_list.h of Chromium.
"""

from __future__ import annotations

import re

from assistant.errors import (
    AssistantError,
    BrokenResponse,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    InvalidUrl,
    RefusedAddress,
    TlsFailure,
    TooManyRedirects,
    UnknownHost,
    UnreadableInput,
)

_NAMED = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_KINDS: tuple[tuple[str, type[AssistantError]], ...] = (
    ("ERR_NAME_", UnknownHost),
    ("ERR_ICANN_NAME_COLLISION", UnknownHost),
    ("ERR_CONNECTION_TIMED_OUT", FetchTimeout),
    ("ERR_TIMED_OUT", FetchTimeout),
    ("ERR_CONNECTION_", ConnectionFailed),
    ("ERR_ADDRESS_", ConnectionFailed),
    ("ERR_INTERNET_DISCONNECTED", ConnectionFailed),
    ("ERR_NETWORK_", ConnectionFailed),
    ("ERR_SOCKET_", ConnectionFailed),
    ("ERR_EMPTY_RESPONSE", ConnectionFailed),
    ("ERR_SSL_", TlsFailure),
    ("ERR_CERT", TlsFailure),
    ("ERR_BAD_SSL_", TlsFailure),
    ("ERR_TOO_MANY_REDIRECTS", TooManyRedirects),
    ("ERR_BLOCKED_BY_CLIENT", RefusedAddress),
    ("ERR_UNSAFE_PORT", InvalidUrl),
    ("ERR_INVALID_URL", InvalidUrl),
    ("ERR_ABORTED", UnreadableInput),
    ("ERR_INVALID_", BrokenResponse),
    ("ERR_RESPONSE_", BrokenResponse),
    ("ERR_CONTENT_", BrokenResponse),
    ("ERR_HTTP2_", BrokenResponse),
    ("ERR_INCOMPLETE_", BrokenResponse),
)


def is_certificate_trouble(message: str) -> bool:
    """Whether the page would open if its certificate were not looked at."""
    named = _NAMED.search(message)
    return bool(named and named[1].startswith("ERR_CERT"))


def failure_of(message: str) -> AssistantError:
    """The error that stands for a failed navigation."""
    if "Download is starting" in message:
        return UnreadableInput("The address leads to a download, not to a page.")
    named = _NAMED.search(message)
    name = named[1] if named else ""
    kind = next((kind for start, kind in _KINDS if name.startswith(start)), FetchError)
    return kind()
