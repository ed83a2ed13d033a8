"""What axe-core finds on a page, in the light scheme and in the dark one."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.stage import REPOSITORY, SCHEMES, Scheme

FEWEST = 5
"""Rules that hold on any page of ours; with fewer, something else was audited."""

_AXE = REPOSITORY / "extension" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """within => axe.run(within ? document.querySelector(within) : document,
  {resultTypes: ['violations']})"""


def violations(page: Page, within: str = "") -> list[tuple[Scheme, str, list[str]]]:
    """Scheme, rule and markup of each. Afterwards the page has the browser's own scheme.

    Args:
        within: Selector of the one part to look at.
    """
    page.evaluate(_AXE.read_text("utf-8"))
    told = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(_RUN, within)
        assert len(found["passes"]) > FEWEST
        told += [
            (scheme, violation["id"], [node["html"] for node in violation["nodes"]])
            for violation in found["violations"]
        ]
    page.emulate_media(color_scheme="null")
    return told
