"""Takes the pictures of popup and panel, from invented data only.

Run from the repository root: `python -m tests.extension.screenshots [FOLDER]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.screenshots import shrink
from tests.browser.stage import JsonObject
from tests.extension.played import POPUP_HEIGHT, SCHEMES, Surfaces, states, surfaces

PANEL_WIDTH, PANEL_HEIGHT = 400, 900
SCALE = 2
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parent / "images"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    with surfaces() as stage:
        take_all(stage, parser.parse_args().folder)


if __name__ == "__main__":
    main()
