"""Which OPP-115 practices each segment speaks of."""

from __future__ import annotations

from assistant.language.protocols import PassageClassifier
from assistant.policy.details import Practice, PracticeSegment
from assistant.policy.encoded import EncodedDocument


def label_segments(
    encoded: EncodedDocument, classifier: PassageClassifier
) -> tuple[PracticeSegment, ...]:
    """Each segment with the labels whose probability reaches their threshold, surest first."""
    scores = classifier.classify([text.whole() for text in encoded.texts])
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
        for segment, row in zip(encoded.segments, scores, strict=True)
    )
