"""Clauses of terms of service that are worth reading twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.knowledge import InvalidKnowledge, folder, load_yaml
from assistant.policy.clauses import LABELS, ClauseKnowledge, clause_knowledge, find_clauses
from assistant.policy.details import Clause
from tests.policy.stubs import StubClassifier, read_and_encoded

TEXT = """
# Arbitration
Any dispute goes to binding arbitration. The arbitrator sits in Delaware.
You may cancel at any time.
- we may close your account, and our liability is limited
"""
SAYS = {
    "rbitration": {"a": 0.9},
    "Delaware": {"a": 0.49, "j": 0.2},
    "close": {"ter": 0.8},
    "liability": {"ltd": 0.7},
}


def clauses(text: str) -> tuple[Clause, ...]:
    return find_clauses(*read_and_encoded(text), StubClassifier(sorted(LABELS), SAYS))


def test_clauses_stand_in_text_order_with_their_words() -> None:
    item = "we may close your account, and our liability is limited"
    assert [(c.kind, c.text, c.confidence) for c in clauses(TEXT)] == [
        ("arbitration", "Any dispute goes to binding arbitration.", 0.9),
        ("limited-liability", item, 0.7),
        ("unilateral-termination", item, 0.8),
    ]


def test_quotes_are_the_text_itself() -> None:
    text = read_and_encoded(TEXT)[0].document.text
    for clause in clauses(TEXT):
        assert text[clause.start : clause.end] == clause.text == clause.span.quote


def test_a_near_miss_is_no_clause() -> None:
    assert clauses("The arbitrator sits in Delaware.") == ()


def test_where_nothing_is_there_nothing_is_found() -> None:
    assert clauses("You may cancel at any time.") == ()
    assert clauses("") == ()


def test_a_heading_is_no_clause() -> None:
    assert clauses("# Arbitration\nYou may cancel at any time.") == ()


def test_all_sentences_are_classified_in_one_call() -> None:
    classifier = StubClassifier(sorted(LABELS), SAYS)
    find_clauses(*read_and_encoded(TEXT), classifier)
    assert [len(passages) for passages in classifier.calls] == [4]


def test_every_kind_says_what_it_does_in_one_sentence() -> None:
    kinds = clause_knowledge().kinds
    assert len({kind.id for kind in kinds}) == len({kind.name for kind in kinds}) == 9
    for kind in kinds:
        assert kind.why.endswith(".")
        assert kind.why.count(". ") == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - id: arbitration", "  - weight: 1\n    id: arbitration"),
        ("label: pinc", "label: ter"),
        ("label: use", "label: misuse"),
        ("source: directive", "source: nowhere"),
    ],
    ids=["unknown key", "label twice", "unknown label", "unknown source"],
)
def test_a_broken_file_does_not_load(tmp_path: Path, old: str, new: str) -> None:
    text = (folder("policy") / "clauses.yaml").read_text("utf-8")
    broken = tmp_path / "clauses.yaml"
    broken.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidKnowledge):
        load_yaml(ClauseKnowledge, broken)
