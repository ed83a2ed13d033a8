"""What is done for the person: only as chosen, seen by a real server, listed, and taken back."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assistant.packing import Browser, pack
from assistant.site.record.observation import ConsentState, Watched
from assistant.site.record.reading import read_observation
from tests.browser.stage import QUIET, find_chromium
from tests.extension.stage import EXTENSION, JsonObject, Stage, staged, until
from tests.playing import playing
from tests.servers import Response, Server, page

pytestmark = pytest.mark.browser

GPC = "Told this site not to sell or share your data (GPC)"
REJECTED = "Rejected its consent banner (Onetrust)"
SIGNAL = "<script>window.signal = navigator.globalPrivacyControl</script>"
READ_SIGNALS = "[window.signal, window.inSrcdoc]"
GETTER = """() => {
  const {get, set, enumerable} = Object.getOwnPropertyDescriptor(
    Navigator.prototype, 'globalPrivacyControl');
  const tried = (act) => { try { return act(); } catch (error) { return error.name; } };
  return {get: String(get), name: get.name, set: String(set), enumerable,
    elsewhere: tried(() => get.call({})), made: tried(() => new get()),
    own: Object.hasOwn(navigator, 'globalPrivacyControl')};
}"""
SETTLED_S = 6.0
"""Longer than a banner takes to be found, answered and looked for again."""
MOST_S = 60.0
"""So long it may take on a machine that is busy."""


def shop(stage: Stage) -> None:
    """A page with a frame, an image, a fetch and a frame of a third party that fetches, too."""
    third = stage.sites.url("/third", host="third.test")
    stage.sites.answers.update(
        {
            "/": page(
                f"<title>Shop</title>{SIGNAL}<img src='/image.png'><iframe src='/frame'></iframe>"
                '<iframe srcdoc="<script>'
                'parent.inSrcdoc = navigator.globalPrivacyControl</script>"></iframe>'
                f"<script>fetch('/fetched')</script><iframe src='{third}'></iframe>"
            ),
            "/frame": page(f"{SIGNAL}<p>A frame.</p>"),
            "/third": page(f"{SIGNAL}<script>fetch('/deep')</script>"),
            "/fetched": Response(b"{}"),
            "/deep": Response(b"{}"),
        }
    )


TARGETS = {"/", "/image.png", "/frame", "/fetched", "/third", "/deep"}


def visited(stage: Stage, host: str = "shop.test", tab: Page | None = None) -> Page:
    """A visit of which every request has come to the server."""
    stage.sites.requests.clear()
    opened = stage.visit("/", host=host, page=tab)
    until(lambda: {request.target for request in stage.sites.requests} >= TARGETS)
    until(lambda: opened.evaluate("document.readyState") == "complete")
    return opened


def told(stage: Stage) -> dict[str, str | None]:
    """Target → what its request said."""
    return {
        request.target: request.headers.get("sec-gpc")
        for request in stage.sites.requests
        if request.target in TARGETS
    }


SAID = dict.fromkeys(TARGETS, "1")
UNSAID = dict.fromkeys(TARGETS, None)


def done(stage: Stage, opened: Page) -> list[str]:
    return [one["text"] for one in stage.view(stage.tab_id(opened))["done"]]


def listed(stage: Stage, opened: Page) -> None:
    until(lambda: done(stage, opened) == [REJECTED], MOST_S)


def undo(stage: Stage, opened: Page, text: str) -> JsonObject:
    """Click what the popup clicks; the page has been loaded again by then."""
    tab = stage.tab_id(opened)
    (back,) = [one["undo"] for one in stage.view(tab)["done"] if one["text"] == text]
    stage.sites.requests.clear()
    with opened.expect_navigation():
        answer: JsonObject = stage.send({"type": "undo", "tabId": tab, "undo": back})
    return answer


# Global Privacy Control --------------------------------------------------------------------------


def test_nothing_is_told_before_it_is_chosen(stage: Stage) -> None:
    shop(stage)
    opened = visited(stage)
    assert told(stage) == UNSAID
    assert opened.evaluate(READ_SIGNALS) == [None, None]
    assert done(stage, opened) == []


def test_nothing_is_told_before_the_first_choice() -> None:
    with staged(started=False) as stage:
        stage.set(gpc=True, rejectConsent=True)
        shop(stage)
        opened = visited(stage)
        assert told(stage) == UNSAID
        assert opened.evaluate(READ_SIGNALS) == [None, None]
        assert done(stage, opened) == []
        stage.set(started=True)
        assert visited(stage, tab=opened).evaluate(READ_SIGNALS) == [True, True]
        assert told(stage) == SAID


def test_every_request_and_script_is_told_once_it_is_chosen(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True)
    opened = visited(stage)
    assert told(stage) == SAID
    assert opened.evaluate(READ_SIGNALS) == [True, True]
    frames = [frame for frame in opened.frames if frame.url.endswith(("/frame", "/third"))]
    assert [frame.evaluate("window.signal") for frame in frames] == [True, True]
    assert done(stage, opened) == [GPC]
    record = stage.evaluate("tab => observationOf(tab)", stage.tab_id(opened))
    assert [visit["gpc"] for visit in record["visits"]] == [True]


def test_the_signal_looks_like_one_of_the_browser(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True)
    assert visited(stage).evaluate(GETTER) == {
        "get": "function () { [native code] }",
        "name": "get globalPrivacyControl",
        "set": "undefined",
        "enumerable": True,
        "elsewhere": "TypeError",
        "made": "TypeError",
        "own": False,
    }


def test_once_it_is_off_again_nobody_is_told(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True)
    opened = visited(stage)
    stage.set(gpc=False)
    assert done(stage, opened) == []
    visited(stage, tab=opened)
    assert told(stage) == UNSAID
    assert opened.evaluate(READ_SIGNALS) == [None, None]
    assert stage.evaluate("chrome.declarativeNetRequest.getDynamicRules()") == []
    assert stage.evaluate("chrome.scripting.getRegisteredContentScripts()") == []


def test_it_is_taken_back_on_one_site_and_left_on_others(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True)
    opened = visited(stage)
    undo(stage, opened, GPC)
    until(lambda: {request.target for request in stage.sites.requests} >= TARGETS)
    assert told(stage) == UNSAID
    assert opened.evaluate(READ_SIGNALS) == [None, None]
    assert done(stage, opened) == []
    stage.kill_worker()
    assert stage.send({"type": "settings"})["gpcExcept"] == ["shop.test"]
    visited(stage, host="www.shop.test", tab=opened)
    assert told(stage) == UNSAID
    other = visited(stage, host="other.test")
    assert told(stage) == SAID
    assert done(stage, other) == [GPC]

    options = stage.options()
    again = options.get_by_role("button", name="Tell it again: shop.test")
    again.click()
    expect(again).to_have_count(0)
    visited(stage, tab=opened)
    assert told(stage) == SAID


def test_who_goes_on_from_such_a_site_is_told_of_to_the_next(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True, gpcExcept=["shop.test"])
    opened = visited(stage)
    stage.sites.requests.clear()
    opened.evaluate("url => location.assign(url)", stage.sites.url("/", host="other.test"))
    until(lambda: {request.target for request in stage.sites.requests} >= TARGETS)
    assert told(stage) == SAID


def test_a_frame_of_such_a_site_in_another_one_is_told(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True, gpcExcept=["third.test"])
    visited(stage)
    assert told(stage) == SAID


def test_an_undo_that_nobody_offered_changes_nothing(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True)
    tab = stage.tab_id(visited(stage))
    before = stage.send({"type": "settings"})
    for wrong in ("", "gpc", "gpc ", "started shop.test", "paused x", "rejectConsent shop.test"):
        stage.send({"type": "undo", "tabId": tab, "undo": wrong})
    assert stage.send({"type": "settings"}) == before


def test_what_was_set_up_holds_while_the_worker_is_dead(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True)
    stage.kill_worker()
    opened = visited(stage)
    assert told(stage) == SAID
    assert opened.evaluate(READ_SIGNALS) == [True, True]
    assert done(stage, opened) == [GPC]


# Leaving a site alone ----------------------------------------------------------------------------


def test_on_a_site_that_is_left_alone_nothing_is_seen_and_nothing_done(stage: Stage) -> None:
    shop(stage)
    stage.set(gpc=True, rejectConsent=True)
    opened = visited(stage)
    tab = stage.tab_id(opened)
    assert stage.view(tab)["live"]["requests"] > 0

    view = stage.send({"type": "pause", "tabId": tab, "paused": True})

    assert (view["place"], view["live"], view["done"]) == ("paused", None, [])
    assert view["site"]["domain"] == "shop.test"
    assert stage.evaluate("tab => observationOf(tab)", tab) is None
    stage.sites.answers["/"] = banner()
    stage.sites.requests.clear()
    stage.visit("/", host="www.shop.test", page=opened)
    time.sleep(SETTLED_S)
    assert {request.headers.get("sec-gpc") for request in stage.sites.requests} == {None}
    assert opened.evaluate("window.clicks") == 0
    assert stage.evaluate("tab => observationOf(tab)", tab) is None
    stage.kill_worker()
    assert stage.view(tab)["place"] == "paused"

    shop(stage)
    view = stage.send({"type": "pause", "tabId": tab, "paused": False})
    assert (view["place"], view["live"]) == ("page", None)
    visited(stage, tab=opened)
    assert told(stage) == SAID
    assert stage.view(tab)["live"]["requests"] > 0


def test_the_popup_leaves_a_site_alone_and_the_panel_watches_it_again(stage: Stage) -> None:
    shop(stage)
    tab = stage.tab_id(visited(stage))
    popup = stage.popup(tab)
    popup.get_by_role("switch", name="Watch this site").click()
    expect(popup.get_by_role("heading", level=1)).to_contain_text("leave this site alone")
    expect(popup.get_by_role("button", name="Watch this site again")).to_be_focused()
    panel = stage.panel(tab)
    expect(panel.get_by_role("heading", level=1)).to_contain_text("leave this site alone")
    panel.get_by_role("button", name="Watch this site again").click()
    expect(panel.get_by_role("button", name="Watch this site again")).to_have_count(0)
    expect(popup.get_by_role("switch", name="Watch this site")).to_be_checked()


@pytest.mark.parametrize(
    "domain", ["10.0.0.1", "::1", "localhost", "xn--mller-kva.test", "co.uk", "x" * 63 + ".test"]
)
def test_any_host_can_be_left_alone(stage: Stage, domain: str) -> None:
    shop(stage)
    stage.set(gpc=True, paused=[domain])
    opened = visited(stage)
    assert told(stage) == SAID
    assert opened.evaluate(READ_SIGNALS) == [True, True]


@pytest.mark.parametrize(
    "wrong", ["no host", "a/b", "münchen.test", "", "*", "*.test", "a..test", "x" * 300]
)
def test_what_is_no_host_is_refused_and_nothing_else_lost(stage: Stage, wrong: str) -> None:
    stage.set(gpc=True)
    answer = stage.send({"type": "set", "settings": {"paused": [wrong]}})
    assert answer["problem"]["code"] == "invalid-settings"
    shop(stage)
    visited(stage)
    assert told(stage) == SAID


# Consent banners ---------------------------------------------------------------------------------

_numbers = itertools.count()
_REMOVE = "document.getElementById('onetrust-consent-sdk').remove();"
_CLICKED = "window.clicks += 1;"
_SAID_NO = "OnetrustActiveGroups = ',C0001,'; localStorage.setItem('answered', 'no');"
_AGAIN = "location.reload();"
WORKS = _CLICKED + _SAID_NO + _REMOVE
DEAD = _CLICKED
ONLY_HIDES = _CLICKED + _REMOVE
"""The dialog goes, and everything stays allowed."""
LOADS_AGAIN = _SAID_NO + _AGAIN
ASKS_FOR_EVER = "OnetrustActiveGroups = ',C0001,';" + _AGAIN


def banner(on_reject: str = WORKS) -> Response:
    """An invented shop that asks in the way that a well-known consent manager does."""
    html = (
        "<!doctype html><title>Lamps</title><h1>Lamps</h1>"
        "<script>window.clicks = 0; window.OnetrustActiveGroups = ',C0001,C0002,C0004,';</script>"
        '<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" role="dialog"'
        ' aria-label="Privacy" style="position:fixed;bottom:0;background:#eee;width:100%">'
        "<p>We and our 214 partners keep cookies on your device.</p>"
        f'<button id="onetrust-reject-all-handler" onclick="{on_reject}">Reject all</button>'
        '<button id="onetrust-accept-btn-handler">Accept all</button></div></div>'
        f"<script>if (localStorage.getItem('answered')) {_REMOVE}</script>"
    )
    # Tests share the storage of a host.
    return page(html.replace("'answered'", f"'answered {next(_numbers)}'"))


def test_a_banner_is_rejected_listed_and_noted_in_the_record(stage: Stage) -> None:
    stage.sites.answers["/"] = banner()
    stage.set(rejectConsent=True)
    opened = stage.visit("/")
    listed(stage, opened)
    assert opened.evaluate("window.clicks") == 1
    expect(opened.locator("#onetrust-banner-sdk")).to_have_count(0)
    tab = stage.tab_id(opened)
    assert "cookie" in stage.view(tab)["done"][0]["note"]
    told = json.dumps(stage.send({"type": "observation", "tabId": tab})).encode()
    record = read_observation(told, now=datetime.now(UTC) + timedelta(minutes=1)).observation
    assert Watched.CONSENT in record.watched
    asked, rejected = record.visits[0].consent
    assert (asked.state, rejected.state) == (ConsentState.ASKED, ConsentState.REJECTED)
    assert (rejected.manager, rejected.clicks, asked.reject_offered) == ("Onetrust", 1, True)
    assert 0 < asked.at_ms <= rejected.at_ms
    stage.kill_worker()
    assert [one["text"] for one in stage.view(tab)["done"]] == [REJECTED]


def test_a_rejection_is_taken_back_on_one_site(stage: Stage) -> None:
    stage.sites.answers["/"] = banner()
    stage.set(rejectConsent=True)
    opened = stage.visit("/")
    listed(stage, opened)
    opened.evaluate("localStorage.clear()")
    undo(stage, opened, REJECTED)
    time.sleep(SETTLED_S)
    assert opened.evaluate("window.clicks") == 0
    expect(opened.locator("#onetrust-banner-sdk")).to_be_visible()
    assert done(stage, opened) == []
    other = stage.visit("/", host="other.test")
    listed(stage, other)

    options = stage.options()
    again = options.get_by_role("button", name="Say no again: shop.test")
    again.click()
    expect(again).to_have_count(0)
    opened.reload()
    listed(stage, opened)


@pytest.mark.parametrize("on_reject", [DEAD, ONLY_HIDES], ids=["dead", "only-hides"])
def test_a_banner_that_takes_no_answer_is_not_listed(stage: Stage, on_reject: str) -> None:
    stage.sites.answers["/"] = banner(on_reject)
    stage.set(rejectConsent=True)
    opened = stage.visit("/")
    until(lambda: opened.evaluate("window.clicks") > 0, MOST_S)
    time.sleep(2 * SETTLED_S if on_reject == ONLY_HIDES else SETTLED_S)
    assert done(stage, opened) == []
    record = stage.evaluate("tab => observationOf(tab)", stage.tab_id(opened))
    assert "consent" not in record["watched"]
    assert record["visits"][0]["consent"] == []


def test_a_page_that_loads_itself_again_after_the_answer(stage: Stage) -> None:
    stage.sites.answers["/"] = banner(LOADS_AGAIN)
    stage.set(rejectConsent=True)
    opened = stage.visit("/")
    listed(stage, opened)


def test_a_page_that_asks_for_ever_is_left_after_some_answers(stage: Stage) -> None:
    stage.sites.answers["/"] = banner(ASKS_FOR_EVER)
    stage.set(rejectConsent=True)
    opened = stage.visit("/")

    def loads() -> int:
        return sum(request.target == "/" for request in stage.sites.requests)

    until(lambda: loads() == 4, MOST_S)
    time.sleep(SETTLED_S)
    assert loads() == 4
    assert done(stage, opened) == []


def test_a_page_without_a_banner_lists_nothing(stage: Stage) -> None:
    stage.sites.answers["/"] = page("<h1>Lamps</h1><button>Reject all</button>")
    stage.set(rejectConsent=True)
    opened = stage.visit("/")
    time.sleep(SETTLED_S)
    assert done(stage, opened) == []


def test_no_banner_is_touched_before_it_is_chosen_or_after(stage: Stage) -> None:
    stage.sites.answers["/"] = banner()
    opened = stage.visit("/")
    time.sleep(SETTLED_S)
    stage.set(rejectConsent=True)
    stage.set(rejectConsent=False)
    stage.visit("/", page=opened)
    time.sleep(SETTLED_S)
    assert opened.evaluate("window.clicks") == 0
    assert done(stage, opened) == []


def test_a_banner_is_asked_by_its_own_script_also_on_strict_pages(stage: Stage) -> None:
    strict = banner(ONLY_HIDES + "OnetrustActiveGroups = ',C0001,'")
    assert isinstance(strict.body, bytes)
    policy = {"Content-Security-Policy": "script-src 'unsafe-inline'; object-src 'none'"}
    stage.sites.answers["/"] = Response(strict.body, headers={**strict.headers, **policy})
    stage.set(rejectConsent=True)
    opened = stage.visit("/")
    listed(stage, opened)


# The choices -------------------------------------------------------------------------------------


def test_the_first_run_offers_both_and_chooses_neither() -> None:
    with staged(started=False) as stage:
        first = stage.onboarding()
        gpc = first.get_by_label("Tell sites not to sell or share your data")
        banners = first.get_by_label("Say no to consent banners")
        expect(gpc).not_to_be_checked()
        expect(banners).not_to_be_checked()
        gpc.check()
        first.get_by_role("button", name="Start", exact=True).click()
        expect(first.get_by_text("It is on.")).to_be_visible()
        settings = stage.send({"type": "settings"})
        assert (settings["started"], settings["gpc"]) == (True, True)
        assert settings["rejectConsent"] is False
        shop(stage)
        visited(stage)
        assert told(stage) == SAID
        first.reload()
        expect(first.get_by_label("Tell sites not to sell or share your data")).to_be_checked()


def test_the_settings_hold_both_and_the_focus_stays(stage: Stage) -> None:
    stage.set(rejectExcept=["shop.test"])
    options = stage.options()
    banners = options.get_by_label("Say no to consent banners")
    banners.check()
    expect(options.get_by_role("status").last).to_have_text("Saved.")
    expect(options.get_by_label("Say no to consent banners")).to_be_focused()
    assert stage.send({"type": "settings"})["rejectConsent"] is True
    expect(options.get_by_text("may still remember an earlier no")).to_be_visible()
    options.get_by_role("button", name="Say no again: shop.test").click()
    expect(options.get_by_text("shop.test")).to_have_count(0)


def test_no_page_is_wider_than_its_window(stage: Stage) -> None:
    stage.set(rejectExcept=["a-rather-long-name-of-a-site-that-has-no-end.example"])
    for opened in (stage.onboarding(), stage.options()):
        expect(opened.get_by_label("Say no to consent banners")).to_be_visible()
        for width in (900, 320):
            opened.set_viewport_size({"width": width, "height": 800})
            assert opened.evaluate("document.documentElement.scrollWidth") <= width


# Another start, another copy ---------------------------------------------------------------------


class Started:
    """The extension of a folder in a browser of its own."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        worker = (
            context.service_workers[0]
            if context.service_workers
            else context.wait_for_event("serviceworker")
        )
        self.desk = context.new_page()
        self.desk.goto(f"chrome-extension://{worker.url.split('/')[2]}/src/options/options.html")

    def send(self, message: JsonObject) -> JsonObject:
        answer: JsonObject = self.desk.evaluate("m => chrome.runtime.sendMessage(m)", message)
        return answer


Start = Callable[[Path], Started]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a browser with one profile, as often as it is called."""
    with playing() as playwright:

        def started(folder: Path) -> Started:
            return Started(
                playwright.chromium.launch_persistent_context(
                    str(tmp_path / "profile"),
                    executable_path=find_chromium(),
                    headless=True,
                    args=[
                        *QUIET,
                        "--no-sandbox",
                        f"--disable-extensions-except={folder}",
                        f"--load-extension={folder}",
                        "--host-resolver-rules=MAP *.test 127.0.0.1",
                    ],
                )
            )

        yield started


CHOSEN: JsonObject = {"started": True, "gpc": True, "gpcExcept": ["other.test"]}


def test_choices_and_what_was_taken_back_outlive_the_browser(start: Start) -> None:
    first = start(EXTENSION)
    first.send({"type": "set", "settings": CHOSEN})
    first.context.close()

    with Server({"/": page(SIGNAL)}) as sites:
        again = start(EXTENSION)
        for host, said, signal in (("shop.test", "1", True), ("other.test", None, None)):
            again.desk.goto(sites.url("/", host=host))
            assert again.desk.evaluate("window.signal") is signal
            asked = [request for request in sites.requests if request.target == "/"]
            assert asked[-1].headers.get("sec-gpc") == said
        again.context.close()


def test_a_copy_without_the_list_of_banners_says_so(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    zipfile.ZipFile(io.BytesIO(pack(EXTENSION, Browser.CHROMIUM))).extractall(folder)
    shutil.rmtree(folder / "vendor")
    bare = start(folder)
    answer = bare.send({"type": "set", "settings": CHOSEN | {"rejectConsent": True}})
    assert answer["rejectConsent"] is True
    scripts = "chrome.scripting.getRegisteredContentScripts()"
    assert [one["id"] for one in bare.desk.evaluate(scripts)] == ["gpc", "gpc-here"]
    bare.desk.reload()
    banners = bare.desk.get_by_label("Say no to consent banners")
    expect(banners).to_be_disabled()
    expect(banners).not_to_be_checked()
    expect(bare.desk.get_by_text("npm run assemble")).to_be_visible()
    bare.context.close()
