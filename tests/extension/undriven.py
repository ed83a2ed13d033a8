"""A Chromium that nobody drives while it is left alone: a debugger slows its requests down and
forbids it to draw pages before anybody asks for them."""

from __future__ import annotations

import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page

from tests.browser.stage import QUIET, find_chromium
from tests.extension.stage import EXTENSION_ID, NAMES
from tests.playing import playing
from tests.servers import LOOPBACK

_START = "settings => chrome.storage.local.set({ settings })"
_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Undriven:
    """`pid` is the number of its first process."""

    pid: int
    profile: Path

    @contextmanager
    def driven(self) -> Iterator[BrowserContext]:
        """Drive it until the end of the block."""
        with playing() as playwright:
            address = f"http://{LOOPBACK}:{self._port()}"
            browser = playwright.chromium.connect_over_cdp(address)
            try:
                yield browser.contexts[0]
            finally:
                browser.close()  # it lets go; the browser goes on

    def start(self, url: str) -> None:
        """Make the first-run choice, and leave the browser alone with one page."""
        with self.driven() as context:
            desk(context).evaluate(_START, {"started": True, "service": f"http://{LOOPBACK}:9"})
            self._leave(context)
        self._open(url)

    def start_plain(self, url: str) -> None:
        """The same where there is no extension."""
        with self.driven() as context:
            self._leave(context)
        self._open(url)

    def _leave(self, context: BrowserContext) -> None:
        page = context.new_page()
        for other in context.pages:
            if other is not page:
                other.close()

    def _open(self, url: str) -> None:
        """Open a page in a tab that nobody ever drove."""
        connection = http.client.HTTPConnection(LOOPBACK, int(self._port()), timeout=_WITHIN_S)
        with closing(connection):
            connection.request("PUT", f"/json/new?{quote(url, safe=':/')}")
            assert connection.getresponse().status == 200

    def _port(self) -> str:
        told = self.profile / "DevToolsActivePort"
        ends_at = time.monotonic() + _WITHIN_S
        while not (told.exists() and told.read_text()):
            assert time.monotonic() < ends_at, "the browser did not start"
            time.sleep(0.05)
        return told.read_text().split()[0]


def desk(context: BrowserContext) -> Page:
    """An inert page of the extension."""
    page = context.new_page()
    page.goto(f"chrome-extension://{EXTENSION_ID}/manifest.json")
    return page


@contextmanager
def undriven(profile: Path, extension: Path | None) -> Iterator[Undriven]:
    """Start it with a profile and an extension, if any."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    loaded = (f"--disable-extensions-except={extension}", f"--load-extension={extension}")
    command = [
        find_chromium() or "chromium",
        "--headless",
        "--no-default-browser-check",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        *QUIET,
        *sandbox,
        *(loaded if extension else ()),
        NAMES,
        "about:blank",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield Undriven(process.pid, profile)
        finally:
            process.terminate()
