"""Photos over HTTP: checked, cleaned, and hidden pictures taken out, with the real job."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from assistant.api.photo import MOST_PHOTOS, MOST_SHOTS
from assistant.settings import Settings
from tests.api.service import Answer, Service, running
from tests.api.stub import StubAssistant
from tests.photo.pictures import blotches, photo, plain
from tests.photo.test_analyze import WHOLE

SAME_CAMERA = photo(serial="9012345678", seed=2)
OTHER_CAMERA = photo(serial="5550001112", seed=3)
ONE_CAMERA = ["a.jpg", "b.jpg"]
JsonObject = dict[str, Any]


def send(service: Service, path: str, data: bytes, name: str = "holiday.jpg") -> Answer:
    return service.upload(data, name, "image/jpeg", path=path)


def test_a_photo_is_checked_and_not_kept(service: Service) -> None:
    answer = send(service, "/photo?metadata_only=true", WHOLE)
    assert answer.status == 200
    report = answer.json()
    assert (report["kind"], report["subject"]["name"]) == ("photo", "holiday.jpg")
    assert report["details"]["place"]["town"] == "Vienna"
    assert service.call("GET", "/history").json()["entries"] == []


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


def linked(told: JsonObject) -> dict[str, list[str]]:
    return {claim["kind"]: claim["files"] for claim in told["linkage"]["inferences"]}


def test_several_photos_are_told_alone_and_together(service: Service) -> None:
    files = [(WHOLE, "a.jpg"), (SAME_CAMERA, "b.jpg"), (OTHER_CAMERA, "c.jpg")]
    answer = service.upload_all(files, path="/photo?metadata_only=true")
    assert answer.status == 200
    told = answer.json()
    assert set(told) == {"schema_version", "reports", "linkage", "errors"}
    assert [report["subject"]["name"] for report in told["reports"]] == ["a.jpg", "b.jpg", "c.jpg"]
    assert linked(told) == {"one-device": ONE_CAMERA}
    assert told["errors"] == []
    assert service.call("GET", "/history").json()["entries"] == []


def test_photos_of_two_cameras_are_not_linked(service: Service) -> None:
    files = [(WHOLE, "a.jpg"), (OTHER_CAMERA, "b.jpg")]
    assert linked(service.upload_all(files, path="/photo?metadata_only=true").json()) == {}


def test_a_broken_one_of_three_costs_only_itself(service: Service) -> None:
    files = [(WHOLE, "a.jpg"), (b"<html>", "broken.jpg"), (SAME_CAMERA, "b.jpg")]
    answer = service.upload_all(files, path="/photo?metadata_only=true")
    told = answer.json()
    assert answer.status == 200
    assert [report["subject"]["name"] for report in told["reports"]] == ONE_CAMERA
    assert [(one["file"], one["error"]["code"]) for one in told["errors"]] == [
        ("broken.jpg", "not-a-photo")
    ]
    assert set(told["errors"][0]["error"]) == {"code", "message", "hint"}
    assert linked(told) == {"one-device": ONE_CAMERA}


def test_where_none_can_be_read_each_says_why(service: Service) -> None:
    told = service.upload_all([(b"<html>", "a.jpg"), (b"", "b.jpg")]).json()
    assert told["reports"] == []
    assert [one["file"] for one in told["errors"]] == ["a.jpg", "b.jpg"]
    assert linked(told) == {}


def test_too_many_photos_are_refused_with_the_number_that_goes(service: Service) -> None:
    answer = service.upload_all([(b"x", f"{n}.jpg") for n in range(MOST_PHOTOS + 1)])
    assert (answer.status, answer.error_code) == (413, "input-too-large")
    assert str(MOST_PHOTOS) in answer.json()["error"]["message"]


def test_only_one_photo_is_cleaned_at_a_time(service: Service) -> None:
    answer = service.upload_all([(WHOLE, "a.jpg"), (WHOLE, "b.jpg")], path="/photo/clean")
    assert (answer.status, answer.error_code) == (422, "invalid-request")


def test_photos_sent_one_by_one_are_linked_by_their_shots(service: Service) -> None:
    shots = []
    for data, name in ((WHOLE, "a.jpg"), (SAME_CAMERA, "b.jpg"), (OTHER_CAMERA, "c.jpg")):
        told = send(service, "/photo?metadata_only=true&shots=true", data, name).json()
        assert len(told["reports"]) == 1
        assert told["linkage"]["inferences"] == []
        shots += told["shots"]
    answer = service.call("POST", "/photo/linkage", {"shots": shots})
    assert answer.status == 200
    assert linked({"linkage": answer.json()}) == {"one-device": ONE_CAMERA}


def test_a_broken_photo_that_is_sent_alone_for_linking_is_an_error_of_the_list(
    service: Service,
) -> None:
    told = send(service, "/photo?shots=true", b"<html>", "a.jpg").json()
    assert (told["reports"], told["errors"][0]["file"]) == ([], "a.jpg")


@pytest.mark.parametrize(
    "shots",
    [
        [{"name": "a.jpg"}],
        [{"name": "a.jpg", "facts": {"position": {"latitude": 91, "longitude": 0}}}],
        [{"name": "a.jpg", "facts": {"position": {"latitude": "NaN", "longitude": 0}}}],
        [{"name": "a.jpg", "facts": {}, "taken": "2024-05-17T18:30:00Z"}],
        [{"name": "a.jpg", "facts": {}}] * (MOST_SHOTS + 1),
    ],
    ids=["half", "off the globe", "no number", "not local", "too many"],
)
def test_shots_that_no_photo_gave_are_refused(service: Service, shots: list[object]) -> None:
    answer = service.call("POST", "/photo/linkage", {"shots": shots})
    assert (answer.status, answer.error_code) == (422, "invalid-request")


def test_nothing_is_linked_of_nothing(service: Service) -> None:
    told = service.call("POST", "/photo/linkage", {"shots": []}).json()
    assert (told["photos"], told["inferences"], told["sentence"]) == (0, [], "")


def test_photos_have_a_limit_of_their_own() -> None:
    padded = WHOLE + bytes(1_200_000)
    roomy = Settings(max_input_bytes=1_000, max_photo_bytes=3_000_000)
    with running(StubAssistant(roomy)) as service:
        assert send(service, "/photo?metadata_only=true", padded).status == 200
        two = service.upload_all([(padded + padded, "a.jpg"), (padded + padded, "b.jpg")])
        assert (two.status, two.error_code) == (413, "input-too-large")
        assert service.upload(padded, "a.txt", path="/policy").status == 413
