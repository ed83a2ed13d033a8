"""PDF policies: lines become blocks; what cannot be read says why."""

from __future__ import annotations

import subprocess

import pytest

from assistant.errors import PasswordProtectedPdf, PdfWithoutText, UnreadablePdf
from assistant.policy.document import BlockKind, Document
from assistant.policy.extract import extract, pdf
from tests.policy.pdf_writer import lines_from_top, write_pdf

BODY = [
    "We collect the name and the address that you give us, and we keep infor-",
    "mation about your orders. Some third-",
    "party companies receive it.",
    "",
    "You may ask us at any time to delete what we keep about you and your",
    "orders.",
]


def read(data: bytes) -> Document:
    return extract(data, media_type="application/pdf", max_chars=100_000)


def texts(document: Document) -> list[str]:
    return [document.block_text(block) for block in document.blocks]


def test_joins_wrapped_lines_and_broken_words_into_paragraphs() -> None:
    intro = ["A third-party company is one that we do not own.", ""]
    document = read(write_pdf([lines_from_top([*intro, *BODY])]))
    assert texts(document)[1:] == [
        "We collect the name and the address that you give us, and we keep information about your "
        "orders. Some third-party companies receive it.",
        "You may ask us at any time to delete what we keep about you and your orders.",
    ]


def test_large_lines_are_headings_and_bullets_are_items() -> None:
    page = [
        ("Privacy Notice of Example Bakery", 60, 760, 20),
        *lines_from_top(
            ["We keep this about you while you are a customer:", "- your name"], top=700
        ),
        *lines_from_top(["- what you order from us each", "week"], top=672),
    ]
    document = read(write_pdf([page]))
    assert [
        (block.kind, text) for block, text in zip(document.blocks, texts(document), strict=True)
    ] == [
        (BlockKind.HEADING, "Privacy Notice of Example Bakery"),
        (BlockKind.PARAGRAPH, "We keep this about you while you are a customer:"),
        (BlockKind.LIST_ITEM, "your name"),
        (BlockKind.LIST_ITEM, "what you order from us each week"),
    ]
    assert document.title == "Privacy Notice of Example Bakery"


def test_running_heads_and_page_numbers_are_dropped_and_paragraphs_cross_pages() -> None:
    pages = [
        [
            ("Example Bakery - Privacy Notice", 60, 770, 9),
            *lines_from_top([f"Part {word} of this notice tells what we do with your orders and"]),
            *lines_from_top([f"how long we keep them: {word} years, as the law asks of"], top=746),
            *lines_from_top(
                ["every bakery." if word == "four" else "every shop and of our"], top=732
            ),
            (f"Page {number} of 4", 280, 30, 9),
        ]
        for number, word in enumerate(("one", "two", "three", "four"), start=1)
    ]
    document = read(write_pdf(pages))
    assert "Example Bakery" not in document.text
    assert "Page" not in document.text
    assert [text.split()[1] for text in texts(document)] == ["one", "two", "three", "four"]


def test_a_sentence_goes_on_on_the_next_page() -> None:
    first = [
        "We keep your orders and everything that you tell us about",
        "your taste for as long as",
    ]
    document = read(write_pdf([lines_from_top(first), lines_from_top(["the law asks us to."])]))
    assert texts(document) == [" ".join([*first, "the law asks us to."])]


def test_a_locked_pdf_is_told_apart_from_a_damaged_one() -> None:
    with pytest.raises(PasswordProtectedPdf):
        read(write_pdf([lines_from_top(BODY)], locked=True))


def test_a_pdf_of_pictures_has_no_text() -> None:
    with pytest.raises(PdfWithoutText):
        read(write_pdf([[]]))


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.4\n1 0 obj\n<< /Type", b"%PDF-\x00\xff" * 50]
)
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePdf):
        read(data)


def test_what_claims_to_be_a_pdf_and_is_html_is_read_as_html() -> None:
    page = (
        b"<!doctype html><title>Privacy</title><p>We keep %PDF-1.4 files that you send to us.</p>"
    )
    assert "files that you send" in read(page).text


def test_a_reader_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("worker", pdf.TIMEOUT_S)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(UnreadablePdf, match="too long"):
        read(write_pdf([lines_from_top(BODY)]))


def test_a_reader_that_needs_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MEMORY_BYTES", 1_000_000)
    with pytest.raises(UnreadablePdf):
        read(write_pdf([lines_from_top(BODY)]) + b"\n" * 5_000_000)
