"""A page that the browser draws before anybody asks for it is no part of the page in sight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.extension.stage import EXTENSION, until
from tests.extension.undriven import Undriven, desk, undriven
from tests.servers import Response, Server, page

pytestmark = pytest.mark.browser

RULES = json.dumps({"prerender": [{"source": "list", "urls": ["/next"]}]})
GOING = """setInterval(async () => {
  const answer = await fetch("/go");
  if (answer.status === 200) document.querySelector("a").click();
}, 200)"""
_RECORD = """async () => {
  const [tab] = await chrome.tabs.query({ url: "http://shop.test/*" });
  return chrome.runtime.sendMessage({ type: "observation", tabId: tab.id });
}"""


def visit_of(browser: Undriven) -> dict[str, Any]:
    with browser.driven() as context:
        asking = desk(context)
        record: dict[str, Any] = asking.evaluate(_RECORD)
        asking.close()
    visit: dict[str, Any] = record["visits"][0]
    return visit


def test_a_page_that_is_drawn_ahead_is_told_of_once_it_is_in_sight(tmp_path: Path) -> None:
    with Server({}) as sites, undriven(tmp_path, EXTENSION) as browser:
        shop = sites.url("/", host="shop.test")
        ahead, later = (sites.url(f"/{name}.gif", host="stats.test") for name in ("ahead", "later"))
        link = "<a href=/next>Next</a>"
        tag = f"<script type=speculationrules>{RULES}</script>"
        sites.answers["/"] = page(f"<title>Shop</title>{link}{tag}<script>{GOING}</script>")
        code = f"""navigator.language; document.addEventListener("prerenderingchange", () => {{
          new Image().src = "{later}"; }})"""
        sites.answers["/next"] = page(
            f"<title>Next</title><script>{code}</script><img src='{ahead}'>"
        )
        sites.answers["/ahead.gif"] = sites.answers["/later.gif"] = Response(b"GIF89a")
        browser.start(shop)
        until(lambda: any(request.target == "/ahead.gif" for request in sites.requests))
        before = visit_of(browser)
        assert before["url"] == shop
        assert not any("gif" in request["url"] for request in before["requests"])
        assert before["calls"] == []

        sites.answers["/go"] = Response()
        until(lambda: any(request.target == "/later.gif" for request in sites.requests))
        until(lambda: visit_of(browser)["url"] == f"{shop}next")
        after = visit_of(browser)
        urls = [request["url"] for request in after["requests"]]
        assert [request.target for request in sites.requests].count("/next") == 1
        [drawn] = [request for request in after["requests"] if request["url"] == f"{shop}next"]
        assert (drawn["type"], drawn["status"]) == ("main_frame", 200)
        assert {f"{shop}next", ahead, later} <= set(urls)
        assert not any(url.endswith("/go") for url in urls)
        assert [list(calls["calls"]) for calls in after["calls"]] == [["Navigator.language"]]
