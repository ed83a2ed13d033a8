"""Block lists: which requests a list has, in every syntax, with and without the whole engine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.site.record.observation import ResourceType
from assistant.site.who.blocklists import FilterLists, MakeEngine, NamedList, adblock_engine
from assistant.site.who.filters import ALL, bit_of
from assistant.site.who.listing import MOST_RULES, NotAList, Syntax, parse_list
from tests.site.records import PAGE, request

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FILTERS = """[Adblock Plus 2.0]
! Title: Invented
! Version: 202611201030
! a comment
||ads.test^
||stats.test^$third-party
||pixel.test^$image,third-party
||noscript.test^$~script
||own.test^$~third-party
||window.test^$popup
||odd.test^$third-party,newoption
||twice.test^$script
||twice.test^$image
||good.ads.test^$script,domain=other.test
@@||fine.ads.test^
@@||stats.test^$xmlhttprequest
@@||ads.test/needed.js$script
/collect?*&id=
shop.test##.banner
||ADS-UPPER.test^
||bücher.test^
"""


def lists(text: str, engine: MakeEngine | None = None, name: str = "Invented") -> FilterLists:
    content = parse_list(text, disconnect_categories=("Advertising", "Analytics"))
    return FilterLists([NamedList(name, content)], engine=engine)


def has(
    asked: FilterLists, url: str, kind: ResourceType = ResourceType.SCRIPT, *, page: str = PAGE
) -> bool:
    return asked.listed(request(url, kind), page) is not None


@pytest.fixture
def engine() -> MakeEngine:
    found = adblock_engine()
    assert found, "the extra `test` installs adblock"
    return found


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("https://ads.test/a.js", ResourceType.SCRIPT, True),
        ("wss://deep.below.ads.test/", ResourceType.WEBSOCKET, True),
        ("https://ads.test./a.js", ResourceType.SCRIPT, True),
        ("https://ADS.test:8443/a.js", ResourceType.PING, True),
        ("https://notads.test/a.js", ResourceType.SCRIPT, False),
        ("https://ads.test.other.test/a.js", ResourceType.SCRIPT, False),
        ("https://other.test/?u=https://ads.test/", ResourceType.SCRIPT, False),
        ("https://ads-upper.test/", ResourceType.SCRIPT, True),
        ("https://bücher.test/", ResourceType.SCRIPT, True),
        ("https://xn--bcher-kva.test/", ResourceType.SCRIPT, True),
        ("https://stats.test/", ResourceType.IMAGE, True),
        ("https://stats.test/", ResourceType.XMLHTTPREQUEST, False),
        ("https://pixel.test/1.gif", ResourceType.IMAGE, True),
        ("https://pixel.test/1.js", ResourceType.SCRIPT, False),
        ("https://noscript.test/1.js", ResourceType.SCRIPT, False),
        ("https://noscript.test/1.css", ResourceType.STYLESHEET, True),
        ("https://own.test/", ResourceType.SCRIPT, False),
        ("https://window.test/", ResourceType.SCRIPT, False),
        ("https://twice.test/", ResourceType.SCRIPT, True),
        ("https://twice.test/", ResourceType.IMAGE, True),
        ("https://twice.test/", ResourceType.FONT, False),
        ("https://fine.ads.test/", ResourceType.SCRIPT, False),
        ("https://very.fine.ads.test/", ResourceType.SCRIPT, False),
        ("data:text/plain,ads.test", ResourceType.IMAGE, False),
        ("ftp://ads.test/", ResourceType.OTHER, False),
        ("https://", ResourceType.SCRIPT, False),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_rules_that_name_a_domain(
    engine: MakeEngine, url: str, kind: ResourceType, expected: bool, whole: bool
) -> None:
    assert has(lists(FILTERS, engine if whole else None), url, kind) is expected


def test_a_request_to_the_own_site_is_not_looked_up() -> None:
    asked = lists(FILTERS)

    assert not has(asked, "https://cdn.ads.test/a.js", page="https://www.ads.test/")
    assert has(asked, "https://cdn.ads.test/a.js", page="")


def test_what_the_domains_do_not_know_is_left_to_the_engine(engine: MakeEngine) -> None:
    url = "https://unlisted.test/collect?x=&id="
    without, whole = lists(FILTERS), lists(FILTERS, engine)

    assert not has(without, url)
    assert has(whole, url)
    assert not has(whole, "https://unlisted.test/collect?x=")
    assert without.facts(NOW)[0].rules_unasked == 4
    assert whole.facts(NOW)[0].rules_unasked == 0


def test_an_exception_for_a_path_needs_the_engine(engine: MakeEngine) -> None:
    """Without it, the domain is on the list and the exception is not known."""
    without, whole = lists(FILTERS), lists(FILTERS, engine)

    assert has(without, "https://ads.test/needed.js")
    assert not has(whole, "https://ads.test/needed.js")
    assert has(whole, "https://ads.test/other.js")
    assert has(whole, "https://deep.ads.test/other.js")


def test_a_cancelled_rule_counts_for_nothing(engine: MakeEngine) -> None:
    text = "||ads.test^$script\n||stats.test^\n||ads.test^$script,badfilter\n"

    for asked in (lists(text), lists(text, engine)):
        assert not has(asked, "https://ads.test/a.js")
        assert has(asked, "https://stats.test/a.js")


def test_the_engine_is_made_once_and_only_when_it_is_needed(engine: MakeEngine) -> None:
    made: list[int] = []

    def counted(rules: object) -> object:
        made.append(1)
        return engine(rules)  # type: ignore[arg-type]

    asked = lists(FILTERS.replace("@@||ads.test/needed.js$script\n", ""), counted)  # type: ignore[arg-type]
    assert has(asked, "https://ads.test/a.js")
    assert not made
    for _ in range(3):
        assert has(asked, "https://unlisted.test/collect?x=&id=")
    assert made == [1]


def test_the_first_list_that_has_it_is_named() -> None:
    asked = FilterLists(
        [
            NamedList("One", parse_list("||ads.test^\n@@||stats.test^\n")),
            NamedList("Two", parse_list("||stats.test^\n||ads.test^\n")),
        ]
    )

    def named(host: str) -> str | None:
        return asked.listed(request(f"https://{host}/"), PAGE)

    assert (named("ads.test"), named("stats.test"), named("else.test")) == ("One", "Two", None)
    assert FilterLists(()).listed(request("https://ads.test/"), PAGE) is None


def test_facts_tell_rules_and_age() -> None:
    content = parse_list(FILTERS)
    made = NOW - timedelta(days=3, hours=5)
    asked = FilterLists(
        [
            NamedList("Dated", content, made),
            NamedList("Undated", content),
            NamedList("Ahead", content, NOW + timedelta(days=2)),
        ]
    )

    facts = asked.facts(NOW)
    assert [fact.age_days for fact in facts] == [3, None, 0]
    assert {fact.rules for fact in facts} == {16}
    assert content.title == "Invented"
    assert content.made == datetime(2026, 11, 20, tzinfo=UTC)


def test_a_date_that_nobody_filled_in_is_no_date() -> None:
    head = "[Adblock Plus 2.0]\n! Last modified: {}\n||ads.test^\n"

    assert parse_list(head.format("%timestamp%")).version == ""
    assert parse_list(head.format("31 Feb 2026 10:00 UTC")).made is None
    assert parse_list(head.format("07 Nov 2026 10:00 UTC")).made == datetime(
        2026, 11, 7, 10, 0, tzinfo=UTC
    )


def test_hosts_files_mean_the_host_itself() -> None:
    text = (
        "# hosts\n127.0.0.1 localhost\n::1 ip6-loopback\n"
        "0.0.0.0 t.ads.test # tracker\n0.0.0.0\tx.test\n"
    )
    asked = lists(text)

    assert parse_list(text).syntax is Syntax.HOSTS
    assert parse_list(text).rules == 2
    assert has(asked, "https://t.ads.test/")
    assert not has(asked, "https://ads.test/")
    assert not has(asked, "https://below.t.ads.test/")


def test_a_list_of_bare_domains() -> None:
    asked = lists("# trackers\nads.test\nstats.test\n\nbücher.test\nnot a domain\n")

    assert has(asked, "https://a.ads.test/")
    assert has(asked, "https://xn--bcher-kva.test/")
    assert not has(asked, "https://shop-assets.test/")


def test_disconnect_counts_the_categories_that_follow_people() -> None:
    text = json.dumps(
        {
            "license": "not ours",
            "categories": {
                "Advertising": [
                    {"Adline": {"https://adline.test/": ["ads.test", 7], "performance": "true"}},
                    "odd",
                ],
                "Content": [{"Pictures": {"https://pictures.test/": ["pictures.test"]}}],
                "Analytics": "odd",
            },
        }
    )
    asked = lists(text)

    assert has(asked, "https://t.ads.test/")
    assert not has(asked, "https://pictures.test/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n! only comments\n",
        "<!DOCTYPE html><html><body>\n||ads.test^\n</body></html>",
        "{",
        "{}",
        '{"categories": []}',
        '{"categories": {"Advertising": []}}',
        '{"a":' * 100_000,
        "[Adblock Plus 2.0]\nshop.test##.banner\n",
        "Notes on what to buy:\n\nmilk\nbread, and salt\n",
        "||ads.test^\n\0",
        "\n".join(f"a{n}.test" for n in range(MOST_RULES + 1)),
    ],
    ids=range(12),
)
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(NotAList):
        lists(text)


def test_a_rule_without_kinds_means_every_kind() -> None:
    blocked = parse_list(FILTERS).blocked

    assert blocked["ads.test"] == ALL
    assert blocked["pixel.test"] == bit_of(ResourceType.IMAGE)
    assert all(ALL & bit_of(kind) for kind in ResourceType)


def test_hostile_rules_do_not_stop_the_engine(engine: MakeEngine) -> None:
    """The package ends the program over a lone slash."""
    asked = lists("/\n@@/\n||/$script\n*/*\n$ping,third-party\n\ud800\n" + FILTERS, engine)

    for url in ("https://unlisted.test/", "https://unlisted.test/\ud800", "https://a?b#/c\0"):
        assert not has(asked, url)
    assert has(asked, "https://unlisted.test/", ResourceType.PING)


@settings(max_examples=60, deadline=None)
@given(
    rules=st.lists(st.text("|^*$@/.,~=!#[]{}\\ aüt1-:", max_size=24), max_size=20),
    tail=st.text("/?#&=@:[]\\.aü%\0 ", max_size=16),
)
def test_no_text_and_no_address_breaks_it(rules: list[str], tail: str) -> None:
    asked = lists("\n".join(["[Adblock Plus 2.0]", "||ads.test^", *rules]), adblock_engine())

    assert has(asked, "https://unlisted.test" + tail) in (True, False)


HOSTS = (
    *("ads.test", "fine.ads.test", "good.ads.test", "a.stats.test", "pixel.test", "noscript.test"),
    *("own.test", "window.test", "odd.test", "twice.test", "bid.example", "cdn.example"),
)
# The package takes no report on a policy for a request.
_ASKED = [kind for kind in ResourceType if kind is not ResourceType.CSP_REPORT]


@pytest.mark.parametrize("kind", _ASKED)
def test_the_answers_are_those_of_the_whole_engine(engine: MakeEngine, kind: ResourceType) -> None:
    """The engine is given every rule, and asked the same."""
    whole = engine(FILTERS.splitlines())
    asked = lists(FILTERS, engine)
    for host in HOSTS:
        if kind is ResourceType.MAIN_FRAME and host == "a.stats.test":
            continue  # to the package, an exception for one kind is one for the page itself, too
        for path in ("/", "/needed.js", "/collect?a=&id="):
            url = f"https://{host}{path}"
            assert has(asked, url, kind) is whole.blocks(url, PAGE, kind.value), url
