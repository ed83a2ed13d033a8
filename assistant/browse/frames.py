"""Which frame is which, and how the browser came from one page to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from assistant.site.who.domains import NETWORK, scheme_of

By = Literal["http", "script", "meta"]
_REASONS: Mapping[str, By] = {
    "httpHeaderRefresh": "http",
    "metaTagRefresh": "meta",
}


@dataclass(slots=True)
class Frames:
    """Frames of one page by the browser's ids, as its `Page` events tell of them."""

    main: str
    urls: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    sent_on_by: list[By] = field(default_factory=list)
    """How each further navigation of the main frame was asked for, in order."""

    handled = ("Page.frameAttached", "Page.frameNavigated", "Page.frameRequestedNavigation")
    """Names of the events to hand on."""

    def take(self, name: str, event: Mapping[str, object]) -> None:
        """One event."""
        match name:
            case "Page.frameAttached":
                self._attached(event)
            case "Page.frameNavigated":
                self._navigated(event)
            case _:
                self._asked(event)

    def _attached(self, event: Mapping[str, object]) -> None:
        self.parents[str(event.get("frameId"))] = str(event.get("parentFrameId"))

    def _navigated(self, event: Mapping[str, object]) -> None:
        frame = cast("Mapping[str, object]", event.get("frame") or {})
        self.urls[str(frame.get("id"))] = str(frame.get("url"))

    def _asked(self, event: Mapping[str, object]) -> None:
        """A page asked to go elsewhere by itself."""
        if event.get("frameId") == self.main:
            self.sent_on_by.append(_REASONS.get(str(event.get("reason")), "script"))

    def address(self, frame_id: str) -> str | None:
        """Address of a frame, or of the nearest around it that has one; None for the top frame."""
        seen: set[str] = set()
        while frame_id and frame_id != self.main and frame_id not in seen:
            seen.add(frame_id)
            url = self.urls.get(frame_id, "")
            if scheme_of(url) in NETWORK:
                return url
            frame_id = self.parents.get(frame_id, "")
        return None

    def around(self, frame_id: str) -> str | None:
        """Address of the frame that holds another; None for the top frame."""
        return self.address(self.parents.get(frame_id, ""))
