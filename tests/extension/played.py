"""Popup and panel before a played background: every state as a `View`, no service and no worker.

The pages come from a loopback server under the content security policy that browsers give to
pages of extensions. `chrome` is played by a few lines: `played.sent` holds the messages,
`played.opened` what was opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FilePayload, Page

from tests.browser.screenshots import told_of_site
from tests.browser.stage import (
    REPOSITORY,
    SPAN,
    JsonObject,
    Scheme,
    answer,
    find_chromium,
    fixture,
)
from tests.playing import playing
from tests.render.sites import make_site, make_unrated_site
from tests.servers import Request, Response, Server

EXTENSION = REPOSITORY / "extension"
OUTLINES = REPOSITORY / "assistant" / "knowledge" / "photo" / "outlines.json"
TAB = 7
SERVICE = "http://127.0.0.1:8765"
POPUP_WIDTH, POPUP_HEIGHT = 400, 560
Surface = Literal["popup", "panel"]

_POLICY = "script-src 'self'; object-src 'self'"
_MEDIA_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}

SITE: JsonObject = {
    "host": "www.plumwood.example",
    "domain": "plumwood.example",
    "url": "https://www.plumwood.example/lamps",
    "owner": "Plumwood Lamps Ltd.",
}


def owner(name: str, requests: int, *categories: str, tracks: bool = False) -> JsonObject:
    return {
        "name": name,
        "categories": list(categories),
        "requests": requests,
        "tracks": tracks,
    }


LIVE: JsonObject = {
    "requests": 63,
    "thirdParties": 9,
    "owners": [
        owner("Filebarn", 21, "cdn"),
        owner("Adlane", 14, "advertising", tracks=True),
        owner("Bidwell", 6, "advertising", tracks=True),
        owner("Countly", 4, "analytics", tracks=True),
        owner("Rewatch", 9, "session-replay", tracks=True),
        owner("Typefound", 2, "utility"),
    ],
    "fingerprinting": ["canvas", "fonts"],
    "thirdPartyCookies": 3,
    "captured": ["email"],
}
QUIET: JsonObject = {
    "requests": 12,
    "thirdParties": 0,
    "owners": [],
    "fingerprinting": [],
    "thirdPartyCookies": 0,
    "captured": [],
}
DONE: list[JsonObject] = [
    {
        "text": "Refused everything in the cookie banner",
        "undo": "banner",
        "note": "The site may still remember the no.",
    },
    {"text": "Asked the site not to sell your data", "undo": "signal"},
    {"text": "Took the place out of one photo", "undo": None},
]
PROBLEM: JsonObject = {
    "code": "service-gone",
    "message": "The assistant stopped answering in the middle of it.",
    "hint": "Start it with `privacy-assistant serve`, then try again.",
}


def view(**given: object) -> JsonObject:
    """What the background says of a tab: connected and watched, but for what is given."""
    whole: JsonObject = {
        "connection": "connected",
        "code": None,
        "place": "page",
        "tabId": TAB,
        "site": SITE,
        "live": LIVE,
        "report": None,
        "policy": None,
        "working": None,
        "problem": None,
        "done": [],
    }
    return whole | given


def entry(number: int, kind: str, name: str, day: str, grade: str) -> JsonObject:
    """A line of the history."""
    site = kind == "site"
    return {
        "id": f"kept-{number}",
        "kind": kind,
        "name": name,
        "source": f"https://{name}/" if site else f"https://{name}/privacy",
        "created_at": f"{day}T10:00:00Z",
        "grade": grade,
        "score": {"B": 80, "C": 65, "D": 50, "F": 20}[grade],
        "verdict": "What you type is taken before you send it, by Broker & Sons."
        if site
        else "Sells what it knows about you to 214 partners.",
        "wrong": [],
    }


ENTRIES: list[JsonObject] = [
    entry(5, "site", "plumwood.example", "2026-11-24", "F"),
    entry(4, "policy", "www.plumwood.example", "2026-11-24", "D"),
    entry(3, "site", "plumwood.example", "2026-11-02", "D"),
    entry(2, "policy", "www.plumwood.example", "2026-10-12", "C"),
    entry(1, "site", "plumwood.example", "2026-09-30", "D"),
]
COMPARED: JsonObject = {
    "material": True,
    "sentences": ["It now sells what it knows about you.", "It keeps location for 24 months."],
    "grade_before": "C",
    "grade_after": "D",
    "passages": [{"kind": "added", "before": None, "after": SPAN, "practices": []}],
}


def kept(**given: object) -> JsonObject:
    """What the background says was kept of the site: it changed, but for what is given."""
    whole: JsonObject = {
        "entries": ENTRIES,
        "keepDays": 90,
        "newest": rated(),
        "isNow": False,
    }
    return whole | given


def answers(**given: object) -> JsonObject:
    """What the background answers of the history, by the type of the message."""
    compared = fixture("report")
    compared["details"] |= {"changes": COMPARED}
    whole: JsonObject = {
        "before": {"before": kept()},
        "recall": {"report": rated()},
        "compare": {"report": compared},
    }
    return whole | given


@cache
def _rated() -> str:
    return json.dumps(told_of_site(make_site()))


def rated() -> JsonObject:
    """The report of the invented shop, as if its record came from the extension."""
    report: JsonObject = json.loads(_rated())
    report["details"] |= {"observer": "extension", "visits": 1, "requests": LIVE["requests"]}
    return report


def _long_words() -> JsonObject:
    """As much at once as there can be, in words as long as they come."""
    report = rated()
    report["verdict"]["text"] = " ".join([report["verdict"]["text"]] * 4)
    label = "a" * 60
    return view(
        connection="stranger",
        site={**SITE, "domain": f"{label}.example", "owner": "Plumwood " * 12},
        live={
            **LIVE,
            "owners": [owner(f"Company {n} of a long name", n) for n in range(40)],
            "fingerprinting": ["canvas", "audio", "webgl", "fonts", "probing", "x" * 80],
            "thirdPartyCookies": 123_456,
        },
        report=report,
        done=[
            {"text": f"Did {n} " + "long " * 30, "undo": f"{n}", "note": "noted " * 30}
            for n in range(5)
        ],
        problem={
            "code": "x",
            "message": "A message that goes on and on. " * 8,
            "hint": "A hint that goes on and on. " * 8,
        },
    )


def states() -> dict[str, JsonObject]:
    """Every state by name."""
    nowhere: JsonObject = {"site": None, "live": None}
    return {
        "rated": view(report=rated(), policy=fixture("report"), done=DONE),
        "not-rated": view(done=DONE[:1]),
        "no-grade": view(report=told_of_site(make_unrated_site())),
        "rating": view(working="rating"),
        "reading": view(report=rated(), working="reading"),
        "quiet": view(live=QUIET),
        "unseen": view(live=None),
        "basic": view(connection="basic"),
        "unpaired": view(connection="unpaired", live={**LIVE, "captured": []}),
        "waiting": view(connection="waiting", code="4821"),
        "stranger": view(connection="stranger"),
        "paused": view(place="paused", live=None),
        "own": view(place="own", **nowhere),
        "private": view(place="private", **nowhere),
        "error": view(problem=PROBLEM),
        "long-words": _long_words(),
    }


_CHROME = """
({view, settings, answered, record, told, photos}) => {
  const listeners = [];
  const played = (window.played = {view, settings, answered, record, told, photos,
    sent: [], opened: [],
    silent: false, failure: null,
    change(view, tabId = played.view.tabId, type = 'changed') {
      Object.assign(played.view, view);
      for (const listener of listeners) listener({type, tabId});
    }});
  const after = () => ({...played.view, problem: played.failure ?? played.view.problem});
  const answers = {
    view: () => ({...played.view}), connect: after, rate: after, 'read-policy': after, undo: after,
    pause: after,
    settings: () => played.settings, 'check-photo': ({file}) => played.photos[file.name],
    'clean-photo': ({file}) => ({copy: {blob: file, name: 'photo-0001.jpg', lossless: true}}),
    'hidden-picture': ({file}) => ({picture: file}),
    ask: () => played.answered, observation: () => played.record,
  };
  const none = {addListener() {}};
  Object.defineProperty(window, 'chrome', {value: {
    runtime: {
      async sendMessage(message) {
        if (played.silent) throw new Error('Could not establish connection.');
        played.sent.push(message);
        const told = played.told[message.type] ?? answers[message.type]?.(message);
        return structuredClone(await told);
      },
      onMessage: {addListener: (listener) => listeners.push(listener)},
      getURL: (path) => `/${path}`,
      openOptionsPage: async () => played.opened.push('options'),
    },
    tabs: {TAB_ID_NONE: -1, onActivated: none, query: async () => [{id: played.view.tabId}],
      create: async ({url}) => played.opened.push(url),
      reload: async (tabId) => played.opened.push(`tab ${tabId} again`)},
    sidePanel: {open: async ({tabId}) => {
      if (!navigator.userActivation.isActive) throw new Error('No click.');
      played.opened.push(`panel of ${tabId}`);
    }},
  }});
  window.close = () => played.opened.push('closed');
}
"""


def _file(request: Request) -> Response:
    if request.target == "/favicon.ico":
        return Response(b"", status=204)
    path = EXTENSION / urlsplit(request.target).path.lstrip("/")
    if path.suffix not in _MEDIA_TYPES or not path.is_file():
        return Response(b"not here", status=404)
    headers = {"Content-Type": _MEDIA_TYPES[path.suffix], "Content-Security-Policy": _POLICY}
    return Response(path.read_bytes(), headers=headers)


class Surfaces:
    """Opens popup and panel in any state.

    Attributes:
        complaints: What scripts of the pages threw or printed as errors.
    """

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self.complaints: list[str] = []

    @contextmanager
    def opened(
        self,
        surface: Surface,
        state: JsonObject,
        *,
        scheme: Scheme = "light",
        width: int = POPUP_WIDTH,
        height: int = 600,
        scale: int = 1,
        wanted: str = "",
    ) -> Iterator[Page]:
        """A popup or panel that shows a view.

        Args:
            surface: Which page.
            state: What the background answers first.
            scheme: Light or dark.
            width: Of the window, px.
            height: Of the window, px.
            scale: Pixels of the screen for one of the page.
            wanted: What the popup left for the panel to show first.
        """
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,
            accept_downloads=True,
            device_scale_factor=scale,
        )
        context.set_default_timeout(5_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        played: JsonObject = {
            "view": state,
            "settings": {"service": SERVICE},
            "answered": {"answer": answer()},
            "record": {"schema_version": 1, "page": SITE["url"]},
            "told": answers(),
            "photos": {},
        }
        context.add_init_script(f"({_CHROME})({json.dumps(played)})")
        if wanted:
            context.add_init_script(f"localStorage.setItem('panel-wants', {json.dumps(wanted)})")
        page.goto(self._server.url(f"/src/{surface}/{surface}.html"))
        page.locator(".heading").wait_for()
        try:
            yield page
        finally:
            context.close()


@contextmanager
def surfaces() -> Iterator[Surfaces]:
    """A browser and the files of the extension."""
    with Server({}) as server, playing() as playwright:
        server.default = _file
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield Surfaces(browser, server)
        finally:
            browser.close()


def sent(page: Page, kind: str) -> list[JsonObject]:
    """The messages of one type that the background got."""
    found: list[JsonObject] = page.evaluate(
        "kind => played.sent.filter(({type}) => type === kind)", kind
    )
    return found


def opened(page: Page) -> list[str]:
    """What was opened beside the page, in order."""
    found: list[str] = page.evaluate("played.opened")
    return found


def give_photos(page: Page, photos: dict[str, JsonObject], linkage: JsonObject) -> None:
    """What the background answers of photos, by their names, and of them together."""
    given = {"photos": photos, "linkage": linkage, "outlines": json.loads(OUTLINES.read_text())}
    page.evaluate(
        """({photos, linkage, outlines}) => {
          played.photos = photos;
          Object.assign(played.told, {'link-photos': {linkage}, outlines: {outlines}});
        }""",
        given,
    )


def choose(page: Page, photos: dict[str, bytes]) -> None:
    """Choose photos in the panel."""
    files: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in photos.items()
    ]
    page.locator("#photo-files").set_input_files(files)


def change(page: Page, **given: object) -> None:
    """The background says that the view is other than before; the page has drawn it."""
    page.evaluate(
        "given => {played.change(given); return new Promise((done) => setTimeout(done))}", given
    )
