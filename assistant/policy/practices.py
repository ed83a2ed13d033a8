"""Which OPP-115 practices each segment speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language.protocols import PracticeClassifier
from assistant.policy.details import Practice, PracticeSegment
from assistant.policy.document import Document, Segment


def label_segments(
    document: Document, segments: Sequence[Segment], classifier: PracticeClassifier
) -> tuple[PracticeSegment, ...]:
    """Each segment with the labels whose probability reaches their threshold, surest first."""
    scores = classifier.classify([document.text[s.start : s.end] for s in segments])
    return tuple(
        PracticeSegment(
            start=segment.start,
            end=segment.end,
            heading=segment.heading,
            practices=tuple(
                sorted(
                    (
                        Practice(label, round(float(score), 3))
                        for label, score, threshold in zip(
                            classifier.labels, row, classifier.thresholds, strict=True
                        )
                        if score >= threshold
                    ),
                    key=lambda practice: -practice.confidence,
                )
            ),
        )
        for segment, row in zip(segments, scores, strict=True)
    )
