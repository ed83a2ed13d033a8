"""Content Security Policies as the Observatory reads them: strictly, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ConfigDict, with_config

_ANY = frozenset({"*"})
_NONE = frozenset({"'none'"})
_FALLBACK = "default-src"
_INSECURE = ("http:", "ftp:")
Directives = Mapping[str, frozenset[str]]


class InvalidPolicy(ValueError):
    """A policy that browsers would ignore, or that says a thing twice."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class CspWords:
    """What the policy's words are compared with (`observatory.yaml`).

    Attributes:
        shortest: Fewest characters a policy can have.
        broad: Sources that let in nearly anyone.
        inline: Sources that let in code written into the page.
        proofs: How nonces and hashes begin.
        passive: Directives for what is shown, not run.
        may_repeat: Directives that may stand twice.
        directives: The names a policy can use.
    """

    shortest: int
    broad: frozenset[str]
    inline: frozenset[str]
    proofs: tuple[str, ...]
    passive: frozenset[str]
    may_repeat: frozenset[str]
    directives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Csp:
    """All policies of a page as one: what every one of them allows.

    Attributes:
        directives: Directive → sources in lower case; `'none'` where it names none.
        repeated: Whether a reporting directive stands twice in a policy.
    """

    directives: Directives
    repeated: bool


def parse_csp(headers: Sequence[str], words: CspWords) -> Csp:
    """Read header values, each of which may hold several policies, into one.

    A source counts if each policy that governs the directive, itself or by
    `default-src`, names it. The Observatory takes a directive of a later
    policy alone for `'none'`, which would reward an extra lax policy.

    Raises:
        InvalidPolicy: A policy is too short or names a directive twice, or none
            of the policies holds a known directive.

    Source:
        CSP3, 2.2; mdn-http-observatory, `src/analyzer/cspParser.js`.
    """
    policies: list[Directives] = []
    repeated = False
    for text in (piece.strip() for value in headers for piece in value.split(",")):
        if len(text) < words.shortest:
            raise InvalidPolicy("too short")
        policy, twice = _parse_policy(text, words)
        policies.append(policy)
        repeated = repeated or twice
    named = {name for policy in policies for name in policy}
    if headers and not named:
        raise InvalidPolicy("no known directive")
    return Csp({name: _common(name, policies) for name in named}, repeated)


def judge_csp(csp: Csp, words: CspWords, *, https: bool) -> str:
    """Name the Observatory's result for the policies of a page.

    Args:
        https: Whether the page came over https; only then is an http source a fault.

    Source:
        mdn-http-observatory, `src/analyzer/tests/csp.js`.
    """
    sources = dict(csp.directives)
    for name in ("script-src", "style-src"):
        governing = name if name in sources else _FALLBACK
        if governing in sources:
            sources[governing] = _in_force(sources[governing], words, script=name == "script-src")
    script, style, objects = (
        sources.get(name, sources.get(_FALLBACK, _ANY))
        for name in ("script-src", "style-src", "object-src")
    )
    shown = [sources.get(name, sources.get(_FALLBACK, frozenset())) for name in words.passive]
    run = [found for name, found in sources.items() if name not in words.passive]
    faults = (
        ("csp-header-invalid", "'strict-dynamic'" in script and not _proven(script, words)),
        (
            "csp-implemented-with-unsafe-inline",
            bool(script & (words.broad | words.inline) or objects & words.broad),
        ),
        ("csp-implemented-with-insecure-scheme", https and any(map(_insecure, run))),
        ("csp-implemented-with-unsafe-eval", "'unsafe-eval'" in script | style),
        (
            "csp-implemented-with-insecure-scheme-in-passive-content-only",
            https and any(map(_insecure, shown)),
        ),
    )
    fault = next((result for result, there in faults if there), None)
    if fault:
        return fault
    if csp.repeated:
        return "csp-implemented-but-duplicate-directives"
    if style & (words.broad | words.inline):
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    if sources.get(_FALLBACK) == _NONE:
        return "csp-implemented-with-no-unsafe-default-src-none"
    return "csp-implemented-with-no-unsafe"


def _parse_policy(text: str, words: CspWords) -> tuple[Directives, bool]:
    """The known directives of one policy, and whether a reporting one stands twice."""
    seen: dict[str, frozenset[str]] = {}
    repeated = False
    for entry in text.split(";"):
        name, *sources = entry.lower().split() or [""]
        if not name:
            continue
        if name in seen and name not in words.may_repeat:
            raise InvalidPolicy("a directive stands twice")
        repeated = repeated or name in seen
        seen.setdefault(name, frozenset(sources) or _NONE)
    return {name: found for name, found in seen.items() if name in words.directives}, repeated


def _common(name: str, policies: Sequence[Directives]) -> frozenset[str]:
    """The sources on which all policies that govern a directive agree; may be none at all."""
    fallback = _FALLBACK if name.endswith("-src") else name
    lists = [policy.get(name, policy.get(fallback)) for policy in policies]
    return frozenset.intersection(*(found for found in lists if found is not None))


def _in_force(sources: frozenset[str], words: CspWords, *, script: bool) -> frozenset[str]:
    """Without the sources that browsers ignore beside a nonce or a hash."""
    if not _proven(sources, words):
        return sources
    moot = {"'unsafe-inline'"}
    if script and "'strict-dynamic'" in sources:
        moot |= {s for s in sources if s == "'self'" or s.startswith(tuple(words.broad))}
    return sources - moot


def _proven(sources: frozenset[str], words: CspWords) -> bool:
    """Whether a nonce or a hash is among the sources."""
    return any(source.startswith(words.proofs) for source in sources)


def _insecure(sources: frozenset[str]) -> bool:
    """Whether a source comes over a connection anyone can read."""
    return any(source.startswith(_INSECURE) for source in sources)
