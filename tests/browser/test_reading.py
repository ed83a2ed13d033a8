"""From the start page to a report: sample, address, text, file, several at once."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from assistant import errors
from tests.browser.conftest import Watch
from tests.browser.stage import REPOSITORY, Failure, PlayedService, fixture

pytestmark = pytest.mark.browser

VERDICT = fixture("report")["verdict"]["text"]


def test_the_sample_is_one_click_away(page: Page, service: PlayedService) -> None:
    page.get_by_role("button", name="Try the sample").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    asked = json.loads(service.bodies[0])
    assert "<h1>Lumen Post Privacy Policy</h1>" in asked["html"]
    assert asked["url"] == "https://lumenpost.example/privacy"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("lumenpost.example/privacy", ["https://lumenpost.example/privacy"]),
        ("http://lumenpost.example", ["http://lumenpost.example"]),
        ("  https://a.example/p \n", ["https://a.example/p"]),
        ("not an address", ["https://not an address"]),
    ],
)
def test_an_address_is_asked_for_as_typed(
    page: Page, service: PlayedService, typed: str, asked: list[str]
) -> None:
    page.get_by_label("Address of a policy").fill(typed)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    assert [json.loads(body)["url"] for body in service.bodies] == asked


def test_pasted_text_is_read(page: Page, service: PlayedService) -> None:
    page.get_by_text("Paste the text").click()
    page.get_by_label("Text of the policy").fill("We sell your data.")
    page.get_by_role("button", name="Read this text").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    assert json.loads(service.bodies[0]) == {"text": "We sell your data."}


def test_a_file_dropped_anywhere_is_read(page: Page, service: PlayedService) -> None:
    carried = page.evaluate_handle(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["We sell your data."], "policy.txt", {type: "text/plain"}));
            return carried;
        }"""
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": carried})
    page.dispatch_event("body", "drop", {"dataTransfer": carried})

    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)
    assert 'name="file"; filename="policy.txt"' in service.bodies[0]


def test_several_addresses_stand_side_by_side(page: Page, service: PlayedService) -> None:
    def answer(body: str) -> dict[str, object]:
        report = fixture("report")
        report["subject"]["name"] = json.loads(body)["url"].removeprefix("https://")
        if "calm" in body:
            report["rating"] |= {"grade": "A", "score": 94, "deductions": []}
            report["findings"] = [f for f in report["findings"] if f["severity"] == "info"]
        return report

    service.answer = answer
    page.get_by_label("Address of a policy").fill("loud.example calm.example")
    page.get_by_role("button", name="Read it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Side by side")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(
        ["Document", "loud.example", "calm.example"]
    )
    grades = table.get_by_role("row", name=re.compile("^Grade"))
    expect(grades).to_contain_text("D, 40 of 100: serious concerns")
    expect(grades).to_contain_text("A, 94 of 100: very few concerns")
    table.get_by_role("button", name="calm.example").click()
    expect(page.locator(".grade-words")).to_have_text("Grade A: Very few concerns")


def test_waiting_claims_nothing_that_is_not_known(page: Page, service: PlayedService) -> None:
    service.waiting = True
    page.get_by_label("Address of a policy").fill("slow.example")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Reading slow.example")
    expect(page.get_by_role("status")).to_have_text("Reading slow.example")
    steps = page.get_by_role("listitem")
    expect(steps.first).to_have_text("DoneHanded to the assistant on this computer")
    expect(page.locator("[aria-current=step]")).to_contain_text("Fetching slow.example")

    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_label("Address of a policy")).to_be_focused()
    expect(page.get_by_label("Address of a policy")).to_have_value("slow.example")


PROBLEMS = [
    (400, "invalid-url", "That is not a web address"),
    (400, "refused-address", "That address is private, so I did not go there"),
    (400, "unreadable-input", "That is not a document I can read"),
    (504, "fetch-timeout", "The site did not answer in time"),
    (500, "internal-error", "Something broke on our side"),
    (418, "never-heard-of", "That did not work"),
]


@pytest.mark.parametrize(("status", "code", "title"), PROBLEMS)
def test_a_problem_says_what_and_what_to_do(
    page: Page, service: PlayedService, status: int, code: str, title: str
) -> None:
    service.answer = lambda _: Failure(status, code)
    page.get_by_label("Address of a policy").fill("http://192.168.0.1/")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text("One sentence of the service.")
    expect(page.get_by_role("main")).to_contain_text("What to do about it.")
    expect(page.get_by_role("status")).to_have_text("One sentence of the service.")

    page.get_by_role("button", name="Paste the text instead").click()
    expect(page.get_by_label("Text of the policy")).to_be_focused()


def test_every_error_of_the_service_has_its_own_headline() -> None:
    """The page translates by code, so a new error needs a headline here."""
    known = (REPOSITORY / "extension/src/views/problem.js").read_text("utf-8")
    codes = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.AssistantError)
    }
    only_in_the_terminal = {
        "assistant-error",
        "bad-input",
        "missing-file",
        "unwritable-file",
        "not-confirmed",
        "invalid-settings",
        "port-in-use",
    }
    assert {code for code in codes - only_in_the_terminal if f'"{code}"' not in known} == set()


def test_a_service_that_stopped_can_be_tried_again(page: Page, service: PlayedService) -> None:
    service.gone = True
    page.get_by_role("button", name="Try the sample").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The assistant is not answering")
    expect(page.get_by_text("privacy-assistant serve --open")).to_be_visible()

    service.gone = False
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(VERDICT)


def test_an_answer_of_another_shape_does_not_leave_the_person_waiting(
    page: Page, service: PlayedService, watch: Watch
) -> None:
    service.answer = lambda _: {"report": "of another version"}
    page.get_by_role("button", name="Try the sample").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Something broke on our side")
    assert len(watch.complaints) == 1
    watch.complaints.clear()


def test_nothing_typed_is_said_without_asking(page: Page, service: PlayedService) -> None:
    page.get_by_role("button", name="Read it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing to read")
    assert service.bodies == []


@pytest.mark.parametrize("name", ["not-a-policy", "not-english"])
def test_no_grade_never_looks_like_a_good_one(
    page: Page, service: PlayedService, name: str
) -> None:
    report = fixture(name)
    service.answer = lambda _: report
    page.get_by_role("button", name="Try the sample").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(report["verdict"]["text"])
    expect(page.locator(".verdict .grade-words")).to_have_text("No grade")
    expect(page.get_by_role("main")).to_contain_text(report["unchecked"][0]["why"])
    expect(page.get_by_role("heading", name="How the grade comes about")).to_have_count(0)
    expect(page.locator(".state-good, .grade-A")).to_have_count(0)
    expect(page.locator(".document-text")).to_have_text(report["details"]["text"])
