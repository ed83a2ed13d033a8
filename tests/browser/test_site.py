"""A site on the page: asked for, waited for, told with its evidence, and opened again."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.render.wording import percent
from assistant.report import NetworkRequest, Outcome
from assistant.site.record.observation import Watched
from tests.browser.screenshots import rate_site, told_of_site
from tests.browser.stage import (
    Failure,
    JsonObject,
    PlayedService,
    fixture,
    focused,
    press_until,
)
from tests.render.sites import (
    SiteReport,
    make_clean,
    make_served,
    make_site,
    make_unrated_site,
)
from tests.servers import Server

pytestmark = pytest.mark.browser

VERDICT = make_site().verdict.text
PROMISE = "Promises no outside analytics, but uses them"
HOSTILE = "https://x.example/<img src=x onerror=alert(1)>?\u202egnp"


@pytest.fixture
def site(page: Page, service: PlayedService) -> Page:
    """The rich report, just made."""
    rate_site(page, service, make_site())
    return page


def asked(service: PlayedService) -> list[JsonObject]:
    return [json.loads(body) for body in service.bodies]


def finding(page: Page, title: str) -> Locator:
    return page.locator("details.finding").filter(
        has=page.get_by_role("heading", name=title, exact=True)
    )


@pytest.mark.parametrize("ticked", [False, True])
def test_a_site_is_rated_from_the_start_page(
    page: Page, service: PlayedService, ticked: bool
) -> None:
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    service.site = told_of_site(make_site())
    page.get_by_label("Address of a policy").fill("www.plumwood.example/lamps")
    page.get_by_label("in a browser of its own").set_checked(ticked)
    page.get_by_role("button", name="Rate the site").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("The report is ready. Grade F")
    assert asked(service) == [{"url": "https://www.plumwood.example/lamps", "browser": ticked}]
    assert page.url.endswith("#report=report-1")
    assert errors == []


def test_enter_still_reads_a_policy(page: Page, service: PlayedService) -> None:
    page.get_by_label("Address of a policy").fill("lumenpost.example")
    page.keyboard.press("Enter")

    expect(page.locator(".document-text")).to_be_visible()
    assert asked(service) == [{"url": "https://lumenpost.example"}]


def test_the_verdict_tells_grade_score_and_how_sure(site: Page) -> None:
    verdict, rating = site.locator(".verdict"), make_site().rating

    expect(verdict.locator(".verdict-about")).to_contain_text("Looked at in a browser of its own")
    expect(verdict.locator(".grade-words")).to_have_text("Grade F: Severe concerns")
    expect(verdict.locator(".grade-note").first).to_contain_text(f"{rating.score} of 100.")
    sure = f"sure of this rating ({percent(rating.confidence)})"
    expect(verdict.locator(".grade-note").first).to_contain_text(sure)
    expect(site.get_by_text("Held at D at best")).to_be_visible()


def test_a_rule_that_decides_the_grade_is_named_beside_it(
    page: Page, service: PlayedService
) -> None:
    report = make_site()
    lifted = replace(report.rating, score=82, grade=report.rating.gates[0].at_most)
    rate_site(page, service, replace(report, rating=lifted))

    expect(page.locator(".verdict")).to_contain_text(
        "One rule holds the grade at D: Takes what you type before you send."
    )


def test_every_finding_unfolds_its_evidence(site: Page) -> None:
    told = [f for f in make_site().findings if f.evidence]
    assert len(told) > 10
    for one in told:
        box = finding(site, one.title)
        expect(box.locator(".evidence")).to_be_hidden()
        box.locator("summary").click()
        expect(box).to_contain_text(one.why)
        for piece in one.evidence:
            text = piece.url if isinstance(piece, NetworkRequest) else piece.quote  # type: ignore[union-attr]
            expect(box.locator(".evidence").get_by_text(text, exact=True).first).to_be_visible()
            if isinstance(piece, NetworkRequest) and piece.what:
                expect(
                    box.get_by_text(f"What matters in it: {piece.what}", exact=True)
                ).to_be_visible()
    expect(site.locator(".evidence a, .owners a")).to_have_count(0)


def test_a_contradiction_shows_both_sides(site: Page) -> None:
    box = finding(site, PROMISE)
    box.locator("summary").click()

    said, seen = box.locator(".evidence > div").all()
    expect(said).to_contain_text("The policy says")
    expect(said.locator("blockquote")).to_have_text("We use no analytics of other companies.")
    expect(seen).to_contain_text("What was seen")
    expect(seen).to_contain_text("https://stats.countly.example/collect?cid&dl&dt")
    left, right = said.bounding_box(), seen.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    expect(box.get_by_role("button", name="Show in the document")).to_have_count(0)


def test_severity_and_confidence_stay_two_things(site: Page) -> None:
    box = finding(site, PROMISE)

    expect(box.locator(".severity")).to_have_text("Serious")
    expect(box.locator(".confidence")).to_have_text("quite sure")


def test_who_gets_data_is_listed_with_marks(site: Page) -> None:
    panel = site.get_by_role("region", name="Who gets data here")

    expect(panel).to_contain_text("9 companies and services; 6 known to follow people.")
    row = panel.get_by_role("row").filter(has_text="countly.example")
    expect(row.get_by_role("cell").first).to_have_text("17")
    expect(row.get_by_role("listitem")).to_have_text(
        ["follows you", "keeps an identifier", "before you chose", "under the site’s own name"]
    )
    expect(
        panel.get_by_role("row").filter(has_text="Fastfiles").get_by_role("listitem")
    ).to_have_count(0)
    expect(panel.get_by_role("row").filter(has_text="unheard")).to_contain_text("purpose unknown")
    panel.get_by_text("What the marks mean").click()
    expect(panel.get_by_text("so that blockers do not stop it")).to_be_visible()


def test_what_else_was_seen_is_folded(site: Page) -> None:
    facts = site.get_by_role("region", name="What else was seen")
    expect(facts.get_by_text("until the browser closes")).to_be_hidden()
    for summary in facts.locator("summary").all():
        summary.click()

    row = facts.get_by_role("row").filter(has_text="_cid")
    expect(row).to_contain_text("can tell you apart")
    expect(row).to_contain_text("2 years")
    expect(facts.get_by_role("row").filter(has_text="basket")).not_to_contain_text("apart")
    expect(facts).to_contain_text("Markwise: by a hidden drawing, many details of the device")
    expect(facts).to_contain_text("your email address, scrambled, which still links you")
    expect(facts.get_by_text("insist on encryption").locator("..")).to_contain_text("no")


def test_the_time_before_the_policy_and_others_stand_beside_it(site: Page) -> None:
    since = site.get_by_role("region", name="Since 2 November 2026")
    expect(since).to_contain_text("from C to F")
    expect(since.get_by_role("listitem")).to_have_text(
        [
            "New here: Broker & Sons, Rewatch",
            "Gone: Oldstat",
            "New against it: Records your visit like a film",
            "New against it: Tells data brokers that you are here",
            "No more: Does not lead from http to https",
        ]
    )
    peers = site.get_by_role("region", name="What other methods would say")
    expect(peers).to_contain_text("C, 61 of 100")
    expect(peers).to_contain_text("38 requests did not get through")
    expect(peers).to_contain_text("D 18 points, fewer is better.")
    expect(peers).to_contain_text("which costs two points")
    expect(peers).to_contain_text("F 15 points, more is better.")
    peers.locator("summary").click()
    expect(peers.get_by_text("content-security-policy: -25")).to_be_visible()
    expect(peers.get_by_text("redirection:")).to_have_count(0)


def test_the_report_of_its_policy_is_one_click_away(page: Page, service: PlayedService) -> None:
    report = make_site()
    kept = service.keep(fixture("report"))
    policy = report.details.policy
    assert policy is not None
    details = replace(report.details, policy=replace(policy, report_id=kept))
    rate_site(page, service, replace(report, details=details))
    page.get_by_role("link", name="Open the policy’s report").click()

    expect(page.locator(".document-text")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)


def test_points_lead_to_their_finding(site: Page) -> None:
    site.locator(".rating").get_by_role("button", name="Records your visit like a film").click()

    expect(finding(site, "Records your visit like a film").locator("summary")).to_be_focused()
    expect(finding(site, "Records your visit like a film").locator(".evidence")).to_be_visible()


def test_a_finding_is_marked_wrong_and_right_again(site: Page, service: PlayedService) -> None:
    box = finding(site, PROMISE)
    box.locator("summary").click()
    box.get_by_role("button", name="Wrong?").click()
    expect(site.get_by_role("status")).to_have_text("Marked as wrong.")
    assert service.kept["report-1"].wrong == {"site.contradicts-no-analytics"}
    expect(box.locator(".evidence blockquote")).to_be_visible()

    site.reload()
    expect(finding(site, PROMISE).locator("summary")).to_contain_text("Marked wrong")


def test_a_page_as_served_is_never_told_as_safe(page: Page, service: PlayedService) -> None:
    report = make_served()
    undecided = sum(f.outcome is Outcome.UNDETERMINED for f in report.findings)
    rate_site(page, service, report)

    expect(page.locator(".verdict")).to_contain_text("this grade covers only what was seen")
    expect(page.locator(".still-open")).to_contain_text(
        f"{undecided} of {len(report.findings)} questions stay open. "
        "No script of the page ran, so nobody saw what they do."
    )
    expect(page.locator(".owners")).to_contain_text("its scripts may bring in more")
    expect(page.locator(".none-seen")).to_have_text(
        [re.compile("not looked at, so nobody knows")] * 3
    )
    expect(page.get_by_text("none was seen")).to_have_count(0)
    folded = page.locator("details.silent").filter(has_text=f"Not found out: {undecided} practices")
    folded.locator("summary").click()
    expect(folded).to_contain_text("it is not the same as safe")
    expect(folded.get_by_text("Goes on tracking after you say no")).to_be_visible()


def test_one_click_looks_again_in_a_browser(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_served())
    service.site = told_of_site(make_site())
    page.get_by_role("button", name="Look again in a browser").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    assert asked(service)[1] == {"url": "https://www.plumwood.example/lamps", "browser": True}


def test_a_clean_site_says_what_was_looked_for(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_clean())

    expect(page.locator(".owners")).to_contain_text("Nobody but the site itself was contacted.")
    expect(page.locator(".none-seen")).to_have_text([re.compile("none was seen")] * 3)
    expect(page.get_by_text("What should concern you")).to_have_count(0)
    expect(page.locator("details.silent summary")).to_have_text(
        f"Looked for and not seen: {len(make_clean().findings) - 1} practices"
    )


def test_what_could_not_be_rated_says_so_first(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_unrated_site())

    expect(page.locator(".grade-words")).to_have_text("No grade")
    expect(page.locator(".report-reasons h2").first).to_have_text("Not checked")
    expect(page.locator(".owners")).to_contain_text("was not looked at")


def _hostile(report: SiteReport) -> SiteReport:
    request = NetworkRequest(HOSTILE, "GET", HOSTILE, HOSTILE)
    details = report.details
    return replace(
        report,
        findings=tuple(
            replace(f, evidence=(request,)) if f.evidence else f for f in report.findings
        ),
        details=replace(
            details,
            page=HOSTILE,
            watched=(Watched.REQUESTS,),
            owners=tuple(replace(o, name=HOSTILE, domains=(HOSTILE,)) for o in details.owners),
            cookies=tuple(replace(c, name=HOSTILE, owner=HOSTILE) for c in details.cookies),
        ),
    )


def test_hostile_addresses_stay_text(page: Page, service: PlayedService) -> None:
    rate_site(page, service, _hostile(make_site()))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    expect(page.locator("main img")).to_have_count(0)
    expect(page.locator("code.address").first).to_have_css("unicode-bidi", "isolate")
    assert page.locator("main").inner_text().count("<img src=x onerror=alert(1)>") > 40


def test_it_is_waited_for_and_can_be_stopped(page: Page, service: PlayedService) -> None:
    service.waiting = True
    page.get_by_label("Address of a policy").fill("www.plumwood.example")
    page.get_by_label("in a browser of its own").check()
    page.get_by_role("button", name="Rate the site").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Looking at www.plumwood.example")
    expect(page.locator(".step-now")).to_contain_text("in a browser of its own")
    expect(page.locator(".elapsed")).to_have_text(re.compile(r"\d+ s so far"))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_label("Address of a policy")).to_have_value("www.plumwood.example")


@pytest.mark.parametrize(
    ("typed", "headline"),
    [("", "There is nothing to read"), ("a.example b.example", "That is not a web address")],
)
def test_one_address_is_needed(
    page: Page, service: PlayedService, typed: str, headline: str
) -> None:
    page.get_by_label("Address of a policy").fill(typed)
    page.get_by_role("button", name="Rate the site").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
    assert service.bodies == []


def test_a_missing_browser_is_said_to_be(page: Page, service: PlayedService) -> None:
    service.site = Failure(422, "browser-missing", "No browser was found.", "Install Chromium.")
    page.get_by_label("Address of a policy").fill("www.plumwood.example")
    page.get_by_label("in a browser of its own").check()
    page.get_by_role("button", name="Rate the site").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("There is no browser to look with")
    expect(page.get_by_text("Install Chromium.")).to_be_visible()


@pytest.mark.parametrize("name", ["record.json", "record"])
def test_a_record_of_a_site_can_be_given(page: Page, service: PlayedService, name: str) -> None:
    service.site = told_of_site(make_site())
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": b'{"version": 1}'}
    )

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    assert asked(service) == [{"observation": {"version": 1}}]


def test_what_is_no_record_is_refused(page: Page, service: PlayedService) -> None:
    page.locator("#file").set_input_files(
        {"name": "record.json", "mimeType": "application/json", "buffer": b"{version"}
    )

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "That record of a site cannot be read"
    )
    assert service.bodies == []


@pytest.fixture
def history(page: Page, service: PlayedService) -> Page:
    """Two policies and a site."""
    service.keep(fixture("report"))
    service.keep(told_of_site(make_site()))
    service.keep(fixture("report"))
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you have read")
    return page


def test_the_history_opens_it_as_a_site(history: Page) -> None:
    entry = history.get_by_role("listitem").filter(has_text="www.plumwood.example")
    expect(entry).to_contain_text("What a site does")
    history.get_by_role("button", name="www.plumwood.example", exact=True).click()

    expect(history.get_by_role("heading", level=1)).to_have_text(VERDICT)
    expect(history.get_by_role("region", name="Who gets data here")).to_be_visible()
    history.reload()
    expect(history.get_by_role("heading", level=1)).to_have_text(VERDICT)


def test_only_policies_are_compared(history: Page, files: Server) -> None:
    expect(history.get_by_role("checkbox")).to_have_count(2)
    history.goto(files.url("/#compare=report-1,report-2"))
    history.reload()

    expect(history.get_by_role("heading", level=1)).to_have_text("These two cannot be compared")


def test_a_site_is_no_earlier_version_of_a_policy(page: Page, service: PlayedService) -> None:
    report = fixture("report")
    older = told_of_site(make_site())
    older["subject"]["name"] = report["subject"]["name"]
    service.keep(older)
    page.get_by_role("button", name="Try the sample").click()

    expect(page.locator(".document-text")).to_be_visible()
    expect(page.get_by_role("button", name="What changed since")).to_have_count(0)


@pytest.mark.parametrize("form", ["HTML", "Markdown"])
def test_it_can_be_kept_as_a_file(site: Page, form: str) -> None:
    with site.expect_download() as download:
        site.get_by_role("link", name=f"Save as {form}").click()
    assert download.value.url.endswith(f"/history/report-1/export?format={form.lower()}")


def test_it_can_be_kept_as_json(site: Page) -> None:
    with site.expect_download() as download:
        site.get_by_role("button", name="Save as JSON").click()
    assert json.loads(download.value.path().read_text("utf-8")) == told_of_site(make_site())


def test_the_whole_way_works_with_the_keyboard(page: Page, service: PlayedService) -> None:
    service.site = told_of_site(make_site())
    page.get_by_label("Address of a policy").fill("www.plumwood.example")
    press_until(page, "Tab", focused(page, "Rate the site"))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("in a browser of its own")).to_be_checked()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert asked(service)[0]["browser"] is True

    press_until(page, "Tab", focused(page, PROMISE))
    page.keyboard.press("Enter")
    expect(finding(page, PROMISE).locator("blockquote")).to_be_visible()
    press_until(page, "Tab", focused(page, "Wrong?"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Marked as wrong.")
