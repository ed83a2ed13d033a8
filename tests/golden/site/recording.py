"""Records the golden visits anew: `python -m tests.golden.site.recording [NAME…]`.

A real browser loads invented sites from this computer; every name on the web leads to one local
server, so the records hold the names of well-known third parties and nobody is asked.
`python -m tests.golden.site.recording --expect` keeps the records and writes only what is now told
of them; read the difference before you commit it.
"""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import trustme
from pydantic import TypeAdapter

from assistant.browse import Pace, observe_in_browser
from assistant.fetch.addresses import AddressGuard
from assistant.report import Outcome
from assistant.settings import Settings
from assistant.site.analyze import Tables, analyze_site
from assistant.site.record.observation import Header, Observation
from assistant.site.record.reading import read_observation
from assistant.site.who.blocklists import FilterLists
from assistant.site.who.owners import owner_table
from assistant.site.who.proxies import proxy_table
from tests.servers import LOOPBACK, Answer, Response, Server, page

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
PACE = Pace(quiet=0.5, settle=2.0, typing=5.0, after=0.5, leaving=0.3, ready=3.0, load=8.0)
ANYWHERE = AddressGuard(allow_addresses=("127.0.0.0/8",), resolve=lambda _h, _p: [LOOPBACK])
SAFE = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
UID = "4f9d8a7b6c5e4d3f2a1b0c9d8e7f6a5b"
"""What the invented third parties keep; nobody's."""


def script(code: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(code.encode(), headers={"Content-Type": "text/javascript"} | named)


def html(body: str, head: str = "") -> Response:
    text = f"<!doctype html><html lang=en><head><title>Shop</title>{head}</head><body>{body}</body>"
    answer = page(text)
    return replace(answer, headers={**answer.headers, **SAFE})


CLEAN: Mapping[str, Answer] = {
    "/": html(
        '<h1>Bread</h1><img src="/bread.png" alt=""><form><input type=email name=mail></form>'
        '<a href="/privacy">Privacy policy</a><script src="/app.js"></script>'
    ),
    "/app.js": script('localStorage.setItem("theme", "dark");'),
    "/bread.png": Response(b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"}),
}

DIALOG = """
<div id="cookie-banner" role="dialog" style="position:fixed;bottom:0;padding:2em;background:#eee">
<p>We use cookies and ask for your consent.</p>
<button id="yes">Accept all</button><button id="no">Reject all</button></div>
<script>
const banner = document.getElementById("cookie-banner");
if (localStorage.getItem("choice")) banner.remove();
document.getElementById("no")?.addEventListener("click", () => {
  localStorage.setItem("choice", "no"); banner.remove();
});
</script>
"""
NEWS: Mapping[str, Answer] = {
    "/": html(
        f'<h1>News</h1>{DIALOG}<a href="/privacy">Privacy policy</a>',
        head='<script src="https://www.googletagmanager.com/gtag/js?id=G-TEST1"></script>'
        '<script src="https://connect.facebook.net/en_US/fbevents.js"></script>'
        '<script src="https://static.hotjar.com/c/hotjar-1.js"></script>',
    ),
    "/gtag/js?id=G-TEST1": script(
        f"""document.cookie = "_ga=GA1.1.{UID}; max-age=63072000; path=/; secure";
        navigator.sendBeacon("https://www.google-analytics.com/g/collect?v=2&tid=G-TEST1&cid={UID}");
        """
    ),
    "/en_US/fbevents.js": script(
        f'new Image().src = "https://www.facebook.com/tr?id=12&ev=PageView&fbp={UID}";'
    ),
    "/c/hotjar-1.js": script('addEventListener("mousemove", () => {});'),
    f"/tr?id=12&ev=PageView&fbp={UID}": Response(
        b"GIF89a",
        headers={
            "Content-Type": "image/gif",
            "Set-Cookie": f"fr={UID}; Max-Age=7776000; Secure; SameSite=None",
        },
    ),
}

FORM = """<h1>Join</h1><form action="/join" method="post"><input type="email" name="mail">
<input type="password" name="pw"><button>Join</button></form>
<script src="https://cdn.formwatch.example/f.js"></script>"""
SIGN_UP: Mapping[str, Answer] = {
    "/": html(FORM),
    "/f.js": script(
        """const mail = document.querySelector("[name=mail]");
        mail.addEventListener("change", async () => {
          const bytes = new TextEncoder().encode(mail.value.trim().toLowerCase());
          const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
          const hex = [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
          fetch("https://in.formwatch.example/c", {method: "POST", mode: "no-cors", body: hex});
        });
        const canvas = document.createElement("canvas");
        const context = canvas.getContext("2d");
        context.fillText("Sphinx of black quartz", 2, 12);
        canvas.toDataURL();"""
    ),
}

SITES: Mapping[str, tuple[str, Mapping[str, Answer]]] = {
    "clean-bakery": ("bakery.example", CLEAN),
    "news-before-consent": ("news.example", NEWS),
    "sign-up-captured": ("club.example", SIGN_UP),
}


def record(host: str, answers: Mapping[str, Answer]) -> Observation:
    """What a browser sees of an invented site, over https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(host).configure_cert(context)
    with Server(answers, ssl_context=context) as server:
        server.default = Response(b"", status=204)
        browsed = observe_in_browser(
            f"https://{host}/",
            settings=Settings(),
            now=NOW,
            pace=PACE,
            guard=ANYWHERE,
            arguments=(
                f"--host-resolver-rules=MAP * {LOOPBACK}:{server.port}",
                "--ignore-certificate-errors",
            ),
        )
    first, *others = browsed.observation.visits
    headers = tuple(h for h in first.headers if h.name not in ("date", "server"))
    asked = replace(
        first,
        headers=tuple(Header(name=h.name, value=h.value) for h in headers),
        http_hops=(f"http://{host}/", f"https://{host}/"),
    )
    return replace(browsed.observation, visits=(asked, *others))


def told(data: bytes) -> dict[str, object]:
    """What matters of the report on a record: the sentence, the points, and who was there."""
    tables = Tables(
        owners=owner_table(), proxies=proxy_table(), lists=FilterLists(()), cnames_known=True
    )
    analysis = analyze_site(read_observation(data, now=NOW), tables, said=None)
    return {
        "verdict": analysis.verdict.text,
        "grade": analysis.rating.grade,
        "score": analysis.rating.score,
        "deductions": {d.rule_id: d.points for d in analysis.rating.deductions},
        "gates": [gate.rule_id for gate in analysis.rating.gates],
        "present": [f.rule_id for f in analysis.findings if f.outcome is Outcome.PRESENT],
        "owners": {owner.name: owner.requests for owner in analysis.details.owners},
        "capture": [
            [one.kind, one.owner, one.field, [*one.encodings]] for one in analysis.details.capture
        ],
        "cookies": [f"{c.name} of {c.owner}" for c in analysis.details.cookies],
        "unchecked": [gap.what for gap in analysis.unchecked],
    }


def main() -> None:
    """Write a record for each site, or for those that are named, and what is told of it."""
    names = [name for name in sys.argv[1:] if name in SITES] or list(SITES)
    for name in names:
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        file = folder / "observation.json"
        if "--expect" not in sys.argv:
            content = TypeAdapter(Observation).dump_python(record(*SITES[name]), mode="json")
            file.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        expected = json.dumps(told(file.read_bytes()), indent=1, ensure_ascii=False)
        (folder / "expected.json").write_text(expected + "\n", "utf-8")


if __name__ == "__main__":
    main()
