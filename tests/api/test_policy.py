"""POST /policy: what is taken, what comes back, what is refused."""

from __future__ import annotations

import json
import threading
import time
from http.client import HTTPConnection

import pytest

from assistant.api.policy import ANALYSES_AT_ONCE
from assistant.errors import AssistantError, FetchTimeout, StoreUnavailable, UnreadablePdf
from assistant.service import FromBytes, FromUrl, PolicySource
from tests.api.service import JSON, LOOPBACK, Service
from tests.api.stub import StubAssistant

POLICY = "We sell what you tell us."


def test_text_becomes_a_report_with_its_place_in_the_history(
    service: Service, assistant: StubAssistant
) -> None:
    answer = service.call("POST", "/policy", {"text": POLICY})

    assert answer.status == 200
    report = answer.json()
    assert report["schema_version"] == 1
    assert report["kind"] == "policy"
    assert report["subject"]["name"] == "Pasted text"
    assert report["findings"][0]["evidence"] == [
        {"type": "text_span", "start": 0, "end": len(POLICY), "quote": POLICY}
    ]
    assert report["details"]["text"] == POLICY
    (entry,) = assistant.store.entries(limit=1)
    assert answer.headers["location"] == f"/api/v1/history/{entry.id}"
    assert (
        service.send(
            "GET", answer.headers["location"], {"Authorization": f"Bearer {service.token}"}
        ).body
        == answer.body
    )


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ({"url": "https://example.com/privacy"}, FromUrl("https://example.com/privacy")),
        ({"text": "é\n"}, FromBytes("é\n".encode(), "Pasted text", "text/plain")),
        ({"text": "a", "name": "Acme"}, FromBytes(b"a", "Acme", "text/plain")),
        ({"html": "<p>a"}, FromBytes(b"<p>a", "Pasted page", "text/html")),
        (
            {"html": "<p>a", "url": "https://shop.example:8443/p?q#f"},
            FromBytes(b"<p>a", "shop.example", "text/html", "https://shop.example:8443/p?q#f"),
        ),
    ],
)
def test_each_shape_of_json_reaches_the_assistant_as_meant(
    service: Service, assistant: StubAssistant, body: dict[str, str], source: PolicySource
) -> None:
    assert service.call("POST", "/policy", body).status == 200

    assert assistant.seen == [(source, None)]


@pytest.mark.parametrize(
    ("sent", "known_as"),
    [
        ("policy.html", "policy.html"),
        ("C:\\\\Users\\\\me\\\\policy.html", "policy.html"),
        ("../../etc/policy.html", "policy.html"),
        ("", "Uploaded file"),
    ],
)
def test_an_uploaded_file_keeps_its_bytes_and_only_its_own_name(
    service: Service, assistant: StubAssistant, sent: str, known_as: str
) -> None:
    data = b"Wir verkaufen\r\n--nothing\r\n"

    assert service.upload(data, sent, "text/html").status == 200

    assert assistant.seen == [(FromBytes(data, known_as, "text/html"), None)]


def test_a_summarizer_can_be_named(service: Service, assistant: StubAssistant) -> None:
    service.call("POST", "/policy?summarizer=transformers:some-model", {"text": POLICY})

    assert assistant.seen[0][1] == "transformers:some-model"


def test_addresses_cannot_be_opened_through_the_api(
    service: Service, assistant: StubAssistant
) -> None:
    body = {"url": "http://10.0.0.1/", "fetch_allow_addresses": "10.0.0.1"}

    assert service.call("POST", "/policy", body).error_code == "invalid-request"
    service.call("POST", "/policy?fetch_allow_addresses=10.0.0.1", {"text": "a"})

    assert assistant.settings.fetch_allow_addresses == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'"text"',
        b'{"text": 5}',
        b'{"text": null}',
        b'{"text": "a", "html": "b"}',
        b'{"url": "https://a.example", "text": "b"}',
        b'{"text": "a", "name": ""}',
        b'{"text": "\\ud800"}',
        b'{"text": "\xff\xfe"}',
        b'{"url": "https://' + b"a" * 10_000 + b'"}',
        b"[" * 200_000,
        b'{"text":' * 100_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_json_of_another_shape_is_an_invalid_request(service: Service, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {service.token}", **JSON}

    answer = service.send("POST", "/api/v1/policy", headers, body)

    assert (answer.status, answer.error_code) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b'{"text": "a"}'),
        ("application/x-www-form-urlencoded", b"text=a"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"no boundary in here"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\na\r\n--x--',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\nb\r\n--x--',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut o',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
        ),
        ("", b"{}"),
    ],
)
def test_bodies_that_are_neither_json_nor_one_file(
    service: Service, content_type: str, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": content_type}

    answer = service.send("POST", "/api/v1/policy", headers, body)

    assert (answer.status, answer.error_code) == (422, "invalid-request")


@pytest.mark.parametrize("url", ["https://[::1", "/privacy", "file"])
def test_a_page_with_an_address_that_is_none(service: Service, url: str) -> None:
    answer = service.call("POST", "/policy", {"html": "<p>a", "url": url})

    assert (answer.status, answer.error_code) == (422, "invalid-url")


@pytest.mark.parametrize(
    ("error", "status"), [(UnreadablePdf(), 422), (FetchTimeout(), 422), (StoreUnavailable(), 503)]
)
def test_the_assistants_errors_arrive_with_their_hint(
    service: Service, assistant: StubAssistant, error: AssistantError, status: int
) -> None:
    def fail(source: PolicySource) -> None:
        raise error

    assistant.hook = fail

    answer = service.call("POST", "/policy", {"text": POLICY})

    assert answer.status == status
    assert answer.json()["error"]["hint"] == error.hint


def test_only_so_many_analyses_run_at_once_and_the_rest_wait(
    service: Service, assistant: StubAssistant
) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def count(source: PolicySource) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.1)
        with lock:
            running -= 1

    assistant.hook = count
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(service.call("POST", "/policy", {"text": "a"}).status)
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 6
    assert most == ANALYSES_AT_ONCE


def test_other_calls_answer_while_analyses_run(service: Service, assistant: StubAssistant) -> None:
    release = threading.Event()

    def wait(source: PolicySource) -> None:
        release.wait(30)

    assistant.hook = wait
    threads = [
        threading.Thread(target=service.call, args=("POST", "/policy", {"text": "a"}))
        for _ in range(ANALYSES_AT_ONCE + 2)
    ]
    for thread in threads:
        thread.start()
    try:
        assert service.call("GET", "/history").status == 200
        assert service.send("GET", "/api/v1/health").status == 200
    finally:
        release.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("sent", [1.0, 0.5], ids=["after sending", "while sending"])
def test_a_caller_that_hangs_up_does_no_harm(
    service: Service, assistant: StubAssistant, sent: float
) -> None:
    started, release = threading.Event(), threading.Event()

    def wait(source: PolicySource) -> None:
        started.set()
        release.wait(30)

    assistant.hook = wait
    body = json.dumps({"text": POLICY}).encode()
    connection = HTTPConnection(LOOPBACK, service.port)
    connection.putrequest("POST", "/api/v1/policy", skip_host=True)
    for name, value in {
        "Host": service.host,
        "Authorization": f"Bearer {service.token}",
        "Content-Length": str(len(body)),
        **JSON,
    }.items():
        connection.putheader(name, value)
    connection.endheaders(body[: int(len(body) * sent)])
    if sent == 1:
        assert started.wait(30)
    connection.close()
    release.set()

    assert service.call("POST", "/policy", {"text": "The next one."}).status == 200
