"""The page in a real Chromium: its files from loopback, its API played by the test."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import Browser, Page, Route
from pydantic import TypeAdapter

from assistant.photo.details import Linkage
from assistant.photo.shots import Shot
from tests.playing import playing
from tests.servers import Response, Server

REPOSITORY = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
SAMPLE = REPOSITORY / "assistant" / "page" / "sample.html"
SAMPLE_URL = "https://lumenpost.example/privacy"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
_FILE_NAME = re.compile(r'filename="([^"]+)"')
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

JsonObject = dict[str, Any]
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def fixture(name: str) -> JsonObject:
    """An invented report of this folder."""
    report: JsonObject = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return report


SPAN: JsonObject = fixture("report")["findings"][0]["evidence"][0]
"""A passage of the invented report."""


def answer(**given: object) -> JsonObject:
    """An answer that quotes `SPAN`, but for what is given."""
    whole = {
        "question": "How long?",
        "text": SPAN["quote"],
        "evidence": [SPAN],
        "confidence": 0.77,
        "reason": "",
        "rule_id": "",
    }
    return {**whole, **given}


CHANGES: JsonObject = {
    "material": True,
    "sentences": ["The grade goes from B to F.", "New against you: Sells your data."],
    "grade_before": "B",
    "grade_after": "F",
    "score_before": 80,
    "score_after": 20,
    "rules": [],
    "data_types": [],
    "passages": [
        {
            "kind": "reworded",
            "before": {"type": "text_span", "start": 0, "end": 7, "quote": "We keep"},
            "after": SPAN,
            "practices": [],
        }
    ],
    "old_text": "We keep",
}
"""Of the invented report, since a version that never was."""


def asking() -> JsonObject:
    """A browser that asks to be connected, while another one is."""
    return {
        "pending": {"client": "Chromium 156", "code": "4821", "expires_in_s": 60},
        "browsers": [
            {"id": "f" * 32, "client": "Firefox 153", "paired_at": "2026-11-03T10:00:00Z"}
        ],
    }


def find_chromium() -> str | None:
    """Path of the system's Chromium, or None."""
    return next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless and silent on the network."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with playing() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*QUIET, *sandbox]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_server() -> Iterator[Server]:
    """Serves the page's files as the service does, with its security headers."""
    answers = {"/": _file(REPOSITORY / "assistant/page/index.html")}
    for prefix, folder in {"/page": "assistant/page", "/views": "extension/src/views"}.items():
        for path in (REPOSITORY / folder).iterdir():
            if path.suffix in _MEDIA_TYPES:
                answers[f"{prefix}/{path.name}"] = _file(path)
    outlines = REPOSITORY / "assistant" / "knowledge" / "photo" / "outlines.json"
    answers["/page/outlines.json"] = _file(outlines)
    with Server(answers) as server:
        yield server


def _file(path: Path) -> Response:
    headers = {
        "Content-Type": _MEDIA_TYPES[path.suffix],
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    }
    return Response(path.read_bytes(), headers=headers)


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer in the API's error shape."""

    status: int
    code: str
    message: str = "One sentence of the service."
    hint: str = "What to do about it."

    @property
    def body(self) -> str:
        error = {"code": self.code, "message": self.message, "hint": self.hint}
        return json.dumps({"error": error})


@dataclass(frozen=True, slots=True)
class Kept:
    """One report of the played history."""

    id: str
    report: JsonObject
    wrong: frozenset[str] = frozenset()

    @property
    def entry(self) -> JsonObject:
        report = self.report
        return {
            "id": self.id,
            "kind": report["kind"],
            "name": report["subject"]["name"],
            "source": report["subject"]["source"],
            "created_at": report["created_at"],
            "grade": report["rating"]["grade"],
            "score": report["rating"]["score"],
            "verdict": report["verdict"]["text"],
            "wrong": sorted(self.wrong),
        }


@dataclass
class PlayedService:
    """Plays the API of `/api/v1/` for one page, by the book.

    Attributes:
        answer: The report for a request body, or the failure to answer with.
        site: The report of every site, or the failure to answer with.
        keeps: Whether reports get a place in the history.
        gone: Whether the service has stopped answering.
        bodies: What was posted to be read, in order.
        answered: What a question is answered with.
        changes: What two kept reports are said to differ in.
        better: What the history answers when one is looked for that treats people better.
        photo: The report of every photo, or the failure to answer with.
        several: By file name, what a photo is answered with where it is one of several; None waits.
        uncleanable: Names of the photos that get no clean copy.
        copied: Every clean copy and hidden picture.
        photo_queries: What was asked of photos beside being checked, in order.
        asked: Questions and comparisons that came in, in order.
        waiting: Whether readings are left without an answer until `release`.
        codes: One-time codes that came in.
        pairings: The browser that asks and those that are connected.
        answers: What a browser that asks was answered, in order.
    """

    answer: Callable[[str], JsonObject | Failure]
    site: JsonObject | Failure | None = None
    keeps: bool = True
    gone: bool = False
    waiting: bool = False
    answered: JsonObject | Failure | None = None
    changes: JsonObject | None = None
    better: JsonObject | Failure | None = None
    photo: JsonObject | Failure | None = None
    several: dict[str, JsonObject | Failure | None] = field(default_factory=dict)
    uncleanable: frozenset[str] = frozenset()
    copied: bytes = b""
    photo_queries: list[str] = field(default_factory=list)
    asked: list[JsonObject] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    pairings: JsonObject = field(default_factory=lambda: {"pending": None, "browsers": []})
    answers: list[JsonObject] = field(default_factory=list)
    _held: list[Route] = field(default_factory=list)

    def play_for(self, page: Page) -> None:
        page.route("**/api/v1/**", self._handle)

    def keep(self, report: JsonObject) -> str:
        report_id = f"report-{len(self.kept) + 1}"
        self.kept[report_id] = Kept(report_id, report)
        return report_id

    def release(self) -> None:
        """Hang up on the readings that wait."""
        for route in self._held:
            route.abort()
        self._held.clear()

    def _handle(self, route: Route) -> None:
        if self.gone:
            route.abort("connectionrefused")
            return
        address = urlsplit(route.request.url)
        parts = [unquote(part) for part in address.path.removeprefix("/api/v1/").split("/")]
        match (route.request.method, *parts):
            case ("POST", "session"):
                self.codes.append(route.request.post_data_json["code"])
                route.fulfill(status=204)
            case ("POST", "policy"):
                self._read(route, self.answer)
            case ("POST", "site"):
                self._read(route, lambda _: self.site or Failure(404, "not-found"))
            case ("POST", "photo", "linkage"):
                route.fulfill(json=_linked(route.request.post_data_json))
            case ("POST", "photo") if address.query == "shots=true":
                self._one_of_several(route)
            case ("POST", "photo", *what):
                self._photo(route, what, address.query)
            case ("POST", "policy", "ask" | "compare"):
                self._answer(route)
            case (method, "history", *rest):
                self._history(route, method, rest, address.query)
            case (method, "pair", *rest):
                self._pair(route, method, rest, self.pairings)
            case _:
                _fail(route, Failure(404, "not-found"))

    def _read(self, route: Route, read: Callable[[str], JsonObject | Failure]) -> None:
        body = (route.request.post_data_buffer or b"").decode("utf-8")
        self.bodies.append(body)
        if self.waiting:
            self._held.append(route)
            return
        answer = read(body)
        if isinstance(answer, Failure):
            _fail(route, answer)
            return
        headers = {"Location": f"/api/v1/history/{self.keep(answer)}"} if self.keeps else {}
        route.fulfill(json=answer, headers=headers)

    def _history(self, route: Route, method: str, rest: list[str], query: str) -> None:
        """List, open, export, forget and mark reports that are kept."""
        match (method, *rest):
            case ("GET",):
                newest_first = [kept.entry for kept in reversed(self.kept.values())]
                route.fulfill(json={"entries": newest_first})
            case ("DELETE",):
                names = parse_qs(query).get("name")
                route.fulfill(json={"forgotten": self._forget(names[0] if names else None)})
            case (_, report_id, *_) if report_id not in self.kept:
                _fail(route, Failure(404, "not-found"))
            case ("GET", report_id):
                route.fulfill(json=self.kept[report_id].report)
            case ("DELETE", report_id):
                del self.kept[report_id]
                route.fulfill(json={"forgotten": 1})
            case ("GET", _, ("better" | "export") as what):
                self._look(route, what, query)
            case ("PUT" | "DELETE", report_id, "wrong", rule_id):
                kept = self.kept[report_id]
                rules = kept.wrong | {rule_id} if method == "PUT" else kept.wrong - {rule_id}
                self.kept[report_id] = replace(kept, wrong=rules)
                route.fulfill(status=204)
            case _:
                _fail(route, Failure(404, "not-found"))

    def _pair(self, route: Route, method: str, rest: list[str], pairings: JsonObject) -> None:
        """List, answer and disconnect browsers."""
        match (method, *rest):
            case ("GET",):
                route.fulfill(json=pairings)
            case ("POST", "answer"):
                given = route.request.post_data_json
                self.answers.append(given)
                pending = pairings["pending"]
                if pending is None or given["code"] != pending["code"]:
                    _fail(route, Failure(404, "not-found"))
                    return
                pairings["pending"] = None
                route.fulfill(status=204)
            case ("DELETE", browser_id):
                left = [one for one in pairings["browsers"] if one["id"] != browser_id]
                pairings["browsers"] = left
                route.fulfill(status=204)
            case _:
                _fail(route, Failure(404, "not-found"))

    def _photo(self, route: Route, what: list[str], query: str) -> None:
        """Check a photo, copy it clean, or take a hidden picture out of it."""
        self.photo_queries.append("/".join([*what, query]))
        if isinstance(self.photo, Failure):
            _fail(route, self.photo)
        elif _sent_name(route) in self.uncleanable:
            _fail(route, Failure(422, "uncleanable-photo", "It cannot be cleaned."))
        elif what:
            headers = {
                "Content-Disposition": 'attachment; filename="photo-0001.jpg"',
                "X-Lossless": "true",
            }
            route.fulfill(body=self.copied, content_type="image/jpeg", headers=headers)
        else:
            route.fulfill(json=self.photo)

    def _one_of_several(self, route: Route) -> None:
        """Check a photo for linking."""
        answer = self.several[_sent_name(route)]
        if answer is None:
            self._held.append(route)
        elif isinstance(answer, Failure):
            _fail(route, answer)
        else:
            route.fulfill(json=answer)

    def _look(self, route: Route, what: str, query: str) -> None:
        """Find better ones than a kept report, or export it."""
        if what == "export":
            form = parse_qs(query)["format"][0]
            disposition = f'attachment; filename="report.{form}"'
            route.fulfill(body="exported", headers={"Content-Disposition": disposition})
        elif isinstance(self.better, Failure):
            _fail(route, self.better)
        else:
            route.fulfill(json=self.better)

    def _answer(self, route: Route) -> None:
        """Answer a question, or compare: the report of the fixture with what the test set."""
        self.asked.append(route.request.post_data_json)
        if isinstance(self.answered, Failure):
            _fail(route, self.answered)
            return
        report = fixture("report")
        report["details"] |= {"answer": self.answered, "changes": self.changes}
        route.fulfill(json=report)

    def _forget(self, name: str | None) -> int:
        gone = [
            report_id
            for report_id, kept in self.kept.items()
            if name is None or kept.report["subject"]["name"] == name
        ]
        for report_id in gone:
            del self.kept[report_id]
        return len(gone)


def press_until(page: Page, key: str, done: Callable[[], bool], *, limit: int = 80) -> None:
    """Press a key until something is so."""
    for _ in range(limit):
        if done():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{limit} presses of {key} did not get there")


def focused(page: Page, name: str) -> Callable[[], bool]:
    """Whether the focus is on something whose text begins like this."""
    script = "([name]) => document.activeElement.textContent.trim().startsWith(name)"
    return lambda: bool(page.evaluate(script, [name]))


def _sent_name(route: Route) -> str:
    """Name of the file that a form holds."""
    name = _FILE_NAME.search((route.request.post_data_buffer or b"").decode(errors="replace"))
    return name[1] if name else ""


def _linked(body: JsonObject) -> JsonObject:
    """What the service tells of shots."""
    from assistant.photo.linkage import link

    shots = TypeAdapter(list[Shot]).validate_python(body["shots"])
    told: JsonObject = TypeAdapter(Linkage).dump_python(link(shots), mode="json")
    return told


def _fail(route: Route, failure: Failure) -> None:
    route.fulfill(status=failure.status, body=failure.body, content_type="application/json")
