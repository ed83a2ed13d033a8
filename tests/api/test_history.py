"""The history over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.report import Grade, Rating
from assistant.service import PolicyReport
from tests.api import stub
from tests.api.service import Service
from tests.api.stub import make_report

Keep = Callable[..., str]


@pytest.fixture
def keep(service: Service) -> Keep:
    """Reads a text under a name and returns the report's id in the history."""

    def _keep(name: str = "Acme", text: str = "We sell it.") -> str:
        answer = service.call("POST", "/policy", {"text": text, "name": name})
        return answer.headers["location"].rpartition("/")[2]

    return _keep


def listed(service: Service) -> list[str]:
    return [entry["id"] for entry in service.call("GET", "/history").json()["entries"]]


def test_an_empty_history(service: Service) -> None:
    assert service.call("GET", "/history").json() == {"entries": [], "keep_days": 90}


def test_entries_have_the_documented_fields(service: Service, keep: Keep) -> None:
    report_id = keep()
    service.call("PUT", f"/history/{report_id}/wrong/policy.sells-data")

    (entry,) = service.call("GET", "/history").json()["entries"]

    assert entry.pop("created_at").endswith("Z")
    assert entry == {
        "id": report_id,
        "kind": "policy",
        "name": "Acme",
        "source": "Acme",
        "grade": "C",
        "score": 70,
        "verdict": "Sells your data.",
        "wrong": ["policy.sells-data"],
    }


def test_only_the_reports_of_one_site(service: Service, keep: Keep) -> None:
    keep("other.test")
    older, newer = keep("shop.test"), keep("www.shop.test")
    keep("shop.test.evil.test")

    answer = service.call("GET", "/history?site=shop.test").json()
    one = service.call("GET", "/history?site=shop.test&limit=1").json()

    assert [entry["id"] for entry in answer["entries"]] == [newer, older]
    assert [entry["id"] for entry in one["entries"]] == [newer]
    assert service.call("GET", "/history?site=nowhere.test").json()["entries"] == []


def test_newest_first_and_no_more_than_asked(service: Service, keep: Keep) -> None:
    first, second = keep(), keep()

    assert listed(service) == [second, first]
    assert len(service.call("GET", "/history?limit=1").json()["entries"]) == 1


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", ""])
def test_a_limit_that_makes_no_sense(service: Service, limit: str) -> None:
    answer = service.call("GET", f"/history?limit={limit}")

    assert (answer.status, answer.error_code) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/history/unknown"),
        ("GET", "/history/unknown/export"),
        ("PUT", "/history/unknown/wrong/policy.sells-data"),
    ],
)
def test_an_unknown_report_is_not_found(service: Service, method: str, path: str) -> None:
    answer = service.call(method, path)

    assert (answer.status, answer.error_code) == (404, "not-found")


@pytest.mark.parametrize(
    ("format", "name", "start"),
    [
        ("html", "privacy-report.html", "<!doctype html>"),
        ("markdown", "privacy-report.md", "# "),
    ],
)
def test_a_report_can_be_saved_as_a_file(
    service: Service, keep: Keep, format: str, name: str, start: str
) -> None:
    answer = service.call("GET", f"/history/{keep()}/export?format={format}")

    assert answer.status == 200
    assert answer.headers["content-type"] == f"text/{format}; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.body.decode().lower().startswith(start)
    assert "Sells your data" in answer.body.decode()


def test_an_unknown_format(service: Service, keep: Keep) -> None:
    answer = service.call("GET", f"/history/{keep()}/export?format=exe")

    assert answer.error_code == "invalid-request"


def test_forgetting_one_report(service: Service, keep: Keep) -> None:
    gone, kept = keep(), keep()

    assert service.call("DELETE", f"/history/{gone}").json() == {"forgotten": 1}
    assert service.call("DELETE", f"/history/{gone}").json() == {"forgotten": 0}

    assert listed(service) == [kept]


def test_forgetting_one_subject(service: Service, keep: Keep) -> None:
    keep("Acme & Söhne")
    kept = keep("Acme")

    answer = service.call("DELETE", "/history?name=Acme%20%26%20S%C3%B6hne")

    assert answer.json() == {"forgotten": 1}
    assert listed(service) == [kept]


def test_forgetting_everything(service: Service, keep: Keep) -> None:
    keep()
    keep("Other")

    assert service.call("DELETE", "/history").json() == {"forgotten": 2}
    assert listed(service) == []


def test_an_empty_name_does_not_forget_everything(service: Service, keep: Keep) -> None:
    kept = keep()

    assert service.call("DELETE", "/history?name=").error_code == "invalid-request"

    assert listed(service) == [kept]


def test_a_finding_is_called_wrong_and_right_again(service: Service, keep: Keep) -> None:
    path = f"/history/{keep()}/wrong/policy.sells-data"

    assert service.call("PUT", path, {"comment": "Not since May."}).status == 204
    assert service.call("GET", "/history").json()["entries"][0]["wrong"] == ["policy.sells-data"]

    answer = service.call("DELETE", path)
    assert (answer.status, answer.body) == (204, b"")
    assert service.call("GET", "/history").json()["entries"][0]["wrong"] == []


@pytest.mark.parametrize("body", [{"comment": "x" * 2_001}, {"comment": 5}, {"note": "x"}, []])
def test_a_comment_of_another_shape(service: Service, keep: Keep, body: object) -> None:
    answer = service.call("PUT", f"/history/{keep()}/wrong/policy.sells-data", body)

    assert (answer.status, answer.error_code) == (422, "invalid-request")


MESSENGER = "Our messaging app has group chats, end-to-end encrypted; video calls, voice calls. {}"


def test_one_like_it_that_is_rated_better_is_found(
    service: Service, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = keep("Chatty", MESSENGER.format("We sell it."))
    assert service.call("GET", f"/history/{mine}/better").json()["compared"] == 0

    def kinder(data: bytes, name: str) -> PolicyReport:
        report = make_report(data, name)
        return replace(report, rating=Rating(Grade.A, 90, 0.9, "1"))

    monkeypatch.setattr(stub, "make_report", kinder)
    kind = keep("Quiet", MESSENGER.format("We do not."))
    keep("Shop", "Gift cards and our stores: fill your shopping cart, or buy gift cards in-store.")

    answer = service.call("GET", f"/history/{mine}/better").json()

    assert answer["service"]["id"] == "messenger"
    assert answer["compared"] == 1
    assert [(found["id"], found["score"]) for found in answer["found"]] == [(kind, 90)]
    assert service.call("GET", f"/history/{kind}/better").json()["found"] == []


def test_a_better_one_of_an_unknown_report_is_not_found(service: Service) -> None:
    assert service.call("GET", "/history/none/better").status == 404
