"""What a browser can see of a page: the one record that every site report is made from.

The record is versioned and shared with the extension (`observation.schema.json` is made from
these types). It holds no personal value: addresses come without the values of their queries,
and the value of a cookie, of a storage entry or of a parameter comes as a `Shape`, which tells
whether two values are the same and how many people one could tell apart, but not the value.
What leaks from form fields is matched where it is seen, and only its kind is recorded.

Times are in milliseconds since the visit began (`at_ms`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, with_config

VERSION: Literal[1] = 1
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
"""A field that this version does not know may be evidence; it is refused, not lost."""


class Observer(StrEnum):
    """Who made the record."""

    SERVED = "served"
    """A program that fetched the page and read its HTML; no script ran."""
    BROWSER = "browser"
    """A browser that the assistant drove, in a fresh profile."""
    EXTENSION = "extension"
    """The person's own browser."""


class Watched(StrEnum):
    """Kinds of events that the observer can see. What was not watched is unknown, never absent."""

    HEADERS = "headers"
    REQUESTS = "requests"
    """Every request of the page, not only those that stand in its HTML."""
    COOKIES = "cookies"
    STORAGE = "storage"
    CALLS = "calls"
    """Calls of scripts to interfaces that tell devices apart."""
    FIELDS = "fields"
    """Listeners, reads and leaks of form fields."""
    CONSENT = "consent"


class ResourceType(StrEnum):
    """What a request was for; the words of the WebExtensions `webRequest.ResourceType`."""

    MAIN_FRAME = "main_frame"
    SUB_FRAME = "sub_frame"
    STYLESHEET = "stylesheet"
    SCRIPT = "script"
    IMAGE = "image"
    FONT = "font"
    OBJECT = "object"
    XMLHTTPREQUEST = "xmlhttprequest"
    PING = "ping"
    """A beacon (`navigator.sendBeacon`) or a `ping` attribute."""
    CSP_REPORT = "csp_report"
    MEDIA = "media"
    WEBSOCKET = "websocket"
    OTHER = "other"


class ConsentState(StrEnum):
    """What was asked and answered about cookies and tracking."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class FieldKind(StrEnum):
    """What a form field asks for."""

    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105 a kind of field
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    CARD = "card"
    SEARCH = "search"
    TEXT = "text"


class Encoding(StrEnum):
    """How a value looked when it left, outermost last."""

    PLAIN = "plain"
    URL = "url"
    BASE64 = "base64"
    HEX = "hex"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


class Channel(StrEnum):
    """By which means a value left."""

    GET = "get"
    POST = "post"
    BEACON = "beacon"
    WEBSOCKET = "websocket"


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A value without the value.

    Attributes:
        id: First 16 hexadecimal digits of an HMAC-SHA256 of the value, under a key that the
            observer makes for one record and throws away. Equal values have equal ids.
        length: Characters.
        bits: Most entropy the value can carry as an identifier; 33 tell all people apart.
        parts: Ids of its longer pieces, so that a value inside another is known again.
    """

    id: str
    length: int
    bits: float
    parts: tuple[str, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named value of a query or a body, by its shape."""

    name: str
    value: Shape


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The shape of what a request carried.

    Attributes:
        kind: How it is written.
        size: Bytes.
        parameters: Its named values, nested names joined with dots.
    """

    kind: Literal["json", "form", "multipart", "text", "binary"]
    size: int
    parameters: tuple[Parameter, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that the page made or tried to make.

    Attributes:
        url: Without user name, fragment and the values of its query.
        at_ms: When it began.
        initiator: Address of the script or page that caused it; None where unknown.
        frame: Address of the frame it belongs to; None for the top frame.
        third_party: Whether it left the site; worked out anew from the addresses when rated.
        status: HTTP status; None where no answer came.
        blocked: Whether the browser or a blocker stopped it.
        redirects_to: Where its answer sent the browser, without values.
        query: The values of the query, by shape.
        body: What it carried.
        cookies: Names of the cookies sent with it.
    """

    url: str
    type: ResourceType
    method: str = "GET"
    at_ms: float = 0
    initiator: str | None = None
    frame: str | None = None
    third_party: bool | None = None
    status: int | None = None
    blocked: bool = False
    redirects_to: str | None = None
    query: tuple[Parameter, ...] = ()
    body: Body | None = None
    cookies: tuple[str, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """A cookie that was set, by a response or by a script.

    Attributes:
        domain: As the browser keeps it, without a leading dot.
        lifetime_s: Seconds it will be kept; None for the session.
        same_site: As sent; None where the attribute is missing.
        partitioned: Whether it is kept apart for each site (CHIPS).
        script: Address of the script that wrote it; None where a response set it.
        url: Address of the response or frame that set it.
    """

    name: str
    domain: str
    value: Shape
    path: str = "/"
    lifetime_s: float | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None
    partitioned: bool = False
    script: str | None = None
    url: str | None = None
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class StorageWrite:
    """Something a script kept in the browser beside cookies.

    Attributes:
        origin: Of the frame whose storage it is.
    """

    store: Literal["local", "session", "indexed_db", "cache"]
    origin: str
    key: str
    value: Shape
    script: str | None = None
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptCalls:
    """What one script asked of interfaces that tell devices apart.

    Attributes:
        script: Address of the script; of the page for code written into it.
        frame: Address of the frame it ran in; None for the top frame.
        calls: `Interface.member` of the Web IDL → how often it was called or read:
            `HTMLCanvasElement.toDataURL`, `Navigator.hardwareConcurrency`.
        canvas_text: Distinct characters it wrote on a canvas before reading one back.
        canvas_pixels: Most pixels that it read back at once.
        fonts: Distinct fonts it measured text in.
        at_ms: When it first did.
    """

    script: str
    frame: str | None = None
    calls: dict[str, int]
    canvas_text: int = 0
    canvas_pixels: int = 0
    fonts: int = 0
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class FieldListener:
    """A script that listens to what is typed, clicked or moved.

    Attributes:
        event: `keydown`, `input`, `mousemove`…
        target: The field's kind, or where else it listens.
    """

    script: str
    event: str
    target: FieldKind | Literal["document", "window", "element"]
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRead:
    """A script that read the value of a field."""

    script: str
    field: FieldKind
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A value of a form field that left the page.

    Attributes:
        field: What kind of value.
        url: Where it went, without the values of the query.
        encodings: How it was written, outermost last; `("sha256", "base64")` is the base64 of a
            hash.
        submitted: Whether the form had been submitted by then.
        script: Address of the script that sent it; None where unknown.
    """

    field: FieldKind
    url: str
    channel: Channel
    encodings: tuple[Encoding, ...] = (Encoding.PLAIN,)
    submitted: bool = False
    script: str | None = None
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A step in asking for consent.

    Attributes:
        manager: Name of the consent platform; None where unknown.
        reject_offered: Whether the first layer offers to reject; None where that is unknown.
        pay_or_consent: Whether the only other way is to pay.
        clicks: Clicks that the answer took.
    """

    state: ConsentState
    at_ms: float = 0
    manager: str | None = None
    reject_offered: bool | None = None
    pay_or_consent: bool = False
    clicks: int | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One address on the way to the page, in order; the page itself is not among them.

    Attributes:
        by: What sent the browser on: an HTTP redirect, a script, or a `<meta>` element.
        clicked: Whether the person caused it.
    """

    url: str
    status: int | None = None
    by: Literal["http", "script", "meta"] = "http"
    clicked: bool = False
    at_ms: float = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The page's connection.

    Attributes:
        valid: Whether the certificate was verified.
        version: `TLSv1.3`; "" where unknown.
        preloaded: Whether the site is on the browsers' HSTS preload list; None where unknown.
    """

    valid: bool
    version: str = ""
    preloaded: bool | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptElement:
    """A script element of the page's HTML."""

    src: str
    integrity: bool = False


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header of the page's own response. `Set-Cookie` is not among them."""

    name: str
    value: str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One load of the page.

    Attributes:
        url: Of the page in the end, without the values of its query.
        at: When it began.
        gpc: Whether Global Privacy Control was sent.
        choice: What had been answered about consent before this load; None for nothing.
        typed: Whether values were typed into the page's fields without submitting them.
        hops: The way here.
        http_hops: Where a request to `http://` led, hop by hop; None where nobody asked.
        tls: None for a page without TLS, or where nobody looked.
        policy_links: Addresses that look like the site's privacy policy.
        gpc_file: What `/.well-known/gpc.json` says; None where nobody asked or there is none.
    """

    url: str
    at: datetime
    gpc: bool = False
    choice: Literal[ConsentState.ACCEPTED, ConsentState.REJECTED] | None = None
    typed: bool = False
    status: int | None = None
    hops: tuple[Hop, ...] = ()
    http_hops: tuple[str, ...] | None = None
    headers: tuple[Header, ...] = ()
    tls: Tls | None = None
    requests: tuple[Request, ...] = ()
    cookies: tuple[SetCookie, ...] = ()
    storage: tuple[StorageWrite, ...] = ()
    calls: tuple[ScriptCalls, ...] = ()
    listeners: tuple[FieldListener, ...] = ()
    reads: tuple[FieldRead, ...] = ()
    leaks: tuple[Leak, ...] = ()
    consent: tuple[Consent, ...] = ()
    scripts: tuple[ScriptElement, ...] = ()
    policy_links: tuple[str, ...] = ()
    gpc_file: bool | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything that was seen of one site.

    Attributes:
        version: Of this shape.
        observer: Who looked.
        watched: What the observer could see.
        blocker: Whether something in the browser blocks requests.
        visits: Loads of the page, the plainest first.
        lost: Events that the observer had to drop.
    """

    version: Literal[1] = VERSION
    observer: Observer
    watched: tuple[Watched, ...]
    visits: tuple[Visit, ...]
    blocker: bool = False
    lost: int = 0
