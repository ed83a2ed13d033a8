"""Usable without a mouse, without colour, without much room, and found clean by axe-core."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.auditing import violations
from tests.browser.screenshots import STATES, rate_site, told_of_site
from tests.browser.stage import PlayedService, fixture, focused, press_until
from tests.render.sites import make_served, make_site, make_unrated_site

pytestmark = pytest.mark.browser

WIDTHS = (640, 400)
"""Of a wide page at 200 %, and of a panel."""


def _history(page: Page, service: PlayedService) -> None:
    service.keep(fixture("report"))
    service.keep(fixture("not-a-policy"))
    service.keep(told_of_site(make_site()))
    page.get_by_role("link", name="History").click()
    page.get_by_role("heading", name="What you have read").wait_for()


def _compare(page: Page, service: PlayedService) -> None:
    _history(page, service)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare the ticked").click()
    page.get_by_role("heading", name="Side by side").wait_for()


def _confirm(page: Page, service: PlayedService) -> None:
    _history(page, service)
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("dialog").wait_for()


def _everything_open(page: Page, service: PlayedService) -> None:
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".report").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _site_open(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_site())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _site_served(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_served())


def _site_unrated(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_unrated_site())


def _pairing_answered(page: Page, service: PlayedService) -> None:
    STATES["pairing"](page, service)
    page.get_by_role("button", name="Refuse").click()
    page.locator(".pairing-answered").wait_for()


def _pairing_locked(page: Page, service: PlayedService) -> None:
    refusal = {"error": {"code": "not-authorized", "message": "No.", "hint": "Yes."}}
    page.route("**/api/v1/pair", lambda route: route.fulfill(status=401, json=refusal))
    page.reload()
    page.get_by_text("by its own address").wait_for()


ALL_STATES: dict[str, Callable[[Page, PlayedService], None]] = {
    **STATES,
    "history": _history,
    "compare": _compare,
    "confirm": _confirm,
    "everything-open": _everything_open,
    "site-open": _site_open,
    "site-served": _site_served,
    "site-unrated": _site_unrated,
    "pairing-answered": _pairing_answered,
    "pairing-locked": _pairing_locked,
}


@pytest.mark.parametrize("state", ALL_STATES)
def test_axe_finds_nothing_and_nothing_needs_sideways_scrolling(
    page: Page, service: PlayedService, state: str
) -> None:
    ALL_STATES[state](page, service)

    assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 720})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_whole_way_works_with_the_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert focused(page, "Skip to the content")()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    expect(page.get_by_label("Address of a policy")).to_be_visible()

    press_until(page, "Tab", focused(page, "Try the sample"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("The report is ready. Grade D")

    press_until(page, "Tab", focused(page, fixture("report")["summary"][0]["text"]))
    page.keyboard.press("Enter")
    press_until(page, "Tab", focused(page, "Show in the document"))
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_be_focused()
    press_until(page, "Shift+Tab", focused(page, "Back to where you were"))
    page.keyboard.press("Enter")
    assert focused(page, "Show in the document")()

    press_until(page, "Tab", focused(page, "Sells your data"))
    page.keyboard.press("Space")
    press_until(page, "Tab", focused(page, "Wrong?"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Marked as wrong.")
    assert focused(page, "Undo")()


def test_focus_can_be_seen(page: Page) -> None:
    for _ in range(8):
        page.keyboard.press("Tab")
        outlined = page.evaluate(
            """() => [document.activeElement, document.activeElement.closest('.drop-zone')]
                .some((one) => one && getComputedStyle(one).outlineStyle === 'solid')"""
        )
        assert outlined


def test_grades_differ_in_shape_and_words(page: Page, service: PlayedService) -> None:
    seen = set()
    for grade, score in (("A", 95), ("B", 80), ("C", 65), ("D", 50), ("F", 10)):
        answer = fixture("report")
        answer["rating"] |= {"grade": grade, "score": score}
        service.answer = lambda _, answer=answer: answer  # type: ignore[misc]
        page.get_by_role("link", name="Read", exact=True).click()
        page.get_by_role("button", name="Try the sample").click()
        verdict = page.locator(".verdict")
        expect(verdict.locator(".grade-words")).to_contain_text(f"Grade {grade}")
        seen.add(
            (
                verdict.locator("path").get_attribute("d"),
                verdict.locator(".grade-words").inner_text(),
            )
        )
    assert len({shape for shape, _ in seen}) == len({words for _, words in seen}) == 5


def test_paper_shows_what_a_click_would(page: Page) -> None:
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".report").wait_for()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("details:not([open])")).to_have_count(0)
    expect(page.locator(".quote").first).to_be_visible()
    expect(page.locator(".export")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("details[open]")).to_have_count(0)
