"""Whatever comes in: a document that keeps its promises, or an error that says why."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.policy.document import Document
from assistant.policy.extract import extract, extract_html
from assistant.policy.segment import segment

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\ufeff\ud800-\udfff]")

BLOCK_TAGS = ["p", "div", "ul", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "h1", "pre"]
OTHER_TAGS = ["a", "b", "br", "span", "form", "nav", "details", "summary", "button", "x-card"]
TAGS = [*BLOCK_TAGS, *OTHER_TAGS]
SNIPPETS = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [
            "<p hidden>",
            "<td rowspan=9 colspan=x>",
            "<!--",
            "<script>",
            "&amp;",
            "&#0;",
            "<![CDATA[",
            "\n",
        ]
    ),
    st.text(max_size=30),
    st.just("We collect your personal data and share it with our partners for advertising."),
)
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["# Head", "- item", "| a | b |", "| --- | --- |", "", "    code", "1) x", "WE:"]
        ),
        st.text(max_size=60),
    ),
    max_size=30,
).map("\n".join)


def assert_sound(document: Document) -> None:
    parts = [document.block_text(block) for block in document.blocks]
    assert "\n".join(parts) == document.text
    end = -1
    for block, text in zip(document.blocks, parts, strict=True):
        assert end < block.start < block.end <= len(document.text)
        assert text == " ".join(text.split())
        end = block.end
    assert not _CONTROL.search(document.text)
    document.text.encode()
    spans = [(part.start, part.end) for part in segment(document)]
    assert all(a < b for a, b in spans)
    assert all(one[1] < two[0] + 1 for one, two in itertools.pairwise(spans))


@settings(max_examples=150, deadline=None)
@given(st.lists(SNIPPETS, max_size=40).map("".join))
def test_any_html_gives_a_sound_document(html: str) -> None:
    try:
        document = extract_html(html, max_chars=100_000)
    except InputError:
        return
    assert_sound(document)


@settings(max_examples=100, deadline=None)
@given(LINES, st.sampled_from(["a.txt", "a.md"]))
def test_any_text_gives_a_sound_document(text: str, name: str) -> None:
    try:
        document = extract(text.encode("utf-8", "replace"), name=name, max_chars=100_000)
    except InputError:
        return
    assert_sound(document)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html", "text/plain", "text/markdown"]),
    st.sampled_from([None, "utf-8", "utf-16", "shift_jis", "x-unknown", "rot13", "base64"]),
)
def test_any_bytes_give_a_sound_document_or_an_error(
    data: bytes, media_type: str | None, charset: str | None
) -> None:
    try:
        document = extract(data, media_type=media_type, charset=charset, max_chars=100_000)
    except InputError:
        return
    assert_sound(document)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_page_cut_off_anywhere_is_still_read(cut: float) -> None:
    html = "<html><body><main>" + "<h2>Data</h2><p>We keep what you write to us.</p>" * 20
    assert_sound(extract_html(html[: max(60, int(len(html) * cut))], max_chars=100_000))
