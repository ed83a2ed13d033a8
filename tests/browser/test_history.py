"""Coming back: the history, forgetting, and the session that guards it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Failure, PlayedService, fixture
from tests.servers import Server

pytestmark = pytest.mark.browser


def named(name: str) -> dict[str, object]:
    report = fixture("report")
    report["subject"]["name"] = name
    return report


@pytest.fixture
def history(page: Page, service: PlayedService) -> Page:
    for name in ("one.example", "two.example", "one.example"):
        service.keep(named(name))
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you have read")
    return page


def test_a_kept_report_opens_again(history: Page) -> None:
    history.get_by_role("button", name="two.example", exact=True).click()
    expect(history.get_by_role("heading", level=1)).to_have_text(
        fixture("report")["verdict"]["text"]
    )

    history.reload()
    expect(history.locator(".verdict-about")).to_contain_text("two.example")
    history.go_back()
    expect(history.get_by_role("heading", level=1)).to_have_text("What you have read")


def test_ticked_reports_are_compared(history: Page) -> None:
    compare = history.get_by_role("button", name="Compare the ticked")
    expect(compare).to_be_disabled()
    for box in history.get_by_role("checkbox").all()[:2]:
        box.check()
    compare.click()
    expect(history.get_by_role("columnheader")).to_have_text(
        ["Document", "one.example", "two.example"]
    )


def test_forgetting_asks_first(history: Page, service: PlayedService) -> None:
    forget = history.get_by_role("button", name="Forget two.example")
    forget.click()
    expect(history.get_by_role("dialog")).to_contain_text("cannot be undone")
    history.keyboard.press("Escape")
    expect(history.get_by_role("listitem")).to_have_count(3)
    assert len(service.kept) == 3

    forget.click()
    history.get_by_role("button", name="Forget this report").click()
    expect(history.get_by_role("listitem")).to_have_count(2)
    assert [kept.entry["name"] for kept in service.kept.values()] == ["one.example"] * 2


def test_one_name_can_be_forgotten_altogether(history: Page, service: PlayedService) -> None:
    history.get_by_role("button", name="Forget one.example").first.click()
    history.get_by_role("button", name="Forget all 2 of one.example").click()

    expect(history.get_by_role("listitem")).to_have_count(1)
    assert [kept.entry["name"] for kept in service.kept.values()] == ["two.example"]


def test_everything_can_be_forgotten(history: Page, service: PlayedService) -> None:
    history.get_by_role("button", name="Forget everything").click()
    history.get_by_role("dialog").get_by_role("button", name="Forget everything").click()

    expect(history.get_by_text("Nothing is kept.")).to_be_visible()
    assert service.kept == {}


def test_a_report_that_is_gone_is_said_to_be(page: Page, files: Server) -> None:
    page.goto(files.url("/#report=gone"))
    expect(page.get_by_role("heading", level=1)).to_have_text("That report is not here any more")


def test_the_code_is_exchanged_and_leaves_the_address(
    page: Page, service: PlayedService, files: Server
) -> None:
    page.goto("about:blank")
    page.goto(files.url("/#code=one%2Dtime"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you agreeing to?")

    assert service.codes == ["one-time"]
    assert page.url == files.url()
    page.go_back()
    assert "code" not in page.url


def test_a_lost_session_says_how_to_get_in_again(page: Page, service: PlayedService) -> None:
    service.answer = lambda _: Failure(401, "not-authorized")
    page.get_by_role("button", name="Try the sample").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This page needs a fresh address")
    expect(page.get_by_text("privacy-assistant serve --open")).to_be_visible()
