"""Takes the pictures of the page for the documentation, from invented data only.

Run from the repository root: `python -m tests.browser.screenshots [FOLDER]`. The report is what
the assistant says of the page's own sample, so the pictures follow the rules.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from assistant.errors import NotAPhoto
from assistant.service import Assistant, FromBytes, report_json
from assistant.settings import Settings
from tests.browser.stage import (
    SAMPLE,
    SAMPLE_URL,
    SCHEMES,
    Failure,
    JsonObject,
    PlayedService,
    Scheme,
    asking,
    chromium,
    fixture,
    page_server,
)
from tests.photo.folders import BEACH, HOME, MONDAY, OFFICE, at
from tests.photo.pictures import photo, plain
from tests.photo.scene import hidden_of_scene, scene
from tests.render.sites import SiteReport, make_site

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 400, "height": 800}
SAMPLE_DATE = datetime(2026, 11, 22, 10, tzinfo=UTC)


def _empty(page: Page, service: PlayedService) -> None:
    page.get_by_label("Address of a policy").wait_for()


def _report(page: Page, service: PlayedService) -> None:
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".summary-list summary").nth(2).click()
    page.get_by_role("button", name="Show in the document").first.click()
    page.locator("mark").wait_for()
    page.locator(".summary-list summary").nth(2).focus()
    page.evaluate("scrollTo(0, 0)")


def _findings(page: Page, service: PlayedService) -> None:
    page.get_by_role("button", name="Try the sample").click()
    page.locator(".finding summary").nth(1).click()
    page.get_by_role("heading", name="What was found").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.findings').scrollIntoView()")


def _error(page: Page, service: PlayedService) -> None:
    service.answer = lambda _: Failure(
        400,
        "refused-address",
        "The address leads into a private network or to this computer, so it was not fetched.",
        "If that is intended, name the address in the setting `fetch_allow_addresses`.",
    )
    page.get_by_label("Address of a policy").fill("http://192.168.0.1/privacy")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("heading", name="That address is private").wait_for()


def _loading(page: Page, service: PlayedService) -> None:
    service.waiting = True
    page.get_by_label("Address of a policy").fill("lumenpost.example/privacy")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("heading", name=re.compile("^Reading")).wait_for()
    page.wait_for_timeout(2_300)


def _no_grade(page: Page, service: PlayedService) -> None:
    service.answer = lambda _: fixture("not-a-policy")
    page.get_by_text("Paste the text").click()
    page.get_by_label("Text of the policy").fill("Peel the pears.")
    page.get_by_role("button", name="Read this text").click()
    page.get_by_role("heading", name="not rated").wait_for()


def _ask(page: Page, service: PlayedService) -> None:
    page.get_by_role("button", name="Try the sample").click()
    page.get_by_label("Ask in your own words").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".asked h3").wait_for()
    page.evaluate("document.querySelector('.questions').scrollIntoView()")


def _changes(page: Page, service: PlayedService) -> None:
    service.keep(service.answer(""))  # type: ignore[arg-type]
    page.get_by_role("button", name="Try the sample").click()
    page.get_by_role("button", name="What changed since").click()
    page.get_by_text("Every passage that changed").click()
    page.evaluate("scrollTo(0, 0)")


@cache
def told_of_scene() -> JsonObject:
    """The real report of the invented photo."""
    from assistant.photo.analyze import analyze_photo
    from assistant.photos import photo_json, report_of

    now = datetime(2026, 11, 27, tzinfo=UTC)
    analysis = analyze_photo(scene(), name=PHOTO, now=now.replace(tzinfo=None), look=True)
    report: JsonObject = json.loads(photo_json(report_of(analysis, scene(), PHOTO, now)))
    return report


def give_photo(page: Page, service: PlayedService) -> None:
    """Hand the invented photo to the page, whose service answers with its real report."""
    service.photo, service.copied = told_of_scene(), hidden_of_scene()
    page.locator("#file").set_input_files(
        {"name": PHOTO, "mimeType": "image/jpeg", "buffer": scene()}
    )
    page.locator(".photo-findings").wait_for()


def _photo(page: Page, service: PlayedService) -> None:
    give_photo(page, service)


def _photo_hidden(page: Page, service: PlayedService) -> None:
    give_photo(page, service)
    page.get_by_role("button", name="Show it beside the picture").click()
    page.locator(".photo-beside img").last.wait_for()
    page.get_by_role("button", name="Save a clean copy").click()
    page.get_by_text("after the same checks").wait_for()
    page.evaluate("document.querySelector('.photo-place').scrollIntoView()")


@cache
def planted() -> dict[str, bytes]:
    """An invented folder by file name: evenings at a home, noons at work, a beach, a plain one."""
    evening = {
        f"IMG_{n + 1:04}.jpg": photo(
            position=at(HOME, 20 * n),
            taken=MONDAY + timedelta(days=3 * n, hours=22),
            serial=CAMERA,
            camera=True,
            seed=n + 1,
        )
        for n in range(5)
    }
    noon = {
        f"IMG_{n + 11:04}.jpg": photo(
            position=OFFICE, taken=MONDAY + timedelta(days=n, hours=12), serial=CAMERA, seed=n + 11
        )
        for n in range(4)
    }
    beach = photo(position=BEACH, taken=MONDAY + timedelta(days=40, hours=15), seed=21)
    return {**evening, **noon, "beach.jpg": beach, "drawing.png": plain("PNG"), BROKEN: b"no photo"}


@cache
def told_of_planted() -> dict[str, JsonObject]:
    """What the service answers of each, sent alone for linking."""
    from assistant.photo.analyze import analyze_photo
    from assistant.photos import Batch, photos_json, report_of

    now = datetime(2026, 11, 27, tzinfo=UTC)
    told: dict[str, JsonObject] = {}
    for name, data in planted().items():
        batch = Batch()
        if name == BROKEN:
            batch.fail(name, NotAPhoto())
        else:
            seen = analyze_photo(data, name=name, now=now.replace(tzinfo=None), look=False)
            batch.add(report_of(seen, data, name, now), seen.shot)
        told[name] = json.loads(photos_json(batch.told(with_shots=True)))
        told[name].setdefault("shots", [])
    return told


def choose_photos(page: Page, photos: dict[str, bytes]) -> None:
    files: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in photos.items()
    ]
    page.locator("#file").set_input_files(files)


def give_photos(page: Page, service: PlayedService) -> None:
    """Hand the planted folder to the page, whose service answers with its real reports."""
    service.several, service.copied = {**told_of_planted()}, planted()["IMG_0001.jpg"]
    choose_photos(page, planted())
    page.locator(".photos-list").wait_for()


def _photos(page: Page, service: PlayedService) -> None:
    give_photos(page, service)


def _photos_list(page: Page, service: PlayedService) -> None:
    give_photos(page, service)
    page.get_by_role("button", name="Save clean copies").click()
    page.get_by_text("after the same checks").wait_for()
    page.evaluate("document.querySelector('.photos-places').scrollIntoView()")


def _photos_checking(page: Page, service: PlayedService) -> None:
    service.several = {**told_of_planted(), "IMG_0012.jpg": None}
    choose_photos(page, planted())
    page.get_by_text("7 of 12").wait_for()


def told_of_site(report: SiteReport) -> JsonObject:
    """What the service answers of a site."""
    told: JsonObject = json.loads(report_json(report))
    return told


def rate_site(page: Page, service: PlayedService, report: SiteReport) -> None:
    """Have a site rated from the start page, whose service answers with that report."""
    service.site = told_of_site(report)
    page.get_by_label("Address of a policy").fill("www.plumwood.example/lamps")
    page.get_by_role("button", name="Rate the site").click()
    page.locator(".site-report").wait_for()
    page.mouse.move(0, 0)


def _site(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_site())


def _pairing(page: Page, service: PlayedService) -> None:
    service.pairings = asking()
    page.reload()
    expect(page.get_by_role("button", name="Allow")).to_be_enabled()
    page.get_by_role("button", name="Disconnect").wait_for()


def _site_contradiction(page: Page, service: PlayedService) -> None:
    rate_site(page, service, make_site())
    page.locator(".finding summary", has_text="Promises no outside analytics").click()
    page.evaluate("document.querySelector('.finding[open]').scrollIntoView({block: 'center'})")


BROKEN = "broken.jpg"
CAMERA = "9012345678"
PHOTO = "IMG_20240517_183000.jpg"
QUESTION = "Do they use cookies?"
OLDER = {
    "erased within 30 days": "erased within 7 days",
    "Some of these partners pay us for this information": "We sell nothing to these partners",
}
"""What an older version of the sample says instead."""

STATES: dict[str, Callable[[Page, PlayedService], None]] = {
    "report": _report,
    "findings": _findings,
    "empty": _empty,
    "error": _error,
    "loading": _loading,
    "no-grade": _no_grade,
    "ask": _ask,
    "changes": _changes,
    "photo": _photo,
    "photo-hidden": _photo_hidden,
    "photos": _photos,
    "photos-list": _photos_list,
    "photos-checking": _photos_checking,
    "site": _site,
    "site-contradiction": _site_contradiction,
    "pairing": _pairing,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """What the assistant says of the sample, under a fixed date.

    Attributes:
        answer: To `QUESTION`.
        changes: Since a version that says `OLDER` instead.
    """

    report: JsonObject
    answer: JsonObject
    changes: JsonObject


def read_sample() -> Sample:
    with TemporaryDirectory() as folder:
        assistant = Assistant(Settings(data_dir=Path(folder)))
        text = SAMPLE.read_text("utf-8")
        before = text
        for now, then in OLDER.items():
            before = re.sub(r"\s+".join(map(re.escape, now.split())), then, before)
        source, older = (
            FromBytes(each.encode(), "lumenpost.example", "text/html", SAMPLE_URL)
            for each in (text, before)
        )
        report = assistant.read_policy(source, remember=False).report
        asked = assistant.ask_policy(source, QUESTION)
        compared = assistant.compare_policies(older, source)
    return Sample(
        json.loads(report_json(replace(report, created_at=SAMPLE_DATE))),
        json.loads(report_json(asked))["details"]["answer"],
        json.loads(report_json(compared))["details"]["changes"],
    )


def shrink(png: bytes) -> bytes:
    """The same picture in 256 colours, which a page of flat colours and text can spare."""
    packed = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def take(
    browser: Browser,
    address: str,
    sample: Sample,
    *,
    state: str,
    scheme: Scheme,
    size: ViewportSize,
) -> bytes:
    """One picture as PNG.

    Args:
        address: Where the page's files are served.
        sample: What reading the sample answers.
    """
    context = browser.new_context(
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    service = PlayedService(lambda _: sample.report, answered=sample.answer, changes=sample.changes)
    service.play_for(page)
    page.goto(address)
    STATES[state](page, service)
    picture = page.screenshot(animations="disabled", caret="hide")
    service.release()
    context.close()
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "images")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="take these pictures only")
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    shots = [(state, WIDE, state) for state in STATES]
    shots += [("report", NARROW, "report-narrow"), ("site", NARROW, "site-narrow")]
    if given.only:
        shots = [shot for shot in shots if shot[2] in given.only]
    sample = read_sample()
    with chromium() as browser, page_server() as server:
        for state, size, name in shots:
            for scheme in SCHEMES:
                picture = take(browser, server.url(), sample, state=state, scheme=scheme, size=size)
                (folder / f"{name}-{scheme}.png").write_bytes(shrink(picture))


if __name__ == "__main__":
    main()
