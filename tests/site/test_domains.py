"""Hosts and registrable domains are those that a browser would tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.site.who.domains import host_of, plain_host, registrable_domain, scheme_of, site_of


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("shop.example", "shop.example"),
        ("a.b.shop.example", "shop.example"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("shop.com.au", "shop.com.au"),
        ("somebody.github.io", "somebody.github.io"),
        ("x.somebody.github.io", "somebody.github.io"),
        ("somebody.blogspot.com", "somebody.blogspot.com"),
        ("d111.cloudfront.net", "d111.cloudfront.net"),
        ("www.xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a.b.nosuchsuffix", "b.nosuchsuffix"),
        ("com", "com"),
        ("co.uk", "co.uk"),
        ("github.io", "github.io"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_host_has_its_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.Example/Path", "shop.example"),
        ("https://shop.example.:8443/", "shop.example"),
        ("https://user:secret@shop.example/", "shop.example"),
        ("wss://shop.example/live", "shop.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("http://192.0.2.1:80/", "192.0.2.1"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
        ("data:text/html,x", ""),
        ("blob:https://shop.example/1", ""),
        ("about:blank", ""),
        ("shop.example", ""),
        ("https://", ""),
        ("https://[bad/", ""),
        ("https://a b.example/", ""),
        ("https://" + "a." * 200 + "example/", ""),
        ("", ""),
    ],
)
def test_an_address_has_its_host(url: str, host: str) -> None:
    assert host_of(url) == host


def test_the_site_of_an_address_is_its_registrable_domain() -> None:
    assert site_of("https://a.shop.co.uk/x") == "shop.co.uk"
    assert site_of("mailto:a@shop.example") == ""
    assert scheme_of("HTTPS://shop.example/") == "https"


@given(st.text())
def test_no_text_crashes(text: str) -> None:
    host = plain_host(text)
    assert host == plain_host(host)
    if host:
        assert host.endswith(registrable_domain(host).lstrip("."))
    assert isinstance(site_of(text), str)
    assert isinstance(site_of(f"https://{text}"), str)
