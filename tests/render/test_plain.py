"""Text of others stays harmless and whole."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.render.plain import escape_controls, shorten, unhidden, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n in  lines ", "plain text in lines"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31mC1", "31mC1"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("tag\U000e0041s", "tags"),
        ("\ud800", "\ufffd"),
        ("Grüße, 你好, नमस्ते", "Grüße, 你好, नमस्ते"),
        ("", ""),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_nothing_that_drives_a_terminal_is_left(text: str) -> None:
    for shown in (visible(text), shorten(text, 40)):
        assert not any(unicodedata.category(each) in {"Cc", "Cs"} for each in shown)
        shown.encode()
    assert not any(unicodedata.category(each) == "Cs" for each in unhidden(text))


@given(st.text(), st.integers(2, 60))
def test_shorten_keeps_to_its_limit_and_to_the_text(text: str, limit: int) -> None:
    short = shorten(text, limit)

    assert len(short) <= limit
    assert short == visible(text) or short.endswith(("…", ".", "!", "?", '"', "'", "”", "’", ")"))


def test_shorten_ends_after_a_sentence_or_a_word() -> None:
    assert (
        shorten("We sell your data. We also share what you tell us.", 30) == "We sell your data. …"
    )
    assert shorten("We sell everything you tell us", 25) == "We sell everything you…"
    assert shorten("x" * 30, 10) == "xxxxxxxxx…"
    assert shorten("short", 10) == "short"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_json_means_the_same(text: str) -> None:
    document = escape_controls(json.dumps({"text": text}, ensure_ascii=False))

    assert json.loads(document) == {"text": text}
    assert not any(unicodedata.category(each) == "Cc" for each in document)
