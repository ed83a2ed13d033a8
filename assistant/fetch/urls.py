"""Which web addresses are fetched at all, before any name is resolved."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import httpx

from assistant.errors import InvalidUrl

MAX_URL_CHARS = 8_192

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_LAST_LABEL_IS_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
# Fetch Standard, "port blocking": services that can be made to act on an HTTP request.
_BLOCKED_PORTS = frozenset(
    {
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95,
        101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179,
        389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601,
        636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
        6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    }
)  # fmt: skip


def parse_url(url: str) -> httpx.URL:
    """Check an address that a person or a redirect names.

    Names outside ASCII become their IDNA form, and a trailing dot is dropped,
    so that certificates and repeated addresses compare.

    Raises:
        InvalidUrl: Not http or https; a user name, password, zone or blocked
            port in it; no host, an impossible one, or an IPv4 address in
            other than four decimal numbers; or longer than `MAX_URL_CHARS`.
    """
    url = url.strip()
    if len(url) > MAX_URL_CHARS:
        raise InvalidUrl("The web address is too long.")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise InvalidUrl from None
    if parsed.scheme not in ("http", "https"):
        raise InvalidUrl
    if "@" in re.split(r"[/?#]", url.partition("//")[2], maxsplit=1)[0] or parsed.userinfo:
        raise InvalidUrl("The web address holds a user name or password, so it was not fetched.")
    if parsed.port in _BLOCKED_PORTS or (parsed.port or 0) > 65_535:
        raise InvalidUrl("The web address names a port that web pages are not served on.")
    return parsed.copy_with(host=_check_host(parsed.raw_host.decode("ascii")))


def _check_host(host: str) -> str:
    if ":" in host:
        return _check_ipv6(host)
    host = host.removesuffix(".")
    if not _HOST.fullmatch(host):
        raise InvalidUrl
    if _LAST_LABEL_IS_NUMBER.fullmatch(host):
        try:
            IPv4Address(host)
        except AddressValueError:
            raise InvalidUrl(
                "The web address writes an IP address in an unusual way, so it was not fetched."
            ) from None
    return host


def _check_ipv6(host: str) -> str:
    if "%" in host:
        raise InvalidUrl("The web address names a network interface, so it was not fetched.")
    try:
        return str(IPv6Address(host))
    except AddressValueError:
        raise InvalidUrl from None
