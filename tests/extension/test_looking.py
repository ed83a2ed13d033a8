"""Popup and panel with the real background and the real service behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.extension.stage import Stage, until
from tests.servers import Response

pytestmark = pytest.mark.browser

SHOP = (
    b"<!doctype html><title>Shop</title><h1>Shop</h1>"
    b"<img src='http://pixel.other.test:%d/p.gif' alt=''><a href=/privacy>Privacy policy</a>"
)


def test_from_connecting_to_the_report_and_its_record(stage: Stage, tmp_path: Path) -> None:
    page = Response(SHOP % stage.sites.port, headers={"Content-Type": "text/html"})
    stage.sites.answers["/"] = page
    tab = stage.tab_id(stage.visit("/"))

    popup = stage.popup(tab)
    expect(popup.locator(".popup-now")).to_contain_text("other.test")
    popup.get_by_role("button", name="Connect", exact=True).click()
    code = popup.locator(".pairing-code [aria-hidden]").inner_text()
    assert stage.service.answer_pairing(code).status < 300
    popup.get_by_role("button", name="Rate this page").click()
    expect(popup.get_by_role("button", name="Open the report")).to_be_visible()
    verdict = popup.get_by_role("heading", level=1).inner_text()

    with popup.expect_event("close"):
        popup.get_by_role("button", name="Why?").click()
    kinds = "() => chrome.runtime.getContexts({}).then((all) => all.map((one) => one.contextType))"
    until(lambda: "SIDE_PANEL" in stage.evaluate(kinds))

    panel = stage.panel(tab)
    expect(panel.get_by_role("heading", level=1)).to_have_text(verdict)
    with panel.expect_download() as saved:
        panel.get_by_role("button", name="Save observation").click()
    saved.value.save_as(tmp_path / "record.json")
    record = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert any("pixel.other.test" in one["url"] for one in record["visits"][0]["requests"])

    panel.get_by_role("tab", name="What it says").click()
    panel.get_by_role("button", name="Read its policy").click()
    expect(panel.get_by_role("heading", level=1)).to_have_text("Sells your data.")


def test_a_stopped_service_is_told_where_a_rating_is_wanted(stage: Stage) -> None:
    stage.sites.answers["/"] = Response(b"<h1>Shop</h1>", headers={"Content-Type": "text/html"})
    tab = stage.tab_id(stage.visit("/"))
    stage.pair()
    stage.service.stop()
    popup = stage.popup(tab)
    popup.locator(".popup-actions .primary").click()
    expect(popup.get_by_role("region", name="Problem")).to_contain_text("does not answer")
    expect(popup.locator(".popup-now")).to_be_visible()
    stage.service.start()
    popup.get_by_role("button", name="Try again").click()
    expect(popup.get_by_role("button", name="Open the report")).to_be_visible()
