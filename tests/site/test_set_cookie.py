"""Set-Cookie headers as browsers keep them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.site.markup.set_cookie import MAX_LIFETIME_S, read_set_cookie
from assistant.site.record.observation import SetCookie
from assistant.site.record.shapes import Shaper

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
DAY_S = 86_400


def read(header: str, url: str = "https://www.shop.test/lamps?u=marked") -> SetCookie | None:
    return read_set_cookie(header, url=url, now=NOW, shaper=Shaper())


def test_a_cookie_is_told_with_its_attributes_and_without_its_value() -> None:
    cookie = read(
        "id=marked-value; Max-Age=86400; Domain=.shop.test; Path=/a; secure; HttpOnly;"
        " SameSite=None; Partitioned"
    )
    assert cookie is not None
    assert (cookie.name, cookie.domain, cookie.path) == ("id", "shop.test", "/a")
    assert (cookie.lifetime_s, cookie.same_site) == (DAY_S, "None")
    assert cookie.secure
    assert cookie.http_only
    assert cookie.partitioned
    assert cookie.value.length == len("marked-value")
    assert "marked" not in str(cookie)


def test_a_bare_cookie_is_the_hosts_own_and_lasts_for_the_session() -> None:
    cookie = read("id=1")
    assert cookie is not None
    assert (cookie.domain, cookie.lifetime_s, cookie.same_site) == ("www.shop.test", None, None)
    assert not (cookie.secure or cookie.http_only or cookie.partitioned)


@pytest.mark.parametrize(
    ("attributes", "lifetime_s"),
    [
        ("Expires=Sat, 28 Nov 2026 10:00:00 GMT", DAY_S),
        ("expires=Sat, 28-Nov-2026 10:00:00 GMT", DAY_S),
        ("Expires=Sat, 28 Nov 2026 10:00:00 GMT; Max-Age=60", 60),
        ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("Max-Age=" + "9" * 5_000, MAX_LIFETIME_S),
        ("Expires=Fri, 31 Dec 9999 23:59:59 GMT", MAX_LIFETIME_S),
        ("Expires=never", None),
        ("Expires=Wed, 99 Jun 99999999999 10:18:14 GMT", None),
        ("Max-Age=soon", None),
        ("Max-Age=²", None),
        ("Max-Age=", None),
    ],
)
def test_lifetimes(attributes: str, lifetime_s: float | None) -> None:
    cookie = read(f"id=1; {attributes}")
    assert cookie is not None
    assert cookie.lifetime_s == lifetime_s


@pytest.mark.parametrize(
    "header",
    [
        "",
        ";",
        "=",
        "; Secure",
        "id=" + "x" * 5_000,
        "id=1; Max-Age=0",
        "id=1; Max-Age=-5",
        "id=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "id=1; Domain=other.test",
        "id=1; Domain=op.test",
        "id=1; Domain=test",
        "id=1; Domain=deeper.www.shop.test",
    ],
)
def test_what_no_browser_keeps_is_no_cookie(header: str) -> None:
    assert read(header) is None


def test_nobody_sets_a_cookie_for_a_whole_suffix() -> None:
    assert read("id=1; Domain=co.uk", "https://shop.co.uk/") is None
    assert read("id=1; Domain=github.io", "https://shop.github.io/") is None
    assert read("id=1; Domain=shop.co.uk", "https://www.shop.co.uk/") is not None


def test_a_cookie_without_a_name_counts() -> None:
    cookie = read("justavalue")
    assert cookie is not None
    assert (cookie.name, cookie.value.length) == ("", 10)
