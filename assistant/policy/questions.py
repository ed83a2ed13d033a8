"""Questions in a person's words: those that the report settles, and free ones asked of the text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.language.protocols import DocumentType, FoundAnswer, QuestionReader
from assistant.policy.details import Answer, SuggestedQuestion, TransparencyItem
from assistant.policy.detect import Detection
from assistant.policy.encoded import EncodedDocument
from assistant.policy.reading import Reading
from assistant.policy.rulebook import policy_rules
from assistant.policy.sentences import sentences
from assistant.policy.transparency import transparency_knowledge
from assistant.report import Outcome, TextSpan

_STRICT = ConfigDict(extra="forbid")
ANSWERED = 0.5
"""Probability that the text answers at all from which an answer is given."""
NEAREST = 0.25
"""The same from which the nearest passage is shown, as one that may answer."""
SPOKEN_OF = 0.5
"""Share of the question's own words in a passage from which the text is never called silent."""
FURTHER = 0.5
"""A further passage is quoted when it is this likely, and half as likely as the best."""
MAX_EVIDENCE = 3
WORDS_WEIGH = 5.0
"""Log-odds that a passage gains when it holds all of the question's own words."""
_STEM = 5
"""Letters by which words are compared, so that "advertising" meets "advertisers"."""
_SAY_NOTHING = frozenset(
    {"data", "information", "personal", "policy", "company", "service", "keep", "long", "thing"}
)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question of `questions.yaml`.

    Attributes:
        types: Document types for which it is suggested.
        rules: Rules whose sentences settle it, the first one that tells something.
        item: Id in `transparency.yaml` whose quotes settle it, told with `says`.
    """

    id: str
    question: str
    types: tuple[DocumentType, ...]
    rules: tuple[str, ...] = ()
    item: str = ""
    says: str = ""

    def __post_init__(self) -> None:
        if not self.rules and not self.item:
            raise ValueError(f"{self.id}: nothing settles this question")
        if bool(self.item) != bool(self.says):
            raise ValueError(f"{self.id}: an item and its sentence go together")


@cache
def question_entries() -> tuple[QuestionEntry, ...]:
    """The packaged questions.

    Raises:
        ValueError: One names a rule or an item that does not exist.
    """
    entries = load_yaml(tuple[QuestionEntry, ...], folder("policy") / "questions.yaml")
    items = {item.id for item in transparency_knowledge().items} | {""}
    for entry in entries:
        if unknown := {*entry.rules} - policy_rules().keys() or {entry.item} - items:
            raise ValueError(f"questions.yaml: {entry.id} speaks of unknown {sorted(unknown)}")
    return entries


def suggest(
    document_type: DocumentType,
    detections: Sequence[Detection],
    transparency: Sequence[TransparencyItem],
) -> tuple[SuggestedQuestion, ...]:
    """The questions for a document of that type, with their answers where the report has them."""
    by_rule = {detection.rule.id: detection for detection in detections}
    by_item = {item.id: item for item in transparency}
    return tuple(
        SuggestedQuestion(
            entry.id, entry.question, _settle(entry, by_rule, by_item.get(entry.item))
        )
        for entry in question_entries()
        if document_type in entry.types
    )


def ask(
    question: str,
    suggested: Sequence[SuggestedQuestion],
    reading: Reading,
    encoded: EncodedDocument,
    reader: QuestionReader,
) -> Answer:
    """Answer a free question with the passage that answers it, or say that the text does not.

    A question that the report settles keeps the answer it has there.
    """
    asked = _normal(question)
    for known in suggested:
        if known.answer and _normal(known.question) == asked:
            return known.answer
    read = reader.read(question, encoded.texts)
    if not read.answers:
        return _silent(question, "not_said", 0.0)
    held = _held(question, encoded)
    odds = [
        _log_odds(a.relevance) + WORDS_WEIGH * h for a, h in zip(read.answers, held, strict=True)
    ]
    order = sorted(range(len(odds)), key=lambda row: -odds[row])
    first, answered = order[0], read.answered
    if held[first] >= SPOKEN_OF:
        answered = max(answered, NEAREST)
    elif not held[first] and any(held):
        answered = min(answered, ANSWERED - 0.01)
    if answered < NEAREST:
        return _silent(question, "not_said", round(1 - answered, 2))
    nearest = _sentences_of(reading, encoded, first, read.answers[first])
    if answered < ANSWERED:
        return _silent(question, "unsure", round(1 - answered, 2), nearest)
    evidence = list(nearest)
    best = read.answers[first].relevance
    for row in order[1:MAX_EVIDENCE]:
        if read.answers[row].relevance >= max(FURTHER, best / 2):
            evidence += _sentences_of(reading, encoded, row, read.answers[row])
    return Answer(
        question=question,
        text=" ".join(span.quote for span in nearest),
        evidence=tuple(dict.fromkeys(evidence)),
        confidence=round(answered, 2),
    )


def _held(question: str, encoded: EncodedDocument) -> list[float]:
    """For each segment the share of the question's own words that it holds, in [0, 1].

    The reader knows the questions it was trained on; a person's own words for
    what they care about say much where it has never met them.
    """
    from spacy.lang.en.stop_words import STOP_WORDS

    words = {
        word[:_STEM]
        for word in re.findall(r"[^\W\d_]{4,}", question.casefold())
        if word not in STOP_WORDS and word not in _SAY_NOTHING
    }
    held = []
    for text in encoded.texts:
        there = {word[:_STEM] for word in re.findall(r"[^\W\d_]{4,}", text.text.casefold())}
        held.append(len(words & there) / len(words) if words else 0.0)
    return held


def _log_odds(share: float) -> float:
    bounded = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _settle(
    entry: QuestionEntry, by_rule: dict[str, Detection], item: TransparencyItem | None
) -> Answer | None:
    for name in entry.rules:
        detection = by_rule.get(name)
        if detection and detection.says and detection.evidence:
            return Answer(
                entry.question,
                detection.says,
                detection.evidence,
                round(detection.confidence, 2),
                rule_id=name,
            )
    if item and item.outcome is Outcome.PRESENT:
        return Answer(entry.question, entry.says, item.evidence, round(item.confidence, 2))
    return None


def _silent(
    question: str, why: str, confidence: float, nearest: tuple[TextSpan, ...] = ()
) -> Answer:
    return Answer(question, None, nearest, confidence, reason=sentences().answer[why])


def _sentences_of(
    reading: Reading, encoded: EncodedDocument, row: int, found: FoundAnswer
) -> tuple[TextSpan, ...]:
    """The sentences that the best stretch of a segment touches, whole, as one quote."""
    offset = encoded.segments[row].start
    start, end = offset + found.start, offset + found.end
    text = reading.document.text
    touched = [
        place.sentence
        for place in reading.sentences
        if place.sentence.start < end and place.sentence.end > start
    ]
    if touched:
        start, end = min(s.start for s in touched), max(s.end for s in touched)
    return (TextSpan(start, end, text[start:end]),)


def _normal(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
