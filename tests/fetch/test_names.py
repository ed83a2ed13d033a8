"""Where names lead to, without asking any real resolver."""

from __future__ import annotations

import threading
import time

import pytest

from assistant.fetch.names import MAX_HOSTS, canonical_name, canonical_names

RECORDS = {
    "metrics.shop.test": "shop.collector.test",
    "www.shop.test": "www.shop.test",
    "loud.shop.test": "EDGE.Collector.Test.",
    "odd.shop.test": "not a name",
}


class Resolver:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, host: str) -> str:
        self.asked.append(host)
        if host not in RECORDS:
            raise OSError("unknown")
        return RECORDS[host]


@pytest.mark.parametrize(
    ("host", "leads_to"),
    [
        ("metrics.shop.test", "shop.collector.test"),
        ("METRICS.shop.test.", "shop.collector.test"),
        ("www.shop.test", "www.shop.test"),
        ("loud.shop.test", "edge.collector.test"),
        ("odd.shop.test", None),
        ("unknown.shop.test", None),
    ],
)
def test_a_name_leads_to_its_canonical_name(host: str, leads_to: str | None) -> None:
    assert canonical_name(host, timeout_s=5, look_up=Resolver()) == leads_to


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1", "::1", "[::1]", "printer", "a b.test", "ü.test", "a..b", "x" * 300]
)
def test_what_is_no_name_is_not_asked_for(host: str) -> None:
    resolver = Resolver()
    assert canonical_name(host, timeout_s=5, look_up=resolver) is None
    assert resolver.asked == []


def test_names_are_looked_up_once_each_and_the_unknown_are_left_out() -> None:
    resolver = Resolver()
    hosts = ["metrics.shop.test", "unknown.shop.test", "metrics.shop.test", "www.shop.test"]
    assert canonical_names(hosts, timeout_s=5, look_up=resolver) == {
        "metrics.shop.test": "shop.collector.test",
        "www.shop.test": "www.shop.test",
    }
    assert sorted(resolver.asked) == ["metrics.shop.test", "unknown.shop.test", "www.shop.test"]


def test_no_more_than_twenty_are_asked_for() -> None:
    resolver = Resolver()
    canonical_names([f"h{n}.shop.test" for n in range(100)], timeout_s=5, look_up=resolver)
    assert len(resolver.asked) == MAX_HOSTS == 20


def test_a_resolver_that_hangs_costs_the_time_limit_once_and_loses_its_own_names_only() -> None:
    stop = threading.Event()

    def hang(host: str) -> str:
        if host.startswith("slow"):
            stop.wait(30)
        return "edge.collector.test"

    hosts = [*(f"slow{n}.shop.test" for n in range(5)), "quick.shop.test"]
    began_s = time.monotonic()
    try:
        found = canonical_names(hosts, timeout_s=1, look_up=hang)
    finally:
        stop.set()
    assert found == {"quick.shop.test": "edge.collector.test"}
    assert time.monotonic() - began_s < 10


def test_they_are_looked_up_at_the_same_time() -> None:
    together = threading.Barrier(4)

    def meet(host: str) -> str:
        together.wait(10)
        return host

    hosts = [f"h{n}.shop.test" for n in range(4)]
    assert len(canonical_names(hosts, timeout_s=10, look_up=meet)) == 4
