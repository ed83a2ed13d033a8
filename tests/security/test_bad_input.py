"""Bad input costs its sender one clear answer and nobody else anything."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.service import Answer, Service
from tests.security.inputs import locked_pdf, policy_text
from tests.servers import Server, page, redirect

Send = Callable[[Service], Answer]


def upload(data: bytes, name: str = "policy", media_type: str = "application/octet-stream") -> Send:
    return lambda service: service.upload(data, name, media_type)


def post(**body: str) -> Send:
    return lambda service: service.call("POST", "/policy", body)


def check_still_up(service: Service) -> None:
    assert service.send("GET", "/api/v1/health").status == 200
    answer = service.call("POST", "/policy", {"text": policy_text()})
    assert answer.status == 200
    assert answer.json()["rating"]["grade"]


REFUSED: dict[str, tuple[Send, int, str]] = {
    "nothing": (post(text=""), 422, "empty-input"),
    "white space": (post(text=" \n\t\u00a0"), 422, "empty-input"),
    "empty file": (upload(b""), 422, "empty-input"),
    "page without text": (post(html="<html><body></body></html>"), 422, "empty-input"),
    "50 MB of text": (post(text="a" * 50_000_000), 413, "input-too-large"),
    "50 MB file": (upload(bytes(50_000_000)), 413, "input-too-large"),
    "a little too large": (upload(b"a" * 20_000_001), 413, "input-too-large"),
    "binary": (upload(bytes(range(256)) * 400), 415, "unreadable-input"),
    "picture": (upload(b"\x89PNG\r\n\x1a\n" + bytes(5_000), "a.png"), 415, "unreadable-input"),
    "program": (upload(b"\x7fELF" + bytes(5_000), "policy.txt"), 415, "unreadable-input"),
    "damaged PDF": (upload(b"%PDF-1.7\n" + bytes(5_000)), 422, "unreadable-pdf"),
    "locked PDF": (upload(locked_pdf(), "policy.pdf"), 422, "password-protected-pdf"),
    "another scheme": (post(url="file:///etc/hostname"), 422, "invalid-url"),
    "a user name": (post(url="http://me:secret@127.0.0.1/"), 422, "invalid-url"),
    "a private address": (post(url="http://10.0.0.1/"), 422, "refused-address"),
    "an unknown summarizer": (
        lambda service: service.call("POST", "/policy?summarizer=x", {"text": policy_text()}),
        422,
        "unknown-summarizer",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_input_is_refused_and_the_service_stays_up(service: Service, name: str) -> None:
    send, status, code = REFUSED[name]

    answer = send(service)

    assert (answer.status, answer.error_code) == (status, code)
    assert service.call("GET", "/history").json()["entries"] == []
    check_still_up(service)


@pytest.mark.parametrize(
    ("path", "code"),
    [("/missing", "http-status"), ("/loop", "too-many-redirects"), ("/inward", "refused-address")],
)
def test_a_page_that_cannot_be_fetched(service: Service, path: str, code: str) -> None:
    answers = {"/loop": redirect("/loop"), "/inward": redirect("http://10.0.0.1/")}
    with Server(answers) as site:
        answer = service.call("POST", "/policy", {"url": site.url(path)})

    assert (answer.status, answer.error_code) == (422, code)
    check_still_up(service)


def test_a_name_that_nobody_knows(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def known_only(host: str, *rest: Any, **named: Any) -> object:
        if host == "lanterns.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "")
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", known_only)

    answer = service.call("POST", "/policy", {"url": "http://lanterns.invalid/privacy"})

    assert (answer.status, answer.error_code) == (422, "unknown-host")


UNRATED: dict[str, Send] = {
    "a recipe": post(text="Boil two eggs for six minutes. Peel them. Eat them with salt. " * 20),
    "German": post(
        text="Wir erheben Ihre Daten, wenn Sie unseren Laden besuchen. Wir verkaufen Ihre Daten "
        "an unsere Partner und bewahren sie so lange auf, wie wir es für richtig halten. " * 10
    ),
    "a login wall": post(
        html="<html lang=en><title>Log in</title><form><label>Email address <input></label>"
        "<label>Password <input type=password></label><button>Log in</button></form>"
        "<p>Please log in to continue. Forgot your password? Create an account.</p></html>"
    ),
}


@pytest.mark.parametrize("name", UNRATED)
def test_what_is_no_readable_policy_gets_no_grade_and_a_reason(service: Service, name: str) -> None:
    answer = UNRATED[name](service)

    assert answer.status == 200
    report = answer.json()
    assert report["rating"]["grade"] is None
    assert report["rating"]["score"] is None
    assert report["summary"] == []
    assert report["unchecked"]
    check_still_up(service)


STRANGE: dict[str, Send] = {
    "HTML nested 100,000 deep": post(html="<div>" * 100_000 + policy_text()),
    "lists nested deep": post(html="<ul><li>" * 20_000 + policy_text()),
    "tables nested deep": post(html="<table><tr><td>" * 5_000 + policy_text()),
    "another charset": upload(policy_text("Café").encode("utf-16"), "a.txt", "text/plain"),
    "a wrong charset": upload(
        policy_text("Café").encode("latin-1"), "a.txt", "text/plain; charset=utf-8"
    ),
    "an unheard-of charset": upload(
        policy_text().encode(), "a.txt", "text/plain; charset=no-such-charset"
    ),
    "half a character": post(html=f"<p>{policy_text()}</p><p>&#xD800; &#0; &#x110000;</p>"),
    "one endless word": post(text=policy_text("a" * 500_000)),
    "one endless line of tags": post(html=policy_text() + "<b>" * 200_000),
    "entities without end": post(
        html='<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + policy_text("&b;")
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_input_is_read_or_refused_but_never_our_fault(service: Service, name: str) -> None:
    answer = STRANGE[name](service)

    assert answer.status == 200 or (400 <= answer.status < 500 and answer.error_code)
    if answer.status == 200:
        report = answer.json()
        text = report["details"]["text"]
        for finding in report["findings"]:
            for span in finding["evidence"]:
                assert text[span["start"] : span["end"]] == span["quote"]
    check_still_up(service)


def test_a_site_without_a_policy_says_what_was_tried(service: Service) -> None:
    with Server(
        {"/": page("<html lang=en><h1>Acme Lanterns</h1><p>Buy lanterns here.</p>")}
    ) as site:
        answer = service.call("POST", "/policy", {"url": site.url()})

    assert answer.status == 200
    assert answer.json()["rating"]["grade"] is None
    assert answer.json()["unchecked"]
