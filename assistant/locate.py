"""Find a site's policy from any of its pages: fetch, judge, follow the best links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import AssistantError, EmptyInput
from assistant.fetch import Page
from assistant.language.protocols import DocumentType, TypeGuess
from assistant.policy.discover import (
    common_paths,
    find_links,
    language_alternatives,
    layered_links,
    policy_candidates,
    well_known_urls,
)
from assistant.policy.document import Document, merge_documents
from assistant.policy.extract import extract

MAX_CANDIDATES = 10
MAX_LAYERS = 4

READABLE = (DocumentType.PRIVACY_POLICY, DocumentType.TERMS, DocumentType.COOKIES)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a page was taken for. `type` is None where its language is not read."""

    language: str
    type: TypeGuess | None

    @property
    def is_policy(self) -> bool:
        return self.type is not None and self.type.type in READABLE

    @property
    def is_other(self) -> bool:
        """Read, and no policy."""
        return self.type is not None and not self.is_policy


class Fetch(Protocol):
    def fetch(self, url: str) -> Page: ...


Judge = Callable[[Document], Judgement]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One address that was tried, and why it was not taken."""

    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Located:
    """Where the search ended.

    Attributes:
        page: The page that was taken, or the first page where none was.
        document: Its text, layers included; None where the page holds nothing to read.
        judgement: What the document was taken for; None without a document.
        layers: Addresses of deeper layers whose text was added.
        layer_starts: Where in the document's text each layer begins, in code points.
        tried: Addresses that were tried and not taken, in order.
    """

    page: Page
    document: Document | None
    judgement: Judgement | None
    layers: tuple[str, ...] = ()
    layer_starts: tuple[int, ...] = ()
    tried: tuple[Attempt, ...] = ()

    @property
    def is_policy(self) -> bool:
        return self.judgement is not None and self.judgement.is_policy


@dataclass(frozen=True, slots=True)
class _Read:
    page: Page
    document: Document
    judgement: Judgement


class _Search:
    """Fetches each address at most once and remembers why it was not taken."""

    def __init__(self, fetch: Fetch, judge: Judge, max_chars: int) -> None:
        self._fetch, self._judge, self._max_chars = fetch, judge, max_chars
        self._seen: set[str] = set()
        self.tried: list[Attempt] = []

    def read(self, page: Page) -> _Read:
        self._seen.update((page.requested_url, page.url))
        document = extract(
            page.content,
            media_type=page.media_type,
            charset=page.charset,
            base_url=page.url,
            max_chars=self._max_chars,
        )
        return _Read(page, document, self._judge(document))

    def visit(self, urls: Sequence[str]) -> Iterator[_Read]:
        """Read each address that was not read yet; what fails is noted and passed over."""
        for url in urls:
            if url in self._seen:
                continue
            self._seen.add(url)
            try:
                page = self._fetch.fetch(url)
                if page.url != url and page.url in self._seen:
                    continue
                yield self.read(page)
            except AssistantError as error:
                self.tried.append(Attempt(url, error.message))

    def refuse(self, read: _Read) -> None:
        why = (
            "It is no privacy policy or terms of service."
            if read.judgement.type
            else "It is not in English."
        )
        self.tried.append(Attempt(read.page.url, why))


def locate(url: str, *, fetch: Fetch, judge: Judge, max_chars: int) -> Located:
    """Fetch `url`; where it is no policy, look for the site's privacy policy.

    Looks at links by `rel`, text and path, then `/.well-known/`, then common
    paths, at most `MAX_CANDIDATES` pages; prefers an English version of what
    it finds; adds one level of a layered policy.

    Raises:
        AssistantError: The page itself cannot be fetched or read.
    """
    search = _Search(fetch, judge, max_chars)
    first = fetch.fetch(url)
    start: _Read | None
    try:
        start = search.read(first)
    except EmptyInput:
        start = None
    if start and start.judgement.is_policy:
        return _with_layers(search, start)
    found = (start and _in_english(search, start)) or _follow_links(search, first) or start
    if found and found.judgement.is_policy:
        return _with_layers(search, found)
    return Located(
        page=found.page if found else first,
        document=found.document if found else None,
        judgement=found.judgement if found else None,
        tried=tuple(search.tried),
    )


def _follow_links(search: _Search, page: Page) -> _Read | None:
    """The best policy that the page leads to; one in another language where there is none."""
    candidates = policy_candidates(find_links(page.content, page.url), page.url)
    linked = [candidate.url for candidate in candidates]
    guesses = [*well_known_urls(page.url), *common_paths(page.url)]
    foreign: _Read | None = None
    for read in search.visit([*linked, *guesses][:MAX_CANDIDATES]):
        if read.judgement.is_policy:
            return read
        if read.judgement.type is None:
            english = _in_english(search, read)
            if english:
                return english
            linked_to = read.page.requested_url in linked
            foreign = foreign or (read if linked_to else None)
        search.refuse(read)
    return foreign


def _in_english(search: _Search, read: _Read) -> _Read | None:
    """The English version that a page in another language names, if it is a policy."""
    if read.judgement.type is not None:
        return None
    for other in search.visit(language_alternatives(read.page.content, read.page.url)):
        if other.judgement.is_policy:
            return other
        search.refuse(other)
    return None


def _with_layers(search: _Search, read: _Read) -> Located:
    """Add the text of deeper layers of the same kind, one level down."""
    kind = read.judgement.type
    layers = [
        layer
        for layer in search.visit(layered_links(read.page.content, read.page.url)[:MAX_LAYERS])
        if kind and layer.judgement.type and layer.judgement.type.type is kind.type
    ]
    document, starts = merge_documents([read.document, *(layer.document for layer in layers)])
    return Located(
        page=read.page,
        document=document,
        judgement=read.judgement,
        layers=tuple(layer.page.url for layer in layers),
        layer_starts=starts[1:],
        tried=tuple(search.tried),
    )
