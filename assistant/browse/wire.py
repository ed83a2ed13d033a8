"""Everything that went over the network, from the browser's `Network` events.

Source: Chrome DevTools Protocol, domains Network and Page.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from assistant.browse.events import (
    Json,
    from_base64,
    number_of,
    object_of,
    objects_of,
    status_of,
    text_of,
)
from assistant.browse.frames import Frames
from assistant.browse.leaks import LONGEST_SEARCHED
from assistant.site.record.observation import ResourceType
from assistant.site.who.domains import NETWORK, scheme_of, site_of

MOST_REQUESTS = 4_000
MOST_PER_SITE = 1_000
"""No site can use up the room of the others."""
MOST_BYTES = 32_000_000
"""Of all bodies together."""
MOST_FRAMES_SENT = 200
"""WebSocket messages that are kept of one connection."""

Event = Json

_TYPES = {
    "Stylesheet": ResourceType.STYLESHEET,
    "Image": ResourceType.IMAGE,
    "Media": ResourceType.MEDIA,
    "Font": ResourceType.FONT,
    "Script": ResourceType.SCRIPT,
    "XHR": ResourceType.XMLHTTPREQUEST,
    "Fetch": ResourceType.XMLHTTPREQUEST,
    "EventSource": ResourceType.XMLHTTPREQUEST,
    "WebSocket": ResourceType.WEBSOCKET,
    "Ping": ResourceType.PING,
    "CSPViolationReport": ResourceType.CSP_REPORT,
}
_OTHER_NAMES = {name.lower(): kind for name, kind in _TYPES.items()}
"""Playwright's words for the same."""

# What stops a cookie only for some people; the site set it all the same.
_PERSONAL_BLOCKS = frozenset(
    {"UserPreferences", "ThirdPartyPhaseout", "ThirdPartyBlockedInFirstPartySet"}
)


@dataclass(slots=True)
class Sent:
    """One request. Addresses are whole; they are cut when the record is made.

    Attributes:
        at_s: Monotonic seconds of the browser's clock.
        bodies: What it carried, or the messages of a WebSocket.
        headers: As the page wrote them, without cookies.
        cookies: Names.
        set_cookies: Lines of `Set-Cookie`.
    """

    url: str
    type: ResourceType
    method: str
    at_s: float
    initiator: str | None = None
    frame_id: str = ""
    status: int | None = None
    blocked: bool = False
    redirects_to: str | None = None
    bodies: list[bytes] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    set_cookies: tuple[str, ...] = ()
    answer: Json | None = None


@dataclass(slots=True)
class Stored:
    """Something that came to lie in the page's storage."""

    origin: str
    local: bool
    key: str
    value: str
    at_s: float


class Wire:
    """Collects the events of one page.

    Args:
        frames: Told of frames by the same session.
    """

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.sent: list[Sent] = []
        self.stored: list[Stored] = []
        self.lost = 0
        self.wanted: list[tuple[str, Sent]] = []
        """Requests whose body has to be asked for, by the browser's id."""
        self.moved_at_s = time.monotonic()
        """When the last request began or ended, on this program's clock."""
        self._chains: dict[str, list[Sent]] = defaultdict(list)
        self._cookies: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._set: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._open: set[str] = set()
        self._room = MOST_BYTES
        self._per_site: Counter[str] = Counter()
        self._clock: tuple[float, float] | None = None
        self._handlers: Mapping[str, Callable[[Event], None]] = {
            "Network.requestWillBeSent": self._on_sent,
            "Network.requestWillBeSentExtraInfo": self._on_cookies_sent,
            "Network.responseReceived": self._on_answer,
            "Network.responseReceivedExtraInfo": self._on_cookies_set,
            "Network.loadingFinished": self._on_end,
            "Network.loadingFailed": self._on_failure,
            "Network.webSocketCreated": self._on_socket,
            "Network.webSocketHandshakeResponseReceived": self._on_handshake,
            "Network.webSocketFrameSent": self._on_message,
            "DOMStorage.domStorageItemAdded": self._on_stored,
            "DOMStorage.domStorageItemUpdated": self._on_stored,
        }

    @property
    def handled(self) -> tuple[str, ...]:
        """Names of the events to hand on."""
        return tuple(self._handlers)

    def take(self, name: str, event: Event) -> None:
        """One event."""
        self._handlers[name](event)

    @property
    def in_flight(self) -> int:
        """Requests without an answer yet; lasting connections are not counted."""
        return len(self._open)

    def wall_ms(self, at_s: float) -> float:
        """The browser's monotonic seconds as milliseconds since 1970."""
        if self._clock is None:
            return time.time() * 1_000
        monotonic_s, wall_s = self._clock
        return (wall_s + at_s - monotonic_s) * 1_000

    def pages(self) -> list[Sent]:
        """Requests for the page itself, redirects included, in order."""
        return [sent for sent in self.sent if sent.type is ResourceType.MAIN_FRAME]

    def settle(self, others: Sequence[Sent]) -> None:
        """Join what came in separate events; add what only others saw (workers)."""
        for key, chain in self._chains.items():
            for sent, cookies in zip(chain, self._cookies.get(key, ()), strict=False):
                sent.cookies = cookies
            for sent, lines in zip(chain, self._set.get(key, ()), strict=False):
                sent.set_cookies = lines
        known = Counter((sent.method, sent.url) for sent in self.sent)
        for other in others:
            if known[other.method, other.url]:
                known[other.method, other.url] -= 1
            else:
                self._keep(other)

    def add_body(self, sent: Sent, data: bytes) -> None:
        """Keep what a request carried, as long as there is room."""
        data = data[:LONGEST_SEARCHED]
        if len(data) > self._room:
            self.lost += 1
            return
        self._room -= len(data)
        sent.bodies.append(data)

    def _keep(self, sent: Sent) -> bool:
        site = site_of(sent.url)
        if len(self.sent) >= MOST_REQUESTS or self._per_site[site] >= MOST_PER_SITE:
            self.lost += 1
            return False
        self._per_site[site] += 1
        self.sent.append(sent)
        return True

    def _on_sent(self, event: Event) -> None:
        request = object_of(event, "request")
        url, key = text_of(request, "url"), text_of(event, "requestId")
        if scheme_of(url) not in NETWORK or event.get("type") == "Preflight":
            return
        at_s = number_of(event, "timestamp")
        if self._clock is None:
            self._clock = (at_s, number_of(event, "wallTime"))
        self.moved_at_s = time.monotonic()
        chain = self._chains[key]
        before = object_of(event, "redirectResponse")
        if before and chain:
            chain[-1].status = status_of(before)
            chain[-1].redirects_to = url
        sent = Sent(
            url=url,
            type=self._type(event),
            method=text_of(request, "method") or "GET",
            at_s=at_s,
            initiator=_initiator(object_of(event, "initiator")),
            frame_id=text_of(event, "frameId"),
            headers={k: str(v) for k, v in object_of(request, "headers").items()},
        )
        if not self._keep(sent):
            return
        chain.append(sent)
        if sent.type not in (ResourceType.PING, ResourceType.MEDIA):
            self._open.add(key)
        body = _body(request)
        if body is not None:
            self.add_body(sent, body)
        elif request.get("hasPostData"):
            self.wanted.append((key, sent))

    def _type(self, event: Event) -> ResourceType:
        kind = text_of(event, "type")
        if kind != "Document":
            return _TYPES.get(kind, ResourceType.OTHER)
        top = event.get("frameId") == self._frames.main
        return ResourceType.MAIN_FRAME if top else ResourceType.SUB_FRAME

    def _on_cookies_sent(self, event: Event) -> None:
        names = tuple(
            text_of(object_of(entry, "cookie"), "name")
            for entry in objects_of(event, "associatedCookies")
            if not entry.get("blockedReasons")
        )
        if self._has_room(self._cookies):
            self._cookies[text_of(event, "requestId")].append(names)

    def _on_cookies_set(self, event: Event) -> None:
        headers = {k.lower(): str(v) for k, v in object_of(event, "headers").items()}
        refused = {
            text_of(entry, "cookieLine")
            for entry in objects_of(event, "blockedCookies")
            if set(cast("Sequence[str]", entry.get("blockedReasons") or ())) - _PERSONAL_BLOCKS
        }
        lines = tuple(
            line
            for line in headers.get("set-cookie", "").split("\n")
            if line and line not in refused
        )
        if self._has_room(self._set):
            self._set[text_of(event, "requestId")].append(lines)

    def _has_room(self, table: Mapping[str, object]) -> bool:
        return len(table) <= 2 * MOST_REQUESTS

    def _on_answer(self, event: Event) -> None:
        chain = self._chains.get(text_of(event, "requestId"))
        if not chain:
            return
        response = object_of(event, "response")
        chain[-1].status = status_of(response)
        if chain[-1].type is ResourceType.MAIN_FRAME:
            chain[-1].answer = response
        if event.get("type") == "EventSource":
            self._open.discard(text_of(event, "requestId"))

    def _on_end(self, event: Event) -> None:
        key = text_of(event, "requestId")
        if key in self._open:
            self._open.discard(key)
            self.moved_at_s = time.monotonic()

    def _on_failure(self, event: Event) -> None:
        self._on_end(event)
        chain = self._chains.get(text_of(event, "requestId"))
        if chain and (
            event.get("blockedReason")
            or text_of(event, "errorText") == "net::ERR_BLOCKED_BY_CLIENT"
        ):
            chain[-1].blocked = True

    def _on_socket(self, event: Event) -> None:
        sent = Sent(
            url=text_of(event, "url"),
            type=ResourceType.WEBSOCKET,
            method="GET",
            at_s=self.now_s(),
            initiator=_initiator(object_of(event, "initiator")),
            frame_id=self._frames.main,
        )
        if scheme_of(sent.url) in NETWORK and self._keep(sent):
            self._chains[text_of(event, "requestId")].append(sent)

    def _on_handshake(self, event: Event) -> None:
        chain = self._chains.get(text_of(event, "requestId"))
        if chain:
            chain[-1].status = status_of(object_of(event, "response"))

    def _on_message(self, event: Event) -> None:
        chain = self._chains.get(text_of(event, "requestId"))
        message = object_of(event, "response")
        if not chain:
            return
        if len(chain[-1].bodies) >= MOST_FRAMES_SENT:
            self.lost += 1
            return
        payload = text_of(message, "payloadData")[:LONGEST_SEARCHED]
        text = number_of(message, "opcode") == 1
        self.add_body(chain[-1], payload.encode() if text else from_base64(payload))

    def _on_stored(self, event: Event) -> None:
        place = object_of(event, "storageId")
        key = text_of(place, "storageKey").partition("^")[0]  # what follows is the top site
        origin = text_of(place, "securityOrigin") or key.rstrip("/")
        if len(self.stored) >= MOST_REQUESTS:
            self.lost += 1
            return
        self.stored.append(
            Stored(
                origin=origin,
                local=bool(place.get("isLocalStorage")),
                key=text_of(event, "key"),
                value=text_of(event, "newValue"),
                at_s=self.now_s(),
            )
        )

    def now_s(self) -> float:
        """This moment on the browser's monotonic clock."""
        if self._clock is None:
            return 0.0
        monotonic_s, wall_s = self._clock
        return monotonic_s + time.time() - wall_s


def type_of(word: str) -> ResourceType:
    """What a request is for, by Playwright's word."""
    return _OTHER_NAMES.get(word, ResourceType.OTHER)


def _initiator(initiator: Json) -> str | None:
    """The innermost script of the stack; else the document that named the address."""
    stack: Json = object_of(initiator, "stack")
    for _ in range(8):
        for call in objects_of(stack, "callFrames"):
            url = text_of(call, "url").removeprefix("blob:")
            if scheme_of(url) in NETWORK:
                return url
        stack = object_of(stack, "parent")
    url = text_of(initiator, "url")
    return url if scheme_of(url) in NETWORK else None


def _body(request: Json) -> bytes | None:
    """The body as far as the event holds it; None where it holds nothing."""
    parts = [text_of(entry, "bytes") for entry in objects_of(request, "postDataEntries")]
    if parts and all(parts):
        return b"".join(from_base64(part) for part in parts)
    text = request.get("postData")
    return text.encode("utf-8", "replace") if isinstance(text, str) else None
