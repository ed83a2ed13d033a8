"""A browser asks to connect: the person compares its code on the page, and can end it there."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.api.access import new_code
from assistant.api.app import create_app
from assistant.api.serve import bind, make_server, page_address
from assistant.service import Assistant
from assistant.settings import Settings
from tests.browser.stage import PlayedService, asking
from tests.servers import LOOPBACK

pytestmark = pytest.mark.browser

ASKS = "A browser asks to connect: {}"


@pytest.fixture
def start(page: Page, service: PlayedService) -> Page:
    """The start, while nobody asks and nothing is connected."""
    service.pairings = {"pending": None, "browsers": []}
    page.reload()
    return page


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address that the service itself prints."""
    assistant = Assistant(Settings(data_dir=tmp_path / "data"))
    with bind(LOOPBACK, 0) as listener:
        port = int(listener.getsockname()[1])
        code = new_code()
        server = make_server(create_app(assistant, host=LOOPBACK, port=port, one_time_code=code))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield page_address(LOOPBACK, port, code)
        server.should_exit = True
        thread.join()
    assistant.store.close()


def test_a_person_connects_a_browser_and_disconnects_it(browser: Browser, address: str) -> None:
    root = f"{address.partition('#')[0]}api/v1/pair"

    def call(path: str = "", body: dict[str, str] | None = None) -> dict[str, str]:
        request = urllib.request.Request(
            root + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            told: dict[str, str] = json.load(answer)
            return told

    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you agreeing to?")
    begun = call(body={"client": "Chromium 156"})

    region = page.get_by_role("region", name=ASKS.format("Chromium 156"))
    expect(region).to_contain_text(f"Code {begun['code']}")
    expect(region).to_contain_text("Allow only if you see the same code")
    region.get_by_role("button", name="Allow").click()

    expect(page.get_by_text("Allowed.").first).to_be_visible()
    assert call(f"/{begun['request_id']}")["state"] == "allowed"
    listed = page.get_by_role("region", name="Connected browsers")
    expect(listed).to_contain_text("Chromium 156 since")
    listed.get_by_role("button", name="Disconnect Chromium 156").click()
    expect(listed).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("Chromium 156 is disconnected.")
    context.close()


def test_the_question_comes_and_goes_by_itself(start: Page, service: PlayedService) -> None:
    expect(start.get_by_role("heading", level=1)).to_be_visible()
    expect(start.locator(".pairing, .browsers")).to_have_count(0)
    assert service.pairings

    service.pairings |= asking()
    expect(start.get_by_role("status")).to_have_text(
        "A browser asks to connect: Chromium 156. Code 4821."
    )
    expect(start.get_by_role("region", name=ASKS.format("Chromium 156"))).to_be_visible()

    service.pairings["pending"] = None
    expect(start.locator(".pairing")).to_have_count(0)
    expect(start.locator(".pairing-answered")).to_contain_text("not waiting any more")


def test_refusing_answers_once_and_keeps_the_keyboard_there(
    start: Page, service: PlayedService
) -> None:
    assert service.pairings
    service.pairings |= asking()
    refuse = start.get_by_role("button", name="Refuse")
    expect(refuse).to_be_enabled()
    refuse.focus()

    start.keyboard.press("Enter")

    expect(start.locator(".pairing-answered")).to_be_focused()
    expect(start.locator(".pairing-answered")).to_have_text("Refused. The browser gets nothing.")
    assert service.answers == [{"code": "4821", "allow": False}]


def test_an_answer_to_a_code_that_is_over_allows_nobody(
    start: Page, service: PlayedService
) -> None:
    assert service.pairings
    service.pairings |= asking()
    allow = start.get_by_role("button", name="Allow")
    expect(allow).to_be_enabled()
    start.route("**/api/v1/pair", lambda route: route.abort())
    service.pairings["pending"] = {"client": "Impostor", "code": "1111", "expires_in_s": 60}

    allow.click()

    expect(start.locator(".pairing-answered")).to_contain_text("not waiting any more")
    assert service.answers == [{"code": "4821", "allow": True}]
    assert service.pairings["pending"] is not None


def test_a_click_meant_for_something_else_allows_nobody(
    start: Page, service: PlayedService
) -> None:
    assert service.pairings
    service.pairings |= asking()

    at_first = start.evaluate(
        """() => new Promise((resolve) => {
            const seen = new MutationObserver(() => {
                const allow = document.querySelector(".pairing button");
                if (allow) { allow.click(); resolve(allow.disabled); }
            });
            seen.observe(document.body, {childList: true, subtree: true});
        })"""
    )

    assert at_first is True
    expect(start.get_by_role("button", name="Allow")).to_be_enabled()
    assert service.answers == []


def test_a_page_that_may_not_ask_says_how_it_may(start: Page, service: PlayedService) -> None:
    refusal = {"error": {"code": "not-authorized", "message": "No.", "hint": "Yes."}}
    start.route("**/api/v1/pair", lambda route: route.fulfill(status=401, json=refusal))
    start.reload()
    told = start.get_by_role("region", name="To let a browser in")
    expect(told).to_contain_text("privacy-assistant serve")
    start.unroute("**/api/v1/pair")

    start.evaluate("dispatchEvent(new Event('focus'))")

    expect(told).to_have_count(0)
    service.pairings |= asking()
    expect(start.get_by_role("button", name="Allow")).to_be_enabled()


def test_the_question_comes_also_after_the_service_was_started_anew(
    start: Page, service: PlayedService
) -> None:
    service.gone = True
    start.wait_for_timeout(2_500)
    service.gone = False
    service.pairings |= asking()

    expect(start.get_by_role("button", name="Allow")).to_be_enabled()


def test_what_a_browser_calls_itself_is_text(start: Page, service: PlayedService) -> None:
    assert service.pairings
    name = "<img src=x onerror=alert(1)>"
    service.pairings["pending"] = {"client": name, "code": "4821", "expires_in_s": 60}

    expect(start.locator(".pairing h2")).to_have_text(ASKS.format(name))
    expect(start.locator(".pairing img")).to_have_count(0)


def test_only_the_start_asks_and_only_while_it_is_there(
    start: Page, service: PlayedService
) -> None:
    asked: list[str] = []
    start.on("request", lambda request: asked.append(request.url))
    start.get_by_role("link", name="History").click()
    expect(start.get_by_role("heading", level=1)).to_have_text("What you have read")
    asked.clear()

    start.wait_for_timeout(2_500)

    assert [url for url in asked if url.endswith("/pair")] == []
    start.get_by_role("link", name="Read", exact=True).click()
    start.wait_for_timeout(2_500)
    assert len([url for url in asked if url.endswith("/pair")]) >= 2
