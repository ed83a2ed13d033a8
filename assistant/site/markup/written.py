"""Addresses as they are written in a page, read as browsers read them."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from assistant.site.record.addresses import bare_url
from assistant.site.who.domains import NETWORK, host_of, scheme_of

MAX_CHARS = 8_192

_IGNORED = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NETWORK_SCHEME = re.compile(r"(https?|wss?):[/\\]*", re.IGNORECASE)
_SLASHES = re.compile(r"[/\\]{2,}")
_NOWHERE = "https://page.invalid"


def resolve(written: str, base: str) -> str | None:
    """The full http, https, ws or wss address that is meant, without fragment.

    Slips that browsers forgive are forgiven: white space, backslashes, missing or many slashes.
    What is too long is cut off in the end, so that the host stays.

    Args:
        base: The page's address, or what its `<base>` names.

    Returns:
        None for what asks nobody: an empty address, `data:`, `javascript:` and nonsense.

    Source:
        URL Standard, "basic URL parser".
    """
    if _scheme(written) in ("data", "javascript", "blob", "about"):
        return None
    text = _IGNORED.sub("", written[: 2 * MAX_CHARS]).strip(_EDGES)[:MAX_CHARS].partition("#")[0]
    if not text:
        return None
    before, mark, query = text.partition("?")
    network = _NETWORK_SCHEME.match(before)
    if network and network.end() == len(before):
        return None  # a scheme and nobody's name
    if network and not (network[0][-1] == ":" and network[1].lower() == scheme_of(base)):
        before = f"{network[1]}://{before[network.end() :]}"
    elif network:
        before = before[network.end() :]  # `https:path` is a relative address
    elif _SLASHES.match(before):
        before = _SLASHES.sub("//", before, count=1)
    elif _ANY_SCHEME.match(before):
        return None
    try:
        full = urljoin(base, before.replace("\\", "/") + mark + query)
    except ValueError:
        return None
    return full if scheme_of(full) in NETWORK and host_of(full) else None


def is_insecure(url: str) -> bool:
    """Whether what is sent to an address can be read on the way."""
    return scheme_of(url) in ("http", "ws")


def bare_source(written: str) -> str:
    """A script's address as written: full, from `//` or from `/` on; without what is personal."""
    scheme = _scheme(written)
    if scheme in ("data", "javascript", "blob"):
        return f"{scheme}:"
    full = resolve(written, f"{_NOWHERE}/")
    bare = bare_url(full) if full else ""
    if bare.startswith(f"{_NOWHERE}/"):
        return bare.removeprefix(_NOWHERE)
    return bare if scheme in NETWORK else bare.removeprefix("https:")


def _scheme(written: str) -> str:
    return scheme_of(_IGNORED.sub("", written[:100]).strip(_EDGES))
