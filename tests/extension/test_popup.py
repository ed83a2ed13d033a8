"""The popup in every state: small enough, read by everybody, one sentence and one action."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.auditing import violations
from tests.browser.stage import JsonObject
from tests.extension.played import (
    DONE,
    LIVE,
    POPUP_HEIGHT,
    POPUP_WIDTH,
    PROBLEM,
    QUIET,
    SERVICE,
    TAB,
    Surfaces,
    change,
    opened,
    owner,
    rated,
    sent,
    states,
    view,
)

pytestmark = pytest.mark.browser

NOTHING_KNOWN = "Nothing known yet. That is not the same as safe."


@pytest.fixture
def popup(played: Surfaces) -> Iterator[Page]:
    """The popup of a site that is watched and not rated."""
    with played.opened("popup", view()) as page:
        yield page


def primary(page: Page) -> str:
    return page.locator(".popup-actions .primary").inner_text()


def test_axe_finds_nothing_in_any_state(popup: Page) -> None:
    found = {}
    for name, state in states().items():
        change(popup, **state)
        found[name] = violations(popup)
    assert found == {name: [] for name in states()}


def test_no_state_is_larger_than_a_popup(popup: Page) -> None:
    popup.set_viewport_size({"width": POPUP_WIDTH, "height": POPUP_HEIGHT})
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    sizes = {}
    for name, state in states().items():
        change(popup, **state)
        assert popup.evaluate("document.getElementById('popup').scrollHeight") > 100
        sizes[name] = popup.evaluate(size)
    assert sizes == {name: [POPUP_WIDTH, POPUP_HEIGHT] for name in states()}


@pytest.mark.parametrize(
    ("state", "action", "connection"),
    [
        ("rated", "Open the report", "Connected"),
        ("unseen", "Load it again", "Connected"),
        ("not-rated", "Rate this page", "Connected"),
        ("basic", "Try again", "Basic mode"),
        ("unpaired", "Connect", "Not connected"),
        ("waiting", "Compare the code", "Waiting for you"),
        ("stranger", "Connect", "Not recognised"),
        ("private", "Open the settings", "Connected"),
        ("paused", "Watch this site again", "Connected"),
        ("error", "Try again", "Connected"),
    ],
)
def test_each_state_offers_one_action(
    popup: Page, state: str, action: str, connection: str
) -> None:
    change(popup, **states()[state])
    assert popup.locator(".popup-actions .primary").all_inner_texts() == [action]
    expect(popup.locator(".connection")).to_have_text(connection)


def test_a_rated_page_shows_its_worst_finding_and_grade(popup: Page) -> None:
    report = rated()
    change(popup, report=report)
    expect(popup.get_by_role("heading", level=1)).to_have_text(report["verdict"]["text"])
    rating = report["rating"]
    expect(popup.locator(".popup-verdict")).to_contain_text(f"Grade {rating['grade']}")
    expect(popup.locator(".popup-verdict")).to_contain_text(f"{rating['score']} of 100")
    expect(popup.locator("header")).to_contain_text("plumwood.example")
    expect(popup.locator("header")).to_contain_text("belongs to Plumwood Lamps Ltd.")


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        ({}, "Your email address leaves this page before you send it."),
        (
            {"captured": ["email", "password"]},
            "Your email address and your password leave this page before you send it.",
        ),
        (
            {"captured": []},
            "This page takes a fingerprint of your device: by a hidden drawing and the fonts.",
        ),
        (
            {"captured": [], "fingerprinting": []},
            "4 companies that are known to follow people learn of this visit.",
        ),
        (
            {
                "captured": [],
                "fingerprinting": [],
                "owners": [owner(f"Company {n}", 1, "cdn") for n in range(7)],
            },
            "7 other companies learn of this visit.",
        ),
        ({"captured": [], "fingerprinting": [], "owners": [owner("Host", 1)]}, NOTHING_KNOWN),
    ],
)
def test_without_a_report_the_worst_that_was_seen_is_said(
    popup: Page, seen: JsonObject, sentence: str
) -> None:
    change(popup, live={**LIVE, **seen})
    expect(popup.get_by_role("heading", level=1)).to_have_text(sentence)
    expect(popup.locator(".popup-verdict")).to_contain_text("Not rated yet")


def test_three_lines_say_what_the_page_does_now(popup: Page) -> None:
    lines = popup.locator(".popup-now dl > div")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("6, 4 of them follow people")
    expect(lines.nth(0)).to_contain_text("Adlane, Rewatch, Bidwell, Countly, Filebarn, Typefound")
    expect(lines.nth(1)).to_contain_text("By a hidden drawing and the fonts")
    expect(lines.nth(2)).to_contain_text("3 set by others")
    change(popup, live=QUIET)
    assert [line.split("\n")[-1] for line in lines.all_inner_texts()] == [
        "None but the site itself",
        "None seen so far",
        "None seen so far from others",
    ]
    change(popup, live={**QUIET, "thirdParties": 2})
    expect(lines.nth(0)).to_contain_text("2 other sites, owner unknown")


def test_what_was_done_can_be_taken_back(popup: Page) -> None:
    expect(popup.get_by_text("Done for you")).to_have_count(0)
    change(popup, done=[*DONE, {"text": "A fourth", "undo": "fourth"}])
    expect(popup.locator(".popup-done li")).to_have_count(3)
    expect(popup.get_by_role("heading", name="Done for you")).to_contain_text("1 more")
    expect(popup.get_by_role("button", name="Undo: ")).to_have_count(2)
    popup.get_by_role("button", name="Undo: Asked the site not to sell your data").click()
    assert sent(popup, "undo") == [{"type": "undo", "tabId": TAB, "undo": "signal"}]


def test_what_taking_back_cannot_change_is_told(popup: Page) -> None:
    change(popup, done=DONE)
    expect(popup.locator(".popup-done li").first).to_contain_text("may still remember the no")


def test_a_site_is_left_alone_and_watched_again(popup: Page) -> None:
    switch = popup.get_by_role("switch", name="Watch this site")
    expect(switch).to_be_checked()
    switch.focus()
    switch.press("Space")
    assert sent(popup, "pause") == [{"type": "pause", "tabId": TAB, "paused": True}]
    change(popup, **states()["paused"])
    again = popup.get_by_role("button", name="Watch this site again")
    expect(again).to_be_focused()
    expect(popup.locator("header")).to_contain_text("plumwood.example")
    again.click()
    assert sent(popup, "pause")[1:] == [{"type": "pause", "tabId": TAB, "paused": False}]
    change(popup, place="page", live=None)
    assert primary(popup) == "Load it again"


def test_rating_is_asked_for_once_and_shown_under_way(popup: Page) -> None:
    popup.get_by_role("button", name="Rate this page").click()
    change(popup, working="rating")
    under_way = popup.get_by_role("button", name="Rating this page …")
    under_way.click(force=True)
    expect(under_way).to_be_focused()
    assert sent(popup, "rate") == [{"type": "rate", "tabId": TAB}]
    change(popup, working=None, report=rated())
    assert primary(popup) == "Open the report"


def test_connecting_shows_the_code_and_leaves_it_in_sight(popup: Page) -> None:
    change(popup, connection="unpaired")
    popup.get_by_role("button", name="Connect", exact=True).click()
    assert sent(popup, "connect") == [{"type": "connect"}]
    change(popup, connection="waiting", code="4821")
    expect(popup.get_by_text("4821", exact=True)).to_be_visible()
    expect(popup.get_by_text("Code 4 8 2 1")).to_have_count(1)
    popup.get_by_role("button", name="Compare the code").click()
    popup.wait_for_function("played.opened.includes('closed')")
    assert opened(popup) == [f"panel of {TAB}", SERVICE, "closed"]


@pytest.mark.parametrize(
    ("state", "again"),
    [
        ("error", {"type": "rate", "tabId": TAB}),
        ("basic", {"type": "rate", "tabId": TAB}),
    ],
)
def test_trying_again_asks_for_the_same(popup: Page, state: str, again: JsonObject) -> None:
    change(popup, **states()[state])
    popup.get_by_role("button", name="Try again").click()
    assert sent(popup, str(again["type"])) == [again]


def test_a_failure_that_only_the_answer_tells_stays_in_sight(popup: Page) -> None:
    change(popup, connection="unpaired")
    popup.evaluate("problem => (played.failure = problem)", PROBLEM)
    popup.get_by_role("button", name="Connect", exact=True).click()
    expect(popup.get_by_role("region", name="Problem")).to_contain_text(PROBLEM["message"])
    change(popup, live=QUIET)
    expect(popup.get_by_role("region", name="Problem")).to_contain_text(PROBLEM["message"])
    popup.evaluate("played.failure = null")
    popup.get_by_role("button", name="Try again").click()
    expect(popup.get_by_role("region", name="Problem")).to_have_count(0)
    assert len(sent(popup, "connect")) == 2


def test_a_page_that_nobody_watched_is_loaded_again(popup: Page) -> None:
    change(popup, live=None)
    popup.get_by_role("button", name="Load it again").click()
    assert opened(popup) == [f"tab {TAB} again"]


def test_an_error_says_what_happened_and_what_to_do(popup: Page) -> None:
    change(popup, problem=PROBLEM)
    told = popup.get_by_role("region", name="Problem")
    expect(told).to_contain_text(PROBLEM["message"])
    expect(told.locator("code")).to_have_text("privacy-assistant serve")
    expect(popup.get_by_role("status")).to_have_text(PROBLEM["message"])


@pytest.mark.parametrize("name", ["Why?", "Open the report"])
def test_the_panel_opens_from_the_click(popup: Page, name: str) -> None:
    change(popup, report=rated())
    popup.get_by_role("button", name=name).click()
    popup.wait_for_function("played.opened.includes('closed')")
    assert opened(popup) == [f"panel of {TAB}", "closed"]


@pytest.mark.parametrize("state", ["own", "private", "paused"])
def test_where_it_does_not_look_it_says_so_and_claims_nothing(popup: Page, state: str) -> None:
    change(popup, **states()[state])
    said = "leave this site alone" if state == "paused" else "look here"
    expect(popup.get_by_role("heading", level=1)).to_contain_text(said)
    expect(popup.locator(".popup-now, .grade-mark")).to_have_count(0)
    expect(popup.get_by_role("switch")).to_have_count(0)
    expect(popup.get_by_role("button", name="Why?")).to_have_count(0)


def test_the_end_of_a_long_domain_can_be_read(popup: Page) -> None:
    change(popup, **states()["long-words"])
    domain = popup.locator(".heading-domain")
    expect(domain).to_contain_text("a.example")
    assert domain.evaluate("({clientHeight, scrollHeight}) => scrollHeight - clientHeight") <= 1
    assert popup.evaluate("document.querySelector('header').scrollWidth") <= POPUP_WIDTH


def test_hostile_words_stay_words(popup: Page) -> None:
    mark = "<img src=x onerror=alert(1)>"
    change(
        popup,
        site={"host": mark, "domain": mark, "url": mark, "owner": mark},
        live={**LIVE, "owners": [owner(mark, 1)], "captured": [mark], "fingerprinting": [mark]},
        done=[{"text": mark, "undo": mark}],
        problem={"code": mark, "message": mark, "hint": mark},
    )
    expect(popup.locator("img")).to_have_count(0)
    expect(popup.get_by_role("heading", level=1)).to_contain_text(mark)


def test_the_focus_stays_when_the_page_goes_on(popup: Page) -> None:
    popup.get_by_role("button", name="Why?").focus()
    change(popup, live={**LIVE, "requests": 64, "thirdPartyCookies": 4})
    expect(popup.get_by_text("4 set by others")).to_be_visible()
    expect(popup.get_by_role("button", name="Why?")).to_be_focused()


def test_a_silent_background_is_told_and_tried_again(popup: Page) -> None:
    popup.evaluate("played.silent = true")
    change(popup, live=QUIET)
    expect(popup.get_by_text("The extension did not answer.").first).to_be_visible()
    popup.evaluate("played.silent = false")
    popup.get_by_role("button", name="Try again").click()
    expect(popup.get_by_role("heading", level=1)).to_have_text(NOTHING_KNOWN)
