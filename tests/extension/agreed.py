"""“What am I agreeing to?” played in a page: its own scripts, before a played background."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.stage import JsonObject, Scheme
from tests.extension.played import EXTENSION
from tests.servers import Server, page

QUESTION = "What am I agreeing to?"
WIDTH, HEIGHT = 480, 760

SHOP = """<style>
    body { max-width: 26rem; margin: 1.5rem; font: 1rem sans-serif; }
    label { display: block; margin: 0.6rem 0; }
    @media (prefers-color-scheme: dark) {
      body { background: #16181c; color: #eee; }
      a { color: #8cf; }
    }
  </style>
  <h1>Join Plumwood Lamps</h1>
  <form><label>E-mail <input type=email id=name></label>
  <label><input type=checkbox> I agree to the <a href=/terms>Terms of Service</a> and the
  <a href=/privacy>Privacy Policy</a>.</label><button>Create account</button></form>"""
"""An invented shop where somebody signs up."""
_PLAYED = """answer => {
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function () { return attach.call(this, {mode: 'open'}); };
  globalThis.chrome = {runtime: {sendMessage: async ({agreeing}) =>
    agreeing === 'read' ? answer : true}};
}"""
"""The scripts in the world of the page, with an open root: axe looks into no other."""
ANSWER: JsonObject = {
    "documents": [
        {
            "name": "Privacy policy",
            "sentence": "Sells what it knows about you, and two more points deserve a look.",
            "grade": "D",
            "graded": "Serious concerns",
        },
        {"name": "Terms", "sentence": "It was not rated.", "grade": None, "graded": "No grade"},
    ],
    "points": [
        {
            "title": title,
            "why": "Others can buy what you do here.",
            "quote": "We may sell what you tell us to partners.",
            "severity": "Serious",
            "document": "Privacy policy",
        }
        for title in ("Sells your data", "Keeps it for ever", "Follows you elsewhere")
    ],
    "gaps": ["The terms are not in English."],
    "problem": None,
}
PROBLEM: JsonObject = {
    "documents": [],
    "points": [],
    "gaps": [],
    "problem": {
        "code": "service-gone",
        "message": "The assistant on this computer does not answer.",
        "hint": "Start it in a terminal with `privacy-assistant serve`, then try again.",
    },
}


def _scripts() -> Iterator[str]:
    manifest = json.loads((EXTENSION / "manifest.json").read_text("utf-8"))
    for entry in manifest["content_scripts"]:
        if "src/content/agreeing.js" in entry["js"]:
            for path in entry["js"]:
                if not path.endswith("policy-links.js"):
                    yield (EXTENSION / path).read_text("utf-8")


@contextmanager
def shown(
    browser: Browser, html: str, answer: JsonObject, *, scheme: Scheme, scale: int = 1
) -> Iterator[Page]:
    """A page with a form whose control was clicked, and the card open."""
    whole = f"<!doctype html><html lang=en><title>Join</title>{html}"
    with (
        Server({"/": page(whole)}) as server,
        closing(
            browser.new_page(
                color_scheme=scheme,
                viewport={"width": WIDTH, "height": HEIGHT},
                device_scale_factor=scale,
            )
        ) as opened,
    ):
        opened.goto(server.url())
        opened.evaluate(_PLAYED, answer)
        for script in _scripts():
            opened.add_script_tag(content=script)
        opened.get_by_role("button", name=QUESTION).click()
        footer = opened.get_by_role("dialog", name=QUESTION).locator("footer")
        footer.get_by_role("button").nth(1).wait_for()
        yield opened
