"""Usable without a mouse, without colour, without much room, and found clean by axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.screenshots import SCHEMES, STATES, Scheme
from tests.browser.stage import REPOSITORY, PlayedService, fixture
from tests.servers import Server

pytestmark = pytest.mark.browser

AXE = REPOSITORY / "extension" / "node_modules" / "axe-core" / "axe.min.js"


def _history(page: Page, service: PlayedService) -> None:
    service.keep(fixture("report"))
    service.keep(fixture("not-a-policy"))
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


ALL_STATES: dict[str, Callable[[Page, PlayedService], None]] = {
    **STATES,
    "history": _history,
    "compare": _compare,
    "confirm": _confirm,
    "everything-open": _everything_open,
}


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    chosen: Scheme = request.param
    return chosen


@pytest.fixture
def audited(
    browser: Browser, files: Server, service: PlayedService, scheme: Scheme
) -> Iterator[Page]:
    """A page whose security policy lets the audit's own script in."""
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = context.new_page()
    service.play_for(page)
    page.goto(files.url())
    yield page
    service.release()
    context.close()


@pytest.mark.parametrize("state", ALL_STATES)
def test_axe_finds_nothing(audited: Page, service: PlayedService, state: str) -> None:
    ALL_STATES[state](audited, service)
    audited.add_script_tag(path=AXE)
    found = audited.evaluate("axe.run({resultTypes: ['violations']})")

    assert [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found["violations"]
    ] == []
    assert found["passes"]


@pytest.mark.parametrize("state", ALL_STATES)
@pytest.mark.parametrize("width", [400, 640], ids=["panel", "wide page at 200 %"])
def test_nothing_needs_sideways_scrolling(
    page: Page, service: PlayedService, width: int, state: str
) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    ALL_STATES[state](page, service)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _press_until(page: Page, key: str, done: Callable[[], bool], *, limit: int = 80) -> None:
    for _ in range(limit):
        if done():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{limit} presses of {key} did not get there")


def _focused(page: Page, name: str) -> Callable[[], bool]:
    script = "([name]) => document.activeElement.textContent.trim().startsWith(name)"
    return lambda: bool(page.evaluate(script, [name]))


def test_the_whole_way_works_with_the_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert _focused(page, "Skip to the content")()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    expect(page.get_by_label("Address of a policy")).to_be_visible()

    _press_until(page, "Tab", _focused(page, "Try the sample"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("The report is ready. Grade D")

    _press_until(page, "Tab", _focused(page, fixture("report")["summary"][0]["text"]))
    page.keyboard.press("Enter")
    _press_until(page, "Tab", _focused(page, "Show in the document"))
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_be_focused()
    _press_until(page, "Shift+Tab", _focused(page, "Back to where you were"))
    page.keyboard.press("Enter")
    assert _focused(page, "Show in the document")()

    _press_until(page, "Tab", _focused(page, "Sells your data"))
    page.keyboard.press("Space")
    _press_until(page, "Tab", _focused(page, "Wrong?"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Marked as wrong.")
    assert _focused(page, "Undo")()


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
