"""“What am I agreeing to?”: where it stands, what it tells, and who reaches it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.errors import InputTooLarge
from assistant.service import Assistant, FromUrl, PolicySource
from assistant.settings import Settings
from tests.api.stub import StubAssistant
from tests.browser.auditing import violations
from tests.browser.stage import SAMPLE, JsonObject, chromium
from tests.extension.agreed import ANSWER, PROBLEM, QUESTION, WIDTH, shown
from tests.extension.stage import Stage, staged, until
from tests.servers import LOOPBACK, Response, page

pytestmark = pytest.mark.browser

SIGN_UP = """<h1>Join</h1><form action=/join>
  <label>E-mail <input type=email name=mail></label>
  <label>Password <input type=password autocomplete=new-password></label>
  <button>Create account</button></form>"""
TWICE = SIGN_UP.replace(" autocomplete=new-password", "").replace(
    "<button>", "<input type=password><button>"
)
AGREE = """<form><label>Name <input name=name></label>
  <label id=words><input type=checkbox id=box> I agree to the
  <a href=/legal/terms>Terms of Service</a>
  and the <a href=/legal/privacy>Privacy Policy</a>.</label><button>Send</button></form>"""
SENTENCE = """<div><p id=words>By continuing, you agree to our <a href=/terms>Terms</a> and
  <a href=/privacy>Privacy Policy</a>.</p><button type=button>Continue</button></div>"""
GERMAN = """<form><label>E-Mail <input type=email></label><label id=words><input type=checkbox>
  Ich habe die <a href=/datenschutz>Datenschutzerklärung</a> gelesen und stimme den
  <a href=/agb>AGB</a> zu.</label><button>Weiter</button></form>"""
FRENCH = """<form><input type=text><p id=words>En vous inscrivant, vous acceptez notre
  <a href=/x>politique de confidentialité</a>.</p><button>Suivant</button></form>"""
JAPANESE = """<form><input type=text><label id=words><input type=checkbox>
  <a href=/x>利用規約</a>に同意する</label><button>OK</button></form>"""
BOX_WITHOUT_LINK = """<form><input type=text><label id=words><input type=checkbox>
  I have read and accept the terms and conditions</label><button>OK</button></form>"""

LOGIN = """<form><input type=email><input type=password autocomplete=current-password>
  <button>Log in</button></form><footer><a href=/privacy>Privacy Policy</a></footer>"""
PLAIN_LOGIN = "<form><input type=text name=user><input type=password><button>Go</button></form>"
CHANGE_PASSWORD = """<form><input type=text name=user value=anna>
  <input type=password autocomplete=current-password><input type=password
  autocomplete=new-password><input type=password autocomplete=new-password><button>Change</button>
  </form>"""
NEWSLETTER = """<form><input type=email placeholder=E-mail><button>Subscribe</button></form>
  <a href=/privacy>Privacy Policy</a>"""
BANNER = """<div role=dialog><p>We use cookies. By clicking “OK” you accept our
  <a href=/privacy>Privacy Policy</a>.</p><label><input type=checkbox> Remember my choice</label>
  <button>OK</button></div>"""
SEARCH = "<form role=search><input type=search name=q><button>Search</button></form>"
ARTICLE = f"""<main><p>By signing up you agree to the <a href=/terms>terms of service</a> of such
  sites, and nobody reads them.</p>{"<p>More on this in the next chapter.</p>" * 90}
  <button>Share</button></main>"""
FOOTER = """<button>Menu</button><footer><ul><li>By using this site, you agree to the
  <a href=/terms>Terms of Use</a> and <a href=/privacy>Privacy Policy</a>.</li></ul>
  <button>Top</button></footer>"""
FILTERS = "<form>" + "<label><input type=checkbox> Red</label>" * 5 + "<button>Go</button></form>"
TODO = """<form><label><input type=checkbox> Read the <a href=/privacy-settings>privacy settings</a>
  </label><button>Done</button></form>"""

CONTROLS = """tabId => chrome.scripting.executeScript({target: {tabId, allFrames: true}, func: () =>
  [...document.querySelectorAll('span')].flatMap(host => {
    const root = chrome.dom.openOrClosedShadowRoot(host);
    const card = root?.querySelector('.card');
    if (!card) return [];
    const pieces = [...root.querySelectorAll('button, summary')].map(one => {
      const {x, y, width, height} = one.getBoundingClientRect();
      return [one.textContent, [x + width / 2, y + height / 2]];
    });
    const {width, height} = host.getBoundingClientRect();
    return [{
      open: card.matches(':popover-open'), text: card.innerText, html: card.innerHTML,
      at: Object.fromEntries(pieces), inside: host.parentElement.id || host.parentElement.localName,
      size: [width, height], back: getComputedStyle(root.querySelector('.ask')).backgroundColor,
      focused: root.activeElement?.className ?? '',
    }];
  })}).then(told => told.flatMap(({result}) => result ?? []))"""
QUIET_S = 2.0
"""Long enough for what comes when the browser is idle."""


@pytest.fixture
def assistant(stage: Stage) -> StubAssistant:
    assert isinstance(stage.service.assistant, StubAssistant)
    return stage.service.assistant


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def controls(stage: Stage, tab: int) -> list[JsonObject]:
    told: list[JsonObject] = stage.evaluate(CONTROLS, tab)
    return told


def one(stage: Stage, tab: int) -> JsonObject:
    until(lambda: controls(stage, tab))
    (told,) = controls(stage, tab)
    return told


def open_form(stage: Stage, html: str, **headers: str) -> tuple[Page, int]:
    stage.sites.answers["/"] = page(f"<!doctype html><title>Shop</title>{html}", **headers)
    opened = stage.visit("/")
    return opened, stage.tab_id(opened)


def click(stage: Stage, opened: Page, tab: int, name: str = QUESTION) -> None:
    opened.bring_to_front()
    opened.mouse.click(*one(stage, tab)["at"][name])


def wait_for(stage: Stage, tab: int, text: str) -> JsonObject:
    until(lambda: text in one(stage, tab)["text"])
    return one(stage, tab)


def expect_soon(event: threading.Event) -> None:
    assert event.wait(20)


# Where it stands -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "inside"),
    [
        (SIGN_UP, "form"),
        (TWICE, "form"),
        (AGREE, "words"),
        (SENTENCE, "words"),
        (GERMAN, "words"),
        (FRENCH, "words"),
        (JAPANESE, "words"),
        (BOX_WITHOUT_LINK, "words"),
        (SIGN_UP + LOGIN, "form"),
    ],
)
def test_it_stands_where_somebody_agrees(stage: Stage, html: str, inside: str) -> None:
    _, tab = open_form(stage, html)
    told = one(stage, tab)
    assert (told["inside"], told["open"]) == (inside, False)
    assert 0 < told["size"][1] < 30


@pytest.mark.parametrize(
    "html",
    [
        *(LOGIN, PLAIN_LOGIN, CHANGE_PASSWORD, NEWSLETTER, BANNER, SEARCH, ARTICLE, FOOTER),
        *(FILTERS, TODO),
    ],
    ids=[
        *("login", "plain login", "change of password", "newsletter", "banner", "search"),
        *("article", "footer", "filters", "to do"),
    ],
)
def test_near_misses_get_none(stage: Stage, html: str) -> None:
    _, tab = open_form(stage, html)
    time.sleep(QUIET_S)
    assert controls(stage, tab) == []


def test_a_form_that_comes_later_or_was_hidden_gets_it(stage: Stage) -> None:
    opened, tab = open_form(stage, "<main></main>" + AGREE.replace("<form", "<form hidden"))
    time.sleep(QUIET_S)
    assert controls(stage, tab) == []
    opened.evaluate("html => (document.querySelector('main').innerHTML = html)", SENTENCE)
    assert one(stage, tab)["inside"] == "words"
    opened.evaluate("document.querySelector('main').remove()")
    opened.evaluate("document.forms[0].hidden = false")
    opened.locator("[name=name]").focus()
    assert one(stage, tab)["inside"] == "words"


def test_a_page_with_many_forms_gets_few(stage: Stage) -> None:
    _, tab = open_form(stage, SIGN_UP * 8)
    until(lambda: len(controls(stage, tab)) == 3)
    time.sleep(QUIET_S)
    assert len(controls(stage, tab)) == 3


def test_frames_of_the_same_site_get_it_and_others_do_not(stage: Stage) -> None:
    stage.sites.answers["/form"] = page(SIGN_UP)
    for host, many in (("id.shop.test", 1), ("other.test", 0)):
        address = stage.sites.url("/form", host=host)
        opened, tab = open_form(stage, f"<iframe width=600 height=400 src='{address}'></iframe>")
        time.sleep(QUIET_S)
        assert len(controls(stage, tab)) == many, host
        opened.close()


STRICT = (
    "default-src 'none'; style-src 'none'; script-src 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'"
)


def test_a_strict_page_shows_it_with_its_own_style(stage: Stage, assistant: StubAssistant) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE, content_security_policy=STRICT)
    assert one(stage, tab)["back"] == "rgb(255, 253, 249)"
    click(stage, opened, tab)
    wait_for(stage, tab, "Sells your data")
    assert len(assistant.seen) == 2


# What it tells ---------------------------------------------------------------------------------


def test_nothing_is_read_before_a_click_and_then_what_the_box_links_to(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    one(stage, tab)
    assert assistant.seen == []

    click(stage, opened, tab)
    told = wait_for(stage, tab, "Sells your data.")

    address = stage.sites.url("/legal/", host="shop.test")
    assert [source for source, _ in assistant.seen] == [
        FromUrl(f"{address}privacy"),
        FromUrl(f"{address}terms"),
    ]
    assert told["open"] is True
    assert told["focused"] == "card"
    assert "Others can buy what you do here." in told["text"]
    assert "Serious, in: Privacy policy" in told["text"]
    assert "A page." not in told["text"]
    click(stage, opened, tab, "In its own words")
    assert "A page." in one(stage, tab)["text"]
    assert opened.is_checked("#box") is False
    assert opened.url.endswith("/")


def test_the_report_is_kept_for_the_panel_and_opened_again_without_reading(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    click(stage, opened, tab)
    wait_for(stage, tab, "Sells your data.")
    view = stage.view(tab)
    assert view["policy"]["subject"]["source"].endswith("/legal/privacy")
    assert view["problem"] is None

    opened.keyboard.press("Escape")
    until(lambda: one(stage, tab)["open"] is False)
    click(stage, opened, tab)
    assert "Sells your data." in one(stage, tab)["text"]
    click(stage, opened, tab)
    until(lambda: one(stage, tab)["open"] is False)
    assert len(assistant.seen) == 2
    opened.reload()
    click(stage, opened, tab)
    wait_for(stage, tab, "Sells your data.")
    assert [source.url for source, _ in assistant.seen if isinstance(source, FromUrl)][2:] == [
        stage.sites.url("/legal/terms", host="shop.test")
    ]


def test_the_full_report_opens_beside_the_page(stage: Stage) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    click(stage, opened, tab)
    wait_for(stage, tab, "Sells your data.")
    click(stage, opened, tab, "Open the full report")
    kinds = "() => chrome.runtime.getContexts({}).then((all) => all.map((one) => one.contextType))"
    until(lambda: "SIDE_PANEL" in stage.evaluate(kinds))
    panel = stage.panel(tab)
    expect(panel.get_by_role("tab", name="What it says")).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("heading", level=1)).to_have_text("Sells your data.")


@pytest.mark.parametrize(
    ("links", "path"),
    [("", "/"), ("<footer><a href=/privacy-notice>Privacy notice</a></footer>", "/privacy-notice")],
    ids=["site", "page"],
)
def test_without_links_beside_it_the_policy_of_the_page_is_read(
    stage: Stage, assistant: StubAssistant, links: str, path: str
) -> None:
    stage.pair()
    opened, tab = open_form(stage, f"<section>{SIGN_UP}</section>{links}")
    click(stage, opened, tab)
    wait_for(stage, tab, "Sells your data.")
    assert [source for source, _ in assistant.seen] == [
        FromUrl(stage.sites.url(path, host="shop.test"))
    ]


def test_one_of_two_that_cannot_be_read_is_told(stage: Stage, assistant: StubAssistant) -> None:
    def refuse(source: PolicySource) -> None:
        if isinstance(source, FromUrl) and source.url.endswith("terms"):
            raise InputTooLarge("It is too long.", hint="Give less.")

    assistant.hook = refuse
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    click(stage, opened, tab)
    told = wait_for(stage, tab, "Sells your data.")
    assert "Not read: shop.test/legal/terms could not be read: It is too long." in told["text"]


def test_while_it_reads_it_says_so(stage: Stage, assistant: StubAssistant) -> None:
    go = threading.Event()
    assistant.hook = lambda source: expect_soon(go)
    stage.pair()
    opened, tab = open_form(stage, SENTENCE)
    try:
        click(stage, opened, tab)
        wait_for(stage, tab, "Reading what this form links to")
        assert stage.view(tab)["working"] == "reading"
    finally:
        go.set()
    wait_for(stage, tab, "Sells your data.")


def test_a_browser_that_is_not_connected_is_offered_to_connect(stage: Stage) -> None:
    opened, tab = open_form(stage, AGREE)
    click(stage, opened, tab)
    told = wait_for(stage, tab, "Connect the assistant first.")
    assert "Open the full report" not in told["at"]
    with stage.context.expect_page() as options:
        click(stage, opened, tab, "Connect")
    expect(options.value.get_by_role("button", name="Connect", exact=True)).to_be_visible()


def test_a_stopped_service_is_told_and_tried_again(stage: Stage) -> None:
    stage.pair()
    stage.service.stop()
    opened, tab = open_form(stage, AGREE)
    click(stage, opened, tab)
    wait_for(stage, tab, "The assistant on this computer does not answer.")
    stage.service.start()
    click(stage, opened, tab, "Try again")
    wait_for(stage, tab, "Sells your data.")


# Who reaches it --------------------------------------------------------------------------------


def test_scripts_of_the_page_neither_open_nor_read_it(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    one(stage, tab)
    roots = opened.evaluate("""() => [...document.querySelectorAll('*')].map(element => {
      for (const name of ['click', 'pointerdown', 'mousedown', 'keydown', 'toggle']) {
        const made = new MouseEvent(name, {bubbles: true, composed: true});
        if (!element.matches('#box, label, a, button')) element.dispatchEvent(made);
      }
      if (element.localName === 'span') { element.click(); element.focus(); }
      return element.shadowRoot;
    })""")
    time.sleep(0.5)
    assert set(roots) == {None}
    assert one(stage, tab)["open"] is False
    assert assistant.seen == []


def test_what_is_done_in_the_card_is_not_heard_by_the_form(stage: Stage) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    opened.evaluate("""() => {
      globalThis.heard = [];
      for (const name of ['click', 'keydown', 'focusin', 'change', 'submit']) {
        document.addEventListener(name, () => heard.push(name));
      }
    }""")
    click(stage, opened, tab)
    wait_for(stage, tab, "Sells your data.")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    until(lambda: one(stage, tab)["open"] is False)
    assert opened.evaluate("heard") == []


def test_it_is_reached_and_opened_by_the_keyboard(stage: Stage) -> None:
    stage.pair()
    opened, tab = open_form(stage, AGREE)
    one(stage, tab)
    opened.bring_to_front()
    opened.locator("#words a").last.focus()
    opened.keyboard.press("Tab")
    assert one(stage, tab)["focused"] == "ask"
    opened.keyboard.press("Enter")
    wait_for(stage, tab, "Sells your data.")
    opened.keyboard.press("Escape")
    until(lambda: one(stage, tab)["open"] is False)
    assert one(stage, tab)["focused"] == "ask"


def test_a_forged_message_reads_no_more_than_links_and_not_often(
    stage: Stage, assistant: StubAssistant
) -> None:
    stage.pair()
    _, tab = open_form(stage, AGREE)
    say = """([tabId, message]) => chrome.scripting.executeScript({target: {tabId}, args: [message],
      func: message => chrome.runtime.sendMessage(message)}).then(([{result}]) => result)"""
    links = [
        {"text": "Privacy policy", "url": url}
        for url in ("file:///etc/passwd", "javascript:1", "https://a:b@shop.test/privacy", 7)
    ]
    told = stage.evaluate(say, [tab, {"agreeing": "read", "links": links}])
    assert told["problem"] is None
    assert [source for source, _ in assistant.seen] == [
        FromUrl(stage.sites.url("/legal/privacy", host="shop.test"))
    ]
    codes = [
        (stage.evaluate(say, [tab, {"agreeing": "read", "links": "?"}])["problem"] or {}).get(
            "code"
        )
        for _ in range(8)
    ]
    assert codes == [None] * 5 + ["busy"] * 3
    assert stage.evaluate(say, [tab, {"agreeing": "settings"}]) is None


# Where it is not wanted ------------------------------------------------------------------------


def test_not_here_is_for_good(stage: Stage) -> None:
    opened, tab = open_form(stage, AGREE)
    click(stage, opened, tab)
    wait_for(stage, tab, "Connect the assistant first.")
    click(stage, opened, tab, "Not on this site")
    until(lambda: controls(stage, tab) == [])
    assert stage.send({"type": "settings"})["agreeingExcept"] == ["shop.test"]
    stage.kill_worker()
    opened.reload()
    time.sleep(QUIET_S)
    assert controls(stage, tab) == []
    stage.visit("/", host="other.test", page=opened)
    one(stage, tab)


def test_the_settings_bring_it_back(stage: Stage) -> None:
    stage.set(agreeingExcept=["shop.test"])
    options = stage.options()
    offered = options.get_by_label("Offer to read what you agree to")
    expect(offered).to_be_checked()
    options.get_by_role("button", name="Offer it again: shop.test").click()
    until(lambda: stage.send({"type": "settings"})["agreeingExcept"] == [])
    offered.uncheck()
    until(lambda: stage.send({"type": "settings"})["agreeing"] is False)


@pytest.mark.parametrize(
    "settings",
    [{"started": False}, {"agreeing": False}, {"paused": ["shop.test"]}],
    ids=["not started", "off", "paused"],
)
def test_it_stays_away_where_it_is_not_wanted(stage: Stage, settings: JsonObject) -> None:
    stage.set(**settings)
    _, tab = open_form(stage, AGREE)
    time.sleep(QUIET_S)
    assert controls(stage, tab) == []


# How it looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [ANSWER, PROBLEM], ids=["told", "problem"])
def test_axe_finds_nothing_in_the_card(browser: Browser, answer: JsonObject) -> None:
    with shown(browser, AGREE, answer, scheme="light") as opened:
        card = opened.get_by_role("dialog", name=QUESTION)
        for summary in card.locator("summary").all():
            summary.click()
        assert violations(opened, within="span") == []
        box = card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= WIDTH


# For real --------------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Stage]:
    settings = Settings(data_dir=tmp_path, fetch_allow_addresses=(LOOPBACK,))
    with staged(Assistant(settings)) as stage:
        yield stage
        assert stage.complaints == []


def test_a_policy_is_read_for_real(real: Stage) -> None:
    address = real.sites.url("/legal/privacy")
    html = AGREE.replace("/legal/privacy", address).replace("Terms of Service", "rules")
    real.sites.answers["/legal/privacy"] = Response(
        SAMPLE.read_bytes(), headers={"Content-Type": "text/html; charset=utf-8"}
    )
    real.pair()
    opened, tab = open_form(real, html.replace("/legal/terms", "/rules"))
    click(real, opened, tab)
    until(lambda: "In its own words" in one(real, tab)["text"], within_s=60)
    told = one(real, tab)
    policy = real.view(tab)["policy"]
    assert policy["verdict"]["text"] in told["text"]
    harms = [
        finding
        for finding in policy["findings"]
        if finding["outcome"] == "present" and finding["nature"] == "harm"
    ]
    ranks = ["critical", "high", "medium", "low", "info"]
    harms.sort(key=lambda finding: (ranks.index(finding["severity"]), -finding["confidence"]))
    places = [told["text"].index(finding["title"]) for finding in harms[:3]]
    assert places == sorted(places)
    assert told["text"].count("In its own words") == 3
    for finding in harms[:3]:
        assert finding["evidence"][0]["quote"][:40] in told["html"]


def test_a_page_without_a_policy_is_not_called_safe(real: Stage) -> None:
    real.pair()
    address = real.sites.url("/privacy")
    real.sites.answers["/privacy"] = page("<h1>Lamps</h1><p>We make lamps for desks.</p>" * 30)
    opened, tab = open_form(real, SENTENCE.replace("/privacy", address).replace("/terms", "#"))
    click(real, opened, tab)
    until(lambda: "No grade" in one(real, tab)["text"].replace("no grade", "No grade"), 60)
    told = one(real, tab)
    assert "Not read: " in told["text"]
    assert "No harm" not in told["text"]
