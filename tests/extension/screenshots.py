"""Takes the pictures of popup, panel and the card beside forms, from invented data only.

Run from the repository root: `python -m tests.extension.screenshots [FOLDER]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.screenshots import shrink
from tests.browser.stage import SCHEMES, JsonObject, Scheme, chromium
from tests.extension.agreed import ANSWER, PROBLEM, SHOP, WIDTH, shown
from tests.extension.played import (
    POPUP_HEIGHT,
    Surfaces,
    change,
    kept,
    states,
    surfaces,
)
from tests.extension.test_photos import every_state

PANEL_WIDTH, PANEL_HEIGHT = 420, 900
SCALE = 2
DECODED = """all => Promise.all(all
  .filter((one) => one.getBoundingClientRect().top < innerHeight)
  .map((one) => one.decode()))"""
PANEL_STATES = ("rated", "not-rated", "rating", "basic", "waiting", "own", "error")


def take(page: Page, path: Path) -> None:
    path.write_bytes(shrink(page.screenshot()))


def take_popup(page: Page, path: Path) -> None:
    """The popup as high as it is."""
    height = page.evaluate("document.body.scrollHeight")
    page.set_viewport_size({"width": 400, "height": min(height, POPUP_HEIGHT)})
    take(page, path)


def take_policy(page: Page, path: Path) -> None:
    """The policy in the panel, with the quotes of a sentence open and a question answered."""
    page.get_by_role("tab", name="What it says").click()
    page.locator("#says .summary-list summary").nth(2).click()
    page.mouse.move(0, 0)
    take(page, path)


def take_before(page: Page, folder: Path, scheme: Scheme) -> None:
    """What changed and was kept, an old report, two policies compared, and nothing kept."""
    tab = page.get_by_role("tab", name="Before")
    tab.click()
    page.locator(".history-list").wait_for()
    take(page, folder / f"panel-before-{scheme}.png")
    page.get_by_role("button", name="What changed in the policy").click()
    page.locator(".changes").wait_for()
    take(page, folder / f"panel-compared-{scheme}.png")
    nothing = {"before": {"before": kept(entries=[], newest=None)}}
    page.evaluate("given => Object.assign(played.told, given)", nothing)
    page.get_by_role("button", name="Back to what was kept").click()
    change(page, report=None)
    page.get_by_text("Nothing of this site").wait_for()
    take(page, folder / f"panel-nothing-kept-{scheme}.png")


def take_photos(page: Page, folder: Path, scheme: Scheme) -> None:
    """Photos in each state in which the panel shows them."""
    for state in every_state(page):
        page.mouse.move(0, 0)
        page.locator("img").evaluate_all(DECODED)
        take(page, folder / f"panel-photos-{state.replace(' ', '-')}-{scheme}.png")


def take_all(stage: Surfaces, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, JsonObject] = states()
    for scheme in SCHEMES:
        for name, state in told.items():
            with stage.opened("popup", state, scheme=scheme, scale=SCALE) as page:
                take_popup(page, folder / f"popup-{name}-{scheme}.png")
        for name in PANEL_STATES:
            with stage.opened(
                "panel",
                told[name],
                scheme=scheme,
                scale=SCALE,
                width=PANEL_WIDTH,
                height=PANEL_HEIGHT,
            ) as page:
                take(page, folder / f"panel-{name}-{scheme}.png")
                if name == "rated":
                    take_policy(page, folder / f"panel-policy-{scheme}.png")
                    take_before(page, folder, scheme)
                    change(page, **told[name])
                    take_photos(page, folder, scheme)


def take_agreeing(browser: Browser, folder: Path) -> None:
    for scheme in SCHEMES:
        for name, answer in (("told", ANSWER), ("problem", PROBLEM)):
            with shown(browser, SHOP, answer, scheme=scheme, scale=SCALE) as page:
                take(page, folder / f"agreeing-{name}-{scheme}.png")
                if name == "told":
                    page.keyboard.press("Escape")
                    page.locator("#name").focus()
                    page.set_viewport_size({"width": WIDTH, "height": 240})
                    take(page, folder / f"agreeing-{scheme}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parent / "images"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    folder = parser.parse_args().folder
    with surfaces() as stage:
        take_all(stage, folder)
    with chromium() as browser:
        take_agreeing(browser, folder)


if __name__ == "__main__":
    main()
