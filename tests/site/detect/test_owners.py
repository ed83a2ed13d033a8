"""Who is told to follow people, each company once and for the worst it does."""

from __future__ import annotations

import pytest

from assistant.report import NetworkRequest, Outcome
from assistant.site.detect.owners import (
    detect_ad_trackers,
    detect_analytics,
    detect_data_brokers,
)
from assistant.site.record.observation import Request, ResourceType
from assistant.site.who.owners import Category, Entity
from tests.site.records import OWNERS, observation, request, seen, served, visit

ALL = (detect_ad_trackers, detect_analytics, detect_data_brokers)


def page(*urls: str, **more: object) -> Request:
    return visit(*(request(url, ResourceType.IMAGE) for url in urls), **more)


def test_each_company_has_one_rule_by_its_worst() -> None:
    sight = seen(
        observation(
            page(
                "https://ads.test/a.gif",
                "https://px.ads.test/b.gif",
                "https://social.test/like",
                "https://stats.test/hit",
                "https://tags.test/tag.js",
                "https://broker.test/x",
            )
        )
    )
    assert detect_ad_trackers(sight).units == ("Adline", "Friendo")
    assert detect_analytics(sight).units == ("Statly",)
    assert detect_data_brokers(sight).units == ("Broker & Sons",)
    assert all(detector(sight).outcome is Outcome.PRESENT for detector in ALL)


def test_services_of_one_company_are_all_told_as_evidence() -> None:
    found = detect_analytics(
        seen(
            observation(
                page("https://stats.test/hit", "https://tags.test/t", "https://tags.test/u")
            )
        )
    )
    assert found.units == ("Statly",)
    told = [piece.what for piece in found.evidence if isinstance(piece, NetworkRequest)]
    assert told == ["Statly", "Tagman"]


def test_a_company_with_advertising_and_analytics_counts_as_advertiser_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    adline_stats = Entity("Adline Stats", "Adline", (Category.ANALYTICS,))
    monkeypatch.setitem(OWNERS, "adstats.test", adline_stats)  # type: ignore[arg-type]
    stats, ads = "https://adstats.test/hit", "https://ads.test/a.gif"
    for sight in (seen(observation(page(stats, ads))), seen(observation(page(ads, stats)))):
        assert detect_ad_trackers(sight).units == ("Adline",)
        assert detect_analytics(sight).outcome is Outcome.ABSENT


def test_a_host_that_only_a_block_list_has_counts_by_its_domain() -> None:
    record = observation(page("https://a.unknown.test/p.gif", "https://b.unknown.test/q.gif"))
    assert detect_analytics(seen(record, listed=["unknown.test"])).units == ("unknown.test",)
    assert detect_ad_trackers(seen(record)).outcome is Outcome.ABSENT


def test_the_sites_own_hosts_and_those_that_only_serve_it_are_silent() -> None:
    sight = seen(
        observation(
            page(
                "https://www.shop.test/logo.png",
                "https://shop-assets.test/logo.png",
                "https://cdn.test/jquery.js",
                "https://consent.test/banner.js",
                "https://chat.test/box.js",
                "https://unknown.test/x.js",
            )
        )
    )
    assert all(detector(sight).outcome is Outcome.ABSENT for detector in ALL)


def test_recorders_and_makers_of_fingerprints_are_told_by_what_they_do() -> None:
    sight = seen(observation(page("https://replay.test/r.js", "https://print.test/p.js")))
    assert all(detector(sight).outcome is Outcome.ABSENT for detector in ALL)


def test_a_tracker_under_the_sites_own_name_is_a_tracker() -> None:
    record = observation(page("https://metrics.shop.test/hit"))
    sight = seen(record, cnames={"metrics.shop.test": "shop.stats.test"})
    assert detect_analytics(sight).units == ("Statly",)


def test_what_a_blocker_stopped_was_tried_all_the_same() -> None:
    record = observation(visit(request("https://ads.test/a.js", blocked=True)))
    assert detect_ad_trackers(seen(record)).units == ("Adline",)


@pytest.mark.parametrize("url", ["", "data:image/gif;base64,R0", "https://[::1", "https:///x"])
def test_addresses_that_nobody_answers_are_nobody(url: str) -> None:
    sight = seen(observation(page(url)), listed=["gif", "x"])
    assert all(detector(sight).outcome is Outcome.ABSENT for detector in ALL)


def test_what_was_not_watched_is_unknown_unless_the_page_runs_nothing() -> None:
    runs = seen(served(visit(request("https://www.shop.test/app.js"))))
    plain = seen(served(visit(request("https://www.shop.test/a.png", ResourceType.IMAGE))))
    assert all(detector(runs).outcome is Outcome.UNDETERMINED for detector in ALL)
    assert all(detector(plain).outcome is Outcome.ABSENT for detector in ALL)


def test_nothing_there_is_absent() -> None:
    assert all(detector(seen(observation())).outcome is Outcome.ABSENT for detector in ALL)
