"""Photos that were shared, over HTTP: noted where asked, told with the next one, forgotten."""

from __future__ import annotations

import pytest

from assistant.settings import Settings
from tests.api.service import Service, running
from tests.api.stub import StubAssistant
from tests.photo.pictures import photo

SERIAL = "9012345678"


@pytest.fixture
def assistant() -> StubAssistant:
    """Of a person who turned the ledger on."""
    return StubAssistant(Settings(keep_photo_ledger=True))


def check(service: Service, data: bytes, more: str = "") -> list[str]:
    """The claims about photos shared before, of one that is sent."""
    path = f"/photo?metadata_only=true{more}"
    answer = service.upload(data, "holiday.jpg", "image/jpeg", path=path)
    assert answer.status == 200
    claims = [one["claim"] for one in answer.json()["details"]["inferences"]]
    return [claim for claim in claims if "shared before" in claim]


def test_a_shared_photo_links_the_next_one(service: Service) -> None:
    new = photo(serial=SERIAL, seed=2)
    assert check(service, new) == []
    assert check(service, photo(serial=SERIAL), "&shared=true") == []

    (claim,) = check(service, new)

    assert "this photo and 1 that you shared before come from the same device" in claim
    assert check(service, photo(serial="9012345679")) == []


@pytest.mark.parametrize(("path", "forgotten"), [("/photo/shared", 1), ("/history", 0)])
def test_forgetting(service: Service, path: str, forgotten: int) -> None:
    check(service, photo(serial=SERIAL), "&shared=true")

    assert service.call("DELETE", path).json() == {"forgotten": forgotten}

    assert check(service, photo(serial=SERIAL)) == []


def test_forgetting_one_subject_keeps_the_ledger(service: Service) -> None:
    check(service, photo(serial=SERIAL), "&shared=true")
    service.call("DELETE", "/history?name=example.com")
    assert len(check(service, photo(serial=SERIAL))) == 1


def test_without_the_setting_it_is_refused() -> None:
    with running(StubAssistant()) as service:
        answer = service.upload(
            photo(serial=SERIAL), "a.jpg", path="/photo?metadata_only=true&shared=true"
        )
        assert (answer.status, answer.error_code) == (422, "invalid-request")
        assert "keep_photo_ledger" in answer.json()["error"]["hint"]
        assert check(service, photo(serial=SERIAL)) == []
