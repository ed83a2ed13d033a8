"""Clauses in terms of service that are worth reading twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.language.protocols import PassageClassifier, Scores
from assistant.policy.details import Clause
from assistant.policy.encoded import EncodedDocument
from assistant.policy.reading import Reading
from assistant.policy.transparency import score_sentences
from assistant.report import TextSpan

_STRICT = ConfigDict(extra="forbid")
LABELS = frozenset({"a", "ch", "cr", "j", "law", "ltd", "pinc", "ter", "use"})


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ClauseKind:
    """A kind of clause: what it does and why that matters, in one sentence.

    Attributes:
        label: The classifier's name for it.
    """

    id: str
    label: str
    name: str
    why: str
    source: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ClauseKnowledge:
    """`clauses.yaml`: every label of the classifier once.

    Attributes:
        terms_titles: By language, how terms of service call themselves.
    """

    sources: Mapping[str, Source]
    terms_titles: Mapping[str, tuple[str, ...]]
    kinds: tuple[ClauseKind, ...]

    def __post_init__(self) -> None:
        if sorted(kind.label for kind in self.kinds) != sorted(LABELS):
            raise ValueError("the kinds are not the labels of the classifier")
        if missing := {kind.source for kind in self.kinds} - self.sources.keys():
            raise ValueError(f"unknown sources {sorted(missing)}")


@cache
def clause_knowledge() -> ClauseKnowledge:
    """The packaged kinds."""
    return load_yaml(ClauseKnowledge, folder("policy") / "clauses.yaml")


def find_clauses(
    reading: Reading, encoded: EncodedDocument, classifier: PassageClassifier
) -> tuple[Clause, ...]:
    """Every clause of terms of service that is of one of the kinds, in text order.

    A sentence of two kinds is two clauses. That a clause is here does not say
    that it is unfair.
    """
    scored = score_sentences(reading, encoded, classifier)
    return clauses_of(scored.spans, scored.scores, classifier.labels, classifier.thresholds)


def clauses_of(
    spans: Sequence[TextSpan], scores: Scores, labels: Sequence[str], thresholds: Scores
) -> tuple[Clause, ...]:
    """The clauses among sentences that were scored.

    Args:
        scores: (spans, labels) in [0, 1].
        thresholds: (labels,): the score from which a sentence is of a kind.
    """
    columns = {label: column for column, label in enumerate(labels)}
    return tuple(
        Clause(
            kind=kind.id,
            name=kind.name,
            why=kind.why,
            start=span.start,
            end=span.end,
            text=span.quote,
            confidence=round(float(row[columns[kind.label]]), 3),
        )
        for span, row in zip(spans, scores, strict=True)
        for kind in clause_knowledge().kinds
        if row[columns[kind.label]] >= thresholds[columns[kind.label]]
    )
