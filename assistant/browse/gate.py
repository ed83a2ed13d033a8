"""Which pages and frames may be loaded: none from a private network."""

from __future__ import annotations

from assistant.errors import AssistantError, InvalidUrl, RefusedAddress
from assistant.fetch.addresses import AddressGuard
from assistant.fetch.deadline import Deadline
from assistant.fetch.urls import parse_url

LOOK_UP_S = 5.0


def check_address(guard: AddressGuard, url: str, *, limit_s: float = LOOK_UP_S) -> str:
    """The address as it is opened, after its host was looked up.

    Raises:
        InvalidUrl, RefusedAddress, UnknownHost, FetchTimeout: As `parse_url` and `AddressGuard`.
    """
    parsed = parse_url(url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    guard.addresses(parsed.raw_host.decode("ascii"), port, deadline=Deadline(limit_s))
    return str(parsed)


def is_refused(guard: AddressGuard, url: str) -> bool:
    """Whether a page or frame may not be loaded; blocks while its host is looked up."""
    if not url.startswith(("http:", "https:")):
        return False
    try:
        check_address(guard, url)
    except (RefusedAddress, InvalidUrl):
        return True
    except AssistantError:
        return False  # the browser finds no way there either
    return False
