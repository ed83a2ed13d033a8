"""What was kept of a site, from the real history of the service to the panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from assistant.report import Subject
from assistant.settings import Settings
from tests.api.stub import StubAssistant, make_report
from tests.extension.stage import Stage
from tests.render.sites import make_site
from tests.servers import page as html

pytestmark = pytest.mark.browser

SHOP = Subject("shop.test", "https://shop.test/", "0" * 64)
OLD = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def keep(assistant: StubAssistant, *names: str) -> None:
    """Keeps a report of a site or a policy under each name; `policy` begins that of a policy."""
    for name in names:
        kind, _, host = name.partition(" ")
        if kind == "policy":
            report = make_report(b"We sell it.", host)
            assistant._keep(replace(report, created_at=OLD, subject=replace(SHOP, name=host)))
        else:
            subject = replace(SHOP, name=host)
            assistant._keep(replace(make_site(), created_at=NEW, subject=subject))


@pytest.fixture
def assistant(stage: Stage) -> StubAssistant:
    assert isinstance(stage.service.assistant, StubAssistant)
    assistant = stage.service.assistant
    assistant.store.forget()
    return assistant


@pytest.fixture
def panel(stage: Stage, assistant: StubAssistant) -> Iterator[Page]:
    """The panel of a shop whose site and policy were looked at before, and another site's."""
    keep(
        assistant,
        "policy www.shop.test",
        "policy www.shop.test",
        "site shop.test",
        "site other.test",
        "policy shop.test.evil.test",
    )
    stage.pair()
    stage.sites.answers["/"] = html("<h1>Shop</h1>")
    opened = stage.panel(stage.tab_id(stage.visit("/")))
    opened.get_by_role("tab", name="Before").click()
    yield opened
    assistant.store.forget()


def test_only_this_site_is_listed_with_what_changed_first(panel: Page) -> None:
    names = panel.locator(".history-name")
    expect(names).to_have_text(["shop.test", "www.shop.test", "www.shop.test"])
    expect(panel.get_by_role("heading", level=1)).to_have_text("What this site does has changed.")
    expect(panel.get_by_text("As it was rated last, on 24 November 2026.")).to_be_visible()
    expect(panel.locator(".told-changes")).to_be_visible()


def test_reports_are_opened_and_compared(panel: Page) -> None:
    panel.locator(".history-name").nth(1).click()
    expect(panel.get_by_role("heading", level=1)).to_have_text("Sells your data.")
    panel.get_by_role("button", name="Back to what was kept").click()
    panel.locator(".history-name").first.click()
    expect(panel.locator(".site-report")).to_be_visible()
    panel.get_by_role("button", name="Back to what was kept").click()
    panel.get_by_role("button", name="What changed in the policy of www.shop.test").click()
    expect(panel.get_by_role("heading", level=1)).to_have_text("What changed: www.shop.test")


def test_a_report_that_was_forgotten_meanwhile_is_told(
    panel: Page, assistant: StubAssistant
) -> None:
    expect(panel.locator(".history-name")).to_have_count(3)
    assistant.store.forget()
    panel.locator(".history-name").first.click()
    expect(panel.get_by_role("alert").first).to_contain_text("There is nothing of that name here.")
    expect(panel.locator(".history-name")).to_have_count(3)


def test_a_kept_policy_is_asked(stage: Stage, assistant: StubAssistant) -> None:
    keep(assistant, "policy shop.test")
    stage.pair()
    (kept,) = assistant.history()
    asked = {"type": "ask", "tabId": -1, "question": "Is my data sold?", "reportId": kept.id}
    assert stage.send(asked)["answer"]["text"] == "We sell it."


def test_a_tab_that_nobody_may_look_at_tells_nothing(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    own = stage.tab_id(stage.desk)
    assert stage.send({"type": "before", "tabId": own})["problem"]["code"] == "no-page"
    for id_ in ("../health", "", "a" * 201, None):
        told = stage.send({"type": "recall", "id": id_})
        assert told["problem"]["code"] == "internal-error"
    assert stage.send({"type": "recall", "id": "unknown"})["problem"]["code"] == "not-found"


def test_where_nothing_is_kept_the_setting_is_named(
    stage: Stage, assistant: StubAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assistant, "settings", Settings(keep_history_days=0))
    stage.pair()
    stage.sites.answers["/"] = html("<h1>Shop</h1>")
    panel = stage.panel(stage.tab_id(stage.visit("/")))
    panel.get_by_role("tab", name="Before").click()
    expect(panel.get_by_role("heading", level=1)).to_have_text("Nothing is kept.")
    expect(panel.get_by_text("keep_history_days")).to_be_visible()
