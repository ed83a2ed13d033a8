"""Marks cover exactly the quoted passages and lose no character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.policy.document import Block, BlockKind
from assistant.render.passages import mark_passages
from assistant.report import TextSpan

TEXT = "First line.\nSecond line is longer.\nThird."


def paragraphs(text: str) -> list[Block]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append(Block(BlockKind.PARAGRAPH, start, start + len(line)))
        start += len(line) + 1
    return found


def passage(start: int, end: int) -> TextSpan:
    return TextSpan(start, end, TEXT[start:end])


def test_a_passage_inside_a_block() -> None:
    (first, *_) = mark_passages(TEXT, paragraphs(TEXT), [passage(6, 10)])

    assert [(p.text, p.marked, p.begins) for p in first.pieces] == [
        ("First ", False, ()),
        ("line", True, (1,)),
        (".", False, ()),
    ]


def test_a_passage_over_several_blocks_begins_once() -> None:
    blocks = mark_passages(TEXT, paragraphs(TEXT), [passage(6, 41)])

    assert ["".join(p.text for p in b.pieces if p.marked) for b in blocks] == [
        "line.",
        "Second line is longer.",
        "Third.",
    ]
    assert [p.begins for b in blocks for p in b.pieces if p.begins] == [(1,)]


def test_overlapping_passages_both_get_their_place() -> None:
    (_, second, _) = mark_passages(TEXT, paragraphs(TEXT), [passage(12, 34), passage(19, 23)])

    assert [(p.text, p.begins) for p in second.pieces] == [
        ("Second ", (1,)),
        ("line", (2,)),
        (" is longer.", ()),
    ]


def test_without_blocks_the_lines_stand_in() -> None:
    blocks = mark_passages(TEXT, (), [passage(0, 5)])

    assert ["".join(p.text for p in b.pieces) for b in blocks] == TEXT.split("\n")
    assert mark_passages("", (), []) == ()


@given(st.lists(st.tuples(st.integers(0, 41), st.integers(0, 41)), max_size=6))
def test_no_character_is_lost_or_wrongly_marked(borders: list[tuple[int, int]]) -> None:
    passages = sorted(
        {passage(min(pair), max(pair)) for pair in borders if pair[0] != pair[1]},
        key=lambda span: (span.start, span.end),
    )
    blocks = paragraphs(TEXT)

    marked = mark_passages(TEXT, blocks, passages)

    for block, shown in zip(blocks, marked, strict=True):
        place = block.start
        for piece in shown.pieces:
            assert TEXT[place : place + len(piece.text)] == piece.text
            covered = any(s.start <= place and place + len(piece.text) <= s.end for s in passages)
            assert piece.marked == covered
            place += len(piece.text)
        assert place == block.end
    begins = [number for shown in marked for piece in shown.pieces for number in piece.begins]
    quoted = [n for n, s in enumerate(passages, start=1) if s.quote.strip("\n")]
    assert sorted(begins) == quoted
