"""The parts that read what the browser tells: fields, stacks, events and failures."""

from __future__ import annotations

import json

import pytest

from assistant.browse.failures import failure_of, is_certificate_trouble
from assistant.browse.fields import kind_of
from assistant.browse.frames import Frames
from assistant.browse.probed import Probed, script_of
from assistant.browse.wire import Wire
from assistant.errors import (
    AssistantError,
    BrokenResponse,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    TlsFailure,
    TooManyRedirects,
    UnknownHost,
    UnreadableInput,
)
from assistant.site.record.observation import FieldKind


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ({"type": "email"}, FieldKind.EMAIL),
        ({"type": "text", "name": "userEmail"}, FieldKind.EMAIL),
        ({"type": "password", "name": "email"}, FieldKind.PASSWORD),
        ({"autocomplete": "section-a given-name"}, FieldKind.NAME),
        ({"placeholder": "Vorname"}, FieldKind.NAME),
        ({"id": "firstName"}, FieldKind.NAME),
        ({"label": "Teléfono"}, FieldKind.PHONE),
        ({"autocomplete": "cc-number"}, FieldKind.CARD),
        ({"name": "q"}, FieldKind.SEARCH),
        ({"aria-label": "Straße und Hausnummer"}, FieldKind.ADDRESS),
        ({"name": "username"}, FieldKind.TEXT),
        ({"name": "filename"}, FieldKind.TEXT),
        ({}, FieldKind.TEXT),
    ],
)
def test_what_a_field_asks_for(field: dict[str, str], kind: FieldKind) -> None:
    assert kind_of(field) is kind


@pytest.mark.parametrize(
    ("lines", "script"),
    [
        ("    at Object.apply (<anonymous>:9:1)\n    at https://a.test/x.js:1:2", "https://a.test/x.js"),
        ("    at read (https://a.test/x.js?v=1:10:2)\n    at https://b.test/y.js:1:1", "https://a.test/x.js?v=1"),
        ("    at eval (eval at run (https://a.test/x.js:3:4), <anonymous>:1:1)", "https://a.test/x.js"),
        ("    at https://lie.test/z.js:1:1 (https://a.test/x.js:5:6)", "https://a.test/x.js"),
        ("    at blob:https://a.test/6f1e-22:1:2", "https://a.test/6f1e-22"),
        ("    at chrome-extension://abc/probes.js:1:2\n    at <anonymous>:1:1", None),
        ("", None),
    ],
)  # fmt: skip
def test_whose_code_a_stack_tells_of(lines: str, script: str | None) -> None:
    assert script_of(f"Error\n{lines}") == script


def line(**more: object) -> str:
    frame = {
        "kind": "call",
        "at": 1.0,
        "url": "https://a.test/",
        "origin": "https://a.test",
        "top": True,
    }
    return json.dumps(frame | more)


def test_lines_that_do_not_fit_are_lost_and_break_nothing() -> None:
    probed = Probed()
    for bad in (
        "",
        "{}",
        "[]",
        "nonsense",
        line(kind="magic"),
        line(at="x"),
        line(member="no dot"),
    ):
        probed.take(bad)
    probed.take(line(member="Screen.width", count=-5))

    assert probed.lost == 7
    assert [made.calls for made in probed.calls.values()] == [{"Screen.width": 1}]


def test_text_counts_only_what_was_written_before_a_canvas_was_read() -> None:
    probed = Probed()
    for member, more in (
        ("CanvasRenderingContext2D.fillText", {"text": "abcab"}),
        ("HTMLCanvasElement.toDataURL", {"pixels": 600}),
        ("CanvasRenderingContext2D.fillText", {"text": "xyz"}),
    ):
        probed.take(line(member=member, **more))

    (made,) = probed.calls.values()
    assert (made.canvas_text, made.canvas_pixels) == (3, 600)


@pytest.mark.parametrize("name", Wire(Frames("m")).handled)
@pytest.mark.parametrize(
    "event",
    [
        {},
        {"requestId": 7, "request": None, "response": [], "headers": "x", "associatedCookies": [1]},
        {"requestId": "1", "request": {"url": "https://a.test/", "headers": {}}, "timestamp": "x"},
    ],
)
def test_odd_events_break_nothing(name: str, event: dict[str, object]) -> None:
    wire = Wire(Frames("m"))
    wire.take(name, event)
    wire.settle(())
    assert len(wire.sent) <= 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("net::ERR_NAME_NOT_RESOLVED at http://x.test/", UnknownHost),
        ("net::ERR_CONNECTION_REFUSED", ConnectionFailed),
        ("net::ERR_CONNECTION_TIMED_OUT", FetchTimeout),
        ("net::ERR_SSL_PROTOCOL_ERROR", TlsFailure),
        ("net::ERR_TOO_MANY_REDIRECTS", TooManyRedirects),
        ("net::ERR_INVALID_HTTP_RESPONSE", BrokenResponse),
        ("Page.goto: Download is starting", UnreadableInput),
        ("net::ERR_SOMETHING_NEW", FetchError),
        ("", FetchError),
    ],
)
def test_failures_have_our_words(said: str, kind: type[AssistantError]) -> None:
    assert type(failure_of(said)) is kind
    assert not is_certificate_trouble(said)


def test_trouble_with_a_certificate_is_told_apart() -> None:
    assert is_certificate_trouble("net::ERR_CERT_AUTHORITY_INVALID at https://x.test/")
