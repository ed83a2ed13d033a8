"""The panel: the whole report of a site, its policy with quotes, and nothing of a service page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import SPAN, answer, fixture
from tests.extension.played import (
    DONE,
    LIVE,
    PROBLEM,
    QUIET,
    SCHEMES,
    SERVICE,
    SITE,
    TAB,
    Scheme,
    Surfaces,
    change,
    opened,
    owner,
    rated,
    sent,
    states,
    surfaces,
    view,
    violations,
)

pytestmark = pytest.mark.browser

UNLIKE = ("rated", "not-rated", "rating", "unseen", "waiting", "stranger", "own", "error")
"""States in which the panel shows other parts than in the rest."""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => (one.open = true))"


@pytest.fixture(scope="module")
def stage() -> Iterator[Surfaces]:
    with surfaces() as running:
        yield running
    assert running.complaints == []


@pytest.fixture
def panel(stage: Surfaces) -> Iterator[Page]:
    """The panel of a site that is rated, and whose policy was read."""
    with stage.opened("panel", states()["rated"], height=900) as page:
        yield page


def turn(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_any_state(stage: Surfaces, scheme: Scheme) -> None:
    with stage.opened("panel", view(), scheme=scheme, height=900) as page:
        found = {}
        for name, state in states().items():
            change(page, **state)
            if name not in UNLIKE:
                continue
            found[name] = violations(page)
            if name in ("rated", "not-rated"):
                turn(page, "What it says")
                found[f"{name}, policy"] = violations(page)
                turn(page, "What it does")
    assert {name: told for name, told in found.items() if told} == {}


def test_nothing_needs_sideways_scrolling_in_a_narrow_panel(stage: Surfaces) -> None:
    with stage.opened("panel", view(), width=320, height=700) as page:
        widths = {}
        for name, state in states().items():
            change(page, **state)
            for side in ("What it says", "What it does"):
                if page.get_by_role("tab").count():
                    turn(page, side)
                page.evaluate(OPEN_ALL)
                widths[name, side] = page.evaluate("document.documentElement.scrollWidth")
    assert {key: width for key, width in widths.items() if width > 320} == {}


def test_the_whole_report_of_the_site_is_there(panel: Page) -> None:
    report = rated()
    expect(panel.get_by_role("heading", level=1)).to_have_text(report["verdict"]["text"])
    for heading in ("In plain words", "What was found", "Who gets data here", "What else was seen"):
        expect(panel.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(panel.locator(".owners tbody tr")).to_have_count(len(report["details"]["owners"]))
    expect(panel.get_by_text("Seen in your browser")).to_be_visible()


def test_nothing_of_the_panel_leads_into_the_pages_of_the_service(panel: Page) -> None:
    for side in ("What it does", "What it says"):
        turn(panel, side)
        panel.evaluate(OPEN_ALL)
        assert panel.locator("a[href]").all() == []
        expect(panel.get_by_text("history")).to_have_count(0)
        expect(panel.get_by_role("button", name="Wrong?")).to_have_count(0)


def test_why_opens_the_finding_of_the_sentence(stage: Surfaces) -> None:
    report = rated()
    with stage.opened("panel", view(report=report), wanted="why", height=900) as page:
        told = page.locator(".finding[open]")
        expect(told).to_have_count(1)
        expect(told.locator(".finding-title")).to_be_in_viewport()
        rule = report["verdict"]["rule_ids"][0]
        title = next(one["title"] for one in report["findings"] if one["rule_id"] == rule)
        expect(told.locator(".finding-title")).to_have_text(title)


def test_quotes_of_the_policy_lead_to_their_passage(panel: Page) -> None:
    turn(panel, "What it says")
    summary = fixture("report")["summary"][0]
    panel.locator(".summary summary", has_text=summary["text"]).click()
    panel.get_by_role("button", name="Show in the document").first.click()
    mark = panel.locator("mark").first
    expect(mark).to_be_focused()
    assert summary["evidence"][0]["quote"].startswith(mark.inner_text())
    for heading in ("Ask this document", "What was found"):
        expect(panel.get_by_role("heading", name=heading)).to_be_visible()


def test_a_question_is_answered_with_a_quote(panel: Page) -> None:
    turn(panel, "What it says")
    panel.get_by_label("Ask in your own words").fill("How long?")
    panel.get_by_role("button", name="Ask", exact=True).click()
    expect(panel.locator(".asked blockquote")).to_have_text(SPAN["quote"])
    assert sent(panel, "ask") == [{"type": "ask", "tabId": TAB, "question": "How long?"}]

    panel.evaluate("problem => (played.answered = {problem})", PROBLEM)
    panel.get_by_role("button", name="Ask", exact=True).click()
    expect(panel.locator(".asked")).to_contain_text(PROBLEM["message"])

    panel.evaluate(
        "answer => (played.answered = {answer})",
        answer(text=None, evidence=[], reason="The policy does not say."),
    )
    panel.get_by_role("button", name="Ask", exact=True).click()
    expect(panel.locator(".asked")).to_contain_text("The policy does not say.")


def test_a_policy_is_read_when_it_is_asked_for(panel: Page) -> None:
    change(panel, policy=None)
    turn(panel, "What it says")
    expect(panel.get_by_role("heading", level=1)).to_have_text("Its policy has not been read yet.")
    panel.get_by_role("button", name="Read its policy").click()
    change(panel, working="reading")
    expect(panel.get_by_role("button", name="Reading its policy …")).to_be_visible()
    panel.get_by_role("button", name="Reading its policy …").click(force=True)
    assert sent(panel, "read-policy") == [{"type": "read-policy", "tabId": TAB}]
    change(panel, working=None, policy=fixture("report"))
    expect(panel.locator("article.report")).to_be_visible()


def test_reading_that_failed_is_tried_again(panel: Page) -> None:
    change(panel, policy=None)
    turn(panel, "What it says")
    panel.get_by_role("button", name="Read its policy").click()
    change(panel, problem=PROBLEM)
    panel.get_by_role("button", name="Try again").click()
    assert len(sent(panel, "read-policy")) == 2
    assert sent(panel, "rate") == []


@pytest.mark.parametrize("connection", ["basic", "unpaired", "stranger"])
def test_without_the_service_nothing_is_promised(panel: Page, connection: str) -> None:
    change(panel, connection=connection, report=None, policy=None)
    expect(panel.get_by_role("button", name="Rate this page")).to_have_count(0)
    expect(panel.get_by_role("heading", name="Who learns of this visit")).to_be_visible()
    turn(panel, "What it says")
    expect(panel.get_by_role("button", name="Read its policy")).to_have_count(0)
    expect(panel.get_by_text("reads policies")).to_be_visible()


def test_the_record_is_saved_as_json(panel: Page, tmp_path: Path) -> None:
    with panel.expect_download() as saved:
        panel.get_by_role("button", name="Save observation").click()
    assert saved.value.suggested_filename == "observation-plumwood.example.json"
    saved.value.save_as(tmp_path / "record.json")
    record = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert record == {"schema_version": 1, "page": SITE["url"]}
    assert sent(panel, "observation") == [{"type": "observation", "tabId": TAB}]


def test_a_record_that_is_not_there_is_told(panel: Page) -> None:
    panel.evaluate("problem => (played.record = {problem})", PROBLEM)
    panel.get_by_role("button", name="Save observation").click()
    expect(panel.get_by_role("alert")).to_contain_text(PROBLEM["message"])


def test_a_report_is_saved_as_json(panel: Page) -> None:
    with panel.expect_download() as saved:
        panel.get_by_role("button", name="Save as JSON").click()
    assert saved.value.suggested_filename == "site-report.json"


def test_those_who_learn_of_a_visit_are_listed_worst_first(panel: Page) -> None:
    many = [owner(f"Company {n:02}", n, "cdn") for n in range(20)]
    change(panel, report=None, live={**LIVE, "owners": [*many, *LIVE["owners"]]})
    names = panel.locator(".flow-name")
    assert names.all_inner_texts()[:5] == ["Adlane", "Rewatch", "Bidwell", "Countly", "Filebarn"]
    expect(panel.locator(".flow").first).to_contain_text("14 requests")
    expect(panel.locator(".flow").first).to_contain_text("follows people · advertising")
    expect(panel.locator(".flow:visible")).to_have_count(12)
    panel.get_by_text("14 more").click()
    expect(panel.locator(".flow:visible")).to_have_count(26)
    change(panel, live={**LIVE, "requests": 99, "owners": [*many, *LIVE["owners"]]})
    expect(panel.locator(".flow:visible")).to_have_count(26)
    change(panel, live=QUIET)
    expect(names).to_have_count(0)
    expect(panel.get_by_text("None but the site itself")).to_be_visible()


def test_what_is_open_stays_open_while_the_page_goes_on(panel: Page) -> None:
    panel.locator(".summary summary").first.click()
    change(panel, live={**LIVE, "requests": 99})
    expect(panel.locator(".summary details[open]")).to_have_count(1)
    turn(panel, "What it says")
    turn(panel, "What it does")
    change(panel, working="rating", connection="basic")
    expect(panel.locator(".summary details[open]")).to_have_count(1)


def test_tabs_are_turned_with_the_keyboard(panel: Page) -> None:
    panel.get_by_role("tab", name="What it does").focus()
    panel.keyboard.press("ArrowRight")
    says = panel.get_by_role("tab", name="What it says")
    expect(says).to_be_focused()
    expect(says).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("tabpanel", name="What it says")).to_be_visible()
    expect(panel.get_by_role("tabpanel")).to_have_count(1)
    panel.keyboard.press("Home")
    expect(panel.get_by_role("tab", name="What it does")).to_be_focused()


def test_everything_that_was_done_is_listed(panel: Page) -> None:
    change(panel, done=[*DONE, {"text": "A fourth", "undo": "fourth"}])
    panel.get_by_text("Done for you").click()
    panel.get_by_role("button", name="Undo: A fourth").click()
    assert sent(panel, "undo") == [{"type": "undo", "tabId": TAB, "undo": "fourth"}]


def test_the_code_stands_beside_the_page_of_the_service(panel: Page) -> None:
    change(panel, connection="waiting", code="4821", place="own", site=None, live=None, report=None)
    expect(panel.get_by_text("4821", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Compare the code").click()
    panel.wait_for_function("played.opened.length > 0")
    assert opened(panel) == [SERVICE]


@pytest.mark.parametrize("state", ["own", "private"])
def test_where_it_cannot_look_it_says_so(panel: Page, state: str) -> None:
    change(panel, **states()[state])
    expect(panel.get_by_role("heading", level=1)).to_contain_text("look here")
    expect(panel.get_by_role("tab")).to_have_count(0)
    expect(panel.get_by_role("button", name="Save observation")).to_have_count(0)


def test_other_tabs_and_what_the_popup_asks_change_nothing(panel: Page) -> None:
    asked = len(sent(panel, "view"))
    change(panel)
    assert len(sent(panel, "view")) == asked + 1
    panel.evaluate("other => played.change({}, other)", TAB + 1)
    panel.evaluate("tab => played.change({}, tab, 'view')", TAB)
    change(panel)
    assert len(sent(panel, "view")) == asked + 2
