"""Looking in one's own history for a service that treats people better."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import SPAN, Failure, PlayedService

pytestmark = pytest.mark.browser

MESSENGER = {"id": "messenger", "name": "a messenger", "evidence": [SPAN]}
FOUND = {"id": "report-1", "name": "kind.example", "grade": "B", "score": 80, "spared": ["Sells"]}


@pytest.fixture
def report(page: Page) -> Page:
    page.get_by_role("button", name="Try the sample").click()
    expect(page.get_by_role("heading", name="Is there one like this")).to_be_visible()
    return page


def look(page: Page) -> None:
    page.get_by_role("button", name="Look in my history").click()


def test_a_better_one_is_named_with_what_it_does_not_do(
    report: Page, service: PlayedService
) -> None:
    service.better = {"service": MESSENGER, "compared": 2, "found": [FOUND]}
    look(report)
    place = report.locator(".better-found")
    expect(place).to_contain_text("Of 2 others in your history 1 is rated")
    expect(place).to_contain_text("Not there: Sells.")
    place.get_by_role("button", name="kind.example").click()
    expect(report).to_have_url(re.compile(r"#report=report-1$"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"service": None, "compared": 0, "found": []}, "nothing was compared"),
        ({"service": MESSENGER, "compared": 0, "found": []}, "holds no other of that kind"),
        ({"service": MESSENGER, "compared": 1, "found": []}, "none is rated clearly better"),
    ],
)
def test_where_there_is_none_it_says_why(
    report: Page, service: PlayedService, answer: dict[str, object], words: str
) -> None:
    service.better = answer
    look(report)
    expect(report.locator(".better-found")).to_contain_text(words)
    expect(report.locator(".better-found li")).to_have_count(0)


def test_a_refusal_stands_where_the_answer_would(report: Page, service: PlayedService) -> None:
    service.better = Failure(503, "store-unavailable", message="The history cannot be read.")
    look(report)
    expect(report.locator(".better-found")).to_contain_text("The history cannot be read.")
