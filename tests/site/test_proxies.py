"""Collectors under a site's own name are known; pages that only look like them are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import InvalidKnowledge
from assistant.site.record.observation import Body, Parameter, Request, ResourceType
from assistant.site.who.owners import Category, Entity
from assistant.site.who.proxies import Collector, ProxyTable, proxy_table
from tests.site.records import shape


def asked(path: str, *names: str, body: tuple[str, ...] = ()) -> Request:
    """A request to the shop itself, with parameters of these names."""
    sent = Body(
        kind="json", size=100, parameters=tuple(Parameter(name=n, value=shape()) for n in body)
    )
    return Request(
        url=f"https://shop.test{path}",
        type=ResourceType.PING,
        query=tuple(Parameter(name=name, value=shape()) for name in names),
        body=sent if body else None,
    )


COLLECTORS = {
    "Google Analytics": asked("/g/collect", "v", "tid", "gtm", "_p"),
    "Google Tag Manager": asked("/metrics/gtm.js", "id"),
    "Facebook": asked("/tr/", "id", "ev", "dl"),
    "Adobe Experience Cloud": asked("/b/ss/shopglobal/1/JS-2.22.0/s1234"),
    "Segment": asked("/v1/t", body=("writeKey", "anonymousId", "event")),
    "Snowplow": asked("/com.snowplowanalytics.snowplow/tp2", body=("schema", "data")),
    "Amplitude Mobile Analytics": asked("/2/httpapi", body=("api_key", "events.event_type")),
    "Mixpanel": asked("/mp/track/", "verbose", "ip", "_", body=("data",)),
    "PostHog": asked("/ingest/i/v0/e/", "ip", "_", "ver", "compression"),
    "FullStory": asked("/rec/bundle", "OrgId", "UserId", "SessionId"),
    "Plausible": asked("/api/event", body=("n", "u", "d", "r")),
    "Heap": asked("/h", "a", "u", "v", "s", "b", "tv"),
    "ContentSquare": asked("/v2/pageview", "pid", "uu", "sn", "pn"),
    "Datadog RUM": asked("/monitor", "ddforward"),
    "Yandex Metrica": asked("/watch/12345", "page-url", "browser-info"),
    "Tealium": asked("/utag/shop/main/prod/utag.js"),
    "Cloudflare Web Analytics": asked("/cdn-cgi/rum"),
    "Vercel Analytics": asked("/_vercel/insights/view"),
}


@pytest.mark.parametrize("owner", COLLECTORS)
def test_a_collector_is_known_by_path_and_parameters(owner: str) -> None:
    entity = proxy_table().owner_of(COLLECTORS[owner])
    assert entity is not None
    assert entity.name == owner


def test_names_that_stand_in_the_address_count() -> None:
    request = Request(url="https://shop.test/g/collect?v=&tid=&en", type=ResourceType.PING)
    entity = proxy_table().owner_of(request)
    assert entity is not None
    assert entity.company == "Google"


@pytest.mark.parametrize(
    "request_",
    [
        asked("/collect", "order"),
        asked("/g/collect"),
        asked("/g/collect", "v"),
        asked("/big/collection", "v", "tid"),
        asked("/tr/", "id"),
        asked("/tr/schuhe", "id", "ev"),
        asked("/gtm.js"),
        asked("/track/", "order", "ip"),
        asked("/v1/t", body=("event",)),
        asked("/rec/bundle", "page"),
        asked("/api/event", body=("name", "date")),
        asked("/blog/b/ss/"),
        asked("/e/", "page"),
        asked("/h", "a"),
        asked("/matomo.php", "idsite", "rec", "action_name", "_id"),
        asked("/piwik.php", "idsite", "rec"),
        asked("/"),
        asked(""),
    ],
)
def test_a_page_of_the_site_itself_stays_silent(request_: Request) -> None:
    assert proxy_table().owner_of(request_) is None


@pytest.mark.parametrize(
    "url", ["", "https://[bad/g/collect", "data:,x", "https://shop.test/" + "a/" * 9_999]
)
def test_an_odd_address_is_nobody_s_collector(url: str) -> None:
    request = Request(url=url, type=ResourceType.PING, query=(Parameter(name="v", value=shape()),))
    assert proxy_table().owner_of(request) is None


def test_a_long_path_hides_no_collector() -> None:
    request = asked("/x" * 50_000 + "/g/collect", "v", "tid")
    entity = proxy_table().owner_of(request)
    assert entity is not None
    assert entity.name == "Google Analytics"


@given(st.text(), st.lists(st.text(max_size=5), max_size=5))
def test_no_request_crashes_the_table(path: str, names: list[str]) -> None:
    found = proxy_table().owner_of(asked(f"/{path}", *names))
    assert found is None or isinstance(found, Entity)


ADS = Entity("Adline", "Adline", (Category.ADVERTISING,))


def test_a_collector_of_an_unknown_owner_is_refused() -> None:
    with pytest.raises(InvalidKnowledge, match="no service Nobody"):
        ProxyTable([Collector(owner="Nobody", path="x")], {"Adline": ADS})


def test_a_path_that_is_no_pattern_is_refused() -> None:
    with pytest.raises(InvalidKnowledge, match="x\\("):
        ProxyTable([Collector(owner="Adline", path="x(")], {"Adline": ADS})
