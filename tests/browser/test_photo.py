"""A photo on the page: what it gives away, boxes and map, hidden picture, clean copy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screenshots import PHOTO, give_photo, told_of_scene
from tests.browser.stage import Failure, JsonObject, PlayedService
from tests.photo.scene import scene

pytestmark = pytest.mark.browser


@pytest.fixture
def told() -> JsonObject:
    return told_of_scene()


@pytest.fixture
def photo(page: Page, service: PlayedService) -> Page:
    give_photo(page, service)
    expect(page.get_by_role("heading", level=1)).to_contain_text("near Vienna, Austria")
    return page


def give(page: Page, name: str = PHOTO, data: bytes = b"") -> None:
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": data or scene()}
    )


def test_the_picture_is_shown_with_its_boxes(photo: Page, told: JsonObject) -> None:
    regions = told["details"]["regions"]
    assert regions
    expect(photo.locator(".photo-frame img")).to_be_visible()
    expect(photo.locator(".photo-frame rect")).to_have_count(len(regions))
    natural = photo.locator(".photo-frame img").evaluate("i => [i.naturalWidth, i.naturalHeight]")
    assert natural == [told["details"]["width"], told["details"]["height"]]


def test_findings_stand_worst_first_with_their_values(photo: Page, told: JsonObject) -> None:
    titles = photo.locator(".photo-findings summary > span:first-child")
    present = [f for f in told["findings"] if f["outcome"] == "present"]
    expect(titles).to_have_count(len(present))
    order = ["critical", "high", "medium", "low", "info"]
    ranks = [order.index(f["severity"]) for f in present]
    by_title = {f["title"]: rank for f, rank in zip(present, ranks, strict=True)}
    assert [by_title[title] for title in titles.all_text_contents()] == sorted(ranks)
    row = photo.locator(".photo-findings li", has_text="Carries a serial number")
    row.locator("summary").click()
    expect(row).to_contain_text("9012345678")


def test_the_map_is_drawn_without_any_request(photo: Page) -> None:
    expect(photo.locator(".photo-place svg.map")).to_be_visible()
    expect(photo.locator(".photo-place svg.map circle")).to_have_count(1)
    expect(photo.locator(".photo-place")).to_contain_text("Friday")


def test_the_hidden_picture_stands_beside_the_one_that_is_seen(
    photo: Page, service: PlayedService
) -> None:
    section = photo.get_by_role("region", name="Hidden in the file")
    expect(section).to_contain_text("It does not show the same as the picture.")
    section.get_by_role("button", name="Show it beside the picture").click()
    expect(section.locator("img")).to_have_count(2)
    assert service.photo_queries[-1] == "hidden/number=0"


def test_a_clean_copy_is_saved_with_what_was_ticked_covered(
    photo: Page, service: PlayedService, told: JsonObject
) -> None:
    codes = [r for r in told["details"]["regions"] if r["kind"] == "code"]
    photo.get_by_role("checkbox", name="Codes").check()
    with photo.expect_download() as download:
        photo.get_by_role("button", name="Save a clean copy").click()
    assert download.value.suggested_filename == "photo-0001.jpg"
    expect(photo.locator(".photo-cleaned")).to_contain_text("No other pixel was changed.")
    asked = service.photo_queries[-1]
    assert asked == "clean/" + "&".join(
        f"box={r['x']},{r['y']},{r['width']},{r['height']}" for r in codes
    )


def test_a_refusal_stands_where_the_copy_would(photo: Page, service: PlayedService) -> None:
    service.photo = Failure(422, "uncleanable-photo", message="It cannot be cleaned.")
    photo.get_by_role("button", name="Save a clean copy").click()
    expect(photo.locator(".photo-cleaned")).to_contain_text("It cannot be cleaned.")
    expect(photo.locator(".photo-frame img")).to_be_visible()


def test_what_is_no_photo_becomes_a_problem_with_a_way_on(
    page: Page, service: PlayedService
) -> None:
    service.photo = Failure(415, "not-a-photo", message="This is no photo.")
    give(page, "a.jpg", b"<html>")
    expect(page.get_by_role("heading", name="That is no photo")).to_be_visible()


def test_a_name_with_markup_stays_text(
    page: Page, service: PlayedService, told: JsonObject
) -> None:
    name = "<img src=x onerror=alert(1)>.jpg"
    service.photo = {**told, "subject": {**told["subject"], "name": name}}
    give(page, "a.jpg")
    expect(page.locator(".verdict-about")).to_contain_text(name)
