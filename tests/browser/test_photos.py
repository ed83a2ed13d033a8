"""Several photos on the page: what they tell together, each of them, and the clean copies."""

from __future__ import annotations

from zipfile import ZIP_STORED, ZipFile

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.screenshots import (
    BROKEN,
    choose_photos,
    give_photos,
    planted,
    told_of_planted,
)
from tests.browser.stage import PlayedService

pytestmark = pytest.mark.browser

AT_HOME = [f"IMG_{n:04}.jpg" for n in range(1, 6)]
AT_WORK = [f"IMG_{n:04}.jpg" for n in range(11, 15)]


@pytest.fixture
def photos(page: Page, service: PlayedService) -> Page:
    give_photos(page, service)
    return page


def some(*names: str) -> dict[str, bytes]:
    return {name: planted()[name] for name in names}


def claim(page: Page, kind: str) -> Locator:
    return page.locator(".photos-claim").filter(has=page.get_by_role("heading", name=kind))


def test_home_and_work_stand_with_the_photos_that_say_so(photos: Page) -> None:
    expect(photos.get_by_role("heading", level=1)).to_contain_text("lives and works")
    expect(claim(photos, "Home").get_by_role("button")).to_have_text(AT_HOME)
    expect(claim(photos, "Work or school").get_by_role("button")).to_have_text(AT_WORK)
    claim(photos, "One device").get_by_text("5 more").click()
    expect(claim(photos, "One device").get_by_role("button")).to_have_text(AT_HOME + AT_WORK)
    expect(photos.locator(".photos-unique")).to_contain_text("10 places and hours")


def test_photos_without_anything_in_common_are_not_linked(
    page: Page, service: PlayedService
) -> None:
    service.several = {**told_of_planted()}
    choose_photos(page, some("beach.jpg", "drawing.png"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Nothing was found that links these photos."
    )
    expect(page.locator(".photos-entry")).to_have_count(2)
    expect(page.get_by_role("heading", name="What they tell together")).to_have_count(0)


def test_where_none_is_a_photo_that_is_said(page: Page, service: PlayedService) -> None:
    service.several = {**told_of_planted()}
    file: FilePayload = {"name": BROKEN, "mimeType": "image/jpeg", "buffer": b"no photo"}
    page.locator("#file").set_input_files([file, file])
    expect(page.get_by_role("heading", level=1)).to_have_text("None of these photos could be read.")
    expect(page.locator(".photos-entry.is-unread")).to_have_count(2)
    expect(page.get_by_role("button", name="clean cop")).to_have_count(0)


def test_all_places_are_on_one_map(photos: Page) -> None:
    places = photos.get_by_role("region", name="Where they were taken")
    expect(places.locator("svg.map circle")).to_have_count(10)
    expect(places).to_contain_text("10 of 11 photos say where: near Vienna, Austria; near Ródos")


def test_the_list_has_the_worst_first_and_says_what_was_not_read(photos: Page) -> None:
    entries = photos.locator(".photos-entry")
    expect(entries).to_have_count(12)
    told = told_of_planted()
    scores = [
        told[name]["reports"][0]["rating"]["score"]
        for name in photos.locator(".photos-list button").all_text_contents()
    ]
    assert scores == sorted(scores)
    expect(entries.first).to_contain_text("near Vienna, Austria")
    expect(entries.last).to_contain_text(BROKEN)
    expect(entries.last).to_contain_text("This is no photo")
    expect(entries.last.get_by_role("button")).to_have_count(0)


def test_each_photo_opens_and_leads_back_to_where_it_stood(photos: Page) -> None:
    claim(photos, "Work or school").get_by_role("button", name="IMG_0012.jpg").click()
    expect(photos.locator(".verdict-about")).to_contain_text("IMG_0012.jpg")
    expect(photos.locator(".photo-findings")).to_be_visible()
    expect(photos.locator(".photo-picture img")).to_be_visible()
    photos.get_by_role("button", name="Back to all 12 photos").click()
    expect(
        photos.locator(".photos-list").get_by_role("button", name="IMG_0012.jpg")
    ).to_be_focused()


def test_two_files_of_one_name_are_told_apart(page: Page, service: PlayedService) -> None:
    service.several = {**told_of_planted()}
    name = AT_HOME[0]
    file: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": planted()[name]}
    page.locator("#file").set_input_files([file, file])
    expect(claim(page, "One device").get_by_role("button")).to_have_count(2)


def test_the_page_shows_how_far_it_is_and_can_be_stopped(
    page: Page, service: PlayedService
) -> None:
    service.several = {**told_of_planted(), "IMG_0012.jpg": None}
    choose_photos(page, planted())
    expect(page.locator(".photos-current")).to_have_text("7 of 12 IMG_0012.jpg")
    bar = page.get_by_role("progressbar", name="Photos checked")
    assert bar.evaluate("bar => bar.position") == 0.5
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you agreeing to?")


def test_a_service_that_is_gone_is_no_fault_of_a_photo(page: Page, service: PlayedService) -> None:
    service.gone = True
    choose_photos(page, planted())
    expect(page.get_by_role("heading", name="The assistant is not answering")).to_be_visible()


def test_all_copies_come_in_one_zip_and_refusals_are_listed(
    photos: Page, service: PlayedService
) -> None:
    service.uncleanable = frozenset({"IMG_0002.jpg"})
    with photos.expect_download() as download:
        photos.get_by_role("button", name="Save clean copies of all 11").click()
    assert download.value.suggested_filename == "clean-photos.zip"
    with ZipFile(download.value.path()) as copies:
        expected = [f"photo-{n:04}.jpg" for n in range(1, 12) if n != 2]
        assert copies.namelist() == expected
        assert copies.testzip() is None
        assert {file.compress_type for file in copies.infolist()} == {ZIP_STORED}
        assert copies.read(expected[0]) == service.copied
    cleaned = photos.locator(".photos-cleaned")
    expect(cleaned).to_contain_text("10 of 11 copies saved")
    refused = cleaned.get_by_role("region", name="No copy was made of")
    expect(refused.get_by_role("listitem")).to_have_count(1)
    expect(refused).to_contain_text("IMG_0002.jpg It cannot be cleaned.")


def test_where_every_copy_is_refused_nothing_is_saved(photos: Page, service: PlayedService) -> None:
    service.uncleanable = frozenset(planted())
    photos.get_by_role("button", name="Save clean copies").click()
    expect(photos.locator(".photos-cleaned")).to_contain_text("No copy was saved.")
    expect(photos.locator(".photos-cleaned li")).to_have_count(11)


def test_what_was_not_seen_is_not_covered_and_gets_no_copy(
    page: Page, service: PlayedService
) -> None:
    told = told_of_planted()
    details = told["beach.jpg"]["reports"][0]["details"]
    face = {"kind": "face", "x": 1, "y": 1, "width": 9, "height": 9}
    details |= {"looked": True, "regions": [{**face, "what": "a face", "why": "", "confidence": 1}]}
    service.several = {**told}
    choose_photos(page, some("beach.jpg", "drawing.png"))
    page.get_by_role("checkbox", name="faces").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save clean copies").click()
    with ZipFile(download.value.path()) as copies:
        assert copies.namelist() == ["photo-0001.jpg"]
    refused = page.locator(".photos-cleaned").get_by_role("region", name="No copy was made of")
    expect(refused).to_contain_text("drawing.png What it shows could not be looked at")
