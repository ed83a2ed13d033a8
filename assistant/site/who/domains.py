"""Hosts and registrable domains of addresses, by the Public Suffix List that tldextract carries."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

NETWORK = frozenset({"http", "https", "ws", "wss"})
"""Schemes of addresses that somebody else answers."""
LONGEST_HOST = 253
PLAIN_URL = re.compile(
    r"(?:https?|wss?)://((?:[a-z0-9_-]{1,63}\.){1,8}[a-z0-9-]{1,63})(?::[0-9]{1,5})?(?=[/?#]|\Z)"
).match
"""Reads the host of nearly every address at a tenth of the price."""


def scheme_of(url: str) -> str:
    """In lower case; "" for an address that cannot be read."""
    scheme, colon, _ = url.partition(":")
    return scheme.strip().lower() if colon else ""


def host_of(url: str) -> str:
    """Host of an http, https, ws or wss address, in lower case ASCII; "" where there is none.

    An IPv6 address comes without brackets.
    """
    plain = PLAIN_URL(url)
    if plain:
        return plain[1]
    if scheme_of(url) not in NETWORK:
        return ""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return plain_host(host)


@lru_cache(maxsize=8_192)
def plain_host(host: str) -> str:
    """A host as it is compared: ASCII, lower case, no trailing dot; "" for none that can exist."""
    host = host.strip().lower().strip("[]").removesuffix(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    known = host and len(host) <= LONGEST_HOST and not any(c in host for c in " /\\@?#%<>\"'")
    return host if known else ""


@lru_cache(maxsize=8_192)
def registrable_domain(host: str) -> str:
    """The part of a host that somebody registered: one label below a public suffix.

    Suffixes of the list's private section count, as in browsers: `a.github.io` and
    `b.github.io` are two. An IP address, a single label and a public suffix stand for themselves.
    A suffix that is not on the list has one label (the list's default rule).
    """
    if _is_address(host):
        return host
    labels = host.split(".")
    found = _extract().extract_str(host)
    if not found.suffix:
        return ".".join(labels[-2:])
    return f"{found.domain}.{found.suffix}" if found.domain else host


def site_of(url: str) -> str:
    """Registrable domain of an address; "" where it has no host."""
    host = host_of(url)
    return registrable_domain(host) if host else ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _extract() -> TLDExtract:
    """Reads the list that the package carries; nothing is fetched or written."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
