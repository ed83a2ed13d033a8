"""What the GDPR asks a policy to say: found, near, and not there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.knowledge import InvalidKnowledge, folder, load_yaml
from assistant.policy.details import TransparencyItem
from assistant.policy.encoded import EncodedDocument
from assistant.policy.transparency import (
    LABELS,
    MAX_EVIDENCE,
    TransparencyKnowledge,
    find_transparency,
    transparency_knowledge,
)
from assistant.report import Outcome
from tests.policy.stubs import StubClassifier, read_and_encoded

TEXT = """
# How long we keep your data
We keep your data for two years. Logs are kept for a week.
The weather is fine today.
- the bank that handles payments
"""
SAYS = {
    "keep": {"Data Retention Period": 0.7},
    "for two years": {"Data Retention Period": 0.95},
    "Logs": {"Data Retention Period": 0.8},
    "bank": {"Data Recipients": 0.9, "Right to Object": 0.3},
}


def stub(says: dict[str, dict[str, float]]) -> StubClassifier:
    return StubClassifier(sorted(LABELS), says)


def found(text: str, says: dict[str, dict[str, float]]) -> dict[str, TransparencyItem]:
    return {item.id: item for item in find_transparency(*read_and_encoded(text), stub(says))}


def quotes(item: TransparencyItem) -> list[str]:
    return [span.quote for span in item.evidence]


def test_what_is_given_is_quoted_best_first() -> None:
    item = found(TEXT, SAYS)["retention"]
    assert (item.outcome, item.confidence) == (Outcome.PRESENT, 0.95)
    assert quotes(item) == ["We keep your data for two years.", "Logs are kept for a week."]


def test_equally_good_sentences_stand_in_text_order_and_are_at_most_three() -> None:
    text = "".join(f"\nPartner {name} gets your data." for name in "ABCDE")
    item = found(text, {"Partner": {"Data Recipients": 0.9}})["recipients"]
    assert quotes(item) == [f"Partner {name} gets your data." for name in "ABC"]
    assert len(item.evidence) == MAX_EVIDENCE


def test_a_list_item_is_a_passage() -> None:
    assert quotes(found(TEXT, SAYS)["recipients"]) == ["the bank that handles payments"]


def test_quotes_are_the_text_itself() -> None:
    reading, encoded = read_and_encoded(TEXT)
    text = reading.document.text
    for item in find_transparency(reading, encoded, stub(SAYS)):
        for span in item.evidence:
            assert text[span.start : span.end] == span.quote != ""


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [
        (0.5, Outcome.PRESENT),
        (0.49, Outcome.UNDETERMINED),
        (0.15, Outcome.UNDETERMINED),
        (0.14, Outcome.ABSENT),
        (0.0, Outcome.ABSENT),
    ],
)
def test_a_near_miss_is_neither_there_nor_absent(probability: float, outcome: Outcome) -> None:
    item = found(TEXT, {"bank": {"Right to Object": probability}})["right-to-object"]
    assert item.outcome is outcome


def test_what_is_not_sure_shows_the_nearest_sentence() -> None:
    item = found(TEXT, SAYS)["right-to-object"]
    assert quotes(item) == ["the bank that handles payments"]
    assert item.confidence == pytest.approx(0.3)


def test_where_nothing_is_said_all_are_absent_and_nothing_is_quoted() -> None:
    items = found("The weather is fine today.\nIt may rain tomorrow.", SAYS)
    assert {item.outcome for item in items.values()} == {Outcome.ABSENT}
    assert {item.confidence for item in items.values()} == {1.0}
    assert not any(item.evidence for item in items.values())


def test_a_heading_is_no_evidence() -> None:
    items = found("# We keep your data for two years\nThe weather is fine today.", SAYS)
    assert items["retention"].outcome is Outcome.ABSENT


def test_what_was_not_read_is_not_absent() -> None:
    reading, encoded = read_and_encoded("# One\nThe weather is fine.\n# Two\nIt may rain.")
    partly = EncodedDocument(encoded.segments[:1], encoded.texts[:1])
    items = find_transparency(reading, partly, stub({}))
    assert {item.outcome for item in items} == {Outcome.UNDETERMINED}
    nothing = find_transparency(*read_and_encoded("# Only a heading"), stub(SAYS))
    assert {item.outcome for item in nothing} == {Outcome.UNDETERMINED}


def test_a_sentence_of_two_segments_is_read_in_both() -> None:
    many = "so " * 130
    reading, encoded = read_and_encoded(f"We do {many}much; {many}we keep it for two years.")
    assert (len(encoded.segments), len(reading.sentences)) == (2, 1)
    items = {item.id: item for item in find_transparency(reading, encoded, stub(SAYS))}
    assert quotes(items["retention"]) == [reading.document.text]
    assert items["recipients"].outcome is Outcome.ABSENT


def test_all_sentences_are_classified_in_one_call() -> None:
    classifier = stub(SAYS)
    find_transparency(*read_and_encoded(TEXT), classifier)
    assert classifier.calls == [
        [
            "We keep your data for two years.",
            "Logs are kept for a week.",
            "The weather is fine today.",
            "the bank that handles payments",
        ]
    ]


def test_the_threshold_is_the_classifiers() -> None:
    strict = replace(stub(SAYS), threshold=0.92)
    items = {item.id: item for item in find_transparency(*read_and_encoded(TEXT), strict)}
    assert quotes(items["retention"]) == ["We keep your data for two years."]
    assert items["recipients"].outcome is Outcome.UNDETERMINED


def test_every_item_is_told_in_plain_words_and_with_its_article() -> None:
    items = transparency_knowledge().items
    assert len({item.id for item in items}) == len({item.name for item in items}) == 21
    for item in items:
        cited = r"1[34]\([12]\)\([a-g]\)"
        assert re.fullmatch(rf"GDPR Art\. {cited}(, {cited})?", item.article)
        assert "," not in item.name
        assert not item.only_where.endswith(".")


def test_an_article_belongs_to_one_duty() -> None:
    """Point by point as the regulation lists them; rights and contacts share a point."""
    articles = {
        item.label: item.article.removeprefix("GDPR Art. ")
        for item in transparency_knowledge().items
    }
    assert articles["Legal Basis for Processing"] == articles["Processing Purpose"]
    assert articles["DPO Contact"] == "13(1)(b), 14(1)(b)"
    assert articles["Legitimate Interests for Processing"] == "13(1)(d), 14(2)(b)"
    assert articles["Source of Data"] == "14(2)(f)"
    assert articles["Mandatory Data Disclosure"] == "13(2)(e)"
    assert articles["Automated Decision-Making"] == "13(2)(f), 14(2)(g)"
    points = {point for article in articles.values() for point in article.split(", ")}
    assert {p for p in points if p.startswith("13(1)")} == {f"13(1)({c})" for c in "abcdef"}
    assert {p for p in points if p.startswith("13(2)")} == {f"13(2)({c})" for c in "abcdef"}
    assert {p for p in points if p.startswith("14(1)")} == {f"14(1)({c})" for c in "abcdef"}
    assert {p for p in points if p.startswith("14(2)")} == {f"14(2)({c})" for c in "abcdefg"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - id: retention", "  - weight: 1\n    id: retention"),
        ("label: Data Retention Period", "label: Data Recipients"),
        ("label: Right to Object", "label: Right to Sing"),
        ("source: gdpr", "source: nowhere"),
    ],
    ids=["unknown key", "label twice", "unknown label", "unknown source"],
)
def test_a_broken_file_does_not_load(tmp_path: Path, old: str, new: str) -> None:
    text = (folder("policy") / "transparency.yaml").read_text("utf-8")
    broken = tmp_path / "transparency.yaml"
    broken.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidKnowledge):
        load_yaml(TransparencyKnowledge, broken)


def test_nothing_is_absent_where_the_encoder_read_only_the_beginning() -> None:
    reading, encoded = read_and_encoded("We keep your data for two years. The weather is fine.")
    whole = encoded.texts[-1]
    cut = replace(whole, states=whole.states[:3], offsets=whole.offsets[:3], words=whole.words[:3])
    half = EncodedDocument(encoded.segments, (*encoded.texts[:-1], cut))
    outcomes = {item.outcome for item in find_transparency(reading, half, stub({}))}
    assert outcomes == {Outcome.UNDETERMINED}
    outcomes = {item.outcome for item in find_transparency(reading, encoded, stub({}))}
    assert outcomes == {Outcome.ABSENT}
