"""Is a no heard: after a rejection, and by Global Privacy Control?"""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import Outcome
from assistant.site.detect.control import (
    detect_after_reject,
    detect_honours_gpc,
    detect_ignores_gpc,
)
from assistant.site.detection import Detector
from assistant.site.record.observation import (
    Consent,
    ConsentState,
    Request,
    ResourceType,
    SetCookie,
    StorageWrite,
    Visit,
)
from tests.site.records import observation, request, seen, served, shape, visit

PRESENT, ABSENT, UNDETERMINED = Outcome.PRESENT, Outcome.ABSENT, Outcome.UNDETERMINED
PAGE_ITSELF = request("https://shop.test/", ResourceType.MAIN_FRAME, status=200)
ADS, BIDS = "https://ads.test/a", "https://bids.test/b"
YEAR_S = 365 * 86_400


def step(state: ConsentState, at_ms: float) -> Consent:
    return Consent(state=state, at_ms=at_ms)


NO = step(ConsentState.REJECTED, 5_000)


def outcome(detector: Detector, *visits: Visit, **more: Any) -> Outcome:
    return detector(seen(observation(*visits, **more))).outcome


def test_a_tracker_after_the_rejection_is_told_with_its_company() -> None:
    record = observation(visit(request(ADS, at_ms=6_001), consent=(NO,)))
    detection = detect_after_reject(seen(record))
    assert (detection.outcome, detection.units) == (PRESENT, ("Adline",))
    assert detection.evidence[0].url == ADS


@pytest.mark.parametrize("at_ms", [0, 5_000, 6_000])
def test_what_was_on_its_way_when_the_answer_came_may_leave(at_ms: float) -> None:
    assert outcome(detect_after_reject, visit(request(ADS, at_ms=at_ms), consent=(NO,))) is ABSENT


def test_a_later_visit_should_know_the_answer_from_the_start() -> None:
    later = visit(request(ADS, at_ms=0), choice=ConsentState.REJECTED)
    assert outcome(detect_after_reject, visit(), later) is PRESENT


def test_who_accepts_afterwards_takes_the_rejection_back() -> None:
    yes = step(ConsentState.ACCEPTED, 10_000)
    after = request(ADS, at_ms=10_001)
    between = request(ADS, at_ms=9_999)
    assert outcome(detect_after_reject, visit(after, consent=(NO, yes))) is ABSENT
    assert outcome(detect_after_reject, visit(between, consent=(NO, yes))) is PRESENT
    later = visit(after, choice=ConsentState.REJECTED, consent=(yes,))
    assert outcome(detect_after_reject, later) is ABSENT
    sooner = step(ConsentState.ACCEPTED, 100)
    assert outcome(detect_after_reject, visit(after, consent=(sooner, NO))) is PRESENT


@pytest.mark.parametrize(
    ("url", "type", "told"),
    [
        ("https://tags.test/gtm.js", ResourceType.SCRIPT, ABSENT),
        ("https://tags.test/ns.html", ResourceType.SUB_FRAME, ABSENT),
        ("https://tags.test/collect", ResourceType.PING, PRESENT),
        ("https://stats.test/s.js", ResourceType.SCRIPT, PRESENT),
        ("https://consent.test/saved", ResourceType.XMLHTTPREQUEST, ABSENT),
        ("https://cdn.test/a.js", ResourceType.SCRIPT, ABSENT),
        ("https://unknown.example/a.js", ResourceType.SCRIPT, ABSENT),
    ],
)
def test_a_tag_manager_that_only_loads_and_helpers_are_no_breach(
    url: str, type: ResourceType, told: Outcome
) -> None:
    later = visit(request(url, type), choice=ConsentState.REJECTED)
    assert outcome(detect_after_reject, later) is told


def test_without_a_rejection_nothing_is_known() -> None:
    yes = step(ConsentState.ACCEPTED, 100)
    assert outcome(detect_after_reject, visit(request(ADS, at_ms=9_000))) is UNDETERMINED
    assert outcome(detect_after_reject, visit(request(ADS, at_ms=9_000), consent=(yes,))) is (
        UNDETERMINED
    )
    quiet = visit(request("/main.js"), choice=ConsentState.REJECTED)
    assert detect_after_reject(seen(served(quiet))).outcome is UNDETERMINED


def load(*urls: str, gpc: bool = False, **more: Any) -> Visit:
    requests: list[Request] = [PAGE_ITSELF, *(request(url) for url in urls)]
    return visit(*requests, gpc=gpc, status=200, **more)


def identifier(domain: str = "ads.test", **more: Any) -> SetCookie:
    settings = {"name": "uid", "value": shape(), "lifetime_s": YEAR_S} | more
    return SetCookie(domain=domain, **settings)


def test_as_many_advertisers_with_the_signal_and_still_an_identifier() -> None:
    with_signal = load(ADS, BIDS, gpc=True, cookies=(identifier(),))
    record = seen(observation(load(ADS, BIDS), with_signal))
    assert detect_ignores_gpc(record).outcome is PRESENT
    assert detect_ignores_gpc(record).units == ("Adline",)
    assert detect_honours_gpc(record).outcome is ABSENT


@pytest.mark.parametrize(
    "kept",
    [
        {"cookies": (identifier("shop.test", script=ADS),)},
        {
            "storage": (
                StorageWrite(
                    store="local", origin="https://ads.test", key="uid", value=shape(), script=ADS
                ),
            )
        },
        {"requests": (PAGE_ITSELF, request(ADS, cookies=("uid",)))},
    ],
)
def test_every_way_to_keep_or_send_an_identifier_counts(kept: dict[str, Any]) -> None:
    more = {"requests": (PAGE_ITSELF, request(ADS))} | kept
    with_signal = Visit(url="https://shop.test/", at=visit().at, gpc=True, status=200, **more)
    assert outcome(detect_ignores_gpc, load(ADS), with_signal) is PRESENT


@pytest.mark.parametrize(
    "cookie",
    [
        identifier(value=shape(bits=8, length=2)),
        identifier(lifetime_s=None),
        identifier(lifetime_s=86_400.0),
        identifier("shop.test"),
        identifier("stats.test"),
    ],
)
def test_advertisers_that_keep_nothing_may_be_heeding_the_signal(cookie: SetCookie) -> None:
    with_signal = load(ADS, gpc=True, cookies=(cookie,))
    assert outcome(detect_ignores_gpc, load(ADS), with_signal) is UNDETERMINED


def test_advertisers_that_are_gone_are_good_news() -> None:
    record = seen(observation(load(ADS, BIDS, "https://stats.test/s.js"), load(gpc=True)))
    detection = detect_honours_gpc(record)
    assert (detection.outcome, detection.units) == (PRESENT, ("Adline", "Bidwell"))
    assert detect_ignores_gpc(record).outcome is ABSENT


def test_a_claim_alone_is_no_proof_but_makes_half_enough() -> None:
    broker = "https://broker.test/x"
    claimed = [load(ADS, BIDS), load(ADS, gpc=True, gpc_file=True)]
    silent = [load(ADS, BIDS), load(ADS, gpc=True)]
    mostly = [load(ADS, BIDS, broker), load(ADS, BIDS, gpc=True, gpc_file=True)]
    empty = [load(ADS), load(ADS, gpc=True, gpc_file=True)]
    assert outcome(detect_honours_gpc, *claimed) is PRESENT
    for visits in (silent, mostly, empty):
        assert outcome(detect_honours_gpc, *visits) is ABSENT


def test_where_nobody_had_to_stop_nothing_is_honoured() -> None:
    pair = [load("https://stats.test/s.js"), load(gpc=True, gpc_file=True)]
    assert outcome(detect_honours_gpc, *pair) is UNDETERMINED
    assert outcome(detect_ignores_gpc, *pair) is ABSENT


@pytest.mark.parametrize("detector", [detect_ignores_gpc, detect_honours_gpc])
@pytest.mark.parametrize(
    "visits",
    [
        (load(ADS),),
        (load(gpc=True),),
        # After another choice, not loaded, or empty: no comparison.
        (load(ADS, choice=ConsentState.ACCEPTED), load(gpc=True, cookies=(identifier(),))),
        (load(ADS), visit(PAGE_ITSELF, gpc=True, status=503)),
        (load(ADS), visit(gpc=True)),
    ],
)
def test_one_visit_or_two_that_cannot_be_compared(
    detector: Detector, visits: tuple[Visit, ...]
) -> None:
    assert outcome(detector, *visits) is UNDETERMINED


def test_who_does_not_see_all_requests_cannot_say_that_the_signal_is_honoured() -> None:
    record = seen(served(load(ADS), load("https://cdn.test/x.js", gpc=True)))
    assert detect_honours_gpc(record).outcome is UNDETERMINED
    assert detect_ignores_gpc(record).outcome is UNDETERMINED
