"""How far each sentence of a document tells a ToS;DR case, as the learned classifier sees it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.language.protocols import PassageClassifier, Scores
from assistant.policy.details import ToldCase
from assistant.policy.encoded import EncodedDocument
from assistant.policy.reading import Reading
from assistant.policy.transparency import score_sentences
from assistant.report import TextSpan

LEAST_LIKELY = 0.1
"""Share of its threshold that a case has to reach to be named for a quote."""
NEARLY_AS_LIKELY = 0.8
"""The same share of the likeliest of the rule's cases, for a further one to be named too."""


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

    def told(
        self, rule_id: str, names: Sequence[str], spans: Iterable[TextSpan]
    ) -> Iterator[ToldCase]:
        """Which of a rule's cases each quote tells; all of them where the classifier knows none."""
        starts = list(self.rows)
        for span in spans:
            index = bisect_right(starts, span.start) - 1
            scores = {name: self._score(starts[index], name) for name in names if index >= 0}
            known = {name: score for name, score in scores.items() if score is not None}
            if not known:
                yield from (ToldCase(rule_id, name, span) for name in names)
                continue
            least = max(LEAST_LIKELY, NEARLY_AS_LIKELY * max(known.values()))
            yield from (ToldCase(rule_id, name, span) for name in known if known[name] >= least)

    def _score(self, start: int, name: str) -> float | None:
        """Share of its threshold that a case reaches in the sentence that begins at `start`."""
        column = self.columns.get(name)
        if column is None:
            return None
        return float(self.scores[self.rows[start], column] / self.thresholds[column])

    def likely(self, start: int, names: Sequence[str]) -> float | None:
        """How near the sentence at `start` comes to telling one of the cases, in [0, 1].

        None where the classifier knows none of them.
        """
        if start not in self.rows:
            return None
        known = [score for name in names if (score := self._score(start, name)) is not None]
        return min(1.0, max(known)) if known else None
