"""How far each sentence of a document tells a ToS;DR case, as the learned classifier sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.language.protocols import PassageClassifier, Scores
from assistant.policy.encoded import EncodedDocument
from assistant.policy.reading import Reading
from assistant.policy.transparency import score_sentences


@dataclass(frozen=True, slots=True)
class CaseScores:
    """Scores of sentences, by where each begins.

    Attributes:
        rows: Start of a sentence → its row of `scores`.
        columns: Name of a case → its column.
        scores: (sentences, cases) float32 in [0, 1].
        thresholds: (cases,): the score from which a case counts as told.
    """

    rows: Mapping[int, int]
    columns: Mapping[str, int]
    scores: Scores
    thresholds: Scores

    @classmethod
    def of(
        cls, reading: Reading, encoded: EncodedDocument, classifier: PassageClassifier
    ) -> CaseScores:
        scored = score_sentences(reading, encoded, classifier)
        return cls(
            {span.start: row for row, span in enumerate(scored.spans)},
            {name: column for column, name in enumerate(classifier.labels)},
            scored.scores,
            classifier.thresholds,
        )

    def likely(self, start: int, names: Sequence[str]) -> float | None:
        """How near the sentence at `start` comes to telling one of the cases, in [0, 1].

        None where the classifier knows none of them.
        """
        row = self.rows.get(start)
        known = [self.columns[name] for name in names if name in self.columns]
        if row is None or not known:
            return None
        return min(1.0, max(float(self.scores[row, c] / self.thresholds[c]) for c in known))
