"""A record made safe: no personal value, no impossible number, nothing endless.

Evidence of what a script did is never dropped. Where its address names nobody, it is held against
the frame it ran in, or the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from hashlib import sha256
from operator import is_
from typing import TypeVar

from assistant.site.record.addresses import PERSONAL, SILENT, bare_url, plain_name
from assistant.site.record.entropy import MOST_BITS
from assistant.site.record.observation import (
    Body,
    Consent,
    FieldListener,
    FieldRead,
    Header,
    Hop,
    Leak,
    Parameter,
    Request,
    ScriptCalls,
    ScriptElement,
    SetCookie,
    Shape,
    StorageWrite,
)
from assistant.site.record.shapes import ID_DIGITS, MAX_PARAMETERS, MAX_PARTS
from assistant.site.who.domains import host_of, plain_host, site_of

LONGEST_MS = 86_400_000.0
"""A day."""
LONGEST_LIFETIME_S = 3_200_000_000.0
"""A hundred years; browsers keep nothing for longer than 400 days."""
MOST = 2**31
LONGEST_TEXT = 256
LONGEST_HEADER = 16_384
MOST_INNER = 500
PRIVATE_HEADERS = frozenset({"set-cookie", "cookie", "authorization", "proxy-authorization"})

_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_QUERY = re.compile(r"[?#]")
_ANY = "https://page.invalid/"
_VALUE = re.compile(r"[?&][^&=#]*=[^&#]")
_ID = re.compile(rf"[0-9a-f]{{{ID_DIGITS}}}")
T = TypeVar("T")


class Cleaner:
    """Makes the entries of one record safe, and counts what that took.

    Args:
        site: Registrable domain of the page.
        salt: Under which ids that are none are made to ids.

    Attributes:
        counts: Name of a gap → how often; see `knowledge/site/gaps.yaml`.
        inner: Values within entries that were left out.
    """

    def __init__(self, site: str, *, salt: bytes) -> None:
        self.counts: Counter[str] = Counter()
        self.inner = 0
        self._site, self._salt = site, salt
        self._bare: dict[str, str] = {}
        self._third: dict[str, bool] = {}
        self._names: dict[str, str] = {}

    # Addresses ----------------------------------------------------------------

    def address(self, url: str) -> str:
        """An address without values; remembered, since a page repeats its addresses."""
        bare = self._bare.get(url)
        if bare is None:
            bare = self._bare[url] = bare_url(url)
        if bare != url and _VALUE.search(url.partition("#")[0]):
            self.counts["raw_values"] += 1
        return bare

    def answered(self, url: str) -> str:
        """The address if somebody on the web answers it, else "" (counted where it is odd)."""
        bare = self.address(url)
        if "://" in bare:
            return bare
        if bare not in SILENT:
            self.counts["unanswered"] += 1
        return ""

    def maybe(self, url: str | None) -> str | None:
        """An address that only explains; None for one that says nothing."""
        return (self.address(url) or None) if url is not None else None

    def actor(self, url: str, *places: str | None) -> str:
        """Address of who did something; of the first place with an address where it has none."""
        bare = self.answered(url)
        return bare or next((place for place in places if place and "://" in place), "")

    def third_party(self, bare: str) -> bool:
        """Whether a bare address belongs to another registrable domain than the page."""
        authority = bare.split("/", 3)[2].partition("?")[0]
        known = self._third.get(authority)
        if known is None:
            known = self._third[authority] = site_of(bare) != self._site
        return known

    # Numbers and texts --------------------------------------------------------

    def number(self, value: int, *, least: int = 0, most: int = MOST) -> int:
        if least <= value <= most:
            return value
        self.counts["numbers"] += 1
        return min(most, max(least, value))

    def _times(self, called: int) -> int:
        """How often something was called; a number below 0 does not say that it was not."""
        return self.number(called, least=0 if called >= 0 else 1)

    def moment(self, at_ms: float) -> float:
        if 0 <= at_ms <= LONGEST_MS:
            return at_ms
        self.counts["numbers"] += 1
        return min(LONGEST_MS, max(0.0, at_ms))

    def status(self, status: int | None) -> int | None:
        """An HTTP status; None for a number that is none, as browsers say 0 for no answer."""
        return status if status is not None and 100 <= status <= 999 else None

    def text(self, text: str, longest: int = LONGEST_TEXT) -> str:
        if len(text) <= longest:
            return text
        self.counts["long_text"] += 1
        return text[:longest]

    def key(self, name: str) -> str:
        """The name of a cookie or an entry; `~` for one with an address of mail in it."""
        name = self.text(name)
        return PERSONAL if "@" in name or "%40" in name else name

    def few(
        self,
        found: tuple[T, ...],
        most: int = MOST_INNER,
        *,
        key: Callable[[T], float] | None = None,
    ) -> tuple[T, ...]:
        """At most so many values within an entry: those with the greatest `key`, in order."""
        if len(found) <= most:
            return found
        self.inner += len(found) - most
        if key is None:
            return found[:most]
        best = sorted(range(len(found)), key=lambda i: -key(found[i]))[:most]
        return tuple(found[i] for i in sorted(best))

    # Shapes -------------------------------------------------------------------

    def shape(self, shape: Shape) -> Shape:
        if (
            0 <= shape.bits <= MOST_BITS
            and 0 <= shape.length <= MOST
            and len(shape.parts) <= MAX_PARTS
            and _ID.fullmatch(shape.id)
            and (not shape.parts or all(map(_ID.fullmatch, shape.parts)))
        ):
            return shape
        if not 0 <= shape.bits <= MOST_BITS:
            self.counts["numbers"] += 1
        return Shape(
            id=self._safe_id(shape.id),
            length=self.number(shape.length),
            bits=min(MOST_BITS, max(0.0, shape.bits)),
            parts=tuple(map(self._safe_id, self.few(shape.parts, MAX_PARTS))),
        )

    def parameters(self, found: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        found = self.few(found, MAX_PARAMETERS, key=lambda p: p.value.bits)
        return _each(found, self._parameter)

    def _parameter(self, entry: Parameter) -> Parameter:
        told, value = entry.name, entry.value
        name = self._names.get(told)
        if name is None:
            name = self._names[told] = plain_name(told)
        shape = self.shape(value)
        if shape is value and name == told:
            return entry
        return Parameter(name=name, value=shape)

    def _safe_id(self, id: str) -> str:
        """An id as it is; of anything else a hash, since it may be the value itself."""
        if _ID.fullmatch(id):
            return id
        self.counts["raw_values"] += 1
        return sha256(self._salt + id.encode("utf-8", "replace")).hexdigest()[:ID_DIGITS]

    # Entries ------------------------------------------------------------------

    def request(self, entry: Request) -> Request | None:
        """The request; None where nobody answers its address."""
        url = self.answered(entry.url)
        if not url:
            return None
        body = entry.body
        return Request(
            url=url,
            type=entry.type,
            method=self.text(entry.method, 32),
            at_ms=self.moment(entry.at_ms),
            initiator=self.maybe(entry.initiator),
            frame=self.maybe(entry.frame),
            third_party=self.third_party(url),
            status=self.status(entry.status),
            blocked=entry.blocked,
            redirects_to=self.maybe(entry.redirects_to),
            query=self.parameters(entry.query),
            body=self._body(body) if body is not None else None,
            cookies=_each(self.few(entry.cookies), self.key),
        )

    def _body(self, entry: Body) -> Body:
        size, parameters = self.number(entry.size), self.parameters(entry.parameters)
        return Body(kind=entry.kind, size=size, parameters=parameters)

    def cookie(self, entry: SetCookie, page: str) -> SetCookie:
        lifetime = entry.lifetime_s
        url = self.maybe(entry.url)
        return replace(
            entry,
            name=self.key(entry.name),
            domain=plain_host(entry.domain.lstrip(".")) or host_of(url or "") or host_of(page),
            value=self.shape(entry.value),
            path=_path(entry.path),
            lifetime_s=None if lifetime is None else min(LONGEST_LIFETIME_S, max(0.0, lifetime)),
            same_site=self.text(entry.same_site, 32) if entry.same_site is not None else None,
            script=self.actor(entry.script, url, page) if entry.script is not None else None,
            url=url,
            at_ms=self.moment(entry.at_ms),
        )

    def storage(self, entry: StorageWrite, page: str) -> StorageWrite:
        origin = self.actor(entry.origin, page)
        return replace(
            entry,
            origin=origin,
            key=self.key(entry.key),
            value=self.shape(entry.value),
            script=self.actor(entry.script, origin) if entry.script is not None else None,
            at_ms=self.moment(entry.at_ms),
        )

    def calls(self, entry: ScriptCalls, page: str) -> ScriptCalls:
        frame = self.maybe(entry.frame)
        told = self.few(tuple(entry.calls.items()), key=lambda c: c[1])
        return ScriptCalls(
            script=self.actor(entry.script, frame, page),
            frame=frame,
            calls={self.text(name, 128): self._times(times) for name, times in told},
            canvas_text=self.number(entry.canvas_text),
            canvas_pixels=self.number(entry.canvas_pixels),
            fonts=self.number(entry.fonts),
            at_ms=self.moment(entry.at_ms),
        )

    def listener(self, entry: FieldListener, page: str) -> FieldListener:
        script, event = self.actor(entry.script, page), self.text(entry.event, 64)
        return replace(entry, script=script, event=event, at_ms=self.moment(entry.at_ms))

    def read(self, entry: FieldRead, page: str) -> FieldRead:
        script = self.actor(entry.script, page)
        return replace(entry, script=script, at_ms=self.moment(entry.at_ms))

    def leak(self, entry: Leak, page: str) -> Leak:
        return replace(
            entry,
            url=self.actor(entry.url, page),
            encodings=self.few(entry.encodings, 16),
            script=self.actor(entry.script, page) if entry.script is not None else None,
            at_ms=self.moment(entry.at_ms),
        )

    def consent(self, entry: Consent) -> Consent:
        return replace(
            entry,
            at_ms=self.moment(entry.at_ms),
            manager=self.text(entry.manager, 128) if entry.manager is not None else None,
            clicks=self.number(entry.clicks) if entry.clicks is not None else None,
        )

    def script(self, entry: ScriptElement) -> ScriptElement | None:
        """The element, its address as written in the page; None where nobody answers it."""
        if not _SCHEME.match(entry.src):
            path = _QUERY.split(entry.src.strip(), maxsplit=1)[0]
            start = path[: len(path) - len(path.lstrip("/"))]
            return replace(entry, src=start + bare_url(f"{_ANY}{path[len(start) :]}")[len(_ANY) :])
        src = self.answered(entry.src)
        return replace(entry, src=src) if src else None

    def hop(self, entry: Hop) -> Hop | None:
        url = self.answered(entry.url)
        if not url:
            return None
        return replace(
            entry, url=url, status=self.status(entry.status), at_ms=self.moment(entry.at_ms)
        )

    def header(self, entry: Header) -> Header | None:
        """The header, its name in lower case; None where it carries what is private."""
        name = self.text(entry.name.strip(), 128).lower()
        if name in PRIVATE_HEADERS:
            return None
        return Header(name=name, value=self.text(entry.value, LONGEST_HEADER))


def first_of_each(found: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    """Entries without those that repeat an earlier one, so that no circle is endless."""
    first: dict[Hashable, T] = {}
    for entry in found:
        first.setdefault(key(entry), entry)
    return tuple(first.values())


def _each(found: tuple[T, ...], clean: Callable[[T], T]) -> tuple[T, ...]:
    """The same tuple where nothing in it changes."""
    if not found:
        return found
    made = tuple(map(clean, found))
    return found if all(map(is_, made, found)) else made


def _path(path: str) -> str:
    """The path of a cookie, as in an address."""
    bare = bare_url("https://cookie.invalid/" + path.lstrip("/"))
    return "/" + bare.split("/", 3)[3]
