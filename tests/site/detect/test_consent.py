"""Does the page ask before it lets others follow, and how does it take a no?"""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import Outcome
from assistant.site.detect.beacons import detect_beacons
from assistant.site.detect.consent import (
    detect_before_consent,
    detect_no_consent_asked,
    detect_no_reject,
    detect_pay_or_consent,
    detect_rejects_in_one_click,
)
from assistant.site.detection import Detector
from assistant.site.record.observation import (
    Consent,
    ConsentState,
    Request,
    ResourceType,
    Visit,
    Watched,
)
from tests.site.records import EVERYTHING, observation, request, seen, served, visit

PRESENT, ABSENT, UNDETERMINED = Outcome.PRESENT, Outcome.ABSENT, Outcome.UNDETERMINED
ADS, STATS, TAGS = "https://ads.test/a.js", "https://stats.test/s.js", "https://tags.test/t.js"
NO_CONSENT = tuple(kind for kind in EVERYTHING if kind is not Watched.CONSENT)


def asked(at_ms: float = 500, **more: Any) -> Consent:
    return Consent(state=ConsentState.ASKED, at_ms=at_ms, manager="Askly", **more)


def rejected(at_ms: float = 5_000, **more: Any) -> Consent:
    return Consent(state=ConsentState.REJECTED, at_ms=at_ms, manager="Askly", **more)


def accepted(at_ms: float = 5_000) -> Consent:
    return Consent(state=ConsentState.ACCEPTED, at_ms=at_ms, manager="Askly")


def page(*requests: Request, steps: tuple[Consent, ...] = (), **more: Any) -> Visit:
    return visit(*requests, consent=steps, **more)


def outcome(detector: Detector, *visits: Visit, **more: Any) -> Outcome:
    return detector(seen(observation(*visits, **more))).outcome


def test_trackers_before_the_answer_are_told_once_for_each_company() -> None:
    early = page(
        request(ADS, at_ms=100),
        request(STATS, at_ms=200),
        request(TAGS, at_ms=4_999),
        steps=(asked(), accepted()),
    )
    detection = detect_before_consent(seen(observation(early)))
    assert detection.outcome is PRESENT
    assert detection.units == ("Adline", "Statly")
    assert detection.evidence[0].url == ADS


def test_what_comes_with_or_after_the_answer_is_not_early() -> None:
    late = page(request(ADS, at_ms=5_000), steps=(asked(), accepted()))
    assert outcome(detect_before_consent, late) is ABSENT


def test_who_only_asks_the_question_is_no_tracker_even_on_a_block_list() -> None:
    ask = page(request("https://consent.test/ask.js", at_ms=1), steps=(asked(),))
    record = observation(ask)
    assert detect_before_consent(seen(record)).outcome is ABSENT
    assert detect_before_consent(seen(record, listed=["consent.test"])).outcome is ABSENT


def test_a_page_that_never_asks_is_told_by_another_rule() -> None:
    tracked = page(request(ADS))
    assert outcome(detect_before_consent, tracked) is UNDETERMINED
    detection = detect_no_consent_asked(seen(observation(tracked)))
    assert (detection.outcome, detection.units) == (PRESENT, ("Adline",))


def test_a_page_without_trackers_or_question_is_quiet() -> None:
    assert outcome(detect_before_consent, page(request("https://cdn.test/a.js"))) is ABSENT
    assert outcome(detect_no_consent_asked, page(request("https://cdn.test/a.js"))) is ABSENT


def test_a_question_in_any_visit_is_one_that_was_asked() -> None:
    after = page(request(ADS), choice=ConsentState.ACCEPTED)
    assert outcome(detect_no_consent_asked, page(request(ADS)), after) is ABSENT
    assert outcome(detect_no_consent_asked, page(request(ADS), steps=(asked(),))) is ABSENT


def test_a_blocker_may_have_hidden_the_question() -> None:
    assert outcome(detect_no_consent_asked, page(request(ADS)), blocker=True) is UNDETERMINED


def test_a_visit_after_the_choice_says_nothing_about_before() -> None:
    after = page(request(ADS), choice=ConsentState.ACCEPTED, steps=(asked(),))
    assert outcome(detect_before_consent, after) is UNDETERMINED


def test_a_visit_that_sends_a_signal_counts_where_there_is_no_plainer_one() -> None:
    signal = page(request(ADS, at_ms=10), steps=(asked(),), gpc=True)
    assert outcome(detect_before_consent, signal) is PRESENT
    assert outcome(detect_before_consent, page(steps=(asked(),)), signal) is ABSENT


@pytest.mark.parametrize("detector", [detect_before_consent, detect_no_consent_asked])
def test_who_cannot_see_the_question_cannot_tell(detector: Detector) -> None:
    early = page(request(ADS, at_ms=1), steps=(asked(),))
    assert outcome(detector, early, watched=NO_CONSENT) is UNDETERMINED
    assert detector(seen(served(early))).outcome is UNDETERMINED


def test_requests_that_were_lost_are_not_absent() -> None:
    assert outcome(detect_before_consent, page(steps=(asked(),)), lost=1) is UNDETERMINED


def test_a_first_layer_without_a_way_to_reject() -> None:
    detection = detect_no_reject(
        seen(observation(page(steps=(asked(reject_offered=False), rejected(clicks=4)))))
    )
    assert (detection.outcome, detection.units) == (PRESENT, ("Askly",))


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((asked(reject_offered=True),), ABSENT),
        ((asked(reject_offered=None),), UNDETERMINED),
        # The second layer offers what the first did not, and the other way round.
        ((asked(900, reject_offered=True), asked(100, reject_offered=False)), PRESENT),
        ((asked(100, reject_offered=True), asked(900, reject_offered=False)), ABSENT),
        ((), ABSENT),
    ],
)
def test_only_the_first_layer_counts(steps: tuple[Consent, ...], told: Outcome) -> None:
    assert outcome(detect_no_reject, page(steps=steps)) is told


@pytest.mark.parametrize("detector", [detect_no_reject, detect_pay_or_consent])
def test_no_question_is_known_only_to_who_would_have_seen_it(detector: Detector) -> None:
    assert outcome(detector, page()) is ABSENT
    assert outcome(detector, page(), watched=NO_CONSENT) is UNDETERMINED
    assert outcome(detector, page(), blocker=True) is UNDETERMINED
    assert outcome(detector, page(choice=ConsentState.REJECTED)) is UNDETERMINED


def test_paying_as_the_only_other_answer() -> None:
    assert outcome(detect_pay_or_consent, page(steps=(asked(pay_or_consent=True),))) is PRESENT
    assert outcome(detect_pay_or_consent, page(steps=(asked(reject_offered=False),))) is ABSENT


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((asked(reject_offered=True), rejected(clicks=1)), PRESENT),
        ((asked(reject_offered=True), rejected(clicks=0)), PRESENT),
        ((asked(reject_offered=True), rejected(clicks=2)), ABSENT),
        ((asked(reject_offered=False), rejected(clicks=1)), ABSENT),
        ((asked(reject_offered=True, pay_or_consent=True), rejected(clicks=1)), ABSENT),
        # Nobody tried, nobody counted, nobody offered, or it cannot be.
        ((asked(reject_offered=True),), UNDETERMINED),
        ((asked(reject_offered=True), rejected()), UNDETERMINED),
        ((asked(), rejected(clicks=1)), UNDETERMINED),
        ((asked(reject_offered=True), rejected(clicks=-1)), UNDETERMINED),
        ((), UNDETERMINED),
    ],
)
def test_rejecting_in_one_click(steps: tuple[Consent, ...], told: Outcome) -> None:
    assert outcome(detect_rejects_in_one_click, page(steps=steps)) is told


def beacon(url: str) -> Visit:
    return page(request(url, ResourceType.PING, method="POST"))


def test_beacons_to_trackers_and_to_strangers() -> None:
    known = detect_beacons(
        seen(observation(beacon("https://stats.test/c"), beacon("https://s.example/")))
    )
    assert (known.outcome, known.units) == (PRESENT, ("Statly", "s.example"))
    stranger = detect_beacons(seen(observation(beacon("https://s.example/"))))
    assert stranger.confidence < known.confidence


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.test/log",
        "https://log.shop-assets.test/",
        "https://cdn.test/errors",
        "https://consent.test/saved",
        "https://",
        "data:,x",
    ],
)
def test_beacons_to_the_site_and_its_helpers_are_none(url: str) -> None:
    assert outcome(detect_beacons, beacon(url)) is ABSENT


def test_a_tracker_without_beacons_and_a_page_whose_requests_nobody_saw() -> None:
    assert outcome(detect_beacons, page(request(ADS))) is ABSENT
    assert detect_beacons(seen(served(page(request(ADS))))).outcome is UNDETERMINED
