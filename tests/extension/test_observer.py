"""What pages do, planted on them one by one, and found in the record that the extension makes."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from playwright.sync_api import Page

from assistant.site.record.addresses import bare_url
from assistant.site.record.observation import (
    Channel,
    Encoding,
    FieldKind,
    Observer,
    Visit,
    Watched,
)
from assistant.site.record.reading import ReadObservation, read_observation
from tests.browse.stage import script, web_socket
from tests.extension.stage import Stage, staged, until
from tests.servers import Response, Server, page, redirect
from tests.site.test_analyze import analyzed, present

pytestmark = pytest.mark.browser

MAIL = "anna.berg.4711@mailbox.example"
PASSWORD = "Korn-blume!2931x"
UID = "8c1e77d2b3a64f9a0d5e"
OBSERVATION = "tab => observationOf(tab)"
STORED = "() => chrome.storage.session.get(null).then(JSON.stringify)"
LOCAL = "() => chrome.storage.local.get(null).then(JSON.stringify)"

TRACKER = f"""
document.cookie = "visitor={UID}; Max-Age=86400; Path=/";
localStorage.setItem("visitor", "{UID}");
const canvas = document.createElement("canvas");
canvas.getContext("2d").fillText("Cwm fjordbank glyphs vext quiz", 2, 2);
canvas.toDataURL();
document.addEventListener("keydown", () => {{}});
const field = document.querySelector("input[type=email]");
field.addEventListener("input", () => void field.value);
const away = "AWAY";
const text = (data) => Array.from(new Uint8Array(data), (b) => b.toString(16).padStart(2, "0"));
field.addEventListener("change", async () => {{
  const mail = field.value;
  new Image().src = `${{away}}/plain.gif?m=${{encodeURIComponent(mail)}}`;
  const body = JSON.stringify({{ e: btoa(mail) }});
  fetch(`${{away}}/post`, {{ method: "POST", mode: "no-cors", body }});
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(mail));
  navigator.sendBeacon(`${{away}}/beacon`, `h=${{text(hash).join("")}}&id={UID}`);
}});
"""
FORM = """<form action=/sent><input type=email name=email><input type=password>
<button>Go</button></form>"""


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with staged(service=False, arguments=("--ignore-certificate-errors",)) as opened:
        yield opened


@pytest.fixture
def sites() -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = ("shop.test", "stats.test", "other.test", "ads.test")
    trustme.CA().issue_cert(*names).configure_cert(context)
    with Server({}, ssl_context=context) as server:
        yield server


@pytest.fixture
def shop(shared: Stage) -> Iterator[Page]:
    opened = shared.context.new_page()
    yield opened
    opened.close()


def plant(sites: Server, body: str, code: str = "", **headers: str) -> None:
    """A page of the shop, with a script of somebody else where code is given."""
    away = sites.url("", host="stats.test")
    sites.answers["/t.js"] = script(code.replace("AWAY", away))
    tag = f"<script src='{away}/t.js'></script>" if code else ""
    sites.answers["/"] = page(f"<title>Shop</title>{body}{tag}", **headers)


def record(stage: Stage, tab: int) -> dict[str, Any]:
    time.sleep(0.5)  # the probes tell four times a second
    told: dict[str, Any] = stage.evaluate(OBSERVATION, tab)
    return told


def read(stage: Stage, tab: int) -> ReadObservation:
    told = json.dumps(record(stage, tab)).encode()
    return read_observation(told, now=datetime.now(UTC) + timedelta(minutes=1))


def visit_of(stage: Stage, tab: int) -> Visit:
    return read(stage, tab).observation.visits[0]


def type_mail(shop: Page) -> None:
    shop.focus("input[type=email]")
    shop.keyboard.type(MAIL)
    shop.keyboard.press("Tab")
    time.sleep(0.4)


def test_everything_that_is_planted_on_a_page_is_found(  # noqa: PLR0915 one page, all kinds
    shared: Stage, sites: Server, shop: Page
) -> None:
    away = sites.url("", host="stats.test")
    policy = "<a href='/privacy-policy'>Privacy policy</a>"
    frame = f"<iframe src='{sites.url('/frame', host='ads.test')}'></iframe>"
    plant(sites, f"<img src='{away}/s.gif?uid={UID}'>{FORM}{frame}{policy}", TRACKER)
    sites.answers["/go"] = redirect(sites.url("/", host="shop.test"))
    sites.answers[f"/s.gif?uid={UID}"] = Response(
        b"GIF89a", headers={"Set-Cookie": f"uid={UID}; SameSite=None; Secure; Path=/"}
    )
    sites.answers["/frame"] = page("<script>document.createElement('canvas').toDataURL()</script>")
    shop.goto(sites.url("/go", host="other.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)

    found = read(shared, tab)
    seen = found.observation
    visit = seen.visits[0]

    assert not found.cut
    assert seen.observer is Observer.EXTENSION
    assert set(seen.watched) == set(Watched) - {Watched.CONSENT}
    assert visit.url == sites.url("/", host="shop.test")
    assert [(hop.url, hop.status) for hop in visit.hops] == [
        (sites.url("/go", host="other.test"), 302)
    ]
    assert ("content-type", "text/html; charset=utf-8") in {
        (h.name, h.value) for h in visit.headers
    }
    assert visit.status == 200
    pixel = next(r for r in visit.requests if "/s.gif" in r.url)
    assert (pixel.url, pixel.type, pixel.status) == (f"{away}/s.gif?uid=", "image", 200)
    assert pixel.third_party
    cookie = next(c for c in visit.cookies if c.name == "uid")
    assert (cookie.domain, cookie.script, cookie.same_site) == ("stats.test", None, "None")
    assert cookie.value.id == pixel.query[0].value.id
    ours = next(c for c in visit.cookies if c.name == "visitor")
    assert (ours.domain, ours.script, ours.lifetime_s) == ("shop.test", f"{away}/t.js", 86_400)
    kept = next(s for s in visit.storage if s.key == "visitor")
    assert (kept.store, kept.script, kept.value.id) == ("local", f"{away}/t.js", ours.value.id)
    canvas = next(c for c in visit.calls if c.script == f"{away}/t.js")
    assert canvas.calls["HTMLCanvasElement.toDataURL"] == 1
    assert (canvas.canvas_text, canvas.canvas_pixels, canvas.frame) == (27, 45_000, None)
    assert {c.frame for c in visit.calls} == {None, sites.url("/frame", host="ads.test")}
    listeners = {(entry.event, entry.target) for entry in visit.listeners}
    assert {("keydown", "document"), ("input", FieldKind.EMAIL)} <= listeners
    assert {(entry.script, entry.field) for entry in visit.reads} == {
        (f"{away}/t.js", FieldKind.EMAIL)
    }
    sub = next(r for r in visit.requests if r.url.endswith("/frame"))
    assert (sub.type, sub.frame) == ("sub_frame", None)
    assert visit.scripts[0].src == f"{away}/t.js"
    assert visit.policy_links == (sites.url("/privacy-policy", host="shop.test"),)
    beacon = next(r for r in visit.requests if r.url.endswith("/beacon"))
    assert beacon.type == "ping"
    assert beacon.body is not None
    assert (beacon.body.kind, [p.name for p in beacon.body.parameters]) == ("form", ["h", "id"])
    assert beacon.body.parameters[1].value.id == cookie.value.id
    sent = {r.url: r.cookies for r in visit.requests}
    for arrived in sites.requests:
        # Names only, and only of what really left: this browser sends no cookies to third parties.
        address = bare_url(f"https://{arrived.headers['host']}{arrived.target}")
        pairs = filter(None, arrived.headers.get("cookie", "").split("; "))
        assert sent[address] == tuple(pair.partition("=")[0] for pair in pairs)
    assert ("visitor",) in sent.values()


def test_what_is_typed_is_known_again_before_it_is_sent(
    shared: Stage, sites: Server, shop: Page
) -> None:
    plant(sites, FORM, TRACKER)
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)
    visit = visit_of(shared, tab)

    away = sites.url("", host="stats.test")
    assert visit.typed
    assert {(leak.field, leak.url, leak.channel, leak.encodings) for leak in visit.leaks} == {
        (FieldKind.EMAIL, f"{away}/plain.gif?m=", Channel.GET, (Encoding.URL,)),
        (FieldKind.EMAIL, f"{away}/post", Channel.POST, (Encoding.BASE64,)),
        (FieldKind.EMAIL, f"{away}/beacon", Channel.BEACON, (Encoding.SHA256,)),
    }
    assert not any(leak.submitted for leak in visit.leaks)


SOCKET = """
const field = document.querySelector("input[type=email]");
const bytes = new TextEncoder();
const socket = new WebSocket("AWAY/socket?v=1".replace("http", "ws"));
socket.onopen = () => { document.title = "open"; };
field.addEventListener("change", () => {
  socket.send(JSON.stringify({ key: 1, text: field.value.slice(0, 5) }));
  SENDS
});
"""


@pytest.mark.parametrize(
    ("sends", "leaks"),
    [
        ("socket.send(`m=${field.value}`);", [(Encoding.PLAIN,)]),
        ("socket.send(bytes.encode(btoa(field.value)));", [(Encoding.BASE64,)]),
        ("socket.send(bytes.encode(`xx${field.value}`).buffer);", [(Encoding.PLAIN,)]),
        ("for (let n = 0; n < 99; n++) socket.send('hello there');", []),
        ("socket.send(new Blob([field.value]));", []),
        ("socket.send('x'.repeat(9000) + field.value);", []),
        ("for (let n = 0; n < 4000; n++) socket.send('x'); socket.send(field.value);", []),
    ],
    ids=["text", "view", "buffer", "something-else", "blob", "long", "many"],
)
def test_what_is_typed_is_known_again_on_a_web_socket(
    shared: Stage, sites: Server, shop: Page, sends: str, leaks: list[tuple[Encoding, ...]]
) -> None:
    plant(sites, FORM, SOCKET.replace("SENDS", sends))
    sites.answers["/socket?v=1"] = web_socket
    shop.goto(sites.url("/", host="shop.test"))
    shop.wait_for_function("document.title === 'open'")
    tab = shared.tab_id(shop)
    type_mail(shop)

    found = read(shared, tab)
    visit = found.observation.visits[0]

    address = sites.url("/socket?v=", host="stats.test").replace("http", "ws")
    # Not all that a socket carries is seen: silence is no proof that nothing left.
    assert visit.typed is bool(leaks)
    assert [(leak.field, leak.url, leak.channel, leak.encodings) for leak in visit.leaks] == [
        (FieldKind.EMAIL, address, Channel.WEBSOCKET, encodings) for encodings in leaks
    ]
    assert found.observation.lost == 0
    assert MAIL not in shared.evaluate(STORED)


def test_the_report_names_what_was_planted(shared: Stage, sites: Server, shop: Page) -> None:
    plant(sites, FORM, TRACKER)
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)
    found = present(analyzed(read(shared, tab).observation))
    assert {
        "site.capture-before-submit",
        "site.canvas-fingerprinting",
        "site.field-reading",
        "site.key-logging",
        "site.beacons",
    } <= found


def test_no_value_that_was_typed_stands_in_the_record_or_in_storage(
    shared: Stage, sites: Server, shop: Page
) -> None:
    plant(sites, FORM, TRACKER)
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)
    shop.keyboard.type(PASSWORD)
    time.sleep(0.3)
    told = json.dumps(record(shared, tab))
    time.sleep(1.5)  # it is mirrored when nothing happened for a second
    everywhere = told + shared.evaluate(STORED) + shared.evaluate(LOCAL)

    assert f"tab:{tab}" in everywhere
    digest = hashlib.sha256(MAIL.encode()).hexdigest()
    for value in (MAIL, PASSWORD, UID):
        for form in (value, base64.b64encode(value.encode()).decode(), value.encode().hex()):
            assert form not in everywhere
    assert digest not in everywhere


def test_what_is_sent_on_purpose_is_no_leak(shared: Stage, sites: Server, shop: Page) -> None:
    code = """document.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      fetch("AWAY/join", { method: "POST", mode: "no-cors",
        body: document.querySelector("input").value });
    });"""
    plant(sites, FORM, code)
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)
    shop.click("button")
    time.sleep(0.5)
    visit = visit_of(shared, tab)
    assert any(request.url.endswith("/join") for request in visit.requests)
    assert not [leak for leak in visit.leaks if not leak.submitted]


def test_what_a_script_puts_into_a_field_was_not_typed(
    shared: Stage, sites: Server, shop: Page
) -> None:
    code = f"""const field = document.querySelector("input");
      field.value = "{MAIL}";
      field.dispatchEvent(new InputEvent("input", {{ bubbles: true, composed: true }}));
      setTimeout(() => fetch("AWAY/x?m={MAIL}", {{ mode: "no-cors" }}), 300);"""
    plant(sites, FORM, code)
    shop.goto(sites.url("/", host="shop.test"))
    time.sleep(0.6)
    visit = visit_of(shared, shared.tab_id(shop))
    assert any("/x?" in request.url for request in visit.requests)
    assert (visit.typed, visit.leaks) == (False, ())


FORGERY = """
const line = JSON.stringify({ kind: "call", member: "HTMLCanvasElement.toDataURL", count: 9,
  at: Date.now(), url: location.href, origin: location.origin, top: true,
  stack: "Error\\n    at https://innocent.test/x.js:1:1" });
const heard = [];
for (const name of ["lines", "here", "privacy-assistant-give", "privacy-assistant-ask"]) {
  for (const target of [window, document, document.documentElement]) {
    target.addEventListener(name, (event) => heard.push(event.type), true);
  }
}
const node = document.createElement("i");
node.addEventListener("lines", (event) => heard.push(`caught ${event.detail}`));
for (const target of [window, document, document.documentElement, node]) {
  target.dispatchEvent(new CustomEvent("here"));
  target.dispatchEvent(new CustomEvent("lines", { detail: line }));
}
const before = heard.length;
document.dispatchEvent(new Event("privacy-assistant-ask"));
document.dispatchEvent(new MouseEvent("privacy-assistant-give", { relatedTarget: node }));
node.dispatchEvent(new CustomEvent("lines", { detail: line }));
navigator.hardwareConcurrency;
const answers = heard.slice(before).filter((name) => !name.startsWith("privacy-assistant"));
EventTarget.prototype.dispatchEvent = new Proxy(EventTarget.prototype.dispatchEvent, {
  apply(target, self, args) {
    heard.push(`spied ${args[0].type}`);
    return target.apply(self, args);
  },
});
navigator.language;
setTimeout(() => {
  const given = heard.slice(before).filter((n) => n.endsWith("-give")).length;
  document.title = JSON.stringify({ given, answers: heard.filter((n) => / /.test(n)),
    globals: ["install", "installProbes", "fieldKindOf"].filter((n) => n in window) });
}, 600);
"""


def test_a_page_cannot_speak_for_the_probes_or_overhear_them(
    shared: Stage, sites: Server, shop: Page
) -> None:
    plant(sites, f"<script>{FORGERY}</script>")
    shop.goto(sites.url("/", host="shop.test"))
    shop.wait_for_function("document.title.startsWith('{')")
    told = json.loads(shop.title())
    visit = visit_of(shared, shared.tab_id(shop))

    # Heard on window and document, which is the page's own: nobody answers its question.
    assert told["given"] == 2
    # What it said to its own node, twice; nothing of what was said to the other.
    assert [answer.split()[0] for answer in told["answers"]] == ["caught", "caught"]
    assert told["globals"] == []
    assert not any("innocent" in calls.script for calls in visit.calls)
    assert {name for calls in visit.calls for name in calls.calls} == {
        "Navigator.hardwareConcurrency",
        "Navigator.language",
    }


def test_a_page_with_a_strict_policy_is_seen_as_well(
    shared: Stage, sites: Server, shop: Page
) -> None:
    policy = (
        "default-src 'none'; script-src https://stats.test:*; img-src *; connect-src *; "
        "require-trusted-types-for 'script'; trusted-types 'none'; sandbox allow-scripts "
        "allow-same-origin allow-forms"
    )
    plant(sites, FORM, TRACKER, content_security_policy=policy)
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)
    found = read(shared, tab)
    visit = found.observation.visits[0]
    assert not found.cut
    assert {c.name for c in visit.cookies} == {"visitor"}
    assert visit.calls
    assert len(visit.leaks) == 3


def test_the_record_outlives_the_worker(shared: Stage, sites: Server, shop: Page) -> None:
    plant(sites, FORM, TRACKER)
    sites.answers["/late.gif"] = Response(b"GIF89a")
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    before = record(shared, tab)
    time.sleep(1.5)  # it is mirrored when nothing happened for a second
    shared.kill_worker()
    late = sites.url(f"/late.gif?uid={UID}", host="stats.test")
    shop.evaluate("url => fetch(url, { mode: 'no-cors' }).then(() => navigator.language)", late)
    until(lambda: len(record(shared, tab)["visits"][0]["requests"]) > 2)
    after = record(shared, tab)["visits"][0]

    old = before["visits"][0]
    assert after["requests"][: len(old["requests"])] == old["requests"]
    assert after["cookies"] == old["cookies"]
    assert after["at"] == old["at"]
    # Equal values keep equal ids across the lives of the worker.
    assert after["requests"][-1]["query"][0]["value"]["id"] == old["cookies"][0]["value"]["id"]


def test_two_tabs_are_kept_apart(shared: Stage, sites: Server, shop: Page) -> None:
    plant(sites, FORM, TRACKER)
    sites.answers["/calm"] = page("<title>Calm</title>")
    shop.goto(sites.url("/", host="shop.test"))
    with_tracker = shared.tab_id(shop)
    calm = shared.context.new_page()
    calm.goto(sites.url("/calm", host="other.test"))
    type_mail(shop)
    loud, quiet = visit_of(shared, with_tracker), visit_of(shared, shared.tab_id(calm))
    calm.close()
    assert len(loud.leaks) == 3
    assert [r.url for r in quiet.requests if "favicon" not in r.url] == [
        sites.url("/calm", host="other.test")
    ]
    assert (quiet.cookies, quiet.calls, quiet.leaks) == ((), (), ())


def test_a_frame_that_is_gone_at_once_has_told_what_it_did(
    shared: Stage, sites: Server, shop: Page
) -> None:
    code = """const frame = document.createElement("iframe");
      document.body.append(frame);
      frame.contentDocument.createElement("canvas").toDataURL();
      frame.remove();"""
    plant(sites, "<p>", code)
    shop.goto(sites.url("/", host="shop.test"))
    visit = visit_of(shared, shared.tab_id(shop))
    assert any("HTMLCanvasElement.toDataURL" in calls.calls for calls in visit.calls)


def test_the_page_before_stays_in_the_record_only_on_the_same_site(
    shared: Stage, sites: Server, shop: Page
) -> None:
    plant(sites, FORM, TRACKER)
    sites.answers["/next"] = page("<title>Next</title>")
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    shop.goto(sites.url("/next", host="shop.test"))
    same = read(shared, tab).observation.visits
    shop.goto(sites.url("/next", host="other.test"))
    other = read(shared, tab).observation.visits
    assert [visit.url.rpartition("/")[2] for visit in same] == ["next", ""]
    assert len(other) == 1


def test_a_script_that_sends_the_browser_on_is_a_step_on_the_way(
    shared: Stage, sites: Server, shop: Page
) -> None:
    target = sites.url("/", host="shop.test")
    plant(sites, "<p>")
    sites.answers["/bounce"] = page(f"<script>location.replace('{target}')</script>")
    shop.goto(sites.url("/bounce", host="ads.test"))
    shop.wait_for_url(target)
    visit = visit_of(shared, shared.tab_id(shop))
    assert [(hop.url, hop.by) for hop in visit.hops] == [
        (sites.url("/bounce", host="ads.test"), "script")
    ]


def test_the_live_view_counts_what_the_page_does(shared: Stage, sites: Server, shop: Page) -> None:
    plant(sites, FORM, TRACKER)
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    type_mail(shop)
    until(lambda: shared.view(tab)["live"]["captured"])
    live = shared.view(tab)["live"]
    assert live["captured"] == ["email"]
    assert live["fingerprinting"] == ["canvas"]
    assert live["thirdParties"] == 1
    assert [owner["name"] for owner in live["owners"]] == ["stats.test"]


def test_a_picture_that_is_sent_on_or_does_not_come_is_told_of(
    shared: Stage, sites: Server, shop: Page
) -> None:
    away, there = sites.url("/r.gif", host="stats.test"), sites.url("/s.gif", host="ads.test")
    kept = {name: f"{name}={UID}; SameSite=None; Secure" for name in ("hop", "end")}
    sites.answers["/r.gif"] = Response(
        status=302, headers={"Location": there, "Set-Cookie": kept["hop"]}
    )
    sites.answers["/s.gif"] = Response(b"GIF89a", headers={"Set-Cookie": kept["end"]})
    plant(sites, f"<img src='{away}'><img src='https://gone.test:9/x.gif?uid={UID}'>")
    shop.goto(sites.url("/", host="shop.test"))
    visit = visit_of(shared, shared.tab_id(shop))

    told = {(r.url, r.status, r.redirects_to) for r in visit.requests if r.type == "image"}
    assert {(away, 302, there), (there, 200, None)} <= told
    assert ("https://gone.test:9/x.gif?uid=", None, None) in told
    assert {(c.name, c.domain) for c in visit.cookies} == {
        ("hop", "stats.test"),
        ("end", "ads.test"),
    }


def test_a_page_that_is_fetched_before_anybody_asks_is_a_request_of_this_one(
    shared: Stage, sites: Server, shop: Page
) -> None:
    rules = json.dumps({"prefetch": [{"source": "list", "urls": ["/next"]}]})
    plant(sites, f"<script type=speculationrules>{rules}</script>")
    sites.answers["/next"] = page("<title>Next</title>")
    shop.goto(sites.url("/", host="shop.test"))
    tab = shared.tab_id(shop)
    until(lambda: any(request.target == "/next" for request in sites.requests))
    visit = visit_of(shared, tab)
    assert visit.url == sites.url("/", host="shop.test")
    [fetched] = [request for request in visit.requests if request.url.endswith("/next")]
    assert (fetched.type, fetched.status) == ("other", 200)
    assert visit.status == 200


def test_nothing_is_known_of_the_browsers_own_pages(shared: Stage, shop: Page) -> None:
    shop.goto("chrome://version")
    tab = shared.tab_id(shop)
    assert shared.view(tab)["place"] == "own"
    assert shared.evaluate(OBSERVATION, tab) is None
