"""What is kept to know somebody again, and who passes it on."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import NetworkRequest, Outcome
from assistant.site.detect.identifiers import (
    detect_identifier_sharing,
    detect_third_party_identifiers,
    identifiers,
)
from assistant.site.detection import Detection
from assistant.site.record.observation import (
    Body,
    Parameter,
    Request,
    ResourceType,
    SetCookie,
    Shape,
    StorageWrite,
    Visit,
    Watched,
)
from assistant.site.who.owners import Category, Entity
from tests.site.records import AT, PAGE, observation, request, seen, served, shape, visit

YEAR_S = 365 * 86_400.0
MONTH_S = 30 * 86_400.0


def cookie(name: str = "uid", domain: str = "ads.test", **more: Any) -> SetCookie:
    given = {"value": shape(), "lifetime_s": YEAR_S, "url": f"https://{domain}/set"}
    return SetCookie(name=name, domain=domain, **{**given, **more})


def entry(key: str = "uid", origin: str = "https://ads.test", **more: Any) -> StorageWrite:
    return StorageWrite(**{"store": "local", "value": shape(), **more}, key=key, origin=origin)


def kept(*items: SetCookie | StorageWrite) -> Detection:
    return detect_third_party_identifiers(seen(observation(keeping(*items))))


def keeping(*items: SetCookie | StorageWrite, requests: tuple[Request, ...] = ()) -> Visit:
    return visit(
        *requests,
        cookies=tuple(item for item in items if isinstance(item, SetCookie)),
        storage=tuple(item for item in items if isinstance(item, StorageWrite)),
    )


def sending(url: str, value: Shape, name: str = "id", **more: Any) -> Request:
    return request(url, ResourceType.IMAGE, query=(Parameter(name=name, value=value),), **more)


def shared(*items: SetCookie | StorageWrite | Request) -> Detection:
    requests = tuple(item for item in items if isinstance(item, Request))
    stored = [item for item in items if not isinstance(item, Request)]
    return detect_identifier_sharing(seen(observation(keeping(*stored, requests=requests))))


class TestThirdPartyIdentifiers:
    def test_a_third_partys_cookie_is_told_with_its_owner(self) -> None:
        found = kept(cookie())
        assert found.outcome is Outcome.PRESENT
        assert found.units == ("uid (Adline)",)
        assert found.evidence == (
            NetworkRequest("https://ads.test/set", "GET", None, "cookie: uid"),
        )

    def test_a_cookie_in_the_sites_jar_belongs_to_the_script_that_wrote_it(self) -> None:
        found = kept(cookie("_st", "shop.test", script="https://stats.test/s.js", url=PAGE))
        assert found.units == ("_st (Statly)",)

    def test_an_unknown_third_party_counts_too(self) -> None:
        assert kept(cookie(domain="unknown.test")).units == ("uid (unknown.test)",)

    def test_a_cookie_set_under_the_sites_name_by_a_disguised_tracker_is_the_trackers(self) -> None:
        record = observation(keeping(cookie("v", "shop.test", url="https://metrics.shop.test/hit")))
        sight = seen(record, cnames={"metrics.shop.test": "shop.stats.test"})
        assert detect_third_party_identifiers(sight).units == ("v (Statly)",)

    def test_storage_of_a_third_partys_frame_or_script_counts(self) -> None:
        found = kept(
            entry("a"),
            entry("b", "https://shop.test", script="https://stats.test/s.js"),
            entry("c", store="indexed_db"),
        )
        assert found.units == ("a (Adline)", "c (Adline)", "b (Statly)")

    @pytest.mark.parametrize(
        "item",
        [
            cookie(domain="shop.test", url=PAGE),
            cookie(domain="shop-assets.test"),
            cookie(domain="cdn.test"),
            cookie(domain="consent.test"),
            cookie("pref", "shop.test", script="https://cdn.test/jquery.js", url=PAGE),
            cookie(value=shape(bits=32.9)),
            cookie(lifetime_s=MONTH_S),
            cookie(lifetime_s=None),
            cookie(lifetime_s=-1.0),
            cookie("euconsent-v2", "chat.test"),
            entry(store="session"),
            entry(store="cache"),
            entry(value=shape(bits=12)),
            entry(origin="https://shop.test", script="https://shop.test/app.js"),
        ],
    )
    def test_near_misses_are_silent(self, item: SetCookie | StorageWrite) -> None:
        assert kept(item).outcome is Outcome.ABSENT

    def test_the_thresholds_themselves_count(self) -> None:
        assert kept(cookie(value=shape(bits=33.0))).outcome is Outcome.PRESENT
        assert kept(cookie(lifetime_s=MONTH_S + 1)).outcome is Outcome.PRESENT

    def test_the_same_cookie_in_two_visits_counts_once(self) -> None:
        sight = seen(observation(keeping(cookie()), keeping(cookie(), cookie("other"))))
        assert detect_third_party_identifiers(sight).units == ("uid (Adline)", "other (Adline)")
        assert [one.name for one in identifiers(sight)["Adline"]] == ["uid", "other"]

    def test_what_the_persons_own_extension_writes_is_not_the_sites_doing(self) -> None:
        script = "chrome-extension://abc/content.js"
        assert kept(entry(origin="https://shop.test", script=script)).outcome is Outcome.ABSENT

    def test_odd_places_are_nobodys(self) -> None:
        found = kept(
            cookie(domain="", url="https://[::1", script="data:,x"),
            cookie(domain="%%", url=None),
            entry(origin="null", script=""),
        )
        assert found.outcome is Outcome.ABSENT

    def test_without_a_look_at_cookies_and_storage_it_is_unknown(self) -> None:
        sight = seen(observation(watched=[Watched.REQUESTS, Watched.COOKIES]))
        assert detect_third_party_identifiers(sight).outcome is Outcome.UNDETERMINED
        assert detect_third_party_identifiers(seen(served())).outcome is Outcome.UNDETERMINED

    def test_nothing_there_is_absent(self) -> None:
        assert kept().outcome is Outcome.ABSENT
        assert identifiers(seen(observation())) == {}


class TestIdentifierSharing:
    def test_an_identifier_sent_to_another_owner_is_a_pair(self) -> None:
        found = shared(cookie(), sending("https://bids.test/sync", shape(), "partner_uid"))
        assert found.units == ("Adline → Bidwell",)
        (where,) = found.evidence
        assert isinstance(where, NetworkRequest)
        assert (where.url, where.what) == ("https://bids.test/sync", "partner_uid")

    def test_it_is_known_again_inside_another_value(self) -> None:
        inside = shape("long", parts=["a1"])
        assert shared(cookie(), sending("https://bids.test/s", inside)).units
        assert shared(cookie(value=inside), sending("https://bids.test/s", shape("a1"))).units

    def test_a_body_carries_it_too(self) -> None:
        body = Body(kind="json", size=90, parameters=(Parameter(name="u.id", value=shape()),))
        post = request("https://bids.test/s", ResourceType.PING, method="POST", body=body)
        assert shared(entry(), post).units == ("Adline → Bidwell",)

    def test_there_and_back_is_one_pair(self) -> None:
        found = shared(
            cookie(),
            cookie("bid", "bids.test", value=shape("b2")),
            sending("https://bids.test/s", shape()),
            sending("https://ads.test/s", shape("b2")),
        )
        assert found.units == ("Adline → Bidwell",)

    def test_a_redirect_that_carries_on_what_it_got_is_sharing(self) -> None:
        found = shared(
            sending("https://ads.test/go", shape(), redirects_to="https://bids.test/in?x="),
            sending("https://bids.test/in", shape(), "x", at_ms=5),
        )
        assert found.units == ("Adline → Bidwell",)

    def test_an_earlier_arrival_does_not_hide_a_redirect(self) -> None:
        found = shared(
            sending("https://bids.test/in", shape(), at_ms=1),
            sending("https://ads.test/go", shape(), redirects_to="https://bids.test/in", at_ms=3),
            sending("https://bids.test/in", shape(), at_ms=5),
        )
        assert found.units == ("Adline → Bidwell",)

    def test_a_site_of_a_file_server_shares_like_any_other(self) -> None:
        url = "https://cdn.test/"
        own = cookie("member", "cdn.test", url=url)
        page = Visit(
            url=url,
            at=AT,
            cookies=(own,),
            requests=(sending("https://ads.test/p", shape()),),
        )
        found = detect_identifier_sharing(seen(observation(page)))
        assert found.units == ("Fastly Files → Adline",)

    def test_the_sites_own_identifier_counts_where_it_reaches_a_tracker(self) -> None:
        own = cookie("member", "shop.test", url=PAGE)
        assert shared(own, sending("https://ads.test/p", shape())).units == ("Shop → Adline",)
        assert shared(own, sending("https://chat.test/p", shape())).outcome is Outcome.ABSENT
        assert shared(own, sending("https://shop.test/p", shape())).outcome is Outcome.ABSENT

    def test_a_value_of_one_visit_is_known_again_in_another(self) -> None:
        later = visit(sending("https://bids.test/s", shape()))
        sight = seen(observation(keeping(cookie()), later))
        assert detect_identifier_sharing(sight).units == ("Adline → Bidwell",)

    @pytest.mark.parametrize(
        "items",
        [
            (cookie(), sending("https://px.ads.test/hit", shape())),
            (cookie(), sending("https://bids.test/s", shape("other"))),
            (cookie(value=shape(bits=20)), sending("https://bids.test/s", shape(bits=20))),
            (cookie(), sending("https://cdn.test/file", shape())),
            (cookie(domain="cdn.test"), sending("https://ads.test/file", shape())),
            (
                cookie("euconsent-v2", "shop.test", url=PAGE),
                sending("https://ads.test/bid", shape(), "cs"),
            ),
            (
                cookie("tc", "shop.test", url=PAGE),
                sending("https://ads.test/bid", shape(), "gdpr_consent"),
            ),
            (
                cookie("basket", "shop.test", url=PAGE, lifetime_s=None),
                sending("https://ads.test/bid", shape()),
            ),
            (
                entry("basket", "https://shop.test", value=shape("all", parts=["item"])),
                sending("https://ads.test/bid", shape("item")),
            ),
            (
                sending("https://ads.test/go", shape(), redirects_to="https://bids.test/in"),
                sending("https://bids.test/in", shape("fresh")),
            ),
            (
                sending(
                    "https://ads.test/go", shape(), redirects_to="https://bids.test/in", at_ms=9
                ),
                sending("https://bids.test/in", shape(), at_ms=1),
            ),
            (sending("https://ads.test/hit", shape()), sending("https://bids.test/hit", shape())),
        ],
        ids=[
            "own setter",
            "another value",
            "low entropy",
            "to a file server",
            "of a file server",
            "consent cookie",
            "consent parameter",
            "own session",
            "piece of own basket",
            "redirect without it",
            "redirect the other way",
            "same value to two, kept by none",
        ],
    )
    def test_near_misses_are_silent(self, items: tuple[SetCookie | StorageWrite | Request]) -> None:
        assert shared(*items).outcome is Outcome.ABSENT

    def test_services_of_one_company_share_nothing(self) -> None:
        found = shared(cookie(domain="stats.test"), sending("https://tags.test/t", shape()))
        assert found.outcome is Outcome.ABSENT

    def test_a_disguised_collector_is_somebody_else(self) -> None:
        statly = Entity("Statly", "Statly", (Category.ANALYTICS,))
        record = observation(
            keeping(cookie(), requests=(sending("https://shop.test/st/collect", shape()),))
        )
        sight = seen(record, proxies={"/st/collect": statly})
        assert detect_identifier_sharing(sight).units == ("Adline → Statly",)

    def test_odd_addresses_are_nobodys(self) -> None:
        found = shared(cookie(), sending("", shape()), sending("https://[::1", shape()))
        assert found.outcome is Outcome.ABSENT

    def test_without_a_look_at_requests_it_is_unknown(self) -> None:
        runs = visit(request("https://shop.test/app.js"))
        sight = seen(observation(runs, watched=[Watched.COOKIES, Watched.STORAGE]))
        assert detect_identifier_sharing(sight).outcome is Outcome.UNDETERMINED
