"""The person decides who is paired, the service proves itself, and a stranger gets nothing."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.settings import Settings
from tests.api.stub import StubAssistant
from tests.extension.stage import Stage, free_port, until
from tests.servers import LOOPBACK, page

pytestmark = pytest.mark.browser

IN_A_WHILE_MS = 30_000
AT_ONCE_MS = 4_000
"""Sooner than an open page looks again by itself."""
"""An open page looks again every few seconds."""

CLAIMS: tuple[object, ...] = (
    {},
    {"proof": "0" * 64},
    {"proof": None, "status": "ok", "state": "allowed"},
    {"error": {"code": "not-authorized", "message": "Send it again.", "hint": "Now."}},
    "the assistant",
)
"""What a stranger says when it is asked for a proof."""


class Squatter:
    """Another program on the service's port. It answers every call, and notes what it is told."""

    def __init__(self, port: int, answers: tuple[object, ...], sends_to: str, status: int) -> None:
        self.heard: list[str] = []
        self.paths: list[str] = []
        squatter, bodies = self, itertools.cycle(json.dumps(one).encode() for one in answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                told = f"{self.headers}{self.rfile.read(length).decode()}"
                squatter.heard.append(told)
                squatter.paths.append(self.path)
                body = next(bodies)
                self.send_response(307 if sends_to else status)
                if sends_to:
                    self.send_header("Location", f"{sends_to}{self.path}")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_DELETE = do_POST  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Tests read `heard`."""

        self.port = port
        self.server = ThreadingHTTPServer((LOOPBACK, port), Handler)


@contextmanager
def squatting(
    port: int, *answers: object, sends_to: str = "", status: int = 200
) -> Iterator[Squatter]:
    """Takes the port; gives these answers in turn, or sends every call on."""
    squatter = Squatter(port, answers or ({},), sends_to, status)
    thread = threading.Thread(target=squatter.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield squatter
    finally:
        squatter.server.shutdown()
        squatter.server.server_close()
        thread.join()


def connection(stage: Stage) -> str:
    return str(stage.view()["connection"])


def begin(stage: Stage) -> str:
    view = stage.send({"type": "connect"})
    assert view["connection"] == "waiting"
    return str(view["code"])


def browsers(stage: Stage) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = stage.service.as_person("GET", "/pair").json()["browsers"]
    return listed


def token(stage: Stage) -> dict[str, str]:
    kept: dict[str, str] = stage.evaluate("async () => (await chrome.storage.local.get()).token")
    return kept


def test_the_person_allows_the_browser_that_shows_the_same_code(stage: Stage) -> None:
    assert connection(stage) == "unpaired"
    code = begin(stage)
    pending = stage.service.as_person("GET", "/pair").json()["pending"]
    assert pending["code"] == code
    assert pending["client"].startswith("Chromium ")

    assert stage.service.answer_pairing(code).status == 204

    until(lambda: connection(stage) == "connected")
    assert [one["client"] for one in browsers(stage)] == [pending["client"]]
    assert stage.view()["code"] is None
    assert stage.send({"type": "connect"})["connection"] == "connected"
    assert len(browsers(stage)) == 1


def test_a_refused_browser_is_told_and_may_ask_again(stage: Stage) -> None:
    stage.service.answer_pairing(begin(stage), allow=False)

    until(lambda: connection(stage) == "unpaired")
    assert stage.view()["problem"]["code"] == "pairing-refused"
    assert token(stage) is None
    stage.pair()
    assert stage.view()["problem"] is None


def test_asking_twice_shows_the_same_code(stage: Stage) -> None:
    assert begin(stage) == begin(stage)


def test_another_browser_that_asks_is_not_let_in_by_our_code(stage: Stage) -> None:
    other = stage.service.as_person("POST", "/pair", b'{"client": "Other"}')
    assert other.status == 200

    problem = stage.send({"type": "connect"})["problem"]

    assert problem["code"] == "too-many-tries"
    assert connection(stage) == "unpaired"


def test_a_code_is_stale_once_the_service_was_started_anew(stage: Stage) -> None:
    code = begin(stage)
    stage.service.stop()
    stage.service.start()

    assert stage.service.answer_pairing(code).status == 404

    until(lambda: connection(stage) == "unpaired")
    assert stage.view()["problem"]["code"] == "pairing-expired"


def test_a_code_that_nobody_answers_in_time_is_stale(stage: Stage) -> None:
    begin(stage)
    stage.service.stop()
    stage.evaluate(
        """async () => { const {pairing} = await chrome.storage.session.get('pairing');
        await chrome.storage.session.set({pairing: {...pairing, endsAt: Date.now()}}); }"""
    )

    until(lambda: connection(stage) == "unpaired")
    assert stage.view()["problem"]["code"] == "pairing-expired"


def test_a_worker_that_dies_while_it_waits_goes_on_waiting(stage: Stage) -> None:
    code = begin(stage)
    stage.kill_worker()
    assert stage.view()["code"] == code
    stage.kill_worker()
    stage.send({"type": "settings"})  # whatever wakes it
    stage.service.answer_pairing(code)

    until(lambda: token(stage))
    assert connection(stage) == "connected"


def test_a_token_that_was_handed_out_and_lost_is_handed_out_again(stage: Stage) -> None:
    code = begin(stage)
    waiting = stage.evaluate("async () => (await chrome.storage.session.get()).pairing")
    stage.kill_worker()
    stage.service.answer_pairing(code)
    # What the worker did that ended before it kept the answer.
    handed = stage.service.as_person("GET", f"/pair/{waiting['requestId']}").json()
    assert handed["token"]

    until(lambda: connection(stage) == "connected")

    assert token(stage)["token"] == handed["token"]
    assert [one["id"] for one in browsers(stage)] == [handed["token_id"]]
    assert stage.view()["problem"] is None


def test_a_worker_that_died_right_after_it_kept_the_token_is_connected(stage: Stage) -> None:
    stage.pair()
    kept = token(stage)
    stage.evaluate(
        """async address => chrome.storage.session.set({pairing: {requestId: 'x'.repeat(43),
        code: '4821', endsAt: Date.now() + 60000, address}})""",
        stage.service.address,
    )
    stage.kill_worker()

    until(lambda: connection(stage) == "connected")

    assert token(stage) == kept
    assert stage.view()["problem"] is None


def test_giving_up_takes_the_question_off_the_services_page(stage: Stage) -> None:
    first = begin(stage)
    options = stage.options()
    options.get_by_role("button", name="Cancel").click()

    expect(options.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    until(lambda: stage.service.as_person("GET", "/pair").json()["pending"] is None)
    assert begin(stage) != first


def test_a_worker_that_died_has_the_service_prove_itself_anew(stage: Stage) -> None:
    stage.pair()
    stage.kill_worker()
    assert connection(stage) == "connected"


def test_a_service_that_comes_back_is_found_again_by_itself(stage: Stage) -> None:
    stage.pair()
    stage.kill_worker()
    stage.service.stop()
    assert connection(stage) == "basic"
    assert token(stage)
    options = stage.options()
    expect(options.get_by_text("Basic mode")).to_be_visible()

    stage.service.start()

    found = options.get_by_text("Connected", exact=True)
    expect(found).to_be_visible(timeout=IN_A_WHILE_MS)


def test_who_looks_sees_at_once_that_the_service_stopped(stage: Stage) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))
    assert connection(stage) == "connected"
    stage.desk.wait_for_timeout(3_100)
    stage.service.stop()

    popup = stage.popup(tab)

    expect(popup.locator(".connection")).to_have_text("Basic mode", timeout=AT_ONCE_MS)


def test_an_open_popup_follows_a_service_that_stops_and_comes_back(stage: Stage) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))
    popup, panel = stage.popup(tab), stage.panel(tab)
    shown = [each.locator(".connection") for each in (popup, panel)]
    popup.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'visible'})")
    for each in shown:
        expect(each).to_have_text("Connected")

    stage.service.stop()
    for each in shown:
        expect(each).to_have_text("Basic mode", timeout=IN_A_WHILE_MS)
    stage.kill_worker()

    stage.service.start()
    for each in shown:
        expect(each).to_have_text("Connected", timeout=IN_A_WHILE_MS)


def test_nobody_asks_the_service_while_nobody_looks(stage: Stage) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))
    stage.service.stop()
    with squatting(stage.service.port) as squatter:
        popup = stage.popup(tab)
        until(lambda: len(squatter.paths) >= 2)
        popup.close()
        stage.desk.wait_for_timeout(500)
        asked = len(squatter.paths)
        stage.desk.wait_for_timeout(6_000)
        assert len(squatter.paths) == asked


@pytest.mark.parametrize("dies", [False, True])
def test_a_squatter_gets_neither_the_token_nor_an_observation(stage: Stage, dies: bool) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<title>Private matters</title><h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))
    secret = token(stage)["token"]
    stage.service.stop()
    if dies:
        stage.kill_worker()
    else:
        # A proof counts for some seconds at most; a call that fails ends it at once.
        stage.send({"type": "read-policy", "tabId": tab})

    with squatting(stage.service.port, *CLAIMS) as squatter:
        for _ in CLAIMS:
            view = stage.send({"type": "read-policy", "tabId": tab})
            assert (view["connection"], view["problem"]["code"]) == ("stranger", "stranger")
        stage.send({"type": "rate", "tabId": tab})
        stage.send({"type": "ask", "tabId": tab, "question": "Is it sold?"})
        assert token(stage)["token"] == secret
        stage.send({"type": "disconnect"})

    assert len(squatter.paths) > len(CLAIMS)
    assert set(squatter.paths) == {"/api/v1/pair/proof"}
    told = "".join(squatter.heard)
    assert secret not in told
    assert "Authorization" not in told
    assert "shop.test" not in told


def test_a_squatter_cannot_make_a_browser_give_up_its_token(stage: Stage) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))
    kept = token(stage)
    assert stage.send({"type": "read-policy", "tabId": tab})["problem"] is None
    stage.service.stop()

    # The last proof still counts, so that this call reaches the squatter.
    with squatting(stage.service.port, CLAIMS[3], status=401) as squatter:
        view = stage.send({"type": "read-policy", "tabId": tab})

    assert squatter.paths == ["/api/v1/policy", "/api/v1/pair/proof"]
    assert (view["connection"], view["problem"]["code"]) == ("stranger", "stranger")
    assert token(stage) == kept
    stage.service.start()
    until(lambda: connection(stage) == "connected")


@pytest.mark.parametrize("status", [403, 429, 503])
def test_the_words_of_a_squatter_are_shown_to_nobody(stage: Stage, status: int) -> None:
    stage.pair()
    tab = stage.tab_id(stage.desk)
    stage.kill_worker()
    stage.service.stop()
    words = {"error": {"code": "too-many-tries", "message": "Call 0900!", "hint": "Call now!"}}

    with squatting(stage.service.port, words, status=status):
        popup = stage.popup(tab)
        shown = "Not recognised" if status == 403 else "Basic mode"
        expect(popup.locator(".connection")).to_have_text(shown, timeout=IN_A_WHILE_MS)
        assert "0900" not in popup.inner_text("body")


def test_a_squatter_cannot_pair_without_answering_as_the_protocol_says(stage: Stage) -> None:
    stage.service.stop()

    with squatting(stage.service.port, {"request_id": "../../x", "code": "<b>"}) as squatter:
        problem = stage.send({"type": "connect"})["problem"]

    assert problem["code"] == "stranger"
    assert squatter.paths == ["/api/v1/pair"]
    assert connection(stage) == "unpaired"


def test_a_call_does_not_follow_a_squatter_elsewhere(stage: Stage) -> None:
    stage.service.stop()

    with (
        squatting(free_port()) as other,
        squatting(stage.service.port, sends_to=f"http://{LOOPBACK}:{other.port}") as squatter,
    ):
        problem = stage.send({"type": "connect"})["problem"]

    assert problem["code"] == "service-gone"
    assert (len(squatter.paths), other.paths) == (1, [])


def test_a_browser_that_was_taken_off_the_list_is_not_connected_any_more(stage: Stage) -> None:
    stage.pair()
    (browser,) = browsers(stage)
    stage.service.as_person("DELETE", f"/pair/{browser['id']}")
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))

    view = stage.send({"type": "read-policy", "tabId": tab})

    assert (view["connection"], view["problem"]["code"]) == ("unpaired", "access-ended")
    assert token(stage) is None
    stage.pair()
    assert stage.view(tab)["problem"] is None


@pytest.mark.parametrize("anew", [False, True])
def test_a_browser_whose_access_was_ended_is_told_and_offered_to_connect(
    stage: Stage, anew: bool
) -> None:
    stage.pair()
    (browser,) = browsers(stage)
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    tab = stage.tab_id(stage.visit("/"))
    stage.kill_worker()
    stage.service.as_person("DELETE", f"/pair/{browser['id']}")
    if anew:
        stage.service.stop()
        stage.service.assistant = StubAssistant(stage.service.assistant.settings)
        stage.service.start()

    popup = stage.popup(tab)

    expect(popup.locator(".connection")).to_have_text("Not connected")
    expect(popup.get_by_role("region", name="Problem")).to_contain_text("access of this browser")
    assert popup.locator(".popup-actions .primary").all_inner_texts() == ["Connect"]
    assert token(stage) is None
    options = stage.options()
    expect(options.get_by_text("access of this browser was ended")).to_be_visible()
    stage.pair()
    expect(popup.get_by_role("region", name="Problem")).to_have_count(0)
    expect(popup.locator(".connection")).to_have_text("Connected")


def test_an_open_page_is_told_that_the_access_was_ended(stage: Stage) -> None:
    stage.pair()
    (browser,) = browsers(stage)
    options = stage.options()
    expect(options.get_by_text("Connected", exact=True)).to_be_visible()

    stage.service.as_person("DELETE", f"/pair/{browser['id']}")

    told = options.get_by_text("Not connected", exact=True)
    expect(told).to_be_visible(timeout=IN_A_WHILE_MS)
    expect(options.get_by_role("button", name="Disconnect")).to_have_count(0)


def test_a_service_that_lost_its_data_is_connected_anew(stage: Stage, tmp_path: Path) -> None:
    stage.pair()
    kept = token(stage)
    stage.service.stop()
    stage.service.assistant = StubAssistant(Settings(data_dir=tmp_path))
    stage.kill_worker()
    stage.service.start()

    until(lambda: connection(stage) == "stranger")
    assert token(stage) == kept
    options = stage.options()
    expect(options.get_by_text("does not know this browser")).to_be_visible()
    options.get_by_role("button", name="Connect", exact=True).click()
    expect(options.locator(".pairing-code")).to_be_visible()
    assert token(stage) == kept
    stage.service.answer_pairing(str(stage.view()["code"]))

    until(lambda: connection(stage) == "connected")
    assert token(stage) != kept
    assert len(browsers(stage)) == 1


def test_the_service_may_move_and_be_called_by_another_name(stage: Stage) -> None:
    stage.pair()
    kept = token(stage)
    stage.set(service=f"http://localhost:{stage.service.port}")
    until(lambda: connection(stage) == "connected")

    old = stage.service.port
    stage.service.stop()
    stage.service.port = free_port()
    stage.service.start()
    try:
        until(lambda: connection(stage) == "basic")
        stage.set(service=stage.service.address)
        until(lambda: connection(stage) == "connected")
        assert token(stage) == kept
        assert stage.view()["problem"] is None
    finally:
        stage.service.stop()
        stage.service.port = old


def test_two_browsers_are_connected_and_one_is_disconnected(stage: Stage) -> None:
    stage.pair()
    other = json.loads(stage.service.as_person("POST", "/pair", b'{"client": "Other"}').body)
    stage.service.answer_pairing(other["code"])
    told = stage.service.as_person("GET", f"/pair/{other['request_id']}").json()
    assert {one["client"] for one in browsers(stage)} >= {"Other"}

    stage.service.as_person("DELETE", f"/pair/{told['token_id']}")

    stage.kill_worker()
    assert connection(stage) == "connected"
    assert len(browsers(stage)) == 1


def test_disconnecting_ends_the_access_on_both_sides(stage: Stage) -> None:
    stage.pair()
    options = stage.options()
    options.get_by_role("button", name="Disconnect").click()

    expect(options.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    assert browsers(stage) == []
    assert token(stage) is None
    assert stage.view()["problem"] is None


def test_disconnecting_without_the_service_says_what_is_left_to_do(stage: Stage) -> None:
    stage.pair()
    stage.service.stop()

    view = stage.send({"type": "disconnect"})

    assert (view["connection"], view["problem"]["code"]) == ("unpaired", "still-listed")
    assert token(stage) is None


def test_the_options_lead_through_the_dance(stage: Stage) -> None:
    options = stage.options()
    options.get_by_role("button", name="Connect", exact=True).click()
    expect(options.locator(".pairing-code")).to_be_visible()
    code = str(stage.view()["code"])
    expect(options.locator(".pairing-code")).to_contain_text(code)

    stage.service.answer_pairing(code)

    expect(options.get_by_text("Connected", exact=True)).to_be_visible()
