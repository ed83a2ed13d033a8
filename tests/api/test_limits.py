"""Callers cannot send more than the settings allow, however they send it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.api.reading import BODY_OVERHEAD_BYTES
from assistant.settings import Settings
from tests.api.service import JSON, Service
from tests.api.stub import StubAssistant

MAX_BYTES = 100_000
MAX_BODY_BYTES = MAX_BYTES + BODY_OVERHEAD_BYTES


@pytest.fixture
def assistant() -> StubAssistant:
    return StubAssistant(Settings(max_input_bytes=MAX_BYTES))


def authorized(service: Service) -> dict[str, str]:
    return {"Authorization": f"Bearer {service.token}", **JSON}


def body_of(size: int) -> bytes:
    return b'{"text": "' + b"a" * (size - 12) + b'"}'


def parts_of(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


def test_a_body_of_the_largest_size_passes(service: Service) -> None:
    body = body_of(MAX_BODY_BYTES)

    assert service.send("POST", "/api/v1/policy", authorized(service), body).status == 200
    assert service.send("POST", "/api/v1/policy", authorized(service), parts_of(body)).status == 200


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 5 * MAX_BODY_BYTES])
def test_a_larger_one_is_refused_with_and_without_its_length(
    service: Service, assistant: StubAssistant, size: int
) -> None:
    for body in (body_of(size), parts_of(body_of(size))):
        answer = service.send("POST", "/api/v1/policy", authorized(service), body)

        assert (answer.status, answer.error_code) == (413, "input-too-large")
    assert assistant.seen == []


def test_a_larger_file_is_refused(service: Service, assistant: StubAssistant) -> None:
    answer = service.upload(b"a" * (MAX_BODY_BYTES + 1), "big.txt")

    assert (answer.status, answer.error_code) == (413, "input-too-large")
    assert assistant.seen == []


def test_other_calls_are_limited_too(service: Service) -> None:
    body = b'{"comment": "' + b"a" * MAX_BODY_BYTES + b'"}'

    answer = service.send("PUT", "/api/v1/history/a/wrong/b", authorized(service), parts_of(body))

    assert (answer.status, answer.error_code) == (413, "input-too-large")


def test_strangers_cannot_make_the_service_read_their_upload(service: Service) -> None:
    answer = service.send("POST", "/api/v1/policy", JSON, body_of(1_000))

    assert (answer.status, answer.error_code) == (401, "not-authorized")
