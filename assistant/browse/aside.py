"""Questions to a page's document from a world beside its scripts.

Code that runs here sees the same elements, and none of the page's globals: the page cannot change
what it finds, and the probes do not take it for the page's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

MOST_FRAMES = 12
_WORLD = "aside"

Json = Mapping[str, object]


@cache
def script(name: str) -> str:
    """The function in one of this package's files."""
    text = (resources.files(__package__) / name).read_text("utf-8")
    return text[text.index("*/") + 2 :].strip()


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a page that can be asked about and clicked."""

    aside: Aside
    id: str

    async def ask(self, function: str, *arguments: object) -> object:
        """What a function answers about it, as plain values; `this` is the thing."""
        return (await self.aside.call(function, arguments, {"objectId": self.id})).get("value")

    async def part(self, function: str) -> Thing | None:
        """Something of it; None where the function answers nothing."""
        told = await self.aside.call(function, (), {"objectId": self.id}, whole=True)
        found = told.get("objectId")
        return Thing(self.aside, str(found)) if found else None

    async def middle(self) -> tuple[float, float] | None:
        """Where it lies in the window, in CSS pixels, after scrolling there; None if nowhere."""
        send = self.aside.session.send
        await send("DOM.scrollIntoViewIfNeeded", {"objectId": self.id})
        told = await send("DOM.getContentQuads", {"objectId": self.id})
        quads = cast("list[list[float]]", told.get("quads") or [])
        if not quads:
            return None
        corners = quads[0]
        return sum(corners[0::2]) / 4, sum(corners[1::2]) / 4


class Aside:
    """Asks through one session. Everything here may raise Playwright's `Error`."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session

    async def frames(self) -> list[str]:
        """Ids of the page's frames, the page itself first."""
        told = await self.session.send("Page.getFrameTree")
        return list(_ids(cast("Json", told["frameTree"])))[:MOST_FRAMES]

    async def find(self, frame_id: str, function: str, argument: object) -> Thing | None:
        """What a function of one argument finds in a frame; None for nothing."""
        world = await self.session.send(
            "Page.createIsolatedWorld", {"frameId": frame_id, "worldName": _WORLD}
        )
        place = {"executionContextId": world["executionContextId"]}
        told = await self.call(function, (argument,), place, whole=True)
        found = told.get("objectId")
        return Thing(self, str(found)) if found else None

    async def call(
        self, function: str, arguments: tuple[object, ...], place: Json, *, whole: bool = False
    ) -> Json:
        told = await self.session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": function,
                "arguments": [{"value": argument} for argument in arguments],
                "returnByValue": not whole,
                **place,
            },
        )
        return {} if "exceptionDetails" in told else cast("Json", told["result"])


def _ids(tree: Json) -> Iterator[str]:
    yield str(cast("Json", tree["frame"])["id"])
    for child in cast("list[Json]", tree.get("childFrames") or []):
        yield from _ids(child)
