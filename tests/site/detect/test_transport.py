"""How the page came: what is open on the way is told, what is merely unusual is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.report import Outcome
from assistant.site.detect.transport import (
    detect_bad_certificate,
    detect_insecure_cookies,
    detect_leaks_address,
    detect_mixed_content,
    detect_no_hsts,
    detect_no_https,
    detect_no_https_redirect,
    transport_of,
)
from assistant.site.detection import Detector
from assistant.site.record.observation import Header, ResourceType, SetCookie, Tls, Visit, Watched
from tests.site.records import observation, request, seen, served, shape, visit

PRESENT, ABSENT, UNDETERMINED = Outcome.PRESENT, Outcome.ABSENT, Outcome.UNDETERMINED
HTTP = "http://shop.test/"
YEAR = "max-age=31536000"


def outcome(detector: Detector, *visits: Visit, **more: Any) -> Outcome:
    return detector(seen(observation(*visits, **more))).outcome


def headed(name: str, *values: str, **more: Any) -> Visit:
    return visit(headers=tuple(Header(name=name, value=value) for value in values), **more)


def test_a_page_over_http_also_on_this_computer() -> None:
    detection = detect_no_https(seen(observation(visit(url=HTTP))))
    assert (detection.outcome, detection.units) == (PRESENT, ("shop.test",))
    for url in (
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "http://[::1]/",
        "HTTP://a.localhost/",
    ):
        local = detect_no_https(seen(observation(visit(url=url))))
        assert local.outcome is PRESENT
        assert local.evidence[0].what != detection.evidence[0].what


def test_one_open_visit_is_enough_and_an_odd_address_is_unknown() -> None:
    assert outcome(detect_no_https, visit()) is ABSENT
    assert outcome(detect_no_https, visit(), visit(url=HTTP)) is PRESENT
    assert outcome(detect_no_https, visit(url="about:blank")) is UNDETERMINED
    assert outcome(detect_no_https, visit(), watched=(Watched.CONSENT,)) is UNDETERMINED


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        (Tls(valid=False), PRESENT),
        (Tls(valid=True, version="TLSv1.3"), ABSENT),
        (None, UNDETERMINED),
    ],
)
def test_a_certificate_that_was_not_verified(tls: Tls | None, told: Outcome) -> None:
    assert outcome(detect_bad_certificate, visit(tls=tls)) is told


def test_one_bad_certificate_is_not_made_good_by_another() -> None:
    good, bad = visit(tls=Tls(valid=True)), visit(tls=Tls(valid=False))
    assert outcome(detect_bad_certificate, good, bad) is PRESENT
    assert transport_of(seen(observation(good, bad))).certificate_valid is False


def test_open_parts_of_an_encrypted_page() -> None:
    mixed = visit(
        request("http://cdn.test/a.js"), request("ws://chat.test/", ResourceType.WEBSOCKET)
    )
    script = detect_mixed_content(seen(observation(mixed)))
    assert (script.outcome, script.units) == (PRESENT, ("cdn.test", "chat.test"))
    picture = visit(request("http://cdn.test/a.png", ResourceType.IMAGE))
    upgraded = detect_mixed_content(seen(observation(picture)))
    assert upgraded.outcome is PRESENT
    assert upgraded.confidence < script.confidence


@pytest.mark.parametrize(
    "harmless",
    [
        request("https://cdn.test/a.js"),
        request("wss://chat.test/", ResourceType.WEBSOCKET),
        request("http://127.0.0.1/a.js"),
        request(HTTP, ResourceType.MAIN_FRAME),
        request("data:text/plain,http://x"),
        request("http://"),
    ],
)
def test_what_is_no_mixed_content(harmless: Any) -> None:
    assert outcome(detect_mixed_content, visit(harmless)) is ABSENT


def test_mixed_content_needs_an_encrypted_page_and_all_requests() -> None:
    assert outcome(detect_mixed_content, visit(request("http://cdn.test/a.js"), url=HTTP)) is (
        UNDETERMINED
    )
    assert detect_mixed_content(seen(served(visit(request("/a.js"))))).outcome is UNDETERMINED
    assert detect_mixed_content(seen(served(visit()))).outcome is ABSENT


HSTS = "Strict-Transport-Security"


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ((YEAR,), 365),
        (("MAX-AGE = 31536000 ; includeSubDomains",), 365),
        (('includeSubDomains; max-age="15552000"',), 180),
        (("max-age=15551999",), 179),
        (("max-age=0",), 0),
        ((), 0),
        (("",), 0),
        (("max-age=-31536000",), 0),
        (("max-age=31536000, max-age=31536000",), 0),
        (("max-age=1; max-age=31536000",), 0),
        (("max-age=31536000; max-age=31536000",), 0),
        (("x-max-age=31536000",), 0),
        # Only the first header counts.
        (("max-age=0", YEAR), 0),
    ],
)
def test_how_long_browsers_are_told_to_use_https(values: tuple[str, ...], days: int) -> None:
    page = headed(HSTS, *values)
    assert transport_of(seen(observation(page))).hsts_days == days
    assert outcome(detect_no_hsts, page) is (ABSENT if days >= 180 else PRESENT)


def test_an_endless_age_is_long_enough_and_crashes_nothing() -> None:
    assert outcome(detect_no_hsts, headed(HSTS, "max-age=" + "9" * 9_000)) is ABSENT
    assert outcome(detect_no_hsts, headed(HSTS, "max-age=" + "0" * 9_000 + "1")) is PRESENT


def test_the_preload_list_stands_for_the_header() -> None:
    assert outcome(detect_no_hsts, visit(tls=Tls(valid=True, preloaded=True))) is ABSENT
    listed = detect_no_hsts(seen(observation(visit(tls=Tls(valid=True, preloaded=False)))))
    unknown = detect_no_hsts(seen(observation(visit(tls=Tls(valid=True)))))
    assert listed.outcome is PRESENT
    assert unknown.confidence < listed.confidence


@pytest.mark.parametrize("detector", [detect_no_hsts, detect_leaks_address])
def test_headers_that_nobody_read_are_unknown(detector: Detector) -> None:
    assert outcome(detector, visit(), watched=(Watched.REQUESTS,)) is UNDETERMINED


def test_hsts_over_http_says_nothing() -> None:
    assert outcome(detect_no_hsts, headed(HSTS, YEAR, url=HTTP)) is UNDETERMINED


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("unsafe-url",), PRESENT),
        (("no-referrer-when-downgrade",), PRESENT),
        (("Origin-When-Cross-Origin",), PRESENT),
        (("no-referrer, unsafe-url",), PRESENT),
        (("no-referrer", "unsafe-url"), PRESENT),
        (("unsafe-url, no-referrer",), ABSENT),
        (("no-referrer, some-new-word",), ABSENT),
        (("unsafe-url, some-new-word",), PRESENT),
        (("strict-origin-when-cross-origin",), ABSENT),
        (("unsafe url",), ABSENT),
        (("",), ABSENT),
        ((), ABSENT),
    ],
)
def test_referrer_policies_weaker_than_the_browsers_own(
    values: tuple[str, ...], told: Outcome
) -> None:
    assert outcome(detect_leaks_address, headed("referrer-policy", *values)) is told


def cookie(**more: Any) -> SetCookie:
    settings = {"name": "uid", "domain": "shop.test", "value": shape()} | more
    return SetCookie(**settings)


@pytest.mark.parametrize(
    ("jar", "told"),
    [
        ((cookie(),), PRESENT),
        ((cookie(secure=True),), ABSENT),
        ((cookie(value=shape(bits=3, length=2)),), ABSENT),
        ((cookie(value=shape(bits=3, length=2), same_site=" NONE"),), PRESENT),
        ((cookie(secure=True, same_site="None"),), ABSENT),
        ((cookie(secure=True), cookie(name="", domain="")), PRESENT),
        ((), ABSENT),
    ],
)
def test_cookies_that_may_travel_in_the_open(jar: tuple[SetCookie, ...], told: Outcome) -> None:
    assert outcome(detect_insecure_cookies, visit(cookies=jar)) is told


def test_cookies_are_judged_on_encrypted_pages_and_where_they_were_seen() -> None:
    assert outcome(detect_insecure_cookies, visit(cookies=(cookie(),), url=HTTP)) is UNDETERMINED
    assert detect_insecure_cookies(seen(served(visit()))).outcome is UNDETERMINED
    assert detect_insecure_cookies(seen(served(visit(cookies=(cookie(),))))).outcome is PRESENT


@pytest.mark.parametrize(
    ("hops", "told", "upgrades"),
    [
        ((HTTP, "https://shop.test/"), ABSENT, True),
        ((HTTP,), PRESENT, False),
        ((HTTP, "https://shop.test/", "http://www.shop.test/"), PRESENT, False),
        ((HTTP, "::"), PRESENT, False),
        # Nobody answers over http, and nobody asked.
        ((), ABSENT, None),
        (None, UNDETERMINED, None),
    ],
)
def test_where_http_leads(
    hops: tuple[str, ...] | None, told: Outcome, upgrades: bool | None
) -> None:
    page = visit(http_hops=hops)
    assert outcome(detect_no_https_redirect, page) is told
    assert transport_of(seen(observation(page))).upgrades is upgrades


def test_browsers_never_ask_a_preloaded_site_over_http() -> None:
    page = visit(http_hops=(HTTP,), tls=Tls(valid=True, preloaded=True))
    assert outcome(detect_no_https_redirect, page) is ABSENT


def test_the_reports_lines_say_what_was_seen_and_nothing_more() -> None:
    page = headed(HSTS, YEAR, tls=Tls(valid=True, version="TLSv1.3"))
    told = transport_of(seen(observation(page)))
    assert (told.https, told.certificate_valid, told.tls_version) == (True, True, "TLSv1.3")
    assert told.insecure_requests == 0
    unread = transport_of(seen(observation(visit(url=HTTP), watched=(Watched.CONSENT,))))
    assert (unread.https, unread.certificate_valid, unread.hsts_days) == (False, None, None)
    mixed = visit(request("http://cdn.test/a.js"), request("http://cdn.test/b.js"))
    assert transport_of(seen(observation(mixed))).insecure_requests == 2


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_crashes_a_detector(hsts: str, referrer: str) -> None:
    headers = (Header(name=HSTS, value=hsts), Header(name="Referrer-Policy", value=referrer))
    record = seen(observation(visit(headers=headers)))
    assert detect_no_hsts(record).outcome in (PRESENT, ABSENT)
    assert detect_leaks_address(record).outcome in (PRESENT, ABSENT)
