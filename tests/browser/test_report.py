"""The report on the screen: quotes lead to their passage, points to their finding."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import PlayedService, fixture

pytestmark = pytest.mark.browser

REPORT = fixture("report")


@pytest.fixture
def report(page: Page) -> Page:
    page.get_by_role("button", name="Try the sample").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REPORT["verdict"]["text"])
    return page


def finding(page: Page, rule_id: str) -> Locator:
    return page.locator(f"#finding-{rule_id.replace('.', '-')}")


def test_a_sentence_opens_its_quote_and_the_quote_its_passage(report: Page) -> None:
    statement = REPORT["summary"][2]
    quote = statement["evidence"][1]["quote"]
    sentence = report.locator(".summary details", has_text=statement["text"])
    sentence.locator("summary").click()
    button = sentence.get_by_role("button", name="Show in the document").nth(1)
    button.click()

    mark = report.locator("mark")
    expect(mark).to_have_text(quote)
    assert mark.text_content() == quote
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()

    report.get_by_role("button", name="Back to where you were").click()
    expect(button).to_be_focused()


def test_marking_another_passage_takes_the_first_mark_away(report: Page) -> None:
    for statement in REPORT["summary"][:2]:
        sentence = report.locator(".summary details", has_text=statement["text"])
        sentence.locator("summary").click()
        sentence.get_by_role("button", name="Show in the document").first.click()

    expect(report.locator("mark")).to_have_text([REPORT["summary"][1]["evidence"][0]["quote"]])
    whole = "".join(report.locator(".document-text [data-start]").all_text_contents())
    assert whole == REPORT["details"]["text"].replace("\n", "")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("We 🔒 keep 👩‍👩‍👧 data.\nWe sell it 💸 on.", "sell it 💸"),
        ("We share:\nyour name\nyour email", "share:\nyour name\nyour em"),
        ("نحن نبيع بياناتك. We sell it.", "We sell it."),
    ],
    ids=["beyond the basic plane", "over several blocks", "right to left"],
)
def test_the_mark_is_the_quote_in_code_points(
    page: Page, service: PlayedService, text: str, quote: str
) -> None:
    start = text.index(quote)
    span = {"type": "text_span", "start": start, "end": start + len(quote), "quote": quote}
    answer: dict[str, Any] = fixture("report")
    answer["details"] |= {"text": text, "blocks": [], "segments": [], "ai_training": None}
    answer["details"] |= {"label": [], "rights": [], "contacts": []}
    answer["details"] |= {"transparency": [], "clauses": []}
    answer["summary"] = [{"text": "It sells.", "evidence": [span]}]
    answer["findings"] = []
    service.answer = lambda _: answer
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".summary summary").click()
    page.get_by_role("button", name="Show in the document").click()

    assert "\n".join(page.locator("mark").all_text_contents()) == quote


def test_points_add_up_and_lead_to_their_finding(report: Page) -> None:
    rows = report.get_by_role("region", name="How the grade comes about").locator("tbody tr")
    expect(rows).to_have_count(1 + len(REPORT["rating"]["deductions"]))
    numbers = [cell.replace("−", "-") for cell in rows.locator(".number").all_text_contents()]
    assert sum(map(int, numbers)) == REPORT["rating"]["score"]

    rows.get_by_role("button", name="Takes away your day in court").click()
    opened = finding(report, "policy.forced-arbitration")
    expect(opened).to_have_attribute("open", "")
    expect(opened.locator("summary")).to_be_focused()


def test_severity_and_confidence_are_two_things(report: Page) -> None:
    fingerprinting = finding(report, "policy.fingerprinting")
    expect(fingerprinting.locator("summary")).to_contain_text("Moderate")
    expect(fingerprinting.locator("summary")).to_contain_text("fairly sure")
    fingerprinting.locator("summary").click()
    expect(fingerprinting).to_contain_text("fairly sure (66 %)")


def test_findings_stand_where_they_belong(report: Page) -> None:
    groups = {
        heading: report.locator(".finding-group", has=report.get_by_role("heading", name=heading))
        for heading in ("What should concern you", "Good news", "Not found out")
    }
    expect(groups["What should concern you"].locator("#finding-policy-sells-data")).to_be_visible()
    for rule in ("breach-notice", "honours-gpc"):
        expect(groups["Good news"].locator(f"#finding-policy-{rule}")).to_be_visible()
    unknown = groups["Not found out"].locator("#finding-policy-biometrics")
    expect(unknown).to_be_visible()
    expect(unknown.locator(".state-good, .severity")).to_have_count(0)
    report.get_by_text("Looked for and not mentioned").click()
    expect(report.locator(".silent")).to_contain_text("Silence is not a promise")


def test_what_the_law_asks_for_says_its_state_in_words(report: Page) -> None:
    section = report.get_by_role("region", name="What the law asks a policy to say")
    items = REPORT["details"]["transparency"]
    rows = section.locator("li")
    expect(rows).to_have_count(21)
    expect(section).to_contain_text("14 of 21 found.")
    for outcome, words in (("present", "Found"), ("undetermined", "Not sure")):
        names = [item["name"] for item in items if item["outcome"] == outcome]
        expect(rows.filter(has=report.get_by_text(words, exact=True))).to_contain_text(names)
    silent = next(item for item in items if item["outcome"] == "absent")
    row = rows.filter(has_text=silent["name"])
    expect(row.locator("summary")).to_contain_text("Not found")
    row.locator("summary").click()
    expect(row).to_contain_text(silent["article"])
    expect(row.locator(".quote")).to_have_count(0)
    expect(section).not_to_contain_text(re.compile("complian|comply|violat|illegal", re.IGNORECASE))


def test_the_twelve_questions_stand_with_their_answers_and_words(report: Page) -> None:
    section = report.get_by_role("region", name="Questions by which people rate policies")
    answers = REPORT["details"]["rubric"]
    rows = section.locator(":scope > ul > li")
    expect(rows).to_have_count(len(answers))
    for answer, row in zip(answers, rows.all(), strict=True):
        expect(row.locator("summary")).to_contain_text(answer["question"])
        expect(row.locator("summary")).to_contain_text(answer["text"])
        expect(row.locator(".quote")).to_have_count(len(answer["evidence"]))
    silent = next(answer for answer in answers if answer["outcome"] == "absent")
    row = rows.filter(has_text=silent["question"])
    row.locator("summary").click()
    expect(row).to_contain_text("no sentence was found")


def test_a_time_to_keep_stands_with_the_words_that_name_it(report: Page) -> None:
    section = report.get_by_role("region", name="Times to keep")
    [deadline] = REPORT["details"]["deadlines"]
    expect(section.locator("summary")).to_have_text(f"{deadline['what']}: {deadline['words']}")
    section.locator("summary").click()
    section.get_by_role("button", name="Show in the document").click()
    expect(report.locator("mark")).to_have_text(deadline["span"]["quote"])


def test_an_item_of_the_law_leads_to_its_words_with_the_keyboard(report: Page) -> None:
    item = next(i for i in REPORT["details"]["transparency"] if i["id"] == "recipients")
    row = report.locator(".transparency li", has_text=item["name"])
    row.locator("summary").focus()
    report.keyboard.press("Enter")
    report.keyboard.press("Tab")
    report.keyboard.press("Enter")
    mark = report.locator("mark")
    expect(mark).to_be_focused()
    expect(mark).to_have_text(item["evidence"][0]["quote"])
    report.get_by_role("button", name="Back to where you were").click()
    expect(row.get_by_role("button", name="Show in the document").first).to_be_focused()


def test_clauses_stand_by_kind_with_why_and_words(report: Page) -> None:
    section = report.get_by_role("region", name="Clauses to read twice")
    clauses = REPORT["details"]["clauses"]
    expect(section.locator("li")).to_have_count(len({clause["kind"] for clause in clauses}))
    row = section.locator("li", has_text=clauses[0]["name"])
    expect(row.locator("summary")).to_contain_text("2 passages")
    row.locator("summary").click()
    expect(row).to_contain_text(clauses[0]["why"])
    expect(row.locator("blockquote")).to_have_text([clauses[0]["text"], clauses[1]["text"]])
    row.get_by_role("button", name="Show in the document").nth(1).click()
    expect(report.locator("mark")).to_have_text(clauses[1]["text"])


@pytest.mark.parametrize("empty", [[], None], ids=["not read for it", "of an older version"])
def test_what_was_not_asked_leaves_no_section(
    page: Page, service: PlayedService, empty: list[Any] | None
) -> None:
    answer = fixture("report")
    for name in ("transparency", "clauses"):
        del answer["details"][name]
        if empty is not None:
            answer["details"][name] = empty
    service.answer = lambda _: answer
    page.get_by_role("button", name="Try the sample").click()
    expect(page.locator(".report")).to_be_visible()
    expect(page.locator(".transparency, .clauses")).to_have_count(0)


def test_wrong_is_remembered_and_can_be_undone(report: Page, service: PlayedService) -> None:
    rule = "policy.trains-ai"
    finding(report, rule).locator("summary").click()
    finding(report, rule).get_by_role("button", name="Wrong?").click()
    expect(finding(report, rule)).to_contain_text("You marked this as wrong")
    expect(finding(report, rule).get_by_role("button", name="Undo")).to_be_focused()
    assert [kept.wrong for kept in service.kept.values()] == [{rule}]

    report.reload()
    expect(finding(report, rule).locator("summary")).to_contain_text("Marked wrong")
    finding(report, rule).locator("summary").click()
    finding(report, rule).get_by_role("button", name="Undo").click()
    expect(finding(report, rule)).not_to_contain_text("Marked wrong")
    assert [kept.wrong for kept in service.kept.values()] == [set()]


@pytest.mark.parametrize("form", ["HTML", "Markdown"])
def test_exports_come_from_the_service(report: Page, form: str) -> None:
    with report.expect_download() as download:
        report.get_by_role("link", name=f"Save as {form}").click()
    assert download.value.url.endswith(f"/api/v1/history/report-1/export?format={form.lower()}")


def test_json_is_the_report_itself(report: Page, tmp_path: Path) -> None:
    with report.expect_download() as download:
        report.get_by_role("button", name="Save as JSON").click()
    download.value.save_as(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == REPORT


def test_a_report_that_is_not_kept_offers_only_what_works(
    page: Page, service: PlayedService
) -> None:
    service.keeps = False
    page.get_by_role("button", name="Try the sample").click()

    expect(page.get_by_text("Your settings keep no history")).to_be_visible()
    expect(page.get_by_role("link", name="Save as HTML")).to_have_count(0)
    expect(page.get_by_role("button", name="Save as JSON")).to_be_visible()
    expect(page.get_by_role("button", name="Wrong?", include_hidden=True)).to_have_count(0)


def test_not_legal_advice_is_said_on_the_report(report: Page) -> None:
    expect(report.locator(".colophon")).to_contain_text("It is not legal advice.")


HOSTILE = (
    '<img src="https://elsewhere.example/x.png" onerror="window.owned=1">'
    '<script>window.owned=1</script><a href="javascript:window.owned=1">x</a>'
)


def test_what_a_policy_says_never_becomes_markup(page: Page, service: PlayedService) -> None:
    def poison(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: poison(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [poison(inner) for inner in value]
        words = isinstance(value, str) and " " in value
        return HOSTILE if words else value

    answer = fixture("report")
    text = HOSTILE + "\n" + HOSTILE
    span = {"type": "text_span", "start": 0, "end": len(HOSTILE), "quote": HOSTILE}
    answer = poison(answer)
    answer["subject"] = {"name": HOSTILE, "source": HOSTILE, "sha256": HOSTILE}
    answer["details"] |= {"text": text, "blocks": [], "segments": [], "title": HOSTILE}
    for part in answer["summary"] + answer["findings"]:
        part["evidence"] = [span]
    for part in answer["findings"]:
        part["rule_id"] = f"policy.{HOSTILE}"
    answer["rating"]["gates"] = [{"rule_id": HOSTILE, "at_most": "D"}]
    answer["versions"]["models"] = {HOSTILE: HOSTILE}
    service.answer = lambda _: answer

    page.get_by_role("button", name="Try the sample").click()
    expect(page.locator(".report")).to_be_visible()
    for folded in page.locator("details > summary").all():
        folded.click()
    page.get_by_role("button", name="Show in the document").first.click()
    expect(page.locator("mark")).to_have_text(HOSTILE)
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you have read")
    expect(page.locator(".history-name")).to_have_text(HOSTILE)

    for where in ("history", "report"):
        if where == "report":
            page.locator(".history-name").click()
            expect(page.locator(".report")).to_be_visible()
        assert page.locator("main").locator("img, script, iframe, [onerror]").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
    assert page.evaluate("window.owned") is None
