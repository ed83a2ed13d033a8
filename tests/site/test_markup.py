"""What a page's HTML makes a browser ask for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.site.markup.html import MAX_REQUESTS_PER_SITE, Markup, read_markup, read_refresh
from assistant.site.record.observation import ResourceType
from assistant.site.record.shapes import Shaper
from assistant.site.who.domains import host_of
from tests.site.planted import PLANTS, clean_page, planted_page

PAGE = "https://shop.test/lamps/?page=2"
T = ResourceType


def read(html: str, *, link_header: str = "", upgrade: bool = False) -> Markup:
    return read_markup(html, PAGE, Shaper(), link_header=link_header, upgrade=upgrade)


def asked(html: str) -> list[tuple[ResourceType, str]]:
    return [(request.type, request.url) for request in read(html).requests]


def test_planted_third_parties_are_all_found_as_what_they_are() -> None:
    found = read(planted_page())
    assert {(host_of(r.url), r.type) for r in found.requests} == {
        (plant.host, plant.type) for plant in PLANTS
    }
    assert {r.initiator for r in found.requests} == {"https://shop.test/lamps/?page="}
    assert len(found.scripts) == 4


def test_the_clean_twin_asks_for_its_own_picture_only() -> None:
    assert read(clean_page()) == Markup(requests=read('<img src="/lamp.png">').requests)
    assert asked(clean_page()) == [(T.IMAGE, "https://shop.test/lamp.png")]


@pytest.mark.parametrize(
    ("html", "type", "url"),
    [
        ("<script src=//t.test/a.js></script>", T.SCRIPT, "https://t.test/a.js"),
        ("<svg><script href=//t.test/a.js></script></svg>", T.SCRIPT, "https://t.test/a.js"),
        ("<iframe src=//t.test/f></iframe>", T.SUB_FRAME, "https://t.test/f"),
        ("<img src=//t.test/i.png loading=lazy>", T.IMAGE, "https://t.test/i.png"),
        ("<picture><source srcset='//t.test/i 2x'></picture>", T.IMAGE, "https://t.test/i"),
        ("<video src=//t.test/v.mp4></video>", T.MEDIA, "https://t.test/v.mp4"),
        ("<audio><source src=//t.test/a.ogg></audio>", T.MEDIA, "https://t.test/a.ogg"),
        ("<video poster=//t.test/p.jpg></video>", T.IMAGE, "https://t.test/p.jpg"),
        ("<object data=//t.test/o></object>", T.OBJECT, "https://t.test/o"),
        ("<embed src=//t.test/e>", T.OBJECT, "https://t.test/e"),
        ("<link rel='Stylesheet' href=//t.test/s.css>", T.STYLESHEET, "https://t.test/s.css"),
        ("<link rel=preload as=font href=//t.test/f>", T.FONT, "https://t.test/f"),
        ("<link rel=modulepreload href=//t.test/m.js>", T.SCRIPT, "https://t.test/m.js"),
        ("<link rel=preconnect href=//t.test>", T.OTHER, "https://t.test"),
        ("<link rel=dns-prefetch href=//t.test>", T.OTHER, "https://t.test"),
        ("<style>@import '//t.test/a.css';</style>", T.STYLESHEET, "https://t.test/a.css"),
        ("<style>@import url(//t.test/a.css);</style>", T.STYLESHEET, "https://t.test/a.css"),
        ("<style>@font-face{src:url(//t.test/a.woff2)}</style>", T.FONT, "https://t.test/a.woff2"),
        ("<p style='background:url(//t.test/b.png)'>", T.IMAGE, "https://t.test/b.png"),
        ("<base href=https://cdn.test/x/><img src=i.png>", T.IMAGE, "https://cdn.test/x/i.png"),
        (
            "<iframe srcdoc='&lt;img src=//t.test/i.gif&gt;'></iframe>",
            T.IMAGE,
            "https://t.test/i.gif",
        ),
        ("<form action=http://t.test/login method=post>", T.OTHER, "http://t.test/login"),
        ("<img src='https:\\\\t.test\\i.png'>", T.IMAGE, "https://t.test/i.png"),
        ("<img src='ht\ntps:///t.test/i.png'>", T.IMAGE, "https://t.test/i.png"),
        ("<img src='//u:pw@t.test/i.png#f'>", T.IMAGE, "https://t.test/i.png"),
        (
            "<template shadowrootmode=open><img src=//t.test/i></template>",
            T.IMAGE,
            "https://t.test/i",
        ),
    ],
)
def test_each_element_asks_for_its_address(html: str, type: ResourceType, url: str) -> None:
    assert asked(html) == [(type, url)]


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n ",
        "no markup at all",
        "<noscript><img src=//t.test/i.png></noscript>",
        "<template><img src=//t.test/i.png></template>",
        "<!-- <img src=//t.test/i.png> -->",
        "<textarea><img src=//t.test/i.png></textarea>",
        "<script>load('//t.test/i.png'); x = '<img src=//t.test/i.png>'</script>",
        "<script type=text/plain src=//t.test/a.js></script>",
        "<script nomodule src=//t.test/a.js></script>",
        "<img data-src=//t.test/i.png>",
        "<img src=''><img src='  '><img src='#top'><img>",
        "<img src='data:image/png;base64,AAAA'><img src='javascript:alert(1)'><img src=blob:x>",
        "<img src='http://['><img src='https://'><img src='https://a b/'><img src=x-y:z>",
        "<a href=//t.test/>away</a><link rel=canonical href=//t.test/><a ping=//t.test/p>",
        "<form action=https://t.test/login method=post>",
        "<style>/* url(//t.test/i.png) */</style>",
    ],
)
def test_what_no_browser_asks_for_is_not_counted(html: str) -> None:
    assert asked(html) == []


@pytest.mark.parametrize(
    "before",
    [
        "<noscript><div></noscript>",
        "<noscript><style></noscript>",
        "<noscript><!--</noscript>",
        "<!-- <noscript> -->",
        "<a title='<noscript>'>",
        "<script>'<noscript>'</script>",
        "<template><div></template>",
        "<template><b></template></template>",
        "<!-->",
        "<div>" * 3_000,
        "</p></div>" * 3_000,
        "\0",
    ],
)
def test_nothing_in_a_page_hides_what_comes_after_it(before: str) -> None:
    assert asked(f"{before}<img src=//t.test/i.png>") == [(T.IMAGE, "https://t.test/i.png")]


def test_values_of_queries_do_not_enter_the_record() -> None:
    found = read('<img src="//t.test/p?mail=ada@marked.example&id=marked">')
    assert [r.url for r in found.requests] == ["https://t.test/p?mail=&id="]
    assert [p.name for p in found.requests[0].query] == ["mail", "id"]
    scripts = read('<script src="a.js?u=marked"></script><script src="data:marked"></script>')
    assert "marked" not in f"{found}{scripts}"


def test_the_same_address_is_asked_for_once_and_a_set_of_images_once_a_host() -> None:
    assert len(asked("<img src=/i.png>" * 5)) == 1
    sets = "<img src=a.png srcset='a.png 1x, a2.png 2x, //t.test/b.png 3x,//t.test/c.png 4x'>"
    assert [host_of(url) for _, url in asked(sets)] == ["shop.test", "t.test"]


def test_scripts_are_told_as_written_and_code_in_attributes_runs_too() -> None:
    html = "<script src=//t.test/a.js integrity=sha256-x></script><script src=b.js></script>"
    assert [(s.src, s.integrity) for s in read(html).scripts] == [
        ("//t.test/a.js", True),
        ("/b.js", False),
    ]
    for code in ("<script>1</script>", "<body onload=go()>", "<iframe src='javascript:go()'>"):
        assert [s.src for s in read(code).scripts] == [""], code
    assert read("<p>one</p>").scripts == ()


def test_a_page_that_speaks_to_browsers_without_scripts_is_taken_to_have_some() -> None:
    assert read("<noscript>Please switch on JavaScript.</noscript>").scripts


def test_links_of_the_header_are_asked_for() -> None:
    found = read("", link_header='<//t.test/a.css>; rel=preload; as=style, </b>; rel="preconnect"')
    assert [(r.type, r.url) for r in found.requests] == [
        (T.STYLESHEET, "https://t.test/a.css"),
        (T.OTHER, "https://shop.test/b"),
    ]


def test_a_page_that_upgrades_its_requests_makes_no_insecure_one() -> None:
    html = "<img src=http://t.test/i.png>"
    assert asked(html)[0][1] == "http://t.test/i.png"
    assert read(html, upgrade=True).requests[0].url == "https://t.test/i.png"


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/next", "https://shop.test/next"),
        ("1;URL='//t.test/n'", "https://t.test/n"),
        ("0 , url = //t.test/n", "https://t.test/n"),
        ("0.5; //t.test/n", "https://t.test/n"),
        ("300; url=/next", None),
        ("0", None),
        ("0; url=", None),
        ("0; url=/lamps/?page=2#top", None),
        ("0; url=javascript:go()", None),
        ("soon; url=/next", None),
        ("", None),
    ],
)
def test_a_page_may_send_the_browser_on(content: str, target: str | None) -> None:
    assert read_refresh(content, PAGE) == target
    assert read(f'<meta http-equiv="Refresh" content="{content}">').refresh == target


def test_own_images_without_end_leave_room_for_a_stranger_at_the_end() -> None:
    own = "".join(f"<img src=/{n}.png>" for n in range(100_000))
    found = read(f"{own}<script src=//t.test/a.js></script>")
    assert found.requests[-1].url == "https://t.test/a.js"
    assert len(found.requests) == MAX_REQUESTS_PER_SITE + 1
    assert found.dropped == 100_000 - MAX_REQUESTS_PER_SITE


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "</template>" * 200_000,
        "<x>" * 100_000 + "</y>" * 100_000,
        "<noscript>" * 200_000,
        "<template shadowrootmode=open>" * 50_000,
        '<a ="' * 200_000,
        f"<meta http-equiv=refresh content='{' ' * 500_000}'>",
        f"<img srcset='{' ' * 500_000}'>",
        f"<style>{'url(' * 200_000}</style>",
        f"<iframe srcdoc='{'&lt;iframe srcdoc=x&gt;' * 5_000}'>",
    ],
)
def test_hostile_pages_are_read_in_seconds(html: str) -> None:
    began_s = time.monotonic()
    read(html)
    assert time.monotonic() - began_s < 20


@given(st.text("<>/=\"'! \0ascriptnoimgtemplatestyle-urhx:&;()", max_size=300))
def test_no_text_brings_the_reader_down(html: str) -> None:
    for request in read(html + "<img src=//t.test/i.png>").requests:
        assert host_of(request.url)
