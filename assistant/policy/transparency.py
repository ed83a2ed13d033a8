"""Which of the things that Art. 13 and 14 GDPR ask for a privacy policy says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.language.protocols import Passage, PassageClassifier, Scores
from assistant.policy.details import TransparencyItem
from assistant.policy.encoded import EncodedDocument
from assistant.policy.reading import Reading
from assistant.report import Outcome, TextSpan

_STRICT = ConfigDict(extra="forbid")
UNSURE_FROM = 0.15
"""Probability from which a sentence is too near to call an item absent."""
MAX_EVIDENCE = 3
LABELS = frozenset(
    {
        "Automated Decision-Making",
        "Controller Contact",
        "Controller Name",
        "DPO Contact",
        "Data Categories",
        "Data Recipients",
        "Data Retention Period",
        "Legal Basis for Processing",
        "Legitimate Interests for Processing",
        "Mandatory Data Disclosure",
        "Processing Purpose",
        "Right to Access",
        "Right to Erasure",
        "Right to Lodge Complaint",
        "Right to Object",
        "Right to Portability",
        "Right to Rectification",
        "Right to Restrict",
        "Right to Withdraw Consent",
        "Source of Data",
        "Third-country Transfers",
    }
)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TransparencyEntry:
    """One thing that the law asks a policy to say.

    Attributes:
        label: The classifier's name for it.
        only_where: Completes "asked for only where …"; "" where the law always asks.
    """

    id: str
    label: str
    name: str
    article: str
    source: str
    only_where: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TransparencyKnowledge:
    """`transparency.yaml`: every label of the classifier once."""

    sources: Mapping[str, Source]
    items: tuple[TransparencyEntry, ...]

    def __post_init__(self) -> None:
        if sorted(item.label for item in self.items) != sorted(LABELS):
            raise ValueError("the items are not the labels of the classifier")
        if missing := {item.source for item in self.items} - self.sources.keys():
            raise ValueError(f"unknown sources {sorted(missing)}")


@cache
def transparency_knowledge() -> TransparencyKnowledge:
    """The packaged items, in the order in which a report tells them."""
    return load_yaml(TransparencyKnowledge, folder("policy") / "transparency.yaml")


@dataclass(frozen=True, slots=True)
class ScoredSentences:
    """The sentences of a document but for its headings, as a classifier scores them.

    Attributes:
        spans: Where each stands, in text order.
        scores: (spans, labels) float32 in [0, 1].
        complete: Whether all of every sentence was scored.
    """

    spans: tuple[TextSpan, ...]
    scores: Scores
    complete: bool


def score_sentences(
    reading: Reading, encoded: EncodedDocument, classifier: PassageClassifier
) -> ScoredSentences:
    """Score every sentence in one call; one that lies in two segments has its better score."""
    text = reading.document.text
    spans: list[TextSpan] = []
    passages: list[Passage] = []
    rows: list[int] = []
    complete = True
    for place in reading.sentences:
        if place.heading:
            continue
        start, end = place.sentence.start, place.sentence.end
        parts = list(_parts(encoded, text, start, end))
        complete &= sum(len(part.text) + 1 for part in parts) > end - start
        passages += parts
        rows += [len(spans)] * len(parts)
        spans.append(TextSpan(start, end, text[start:end]))
    scores = np.zeros((len(spans), len(classifier.labels)), dtype=np.float32)
    if passages:
        np.maximum.at(scores, rows, classifier.classify(passages))
    return ScoredSentences(tuple(spans), scores, complete and bool(spans))


def _parts(encoded: EncodedDocument, text: str, start: int, end: int) -> Iterator[Passage]:
    """A sentence as its segments were read: one passage, more where a segment ends in it."""
    while start < end and (passage := encoded.passage(start, end)) and passage.text:
        yield passage
        start += len(passage.text)
        start += start < end and text[start].isspace()


def find_transparency(
    reading: Reading, encoded: EncodedDocument, classifier: PassageClassifier
) -> tuple[TransparencyItem, ...]:
    """Every item that the law asks for, in the order of `transparency.yaml`.

    An item is present with the sentences that give it, best first; undetermined
    with the one that comes nearest; absent only where everything was read.
    """
    scored = score_sentences(reading, encoded, classifier)
    columns = {label: column for column, label in enumerate(classifier.labels)}
    return tuple(
        _item(
            entry,
            scored,
            scored.scores[:, columns[entry.label]],
            threshold=float(classifier.thresholds[columns[entry.label]]),
        )
        for entry in transparency_knowledge().items
    )


def _item(
    entry: TransparencyEntry, scored: ScoredSentences, scores: Scores, *, threshold: float
) -> TransparencyItem:
    """One item by the probabilities that each sentence gives it."""
    best = float(scores.max(initial=0))
    giving: tuple[int, ...] = ()
    if best >= threshold:
        outcome, confidence = Outcome.PRESENT, best
        ranked = np.argsort(-scores, kind="stable")[:MAX_EVIDENCE]
        giving = tuple(int(row) for row in ranked if scores[row] >= threshold)
    elif best >= UNSURE_FROM or not scored.complete:
        outcome, confidence = Outcome.UNDETERMINED, best
        giving = (int(scores.argmax()),) if best >= UNSURE_FROM else ()
    else:
        outcome, confidence = Outcome.ABSENT, 1 - best
    return TransparencyItem(
        id=entry.id,
        name=entry.name,
        article=entry.article,
        outcome=outcome,
        confidence=round(confidence, 3),
        evidence=tuple(scored.spans[row] for row in giving),
        only_where=entry.only_where,
    )
