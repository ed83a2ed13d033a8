"""Markdown: a golden report, and text that stays text in a CommonMark reader."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.render.markdown import escape, render_markdown
from assistant.render.plain import visible
from tests.golden import check_golden
from tests.render.reports import make_report, make_terms, make_unrated


def test_one_report() -> None:
    check_golden("render/report.md", render_markdown([make_report()]))


def test_several_reports() -> None:
    written = render_markdown([make_report(), make_report("a|b.example"), make_unrated()])

    tables = MarkdownIt().enable("table").render(written)
    assert "<td>a|b.example</td>" in tables
    assert "<td>shop.example</td>" in tables
    assert written.count("# May sell your personal information.") == 2


@pytest.mark.parametrize(
    "text",
    [
        "# heading", "- item", "+ item", "1. one", "2) two", "> quote", "---", "===", "`code`",
        "**bold** _em_ ~~gone~~", "[link](http://x.example)", "<b>bold</b>", "<!-- x -->",
        "&amp; &lt;", "a | b", "\\escaped\\", "https://x.example and www.x.example", ": term",
    ],
)  # fmt: skip
def test_markup_in_a_quote_stays_text(text: str) -> None:
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(f"- {escape(text)}")

    assert shown == f"<ul>\n<li>{html.escape(text)}</li>\n</ul>\n"


@given(st.text(st.sampled_from("ab1 #-+*_~`[]()<>&|\\!.:=>\"'/\n")))
def test_any_text_is_one_plain_paragraph(text: str) -> None:
    (opening, inline, _closing) = MarkdownIt("commonmark", {"html": True}).parse(
        escape(text) or "x"
    )

    assert opening.type == "paragraph_open"
    assert inline.children is not None
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    if text.strip():
        assert "".join(child.content for child in inline.children) == visible(text)


def test_clauses_are_quoted_and_the_law_is_a_line() -> None:
    assert "\nSays 1 of the 4 things the law asks for" in render_markdown([make_report()])
    terms = render_markdown([make_terms()])
    clauses = terms.partition("## Clauses to read twice")[2].partition("## How the score")[0]
    assert clauses.count("- **") == 2
    assert "> “Cookies \\| two years”" in clauses
    assert "What the law asks" not in terms
