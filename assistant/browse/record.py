"""From what a tab saw to one visit of the record. Values end here: only their shapes go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, cast

from assistant.browse.events import Json
from assistant.browse.fields import kind_of
from assistant.browse.leaks import LeakFinder
from assistant.browse.probed import Probed, ProbeEvent
from assistant.browse.tab import Tab
from assistant.browse.wire import Sent, Wire
from assistant.policy.discover import find_links, policy_candidates
from assistant.site.markup.html import read_markup
from assistant.site.markup.set_cookie import read_set_cookie
from assistant.site.record.addresses import plain_name
from assistant.site.record.observation import (
    Channel,
    Consent,
    ConsentState,
    Encoding,
    FieldKind,
    FieldListener,
    FieldRead,
    Header,
    Hop,
    Leak,
    Request,
    ResourceType,
    ScriptCalls,
    ScriptElement,
    SetCookie,
    StorageWrite,
    Tls,
    Visit,
)
from assistant.site.record.shapes import Shaper, bare_url
from assistant.site.who.domains import scheme_of

MAX_POLICY_LINKS = 5

Choice = Literal[ConsentState.ACCEPTED, ConsentState.REJECTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a visit beside what the tab saw.

    Attributes:
        at: When it began.
        html: The page as it stood; None where it could not be read.
        consent: Steps, with times in milliseconds since 1970.
        certificate_valid: Whether the certificate was verified.
        finder: Knows the values that were typed; None where none were.
    """

    at: datetime
    url: str
    shaper: Shaper
    gpc: bool = False
    choice: Choice | None = None
    typed: bool = False
    html: str | None = None
    consent: Sequence[Consent] = ()
    certificate_valid: bool = True
    finder: LeakFinder | None = None


def visit_of(tab: Tab, known: Circumstances) -> Visit:
    """One visit, as the record holds it."""
    return _Visit(tab, known).visit()


def policy_urls(html: str, url: str) -> tuple[str, ...]:
    """Addresses that look like the site's privacy policy, in full, best first."""
    found = policy_candidates(find_links(html, url), url, ("privacy-policy",))
    return tuple(candidate.url for candidate in found[:MAX_POLICY_LINKS])


def final_url(wire: Wire, url: str) -> str:
    """Where the browser ended, in full."""
    answered = [sent for sent in wire.pages() if sent.answer]
    return answered[-1].url if answered else url


class _Visit:
    def __init__(self, tab: Tab, known: Circumstances) -> None:
        self._tab, self._wire, self._known = tab, tab.wire, known
        self._shaper = known.shaper
        pages = self._wire.pages()
        self._begun = self._wire.wall_ms(pages[0].at_s) if pages else known.at.timestamp() * 1_000
        self._pages = pages
        answered = [index for index, sent in enumerate(pages) if sent.answer]
        self._last = answered[-1] if answered else None

    def visit(self) -> Visit:
        known, final = self._known, self._final
        url = final.url if final else known.url
        html = known.html or ""
        probed = self._tab.probed
        return Visit(
            url=bare_url(url),
            at=known.at,
            gpc=known.gpc,
            choice=known.choice,
            typed=known.typed,
            status=final.status if final else None,
            hops=tuple(self._hops()),
            headers=tuple(self._headers()),
            tls=self._tls(url),
            requests=tuple(self._request(sent) for sent in self._wire.sent),
            cookies=tuple(self._cookies()),
            storage=tuple(self._storage()),
            calls=tuple(self._calls(probed)),
            listeners=tuple(self._listeners(probed)),
            reads=tuple(self._reads(probed)),
            leaks=tuple(self._leaks()),
            consent=tuple(
                replace(step, at_ms=self._ms(step.at_ms)) for step in self._known.consent
            ),
            scripts=_scripts(html, url, self._shaper),
            policy_links=tuple(dict.fromkeys(map(bare_url, policy_urls(html, url)))),
        )

    @property
    def _final(self) -> Sent | None:
        return None if self._last is None else self._pages[self._last]

    def _ms(self, wall_ms: float) -> float:
        return round(max(0.0, wall_ms - self._begun), 1)

    def _at(self, sent: Sent) -> float:
        return self._ms(self._wire.wall_ms(sent.at_s))

    def _hops(self) -> Iterator[Hop]:
        by = iter(self._tab.frames.sent_on_by)
        for sent in self._pages[: self._last or 0]:
            yield Hop(
                url=bare_url(sent.url),
                status=sent.status,
                by="http" if sent.redirects_to else next(by, "script"),
                at_ms=self._at(sent),
            )

    def _headers(self) -> Iterator[Header]:
        answer: Json = (self._final.answer if self._final else None) or {}
        headers = cast("Json", answer.get("headers") or {})
        for name, value in headers.items():
            if name.lower() != "set-cookie":
                for line in str(value).split("\n"):
                    yield Header(name=name.lower(), value=line)

    def _tls(self, url: str) -> Tls | None:
        if scheme_of(url) != "https":
            return None
        answer: Json = (self._final.answer if self._final else None) or {}
        details = cast("Json", answer.get("securityDetails") or {})
        version = str(details.get("protocol") or "").replace("TLS ", "TLSv")
        return Tls(valid=self._known.certificate_valid, version=version)

    def _request(self, sent: Sent) -> Request:
        url, query = self._shaper.url(sent.url)
        sub = sent.type is ResourceType.SUB_FRAME
        frames = self._tab.frames
        frame = frames.around(sent.frame_id) if sub else frames.address(sent.frame_id)
        kind = next((v for k, v in sent.headers.items() if k.lower() == "content-type"), "")
        return Request(
            url=url,
            type=sent.type,
            method=sent.method,
            at_ms=self._at(sent),
            initiator=bare_url(sent.initiator) if sent.initiator else None,
            frame=bare_url(frame) if frame else None,
            status=sent.status,
            blocked=sent.blocked,
            redirects_to=bare_url(sent.redirects_to) if sent.redirects_to else None,
            query=query,
            body=self._shaper.body(sent.bodies[0], kind) if sent.bodies else None,
            cookies=sent.cookies,
        )

    def _cookies(self) -> Iterator[SetCookie]:
        now = self._known.at
        for sent in self._wire.sent:
            for line in sent.set_cookies:
                cookie = read_set_cookie(line, url=sent.url, now=now, shaper=self._shaper)
                if cookie:
                    yield replace(cookie, at_ms=self._at(sent))
        for event in self._tab.probed.kept:
            if event.kind in ("cookie", "cookie-store"):
                line = event.cookie if event.kind == "cookie" else _as_line(event)
                cookie = read_set_cookie(line, url=event.place, now=now, shaper=self._shaper)
                if cookie:
                    yield replace(
                        cookie,
                        script=bare_url(event.script),
                        at_ms=self._ms(event.at),
                        http_only=False,
                    )

    def _storage(self) -> Iterator[StorageWrite]:
        seen = set()
        for event in self._tab.probed.kept:
            if event.kind not in ("storage", "database"):
                continue
            store = "indexed_db" if event.kind == "database" else event.store
            seen.add((event.origin, store, event.key))
            yield StorageWrite(
                store=store,
                origin=event.origin,
                key=plain_name(event.key),
                value=self._shaper.shape(event.value),
                script=bare_url(event.script),
                at_ms=self._ms(event.at),
            )
        # Written without a call that can be watched: `localStorage.name = value`.
        for kept in self._wire.stored:
            store = "local" if kept.local else "session"
            if (kept.origin, store, kept.key) not in seen:
                seen.add((kept.origin, store, kept.key))
                yield StorageWrite(
                    store=store,
                    origin=kept.origin,
                    key=plain_name(kept.key),
                    value=self._shaper.shape(kept.value),
                    at_ms=self._ms(self._wire.wall_ms(kept.at_s)),
                )

    def _calls(self, probed: Probed) -> Iterator[ScriptCalls]:
        for (script, frame), made in probed.calls.items():
            yield ScriptCalls(
                script=bare_url(script),
                frame=bare_url(frame) if frame else None,
                calls=dict(made.calls),
                canvas_text=made.canvas_text,
                canvas_pixels=made.canvas_pixels,
                fonts=len(made.fonts),
                at_ms=self._ms(made.at),
            )

    def _listeners(self, probed: Probed) -> Iterator[FieldListener]:
        seen = set()
        for event in probed.kept:
            if event.kind != "listener":
                continue
            target = kind_of(event.field) if event.field is not None else event.target
            script = bare_url(event.script)
            if target and (script, event.type, target) not in seen:
                seen.add((script, event.type, target))
                yield FieldListener(
                    script=script, event=event.type, target=target, at_ms=self._ms(event.at)
                )

    def _reads(self, probed: Probed) -> Iterator[FieldRead]:
        seen = set()
        for event in probed.kept:
            if event.kind != "read" or event.field is None:
                continue
            script, field = bare_url(event.script), kind_of(event.field)
            if (script, field) not in seen:
                seen.add((script, field))
                yield FieldRead(script=script, field=field, at_ms=self._ms(event.at))

    def _leaks(self) -> Iterator[Leak]:
        finder = self._known.finder
        if finder is None:
            return
        seen: set[tuple[object, ...]] = set()
        for sent in self._wire.sent:
            headers = "\n".join(sent.headers.values()).encode("utf-8", "replace")
            for data in (sent.url.encode("utf-8", "replace"), headers, *sent.bodies):
                for found in finder.search(data):
                    leak = self._leak(sent, found.field, found.encodings)
                    key = (leak.field, leak.url, leak.channel, leak.encodings, leak.script)
                    if key not in seen:
                        seen.add(key)
                        yield leak

    def _leak(self, sent: Sent, field: FieldKind, encodings: tuple[Encoding, ...]) -> Leak:
        return Leak(
            field=field,
            url=bare_url(sent.url),
            channel=_channel(sent),
            encodings=encodings,
            script=bare_url(sent.initiator) if sent.initiator else None,
            at_ms=self._at(sent),
        )


def _channel(sent: Sent) -> Channel:
    if sent.type is ResourceType.WEBSOCKET:
        return Channel.WEBSOCKET
    if sent.type is ResourceType.PING:
        return Channel.BEACON
    return Channel.GET if sent.method == "GET" else Channel.POST


def _scripts(html: str, url: str, shaper: Shaper) -> tuple[ScriptElement, ...]:
    return read_markup(html, url, shaper).scripts if html else ()


def _as_line(event: ProbeEvent) -> str:
    """What `cookieStore.set` was told, as a header would say it. Source: Cookie Store API, 4.3."""
    parts = [f"{event.name}={event.value}", f"path={event.path}", "secure"]
    if event.domain:
        parts.append(f"domain={event.domain}")
    if event.same_site:
        parts.append(f"samesite={event.same_site}")
    if event.partitioned:
        parts.append("partitioned")
    if event.expires is not None:
        try:
            ends = datetime.fromtimestamp(event.expires / 1_000, UTC)
        except (OverflowError, ValueError, OSError):
            return "; ".join(parts)
        parts.append(f"expires={ends:%a, %d %b %Y %H:%M:%S GMT}")
    return "; ".join(parts)
