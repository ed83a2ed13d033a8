"""Any line of a list gets an answer, and a well-known host its owner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.site.who.identify import Identified, identify
from assistant.site.who.owners import Category


def test_the_company_behind_a_host_is_named() -> None:
    assert identify("www.googletagmanager.com") == Identified(
        host="www.googletagmanager.com",
        registrable_domain="googletagmanager.com",
        owner="Google",
        category=Category.TAG_MANAGER,
    )


@pytest.mark.parametrize(
    "line",
    [
        "connect.facebook.net",
        "  CONNECT.Facebook.net.\n",
        "connect.facebook.net:443",
        "https://connect.facebook.net/en_US/fbevents.js?v=1#x",
        "HTTP://user:secret@connect.facebook.net:8080/",
        "//connect.facebook.net/x",
        "connect.facebook.net/tr?u=https://shop.test:80/",
    ],
)
def test_a_host_is_read_however_it_is_written(line: str) -> None:
    found = identify(line)
    assert found.host == line.strip()
    assert (found.registrable_domain, found.owner) == ("facebook.net", "Meta")


def test_a_host_that_nobody_knows_has_a_domain_and_no_owner() -> None:
    assert identify("www.shop.test") == Identified(
        host="www.shop.test", registrable_domain="shop.test"
    )


def test_a_host_in_another_script_is_echoed_as_written() -> None:
    found = identify("www.bücher.example")
    assert (found.host, found.registrable_domain) == ("www.bücher.example", "xn--bcher-kva.example")


def test_a_platform_is_named_for_the_hosts_that_it_lends() -> None:
    found = identify("somebody.blogspot.com")
    assert (found.registrable_domain, found.owner) == ("somebody.blogspot.com", "Blogger")


@pytest.mark.parametrize("line", ["192.0.2.7", "192.0.2.7:80", "2001:db8::1", "[2001:db8::1]:443"])
def test_an_address_in_numbers_stands_for_itself(line: str) -> None:
    found = identify(line)
    assert found.registrable_domain in {"192.0.2.7", "2001:db8::1"}
    assert found.owner is None


@pytest.mark.parametrize(
    "line",
    [
        *("", "   ", "not a host", "a..b", "-", "https://", "http://[bad", "x" * 300, "*.example"),
        *("mailto:a@b.example", "a@b.example", "javascript:alert(1)", "data:,x", "\x00", "…", "{}"),
        *("ftp://a.example/", "%00.example", "a" * 64 + ".example", "[::1"),
    ],
)
def test_garbage_has_no_domain(line: str) -> None:
    assert identify(line) == Identified(host=line.strip())


@given(st.text())
def test_no_line_crashes(line: str) -> None:
    assert identify(line).host == line.strip()
