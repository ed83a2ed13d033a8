"""Photos in the panel: the service checks them, or their metadata goes without it; none is kept."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import exifread
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pydantic import TypeAdapter

from assistant.photo.clean import clean
from assistant.photo.details import Linkage
from assistant.photo.linkage import link
from assistant.photo.shots import Shot
from assistant.photos import Checked
from tests.api.stub import StubAssistant
from tests.browser.auditing import violations
from tests.browser.screenshots import BROKEN, PHOTO, planted, told_of_planted, told_of_scene
from tests.browser.stage import JsonObject
from tests.extension.played import (
    PROBLEM,
    TAB,
    Surfaces,
    change,
    choose,
    give_photos,
    sent,
    states,
    view,
)
from tests.extension.stage import Stage, until
from tests.photo import clean_images as made
from tests.photo.scene import scene
from tests.servers import page as html

pytestmark = pytest.mark.browser

HUGE_BYTES = 20_000_000
KEPT = """async () => JSON.stringify([
  await chrome.storage.local.get(), await chrome.storage.session.get()])"""
DROP = """([name, data]) => {
  const held = new DataTransfer();
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  held.items.add(new File([bytes], name, {type: 'image/jpeg'}));
  for (const type of ['dragover', 'drop'])
    document.body.dispatchEvent(
      new DragEvent(type, {dataTransfer: held, bubbles: true, cancelable: true}));
}"""
CHECKED_SCENE: JsonObject = {"name": "0"}


@cache
def _linkage() -> str:
    shots = [told["shots"][0] for told in told_of_planted().values() if told["shots"]]
    for number, shot in enumerate(shots):
        shot["name"] = str(number)
    parsed = TypeAdapter(list[Shot]).validate_python(shots)
    return TypeAdapter(Linkage).dump_json(link(parsed)).decode()


def linkage() -> JsonObject:
    told: JsonObject = json.loads(_linkage())
    return told


def checked() -> dict[str, JsonObject]:
    """What the background answers of each photo, by its name."""
    several = {
        name: {"problem": told["errors"][0]["error"]}
        if told["errors"]
        else {"checked": {"report": told["reports"][0], "shot": told["shots"][0]}}
        for name, told in told_of_planted().items()
    }
    return several | {PHOTO: {"checked": {"report": told_of_scene(), "shot": CHECKED_SCENE}}}


@pytest.fixture
def photos(played: Surfaces) -> Iterator[Page]:
    """The panel where photos are chosen, with a service that answers."""
    with played.opened("panel", states()["rated"], width=420, height=900) as page:
        give_photos(page, checked(), linkage())
        page.get_by_role("tab", name="Photos").click()
        yield page


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def saved(page: Page, button: str, folder: Path) -> tuple[str, bytes]:
    """Click, and what was saved: its name and its bytes."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    download.value.save_as(folder / "saved")
    return download.value.suggested_filename, (folder / "saved").read_bytes()


def every_state(page: Page) -> Iterator[str]:
    """Brings the side for photos into each of its states, and names it."""
    give_photos(page, checked(), linkage())
    page.get_by_role("tab", name="Photos").click()
    yield "choose"
    choose(page, {PHOTO: scene()})
    page.locator(".photo-findings").wait_for()
    yield "one"
    page.get_by_role("button", name="Choose other photos").click()
    choose(page, planted())
    page.locator(".photos-list").wait_for()
    yield "several"
    page.get_by_role("button", name="IMG_0001.jpg").first.click()
    page.get_by_role("button", name="Back to all").wait_for()
    yield "one of several"
    page.get_by_role("button", name="Choose other photos").click()
    page.evaluate("problem => (played.photos = {'a.jpg': {problem}})", PROBLEM)
    choose(page, {"a.jpg": scene()})
    page.get_by_role("button", name="Remove the metadata without it").wait_for()
    yield "failed"
    page.get_by_role("button", name="Choose other photos").click()
    change(page, connection="basic")
    page.get_by_text("Remove the metadata", exact=True).wait_for()
    yield "choose without the service"
    choose(page, {"IMG_1.jpg": scene(), "b.png": made.png(), "c.jpg": b"no photo"})
    page.locator(".stripped").wait_for()
    yield "stripped"


def test_axe_finds_nothing_in_any_state(played: Surfaces) -> None:
    with played.opened("panel", view(), width=420, height=900) as page:
        found = {state: violations(page) for state in every_state(page)}
    assert {name: told for name, told in found.items() if told} == {}


def test_nothing_needs_sideways_scrolling_in_a_narrow_panel(played: Surfaces) -> None:
    with played.opened("panel", view(), width=320, height=700) as page:
        widths = {}
        for state in every_state(page):
            page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
            widths[state] = page.evaluate("document.documentElement.scrollWidth")
    assert {state: width for state, width in widths.items() if width > 320} == {}


def test_one_photo_is_told_of_and_copied(photos: Page, tmp_path: Path) -> None:
    heading(photos, "Check photos before you share them.")
    choose(photos, {PHOTO: scene()})
    heading(photos, told_of_scene()["verdict"]["text"])
    expect(photos.get_by_role("heading", level=1)).to_be_focused()
    expect(photos.get_by_role("img", name="Map of where")).to_be_visible()
    expect(photos.locator(".photo-frame rect")).to_have_count(
        len(told_of_scene()["details"]["regions"])
    )
    photos.get_by_role("checkbox", name="Codes").check()
    assert saved(photos, "Save a clean copy", tmp_path) == ("photo-0001.jpg", scene())
    expect(photos.locator(".photo-cleaned")).to_contain_text("Saved as photo-0001.jpg")
    (asked,) = sent(photos, "clean-photo")
    assert [box["kind"] for box in asked["boxes"]] == ["code"]
    photos.get_by_role("button", name="Show it beside the picture").first.click()
    expect(photos.locator(".photo-beside img")).to_have_count(2)


def test_several_photos_are_linked_listed_and_copied(photos: Page, tmp_path: Path) -> None:
    choose(photos, planted())
    expect(photos.get_by_role("heading", level=1)).to_contain_text("lives and works")
    expect(photos.locator(".photos-entry")).to_have_count(len(planted()))
    expect(photos.locator(".is-unread")).to_contain_text(BROKEN)
    assert len(sent(photos, "check-photo")) == len(planted())
    photos.locator(".photos-list").get_by_role("button", name="beach.jpg").click()
    photos.get_by_role("button", name="Back to all 12 photos").click()
    expect(photos.locator(".photos-list").get_by_role("button", name="beach.jpg")).to_be_focused()
    name, data = saved(photos, "Save clean copies of all 11", tmp_path)
    assert name == "clean-photos.zip"
    with ZipFile(io.BytesIO(data)) as copies:
        assert copies.namelist() == [f"photo-{number:04}.jpg" for number in range(1, 12)]


def test_photos_stay_while_the_page_goes_on(photos: Page) -> None:
    choose(photos, {PHOTO: scene()})
    photos.locator(".photo-findings details summary").first.click()
    change(photos, connection="basic")
    photos.get_by_role("tab", name="What it does").click()
    change(photos, connection="connected", tabId=TAB, working="rating")
    photos.get_by_role("tab", name="Photos").click()
    expect(photos.locator(".photo-findings details[open]")).to_have_count(1)


def test_checking_is_stopped(photos: Page) -> None:
    photos.evaluate("played.photos = {get 'a.jpg'() { return new Promise(() => {}); }}")
    choose(photos, {"a.jpg": scene(), "b.jpg": scene()})
    heading(photos, "Checking 2 photos")
    photos.get_by_role("button", name="Stop").click()
    heading(photos, "Check photos before you share them.")
    assert len(sent(photos, "check-photo")) == 1


def test_what_is_no_photo_is_said(photos: Page) -> None:
    choose(photos, {"a.jpg": b"", "b.jpg": b""})
    give_photos(photos, {}, linkage())
    photos.get_by_role("button", name="Choose other photos").click()
    photos.locator("#photo-files").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"text"}
    )
    expect(photos.get_by_role("alert").filter(has_text="That is no photo.")).to_be_visible()
    expect(photos.locator("#photo-files")).to_be_attached()


def test_a_photo_that_is_dropped_is_checked(photos: Page) -> None:
    photos.get_by_role("tab", name="What it says").click()
    photos.evaluate(DROP, [PHOTO, base64.b64encode(scene()).decode()])
    heading(photos, told_of_scene()["verdict"]["text"])
    change(photos, place="private", site=None, live=None, report=None)
    photos.evaluate(DROP, [PHOTO, base64.b64encode(scene()).decode()])
    expect(photos.get_by_role("tab")).to_have_count(0)
    assert len(sent(photos, "check-photo")) == 1


def test_a_failure_is_told_with_ways_on(photos: Page, tmp_path: Path) -> None:
    photos.evaluate("problem => (played.photos['a.jpg'] = {problem})", PROBLEM)
    choose(photos, {"a.jpg": scene()})
    heading(photos, PROBLEM["message"])
    photos.get_by_role("button", name="Try again", exact=True).click()
    until(lambda: len(sent(photos, "check-photo")) == 2)
    photos.get_by_role("button", name="Remove the metadata without it").click()
    heading(photos, "This photo carries metadata.")
    name, data = saved(photos, "Save the clean copy", tmp_path)
    assert (name, data) == ("photo-0001.jpg", clean(scene()).data)


@pytest.mark.parametrize("connection", ["basic", "unpaired", "stranger"])
def test_without_the_service_metadata_goes_all_the_same(
    photos: Page, connection: str, tmp_path: Path
) -> None:
    change(photos, connection=connection)
    expect(photos.get_by_text("Nobody looked at the picture itself")).to_be_visible()
    choose(photos, {"IMG_1.jpg": scene(), "b.png": made.png(), "c.jpg": scene()[:4000]})
    heading(photos, "1 of 3 photos carries metadata.")
    entries = photos.locator(".stripped-entry")
    expect(entries.nth(0)).to_contain_text("Exif with a place, the camera")
    expect(entries.nth(1)).to_contain_text("Nothing but the picture is in it.")
    expect(entries.nth(2)).to_contain_text("No copy was made. The file is cut or damaged")
    expect(photos.get_by_text("Nobody looked at the picture itself")).to_be_visible()
    name, data = saved(photos, "Save 2 clean copies", tmp_path)
    assert name == "clean-photos.zip"
    with ZipFile(io.BytesIO(data)) as copies:
        told = {name: copies.read(name) for name in copies.namelist()}
    assert told == {"photo-0001.jpg": clean(scene()).data, "photo-0002.png": made.png()}
    assert sent(photos, "check-photo") == []


def test_a_profile_with_something_behind_it_leaves_a_png(photos: Page, tmp_path: Path) -> None:
    """Browsers refuse to unpack what has something behind it; the profile goes with it."""
    body = b"icc\0\0" + zlib.compress(made.colours()) + made.SECRET
    change(photos, connection="basic")
    choose(photos, {"a.png": made.png_with(made.png(), made.chunk(b"iCCP", body))})
    name, data = saved(photos, "Save the clean copy", tmp_path)
    assert (name, data) == ("photo-0001.png", made.png())


# With the real background and the real service ---------------------------------------------------


@pytest.fixture
def assistant(stage: Stage) -> StubAssistant:
    assert isinstance(stage.service.assistant, StubAssistant)
    return stage.service.assistant


def panel_for_photos(stage: Stage) -> Page:
    stage.sites.answers["/"] = html("<h1>Shop</h1>")
    panel = stage.panel(stage.tab_id(stage.visit("/")))
    panel.get_by_role("tab", name="Photos").click()
    return panel


def test_a_photo_is_checked_and_cleaned_by_the_service(stage: Stage, tmp_path: Path) -> None:
    stage.pair()
    panel = panel_for_photos(stage)
    choose(panel, {"IMG_1.jpg": scene()})
    expect(panel.get_by_role("heading", level=1)).to_contain_text("Vienna", timeout=90_000)
    expect(panel.get_by_role("img", name="Map of where")).to_be_visible()
    panel.get_by_role("button", name="Show it beside the picture").first.click()
    expect(panel.locator(".photo-beside img")).to_have_count(2)
    name, data = saved(panel, "Save a clean copy", tmp_path)
    assert name == "photo-0001.jpg"
    assert data == clean(scene()).data
    assert exifread.process_file(io.BytesIO(data)) == {}
    choose_others(panel, {"a.jpg": planted()["IMG_0001.jpg"], "b.jpg": planted()["IMG_0002.jpg"]})
    expect(panel.locator(".photos-entry")).to_have_count(2, timeout=90_000)
    expect(panel.get_by_role("heading", name="What they tell together")).to_be_visible()
    assert "IMG_1" not in stage.evaluate(KEPT)
    assert stage.service.assistant.history() == ()


def choose_others(panel: Page, photos: dict[str, bytes]) -> None:
    panel.get_by_role("button", name="Choose other photos").click()
    choose(panel, photos)


def test_a_huge_photo_arrives_whole_and_so_does_its_copy(
    stage: Stage, assistant: StubAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    size = (3000, 2250)
    noise = Image.frombytes("RGB", size, random.Random(5).randbytes(size[0] * size[1] * 3))
    huge = made.png_with(made.png(noise, compress_level=0), made.PNG_DETAILS["text"])
    assert len(huge) > HUGE_BYTES
    arrived: list[str] = []
    check = assistant.check_photo

    def noted(data: bytes, name: str, **how: Any) -> Checked:
        arrived.append(hashlib.sha256(data).hexdigest())
        return check(data, name, metadata_only=True)

    monkeypatch.setattr(assistant, "check_photo", noted)
    stage.pair()
    panel = panel_for_photos(stage)
    (tmp_path / "huge.png").write_bytes(huge)
    panel.locator("#photo-files").set_input_files(tmp_path / "huge.png")
    panel.get_by_role("button", name="Save a clean copy").wait_for(timeout=90_000)
    assert arrived == [hashlib.sha256(huge).hexdigest()]
    panel.set_default_timeout(90_000)
    _, copy = saved(panel, "Save a clean copy", tmp_path)
    assert copy == clean(huge).data

    stage.service.stop()
    choose_others(panel, {})
    panel.locator("#photo-files").set_input_files(tmp_path / "huge.png")
    panel.get_by_role("button", name="Remove the metadata without it").click()
    _, copy = saved(panel, "Save the clean copy", tmp_path)
    assert copy == clean(huge).data


def test_a_refusal_of_the_service_is_shown_in_its_own_words(stage: Stage) -> None:
    stage.pair()
    panel = panel_for_photos(stage)
    choose(panel, {"a.jpg": b"no photo"})
    heading(panel, "This is no photo of a kind that can be checked.")


def test_without_a_service_metadata_is_removed_in_the_browser(stage: Stage, tmp_path: Path) -> None:
    stage.service.stop()
    panel = panel_for_photos(stage)
    choose(panel, {"a.jpg": made.after_first(made.jpeg(), made.JPEG_DETAILS["XMP"])})
    heading(panel, "This photo carries metadata.")
    assert saved(panel, "Save the clean copy", tmp_path) == ("photo-0001.jpg", made.jpeg())
