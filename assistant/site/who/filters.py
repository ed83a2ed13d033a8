"""Single rules in the syntax of Adblock Plus.

Source:
    Adblock Plus, "How to write filters"; uBlock Origin, "Static filter syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from assistant.site.record.observation import ResourceType
from assistant.site.who.domains import plain_host

Kinds: TypeAlias = int
"""A set of kinds of resources, one bit each (`bit_of`)."""
_BITS: Mapping[ResourceType, Kinds] = {kind: 1 << n for n, kind in enumerate(ResourceType)}
ALL: Kinds = (1 << len(_BITS)) - 1
# A rule that says which kinds it does not mean leaves the page itself alone, too.
_BUT: Kinds = ALL & ~_BITS[ResourceType.MAIN_FRAME]
_OPTIONS: Mapping[str, Kinds] = {
    **{kind.value: bit for kind, bit in _BITS.items()},
    "beacon": _BITS[ResourceType.PING],
    "css": _BITS[ResourceType.STYLESHEET],
    "doc": _BITS[ResourceType.MAIN_FRAME],
    "document": _BITS[ResourceType.MAIN_FRAME],
    "frame": _BITS[ResourceType.SUB_FRAME],
    "img": _BITS[ResourceType.IMAGE],
    "popup": 0,
    "subdocument": _BITS[ResourceType.SUB_FRAME],
    "xhr": _BITS[ResourceType.XMLHTTPREQUEST],
}
_THIRD = frozenset({"third-party", "3p", "~first-party", "~1p"})
_FIRST = frozenset({"first-party", "1p", "~third-party", "~3p"})
_LOOKS = frozenset(
    {"elemhide", "ehide", "generichide", "ghide", "specifichide", "shide", "genericblock"}
)
"""Options about what is hidden in a page, which is nothing to do with requests."""
_DOMAIN_RULE = re.compile(r"\|\|([\w.-]+)\^(?:\$(.+))?")
RULE_HOST = re.compile(r"\|\|([\w.-]*\w)(?=[\^/:?*$|]|$)")
BADFILTER = re.compile(r"[$,]badfilter$")
_HIDES = re.compile(r"#(?:@?[#$?%]|@?\$\?)")
_LONGEST_RULE = 20_000


def bit_of(kind: ResourceType) -> Kinds:
    """The set of this one kind."""
    return _BITS[kind]


def names_above(host: str) -> Iterator[str]:
    """A host and the names above it, the longest first: `a.b.c`, `b.c`, `c`."""
    while host:
        yield host
        host = host.partition(".")[2]


def request_rules(lines: Iterable[str]) -> Iterator[str]:
    """Rules on requests: no comments, and nothing about what is hidden in a page."""
    for line in lines:
        rule = line.strip()
        if not rule or rule[0] in "![" or len(rule) > _LONGEST_RULE:
            continue
        if not ("#" in rule and _HIDES.search(rule)):
            yield rule


def domain_rule(rule: str) -> tuple[str, Kinds | None]:
    """Domain and kinds of a rule that names nothing else; None for a rule of another form.

    No kinds at all is a rule that third-party requests never meet: one for
    pop-up windows, for the site's own requests, for what is hidden.
    """
    found = _DOMAIN_RULE.fullmatch(rule)
    if not found:
        return "", None
    return plain(found[1]), _kinds(found[2]) if found[2] else ALL


def plain(name: str) -> str:
    """`plain_host`, without its cost for the many names that are plain already."""
    return name if name.isascii() and name.islower() and name[-1] != "." else plain_host(name)


def _kinds(options: str) -> Kinds | None:
    """Kinds that options let through; None where an option is not understood."""
    named: Kinds | None = None
    but: Kinds = 0
    never = False
    for option in options.lower().split(","):
        word = option.strip()
        if word in _THIRD:
            continue
        if word == "all":
            named = ALL
        elif word in _FIRST or word in _LOOKS:
            never = True
        elif word in _OPTIONS:
            named = (named or 0) | _OPTIONS[word]
        elif word[:1] == "~" and word[1:] in _OPTIONS:
            but |= _OPTIONS[word[1:]]
        else:
            return None
    if never:
        return 0
    return (named if named is not None else _BUT if but else ALL) & ~but


def is_noise(rule: str) -> bool:
    """Whether a pattern has one or two characters, which nobody means.

    The package `adblock` takes a lone slash for a regular expression and stops the program.
    """
    pattern, _, options = rule.removeprefix("@@").rpartition("$")
    if not pattern or "/" in options:
        pattern = rule.removeprefix("@@")
    return 0 < len(pattern.strip("|* \0")) < 3
