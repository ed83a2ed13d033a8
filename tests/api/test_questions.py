"""POST /policy/ask and /policy/compare: an answer, the changes, and nothing kept."""

from __future__ import annotations

import pytest

from tests.api.service import Service
from tests.api.stub import StubAssistant

POLICY = "We sell what you tell us to the people who ask us for it."
QUESTION = "Do they sell it?"


def kept_report(service: Service, text: str = POLICY) -> str:
    location = service.call("POST", "/policy", {"text": text}).headers["location"]
    return location.rpartition("/")[2]


def test_a_question_of_a_text_gets_an_answer_and_nothing_is_kept(
    service: Service, assistant: StubAssistant
) -> None:
    answer = service.call("POST", "/policy/ask", {"question": QUESTION, "source": {"text": POLICY}})
    assert answer.status == 200
    told = answer.json()["details"]["answer"]
    assert (told["question"], told["text"]) == (QUESTION, POLICY)
    assert told["evidence"][0]["quote"] == POLICY
    assert assistant.store.entries(limit=1) == ()


def test_a_kept_report_can_be_asked(service: Service) -> None:
    source = {"report_id": kept_report(service)}
    answer = service.call("POST", "/policy/ask", {"question": QUESTION, "source": source})
    assert answer.json()["details"]["answer"]["text"] == POLICY


def test_two_versions_are_compared(service: Service) -> None:
    body = {
        "old": {"report_id": kept_report(service)},
        "new": {"text": POLICY.replace("We sell", "We never sell")},
    }
    changes = service.call("POST", "/policy/compare", body).json()["details"]["changes"]
    assert changes["material"] is True
    (passage,) = changes["passages"]
    assert passage["kind"] == "reworded"
    assert changes["old_text"] == POLICY


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/policy/ask", {"question": " ", "source": {"text": POLICY}}, "empty-question"),
        ("/policy/ask", {"question": "x" * 501, "source": {"text": POLICY}}, "invalid-request"),
        ("/policy/ask", {"question": QUESTION}, "invalid-request"),
        ("/policy/ask", {"question": QUESTION, "source": {"text": ""}}, "empty-input"),
        ("/policy/ask", {"question": QUESTION, "source": {"report_id": "none"}}, "not-found"),
        ("/policy/compare", {"old": {"text": POLICY}}, "invalid-request"),
        (
            "/policy/compare",
            {"old": {"text": POLICY}, "new": {"report_id": "none"}},
            "not-found",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_code(
    service: Service, path: str, body: dict[str, object], code: str
) -> None:
    answer = service.call("POST", path, body)
    assert 400 <= answer.status < 500
    assert answer.error_code == code
