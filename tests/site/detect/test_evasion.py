"""Other names, detours and marked links: told where they follow somebody, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import Outcome
from assistant.site.detect.evasion import (
    click_owners,
    detect_bounce_tracking,
    detect_cname_cloaking,
    detect_link_decoration,
    detect_proxied_tracker,
    evasion_table,
)
from assistant.site.record.observation import (
    Body,
    Hop,
    Parameter,
    Request,
    ResourceType,
    SetCookie,
    Visit,
    Watched,
)
from assistant.site.who.owners import Category, Entity, owner_table
from tests.site import records
from tests.site.records import observation, request, seen, served, shape, visit

PRESENT, ABSENT, UNDETERMINED = Outcome.PRESENT, Outcome.ABSENT, Outcome.UNDETERMINED
METRICS = "https://metrics.shop.test/b"
CLOAKED = {"metrics.shop.test": "shop.collect.stats.test"}


def test_a_tracker_under_the_sites_own_name() -> None:
    detection = detect_cname_cloaking(seen(observation(visit(request(METRICS))), cnames=CLOAKED))
    assert (detection.outcome, detection.units) == (PRESENT, ("Statly",))
    assert detection.evidence[0].url == METRICS


@pytest.mark.parametrize(
    "target",
    ["shop.cdn.test", "metrics.shop.test", "x.shop-assets.test", "nobody.example", "", "."],
)
def test_hosting_under_ones_own_name_is_no_disguise(target: str) -> None:
    record = observation(visit(request(METRICS)))
    cnames = {"metrics.shop.test": target}
    assert detect_cname_cloaking(seen(record, cnames=cnames)).outcome is ABSENT


def test_names_that_nobody_looked_up_are_unknown() -> None:
    own = observation(visit(request(METRICS)))
    usual = observation(
        visit(request("https://shop.test/a.js"), request("https://www.shop.test/b.js"))
    )
    assert detect_cname_cloaking(seen(own)).outcome is UNDETERMINED
    assert detect_cname_cloaking(seen(usual)).outcome is ABSENT
    assert detect_cname_cloaking(seen(observation())).outcome is ABSENT
    assert detect_cname_cloaking(seen(served(visit(request("/a.js"))), cnames={})).outcome is (
        UNDETERMINED
    )


def test_a_collector_behind_the_sites_own_server() -> None:
    proxies = {"/g/collect": records.OWNERS["stats.test"], "/own": records.OWNERS["shop.test"]}

    def told(url: str) -> Outcome:
        return detect_proxied_tracker(
            seen(observation(visit(request(url))), proxies=proxies)
        ).outcome

    assert told("https://shop.test/g/collect?v=") is PRESENT
    assert told("https://shop.test/g/collection") is ABSENT
    assert told("https://shop.test/own") is ABSENT
    assert told("https://stats.test/g/collect") is ABSENT
    assert told("::not an address::") is ABSENT
    proxied = seen(observation(visit(request("https://shop.test/g/collect"))), proxies=proxies)
    assert detect_cname_cloaking(proxied).outcome is ABSENT
    lost = observation(visit(request("https://shop.test/x")), lost=3)
    assert detect_proxied_tracker(seen(lost, proxies=proxies)).outcome is UNDETERMINED


def hop(url: str, **more: Any) -> Hop:
    return Hop(url=url, status=302, **more)


def bounced(*hops: Hop, requests: tuple[Request, ...] = (), **more: Any) -> Visit:
    return visit(*requests, hops=hops, **more)


def bounce(*hops: Hop, **more: Any) -> Outcome:
    return detect_bounce_tracking(seen(observation(bounced(*hops, **more)))).outcome


def cookie(**more: Any) -> SetCookie:
    settings = {"name": "id", "domain": "short.example", "value": shape()} | more
    return SetCookie(**settings)


SHORT = "https://short.example/x1"


@pytest.mark.parametrize("by", ["http", "script", "meta"])
def test_a_detour_over_a_tracker(by: Any) -> None:
    way = bounced(hop("https://news.shop.test/"), hop("https://ads.test/go", by=by))
    detection = detect_bounce_tracking(seen(observation(way, way)))
    assert (detection.outcome, detection.units) == (PRESENT, ("Adline",))


def test_a_stranger_that_knows_the_visitor_again() -> None:
    assert bounce(hop(SHORT), cookies=(cookie(url=SHORT),)) is PRESENT
    sent = request(SHORT, ResourceType.MAIN_FRAME, cookies=("id",))
    assert bounce(hop(SHORT), requests=(sent,)) is PRESENT


def shim(**values: float) -> Request:
    query = tuple(Parameter(name=n, value=shape(n, bits=b)) for n, b in values.items())
    return request(SHORT, ResourceType.MAIN_FRAME, query=query)


def test_a_link_shim_that_is_told_who_clicked() -> None:
    assert bounce(hop(SHORT), requests=(shim(u=200, h=128),)) is PRESENT
    assert bounce(hop(SHORT), requests=(shim(u=200, lang=10),)) is ABSENT
    assert bounce(hop(SHORT), requests=(shim(redirect_uri=200, state=128),)) is ABSENT


@pytest.mark.parametrize(
    "harmless",
    [
        hop("http://shop.test/"),
        hop("https://login.shop-assets.test/"),
        hop(SHORT),
        hop("https://ads.test/page", clicked=True),
        hop("https://consent.test/once"),
        hop("about:blank"),
        hop("https://[bad/"),
    ],
)
def test_redirects_that_follow_nobody(harmless: Hop) -> None:
    assert bounce(harmless) is ABSENT


def test_a_small_cookie_or_one_of_the_page_is_no_memory_of_the_detour() -> None:
    small, own = shape(bits=4, length=1), "https://shop.test/"
    assert bounce(hop(SHORT), cookies=(cookie(url=SHORT, value=small),)) is ABSENT
    assert bounce(hop(SHORT), cookies=(cookie(url=own, domain="shop.test"),)) is ABSENT


def test_a_detour_whose_cookies_nobody_saw_is_unknown() -> None:
    assert detect_bounce_tracking(seen(served(bounced(hop(SHORT))))).outcome is UNDETERMINED
    assert detect_bounce_tracking(seen(served(bounced()))).outcome is ABSENT
    blind = observation(bounced(), watched=(Watched.CONSENT,))
    assert detect_bounce_tracking(seen(blind)).outcome is UNDETERMINED


@pytest.fixture(autouse=True)
def makers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented hosts of those who mark links."""
    for host, name, company in (
        ("searchads.test", "Google Ads", "Google"),
        ("friends.test", "Facebook", "Meta"),
    ):
        entity = Entity(name, company, (Category.ADVERTISING,))
        monkeypatch.setitem(records.OWNERS, host, entity)  # type: ignore[arg-type]


def landing(name: str, bits: float = 200, parts: tuple[str, ...] = ()) -> Request:
    parameter = Parameter(name=name, value=shape("c11c", bits=bits, parts=parts))
    return request("https://shop.test/?x=", ResourceType.MAIN_FRAME, query=(parameter,))


def sent(
    host: str, name: str, id: str, *, parts: tuple[str, ...] = (), bits: float = 200
) -> Request:
    parameter = Parameter(name=name, value=shape(id, bits=bits, parts=parts))
    return request(f"https://{host}/t", ResourceType.IMAGE, query=(parameter,))


def decorated(*requests: Request) -> Outcome:
    return detect_link_decoration(seen(observation(visit(*requests)))).outcome


def test_a_mark_that_goes_back_to_its_maker() -> None:
    record = observation(
        visit(
            landing("gclid"),
            sent("searchads.test", "gclid", "c11c"),
            sent("searchads.test", "dl", "page", parts=("c11c",)),
        )
    )
    detection = detect_link_decoration(seen(record))
    assert (detection.outcome, detection.units) == (PRESENT, ("Google",))
    assert detection.evidence[0].what == "gclid"


def test_a_mark_under_another_name_in_a_body_or_inside_another_value() -> None:
    body = Body(kind="json", size=9, parameters=(Parameter(name="ev.c", value=shape("c11c")),))
    post = request("https://friends.test/tr", ResourceType.PING, method="POST", body=body)
    assert decorated(landing("fbclid"), post) is PRESENT
    assert (
        decorated(landing("fbclid"), sent("friends.test", "fbc", "f", parts=("c11c",))) is PRESENT
    )
    piece = landing("FBCLID", parts=("9iece",))
    assert decorated(piece, sent("friends.test", "fbc", "f", parts=("9iece",))) is PRESENT
    assert decorated(sent("friends.test", "fbclid", "stored")) is PRESENT


def test_a_mark_is_known_though_another_parameter_repeats_it() -> None:
    twice = (*landing("gclid").query, *landing("ref").query)
    page = request("https://shop.test/?gclid=&ref=", ResourceType.MAIN_FRAME, query=twice)
    assert decorated(page, sent("searchads.test", "dl", "c11c")) is PRESENT


def test_campaign_names_and_marks_that_stay_are_not_told() -> None:
    assert decorated(landing("utm_source"), sent("searchads.test", "utm_source", "c11c")) is ABSENT
    assert decorated(landing("gclid")) is ABSENT
    assert decorated(landing("gclid"), sent("friends.test", "dl", "c11c")) is ABSENT
    assert decorated(landing("gclid"), sent("shop.test", "gclid", "c11c")) is ABSENT
    assert decorated(landing("gclid"), sent("nobody.example", "gclid", "c11c")) is ABSENT
    assert decorated(landing("gclid", bits=5), sent("searchads.test", "g", "c11c")) is ABSENT
    assert decorated(sent("searchads.test", "gclid", "test", bits=5)) is ABSENT
    on_the_way = request(
        "https://friends.test/l", ResourceType.MAIN_FRAME, query=landing("fbclid").query
    )
    assert decorated(on_the_way, landing("fbclid")) is ABSENT


def test_marks_are_unknown_where_requests_were_not_seen() -> None:
    record = served(visit(landing("gclid"), request("/main.js")))
    assert detect_link_decoration(seen(record)).outcome is UNDETERMINED
    assert decorated() is ABSENT


def test_every_mark_has_a_maker_whom_the_table_of_owners_knows() -> None:
    entities = owner_table().entities()
    known = {name for entity in entities for name in (entity.name, entity.company)}
    assert [ids.names for ids in evasion_table().click_ids if not ids.owners & known] == []


def test_no_mark_is_a_campaign_name() -> None:
    assert not any(name.startswith("utm_") for name in click_owners())
    assert "Google" in click_owners()["gclid"]
