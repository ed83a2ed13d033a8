"""POST /site: what is looked at, what is refused, and the report in the history."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter

from assistant.service import FromBytes, FromUrl, SiteAddress, SiteRecord
from assistant.site.record.observation import Observation
from tests.api.service import Service
from tests.api.stub import StubAssistant
from tests.render.sites import make_site
from tests.site.records import observation

RECORD = TypeAdapter(Observation).dump_python(observation(), mode="json")


@pytest.fixture
def kept(service: Service) -> str:
    """Id of a site's report in the history."""
    answer = service.call("POST", "/site", {"url": "https://www.plumwood.example/lamps"})
    return answer.headers["location"].rpartition("/")[2]


@pytest.mark.parametrize("given", [{}, {"browser": False}, {"browser": True}])
def test_an_address_is_looked_at(
    service: Service, assistant: StubAssistant, given: dict[str, bool]
) -> None:
    answer = service.call("POST", "/site", {"url": "https://shop.test/", **given})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    browser = given.get("browser", False)
    assert assistant.looked == [(SiteAddress("https://shop.test/", browser=browser), None)]
    report = answer.json()
    assert (report["kind"], report["details"]["site"]) == ("site", "plumwood.example")
    requests = [e for f in report["findings"] for e in f["evidence"] if "url" in e]
    assert {"url", "method", "initiator", "what", "type"} == set(requests[0])


def test_a_record_is_rated(service: Service, assistant: StubAssistant) -> None:
    answer = service.call("POST", "/site", {"observation": RECORD})

    assert answer.status == 200
    ((source, policy),) = assistant.looked
    assert isinstance(source, SiteRecord)
    assert json.loads(source.data) == RECORD
    assert policy is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**RECORD, "version": 2},
        {**RECORD, "visits": []},
        {**RECORD, "visits": "none"},
        {**RECORD, "unheard": 1},
        {**RECORD, "observer": "<script>"},
    ],
    ids=["empty", "version", "no visit", "no list", "unknown field", "observer"],
)
def test_a_malformed_record_is_refused(service: Service, broken: dict[str, object]) -> None:
    answer = service.call("POST", "/site", {"observation": broken})

    assert (answer.status, answer.error_code) == (422, "malformed-observation")
    assert "<script>" not in answer.body.decode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"url": 5},
        {"url": "https://shop.test/", "browser": "perhaps"},
        {"url": "https://shop.test/", "observation": RECORD},
        {"observation": [RECORD]},
        {"observation": RECORD, "browser": True},
        {"url": "https://shop.test/", "policy": {"report_id": "x"}},
        {"url": "https://shop.test/" + "x" * 8_000},
    ],
)
def test_a_body_of_another_shape(service: Service, assistant: StubAssistant, body: object) -> None:
    answer = service.call("POST", "/site", body)

    assert (answer.status, answer.error_code) == (422, "invalid-request")
    assert assistant.looked == []


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({"url": "https://shop.test/privacy"}, FromUrl("https://shop.test/privacy")),
        (
            {"text": "We sell it.", "name": "Shop"},
            FromBytes(b"We sell it.", "Shop", "text/plain"),
        ),
        (
            {"html": "<p>We sell it.", "url": "https://shop.test/privacy"},
            FromBytes(b"<p>We sell it.", "shop.test", "text/html", "https://shop.test/privacy"),
        ),
    ],
    ids=["address", "text", "page"],
)
@pytest.mark.parametrize("what", [{"url": "https://shop.test/"}, {"observation": RECORD}])
def test_a_policy_can_be_named(
    service: Service,
    assistant: StubAssistant,
    what: dict[str, object],
    given: dict[str, str],
    source: FromUrl | FromBytes,
) -> None:
    answer = service.call("POST", "/site", {**what, "policy": given})

    assert answer.status == 200
    ((_, policy),) = assistant.looked
    assert policy == source


def test_the_report_is_kept_and_opens_again(service: Service, kept: str) -> None:
    (entry,) = service.call("GET", "/history").json()["entries"]
    assert (entry["id"], entry["kind"], entry["grade"]) == (kept, "site", "F")
    assert entry["name"] == "www.plumwood.example"

    report = service.call("GET", f"/history/{kept}").json()

    assert report["kind"] == "site"
    assert report["verdict"]["text"] == make_site().verdict.text
    assert [owner["name"] for owner in report["details"]["owners"]][:2] == ["Adlane", "Countly"]


@pytest.mark.parametrize(
    ("format", "media_type", "start"),
    [("html", "text/html", "<!doctype html>"), ("markdown", "text/markdown", "# ")],
)
def test_a_kept_report_is_exported(
    service: Service, kept: str, format: str, media_type: str, start: str
) -> None:
    answer = service.call("GET", f"/history/{kept}/export?format={format}")

    assert answer.status == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["content-disposition"].startswith("attachment")
    written = answer.body.decode()
    assert written.startswith(start)
    assert "Who gets data here" in written
    assert "Promises no outside analytics" in written


def test_a_finding_is_called_wrong(service: Service, kept: str) -> None:
    path = f"/history/{kept}/wrong/site.session-replay"

    assert service.call("PUT", path).status == 204
    assert service.call("GET", "/history").json()["entries"][0]["wrong"] == ["site.session-replay"]
    assert service.call("PUT", f"/history/{kept}/wrong/policy.sells-data").status == 404


def test_a_site_is_compared_with_no_policy(service: Service, kept: str) -> None:
    assert service.call("GET", f"/history/{kept}/better").status == 404
    question = {"question": "How long?", "source": {"report_id": kept}}
    assert service.call("POST", "/policy/ask", question).status == 404


def test_nobody_rates_without_a_token(service: Service, assistant: StubAssistant) -> None:
    body = json.dumps({"url": "https://shop.test/"}).encode()
    answer = service.send("POST", "/api/v1/site", {"Content-Type": "application/json"}, body)

    assert answer.status == 401
    assert assistant.looked == []
