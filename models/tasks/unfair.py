"""Task `unfair`: clauses in terms of service that may be unfair, sentence by sentence.

English is read by the shared encoder, German, Italian and Polish by linear
models. Levels are ignored.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.language.protocols import Scores
from models import metrics
from models.corpora import unfair
from models.data import BadData
from models.shipped import SHIPPED, Shipped
from models.tasks import TaskResult

NAMES = ("encoder", "clauses", "clauses_other")


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
        classifier = models.classifier("clauses") if code == "en" else models.clauses(code)
        labels = list(classifier.labels)
        marked, groups, rows = [], [], []
        for name, sentences, tags in documents:
            scores = (
                _english(models, name, sentences)
                if code == "en"
                else models.clauses(code).classify(sentences)
            )
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


def _english(models: Shipped, name: str, sentences: list[str]) -> Scores:
    """Sentences in order, each read among its neighbours."""
    classifier = models.classifier("clauses")
    windows = unfair.windows(name, sentences, [frozenset()] * len(sentences))
    texts = models.encoder().encode([window.text for window, _ in windows])
    return np.concatenate(
        [
            classifier.classify([text.passage(*part.span) for part in window.parts])
            for (window, _), text in zip(windows, texts, strict=True)
        ]
    )
