"""Chromium on this computer: finding it, and starting it so that nothing stays on disk."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import BrowserFailed, BrowserMissing, MissingDependency

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_PLACES = {
    "darwin": (
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
}
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    # All frames in one process, so that one session hears of all of them. The profile is empty:
    # there is nothing of another site to protect.
    "--disable-site-isolation-trials",
)
# Chrome lets third parties keep cookies in ordinary windows; what a page does with that is to be
# seen. Some builds of Chromium do not.
_PREFERENCES = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
CLOSING_S = 5.0
_NO_PLAYWRIGHT = "Install the `browser` extra: pip install 'privacy-assistant[browser]'."


def find_chromium(named: Path | None) -> Path | None:
    """The browser to start; None for the one that Playwright may have installed itself.

    Raises:
        BrowserMissing: The one that the settings name does not exist.
    """
    if named is not None:
        if not named.is_file():
            raise BrowserMissing("The browser that the setting `browser_path` names is not there.")
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return next((Path(p) for p in _PLACES.get(sys.platform, ()) if Path(p).is_file()), None)


class Chromium:
    """Starts the browser, each time with an empty profile and a home of its own."""

    def __init__(self, playwright: Playwright, path: Path | None, arguments: Sequence[str]) -> None:
        self._playwright, self._path, self._arguments = playwright, path, arguments

    @asynccontextmanager
    async def profile(self, *, gpc: bool, strict: bool) -> AsyncIterator[BrowserContext]:
        """A browser without a window, with an empty profile; nothing of it is left afterwards.

        Args:
            gpc: Whether it sends Global Privacy Control.
            strict: Whether certificates must be valid.

        Raises:
            BrowserFailed: It does not start.
        """
        from playwright.async_api import Error

        with _home() as home:
            profile = home / "profile"
            (profile / "Default").mkdir(parents=True)
            (profile / "Default" / "Preferences").write_text(json.dumps(_PREFERENCES))
            try:
                context = await self._playwright.chromium.launch_persistent_context(
                    profile,
                    executable_path=self._path,
                    headless=True,
                    args=[*ARGUMENTS, *self._arguments],
                    chromium_sandbox=not _is_root(),
                    env=_environment(home),
                    accept_downloads=False,
                    downloads_path=home / "downloads",
                    extra_http_headers={"Sec-GPC": "1"} if gpc else None,
                    ignore_https_errors=not strict,
                    viewport={"width": 1366, "height": 768},
                )
            except Error:
                raise BrowserFailed from None
            try:
                yield context
            finally:
                with suppress(Error, TimeoutError):
                    async with asyncio.timeout(CLOSING_S):
                        await context.close()


@asynccontextmanager
async def found_chromium(
    named: Path | None, arguments: Sequence[str] = ()
) -> AsyncIterator[Chromium]:
    """The browser of this computer; its driver runs as long as the block.

    Args:
        named: The browser that the settings name.
        arguments: Further arguments of Chromium.

    Raises:
        MissingDependency: Playwright is not installed.
        BrowserMissing: There is no Chromium, Chrome or Edge.
    """
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        raise MissingDependency(hint=_NO_PLAYWRIGHT) from None
    path = find_chromium(named)
    async with async_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).is_file():
            raise BrowserMissing
        yield Chromium(playwright, path, arguments)


@contextmanager
def _home() -> Iterator[Path]:
    """A folder for everything that the browser writes, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="privacy-assistant-"))
    try:
        yield home
    finally:
        for _ in range(10):
            shutil.rmtree(home, ignore_errors=True)
            if not home.exists():
                break
            time.sleep(0.1)  # the browser's last processes still write


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _environment(home: Path) -> dict[str, str | float | bool]:
    """The environment with every folder of the person's replaced by one that is thrown away."""
    own = {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR"}
    return {**os.environ, **dict.fromkeys(own, str(home))}
