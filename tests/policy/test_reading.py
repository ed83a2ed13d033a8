"""Sentences, what negates them, and lists with their lead-ins."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.english import Cue, Sentence, spellings
from assistant.policy.document import Block, BlockKind, Document
from assistant.policy.reading import Reading, join, own_name, read, reader
from tests.policy.texts import document


def quotes(reading: Reading) -> list[str]:
    text = reading.document.text
    return [text[s.sentence.start : s.sentence.end] for s in reading.sentences]


def only(text: str) -> Sentence:
    (found,) = read(document(text)).sentences
    return found.sentence


def word(sentence: Sentence, text: str, wanted: str) -> int:
    return next(i for i, (start, end) in enumerate(sentence.words) if text[start:end] == wanted)


def denies(text: str, wanted: str) -> bool:
    sentence = only(text)
    at = word(sentence, text, wanted)
    return any(s.cue is Cue.NEGATION and s.covers(at) for s in sentence.cues)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We collect data. We keep it.", ["We collect data.", "We keep it."]),
        ("We use cookies, e.g. Session cookies.", ["We use cookies, e.g. Session cookies."]),
        (
            "We are Acme Inc. in the U.S. We sell tea.",
            ["We are Acme Inc. in the U.S.", "We sell tea."],
        ),
        ("1. We collect data. 2. We sell it.", ["1. We collect data.", "2. We sell it."]),
        ("See Art. 6 GDPR for more.", ["See Art. 6 GDPR for more."]),
        ("Is it safe? Yes!", ["Is it safe?", "Yes!"]),
        ("He said “We care.” We do.", ["He said “We care.”", "We do."]),
        ("Use of the Service.Users agree.", ["Use of the Service.", "Users agree."]),
        ("We share names; ages; towns.", ["We share names; ages; towns."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert quotes(read(document(text))) == expected


def test_no_sentence_crosses_a_block() -> None:
    reading = read(document("We share\n# With whom\n- advertisers"))
    assert quotes(reading) == ["We share", "With whom", "advertisers"]
    assert [s.heading for s in reading.sentences] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "wanted", "denied"),
    [
        ("We do not sell data.", "sell", True),
        ("We don’t sell data.", "sell", True),
        ("We donât sell data.", "sell", True),
        ("We will never, under any condition, sell data.", "sell", True),
        ("We do not collect names, but we sell data.", "sell", False),
        ("If you do not agree, we sell data.", "sell", False),
        ("We sell not only names.", "names", False),
        ("We sell data, including but not limited to names.", "names", False),
        ("Under no circumstances will we sell data.", "sell", True),
        ("Under no circumstances, we sell data.", "sell", True),
    ],
)
def test_a_negation_reaches_to_the_end_of_its_clause(text: str, wanted: str, denied: bool) -> None:
    assert denies(text, wanted) is denied


def test_a_list_item_knows_its_lead_in() -> None:
    reading = read(document("We do not:\n- sell your data\n- rent it\nWe use cookies.\n- alone"))
    leads = [(s.lead_in, s.follows) for s in reading.sentences]
    assert leads == [(None, False), (0, True), (0, False), (None, False), (None, False)]


def test_nested_items_take_the_nearest_lead_in() -> None:
    reading = read(document("We share:\n- with partners:\n  - names\n- with courts"))
    assert [s.lead_in for s in reading.sentences] == [None, 0, 1, 0]


def test_a_denial_in_the_lead_in_reaches_the_item_but_not_a_sentence_of_its_own() -> None:
    reading = read(document("We do not:\n- sell data\n- we share data"))
    lead, sells, shares = (s.sentence for s in reading.sentences)
    joined = join(lead, sells)
    assert any(s.cue is Cue.NEGATION and s.covers(len(lead.words)) for s in joined.cues)
    joined = join(lead, shares)
    assert not any(s.cue is Cue.NEGATION and s.covers(len(lead.words) + 1) for s in joined.cues)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('Brightlake Ltd and its affiliates ("we", "us") run this site.', "Brightlake"),
        ("This is the notice of Tessel Games, Inc. (“we”).", "Tessel Games"),
        ("Orla may do this. Orla may do that. Orla will stop. Orla reserves all.", "Orla"),
        ("You may do this. You may do that. You will. You may.", None),
        ("We sell tea.", None),
        ("", None),
    ],
)
def test_the_company_is_known_by_its_own_name(text: str, name: str | None) -> None:
    assert own_name(text) == name


def test_terms_spell_out() -> None:
    assert list(spellings("share|give your? data")) == [
        "share your data",
        "share data",
        "give your data",
        "give data",
    ]
    with pytest.raises(ValueError, match="no spelling"):
        list(spellings(""))
    with pytest.raises(ValueError, match="no spelling"):
        list(spellings("|".join("abcdefghij") + " " + " ".join(["a|b|c|d|e"] * 3)))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "?!.", "\u200b", "🙂", "a" * 50_000])
def test_odd_texts_are_read(text: str) -> None:
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    reading = read(Document(text, (block,)))
    assert all(text[s.sentence.start : s.sentence.end] for s in reading.sentences)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet='We do not sell. your data,;:!?()’"\t', max_size=60), max_size=5))
def test_sentences_lie_in_order_inside_their_blocks(lines: list[str]) -> None:
    text = "\n".join(lines)
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block(BlockKind.LIST_ITEM, at, at + len(line), 1))
        at += len(line) + 1
    reading = read(Document(text, tuple(blocks)))
    last = 0
    for found in reading.sentences:
        block, sentence = blocks[found.block], found.sentence
        assert block.start <= sentence.start < sentence.end <= block.end
        assert sentence.start >= last
        assert len(sentence.words) == len(sentence.clauses)
        assert all(scope.first < len(sentence.words) for scope in sentence.cues)
        last = sentence.end


def test_a_sentence_without_an_end_is_cut_at_a_pause() -> None:
    text = "we do not sell your data, " * 400
    lengths = [len(s.sentence.words) for s in read(document(text)).sentences]
    assert len(lengths) > 3
    assert max(lengths) < 400
    assert all(quote.startswith("we do not") for quote in quotes(read(document(text))))


def test_one_reader_for_all_threads() -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(reader())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
