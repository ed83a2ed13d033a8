"""Shapes tell values apart and give none away; addresses lose what is personal."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.site.record import addresses
from assistant.site.record.addresses import LONGEST_URL, bare_url
from assistant.site.record.observation import Shape
from assistant.site.record.shapes import MAX_PARAMETERS, MAX_PARTS, Shaper

KEY = b"one record"
UUID = "550e8400-e29b-41d4-a716-446655440000"
MARK = "xyloPhon7quarz3"


def bits(value: str) -> float:
    return Shaper(KEY).shape(value).bits


@pytest.mark.parametrize(
    "value",
    [
        "",
        "true",
        "FALSE",
        "null",
        "summer",
        "PageView",
        "de",
        "en-US",
        "en-US,en;q=0.9,de;q=0.8",
        "1700000000",
        "1700000000123",
        "v1.2.3",
        "156.0.7632.5",
        "120.0.0.0",
        "2026-11-27",
        "2026-11-27T10:00:00Z",
        "27.11.2026",
        "#a1b2c3",
        "#FFF",
        "aaaaaaaaaaaaaaaaaaaa",
        "   ",
        "functional-analytics-marketing",
        "granted",
        "0",
    ],
)
def test_what_is_plainly_no_identifier_has_no_bits(value: str) -> None:
    assert bits(value) == 0


@pytest.mark.parametrize(
    "value",
    [
        UUID,
        UUID.replace("-", ""),
        "kQ3xZ9pLm2",
        "GA1.2.1234567890.1700000000",
        "anna@shop.test",
        "1234-5678-9012-3456",
        "+49 151 12345678",
        "0123456789abcdef",
        "9876543210",
        '{"id":"Zk39sLq02mVx","n":1}',
        "xkcdqwrtzpsdf",
    ],
)
def test_identifiers_can_tell_all_people_apart(value: str) -> None:
    assert bits(value) >= 33


def test_the_estimate_follows_its_formula() -> None:
    assert bits("0123456789abcdef") == 64.0  # 16 hexadecimal digits
    assert bits(UUID) == 122.0
    assert bits("203.0.113.57") == 32.0
    assert bits("8888888889") == 15.5  # log2 C(10, 2) + 10
    assert 0 < bits("a1b2") < 33


def test_equal_values_have_equal_ids_under_one_key_only() -> None:
    one, other = Shaper(KEY), Shaper()

    assert one.shape("kQ3xZ9pLm2") == one.shape("kQ3xZ9pLm2")
    assert one.shape("kQ3xZ9pLm2").id != one.shape("kQ3xZ9pLm3").id
    assert one.shape("kQ3xZ9pLm2").id != other.shape("kQ3xZ9pLm2").id
    assert Shaper().shape("a").id != Shaper().shape("a").id


def test_percent_encoding_does_not_hide_a_value() -> None:
    shaper = Shaper(KEY)

    assert shaper.shape("anna%2540shop.test") == shaper.shape("anna@shop.test")
    _, (parameter,) = shaper.url("https://ads.test/p?mail=anna%40shop.test")
    assert parameter.value == shaper.shape("anna@shop.test")


def test_a_value_inside_another_is_known_again() -> None:
    shaper = Shaper(KEY)
    visitor = shaper.shape(UUID)

    assert visitor.id in shaper.shape(f"v1|{UUID}|summer").parts
    assert visitor.id in shaper.shape(json.dumps({"visitor": UUID})).parts
    assert shaper.shape("summerly").id not in shaper.shape("a=summerly&b=kQ3xZ9pLm2").parts
    assert visitor.id not in shaper.shape(UUID).parts


def test_an_address_is_told_bare_with_its_values_by_shape() -> None:
    shaper = Shaper(KEY)

    url, query = shaper.url(f"https://ads.test/c?uid={UUID}&ev=PageView#top")

    assert url == "https://ads.test/c?uid=&ev="
    assert [(p.name, p.value.id) for p in query] == [
        ("uid", shaper.shape(UUID).id),
        ("ev", shaper.shape("PageView").id),
    ]


@pytest.mark.parametrize(
    ("raw", "content_type", "kind", "names"),
    [
        (b'{"a":{"b":[1,{"c":"x"}]},"t":true}', "application/json", "json", ["a.b", "a.b.c", "t"]),
        ('{"a":null}', "text/plain;charset=UTF-8", "json", ["a"]),
        (b"a=1&b=x%20y", "application/x-www-form-urlencoded", "form", ["a", "b"]),
        (b"a=1&b=2", "", "form", ["a", "b"]),
        (b"some words", "text/plain", "text", [""]),
        (b"{broken", "application/json", "text", [""]),
        (b"[" * 100_000, "application/json", "text", [""]),
        (b"", "application/json", "text", []),
        (b"\x00\xff\xfe\x01" * 9, "application/octet-stream", "binary", []),
        (
            b'--B\r\nContent-Disposition: form-data; name="mail"\r\n\r\nanna@shop.test\r\n'
            b'--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nxy\r\n--B--\r\n',
            "multipart/form-data; boundary=B",
            "multipart",
            ["mail", "f"],
        ),
        (b"no boundary", "multipart/form-data", "multipart", []),
    ],
)
def test_bodies_are_told_by_their_named_values(
    raw: bytes | str, content_type: str, kind: str, names: list[str]
) -> None:
    body = Shaper(KEY).body(raw, content_type)

    assert (body.kind, body.size) == (kind, len(raw))
    assert [p.name for p in body.parameters] == names


def test_the_value_of_a_field_in_a_body_has_the_shape_of_the_value() -> None:
    shaper = Shaper(KEY)
    wanted = shaper.shape("anna@shop.test")
    multipart = b'--B\r\nContent-Disposition: form-data; name="m"\r\n\r\nanna@shop.test\r\n--B--'

    for raw, told in (
        (b'{"m":"anna@shop.test"}', "application/json"),
        (b"m=anna%40shop.test", "application/x-www-form-urlencoded"),
        (multipart, "multipart/form-data; boundary=B"),
    ):
        assert [p.value for p in shaper.body(raw, told).parameters] == [wanted]


@given(st.text(), st.binary(max_size=200), st.text(max_size=40))
@settings(deadline=None)
def test_any_text_has_a_shape(value: str, raw: bytes, content_type: str) -> None:
    shaper = Shaper(KEY)

    for shape in (
        shaper.shape(value),
        *(p.value for p in shaper.body(raw, content_type).parameters),
    ):
        assert isinstance(shape, Shape)
        assert len(shape.id) == 16
        assert 0 <= shape.bits <= 1_024
        assert len(shape.parts) <= MAX_PARTS
    assert len(shaper.body("&".join([value] * 1_000), "").parameters) <= MAX_PARAMETERS


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://shop.test/a?uid=&ev=", "https://shop.test/a?uid=&ev="),
        ("https://anna:geheim@Shop.TEST:443/a?uid=1&ev=x#me", "https://shop.test/a?uid=&ev="),
        (f"https://shop.test/u/{UUID}/x", "https://shop.test/u/~/x"),
        ("https://shop.test/u/anna@mail.test", "https://shop.test/u/~"),
        ("https://shop.test/u/anna%2540mail.test", "https://shop.test/u/~"),
        ("https://shop.test/t/kQ3xZ9pLm2kQ3", "https://shop.test/t/~"),
        ("https://shop.test/main.3f2a9c8b7d6e5f4a3f2a.js", None),
        ("https://shop.test/how-to-protect-your-privacy-on-the-web-2026", None),
        ("https://shop.test/p?anna@mail.test", "https://shop.test/p?~="),
        ("https://shop.test/p?kQ3xZ9pLm2kQ3xZ9", "https://shop.test/p?~="),
        ("https://shop.test/p?ud[em]=1&cd%5Bx%5D=2", "https://shop.test/p?ud[em]=&cd%5Bx%5D="),
        ("https://b\u00fccher.test/", "https://xn--bcher-kva.test/"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("http://192.0.2.1:8080/", None),
        ("wss://live.test/s", None),
        ("https://shop.test\\@evil.test/", "https://shop.test/~/"),
        ("https:shop.test/a", "https://shop.test/a"),
        (" https://sh\nop.test/ ", "https://shop.test/"),
        ("data:text/html,anna", "data:"),
        ("blob:https://shop.test/" + UUID, "blob:"),
        ("about:blank", "about:"),
        ("chrome-extension://abc/x.js", "chrome-extension:"),
        ("anna:geheim", ""),
        ("/relative?x=1", ""),
        ("https://", ""),
        ("https://a b/", ""),
        ("https://shop.test:99999/", ""),
        ("", ""),
    ],
)
def test_addresses_lose_what_is_personal(url: str, bare: str | None) -> None:
    assert bare_url(url) == (url if bare is None else bare)


PIECES = st.sampled_from(
    [
        "https:",
        "HTTP:",
        "wss:",
        "data:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "?",
        "&",
        "=",
        "#",
        "%40",
        "%",
        "%25",
        "[::1]",
        "shop.test",
        ".",
        "..",
        "\u00e9",
        "\ud800",
        "\x00",
        " ",
        UUID,
        "kQ3xZ9pLm2",
        "anna",
        ".js",
        "~",
        ";",
        "443",
        "+",
        "-",
        "_",
        "\uff0f",
        "xn--",
        "a" * 300,
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join)))
@settings(deadline=None)
def test_any_text_has_a_bare_address_that_stays(url: str) -> None:
    bare = bare_url(url)

    assert bare_url(bare) == bare
    assert len(bare) <= LONGEST_URL
    assert bare.isascii()
    assert "#" not in bare


@given(st.lists(PIECES, max_size=14).map(lambda p: "https://shop.test/" + "".join(p)))
@settings(deadline=None)
def test_the_quick_way_gives_the_same_address(url: str) -> None:
    bare = bare_url(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_ALREADY_BARE", re.compile(r"(?!)"))
        assert bare_url(url) == bare


@given(st.text(), st.text(), st.text(st.characters(exclude_characters="@/\\?#\t\n\r:"), max_size=9))
@settings(deadline=None)
def test_values_user_names_and_fragments_never_stay(path: str, tail: str, user: str) -> None:
    path = path.replace("#", "").replace("?", "")
    url = f"https://{user}{MARK}:{MARK}@shop.test/{path}?{tail.replace('#', '')}x={MARK}#{MARK}"

    assert MARK not in bare_url(url)
    assert bare_url(url).startswith("https://shop.test/")


def test_endless_addresses_are_cut_and_keep_their_host() -> None:
    started = time.process_time()
    for url in (
        "https://shop.test/" + "x/" * 500_000,
        "https://shop.test/?" + "x=1&" * 250_000,
        "https://shop.test/" + "a" * 1_000_000,
        "https://shop.test/" + "/" * 1_000_000 + "?x=1",
    ):
        bare = bare_url(url)
        assert bare.startswith("https://shop.test/")
        assert len(bare) <= LONGEST_URL
    assert bare_url("https://" + "a" * 1_000_000) == ""
    assert time.process_time() - started < 2


def test_endless_values_are_shaped_in_no_time() -> None:
    started = time.process_time()
    Shaper(KEY).shape("x9" * 500_000)
    Shaper(KEY).shape("%25" * 300_000)
    Shaper(KEY).shape("kQ3xZ9pLm2." * 90_000)
    Shaper(KEY).body("kQ3xZ9pLm2=kQ3xZ9pLm2;" * 90_000, "text/plain")
    assert time.process_time() - started < 3
