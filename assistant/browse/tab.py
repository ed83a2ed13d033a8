"""One tab of the browser, watched from its first request on."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar, cast

from assistant.browse.aside import Aside
from assistant.browse.events import from_base64
from assistant.browse.failures import failure_of, is_certificate_trouble
from assistant.browse.frames import Frames
from assistant.browse.gate import LOOK_UP_S, is_refused
from assistant.browse.leaks import LONGEST_SEARCHED
from assistant.browse.pace import Pace
from assistant.browse.probed import Probed
from assistant.browse.scripts import GPC, HIDE, probes
from assistant.browse.wire import Sent, Wire, type_of
from assistant.errors import (
    FetchTimeout,
    HttpStatusError,
    RefusedAddress,
    UnreadableInput,
)
from assistant.fetch.addresses import AddressGuard
from assistant.fetch.deadline import Deadline

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Page, Request
    from playwright.async_api import Dialog as BrowserDialog

T = TypeVar("T")

ANSWER_S = 3.0
"""Longest that the page may keep the browser from answering a question."""
TICK_S = 0.1
MOST_OTHERS = 1_000


class CertificateTrouble(Exception):
    """The page's certificate could not be verified."""


class Tab:
    """One tab. Use `opened_tab`, then `load`, `settle`, `leave`; `renew` begins a new record.

    Attributes:
        crashed: Whether the page took its tab down.
        hung: Whether the page kept the browser from answering.
        windows: Further windows that it opened, which were closed.
    """

    def __init__(
        self, page: Page, session: CDPSession, *, main: str, guard: AddressGuard, pace: Pace
    ) -> None:
        self.page = page
        self.pace = pace
        self.crashed = self.hung = self._refused = False
        self.windows = 0
        self.aside = Aside(session)
        self._session, self._guard = session, guard
        self.frames = Frames(main)
        self._worlds: dict[str, int] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self.renew()

    def renew(self) -> None:
        """Forget what was recorded and begin anew in the same tab."""
        self.frames.sent_on_by.clear()
        self.wire = Wire(self.frames)
        self.probed = Probed()
        self._others: list[Sent] = []

    async def load(self, url: str) -> None:
        """Open a page and wait until its document was read, or the time for that is over.

        Raises:
            CertificateTrouble: The certificate cannot be verified.
            FetchError: The page cannot be opened, or leads to an address that may not be fetched.
            UnreadableInput: It is no page.
        """
        from playwright.async_api import Error, TimeoutError

        try:
            answer = await self.page.goto(url, wait_until="commit", timeout=self.pace.load * 1_000)
        except TimeoutError:
            raise RefusedAddress if self._refused else FetchTimeout from None
        except Error as error:
            if self._refused:
                raise RefusedAddress from None
            if is_certificate_trouble(error.message):
                raise CertificateTrouble from None
            raise failure_of(error.message) from None
        with suppress(Error):  # it goes on loading, or away; what was seen until then counts
            await self.page.wait_for_load_state("domcontentloaded", timeout=self.pace.ready * 1_000)
        if self._refused:
            raise RefusedAddress
        if answer is not None and answer.status >= 400:
            raise HttpStatusError(
                f"The site answered with error {answer.status}.", status=answer.status
            )
        self._check_page()

    async def settle(
        self, limit_s: float, *, tick: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Wait until nothing was requested for a while, or until the limit."""
        begun = time.monotonic()
        ticked = 0.0
        while (passed := time.monotonic() - begun) < limit_s and not self.crashed:
            if tick and time.monotonic() - ticked >= 5 * TICK_S:
                await tick()
                ticked = time.monotonic()
            still = time.monotonic() - max(self.wire.moved_at_s, begun)
            if not self.wire.in_flight and still >= self.pace.quiet:
                break
            await asyncio.sleep(min(TICK_S, max(0.01, limit_s - passed)))
        if tick:
            await tick()

    async def within(self, limit_s: float, work: Awaitable[T]) -> T | None:
        """The work's result; None where the page would not let it be done in time."""
        from playwright.async_api import Error

        limit_s = 0.0 if self.crashed else limit_s
        try:
            async with asyncio.timeout(limit_s):
                return await work
        except TimeoutError:
            self.hung = True
        except Error:
            pass
        return None

    async def move_about(self) -> None:
        """Move the mouse and scroll, as anybody would."""
        mouse = self.page.mouse
        await mouse.move(200, 150)
        await mouse.move(420, 330, steps=6)
        await mouse.wheel(0, 500)
        await mouse.wheel(0, -200)

    async def html(self) -> str | None:
        """The page's HTML as it stands now."""
        return await self.within(ANSWER_S, self.page.content())

    async def leave(self) -> None:
        """Go to an empty page, and wait for what is sent on the way.

        Chromium tells nothing of what a page sends while it is taken down. So the page is told
        first that it was hidden, as when somebody goes to another tab, and left afterwards.
        """
        for world in list(self._worlds.values()):
            await self.within(
                1.0,
                self._session.send(
                    "Runtime.callFunctionOn",
                    {"functionDeclaration": HIDE, "executionContextId": world},
                ),
            )
        await asyncio.sleep(self.pace.leaving)
        await self.within(ANSWER_S, self.page.goto("about:blank", timeout=ANSWER_S * 1_000))

    async def collect(self) -> None:
        """Wait for bodies that were asked for, and join what belongs together."""
        if self._asking:
            await asyncio.wait(self._asking, timeout=1.0)
        self.wire.settle(self._others)

    # What the browser tells -------------------------------------------------

    async def _attach(self, context: BrowserContext, *, gpc: bool) -> None:
        session, name = self._session, f"_{secrets.token_hex(16)}"
        for event in (*self.frames.handled, *self.wire.handled):
            session.on(event, self._hand_on(event))
        session.on("Fetch.requestPaused", self._on_paused)
        session.on("Runtime.executionContextCreated", self._on_world)
        session.on(
            "Runtime.bindingCalled",
            lambda e: self.probed.take(str(e.get("payload"))) if e.get("name") == name else None,
        )
        self.page.on("crash", self._on_crash)
        self.page.on("dialog", self._on_dialog)
        context.on("page", self._on_window)
        context.on("request", self._on_other)
        # Some sites send programs away, or trackers stay silent before them. The page is to do
        # what it does with people.
        version = await session.send("Browser.getVersion")
        agent = str(version["userAgent"]).replace("HeadlessChrome", "Chrome")
        await session.send("Emulation.setUserAgentOverride", {"userAgent": agent})
        await session.send("Page.enable")
        await session.send("Network.enable", {"maxPostDataSize": LONGEST_SEARCHED})
        await session.send("DOMStorage.enable")
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": name})
        await session.send(
            "Page.addScriptToEvaluateOnNewDocument",
            {"source": (GPC if gpc else "") + probes(name)},
        )
        await session.send(
            "Fetch.enable",
            {"patterns": [{"resourceType": "Document", "requestStage": "Request"}]},
        )

    def _hand_on(self, event: str) -> Callable[[Mapping[str, object]], None]:
        if event in self.frames.handled:
            return lambda told: self.frames.take(event, told)
        return lambda told: self._take(event, told)

    def _take(self, event: str, told: Mapping[str, object]) -> None:
        self.wire.take(event, told)
        while self.wire.wanted:
            asking = asyncio.create_task(self._ask_for_body(*self.wire.wanted.pop()))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _ask_for_body(self, key: str, sent: Sent) -> None:
        """Ask for a body that the event did not hold, while the page is there."""
        from playwright.async_api import Error

        try:
            told = await self._session.send("Network.getRequestPostData", {"requestId": key})
        except Error:
            self.wire.lost += 1
            return
        data = str(told.get("postData", ""))
        body = from_base64(data) if told.get("base64Encoded") else data.encode("utf-8", "replace")
        self.wire.add_body(sent, body)

    def _on_world(self, event: Mapping[str, object]) -> None:
        """Remember the world of a frame's own scripts."""
        world = cast("Mapping[str, object]", event["context"])
        about = cast("Mapping[str, object]", world.get("auxData") or {})
        if about.get("isDefault"):
            self._worlds[str(about.get("frameId"))] = cast("int", world["id"])

    async def _on_paused(self, event: Mapping[str, object]) -> None:
        """Let a page or frame load only from where it may be fetched from."""
        from playwright.async_api import Error

        request = cast("Mapping[str, object]", event["request"])
        refused = await asyncio.to_thread(is_refused, self._guard, str(request.get("url")))
        if refused and event.get("frameId") == self.frames.main:
            self._refused = True
        try:
            if refused:
                await self._session.send(
                    "Fetch.failRequest",
                    {"requestId": event["requestId"], "errorReason": "BlockedByClient"},
                )
            else:
                await self._session.send("Fetch.continueRequest", {"requestId": event["requestId"]})
        except Error:
            return  # the request is gone

    def _check_page(self) -> None:
        """Look at where the page came from in the end, and at what it is."""
        answers = [sent.answer for sent in self.wire.pages() if sent.answer]
        if not answers:
            return
        address = str(answers[-1].get("remoteIPAddress") or "").strip("[]")
        if address:
            # A name may lead elsewhere from one look-up to the next.
            self._guard.addresses(address, 443, deadline=Deadline(LOOK_UP_S))
        if answers[-1].get("mimeType") not in ("text/html", "application/xhtml+xml", "", None):
            raise UnreadableInput("The address leads to a file, not to a page.")

    def _on_crash(self, _page: Page) -> None:
        self.crashed = True

    async def _on_dialog(self, dialog: BrowserDialog) -> None:
        from playwright.async_api import Error

        try:
            await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())
        except Error:
            return  # the page went away

    async def _on_window(self, page: Page) -> None:
        from playwright.async_api import Error

        if page is self.page:
            return
        self.windows += 1
        try:
            await page.close()
        except Error:
            return

    def _on_other(self, request: Request) -> None:
        """Remember a request by Playwright's word; most are known from the session's events."""
        from playwright.async_api import Error

        if len(self._others) >= MOST_OTHERS or request.is_navigation_request():
            return
        try:
            if request.frame.page is not self.page:
                return
        except Error:
            pass  # of a service worker, which has no frame
        try:
            body = request.post_data_buffer
        except Error:
            body = None
        self._others.append(
            Sent(
                url=request.url.partition("#")[0],
                type=type_of(request.resource_type),
                method=request.method,
                at_s=self.wire.now_s(),
                headers=request.headers,
                bodies=[body[:LONGEST_SEARCHED]] if body else [],
            )
        )


async def open_tab(
    context: BrowserContext, *, guard: AddressGuard, pace: Pace, gpc: bool = False
) -> Tab:
    """The empty tab of a new profile, with everything in place that watches it."""
    page = context.pages[0] if context.pages else await context.new_page()
    session = await context.new_cdp_session(page)
    tree = await session.send("Page.getFrameTree")
    tab = Tab(page, session, main=str(tree["frameTree"]["frame"]["id"]), guard=guard, pace=pace)
    await tab._attach(context, gpc=gpc)
    return tab
