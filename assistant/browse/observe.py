"""Three visits to a page, in a browser of its own, and what they showed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.browse import consent
from assistant.browse.chromium import Chromium, found_chromium
from assistant.browse.fields import type_into
from assistant.browse.gaps import gap
from assistant.browse.gate import check_address
from assistant.browse.leaks import LeakFinder
from assistant.browse.marks import invent_marks
from assistant.browse.pace import Pace
from assistant.browse.record import Choice, Circumstances, final_url, policy_urls, visit_of
from assistant.browse.tab import ANSWER_S, CertificateTrouble, Tab, open_tab
from assistant.errors import AssistantError, BrowserFailed, FetchTimeout, TlsFailure
from assistant.fetch.addresses import AddressGuard
from assistant.report import Unchecked
from assistant.settings import Settings
from assistant.site.record.observation import (
    Consent,
    ConsentState,
    FieldKind,
    Observation,
    Observer,
    Visit,
    Watched,
)
from assistant.site.record.shapes import Shaper

Progress = Callable[[str], None]
LEAST_S = 5.0
"""A further visit begins only while there is more time than this."""
MOST_HTML = 5_000_000


@dataclass(frozen=True, slots=True)
class Browsed:
    """What was seen of a page that ran.

    Attributes:
        html: The page as it stood when it had become quiet; "" where it could not be read.
        sha256: Of `html`, in hexadecimal.
        gaps: What could not be seen.
        policy_urls: Addresses that look like the site's privacy policy, in full, best first.
    """

    observation: Observation
    html: str
    sha256: str
    gaps: tuple[Unchecked, ...]
    policy_urls: tuple[str, ...] = ()


def observe_in_browser(
    url: str,
    *,
    settings: Settings,
    now: datetime,
    progress: Progress = lambda _step: None,
    pace: Pace | None = None,
    guard: AddressGuard | None = None,
    arguments: Sequence[str] = (),
) -> Browsed:
    """Load a page in a browser with an empty profile, several times, and record what it does.

    First as anybody, then with Global Privacy Control; where the page offers to refuse, also with
    that choice, before it and after it. In the first visit invented values are typed into visible
    fields; nothing is submitted.

    What leaves the machine: what the page makes any browser send. Nothing stays on disk.

    Args:
        now: When the first visit begins.
        progress: Told each step in a few words.
        pace: How long to wait; for tests.
        guard: Which addresses may be loaded as pages and frames; by the settings when None.
        arguments: Further arguments of Chromium; for tests.

    Raises:
        MissingDependency, BrowserMissing, BrowserFailed: There is no browser that works.
        FetchError: The page cannot be opened.
        UnreadableInput: The address leads to no page.
    """
    guard = guard or AddressGuard(allow_addresses=settings.fetch_allow_addresses)
    pace = pace or Pace()
    url = check_address(guard, url, limit_s=pace.load)
    run = _Run(url, guard=guard, pace=pace, now=now, progress=progress)
    # In a thread of its own: the caller may already be in an event loop.
    with ThreadPoolExecutor(1, thread_name_prefix="browse") as pool:
        return pool.submit(lambda: asyncio.run(run.observe(settings, arguments))).result()


@dataclass(slots=True)
class _Looking:
    """One visit while it goes on. `known` grows with what is learned."""

    tab: Tab
    known: Circumstances
    dialog: consent.Dialog | None = None

    async def look_for_dialog(self) -> None:
        """Note the dialog when it is first seen, and again when it comes to offer a refusal."""
        if self.dialog and self.dialog.reject:
            return
        found = await self.tab.within(ANSWER_S, consent.find_dialog(self.tab.aside))
        if found is None or (self.dialog and not found.reject):
            return
        steps = self.known.consent
        asked = Consent(
            state=ConsentState.ASKED,
            at_ms=steps[0].at_ms if steps else time.time() * 1_000,
            manager=found.manager,
            reject_offered=found.reject is not None,
            pay_or_consent=found.pay_or_consent,
        )
        self.dialog = found
        self.known = replace(self.known, consent=(asked,))


class _Run:
    """All visits to one page."""

    def __init__(
        self, url: str, *, guard: AddressGuard, pace: Pace, now: datetime, progress: Progress
    ) -> None:
        self._url, self._guard, self._pace, self._now = url, guard, pace, now
        self._progress = progress
        self._begun = time.monotonic()
        self._shaper = Shaper()
        self._marks = invent_marks()
        self._certificate_valid = True
        self._looking: _Looking | None = None
        self._dialog: consent.Dialog | None = None
        self._visits: list[Visit] = []
        self._gaps: list[Unchecked] = []
        self._lost = self._windows = 0
        self._html, self._page_url = "", url

    async def observe(self, settings: Settings, arguments: Sequence[str]) -> Browsed:
        self._progress("Starting a browser")
        async with found_chromium(settings.browser_path, arguments) as chromium:
            from playwright.async_api import Error

            self._begun = time.monotonic()
            try:
                await self._visit_all(chromium)
            except Error:
                if not self._visits:
                    raise BrowserFailed from None
                self._gaps.append(gap("failed", kind="later", message=BrowserFailed.message))
        return self._browsed()

    def _browsed(self) -> Browsed:
        html = self._html
        return Browsed(
            observation=Observation(
                observer=Observer.BROWSER,
                watched=tuple(Watched),
                visits=tuple(self._visits),
                lost=self._lost,
            ),
            html=html,
            sha256=hashlib.sha256(html.encode("utf-8", "surrogatepass")).hexdigest(),
            gaps=tuple(dict.fromkeys(self._gaps)),
            policy_urls=policy_urls(html, self._page_url),
        )

    async def _visit_all(self, chromium: Chromium) -> None:
        self._progress("Loading the page")
        try:
            await self._in_profile(chromium, "plain", self._plain)
        except CertificateTrouble:
            self._certificate_valid = False
            try:
                await self._in_profile(chromium, "plain", self._plain)
            except CertificateTrouble:
                raise TlsFailure from None
        self._progress("Loading it again with Global Privacy Control")
        await self._further(chromium, "with Global Privacy Control", self._with_gpc, gpc=True)
        if self._dialog is None:
            self._gaps.append(gap("no_dialog"))
        elif self._dialog.reject is None:
            self._gaps.append(gap("no_reject"))
        else:
            self._progress("Refusing consent and loading it once more")
            await self._further(chromium, "after refusing", self._refusing)
        if self._windows:
            self._gaps.append(gap("windows"))

    # The visits --------------------------------------------------------------

    async def _plain(self, tab: Tab) -> None:
        """As anybody; then type without sending, move about, and leave."""
        looking = self._begin(tab)
        await tab.load(self._url)
        await tab.settle(self._pace.settle, tick=looking.look_for_dialog)
        await self._keep_html(looking)
        self._dialog = looking.dialog
        finder = LeakFinder(self._marks)
        looking.known = replace(looking.known, finder=finder)
        typed: list[FieldKind] = []
        typing = type_into(tab.page, tab.aside, self._marks, typed)
        await tab.within(self._pace.typing, typing)
        looking.known = replace(looking.known, typed=bool(typed))
        if not typed:
            self._gaps.append(gap("no_fields"))
        await tab.within(ANSWER_S, tab.move_about())
        await self._pause(tab)
        await looking.look_for_dialog()
        self._dialog = looking.dialog
        await tab.leave()
        await self._finish()

    async def _with_gpc(self, tab: Tab) -> None:
        looking = self._begin(tab, gpc=True)
        await tab.load(self._url)
        await tab.settle(self._pace.settle, tick=looking.look_for_dialog)
        await self._keep_html(looking)
        await self._finish()

    async def _refusing(self, tab: Tab) -> None:
        """Refuse as soon as that is offered, wait, and load the page anew in the same profile."""
        looking = self._begin(tab)
        await tab.load(self._url)
        await tab.settle(self._pace.settle, tick=looking.look_for_dialog)
        await self._keep_html(looking)
        refused_ms = time.time() * 1_000
        dialog = looking.dialog
        if dialog is None or not await tab.within(ANSWER_S, consent.refuse(tab.page, dialog)):
            self._gaps.append(gap("click_failed"))
            await self._finish()
            return
        step = Consent(
            state=ConsentState.REJECTED, at_ms=refused_ms, manager=dialog.manager, clicks=1
        )
        looking.known = replace(looking.known, consent=(*looking.known.consent, step))
        await self._pause(tab)
        await tab.leave()
        await self._finish()
        tab.renew()
        looking = self._begin(tab, choice=ConsentState.REJECTED)
        await tab.load(self._url)
        await tab.settle(self._pace.settle, tick=looking.look_for_dialog)
        await self._keep_html(looking)
        await self._finish()

    async def _pause(self, tab: Tab) -> None:
        """Time for what scripts do a while after an event, and for what that makes them load."""
        await asyncio.sleep(self._pace.after)
        await tab.settle(self._pace.after)

    def _begin(self, tab: Tab, *, gpc: bool = False, choice: Choice | None = None) -> _Looking:
        passed = timedelta(seconds=time.monotonic() - self._begun)
        known = Circumstances(
            at=self._now + passed,
            url=self._url,
            shaper=self._shaper,
            gpc=gpc,
            choice=choice,
            certificate_valid=self._certificate_valid,
        )
        self._looking = _Looking(tab, known)
        return self._looking

    async def _keep_html(self, looking: _Looking) -> None:
        html = await looking.tab.html()
        if html is None or len(html) > MOST_HTML:
            return
        looking.known = replace(looking.known, html=html)
        if not self._visits:
            self._html, self._page_url = html, final_url(looking.tab.wire, self._url)

    async def _finish(self) -> None:
        """Make the visit that goes on a part of the record."""
        looking, self._looking = self._looking, None
        if looking is None:
            return
        tab = looking.tab
        await tab.collect()
        self._visits.append(visit_of(tab, looking.known))
        self._lost += tab.wire.lost + tab.probed.lost

    # Around a visit ------------------------------------------------------------

    async def _further(
        self,
        chromium: Chromium,
        kind: str,
        visit: Callable[[Tab], Awaitable[None]],
        *,
        gpc: bool = False,
    ) -> None:
        """A visit that the record can do without."""
        if self._left_s() < LEAST_S:
            self._gaps.append(gap("no_time", kind=kind))
            return
        try:
            await self._in_profile(chromium, kind, visit, gpc=gpc)
        except AssistantError as error:
            self._gaps.append(gap("failed", kind=kind, message=error.message))
        except CertificateTrouble:
            self._gaps.append(gap("failed", kind=kind, message=TlsFailure.message))

    def _left_s(self) -> float:
        return self._pace.total - (time.monotonic() - self._begun)

    async def _in_profile(
        self,
        chromium: Chromium,
        kind: str,
        visit: Callable[[Tab], Awaitable[None]],
        *,
        gpc: bool = False,
    ) -> None:
        """Make a visit in an empty profile; what was seen counts also where it was cut short."""
        async with chromium.profile(gpc=gpc, strict=self._certificate_valid) as context:
            tab = await open_tab(context, guard=self._guard, pace=self._pace, gpc=gpc)
            try:
                async with asyncio.timeout(max(0.1, self._left_s())):
                    await visit(tab)
            except TimeoutError:
                if self._looking is None or not tab.wire.pages():
                    raise FetchTimeout from None
                self._lost += 1
                self._gaps.append(gap("cut_short", kind=kind))
                await self._finish()
            except AssistantError:
                # The page broke down under a question that was asked of it.
                if not tab.crashed or not tab.wire.pages():
                    raise
                await self._finish()
            finally:
                self._looking = None
            self._windows += tab.windows
            if tab.crashed or tab.hung:
                self._lost += 1
                self._gaps.append(gap("crashed" if tab.crashed else "hung", kind=kind))
