"""How the page gets in: the one-time code and the cookie."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest

from assistant import __version__
from assistant.api.access import CODE_LIFETIME_S, LOCKED_S, WRONG_TRIES
from tests.api.service import JSON, Answer, Clock, Service, running
from tests.api.stub import StubAssistant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(assistant: StubAssistant, clock: Clock) -> Iterator[Service]:
    with running(assistant, clock=clock) as service:
        yield service


def redeem(service: Service, code: str) -> Answer:
    return service.send("POST", "/api/v1/session", JSON, f'{{"code": "{code}"}}'.encode())


def cookie_of(answer: Answer) -> str:
    ((name, morsel),) = SimpleCookie(answer.headers["set-cookie"]).items()
    return f"{name}={morsel.value}"


def test_health_is_open(service: Service) -> None:
    answer = service.send("GET", "/api/v1/health")

    assert answer.json() == {"status": "ok", "version": __version__}


def test_the_code_becomes_a_cookie_that_opens_the_api(service: Service) -> None:
    answer = redeem(service, service.code)

    assert (answer.status, answer.body) == (204, b"")
    headers = {"Cookie": cookie_of(answer), "Sec-Fetch-Site": "same-origin"}
    assert service.send("GET", "/api/v1/history", headers).status == 200


def test_scripts_and_other_sites_never_get_the_cookie(service: Service) -> None:
    ((_, morsel),) = SimpleCookie(redeem(service, service.code).headers["set-cookie"]).items()

    assert morsel["httponly"] is True
    assert morsel["samesite"] == "strict"
    assert morsel["path"] == "/api/"
    assert morsel["domain"] == ""


def test_services_on_two_ports_do_not_share_a_cookie(service: Service) -> None:
    assert cookie_of(redeem(service, service.code)).startswith(f"privacy_assistant_{service.port}=")


def test_the_cookie_is_kept_only_as_a_hash(service: Service) -> None:
    token = cookie_of(redeem(service, service.code)).partition("=")[2]
    database = service.assistant.settings.data_dir / "history.sqlite3"

    assert token.encode() not in database.read_bytes()
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM token").fetchone() == (2,)
    connection.close()


def test_a_revoked_cookie_opens_nothing(service: Service) -> None:
    cookie = cookie_of(redeem(service, service.code))
    store = service.assistant.store
    (token,) = [token for token in store.tokens() if token.label == "page"]

    store.revoke_token(token.id)

    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    assert service.send("GET", "/api/v1/history", headers).status == 401


def test_the_code_works_once(service: Service) -> None:
    assert redeem(service, service.code).status == 204

    answer = redeem(service, service.code)

    assert (answer.status, answer.error_code) == (401, "not-authorized")


def test_the_code_grows_old(service: Service, clock: Clock) -> None:
    clock.now += CODE_LIFETIME_S

    assert redeem(service, service.code).error_code == "not-authorized"


@pytest.mark.parametrize("code", ["", "wrong", "ünïcode", "x" * 200])
def test_a_wrong_code(service: Service, code: str) -> None:
    answer = redeem(service, code)

    assert (answer.status, answer.error_code) == (401, "not-authorized")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code": 5}', b'{"code": "' + b"x" * 201 + b'"}'])
def test_a_code_of_another_shape_counts_as_no_try(service: Service, body: bytes) -> None:
    for _ in range(WRONG_TRIES + 1):
        answer = service.send("POST", "/api/v1/session", JSON, body)

        assert (answer.status, answer.error_code) == (422, "invalid-request")


def test_guessing_is_stopped_and_the_owner_gets_in_later(service: Service, clock: Clock) -> None:
    for guess in range(WRONG_TRIES):
        assert redeem(service, str(guess)).status == 401

    answer = redeem(service, service.code)
    assert (answer.status, answer.error_code) == (429, "too-many-tries")
    assert answer.headers["retry-after"] == f"{LOCKED_S:.0f}"

    clock.now += LOCKED_S
    assert redeem(service, service.code).status == 204


def test_a_form_cannot_send_the_code(service: Service) -> None:
    body = f'{{"code": "{service.code}"}}'.encode()

    answer = service.send("POST", "/api/v1/session", {"Content-Type": "text/plain"}, body)

    assert answer.error_code == "invalid-request"
