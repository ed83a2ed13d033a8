"""What the probes in the page (`probes.js`) told, put together by script.

A page cannot easily reach the probes' way out, but could; so every line is checked, and what does
not fit is counted as lost.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from assistant.site.who.domains import NETWORK, scheme_of

MOST_EVENTS = 20_000
MOST_KEPT = 2_000
"""Of each kind, so that none uses up the room of the others."""
LONGEST_LINE = 400_000

Kind = Literal["call", "cookie", "cookie-store", "storage", "database", "listener", "read", "lost"]
Store = Literal["local", "session", "indexed_db"]

_READERS = frozenset(
    {
        "HTMLCanvasElement.toDataURL",
        "HTMLCanvasElement.toBlob",
        "OffscreenCanvas.convertToBlob",
        "CanvasRenderingContext2D.getImageData",
        "OffscreenCanvasRenderingContext2D.getImageData",
    }
)
_MEMBER = re.compile(r"[A-Za-z0-9_]{1,60}\.[A-Za-z0-9_]{1,60}")
_ERROR_PAGE = "chrome-error"
"""Scheme of the page that the browser itself shows where a frame cannot be loaded."""
_PLACE = re.compile(r"((?:blob:)?https?://[^\s()]+?):\d+:\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeEvent:
    """One line of the probes; the fields that its kind has."""

    kind: Kind
    at: float
    url: str
    origin: str
    top: bool
    stack: str = ""
    member: str = ""
    count: int = 1
    text: str = ""
    font: str = ""
    pixels: float = 0
    cookie: str = ""
    name: str = ""
    value: str = ""
    domain: str = ""
    path: str = "/"
    same_site: str = ""
    partitioned: bool = False
    expires: float | None = None
    store: Store = "local"
    key: str = ""
    type: str = ""
    target: Literal["", "document", "window", "element"] = ""
    field: dict[str, str] | None = None

    @property
    def place(self) -> str:
        """Address of the frame; its origin's where it has none of its own."""
        if scheme_of(self.url) in NETWORK:
            return self.url
        return f"{self.origin}/" if scheme_of(self.origin) in NETWORK else self.url

    @property
    def frame(self) -> str | None:
        return None if self.top else self.place

    @property
    def script(self) -> str:
        """Whose code it was; the frame's for code that no address is known of."""
        return script_of(self.stack) or self.place


_EVENT = TypeAdapter(ProbeEvent)


@dataclass(slots=True)
class Calls:
    """What one script asked for. Attributes as in `ScriptCalls`."""

    at: float
    calls: dict[str, int] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    fonts: set[str] = field(default_factory=set)
    canvas_text: int = 0
    canvas_pixels: int = 0


@dataclass(slots=True)
class Probed:
    """Everything that was told of one visit."""

    calls: dict[tuple[str, str | None], Calls] = field(default_factory=dict)
    kept: list[ProbeEvent] = field(default_factory=list)
    """Cookies, storage, listeners and reads, in order."""
    lost: int = 0
    seen: int = 0
    _of_kind: Counter[str] = field(default_factory=Counter)

    def take(self, line: str) -> None:
        """Add one line of the probes."""
        self.seen += 1
        if self.seen > MOST_EVENTS or len(line) > LONGEST_LINE:
            self.lost += 1
            return
        try:
            event = _EVENT.validate_json(line)
        except ValidationError:
            self.lost += 1
            return
        if scheme_of(event.url) == _ERROR_PAGE:
            return
        if event.kind == "lost":
            self.lost += 1
        elif event.kind == "call":
            self._count(event)
        elif self._of_kind[event.kind] < MOST_KEPT:
            self._of_kind[event.kind] += 1
            self.kept.append(event)
        else:
            self.lost += 1

    def _count(self, event: ProbeEvent) -> None:
        key = (event.script, event.frame)
        if not _MEMBER.fullmatch(event.member) or (
            key not in self.calls and len(self.calls) >= MOST_KEPT
        ):
            self.lost += 1
            return
        script = self.calls.setdefault(key, Calls(event.at))
        script.calls[event.member] = script.calls.get(event.member, 0) + max(1, event.count)
        script.written.update(event.text)
        if event.font:
            script.fonts.add(event.font)
        if event.member in _READERS:
            script.canvas_text = len(script.written)
            script.canvas_pixels = max(script.canvas_pixels, int(min(event.pixels, 1e9)))


def script_of(stack: str) -> str | None:
    """Address of the innermost script of an engine's stack; None where no line has one.

    The last address of a line is the place itself: what stands before it may be a function's
    name, which a page chooses, or the place that called `eval`.
    """
    for line in stack.split("\n")[1:]:
        places = _PLACE.findall(line)
        if places:
            return str(places[-1]).removeprefix("blob:")
    return None
