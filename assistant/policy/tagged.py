"""What the trained tagger marks in a document, and how far it bears out what the rules read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.language.protocols import SpanTagger, TaggedSpan
from assistant.policy.actions import DataAction
from assistant.policy.details import DataTypeSpan
from assistant.policy.encoded import EncodedDocument

ACTIONS = {
    "COLLECT": DataAction.COLLECTED,
    "NOT_COLLECT": DataAction.NOT_COLLECTED,
    "SHARE": DataAction.SHARED,
    "NOT_SHARE": DataAction.NOT_SHARED,
}
"""Tag → action. Other tags say nothing of an action."""
SURE = 0.5
"""Probability from which a mark alone says what is done with data that a sentence names."""
SURER = 0.9
"""The same where a rule reads another action: marks spread from one sentence to its neighbours."""
ALONE = 0.9
"""Factor of a mark's probability where no rule says the same."""
UNCONFIRMED = 0.9
"""Factor of what the rules read where the tagger marks nothing."""
BACKED = 0.5
"""How much of the remaining doubt a mark takes away."""


def tag_document(encoded: EncodedDocument, tagger: SpanTagger) -> tuple[TaggedSpan, ...]:
    """The marks of all segments, with offsets of the document, in text order."""
    return tuple(
        replace(span, start=span.start + segment.start, end=span.end + segment.start)
        for segment, spans in zip(encoded.segments, tagger.tag(encoded.texts), strict=True)
        for span in spans
        if span.tag in ACTIONS
    )


def marks_over(marks: Sequence[TaggedSpan], start: int, end: int) -> list[TaggedSpan]:
    """The marks that overlap a stretch. `marks` by start."""
    return [mark for mark in marks if mark.start < end and mark.end > start]


def weigh(span: DataTypeSpan, marks: Sequence[TaggedSpan]) -> DataTypeSpan:
    """A span that the rules read, more or less sure after the tagger had its say."""
    same = [mark.confidence for mark in marks if ACTIONS[mark.tag] is span.action]
    confidence = span.confidence
    if same:
        confidence = 1 - (1 - confidence) * (1 - BACKED * max(same))
    elif not marks:
        confidence *= UNCONFIRMED
    return replace(span, confidence=round(confidence, 3))
