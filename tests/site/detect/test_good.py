"""Nobody followed the visitor: said only where everything was seen."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import Outcome
from assistant.site.detect.good import detect_no_trackers
from assistant.site.record.observation import (
    Channel,
    Consent,
    ConsentState,
    FieldKind,
    Leak,
    Request,
    ResourceType,
    ScriptCalls,
    SetCookie,
    Tls,
    Visit,
)
from tests.site.records import observation, request, seen, served, shape, visit

PRESENT, ABSENT, UNDETERMINED = Outcome.PRESENT, Outcome.ABSENT, Outcome.UNDETERMINED
ITSELF = request("https://shop.test/", ResourceType.MAIN_FRAME, status=200)
ASKED = Consent(state=ConsentState.ASKED, at_ms=10)


def load(*requests: Request, **more: Any) -> Visit:
    return visit(ITSELF, *requests, **({"status": 200} | more))


def outcome(*visits: Visit, **more: Any) -> Outcome:
    return detect_no_trackers(seen(observation(*visits, **more))).outcome


def test_a_page_by_itself_with_its_helpers() -> None:
    page = load(request("https://cdn.test/a.js"), request("https://consent.test/ask.js"))
    detection = detect_no_trackers(seen(observation(page)))
    assert (detection.outcome, detection.evidence[0].url) == (PRESENT, "https://shop.test/")
    assert detect_no_trackers(seen(served(load()))).outcome is PRESENT


def test_one_tracker_in_one_visit_is_enough() -> None:
    assert outcome(load(), load(request("https://stats.test/s.js"))) is ABSENT
    assert outcome(load(request("https://ads.test/x", blocked=True))) is ABSENT
    listed = seen(observation(load(request("https://new.example/x"))), listed=["new.example"])
    assert detect_no_trackers(listed).outcome is ABSENT


@pytest.mark.parametrize(
    "page",
    [
        load(url="http://shop.test/"),
        load(tls=Tls(valid=False)),
        load(status=404),
        load(status=500),
        visit(),
        # An own name that nobody looked up.
        load(request("https://m.shop.test/b")),
        # Strangers that behave as trackers do.
        load(request("https://s.example/b", ResourceType.PING)),
        load(request("https://s.example/b", cookies=("id",))),
        load(cookies=(SetCookie(name="id", domain="s.example", value=shape()),)),
        load(cookies=(SetCookie(name="id", domain="", value=shape()),)),
        load(
            request("https://s.example/c", ResourceType.XMLHTTPREQUEST),
            leaks=(Leak(field=FieldKind.EMAIL, url="https://s.example/c", channel=Channel.POST),),
        ),
        load(
            request("https://s.example/f.js"),
            calls=(
                ScriptCalls(
                    script="https://s.example/f.js",
                    calls={
                        "CanvasRenderingContext2D.fillText": 1,
                        "HTMLCanvasElement.toDataURL": 1,
                    },
                    canvas_text=20,
                    canvas_pixels=9_000,
                ),
            ),
        ),
    ],
)
def test_what_is_not_known_to_be_clean_is_not_called_clean(page: Visit) -> None:
    assert outcome(page) is UNDETERMINED


def test_one_open_visit_spoils_the_others() -> None:
    assert outcome(load(), load(tls=Tls(valid=False))) is UNDETERMINED


def test_lost_or_unseen_requests_are_no_proof() -> None:
    assert outcome(load(), lost=1) is UNDETERMINED
    scripted = served(load(request("https://cdn.test/a.js")))
    assert detect_no_trackers(seen(scripted)).outcome is UNDETERMINED


def test_own_names_that_were_looked_up_are_fine() -> None:
    record = observation(load(request("https://m.shop.test/b")))
    assert detect_no_trackers(seen(record, cnames={})).outcome is PRESENT
    cloaked = seen(record, cnames={"m.shop.test": "x.stats.test"})
    assert detect_no_trackers(cloaked).outcome is ABSENT


def test_an_open_question_makes_it_less_sure() -> None:
    sure = detect_no_trackers(seen(observation(load())))
    accepted = load(consent=(ASKED,)), load(choice=ConsentState.ACCEPTED)
    asked = detect_no_trackers(seen(observation(load(consent=(ASKED,)))))
    assert asked.outcome is PRESENT
    assert asked.confidence < sure.confidence
    assert detect_no_trackers(seen(observation(*accepted))).confidence == sure.confidence
