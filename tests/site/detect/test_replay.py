"""Recorders are told by their owner, or by listening to everything and sending much."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.report import NetworkRequest, Outcome
from assistant.site.detect.replay import detect_session_replay
from assistant.site.detection import Detection
from assistant.site.record.observation import (
    Body,
    FieldKind,
    FieldListener,
    Request,
    ResourceType,
    Visit,
    Watched,
)
from assistant.site.who.owners import Category, Entity
from tests.site.records import OWNERS, observation, request, seen, served, visit

SCRIPT = "https://unknown.test/rec.js"
EVERYTHING_HEARD = ("mousemove", "scroll", "keydown")


def listeners(
    events: Sequence[str] = EVERYTHING_HEARD,
    *,
    script: str = SCRIPT,
    target: FieldKind | str = "document",
) -> tuple[FieldListener, ...]:
    return tuple(FieldListener(script=script, event=e, target=target) for e in events)  # type: ignore[arg-type]


def posts(
    sizes: Sequence[int] = (400, 400, 400),
    *,
    host: str = "in.unknown.test",
    type: ResourceType = ResourceType.PING,
) -> tuple[Request, ...]:
    return tuple(
        request(f"https://{host}/in", type, method="POST", body=Body(kind="text", size=size))
        for size in sizes
    )


def found(page: Visit) -> Detection:
    return detect_session_replay(seen(observation(page)))


def test_a_known_recorders_script_is_told() -> None:
    answer = found(visit(request("https://cdn.replay.test/r.js")))
    assert answer.units == ("Replayer",)
    assert answer.evidence == (NetworkRequest("https://cdn.replay.test/r.js", "GET"),)


def test_a_known_recorder_that_loads_no_script_is_silent() -> None:
    assert found(visit(request("https://replay.test/1.gif", ResourceType.IMAGE))).units == ()


def test_an_unknown_script_that_hears_everything_and_sends_much_is_told() -> None:
    answer = found(visit(*posts(), listeners=listeners()))
    assert answer.outcome is Outcome.PRESENT
    assert answer.units == ("unknown.test",)
    assert answer.evidence == (NetworkRequest(SCRIPT, "GET", None, "keydown, mousemove, scroll"),)


@pytest.mark.parametrize("type", [ResourceType.WEBSOCKET, ResourceType.XMLHTTPREQUEST])
def test_other_ways_to_send_count_too(type: ResourceType) -> None:
    page = visit(*posts(type=type), listeners=listeners(("mousemove", "click", "input")))
    assert found(page).outcome is Outcome.PRESENT


@pytest.mark.parametrize(
    "page",
    [
        visit(*posts(), listeners=listeners(("mousemove", "scroll"))),
        visit(*posts(), listeners=listeners(("scroll", "keydown"))),
        visit(*posts(), listeners=listeners(("mousemove", "keydown"))),
        visit(*posts(), listeners=listeners(target="element")),
        visit(*posts(), listeners=listeners(target=FieldKind.EMAIL)),
        visit(*posts((600, 600)), listeners=listeners()),
        visit(*posts((333, 333, 333)), listeners=listeners()),
        visit(*posts((5_000, 0, 0)), listeners=listeners()),
        visit(*posts(host="other.example"), listeners=listeners()),
        visit(*posts(type=ResourceType.CSP_REPORT), listeners=listeners()),
        visit(*posts(host="shop.test"), listeners=listeners(script="https://shop.test/app.js")),
        visit(*posts(host="cdn.test"), listeners=listeners(script="https://cdn.test/lib.js")),
        visit(*posts(), listeners=listeners(script="chrome-extension://a/b.js")),
        visit(
            *posts(),
            listeners=(
                *listeners(("mousemove",), script="https://unknown.test/a.js"),
                *listeners(("scroll", "keydown"), script="https://unknown.test/b.js"),
            ),
        ),
    ],
    ids=[
        "no keys",
        "no mouse",
        "no scrolling or clicks",
        "on an element",
        "on a field",
        "two posts",
        "too little",
        "empty posts",
        "to somebody else",
        "policy reports",
        "the site itself",
        "a library",
        "an extension",
        "two scripts",
    ],
)
def test_near_misses_are_silent(page: Visit) -> None:
    assert found(page).outcome is Outcome.ABSENT


def test_a_known_puzzle_against_robots_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    puzzle = Entity("Puzzler", "Puzzler", (Category.UTILITY,))
    monkeypatch.setitem(OWNERS, "puzzle.test", puzzle)  # type: ignore[arg-type]
    heard = listeners(script="https://puzzle.test/p.js")
    assert found(visit(*posts(host="puzzle.test"), listeners=heard)).outcome is Outcome.ABSENT


def test_odd_scripts_are_not_told_as_somebody_elses() -> None:
    for script in ("", "data:,1", "https://[::1"):
        page = visit(*posts(), listeners=listeners(script=script))
        assert found(page).outcome is Outcome.ABSENT


@pytest.mark.parametrize("missing", [Watched.FIELDS, Watched.REQUESTS])
def test_what_was_not_watched_is_unknown(missing: Watched) -> None:
    watched = [kind for kind in Watched if kind is not missing]
    runs = visit(request("https://shop.test/app.js"))
    record = observation(runs, watched=watched)
    assert detect_session_replay(seen(record)).outcome is Outcome.UNDETERMINED
    assert detect_session_replay(seen(served(runs))).outcome is Outcome.UNDETERMINED


def test_a_known_recorder_is_told_where_behaviour_was_not_watched() -> None:
    page = visit(request("https://replay.test/r.js"))
    assert detect_session_replay(seen(served(page))).units == ("Replayer",)


def test_nothing_there_is_absent() -> None:
    assert found(visit()).outcome is Outcome.ABSENT
