"""The panel: the whole report of a site, its policy with quotes, and what was kept of it before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.auditing import violations
from tests.browser.stage import SPAN, JsonObject, answer, fixture
from tests.extension.played import (
    COMPARED,
    DONE,
    ENTRIES,
    LIVE,
    PROBLEM,
    QUIET,
    SERVICE,
    SITE,
    TAB,
    Surfaces,
    change,
    kept,
    opened,
    owner,
    rated,
    sent,
    states,
    view,
)

pytestmark = pytest.mark.browser

UNLIKE = ("rated", "not-rated", "rating", "unseen", "waiting", "stranger", "own", "error")
"""States in which the panel shows other parts than in the rest."""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => (one.open = true))"


@pytest.fixture
def panel(played: Surfaces) -> Iterator[Page]:
    """The panel of a site that is rated, and whose policy was read."""
    with played.opened("panel", states()["rated"], height=900) as page:
        yield page


def tell(page: Page, **given: object) -> None:
    """What the background answers from now on, by the type of the message."""
    page.evaluate("given => Object.assign(played.told, given)", given)


def without_changes() -> JsonObject:
    report = rated()
    report["details"]["changes"] = None
    return report


def unchanged() -> JsonObject:
    report = rated()
    report["details"]["changes"] = {
        "since": "2026-11-02T10:00:00Z",
        "grade_before": report["rating"]["grade"],
        "new_owners": [],
        "gone_owners": [],
        "new_practices": [],
        "gone_practices": [],
    }
    return report


def turn(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def test_axe_finds_nothing_in_any_state(played: Surfaces) -> None:
    with played.opened("panel", view(), height=900) as page:
        found = {}
        for name, state in states().items():
            change(page, **state)
            if name not in UNLIKE:
                continue
            found[name] = violations(page)
            if name in ("rated", "not-rated"):
                for side in ("What it says", "Before"):
                    turn(page, side)
                    found[f"{name}, {side}"] = violations(page)
                turn(page, "What it does")
    assert {name: told for name, told in found.items() if told} == {}


def test_nothing_needs_sideways_scrolling_in_a_narrow_panel(played: Surfaces) -> None:
    with played.opened("panel", view(), width=320, height=700) as page:
        widths = {}
        for name, state in states().items():
            change(page, **state)
            for side in [*page.get_by_role("tab").all_inner_texts(), "What it does"]:
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
    for side in ("What it does", "What it says", "Before"):
        turn(panel, side)
        panel.evaluate(OPEN_ALL)
        assert panel.locator("a[href]").all() == []
        expect(panel.get_by_text("history")).to_have_count(0)
        expect(panel.get_by_role("button", name="Forget")).to_have_count(0)
        expect(panel.get_by_role("button", name="Wrong?")).to_have_count(0)


def test_why_opens_the_finding_of_the_sentence(played: Surfaces) -> None:
    report = rated()
    with played.opened("panel", view(report=report), wanted="why", height=900) as page:
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
    for key, name in (
        ("ArrowRight", "Before"),
        ("ArrowRight", "Photos"),
        ("ArrowRight", "What it does"),
        ("ArrowLeft", "Photos"),
        ("Home", "What it does"),
        ("End", "Photos"),
    ):
        panel.keyboard.press(key)
        tab = panel.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(panel.get_by_role("tab", selected=True)).to_have_text(name)
        expect(panel.get_by_role("tabpanel", name=name)).to_be_visible()
        expect(panel.get_by_role("tabpanel")).to_have_count(1)


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


@pytest.mark.parametrize(("state", "tabs"), [("own", ["What it does", "Photos"]), ("private", [])])
def test_where_it_cannot_look_it_says_so(panel: Page, state: str, tabs: list[str]) -> None:
    turn(panel, "Before")
    change(panel, **states()[state])
    expect(panel.get_by_role("heading", level=1)).to_contain_text("look here")
    expect(panel.get_by_role("tab")).to_have_text(tabs)
    expect(panel.get_by_role("button", name="Save observation")).to_have_count(0)


def test_what_changed_stands_before_what_was_kept(panel: Page) -> None:
    turn(panel, "Before")
    expect(panel.get_by_role("heading", level=1)).to_have_text("What this site does has changed.")
    expect(panel.get_by_role("heading", level=2)).to_have_text(
        [re.compile("^Since "), "Reports that are kept"]
    )
    changes = rated()["details"]["changes"]
    for owner_of in changes["new_owners"]:
        expect(panel.locator(".told-changes")).to_contain_text(owner_of)
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))
    assert sent(panel, "before") == [{"type": "before", "tabId": TAB}]


def test_an_earlier_report_opens_in_place_and_leads_back(panel: Page) -> None:
    turn(panel, "Before")
    panel.locator(".history-name").nth(2).click()
    heading = panel.get_by_role("heading", level=1)
    expect(heading).to_have_text(rated()["verdict"]["text"])
    expect(heading).to_be_focused()
    assert sent(panel, "recall") == [{"type": "recall", "id": ENTRIES[2]["id"]}]

    change(panel, live={**LIVE, "requests": 99}, report={**rated(), "created_at": "2026-11-28"})
    expect(heading).to_have_text(rated()["verdict"]["text"])
    assert len(sent(panel, "before")) == 1

    panel.get_by_role("button", name="Back to what was kept").click()
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))
    assert len(sent(panel, "before")) == 2


def test_the_way_back_leads_to_where_it_was(panel: Page) -> None:
    turn(panel, "Before")
    panel.locator(".history-name").nth(2).click()
    panel.get_by_role("button", name="Back to what was kept").click()
    expect(panel.locator(".history-name").nth(2)).to_be_focused()


def test_an_earlier_policy_is_asked_by_its_own_report(panel: Page) -> None:
    tell(panel, recall={"report": fixture("report")})
    turn(panel, "Before")
    panel.locator(".history-name").nth(3).click()
    panel.get_by_label("Ask in your own words").fill("How long?")
    panel.get_by_role("button", name="Ask", exact=True).click()
    expect(panel.locator(".asked blockquote")).to_have_text(SPAN["quote"])
    (asked,) = sent(panel, "ask")
    assert asked == {
        "type": "ask",
        "tabId": TAB,
        "question": "How long?",
        "reportId": ENTRIES[3]["id"],
    }


def test_two_readings_of_a_policy_are_compared(panel: Page) -> None:
    turn(panel, "Before")
    panel.get_by_role("button", name="What changed in the policy of www.plumwood.example").click()
    expect(panel.locator(".told-changes li")).to_have_text(COMPARED["sentences"])
    newer, older = ENTRIES[1]["id"], ENTRIES[3]["id"]
    assert sent(panel, "compare") == [{"type": "compare", "older": older, "newer": newer}]
    panel.get_by_role("button", name="Back to what was kept").click()
    expect(panel.get_by_role("button", name="What changed in the policy")).to_be_focused()


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"entries": [], "newest": None}, "Nothing of this site was kept yet."),
        ({"entries": [], "newest": None, "keepDays": 0}, "Nothing is kept."),
        ({"entries": ENTRIES[4:], "newest": without_changes()}, "1 report of this site is kept."),
        ({"newest": without_changes()}, "5 reports of this site are kept."),
        ({"newest": unchanged()}, "Nobody and nothing came or went since 2 November 2026."),
    ],
)
def test_where_nothing_changed_or_was_kept_it_says_so(
    panel: Page, given: JsonObject, title: str
) -> None:
    tell(panel, before={"before": kept(**given)})
    turn(panel, "Before")
    expect(panel.get_by_role("heading", level=1)).to_have_text(title)
    expect(panel.locator(".since")).to_have_count(0)
    assert violations(panel) == []


@pytest.mark.parametrize("connection", ["basic", "unpaired", "stranger"])
def test_without_the_service_nothing_of_before_is_asked(panel: Page, connection: str) -> None:
    change(panel, connection=connection)
    turn(panel, "Before")
    expect(panel.get_by_role("heading", level=1)).to_have_text("Earlier reports are not at hand.")
    assert sent(panel, "before") == []
    change(panel, connection="connected")
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))


def test_a_failure_of_the_history_is_told_and_tried_again(panel: Page) -> None:
    tell(panel, before={"problem": PROBLEM})
    turn(panel, "Before")
    expect(panel.get_by_role("tabpanel")).to_contain_text(PROBLEM["message"])
    tell(panel, before={"before": kept()})
    panel.get_by_role("tabpanel").get_by_role("button", name="Try again").click()
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))

    tell(panel, recall={"problem": PROBLEM})
    panel.locator(".history-name").first.click()
    expect(panel.get_by_role("alert").first).to_contain_text(PROBLEM["message"])
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))


def test_a_new_report_and_another_site_are_asked_for_anew(panel: Page) -> None:
    turn(panel, "Before")
    change(panel, report={**rated(), "created_at": "2026-11-28T10:00:00Z"})
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))
    panel.locator(".history-name").first.click()
    expect(panel.get_by_role("button", name="Back to what was kept")).to_be_visible()
    change(panel, site={**SITE, "host": "other.example", "domain": "other.example"})
    expect(panel.locator(".history-entry")).to_have_count(len(ENTRIES))
    assert len(sent(panel, "before")) == 3


def test_other_tabs_and_what_the_popup_asks_change_nothing(panel: Page) -> None:
    asked = len(sent(panel, "view"))
    change(panel)
    assert len(sent(panel, "view")) == asked + 1
    panel.evaluate("other => played.change({}, other)", TAB + 1)
    panel.evaluate("tab => played.change({}, tab, 'view')", TAB)
    change(panel)
    assert len(sent(panel, "view")) == asked + 2
