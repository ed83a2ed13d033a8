"""Segments: one thing each, nothing twice, nothing lost."""

from __future__ import annotations

from assistant.policy.document import BlockKind, Document
from assistant.policy.extract.draft import Draft, RawBlock, assemble
from assistant.policy.segment import segment

PARAGRAPH = (
    "We collect the name, the address and the payment details that you give us when you place an "
    "order in our shop, and we keep them for as long as the law on bookkeeping asks us to do so."
)
HEADING, TEXT, ITEM, ROW = (
    BlockKind.HEADING,
    BlockKind.PARAGRAPH,
    BlockKind.LIST_ITEM,
    BlockKind.TABLE_ROW,
)


def document(*blocks: tuple[BlockKind, str]) -> Document:
    draft = Draft([RawBlock(kind, text, int(kind in (HEADING, ITEM))) for kind, text in blocks])
    return assemble(draft, max_chars=1_000_000)


def cut(*blocks: tuple[BlockKind, str]) -> list[tuple[str, str]]:
    made = document(*blocks)
    return [(part.heading, made.text[part.start : part.end]) for part in segment(made)]


def test_each_paragraph_stands_alone_below_its_heading() -> None:
    assert cut((HEADING, "Data"), (TEXT, PARAGRAPH), (TEXT, PARAGRAPH)) == [
        ("Data", PARAGRAPH),
        ("Data", PARAGRAPH),
    ]


def test_a_lead_in_keeps_its_items() -> None:
    assert cut(
        (TEXT, "We share data with:"), (ITEM, "banks"), (ITEM, "couriers"), (TEXT, PARAGRAPH)
    ) == [
        ("", "We share data with:\nbanks\ncouriers"),
        ("", PARAGRAPH),
    ]


def test_a_list_after_a_long_paragraph_that_does_not_announce_it_is_its_own() -> None:
    long = f"{PARAGRAPH} {PARAGRAPH}"
    assert [text for _, text in cut((TEXT, long), (ITEM, "banks"), (ITEM, "couriers"))] == [
        long,
        "banks\ncouriers",
    ]


def test_overlong_lists_and_tables_are_split_between_items() -> None:
    for kind in (ITEM, ROW):
        parts = cut(*[(kind, f"{number}: {PARAGRAPH}") for number in range(12)])
        assert 3 <= len(parts) <= 12
        assert sum(len(text.split("\n")) for _, text in parts) == 12


def test_rows_of_a_table_stay_together() -> None:
    assert len(cut((ROW, "Data: name; Why: orders"), (ROW, "Data: age; Why: discounts"))) == 1


def test_short_neighbours_are_joined_and_headings_part_them() -> None:
    parts = cut(
        (TEXT, "Last changed in May."), (TEXT, PARAGRAPH), (HEADING, "B"), (TEXT, "Write to us.")
    )
    assert [text for _, text in parts] == [f"Last changed in May.\n{PARAGRAPH}", "Write to us."]


def test_a_wall_of_text_is_split_between_sentences_and_loses_no_word() -> None:
    wall = " ".join([PARAGRAPH] * 20)
    parts = [text for _, text in cut((TEXT, wall))]
    assert " ".join(parts) == wall
    assert all(text.endswith(".") and len(text.split()) <= 160 for text in parts)


def test_text_without_sentences_stays_one_segment() -> None:
    assert len(cut((TEXT, "word " * 600 + "end"))) == 1


def test_a_heading_is_a_segment_only_where_nothing_stands_below_it() -> None:
    parts = cut((HEADING, "Privacy"), (TEXT, PARAGRAPH), (HEADING, "We do not sell your data"))
    assert [text for _, text in parts] == [PARAGRAPH, "We do not sell your data"]


def test_every_block_lies_in_exactly_one_segment() -> None:
    kinds = [HEADING, TEXT, ITEM, ITEM, TEXT, ROW, ROW, HEADING, HEADING, TEXT, ITEM] * 4
    made = document(
        *[(kind, f"{n} {PARAGRAPH[: 7 * (n % 20) + 9]}") for n, kind in enumerate(kinds)]
    )
    parts = segment(made)
    for block in made.blocks:
        holders = [part for part in parts if part.start <= block.start and block.end <= part.end]
        assert len(holders) == 1 or (block.kind is HEADING and not holders)
