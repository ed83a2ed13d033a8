"""Which links of a page lead to its privacy policy or terms, best first. Pure: fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin, urlsplit

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.policy.document import Link
from assistant.policy.links import (
    plain,
    read_anchors,
    same_page,
    site_of,
    slugs,
    without_fragment,
)

_STRICT = ConfigDict(extra="forbid")
_LATE_SHARE = 0.6


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Kind:
    rel: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    slugs: tuple[str, ...]
    common_paths: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _NearMiss:
    reason: str
    points: int
    words: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Layers:
    full: tuple[str, ...]
    parts: tuple[str, ...]
    least: int


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Weights:
    rel: int
    text_exact: int
    text_contains: int
    text_extra_word: int
    slug_exact: int
    slug_contains: int
    late_in_page: int
    same_site: int
    other_site: int
    same_page: int
    next_kind: int
    layer_full: int
    layer_part: int
    layer_privacy: int
    layer_below: int
    least: int


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Signs:
    """The shape of `discover.yaml`."""

    kinds: Mapping[str, _Kind]
    well_known: tuple[str, ...]
    near_misses: tuple[_NearMiss, ...]
    layers: _Layers
    english_names: tuple[str, ...]
    second_level: frozenset[str]
    weights: _Weights


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead to a policy.

    Attributes:
        kind: `privacy-policy` or `terms`.
        score: Points; only their order means something.
        reason: What speaks for it, in words.
    """

    url: str
    kind: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases compared as whole words, or anywhere in scripts that part no words."""

    worded: frozenset[str]
    unspaced: frozenset[str]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> _Phrases:
        every = {plain(phrase) for phrase in phrases}
        unspaced = frozenset(phrase for phrase in every if _is_unspaced(phrase))
        return cls(frozenset(every - unspaced), unspaced)

    def longest_in(self, text: str) -> str:
        """The longest phrase that `text` (plain) holds, or ""."""
        words = text.split()
        found = ""
        for size in range(1, 7):
            for start in range(len(words) - size + 1):
                run = " ".join(words[start : start + size])
                if run in self.worded and len(run) > len(found):
                    found = run
        for phrase in self.unspaced:
            if phrase in text and len(phrase) > len(found):
                found = phrase
        return found


def _is_unspaced(phrase: str) -> bool:
    return any("\u0e00" <= character <= "\u0e7f" or character >= "\u3000" for character in phrase)


@cache
def _signs() -> Signs:
    return load_yaml(Signs, folder("policy") / "discover.yaml")


@cache
def _phrases(kind: str) -> _Phrases:
    return _Phrases.of(phrase for words in _signs().kinds[kind].words.values() for phrase in words)


@cache
def _slug_phrases(kind: str) -> _Phrases:
    return _Phrases.of(_signs().kinds[kind].slugs)


@cache
def _near_misses() -> tuple[tuple[_NearMiss, _Phrases], ...]:
    return tuple((miss, _Phrases.of(miss.words)) for miss in _signs().near_misses)


@cache
def _layer_phrases() -> tuple[_Phrases, _Phrases]:
    layers = _signs().layers
    return _Phrases.of(layers.full), _Phrases.of(layers.parts)


def find_links(html: str | bytes, base_url: str) -> tuple[Link, ...]:
    """Every http or https link of a page, in document order; none for what is no HTML."""
    return tuple(
        Link(anchor.text, anchor.url, anchor.rel) for anchor in read_anchors(html, base_url)
    )


def policy_candidates(
    links: Sequence[Link],
    base_url: str,
    wanted: Sequence[str] = ("privacy-policy", "terms"),
) -> tuple[Candidate, ...]:
    """Links that may lead to the wanted documents, best first, each address once.

    Args:
        wanted: Kinds of document by falling preference.
    """
    best: dict[str, Candidate] = {}
    for position, link in enumerate(links):
        late = len(links) > 1 and position / (len(links) - 1) >= _LATE_SHARE
        for rank, kind in enumerate(wanted):
            candidate = _judge(link, kind, base_url, late=late, rank=rank)
            if candidate and candidate.score >= _signs().weights.least:
                known = best.get(candidate.url)
                if known is None or known.score < candidate.score:
                    best[candidate.url] = candidate
    return tuple(sorted(best.values(), key=lambda candidate: -candidate.score))


def _judge(link: Link, kind: str, base_url: str, *, late: bool, rank: int) -> Candidate | None:
    """The candidate that a link makes for one kind; None where nothing speaks for it."""
    signs, weights = _signs(), _signs().weights
    score, reasons = 0, []
    if set(link.rel) & set(signs.kinds[kind].rel):
        score += weights.rel
        reasons.append("the page names it so (rel)")
    text = plain(link.text)
    if phrase := _phrases(kind).longest_in(text):
        extra = len(text.split()) - len(phrase.split())
        score += weights.text_exact if text == phrase else weights.text_contains
        score += weights.text_extra_word * extra if phrase not in _phrases(kind).unspaced else 0
        reasons.append(f"link text says “{phrase}”")
    path = slugs(link.url)
    if path and path[-1] in _slug_phrases(kind).worded:
        score += weights.slug_exact
        reasons.append(f"address ends in “{path[-1]}”")
    elif slug := max((_slug_phrases(kind).longest_in(part) for part in path), default="", key=len):
        score += weights.slug_contains
        reasons.append(f"address holds “{slug}”")
    if not reasons:
        return None
    if late:
        score += weights.late_in_page
    if site_of(link.url, signs.second_level) == site_of(base_url, signs.second_level):
        score += weights.same_site
    else:
        score += weights.other_site
    if same_page(link.url, base_url):
        score += weights.same_page
    score += weights.next_kind * rank
    for miss in _misses(text, path):
        score += miss.points
        reasons.append(f"but looks like {miss.reason}")
    return Candidate(without_fragment(link.url), kind, score, "; ".join(reasons))


def _misses(text: str, path: Sequence[str]) -> list[_NearMiss]:
    """What the words of a link's text or path speak against it."""
    return [
        miss
        for miss, phrases in _near_misses()
        if phrases.longest_in(text) or any(phrases.longest_in(part) for part in path)
    ]


def well_known_urls(base_url: str) -> tuple[str, ...]:
    """Addresses below `/.well-known/` where a site may keep its policy."""
    return tuple(urljoin(base_url, path) for path in _signs().well_known)


def common_paths(base_url: str) -> tuple[str, ...]:
    """Addresses where many sites keep their privacy policy, most usual first."""
    return tuple(urljoin(base_url, path) for path in _signs().kinds["privacy-policy"].common_paths)


def layered_links(html: str | bytes, base_url: str) -> tuple[str, ...]:
    """Links of a policy to deeper layers of it on the same site, best first.

    The full text behind a short notice, and parts for a product, a region or
    a group of people. Never settings, older versions or the page itself.
    """
    weights, least = _signs().weights, _signs().layers.least
    full, parts = _layer_phrases()
    second_level = _signs().second_level
    scores: dict[str, int] = {}
    for anchor in read_anchors(html, base_url):
        url = without_fragment(anchor.url)
        text, path = plain(anchor.text), slugs(url)
        if (
            "alternate" in anchor.rel
            or same_page(url, base_url)
            or site_of(url, second_level) != site_of(base_url, second_level)
            or _misses(text, path)
        ):
            continue
        score = weights.layer_full if full.longest_in(text) else 0
        if _names_privacy(text, path):
            score += weights.layer_privacy
            score += weights.layer_part if parts.longest_in(text) else 0
            score += weights.layer_below if _is_below(url, base_url) else 0
        if score >= least:
            scores[url] = max(score, scores.get(url, 0))
    return tuple(sorted(scores, key=lambda url: -scores[url]))


def _names_privacy(text: str, path: Sequence[str]) -> bool:
    kind = "privacy-policy"
    return bool(_phrases(kind).longest_in(text)) or any(
        _slug_phrases(kind).longest_in(part) for part in path
    )


def _is_below(url: str, base_url: str) -> bool:
    """Whether the path goes on where the base's path ends."""
    base = urlsplit(base_url).path.rstrip("/")
    return bool(base) and urlsplit(url).path.startswith(f"{base}/")


def language_alternatives(html: str | bytes, base_url: str) -> tuple[str, ...]:
    """English versions of a page that the page itself names, surest first."""
    names = frozenset(plain(name) for name in _signs().english_names)
    ranked: dict[str, int] = {}
    for anchor in read_anchors(html, base_url):
        url = without_fragment(anchor.url)
        english = anchor.hreflang == "en" or anchor.hreflang.startswith("en-")
        if same_page(url, base_url) or not (english or plain(anchor.text) in names):
            continue
        rank = 0 if english and "alternate" in anchor.rel else 1 if english else 2
        ranked[url] = min(rank, ranked.get(url, rank))
    return tuple(sorted(ranked, key=lambda url: ranked[url]))
