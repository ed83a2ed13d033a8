"""A page of the assistant in a real browser, watched for everything it must not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.stage import (
    CHANGES,
    PlayedService,
    answer,
    chromium,
    fixture,
    page_server,
)
from tests.servers import Server

pytestmark = pytest.mark.browser


@dataclass
class Watch:
    """What the page did behind the scenes."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text)
                if "Content Security Policy" in said.text or "Refused" in said.text
                else None
            ),
        )

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def files() -> Iterator[Server]:
    with page_server() as server:
        yield server


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def service() -> PlayedService:
    """Answers everything with the invented report; tests change what it answers."""
    return PlayedService(lambda _: fixture("report"), answered=answer(), changes=CHANGES)


@pytest.fixture
def page(browser: Browser, files: Server, service: PlayedService, watch: Watch) -> Iterator[Page]:
    """The start page, before anything was read.

    Afterwards: nothing was asked of another origin, no script failed and the
    content security policy had nothing to refuse.
    """
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", accept_downloads=True
    )
    context.set_default_timeout(10_000)
    opened = context.new_page()
    watch.follow(opened)
    service.play_for(opened)
    opened.goto(files.url())
    yield opened
    service.release()
    context.close()
    foreign = [url for url in watch.requests if not url.startswith((files.url(), "blob:"))]
    assert foreign == []
    assert watch.complaints == []
