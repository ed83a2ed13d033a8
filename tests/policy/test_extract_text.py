"""Markdown and plain text to blocks."""

from __future__ import annotations

import pytest

from assistant.policy.document import Document
from assistant.policy.extract import extract

LONG = "We collect the data that you give to us when you open an account with Example Bank."


def read(text: str, name: str) -> Document:
    return extract(text.encode(), name=name, max_chars=1_000_000)


def shape(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.block_text(block)) for block in document.blocks]


def test_markdown_structure_is_kept_and_markup_is_not() -> None:
    document = read(
        "Privacy\n=======\n\n**Last *modified*: 1 May**\n\n"
        f"{LONG} See [our terms](https://example.org/t) ![logo](x.png).\n\n"
        "- first\n    - inner `item`\n- second\n\n"
        "| What | Why |\n| --- | --- |\n| Name | To greet you |\n\n"
        "### 2\\. Sharing\n\n<div><p>Inside <b>HTML</b>.</p></div>\n",
        "policy.md",
    )
    assert shape(document) == [
        ("heading", "Privacy"),
        ("heading", "Last modified: 1 May"),
        ("paragraph", f"{LONG} See our terms ."),
        ("list_item", "first"),
        ("list_item", "inner item"),
        ("list_item", "second"),
        ("table_row", "What: Name; Why: To greet you"),
        ("heading", "2. Sharing"),
        ("paragraph", "Inside HTML."),
    ]
    assert document.title == "Privacy"
    assert [block.level for block in document.blocks][3:6] == [1, 2, 1]


def test_markdown_table_with_an_empty_header_takes_its_first_row() -> None:
    document = read(
        "|     |     |\n| --- | --- |\n| **Category** | **Use** |\n| Name | Orders |\n", "p.md"
    )
    assert shape(document) == [("table_row", "Category: Name; Use: Orders")]


def test_markdown_bullets_without_a_list_are_items() -> None:
    document = read(f"{LONG}\n• your name\n• your\nage\n", "p.md")
    assert shape(document) == [
        ("paragraph", LONG),
        ("list_item", "your name"),
        ("list_item", "your age"),
    ]


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "*a " * 20_000, "> " * 5_000 + "end", "`" * 20_001 + "a"]
)
def test_hostile_markdown_is_read_in_time(text: str) -> None:
    read(f"# Privacy\n\n{text} {LONG}\n", "p.md")


def test_text_with_blank_lines() -> None:
    document = read(
        f"PRIVACY NOTICE\n\n1. Information We Collect\n\n{LONG}\n\nWe keep:\n  - your name\n"
        "      * and your\n  age\n\n1.1 Children\n\nWe keep nothing about\nchildren.\n",
        "a.txt",
    )
    assert shape(document) == [
        ("heading", "PRIVACY NOTICE"),
        ("heading", "1. Information We Collect"),
        ("paragraph", LONG),
        ("paragraph", "We keep:"),
        ("list_item", "your name"),
        ("list_item", "and your age"),
        ("heading", "1.1 Children"),
        ("paragraph", "We keep nothing about children."),
    ]
    assert document.blocks[-1].headings == (
        "PRIVACY NOTICE",
        "1. Information We Collect",
        "1.1 Children",
    )
    assert document.title == "PRIVACY NOTICE"


def test_items_without_bullets_are_told_by_their_semicolons() -> None:
    document = read(
        "We use your data to:\nbake the bread that you order;\nbring it to you; and\n"
        f"send you a bill.\n{LONG}\n",
        "a.txt",
    )
    assert [kind for kind, _ in shape(document)] == ["paragraph", *["list_item"] * 3, "paragraph"]


def test_sentences_on_lines_of_their_own_are_gathered() -> None:
    document = read(f"{LONG}\n" * 12, "a.txt")
    assert 2 <= len(document.blocks) <= 4
    assert document.text.split() == (f"{LONG} " * 12).split()


def test_a_name_inside_a_sentence_is_no_heading() -> None:
    document = read(
        f"{LONG}\nThis notice is about\nExample Kitchen\n, Example Bakery ,\nand other shops.\n",
        "a.txt",
    )
    assert {kind for kind, _ in shape(document)} == {"paragraph"}


def test_titles_and_questions_between_blank_lines_are_headings() -> None:
    document = read(
        f"Last Updated: 1 May 2026\n\nCookies on our site\n\n{LONG}\n\nWhat is kept?\n\n{LONG}\n"
        "\nWe keep it safe.\n",
        "a.txt",
    )
    assert [text for kind, text in shape(document) if kind == "heading"] == [
        "Cookies on our site",
        "What is kept?",
    ]


def test_leftover_entities_become_characters() -> None:
    document = read(f"Terms &amp; more &nbsp; of them.\n\n{LONG}", "a.txt")
    assert document.text.startswith("Terms & more of them.\n")
