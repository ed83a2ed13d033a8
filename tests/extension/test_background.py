"""The background: what it keeps, whom it answers, and what it asks of the service."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assistant.errors import InputTooLarge
from assistant.service import FromBytes, FromUrl, PolicySource, SiteRecord
from tests.api.stub import StubAssistant
from tests.browser.auditing import violations
from tests.extension.stage import EXTENSION_ID, Stage, staged, until
from tests.servers import LOOPBACK, page

pytestmark = pytest.mark.browser

POLICY = (
    "<!doctype html><title>Privacy policy</title><h1>Privacy policy</h1><main></main>"
    "<script>document.querySelector('main').innerHTML = "
    "'<p>We sell your data to everybody who pays.</p>'.repeat(100)</script>"
)
"""Only a browser that runs its script sees what it says."""
KEPT_AS = "async tab => (await chrome.storage.session.get(null))[`told:${tab}`].policyId"
"""The policy of a tab in the service's history."""
EVERYWHERE = f"--host-resolver-rules=MAP * {LOOPBACK}"


@pytest.fixture
def assistant(stage: Stage) -> StubAssistant:
    assert isinstance(stage.service.assistant, StubAssistant)
    return stage.service.assistant


def open_page(stage: Stage, html: str = "<h1>Shop</h1>", path: str = "/") -> int:
    stage.sites.answers[path.partition("#")[0]] = page(html)
    return stage.tab_id(stage.visit(path))


def test_a_page_that_is_a_policy_is_read_as_it_is_shown(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    tab = open_page(stage, POLICY, "/legal?lang=en#top")

    view = stage.send({"type": "read-policy", "tabId": tab})

    ((source, _),) = assistant.seen
    assert isinstance(source, FromBytes)
    assert source.data.count(b"We sell your data to everybody who pays.") == 101
    assert source.url == stage.sites.url("/legal?lang=en", host="shop.test")
    assert view["problem"] is None
    assert view["policy"]["kind"] == "policy"
    assert view["working"] is None


@pytest.mark.parametrize(
    "html",
    [
        "<title>Shop</title><h1>Lamps</h1>",
        f"<title>Shop</title><h1>Lamps</h1><p>{'A lamp for your desk. ' * 200}</p>",
        "<title>Privacy</title><h1>Privacy</h1><p>Soon.</p>",
    ],
    ids=["short", "long", "named"],
)
def test_elsewhere_the_policy_is_looked_for_by_the_service(
    stage: Stage, assistant: StubAssistant, html: str
) -> None:
    stage.pair()
    tab = open_page(stage, html, "/lamps?order=1")

    stage.send({"type": "read-policy", "tabId": tab})

    ((source, _),) = assistant.seen
    assert source == FromUrl(stage.sites.url("/", host="shop.test"))


def test_a_policy_that_was_read_answers_also_when_it_was_forgotten(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    tab = open_page(stage)
    asked = {"type": "ask", "tabId": tab, "question": "Is my data sold?"}

    assert stage.send(asked)["problem"]["code"] == "policy-unread"
    stage.send({"type": "read-policy", "tabId": tab})
    (kept,) = assistant.history()
    assert stage.evaluate(KEPT_AS, tab) == kept.id
    assert stage.send(asked)["answer"]["text"] == "A page."
    assistant.store.forget()
    assert stage.send(asked)["answer"]["question"] == "Is my data sold?"


def test_a_refusal_of_the_service_is_shown_in_its_own_words(
    stage: Stage, assistant: StubAssistant
) -> None:
    def refuse(source: PolicySource) -> None:
        raise InputTooLarge("It is too long.", hint="Give less.")

    assistant.hook = refuse
    stage.pair()
    tab = open_page(stage)

    problem = stage.send({"type": "read-policy", "tabId": tab})["problem"]

    assert problem == {
        "code": "input-too-large",
        "message": "It is too long.",
        "hint": "Give less.",
    }
    assert stage.view(tab)["problem"] == problem
    assistant.hook = lambda source: None
    assert stage.send({"type": "read-policy", "tabId": tab})["problem"] is None


def test_a_rated_tab_keeps_its_report_until_it_shows_another_site(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    shop = stage.visit("/")
    tab = stage.tab_id(shop)

    report = stage.send({"type": "rate", "tabId": tab})["report"]

    assert report["kind"] == "site"
    ((source, _),) = assistant.looked
    assert isinstance(source, SiteRecord)
    assert stage.send({"type": "observation", "tabId": tab})["version"] == 1
    stage.kill_worker()
    assert stage.view(tab)["report"] == report
    stage.visit("/", host="other.test", page=shop)
    assert stage.view(tab)["report"] is None


def test_what_needs_the_service_says_so_without_it() -> None:
    with staged(service=False) as stage:
        tab = open_page(stage)
        view = stage.send({"type": "read-policy", "tabId": tab})
        assert (view["connection"], view["problem"]["code"]) == ("unpaired", "not-connected")
        connecting = stage.send({"type": "connect"})
        assert connecting["problem"]["code"] == "service-gone"
        assert stage.view(tab)["site"]["domain"] == "shop.test"


def test_a_page_of_the_browser_is_not_looked_at(stage: Stage) -> None:
    stage.pair()
    own = stage.tab_id(stage.desk)

    assert stage.view(own)["place"] == "own"
    assert stage.view(own)["site"] is None
    assert stage.send({"type": "rate", "tabId": own})["problem"]["code"] == "no-page"


def test_scripts_of_web_pages_are_not_answered(stage: Stage) -> None:
    stage.pair()
    stage.sites.answers["/"] = page("<h1>Shop</h1>")
    shop = stage.visit("/")
    tab = stage.tab_id(shop)
    from_script = """async ([tabId, type]) => {
      const [ran] = await chrome.scripting.executeScript({target: {tabId}, args: [type],
        func: async type => {
          const settings = {service: 'http://localhost:1', started: false};
          try { return (await chrome.runtime.sendMessage({type, settings})) ?? null; }
          catch (error) { return null; }
        }});
      return ran.result;
    }"""
    from_page = """async id => {
      try { return await chrome.runtime.sendMessage(id, {type: 'settings'}); }
      catch (error) { return error instanceof TypeError ? 'no way' : 'refused'; }
    }"""

    for kind in ("settings", "view", "set", "disconnect", "observation"):
        assert stage.evaluate(from_script, [tab, kind]) is None, kind
    assert shop.evaluate(from_page, EXTENSION_ID) in {"no way", "refused"}
    assert stage.view(tab)["connection"] == "connected"
    assert stage.send({"type": "settings"})["started"] is True
    token = """async tabId => (await chrome.scripting.executeScript({target: {tabId},
      func: async () => {
        try { return Object.keys(await chrome.storage.local.get()); } catch { return []; }
      }}))[0].result"""
    assert stage.evaluate(token, tab) == []


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.10:8765",
        "http://assistant.example:8765",
        "https://127.0.0.1:8765",
        "http://127.0.0.1.evil.test:8765",
        "http://me:secret@127.0.0.1:8765",
        "http://127.0.0.1:8765/elsewhere",
        "file:///etc/passwd",
        "127.0.0.1:8765",
        "",
    ],
)
def test_only_this_computer_is_taken_for_the_service(shared: Stage, address: str) -> None:
    before = shared.send({"type": "settings"})["service"]

    told = shared.send({"type": "set", "settings": {"service": address}})

    assert told["problem"]["code"] == "not-loopback"
    assert shared.send({"type": "settings"})["service"] == before


@pytest.mark.parametrize(
    "given",
    [{"badge": "yes"}, {"paused": "shop.test"}, {"paused": [1]}, {"token": "mine"}, {"started": 1}],
)
def test_settings_of_another_kind_are_refused(shared: Stage, given: dict[str, object]) -> None:
    before = shared.send({"type": "settings"})

    told = shared.send({"type": "set", "settings": {**given, "privateWindows": True}})

    assert told["problem"]["code"] == "invalid-settings"
    assert shared.send({"type": "settings"}) == before


def test_settings_are_kept_and_outlive_the_worker(stage: Stage) -> None:
    options = stage.options()
    options.get_by_label("Show a number on the button").check()
    options.get_by_label("Also in private windows").check()
    options.get_by_label("Leave another one alone").fill("https://www.Quiet.test/page")
    options.get_by_role("button", name="Add", exact=True).click()
    expect(options.get_by_role("status").last).to_have_text("Saved.")
    expect(options.get_by_role("button", name="Watch again: quiet.test")).to_be_visible()
    stage.kill_worker()

    settings = stage.send({"type": "settings"})
    assert (settings["badge"], settings["privateWindows"]) == (True, True)
    assert settings["paused"] == ["quiet.test"]
    options.reload()
    expect(options.get_by_label("Show a number on the button")).to_be_checked()
    options.get_by_role("button", name="Watch again: quiet.test").click()
    until(lambda: stage.send({"type": "settings"})["paused"] == [])


def test_the_options_refuse_another_computer_in_words(stage: Stage) -> None:
    options = stage.options()
    options.get_by_label("Its address").fill("http://192.168.1.10:8765")
    options.get_by_role("button", name="Save the address").click()

    expect(options.get_by_text("That is not an address on this computer.")).to_be_visible()
    assert stage.send({"type": "settings"})["service"] == stage.service.address


def test_a_first_run_says_what_it_does_and_starts_when_it_is_told_to() -> None:
    with staged(started=False) as stage:
        first = next(p for p in stage.context.pages if "onboarding" in p.url)
        expect(first.get_by_role("heading", name="What it never does")).to_be_visible()
        assert stage.send({"type": "settings"})["started"] is False
        tab = open_page(stage)
        assert stage.view(tab)["live"] is None
        assert stage.send({"type": "rate", "tabId": tab})["problem"]["code"] == "not-started"
        assert stage.send({"type": "observation", "tabId": tab}) is None
        first.get_by_role("button", name="Start").click()
        expect(first.get_by_text("It is on.")).to_be_visible()
        assert stage.view(open_page(stage))["live"]["requests"] >= 1
        assert stage.send({"type": "settings"})["started"] is True


def test_the_button_is_quiet_unless_a_number_is_wanted() -> None:
    number = "tabId => chrome.action.getBadgeText({tabId})"
    with staged(arguments=(EVERYWHERE,), service=False) as stage:
        tracker = stage.sites.url("/pixel.gif", host="www.google-analytics.com")
        tab = open_page(stage, f'<h1>Shop</h1><img src="{tracker}">')
        until(lambda: any(one["tracks"] for one in stage.view(tab)["live"]["owners"]))
        assert stage.evaluate(number, tab) == ""
        stage.set(badge=True)
        until(lambda: stage.evaluate(number, tab) == "1")
        stage.set(badge=False)
        until(lambda: stage.evaluate(number, tab) == "")


def test_axe_finds_nothing_on_options_and_first_run(stage: Stage) -> None:
    stage.set(gpc=True, gpcExcept=["shop.test"], rejectExcept=["shop.test"], paused=["a.test"])
    stage.send({"type": "connect"})
    for page_of in (stage.options, stage.onboarding):
        opened = page_of()
        expect(opened.locator(".pairing-code")).to_be_visible()
        expect(opened.get_by_label("Say no to consent banners")).to_be_visible()
        assert violations(opened) == []
