"""Failures have one shape, a status for each kind, and never quote the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assistant import errors
from assistant.api.failures import STATUS
from assistant.errors import AssistantError
from assistant.service import PolicySource
from tests.api.logbook import recorded_log
from tests.api.service import Service
from tests.api.stub import StubAssistant

MARK = "Xylophonquarz-7319"


def kinds_of(kind: type[AssistantError]) -> Iterator[type[AssistantError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds_of(narrower)


def test_every_error_has_a_status_of_its_own() -> None:
    declared = {kind for kind in kinds_of(AssistantError) if kind.__module__ == errors.__name__}

    assert set(STATUS) == declared
    assert all(400 <= status < 600 for status in STATUS.values())


def test_bad_input_is_never_our_fault() -> None:
    for kind, status in STATUS.items():
        if issubclass(kind, errors.InputError | errors.FetchError):
            assert status < 500


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "not-found"),
        ("GET", "/page/nothing.js", 404, "not-found"),
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/api/v1/history/", 404, "not-found"),
        ("POST", "/api/v1/history", 405, "invalid-request"),
        ("PATCH", "/api/v1/policy", 405, "invalid-request"),
        ("OPTIONS", "/api/v1/policy", 405, "invalid-request"),
        ("POST", "/page/index.html", 405, "invalid-request"),
    ],
)
def test_what_is_not_there_answers_in_the_same_shape(
    service: Service, method: str, path: str, status: int, code: str
) -> None:
    answer = service.send(method, path, {"Authorization": f"Bearer {service.token}"})

    assert (answer.status, answer.error_code) == (status, code)


def test_a_fault_of_ours_is_answered_with_a_reference_found_in_the_log(
    service: Service, assistant: StubAssistant
) -> None:
    def fail(source: PolicySource) -> None:
        raise KeyError(MARK)

    assistant.hook = fail

    with recorded_log(assistant.settings) as lines:
        answer = service.call("POST", "/policy", {"text": MARK})

    assert (answer.status, answer.error_code) == (500, "internal-error")
    reference = re.search(r"reference ([0-9a-f]+)", answer.json()["error"]["message"])
    assert reference
    assert reference[1] in lines.getvalue()
    assert "KeyError" in lines.getvalue()
    assert MARK not in answer.body.decode() + lines.getvalue()
    assert service.call("GET", "/history").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/history?limit={MARK}", None),
        ("GET", f"/history/{MARK}", None),
        ("GET", f"/{MARK}", None),
        ("PUT", f"/history/{MARK}/wrong/{MARK}", {"comment": MARK}),
        ("PUT", "/history/a/wrong/b", {MARK: MARK}),
        ("POST", "/policy", {"text": [MARK]}),
        ("POST", "/policy", {MARK: MARK}),
        ("POST", f"/policy?summarizer={MARK * 100}", {"text": "a"}),
        ("POST", "/policy", {"html": "a", "url": f"http://[{MARK}"}),
        ("POST", "/session", {"code": MARK}),
        ("POST", "/session", {"code": [MARK]}),
    ],
)
def test_failures_never_quote_the_caller(
    service: Service, method: str, path: str, body: object
) -> None:
    answer = service.call(method, path, body)

    assert answer.status >= 400
    assert answer.error_code
    assert MARK not in str(answer.headers) + answer.body.decode()
