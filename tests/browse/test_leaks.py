"""Typed values are found again however they are written, and nothing else is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from urllib.parse import quote

import pytest

from assistant.browse.leaks import LeakFinder
from assistant.browse.marks import invent_marks
from assistant.site.record.observation import Encoding, FieldKind

EMAIL = "mirelo.zantu@example.com"
MARKS = {
    FieldKind.EMAIL: EMAIL,
    FieldKind.PHONE: "07700900417",
    FieldKind.NAME: "Bodunapite Rilogamu",
}
FINDER = LeakFinder(MARKS)
PLAIN, URL, BASE64, HEX = Encoding.PLAIN, Encoding.URL, Encoding.BASE64, Encoding.HEX
MD5, SHA256 = Encoding.MD5, Encoding.SHA256


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def digest(name: str, text: str) -> str:
    return hashlib.new(name, text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("data", "encodings"),
    [
        pytest.param(f"x={EMAIL}&y=1", (PLAIN,), id="plain"),
        pytest.param(f"x={EMAIL.upper()}", (PLAIN,), id="capitals"),
        pytest.param(f"/p?e={quote(EMAIL, safe='')}", (URL,), id="percent"),
        pytest.param(quote(quote(EMAIL, safe=""), safe=""), (URL,), id="percent-twice"),
        pytest.param(b64(EMAIL), (BASE64,), id="base64"),
        pytest.param(b64("a" + EMAIL), (BASE64,), id="base64-second-place"),
        pytest.param(b64('{"e":"' + EMAIL + '","t":1}'), (BASE64,), id="json-in-base64"),
        pytest.param(
            base64.urlsafe_b64encode(f"\xff\xfe{EMAIL}~~~".encode()).decode().rstrip("="),
            (BASE64,),
            id="base64-for-addresses",
        ),
        pytest.param(b64(b64(EMAIL)), (BASE64, BASE64), id="base64-twice"),
        pytest.param(EMAIL.encode().hex(), (HEX,), id="hex"),
        pytest.param(EMAIL.encode().hex().upper(), (HEX,), id="hex-capitals"),
        pytest.param(digest("md5", EMAIL), (MD5,), id="md5"),
        pytest.param(digest("sha1", EMAIL), (Encoding.SHA1,), id="sha1"),
        pytest.param("em=" + digest("sha256", EMAIL), (SHA256,), id="sha256"),
        pytest.param(digest("sha512", EMAIL).upper(), (Encoding.SHA512,), id="sha512-capitals"),
        pytest.param(
            b64(hashlib.sha256(EMAIL.encode()).digest()), (SHA256, BASE64), id="base64-of-digest"
        ),
        pytest.param(
            b64(json.dumps({"u": {"em": digest("md5", EMAIL)}})), (MD5, BASE64), id="hash-in-json"
        ),
        pytest.param(digest("sha256", digest("md5", EMAIL)), (MD5, SHA256), id="hash-of-hash"),
        pytest.param(
            quote(b64(digest("sha256", EMAIL)), safe=""), (SHA256, BASE64), id="base64-in-address"
        ),
    ],
)
def test_every_way_of_writing_is_known(data: str, encodings: tuple[Encoding, ...]) -> None:
    (found,) = FINDER.search(data.encode())

    assert (found.field, found.encodings) == (FieldKind.EMAIL, encodings)


def test_packed_bodies_are_looked_into() -> None:
    (found,) = FINDER.search(gzip.compress(f'{{"e":"{EMAIL}"}}'.encode()))
    assert found.encodings == (PLAIN,)


def test_values_that_are_made_uniform_first() -> None:
    written = f"{digest('sha256', '+447700900417')} {digest('sha256', 'bodunapite')}"

    found = {f.field: f.encodings for f in FINDER.search(written.encode())}

    assert found == {FieldKind.PHONE: (SHA256,), FieldKind.NAME: (SHA256,)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f\x8b broken",
        b"\x78\x9c broken",
        b"%%%zz+%4",
        b"mirelo.zantu@example.org",
        b"someone@example.com",
        digest("sha256", "mirelo.zantu").encode(),
        b64("mirelo zantu example").encode(),
        b"07700900",
        bytes(range(256)) * 40,
    ],
)
def test_what_is_no_leak_stays_silent(data: bytes) -> None:
    assert FINDER.search(data) == ()


def test_each_run_has_values_of_its_own_for_every_kind() -> None:
    first, second = invent_marks(), invent_marks()

    assert set(first) == set(FieldKind)
    assert all(first[k] != second[k] for k in first if k is not FieldKind.PHONE)
    finder = LeakFinder(first)
    for kind, value in first.items():
        assert [f.field for f in finder.search(f"a={quote(value)}".encode())] == [kind]
        assert kind is FieldKind.PHONE or finder.search(second[kind].encode()) == ()


def test_card_numbers_pass_the_check_of_forms() -> None:
    digits = [int(d) for d in invent_marks()[FieldKind.CARD]]
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits))]
    assert len(digits) == 16
    assert sum(doubled) % 10 == 0
