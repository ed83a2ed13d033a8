"""How fast a recorded visit is rated and owners are looked up, and what the tables take."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.table import Row, median_s

REQUESTS = 1_000
URLS = 200_000
_SEED = 20_261_127
_TYPES = ("script", "image", "xmlhttprequest", "ping", "sub_frame", "stylesheet")
_PATHS = ("collect?v=&tid=&cid=", "js/app.js", "pixel.gif?id=&ev=", "sync?uid=&partner=", "a.css")


def site_rows(checkout: Path, *, runs: int) -> Iterator[Row]:
    """Every figure of the site job."""
    yield from rating(runs)
    yield from look_ups(runs)
    yield from tables(checkout)


def rating(runs: int) -> Iterator[Row]:
    """A record of a thousand requests, from its JSON to everything a report says."""
    from assistant.site.analyze import Tables, analyze_site
    from assistant.site.record.reading import read_observation
    from assistant.site.who.owners import owner_table
    from assistant.site.who.proxies import proxy_table
    from tests.site.records import StubLists

    data = record(REQUESTS)
    known = Tables(
        owners=owner_table(),
        proxies=proxy_table(),
        lists=StubLists(()),
        lists_used=(),
        cnames_known=True,
    )
    now = datetime.now(UTC)

    def rate() -> None:
        analyze_site(read_observation(data, now=now), known, said=None)

    rate()
    whole = median_s(rate, 4 * runs)
    read = read_observation(data, now=now)
    alone = median_s(lambda: analyze_site(read, known, said=None), 4 * runs)
    loading = median_s(lambda: json.loads(data), 4 * runs)
    yield Row(
        f"rating a record of {REQUESTS:,} requests",
        f"{whole * 1000:.1f} ms",
        "30 ms",
        f"{whole / loading:.0f} × json.loads of it",
    )
    yield Row("… once it is read", f"{alone * 1000:.1f} ms")


def look_ups(runs: int) -> Iterator[Row]:
    """The owner of each of many addresses, beside a filter engine that is asked the same."""
    import adblock

    from assistant.site.who.owners import owner_table

    table = owner_table()
    urls = addresses(URLS)

    def ours() -> None:
        of_url = table.of_url
        for url in urls:
            of_url(url)

    ours()
    seconds = median_s(ours, runs)
    filters = adblock.FilterSet()
    filters.add_filters([f"||{host}^" for host in known_hosts()])
    engine = adblock.Engine(filters)

    def peer() -> None:
        for url in urls[: URLS // 10]:
            engine.check_network_urls(url, "https://shop.example/", "script")

    beside = median_s(peer, runs) * 10
    yield Row(
        "owners of addresses, warm",
        f"{URLS / seconds:,.0f} a second",
        "500,000",
        f"{beside / seconds:.1f} × adblock on the same addresses",
    )


def tables(checkout: Path) -> Iterator[Row]:
    """Loading the tables in a fresh process: seconds, and the memory they stay in."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.loading"],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    told = json.loads(said.stdout)
    yield Row("loading the table of owners", f"{told['owners_ms']:.0f} ms", "150 ms")
    yield Row("… and tldextract with its suffixes", f"{told['suffixes_ms']:.0f} ms")
    yield Row("… memory of both", f"{told['mb']:.0f} MB", "40 MB")


def known_hosts() -> Sequence[str]:
    """Hosts of well-known owners and invented ones, as many of each."""
    known = (
        *("www.google-analytics.com", "stats.g.doubleclick.net", "connect.facebook.net"),
        *("static.hotjar.com", "bat.bing.com", "cdn.segment.com", "ib.adnxs.com", "mc.yandex.ru"),
        *("www.googletagmanager.com", "cdn.jsdelivr.net", "fonts.gstatic.com", "js.stripe.com"),
    )
    return (*known, *(f"host{number}.invented{number % 7}.example" for number in range(12)))


def addresses(count: int) -> list[str]:
    """Addresses as pages load them, always the same."""
    chosen = random.Random(_SEED)
    hosts = known_hosts()
    return [
        f"https://{chosen.choice(hosts)}/{chosen.choice(_PATHS)}#{number}"
        for number in range(count)
    ]


def record(requests: int) -> bytes:
    """The JSON of an observation with cookies and scripts, always the same."""
    chosen = random.Random(_SEED)
    urls = [url.partition("#")[0] for url in addresses(requests)]
    shape = {"id": "0123456789abcdef", "length": 32, "bits": 128.0, "parts": []}
    visit = {
        "url": "https://shop.example/",
        "at": "2026-11-27T10:00:00Z",
        "headers": [{"name": "strict-transport-security", "value": "max-age=31536000"}],
        "requests": [
            {
                "url": url,
                "type": chosen.choice(_TYPES),
                "at_ms": number * 3.0,
                "initiator": "https://shop.example/",
                "status": 200,
                "query": [{"name": "uid", "value": shape | {"id": f"{number % 90:016x}"}}],
            }
            for number, url in enumerate(urls)
        ],
        "cookies": [
            {"name": f"c{number}", "domain": f"host{number % 12}.invented.example", "value": shape}
            for number in range(60)
        ],
        "calls": [
            {"script": urls[number], "calls": {"Navigator.hardwareConcurrency": 1}}
            for number in range(40)
        ],
        "consent": [{"state": "asked", "at_ms": 100.0}],
    }
    watched = ["headers", "requests", "cookies", "storage", "calls", "fields", "consent"]
    return json.dumps(
        {"version": 1, "observer": "extension", "watched": watched, "visits": [visit]}
    ).encode()
