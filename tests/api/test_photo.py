"""Photos over HTTP: checked, cleaned, and hidden pictures taken out, with the real job."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.api.service import Answer, Service
from tests.photo.pictures import blotches, plain
from tests.photo.test_analyze import WHOLE


def send(service: Service, path: str, data: bytes, name: str = "holiday.jpg") -> Answer:
    return service.upload(data, name, "image/jpeg", path=path)


def test_a_photo_is_checked_and_not_kept(service: Service) -> None:
    answer = send(service, "/photo?metadata_only=true", WHOLE)
    assert answer.status == 200
    report = answer.json()
    assert (report["kind"], report["subject"]["name"]) == ("photo", "holiday.jpg")
    assert report["details"]["place"]["town"] == "Vienna"
    assert service.call("GET", "/history").json() == {"entries": []}


def test_a_clean_copy_comes_back_under_a_neutral_name(service: Service) -> None:
    answer = send(service, "/photo/clean", WHOLE)
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert 'filename="photo-0001.jpg"' in answer.headers["content-disposition"]
    assert answer.headers["x-lossless"] == "true"
    again = send(service, "/photo?metadata_only=true", answer.body).json()
    assert again["rating"]["score"] == 100


def test_a_box_is_covered(service: Service) -> None:
    answer = send(service, "/photo/clean?box=64,64,96,64", plain("PNG"), "a.png")
    assert answer.status == 200
    shown = Image.open(io.BytesIO(answer.body)).convert("RGB")
    assert len(shown.crop((70, 70, 150, 120)).getcolors() or ()) == 1
    assert shown.getpixel((10, 10)) == blotches().getpixel((10, 10))


@pytest.mark.parametrize(
    ("path", "data", "status", "code"),
    [
        ("/photo", b"<html>", 415, "not-a-photo"),
        ("/photo/clean", b"", 415, "not-a-photo"),
        ("/photo/clean", WHOLE[:-900], 422, "uncleanable-photo"),
        ("/photo/clean?box=1,2,3", WHOLE, 422, "invalid-request"),
        ("/photo/clean?box=1,2,0,4", WHOLE, 422, "invalid-request"),
        ("/photo/clean?box=9000,9000,5,5", WHOLE, 422, "invalid-request"),
        ("/photo/hidden?number=0", WHOLE, 404, "not-found"),
    ],
)
def test_what_cannot_be_done_is_said(
    service: Service, path: str, data: bytes, status: int, code: str
) -> None:
    answer = send(service, path, data)
    assert (answer.status, answer.error_code) == (status, code)


def test_a_request_without_a_file_is_refused(service: Service) -> None:
    answer = service.call("POST", "/photo", {"text": "We sell it."})
    assert (answer.status, answer.error_code) == (422, "invalid-request")
