"""Tell who is behind a host, one line of a list at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

from assistant.site.who.domains import host_of, plain_host, registrable_domain
from assistant.site.who.owners import Category, owner_table

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BARE = re.compile(r"(?://)?(?:[^:/?#@\[\]]+|\[[^\]]*\])(?::\d*)?(?:[/?#]|\Z)")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Who is behind a host.

    Attributes:
        host: The line as it was given, without the blanks around it.
        registrable_domain: What somebody registered of it; None where the line holds no host.
        owner: The company behind it, or the service that lends the host its name; None where
            nobody knows.
        category: What it is for above all; None where nobody knows.
    """

    host: str
    registrable_domain: str | None = None
    owner: str | None = None
    category: Category | None = None


def identify(host: str) -> Identified:
    """Who is behind a host or an address, in whatever way it is written.

    A line that holds no host comes back with nothing known of it.
    """
    line = host.strip()
    name = _host_in(line)
    if not name:
        return Identified(host=line)
    domain = registrable_domain(name)
    entity = owner_table().of_host(name)
    if entity is None:
        return Identified(host=line, registrable_domain=domain)
    lent = entity.company == domain and entity.company != entity.name
    return Identified(
        host=line,
        registrable_domain=domain,
        owner=entity.name if lent else entity.company,
        category=entity.categories[0],
    )


def _host_in(line: str) -> str:
    """The host of a line, ready to be compared; "" for none."""
    if _is_address(line):
        return plain_host(line)
    if _SCHEME.match(line):
        name = host_of(line)
    else:
        name = host_of(f"https://{line.removeprefix('//')}") if _BARE.match(line) else ""
    return name if _HOST.fullmatch(name) or _is_address(name) else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
