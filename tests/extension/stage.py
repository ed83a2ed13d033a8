"""The extension in a real Chromium, the service on a free port, and invented sites.

    with staged() as stage:                       # a fresh browser; the fixture `stage` of
                                                  # conftest.py shares one in a module, `reset()`
        stage.sites.answers["/"] = page("<h1>Shop</h1>")
        shop = stage.visit("/", host="shop.test") # a Page; every *.test leads to `stage.sites`
        tab = stage.tab_id(shop)
        stage.pair()                              # the whole dance, with a person who allows it
        view = stage.send({"type": "view", "tabId": tab})      # a `Message` as a page sends it
        popup = stage.popup(tab)                  # src/popup/popup.html?tab=ID as a tab
        panel = stage.panel(tab)                  # src/panel/panel.html?tab=ID
        stage.options(), stage.onboarding()
        record = stage.evaluate("tab => observationOf(tab)", tab)   # in the worker
        stage.kill_worker()                       # the next message or event starts it again
        stage.service.stop(); stage.service.start()            # the same port and store
        stage.service.assistant                   # `StubAssistant`; its `looked` and `seen`

`staged(assistant=Assistant())` reads and rates for real. `staged(started=False)` is a first run:
nothing was chosen and the first-run tab stays open. `staged(service=False)` has no service, and
an address where nobody listens. Popup and panel take the tab they show from `?tab=ID`, since a
page in a tab would else show itself; without it they show the active tab.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from playwright.sync_api import BrowserContext, Page, Worker

from assistant.api.access import new_code, open_session
from assistant.api.app import create_app
from assistant.api.guard import cookie_name
from assistant.api.serve import bind, make_server
from assistant.service import Assistant
from tests.api.service import JSON, Answer, Service
from tests.api.stub import StubAssistant
from tests.browser.stage import QUIET, REPOSITORY, find_chromium
from tests.playing import playing
from tests.servers import LOOPBACK, Server

EXTENSION = REPOSITORY / "extension"
EXTENSION_ID = "pmocpaflegkmkddcaeobdpbhhdgbnoen"
"""Of the key in the manifest: its SHA-256 in the letters a to p."""
NAMES = f"--host-resolver-rules=MAP *.test {LOOPBACK}"
_FORGET = """async settings => {
  await Promise.all([chrome.storage.local.clear(), chrome.storage.session.clear()]);
  await chrome.storage.local.set({ settings });
}"""
_SEND = "message => chrome.runtime.sendMessage(message)"
_WITHIN_S = 20.0
"""A busy machine is slow, not wrong."""

JsonObject = dict[str, Any]


def free_port() -> int:
    """A port of loopback where nobody listens now."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        return int(listener.getsockname()[1])


class RunningService:
    """The service on one port, started and stopped at will; the store outlives it."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.port = free_port()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._listener: socket.socket | None = None

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        listener = self._listener = bind(LOOPBACK, self.port)
        app = create_app(self.assistant, host=LOOPBACK, port=self.port, one_time_code=new_code())
        server = make_server(app)
        self._server = server
        self._thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        self._thread.start()
        until(lambda: server.started)

    def stop(self) -> None:
        """End it; calls under way have five seconds. A second time does nothing."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
        if self._listener:
            self._listener.close()
        self._server = self._thread = self._listener = None

    def as_person(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Call the API as the service's own page does for the person who looks at it."""
        cookie = f"{cookie_name(self.port)}={open_session(self.assistant.store)}"
        headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Origin": self.address}
        client = Service(self.assistant, self.port, "", "")
        return client.send(method, f"/api/v1{path}", JSON | headers if body else headers, body)

    def answer_pairing(self, code: str, *, allow: bool = True) -> Answer:
        """Answer the browser that shows this code."""
        body = f'{{"code": "{code}", "allow": {str(allow).lower()}}}'
        return self.as_person("POST", "/pair/answer", body.encode())


def until(done: Callable[[], object], within_s: float = _WITHIN_S) -> None:
    """Wait for something to come true; AssertionError where it does not in time."""
    ends_at = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.05)


@dataclass
class Stage:
    """A browser with the extension. `desk` is an inert page of the extension that tests speak by.

    Attributes:
        complaints: What scripts of the extension's pages threw.
        settings: Of the extension, at its start.
    """

    context: BrowserContext
    desk: Page
    sites: Server
    service: RunningService
    complaints: list[str] = field(default_factory=list)
    settings: JsonObject = field(default_factory=dict)

    def reset(self, assistant: Assistant | None = None) -> None:
        """As after its start: not paired, no tabs, a worker of its own, the service running.

        Args:
            assistant: Behind the service from now on; a fresh stub where none is given.
        """
        for opened in self.context.pages:
            if opened is not self.desk:
                opened.close()
        self.service.stop()
        self.service.assistant = assistant or StubAssistant()
        self.sites.answers.clear()
        self.sites.requests.clear()
        self.complaints.clear()
        self.evaluate(_FORGET, self.settings)
        self.kill_worker()
        self.service.start()

    @property
    def worker(self) -> Worker:
        return self.context.service_workers[-1]

    def evaluate(self, expression: str, argument: object = None) -> Any:
        """Evaluate JavaScript in the background worker."""
        return self.worker.evaluate(expression, argument)

    def send(self, message: JsonObject) -> Any:
        """The background's answer to a message of a page of the extension."""
        return self.desk.evaluate(_SEND, message)

    def view(self, tab_id: int | None = None) -> JsonObject:
        asked: JsonObject = {"type": "view"}
        view: JsonObject = self.send(asked if tab_id is None else asked | {"tabId": tab_id})
        return view

    def visit(self, path: str = "/", *, host: str = "shop.test", page: Page | None = None) -> Page:
        """Open a page of the invented sites, in a new tab where none is given."""
        opened = page or self.context.new_page()
        opened.goto(self.sites.url(path, host=host))
        return opened

    def tab_id(self, page: Page) -> int:
        """The browser's number of a page's tab; brings it to the front where others look alike."""
        find = "query => chrome.tabs.query(query).then(tabs => tabs.map(({id, url}) => [id, url]))"
        alike = [number for number, url in self.evaluate(find, {}) if url == page.url]
        if len(alike) != 1:
            page.bring_to_front()
            alike = [number for number, _ in self.evaluate(find, {"active": True})]
        return int(alike[0])

    def open(self, path: str) -> Page:
        """A page of the extension in a tab: `src/popup/popup.html`."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"chrome-extension://{EXTENSION_ID}/{path}")
        return page

    def popup(self, tab_id: int) -> Page:
        """The popup as a tab, as wide as a popup is."""
        page = self.open(f"src/popup/popup.html?tab={tab_id}")
        page.set_viewport_size({"width": 400, "height": 600})
        return page

    def panel(self, tab_id: int) -> Page:
        page = self.open(f"src/panel/panel.html?tab={tab_id}")
        page.set_viewport_size({"width": 420, "height": 900})
        return page

    def options(self) -> Page:
        return self.open("src/options/options.html")

    def onboarding(self) -> Page:
        return self.open("src/onboarding/onboarding.html")

    def set(self, **settings: object) -> None:
        """Change settings as the options page does; names as in `Settings` of messages.d.ts."""
        self.send({"type": "set", "settings": settings})

    def pair(self) -> None:
        """Pair with the service, and a person who allows it."""
        begun = self.send({"type": "connect"})
        assert begun["code"], begun
        assert self.service.answer_pairing(str(begun["code"])).status < 300
        until(lambda: self.view()["connection"] == "connected")

    def kill_worker(self) -> None:
        """Let the background worker die as the browser does; its memory is lost."""
        session = self.context.new_cdp_session(self.desk)
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")
        session.detach()


@contextmanager
def staged(
    assistant: Assistant | None = None,
    *,
    service: bool = True,
    started: bool = True,
    arguments: tuple[str, ...] = (),
    **settings: object,
) -> Iterator[Stage]:
    """A fresh browser profile with the extension.

    Args:
        assistant: Behind the service; `StubAssistant` where none is given.
        service: Whether the service runs; else its address leads to nobody.
        started: Whether the first-run choice was made.
        arguments: Further arguments of Chromium.
        settings: Settings of the extension.
    """
    behind = RunningService(assistant or StubAssistant())
    with (
        Server({}) as sites,
        tempfile.TemporaryDirectory() as profile,
        _launched(profile, arguments) as context,
    ):
        stage = Stage(context, context.pages[0], sites, behind)
        try:
            stage.settings = {"started": started, "service": behind.address, **settings}
            _prepare(stage, stage.settings)
            if service:
                behind.start()
            yield stage
        finally:
            behind.stop()


@contextmanager
def _launched(profile: str, arguments: tuple[str, ...]) -> Iterator[BrowserContext]:
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    loaded = (f"--disable-extensions-except={EXTENSION}", f"--load-extension={EXTENSION}")
    with playing() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=find_chromium(),
            headless=True,
            args=[*QUIET, *sandbox, *loaded, NAMES, *arguments],
            ignore_default_args=["--disable-extensions"],
            reduced_motion="reduce",
        )
        context.set_default_timeout(_WITHIN_S * 1000)
        try:
            yield context
        finally:
            context.close()


def _prepare(stage: Stage, settings: JsonObject) -> None:
    context = stage.context
    worker = (
        context.service_workers[0]
        if context.service_workers
        else context.wait_for_event("serviceworker")
    )
    worker.evaluate("settings => chrome.storage.local.set({ settings })", settings)
    first_run = "onboarding/onboarding.html"
    # A fresh profile always has its first-run tab; it comes a moment after the worker.
    while not any(first_run in page.url for page in context.pages):
        context.wait_for_event("page")
    if settings["started"]:
        for page in context.pages:
            if first_run in page.url:
                page.close()
    stage.desk.goto(f"chrome-extension://{EXTENSION_ID}/manifest.json")
