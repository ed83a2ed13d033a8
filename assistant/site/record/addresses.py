"""Addresses without what is personal in them."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import quote, unquote

from assistant.site.record.entropy import UUID, token_bits
from assistant.site.who.domains import NETWORK, plain_host

LONGEST_URL = 2_048
LONGEST_PIECE = 256
"""A longer segment of a path is no name of a file or a folder."""
LONGEST_NAME = 64
PERSONAL = "~"
"""Stands for what was personal."""
PERSONAL_BITS = 60.0
SILENT = frozenset({"data:", "blob:", "about:"})
"""What is made within the page itself; nobody is asked for it."""

_OTHER_SCHEMES = frozenset(
    {
        *("data", "blob", "about", "javascript", "file", "filesystem", "mailto", "tel", "ftp"),
        *("chrome", "chrome-extension", "moz-extension", "safari-web-extension", "edge"),
        *("devtools", "view-source", "resource", "intent", "android-app"),
    }
)
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_HOST = re.compile(r"[a-z0-9_-][a-z0-9_.-]*")
_NAME = re.compile(r"[A-Za-z0-9_.\-\[\]$:!*%~]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9_.\-\[\]]{1,32}")
_AS_IT_IS = re.compile(r"[A-Za-z0-9_.~-]*")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_SAFE = "!$&'()*+,:=@%~;[]"
_CONTROLS = "".join(map(chr, range(33)))
_DROPPED = str.maketrans("", "", "\t\r\n")
_WORDS = r"(?>[A-Za-z]?[a-z]{0,6}(?:[-_.]+[A-Za-z]?[a-z]{0,6})*)"
_SHORT_WORDS = re.compile(_WORDS)
"""Words of up to seven letters count as words, however many there are."""
_SHORTEST_TOKEN = 10
"""Nine letters and digits hold less than `PERSONAL_BITS`."""
_END = r"(?=[/?]|\Z)"
_FEW = r"(?:[A-Za-z0-9_.-]{1,9}|(?=[A-Za-z_.-]{1,64}=)" + _WORDS + ")="
_ALREADY_BARE = re.compile(
    r"(?:https?|wss?)://(?>[a-z0-9][a-z0-9.-]{0,252})(?<!\.)"
    rf"(?:/(?>[A-Za-z0-9._-]{{0,9}}{_END}|[a-z]{{10,12}}{_END}|~{_END}"
    rf"|(?=[A-Za-z_.-]{{1,200}}{_END}){_WORDS}{_END}"
    rf"|[A-Za-z0-9._-]{{2,200}}{_END}(?:(?<=\.js)|(?<=\.[a-z]{{3}})|(?<=\.html))))*"
    rf"(?:\?(?>{_FEW})(?>&{_FEW})*)?"
)
"""Addresses that plainly hold nothing personal, for speed; they stay as they are."""


def bare_url(url: str) -> str:
    """An address without user name, password, fragment, values of its query and personal paths.

    Any text is taken, and the same answer comes for the answer. The query keeps the names of its
    parameters (`?uid=&ev=`). A segment of the path that contains `@`, is a UUID, or holds at least
    `PERSONAL_BITS` that are no words and has no file extension becomes `~`; so does the name of a
    parameter that is one of these or no plain name. Beyond `LONGEST_URL` characters, whole
    segments and parameters are left away at the end.

    Returns:
        The address; the scheme alone (`data:`, `blob:`) where nobody is asked over a network;
        "" for what is no address.
    """
    if len(url) <= LONGEST_URL and _ALREADY_BARE.fullmatch(url):
        return url
    if not url.isascii():
        url = url.encode("utf-8", "replace").decode()
    url = url.strip(_CONTROLS).translate(_DROPPED)
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower() if len(scheme) <= 32 else ""
    if scheme not in NETWORK:
        return f"{scheme}:" if colon and scheme in _OTHER_SCHEMES else ""
    before, _, query = rest.partition("#")[0].partition("?")
    authority, slash, path = before.replace("\\", "/").lstrip("/").partition("/")
    host = _host_and_port(authority.rpartition("@")[2], _DEFAULT_PORTS[scheme])
    return _within_limit(f"{scheme}://{host}", slash + path, query) if host else ""


def plain_name(name: str) -> str:
    """The name of a parameter; `~` for one that may be a value itself."""
    if not name or len(name) > LONGEST_NAME:
        return PERSONAL if name else ""
    if not _AS_IT_IS.fullmatch(name):
        name = quote(name, safe=_SAFE, errors="replace")
    return name if _NAME.fullmatch(name) and not _is_personal(name) else PERSONAL


def decoded(value: str) -> str:
    """A value with up to three layers of percent-encoding taken off."""
    for _ in range(3):
        if "%" not in value:
            break
        value = unquote(value)
    return value


def _host_and_port(text: str, default: int) -> str:
    """`host` or `host:port` as it is compared; "" for none that can exist."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, ""
    if len(host) > 1_024 or (port and not (port.isascii() and port.isdecimal())) or len(port) > 9:
        return ""
    number = int(port) if port else default
    host = _bracketed(host[1:-1]) if host[:1] == "[" else _named(host)
    if not host or number > 65_535:
        return ""
    return host if number == default else f"{host}:{number}"


def _bracketed(text: str) -> str:
    try:
        return f"[{IPv6Address(text.partition('%')[0]).compressed}]"
    except ValueError:
        return ""


def _named(host: str) -> str:
    host = plain_host(host).rstrip(".")
    return host if _HOST.fullmatch(host) else ""


def _within_limit(url: str, path: str, query: str) -> str:
    """The address with as many segments and parameters as fit."""
    # What lies far beyond the limit is not looked at: even a short segment takes one character.
    for segment in path[1:].split("/", LONGEST_URL)[:LONGEST_URL] if path else ():
        piece = "/" + _segment(segment)
        if len(url) + len(piece) > LONGEST_URL:
            return url
        url += piece
    mark = "?"
    for parameter in query.split("&", LONGEST_URL)[:LONGEST_URL]:
        name, equals, _ = parameter.partition("=")
        if not parameter:
            continue
        if not equals and not _WORD.fullmatch(name):
            name = PERSONAL  # a value without a name
        piece = f"{mark}{plain_name(name)}="
        if len(url) + len(piece) > LONGEST_URL:
            return url
        url, mark = url + piece, "&"
    return url


def _segment(text: str) -> str:
    if len(text) > LONGEST_PIECE:
        return PERSONAL
    if not _AS_IT_IS.fullmatch(text):
        text = quote(text, safe=_SAFE, errors="replace")
    return PERSONAL if len(text) > LONGEST_PIECE or _is_personal(text) else text


def _is_personal(text: str) -> bool:
    """Whether a segment or a name may belong to one person."""
    plain = decoded(text)
    if "@" in plain or "%40" in plain:
        return True
    if len(plain) < _SHORTEST_TOKEN or _SHORT_WORDS.fullmatch(plain):
        return False
    if len(plain) in (32, 36) and UUID.fullmatch(plain):
        return True
    return token_bits(plain) >= PERSONAL_BITS and not _EXTENSION.search(plain)
