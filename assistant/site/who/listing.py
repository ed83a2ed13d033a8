"""Filter lists as text: the syntax of Adblock Plus, hosts files, bare domains, Disconnect's JSON.

A rule that names a domain (`||ads.example^`, with or without kinds of resources) becomes an entry
of a table. Every other rule on requests is handed on as it stands, for who has a whole engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

from assistant.site.who.domains import plain_host
from assistant.site.who.filters import (
    ALL,
    BADFILTER,
    RULE_HOST,
    Kinds,
    domain_rule,
    is_noise,
    names_above,
    plain,
    request_rules,
)

MOST_RULES = 500_000
_HOSTS_LINE = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)[ \t]+(\S+)")
_DOMAIN_LINE = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}\.?")
_NAMES_OF_SELF = re.compile(r"localhost.*|local|broadcasthost|ip6-.*|0\.0\.0\.0")
_HEADER = re.compile(r"\[(?:adblock|ublock|abp)[^\]]*\]", re.IGNORECASE)
_NOTE = re.compile(r"[!#] ?(Title|Version|Last modified): ?(.{1,80})", re.IGNORECASE)
_SAMPLE = 1_000
_HEAD_LINES = 60


class NotAList(ValueError):
    """The text is no list of a known syntax, or has no rule, or too many."""


class Syntax(StrEnum):
    """How a list is written."""

    FILTERS = "filters"
    HOSTS = "hosts"
    DOMAINS = "domains"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class FilterList:
    """A list that was read.

    Attributes:
        header: Whether the text says what it is.
        title, version: As the list names itself; "" where it does not.
        made: When it was made, by its own word; None where it does not say.
        blocked: Domain → kinds of third-party requests to it, and below it, that it has.
        allowed: The same, for exceptions.
        exact: Whether what is below a domain is not meant.
        contested: Domains for which exceptions exist that only an engine can judge.
        rest: Rules for an engine: what the tables do not hold, and all about `contested`.
        rules: How many there are on requests.
        left: Of these, how many the tables do not hold.
    """

    syntax: Syntax
    header: bool
    title: str
    version: str
    made: datetime | None
    blocked: Mapping[str, Kinds]
    allowed: Mapping[str, Kinds]
    exact: bool
    contested: frozenset[str]
    rest: tuple[str, ...]
    rules: int
    left: int


def parse_list(text: str, *, disconnect_categories: Collection[str] = ()) -> FilterList:
    """Read a list of any known syntax.

    Args:
        disconnect_categories: Which categories of a list in Disconnect's JSON count.

    Raises:
        NotAList: It is none, or has no rule or more than `MOST_RULES`.

    Source:
        Adblock Plus, "How to write filters"; uBlock Origin, "Static filter syntax".
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] == "{":
        domains = list(_disconnect(text, disconnect_categories))
        return _of_domains(domains, Syntax.DISCONNECT, (), header=bool(domains))
    lines = text.splitlines()
    if text.lstrip()[:1] == "<" or "\0" in text:
        raise NotAList("a page, or no text")
    if len(lines) > 2 * MOST_RULES:
        raise NotAList("too long")
    syntax = _syntax(lines)
    if syntax is Syntax.FILTERS:
        return _filters(lines)
    return _of_domains(list(_hosts(lines, syntax)), syntax, lines, header=False)


def _syntax(lines: Iterable[str]) -> Syntax:
    """How most of the first rules are written."""
    counts = dict.fromkeys(Syntax, 0)
    for line in lines:
        if _HEADER.match(line):
            return Syntax.FILTERS
        rule = line.partition("#")[0].strip()
        if rule and rule[0] != "!":
            counts[_syntax_of(rule)] += 1
        if sum(counts.values()) == _SAMPLE:
            break
    return max(counts, key=lambda syntax: counts[syntax])


def _syntax_of(line: str) -> Syntax:
    if _HOSTS_LINE.match(line):
        return Syntax.HOSTS
    return Syntax.DOMAINS if _DOMAIN_LINE.fullmatch(line) else Syntax.FILTERS


def _hosts(lines: Iterable[str], syntax: Syntax) -> Iterator[str]:
    shape = _HOSTS_LINE if syntax is Syntax.HOSTS else re.compile(f"({_DOMAIN_LINE.pattern})")
    for line in lines:
        found = shape.fullmatch(line.partition("#")[0].strip())
        if found and not _NAMES_OF_SELF.fullmatch(found[1]) and (host := plain(found[1])):
            yield host


def _disconnect(text: str, categories: Collection[str]) -> Iterator[str]:
    """Domains of `{"categories": {category: [{owner: {homepage: [domain]}}]}}`."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAList("damaged JSON") from None
    named = content.get("categories")
    if not isinstance(named, dict):
        raise NotAList("JSON of another shape")
    for category, owners in named.items():
        if category not in categories or not isinstance(owners, list):
            continue
        for owner in owners:
            for places in owner.values() if isinstance(owner, dict) else ():
                for domains in places.values() if isinstance(places, dict) else ():
                    for domain in domains if isinstance(domains, list) else ():
                        host = plain_host(domain) if isinstance(domain, str) else ""
                        if host:
                            yield host


def _of_domains(
    domains: Collection[str], syntax: Syntax, lines: Iterable[str], *, header: bool
) -> FilterList:
    """A list that holds whole domains and nothing else."""
    title, version, made = _notes(lines)
    blocked = dict.fromkeys(domains, ALL)
    _check_count(len(blocked))
    return FilterList(
        syntax=syntax,
        header=header,
        title=title,
        version=version,
        made=made,
        blocked=blocked,
        allowed={},
        exact=syntax is Syntax.HOSTS,
        contested=frozenset(),
        rest=(),
        rules=len(blocked),
        left=0,
    )


def _filters(lines: list[str]) -> FilterList:
    """A list in the syntax of Adblock Plus."""
    title, version, made = _notes(lines)
    blocks: list[tuple[str, Kinds, str]] = []
    allowed: dict[str, Kinds] = {}
    contested: set[str] = set()
    cancelled: set[str] = set()
    exceptions: list[str] = []
    others: list[str] = []
    for rule in request_rules(lines):
        exception = rule.startswith("@@")
        domain, kinds = domain_rule(rule.removeprefix("@@"))
        if domain and kinds is not None:
            if not exception:
                blocks.append((domain, kinds, rule))
            elif kinds:
                allowed[domain] = allowed.get(domain, 0) | kinds
                exceptions.append(rule)
        elif not is_noise(rule):
            others.append(rule)
            host = RULE_HOST.match(rule.removeprefix("@@"))
            if exception and host:
                contested.add(host[1].lower())
            elif "badfilter" in rule:
                cancelled.add(BADFILTER.sub("", rule))
    header = any(map(_HEADER.match, lines[:3]))
    if not header and not (blocks or exceptions):
        raise NotAList("plain text")
    above = {name for host in contested for name in names_above(host)}
    blocked: dict[str, Kinds] = {}
    disputed: list[str] = []
    for domain, kinds, rule in blocks:
        if not kinds or rule in cancelled:
            continue
        blocked[domain] = blocked.get(domain, 0) | kinds
        if domain in above or not contested.isdisjoint(names_above(domain)):
            disputed.append(rule)
    rules = len(blocks) + len(exceptions) + len(others)
    _check_count(rules)
    return FilterList(
        syntax=Syntax.FILTERS,
        header=header,
        title=title,
        version=version,
        made=made,
        blocked=blocked,
        allowed=allowed,
        exact=False,
        contested=frozenset(contested),
        rest=(*others, *exceptions, *disputed),
        rules=rules,
        left=len(others),
    )


def _notes(lines: Iterable[str]) -> tuple[str, str, datetime | None]:
    """Title, version and date from the comments at the beginning."""
    notes: dict[str, str] = {}
    for line in islice(lines, _HEAD_LINES):
        note = _NOTE.match(line)
        if note and "%" not in note[2]:  # a placeholder that nobody filled
            notes.setdefault(note[1].lower(), " ".join(note[2].split()))
    modified, version = notes.get("last modified", ""), notes.get("version", "")
    made = _date(modified, "%d %b %Y %H:%M UTC") or _date(version[:8], "%Y%m%d")
    return notes.get("title", ""), version or modified, made


def _date(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_count(rules: int) -> None:
    if not 0 < rules <= MOST_RULES:
        raise NotAList(f"{rules} rules")
