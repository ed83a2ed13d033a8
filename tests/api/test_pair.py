"""How a browser is let in: it asks, the person allows it on the page, and nobody else can."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.api.app import create_app
from assistant.api.pair import MAX_CLIENT_CHARS
from assistant.api.pairing import (
    PROOFS_PER_MINUTE,
    STARTS_PER_MINUTE,
    WAITS_S,
    WRONG_CODES,
    Pairing,
)
from assistant.errors import TooManyTries
from tests.api.service import JSON, Answer, Clock, Service, running
from tests.api.stub import StubAssistant

EXTENSION = {"Origin": "chrome-extension://nigpkmhekfjdnkfh", "Sec-Fetch-Site": "none"}
NONCE = "0123456789abcdef" * 2
NOT_FOUND = (404, "not-found")
NO_TOKEN = (401, "not-authorized")
REFUSED = (403, "refused-origin")
TOO_MANY = (429, "too-many-tries")
Page = Callable[..., Answer]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(assistant: StubAssistant, clock: Clock) -> Iterator[Service]:
    with running(assistant, clock=clock) as service:
        yield service


@pytest.fixture
def cookie(service: Service) -> str:
    body = json.dumps({"code": service.code}).encode()
    answer = service.send("POST", "/api/v1/session", JSON, body)
    ((name, morsel),) = SimpleCookie(answer.headers["set-cookie"]).items()
    return f"{name}={morsel.value}"


@pytest.fixture
def page(service: Service, cookie: str) -> Page:
    """Calls as the service's own page does."""

    def call(method: str, path: str, body: object = None) -> Answer:
        headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        return send(service, method, path, body, headers)

    return call


def send(
    service: Service,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Call without any token; `body` is sent as JSON."""
    sent = {**({} if body is None else JSON), **(EXTENSION if headers is None else headers)}
    data = None if body is None else json.dumps(body).encode()
    return service.send(method, f"/api/v1{path}", sent, data)


def outcome(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error_code


def ask(service: Service, client: str = "Chromium 156") -> dict[str, Any]:
    answer = send(service, "POST", "/pair", {"client": client})
    assert answer.status == 200
    begun: dict[str, Any] = answer.json()
    return begun


def state(service: Service, begun: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = send(service, "GET", f"/pair/{begun['request_id']}").json()
    return told


def allow(page: Page, begun: Mapping[str, Any], *, allowed: bool = True) -> Answer:
    return page("POST", "/pair/answer", {"code": begun["code"], "allow": allowed})


def paired(service: Service, page: Page, client: str = "Chromium 156") -> dict[str, Any]:
    """The last answer to a browser that was allowed, with its token."""
    begun = ask(service, client)
    assert allow(page, begun).status == 204
    return state(service, begun)


def bearer(token: str) -> dict[str, str]:
    return {**EXTENSION, "Authorization": f"Bearer {token}"}


def proof_of(token: str, nonce: str = NONCE, *, said: str = "proof") -> str:
    key = hashlib.sha256(token.encode()).hexdigest().encode()
    return hmac.new(key, f"privacy-assistant {said} {nonce}".encode(), "sha256").hexdigest()


def ask_proof(service: Service, token_id: str, nonce: str = NONCE) -> Answer:
    return send(service, "POST", "/pair/proof", {"token_id": token_id, "nonce": nonce})


class TestAsking:
    def test_a_browser_is_let_in_by_the_person(self, service: Service, page: Page) -> None:
        begun = ask(service)
        assert set(begun) == {"request_id", "code", "expires_in_s"}
        assert re.fullmatch(r"[\w-]{43}", begun["request_id"])
        assert re.fullmatch(r"\d{4}", begun["code"])
        assert begun["expires_in_s"] == 60
        assert state(service, begun) == {"state": "waiting"}

        assert allow(page, begun).status == 204

        told = state(service, begun)
        assert set(told) == {"state", "token", "token_id"}
        assert told["state"] == "allowed"
        assert len(told["token"]) == 43
        answer = send(service, "GET", "/history", headers=bearer(told["token"]))
        assert answer.status == 200

    def test_the_token_is_handed_out_until_the_browser_shows_that_it_has_it(
        self, service: Service, page: Page
    ) -> None:
        begun = ask(service)
        allow(page, begun)
        told = state(service, begun)
        assert told["state"] == "allowed"

        ask_proof(service, "0" * 32)
        assert state(service, begun) == told
        assert len(page("GET", "/pair").json()["browsers"]) == 1
        assert ask_proof(service, told["token_id"]).json() == {"proof": proof_of(told["token"])}

        again = send(service, "GET", f"/pair/{begun['request_id']}")
        assert outcome(again) == NOT_FOUND
        assert send(service, "GET", "/history", headers=bearer(told["token"])).status == 200
        assert len(page("GET", "/pair").json()["browsers"]) == 1

    def test_the_token_is_handed_out_for_a_minute_at_most(
        self, service: Service, page: Page, clock: Clock
    ) -> None:
        begun = ask(service)
        clock.now += WAITS_S - 1
        allow(page, begun)
        clock.now += WAITS_S - 1
        token = state(service, begun)["token"]
        assert state(service, begun)["token"] == token

        clock.now += 1

        assert state(service, begun) == {"state": "expired"}

    def test_what_was_handed_out_opens_by_its_own_request_only(
        self, service: Service, page: Page
    ) -> None:
        begun = ask(service)
        allow(page, begun)
        told = state(service, begun)

        other = ask(service, "Impostor")

        assert state(service, other) == {"state": "waiting"}
        assert outcome(allow(page, begun)) == NOT_FOUND
        assert allow(page, other, allowed=False).status == 204
        assert state(service, other) == {"state": "refused"}
        assert state(service, begun) == told

    def test_no_token_is_made_before_the_browser_fetches_it(
        self, service: Service, page: Page, clock: Clock
    ) -> None:
        begun = ask(service)
        allow(page, begun)
        clock.now += WAITS_S

        assert state(service, begun) == {"state": "expired"}
        assert page("GET", "/pair").json() == {"pending": None, "browsers": []}

    def test_only_a_hash_of_the_token_is_kept(self, service: Service, page: Page) -> None:
        token = paired(service, page)["token"]
        database = service.assistant.settings.data_dir / "history.sqlite3"

        assert token.encode() not in database.read_bytes()
        with sqlite3.connect(database) as connection:
            hashes = connection.execute("SELECT sha256 FROM token").fetchall()
        connection.close()
        assert (hashlib.sha256(token.encode()).hexdigest(),) in hashes

    def test_a_refused_browser_gets_nothing(self, service: Service, page: Page) -> None:
        begun = ask(service)

        assert allow(page, begun, allowed=False).status == 204

        assert state(service, begun) == {"state": "refused"}
        assert outcome(allow(page, begun)) == NOT_FOUND
        assert state(service, begun) == {"state": "refused"}
        assert page("GET", "/pair").json() == {"pending": None, "browsers": []}

    def test_a_request_grows_old(self, service: Service, page: Page, clock: Clock) -> None:
        begun = ask(service)
        clock.now += WAITS_S - 1
        assert state(service, begun) == {"state": "waiting"}
        assert page("GET", "/pair").json()["pending"]["expires_in_s"] <= 2

        clock.now += 1

        assert page("GET", "/pair").json()["pending"] is None
        assert outcome(allow(page, begun)) == NOT_FOUND
        assert state(service, begun) == {"state": "expired"}

    def test_a_guessed_request_is_none(self, service: Service) -> None:
        ask(service)

        for request_id in ("x" * 43, "-" * 43, "_" * 43):
            assert outcome(send(service, "GET", f"/pair/{request_id}")) == NOT_FOUND

    def test_a_request_of_another_shape(self, service: Service, page: Page) -> None:
        bodies: tuple[object, ...] = (
            {},
            {"client": ""},
            {"client": " \u202e\x1b "},
            {"client": "x" * (MAX_CLIENT_CHARS + 1)},
            {"client": 5},
            {"client": "x", "code": "1234"},
            [],
        )
        for body in bodies:
            assert outcome(send(service, "POST", "/pair", body)) == (422, "invalid-request")
        assert page("GET", "/pair").json()["pending"] is None

    def test_a_form_cannot_ask(self, service: Service) -> None:
        headers = {"Content-Type": "text/plain"}

        answer = service.send("POST", "/api/v1/pair", headers, b'{"client": "x"}')

        assert outcome(answer) == (422, "invalid-request")


class TestSquatting:
    """Another program asks at the same moment, or instead."""

    def test_one_browser_asks_at_a_time(self, service: Service, page: Page) -> None:
        begun = ask(service)

        second = send(service, "POST", "/pair", {"client": "Impostor"})

        assert outcome(second) == TOO_MANY
        assert page("GET", "/pair").json()["pending"]["code"] == begun["code"]
        assert "Impostor" not in page("GET", "/pair").body.decode()
        allow(page, begun)
        assert outcome(send(service, "POST", "/pair", {"client": "Impostor"})) == TOO_MANY
        assert state(service, begun)["state"] == "allowed"
        ask(service)

    def test_the_place_is_free_after_a_refusal_and_after_a_minute(
        self, service: Service, page: Page, clock: Clock
    ) -> None:
        allow(page, ask(service), allowed=False)
        ask(service)
        clock.now += WAITS_S
        ask(service)

    def test_a_browser_that_gives_up_frees_the_place(self, service: Service, page: Page) -> None:
        begun = ask(service)
        other = {"request_id": "x" * 43}
        assert outcome(send(service, "POST", "/pair/withdraw", other)) == NOT_FOUND
        assert page("GET", "/pair").json()["pending"]

        withdrawn = {"request_id": begun["request_id"]}
        assert send(service, "POST", "/pair/withdraw", withdrawn).status == 204

        assert page("GET", "/pair").json()["pending"] is None
        assert outcome(allow(page, begun)) == NOT_FOUND
        assert outcome(send(service, "GET", f"/pair/{begun['request_id']}")) == NOT_FOUND
        ask(service)

    def test_giving_up_at_the_last_moment_ends_what_was_handed_out(
        self, service: Service, page: Page
    ) -> None:
        begun = ask(service)
        allow(page, begun)
        token = state(service, begun)["token"]

        send(service, "POST", "/pair/withdraw", {"request_id": begun["request_id"]})

        assert outcome(send(service, "GET", "/history", headers=bearer(token))) == NO_TOKEN
        assert page("GET", "/pair").json() == {"pending": None, "browsers": []}

    def test_a_late_answer_never_meets_another_browser(
        self, service: Service, page: Page, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        codes = iter([4821, 4821, 4821, 77])
        monkeypatch.setattr("assistant.api.pairing.secrets.randbelow", lambda top: next(codes))
        first = ask(service)
        assert first["code"] == "4821"
        clock.now += WAITS_S
        second = ask(service, "Impostor")

        answer = allow(page, first)

        assert second["code"] == "0077"
        assert outcome(answer) == NOT_FOUND
        assert state(service, second) == {"state": "waiting"}

    def test_guessing_codes_ends_the_request(self, service: Service, page: Page) -> None:
        begun = ask(service)
        wrong = [f"{n:04d}" for n in range(10) if f"{n:04d}" != begun["code"]]
        for code in ["", "ünï", *wrong][: WRONG_CODES - 1]:
            answer = page("POST", "/pair/answer", {"code": code, "allow": True})
            assert outcome(answer) == NOT_FOUND
        assert state(service, begun) == {"state": "waiting"}

        page("POST", "/pair/answer", {"code": wrong[-1], "allow": True})

        assert state(service, begun) == {"state": "refused"}
        assert outcome(allow(page, begun)) == NOT_FOUND

    def test_browsers_ask_five_times_a_minute(
        self, service: Service, page: Page, clock: Clock
    ) -> None:
        for _ in range(STARTS_PER_MINUTE):
            allow(page, ask(service), allowed=False)
            clock.now += 5

        answer = send(service, "POST", "/pair", {"client": "Chromium"})
        assert outcome(answer) == TOO_MANY
        assert answer.headers["retry-after"] == "60"

        clock.now += 60 - STARTS_PER_MINUTE * 5
        ask(service)

    def test_the_code_and_the_request_are_never_shown_together(
        self, service: Service, page: Page
    ) -> None:
        begun = ask(service)

        assert begun["request_id"] not in page("GET", "/pair").body.decode()
        assert set(page("GET", "/pair").json()["pending"]) == {"client", "code", "expires_in_s"}

    def test_a_name_is_shown_as_text_and_makes_nobody_the_page(
        self, service: Service, page: Page
    ) -> None:
        told = paired(service, page, "page")
        assert outcome(send(service, "GET", "/pair", headers=bearer(told["token"]))) == NO_TOKEN

        ask(service, "<b>x</b>\u202e\r\nCode 1234.\x1b[2J")
        pending = page("GET", "/pair").json()["pending"]
        assert pending["client"] == "<b>x</b> Code 1234.[2J"


ONLY_THE_PAGE: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/pair", None),
    ("POST", "/pair/answer", {"code": "{code}", "allow": True}),
    ("DELETE", "/pair/{id}", None),
)


class TestOnlyThePage:
    """What only the person may do, and what others see who try."""

    def test_a_browsers_token_opens_none_of_it(
        self, service: Service, page: Page, cookie: str
    ) -> None:
        told = paired(service, page)
        begun = ask(service, "Another")
        name = cookie.partition("=")[0]
        as_cookie = {"Cookie": f"{name}={told['token']}", "Sec-Fetch-Site": "same-origin"}
        with_both = {**bearer(told["token"]), "Cookie": cookie}

        for method, path, body in ONLY_THE_PAGE:
            filled = path.format(id=told["token_id"])
            right = body and {**body, "code": begun["code"]}
            for headers in (bearer(told["token"]), as_cookie, with_both):
                assert outcome(send(service, method, filled, right, headers)) == NO_TOKEN

        assert state(service, begun) == {"state": "waiting"}
        assert len(page("GET", "/pair").json()["browsers"]) == 1

    def test_no_other_token_opens_it_and_the_pages_only_as_a_cookie(
        self, service: Service, cookie: str
    ) -> None:
        own = cookie.partition("=")[2]
        for method, path, body in ONLY_THE_PAGE:
            for headers in (EXTENSION, {}, bearer("wrong"), bearer(service.token), bearer(own)):
                assert outcome(send(service, method, path, body, headers)) == NO_TOKEN

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Host": "evil.example"},
        ],
        ids=str,
    )
    def test_pages_of_others_are_refused(
        self, service: Service, page: Page, cookie: str, headers: dict[str, str]
    ) -> None:
        for method, path, body in (
            *ONLY_THE_PAGE,
            ("POST", "/pair", {"client": "x"}),
            ("POST", "/pair/proof", {"token_id": "x", "nonce": NONCE}),
            ("POST", "/pair/withdraw", {"request_id": "x"}),
            ("GET", f"/pair/{'x' * 43}", None),
            ("DELETE", "/pair/self", None),
        ):
            sent = {"Cookie": cookie, **headers}
            assert outcome(send(service, method, path, body, sent)) == REFUSED
        assert page("GET", "/pair").json()["pending"] is None

    @pytest.mark.parametrize("origin", ["chrome-extension://abc", "moz-extension://abc"])
    def test_an_extension_cannot_use_the_pages_cookie(
        self, service: Service, cookie: str, origin: str
    ) -> None:
        begun = ask(service)
        headers = {"Origin": origin, "Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        body = {"code": begun["code"], "allow": True}

        assert outcome(send(service, "POST", "/pair/answer", body, headers)) == REFUSED
        assert state(service, begun) == {"state": "waiting"}

    def test_what_is_open_is_open_exactly(self, service: Service) -> None:
        opening = ask(service)["request_id"]

        for method, path in (
            ("HEAD", f"/pair/{opening}"),
            ("DELETE", f"/pair/{opening}"),
            ("POST", f"/pair/{opening}"),
            ("GET", f"/pair/{opening[:-1]}"),
            ("GET", f"/pair/{opening}x"),
            ("GET", f"/pair/{opening}/"),
            ("GET", f"/pair/{opening}%0a"),
            ("GET", f"/pair/{opening[:-1]}%2f"),
            ("GET", f"/pair/{opening[:-1]}%c3%a9"),
            ("GET", f"/pair/x/../{opening}"),
            ("GET", f"/pair//{opening}"),
            ("GET", "/pair/self"),
            ("GET", "/pair/proof"),
            ("GET", "/pair/withdraw"),
            ("GET", "/pair/answer"),
            ("PUT", "/pair"),
            ("POST", "/pair/"),
            ("POST", "/pair/self"),
            ("POST", "/pair/proof/"),
            ("POST", "/pair/withdraw/"),
            ("DELETE", "/pair/self"),
        ):
            assert (path, send(service, method, path).status) == (path, 401)


class TestEnding:
    def test_the_page_lists_browsers_and_disconnects_one(
        self, service: Service, page: Page
    ) -> None:
        first, second = paired(service, page, "Chromium 156"), paired(service, page, "Firefox 153")
        browsers = page("GET", "/pair").json()["browsers"]
        assert [b["client"] for b in browsers] == ["Chromium 156", "Firefox 153"]
        assert [b["id"] for b in browsers] == [first["token_id"], second["token_id"]]
        assert all(b["paired_at"].endswith("Z") for b in browsers)

        assert page("DELETE", f"/pair/{first['token_id']}").status == 204

        gone = send(service, "GET", "/history", headers=bearer(first["token"]))
        assert outcome(gone) == NO_TOKEN
        stays = send(service, "GET", "/history", headers=bearer(second["token"]))
        assert stays.status == 200
        assert outcome(page("DELETE", f"/pair/{first['token_id']}")) == NOT_FOUND

    def test_a_browser_disconnects_itself_and_no_other(self, service: Service, page: Page) -> None:
        mine, other = paired(service, page), paired(service, page, "Firefox 153")
        path = f"/pair/{other['token_id']}"
        assert outcome(send(service, "DELETE", path, headers=bearer(mine["token"]))) == NO_TOKEN

        left = send(service, "DELETE", "/pair/self", headers=bearer(mine["token"]))

        assert (left.status, left.body) == (204, b"")
        (browser,) = page("GET", "/pair").json()["browsers"]
        assert browser["id"] == other["token_id"]
        again = send(service, "DELETE", "/pair/self", headers=bearer(mine["token"]))
        assert outcome(again) == NO_TOKEN

    def test_the_pages_own_session_is_no_browser(self, service: Service, page: Page) -> None:
        (session,) = [t for t in service.assistant.store.tokens() if t.label == "page"]

        assert outcome(page("DELETE", f"/pair/{session.id}")) == NOT_FOUND
        assert outcome(page("DELETE", "/pair/self")) == NOT_FOUND
        assert page("GET", "/pair").json()["browsers"] == []

    def test_a_pairing_outlives_the_service(
        self, service: Service, page: Page, assistant: StubAssistant
    ) -> None:
        token = paired(service, page)["token"]

        later = StubAssistant(assistant.settings)

        app = create_app(later, host="127.0.0.1", port=80, one_time_code="c")

        client = TestClient(app, base_url="http://127.0.0.1")
        assert client.get("/api/v1/history", headers=bearer(token)).status_code == 200


class TestProof:
    def test_the_service_proves_that_it_knows_the_browser(
        self, service: Service, page: Page
    ) -> None:
        told = paired(service, page)

        for nonce in (NONCE, "AB" * 16, "0" * 128):
            answer = ask_proof(service, told["token_id"], nonce)
            assert answer.json() == {"proof": proof_of(told["token"], nonce)}

    def test_a_stranger_learns_nothing(self, service: Service, page: Page) -> None:
        told = paired(service, page)
        other = "0" * 32

        answer = ask_proof(service, other)

        assert answer.status == 200
        assert re.fullmatch("[0-9a-f]{64}", answer.json()["proof"])
        assert answer.json()["proof"] != proof_of(told["token"])
        assert answer.json() == ask_proof(service, other).json()
        assert answer.json() != ask_proof(service, other, "1" * 32).json()
        assert answer.json() != ask_proof(service, "1" * 32).json()

    def test_a_disconnected_browser_gets_no_right_proof(self, service: Service, page: Page) -> None:
        told = paired(service, page)
        page("DELETE", f"/pair/{told['token_id']}")

        assert ask_proof(service, told["token_id"]).json()["proof"] != proof_of(told["token"])

    def test_a_disconnected_browser_is_proved_that_its_access_ended(
        self, service: Service, page: Page, assistant: StubAssistant
    ) -> None:
        gone, stays = paired(service, page), paired(service, page, "Firefox 153")
        page("DELETE", f"/pair/{gone['token_id']}")

        ended = proof_of(gone["token"], said="ended")
        assert ask_proof(service, gone["token_id"]).json() == {"proof": ended}
        assert ask_proof(service, stays["token_id"]).json() == {"proof": proof_of(stays["token"])}
        later = Pairing(lambda: StubAssistant(assistant.settings).store)
        assert later.prove(gone["token_id"], NONCE) == ended

    def test_the_pages_session_is_proved_to_nobody(self, service: Service, cookie: str) -> None:
        (session,) = [t for t in service.assistant.store.tokens() if t.label == "page"]
        own = cookie.partition("=")[2]

        assert ask_proof(service, session.id).json()["proof"] != proof_of(own)

    def test_a_nonce_of_another_shape(self, service: Service) -> None:
        for nonce in ("", "ab", "0" * 31, "0" * 129, "g" * 32, f"{NONCE}\n", "٠" * 32, 5):
            answer = send(service, "POST", "/pair/proof", {"token_id": "a" * 32, "nonce": nonce})

            assert outcome(answer) == (422, "invalid-request")

    def test_proofs_are_limited(self, assistant: StubAssistant, clock: Clock) -> None:
        pairing = Pairing(lambda: assistant.store, clock=clock)
        for _ in range(PROOFS_PER_MINUTE):
            pairing.prove("a", NONCE)

        with pytest.raises(TooManyTries):
            pairing.prove("a", NONCE)

        clock.now += 60
        assert pairing.prove("a", NONCE)


class TestTerminal:
    def test_one_line_is_printed_when_a_browser_asks(
        self, assistant: StubAssistant, clock: Clock
    ) -> None:
        lines: list[str] = []
        pairing = Pairing(lambda: assistant.store, clock=clock, tell=lines.append)

        begun = pairing.begin("Chromium 156")

        assert lines == [
            f"A browser asks to connect: Chromium 156. Code {begun.code}. "
            "Open the page to allow it."
        ]
        assert begun.request_id not in lines[0]
        with pytest.raises(TooManyTries):
            pairing.begin("Impostor")
        assert len(lines) == 1

    def test_a_terminal_that_has_gone_keeps_nobody_out(self, assistant: StubAssistant) -> None:
        def gone(line: str) -> None:
            raise BrokenPipeError

        assert Pairing(lambda: assistant.store, tell=gone).begin("Chromium 156").code

    def test_the_service_passes_its_terminal_on(self, assistant: StubAssistant) -> None:
        lines: list[str] = []
        app = create_app(assistant, host="127.0.0.1", port=80, one_time_code="c", tell=lines.append)

        TestClient(app, base_url="http://127.0.0.1").post(
            "/api/v1/pair", json={"client": "Chromium 156"}
        )

        assert len(lines) == 1
