"""Task `gdpr`: which items of Art. 13 and 14 GDPR each passage of a policy gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models import metrics
from models.corpora import gdpr
from models.data import BadData, read_json_lines
from models.shipped import SHIPPED, Shipped
from models.tasks import TaskResult

NAMES = ("encoder", "transparency")


def run(data: Path, models: Shipped = SHIPPED) -> TaskResult:
    """Classify every passage of every app, and score all of them.

    Raises:
        BadData: The file is missing or has another format.
        DamagedModel: The shipped model cannot be used.
    """
    encoder, classifier = models.encoder(), models.classifier("transparency")
    labels = list(classifier.labels)
    predictions: list[dict[str, object]] = []
    marked: list[frozenset[str]] = []
    groups: list[str] = []
    rows = []
    for app in read_json_lines(data):
        windows = gdpr.windows(app, labels)
        for (window, places), text in zip(
            windows, encoder.encode([window.text for window, _ in windows]), strict=True
        ):
            scores = classifier.classify([text.passage(*part.span) for part in window.parts])
            for place, row in zip(places, scores, strict=True):
                told = metrics.told(labels, row, classifier.thresholds)
                predictions.append({"app": window.source, "passage": place, **told})
                rows.append(row)
                groups.append(window.source)
        marked += [gdpr.requirements(passage) for passage in gdpr.passages(app)]
    if not rows:
        raise BadData("The data hold no passages.")
    return TaskResult(
        {
            "task": "gdpr",
            "passages": len(rows),
            "apps": len(set(groups)),
            **metrics.multilabel(
                labels, marked, np.array(rows), classifier.thresholds, groups=groups
            ),
            "models": models.versions(NAMES),
        },
        predictions,
    )
