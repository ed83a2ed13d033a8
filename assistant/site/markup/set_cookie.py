"""Set-Cookie headers as browsers read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import mktime_tz, parsedate_tz

from assistant.site.record.addresses import bare_url
from assistant.site.record.observation import SetCookie
from assistant.site.record.shapes import Shaper
from assistant.site.who.domains import host_of, plain_host, registrable_domain

MAX_LIFETIME_S = 400 * 86_400.0
"""Browsers keep no cookie longer (RFC 6265bis, 5.6.1 and 5.6.2)."""
_MAX_CHARS = 4_096
_MAX_DIGITS = 15


def read_set_cookie(header: str, *, url: str, now: datetime, shaper: Shaper) -> SetCookie | None:
    """The cookie that a response set.

    Args:
        url: Of the response.
        now: When it came; what an expiry date is counted from.

    Returns:
        None for what a browser does not keep: an empty or endless cookie, one for a domain that
        the host does not belong to, and one that is taken back.

    Source:
        RFC 6265bis, 5.6 and 5.7.
    """
    pair, *rest = header.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals:
        name, value = "", name
    if not (name or value) or len(name) + len(value) > _MAX_CHARS:
        return None
    attributes = {
        key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)
    }
    domain = _domain(attributes.get("domain", ""), host_of(url))
    lifetime_s = _lifetime(attributes, now)
    if not domain or (lifetime_s is not None and lifetime_s <= 0):
        return None
    path = attributes.get("path", "")
    return SetCookie(
        name=name,
        domain=domain,
        value=shaper.shape(value),
        path=path[:_MAX_CHARS] if path.startswith("/") else "/",
        lifetime_s=lifetime_s,
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=attributes.get("samesite", "")[:20] or None,
        partitioned="partitioned" in attributes,
        url=bare_url(url),
    )


def _domain(sent: str, host: str) -> str:
    """The domain a cookie is kept for; "" where the browser refuses it."""
    domain = plain_host(sent.removeprefix("."))
    if not domain or domain == host:
        return host
    is_suffix = "." not in registrable_domain(domain) or registrable_domain(host) != (
        registrable_domain(domain)
    )
    return domain if host.endswith(f".{domain}") and not is_suffix else ""


def _lifetime(attributes: Mapping[str, str], now: datetime) -> float | None:
    """Seconds; None for the session. Max-Age beats Expires; what cannot be read does not count."""
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdecimal() and age.isascii():
        if age.startswith("-"):
            return 0.0
        return min(float(age[:_MAX_DIGITS]), MAX_LIFETIME_S)
    expires = parsedate_tz(attributes.get("expires", "")[:100])
    try:
        return min(mktime_tz(expires) - now.timestamp(), MAX_LIFETIME_S) if expires else None
    except (OverflowError, ValueError):
        return None
