"""Reading any input: what it is, in which character set, and what is refused."""

from __future__ import annotations

import pytest

from assistant.errors import EmptyInput, InputTooLarge, UnreadableInput
from assistant.policy.document import BlockKind
from assistant.policy.extract import extract
from assistant.policy.extract.decode import decode, repair_mojibake
from assistant.policy.extract.sniff import Format, sniff_text

PAGE = "<html><head><title>Privacy</title></head><body><p>{}</p></body></html>"
QUOTED = "We don’t sell “personal data” – ever – and never did, says Zoë of the café."


def text_of(data: bytes, *, media_type: str | None = None, charset: str | None = None) -> str:
    return extract(data, media_type=media_type, charset=charset, max_chars=10_000).text


@pytest.mark.parametrize("data", [b"", b"  \n\t ", b"<html></html>", b"<p>&nbsp;</p>", b"---\n***"])
def test_nothing_to_read_is_said_so(data: bytes) -> None:
    with pytest.raises(EmptyInput):
        text_of(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",
        bytes(range(256)) * 40,
        b"\x00" * 4_000,
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        text_of(data)


def test_a_text_longer_than_asked_for_is_refused() -> None:
    with pytest.raises(InputTooLarge, match="longer"):
        extract(b"We keep your data. " * 1_000, max_chars=1_000)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8", "iso-8859-1"),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", "utf-8"),
        ("cp1252", "windows-1252"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", None),
        ("cp1252", "no-such-charset"),
    ],
)
def test_reads_quotes_whatever_charset_is_declared(encoding: str, declared: str | None) -> None:
    html = PAGE.format(QUOTED).encode(encoding)
    assert text_of(html, media_type="text/html", charset=declared) == QUOTED


def test_a_charset_named_in_the_page_is_used() -> None:
    head = "<html><head><meta charset='windows-1251'></head><body><p>{}</p></body></html>"
    russian = "Мы храним ваши данные и никому их не передаём."
    assert text_of(head.format(russian).encode("cp1251")) == russian


def test_one_stray_byte_does_not_spoil_the_rest() -> None:
    data = QUOTED.encode() + b" It\x92s yours."
    assert text_of(data) == f"{QUOTED} It’s yours."


def test_text_encoded_twice_is_repaired_and_honest_text_left_alone() -> None:
    twice = QUOTED.encode().decode("latin-1")
    assert repair_mojibake(twice) == QUOTED
    assert repair_mojibake(QUOTED.encode().decode("cp1252", "replace")).startswith("We don’t sell")
    for honest in (QUOTED, "«CAFÉ»", "Prix : 5 € – ÉTÉ"):
        assert repair_mojibake(honest) == honest


def test_a_long_run_of_bad_bytes_is_read_in_time() -> None:
    assert len(decode(b"policy \xc3( " * 400_000)) > 1_000_000


def test_content_beats_declared_type_and_name() -> None:
    html = PAGE.format("We keep your name.")
    assert sniff_text(html, media_type="text/plain", name="a.txt") is Format.HTML
    assert sniff_text("<p>a</p>\n" * 5, media_type=None) is Format.HTML
    assert sniff_text("# Privacy\n\nWe keep it.", name="policy.md") is Format.MARKDOWN
    assert sniff_text("# A\n\n## B\n\n[c](https://example.org)\n") is Format.MARKDOWN
    assert sniff_text("We keep a < b and b > c.", media_type="text/html") is Format.TEXT
    assert sniff_text("Data <b>we</b> keep: x", name="a.txt") is Format.TEXT


def test_invisible_characters_leave_no_trace() -> None:
    noisy = "Pri\u00advacy \u200bat\u00a0Exam\u200dple\ufeff: we\u2009keep \ufb01les\u0000 safe."
    document = extract(noisy.encode(), name="a.txt", max_chars=1_000)
    assert document.text == "Privacy at Example: we keep files safe."
    assert document.blocks[0].kind is BlockKind.PARAGRAPH
