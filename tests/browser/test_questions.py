"""Asking the document, and what changed since it was read last."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import CHANGES, SPAN, Failure, PlayedService, answer, fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def report(page: Page) -> Page:
    page.get_by_role("button", name="Try the sample").click()
    expect(page.get_by_role("heading", name="Ask this document")).to_be_visible()
    return page


def ask(page: Page, question: str) -> None:
    page.get_by_label("Ask in your own words").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_a_settled_question_opens_on_its_answer_and_quote(report: Page) -> None:
    settled = report.locator(".questions details").first
    settled.locator("summary").click()
    expect(settled).to_contain_text("Your information may be sold")
    settled.get_by_role("button", name="Show in the document").click()
    expect(report.locator("mark").first).to_be_visible()


def test_a_question_of_ones_own_gets_the_passage(report: Page, service: PlayedService) -> None:
    service.answered = answer()
    ask(report, "How long?")
    asked = report.locator(".asked")
    expect(asked).to_contain_text("How long?")
    expect(asked.locator("blockquote")).to_have_text(SPAN["quote"])
    expect(asked).to_contain_text("77 % sure")
    assert service.asked == [{"question": "How long?", "source": {"report_id": "report-1"}}]


def test_no_answer_says_so_and_shows_no_quote(report: Page, service: PlayedService) -> None:
    service.answered = answer(text=None, evidence=[], reason="The policy does not say.")
    ask(report, "Cats?")
    expect(report.locator(".asked")).to_contain_text("The policy does not say.")
    expect(report.locator(".asked blockquote")).to_have_count(0)


def test_a_suggested_question_without_an_answer_is_asked(
    report: Page, service: PlayedService
) -> None:
    service.answered = answer(question="Will they tell me when my data are stolen?")
    report.get_by_text("More that people ask").click()
    report.get_by_role("button", name="Will they tell me when my data are stolen?").click()
    expect(report.locator(".asked h3")).to_have_text("Will they tell me when my data are stolen?")


def test_a_refused_question_leaves_the_report(report: Page, service: PlayedService) -> None:
    service.answered = Failure(422, "empty-question")
    ask(report, "?")
    expect(report.locator(".asked")).to_contain_text("One sentence of the service.")
    expect(report.get_by_role("heading", level=1)).to_have_text(
        fixture("report")["verdict"]["text"]
    )


def test_without_a_history_the_text_itself_is_asked(page: Page, service: PlayedService) -> None:
    service.keeps = False
    service.answered = answer()
    page.get_by_role("button", name="Try the sample").click()
    ask(page, "How long?")
    expect(page.locator(".asked blockquote")).to_have_text(SPAN["quote"])
    assert service.asked[0]["source"]["text"] == fixture("report")["details"]["text"]


def test_what_changed_since_the_last_reading(page: Page, service: PlayedService) -> None:
    service.keep(fixture("report"))
    service.changes = CHANGES
    page.get_by_role("button", name="Try the sample").click()
    page.get_by_role("button", name="What changed since").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What changed")
    expect(page.get_by_text("The grade goes from B to F.")).to_be_visible()
    page.get_by_text("Every passage that changed").click()
    expect(page.locator("del")).to_have_text("We keep")
    expect(page.locator("ins")).to_have_text(SPAN["quote"])
    body = {"old": {"report_id": "report-1"}, "new": {"report_id": "report-2"}}
    assert service.asked == [body]


def test_nothing_but_cosmetics_is_one_sentence(page: Page, service: PlayedService) -> None:
    service.keep(fixture("report"))
    service.changes = {**CHANGES, "material": False, "sentences": [], "passages": []}
    page.get_by_role("button", name="Try the sample").click()
    page.get_by_role("button", name="What changed since").click()
    expect(page.locator(".changes")).to_contain_text("Nothing changed but dates")


def test_a_first_reading_offers_no_comparison(report: Page) -> None:
    expect(report.get_by_role("button", name="What changed since")).to_have_count(0)
