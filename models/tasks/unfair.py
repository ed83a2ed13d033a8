"""Task `unfair`: clauses in terms of service that may be unfair, sentence by sentence.

English is read by the shared encoder, German, Italian and Polish by linear
models. Levels are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from assistant.language.clauses import ClauseClassifier
from assistant.language.heads import EmbeddedPassageClassifier
from assistant.language.protocols import Scores
from models import metrics
from models.corpora import unfair
from models.data import BadData
from models.shipped import SHIPPED, Shipped
from models.tasks import TaskResult

NAMES = ("encoder", "clauses", "clauses_other")
Classify = Callable[[str, Sequence[str]], Scores]


def run(data: Path, models: Shipped = SHIPPED) -> TaskResult:
    """Classify every sentence of every language that is there; English is the headline.

    Raises:
        BadData: The folder has no sentences, or a tag file is missing.
        DamagedModel: The shipped model cannot be used.
    """
    found = {code: unfair.read_documents(data, code) for code in unfair.LANGUAGES}
    if not any(found.values()):
        raise BadData("The data folder has no `sentences/en/*.txt`, nor another language's.")
    predictions: list[dict[str, object]] = []
    figures: dict[str, dict[str, object]] = {}
    for code, documents in found.items():
        if not documents:
            continue
        classifier, classify = _reading(code, models)
        labels = list(classifier.labels)
        marked, groups, rows = [], [], []
        for name, sentences, tags in documents:
            scores = classify(name, sentences)
            for line, (row, names) in enumerate(zip(scores, tags, strict=True)):
                told = metrics.told(labels, row, classifier.thresholds)
                predictions.append(
                    {
                        "language": code,
                        "file": name,
                        "line": line,
                        "tags": told["labels"],
                        "scores": told["scores"],
                    }
                )
                marked.append(names & set(unfair.TAGS))
                groups.append(name)
                rows.append(row)
        figures[code] = metrics.multilabel(
            labels, marked, np.array(rows), classifier.thresholds, groups=groups
        )
    headline = figures.get("en") or next(iter(figures.values()))
    return TaskResult(
        {
            "task": "unfair",
            "sentences": len(predictions),
            **headline,
            "languages": {
                code: {"macro": each["macro"], "micro": each["micro"]}
                for code, each in figures.items()
            },
            "models": models.versions(NAMES),
        },
        predictions,
    )


def _reading(
    code: str, models: Shipped
) -> tuple[EmbeddedPassageClassifier | ClauseClassifier, Classify]:
    """A language's classifier, and how a document's sentences get their scores from it."""
    if code != "en":
        other = models.clauses(code)
        return other, lambda _, sentences: other.classify(sentences)
    encoder, classifier = models.encoder(), models.classifier("clauses")

    def classify(name: str, sentences: Sequence[str]) -> Scores:
        windows = unfair.windows(name, sentences, [frozenset()] * len(sentences))
        texts = encoder.encode([window.text for window, _ in windows])
        # Each sentence is read among its neighbours.
        return np.concatenate(
            [
                classifier.classify([text.passage(*part.span) for part in window.parts])
                for (window, _), text in zip(windows, texts, strict=True)
            ]
        )

    return classifier, classify
