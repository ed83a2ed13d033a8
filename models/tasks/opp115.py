"""Task `opp115`: practices of policy segments, scored against the annotators' majority."""

from __future__ import annotations

from pathlib import Path

from models import metrics
from models.data import read_opp115
from models.shipped import SHIPPED, Shipped
from models.tasks import TaskResult

NAMES = ("encoder", "practices")


def run(data: Path, models: Shipped = SHIPPED) -> TaskResult:
    """Classify every segment of a file; score those that have a majority label.

    Raises:
        BadData: The file is missing, has another format or no labelled segment.
        DamagedModel: The shipped model cannot be used.
    """
    segments = read_opp115(data)
    classifier = models.classifier("practices")
    encoded = models.encoder().encode([segment.text for segment in segments])
    scores = classifier.classify([text.whole() for text in encoded])
    labels = list(classifier.labels)
    predictions: list[dict[str, object]] = [
        {
            "policy": segment.policy,
            "segment": segment.index,
            **metrics.told(labels, row, classifier.thresholds),
        }
        for segment, row in zip(segments, scores, strict=True)
    ]
    marked = [segment.labels for segment in segments]
    labelled = [row for row, names in enumerate(marked) if names]
    return TaskResult(
        {
            "task": "opp115",
            "segments": len(segments),
            "labelled": len(labelled),
            "policies": len({segment.policy for segment in segments}),
            **metrics.multilabel(
                labels,
                [marked[row] for row in labelled],
                scores[labelled],
                classifier.thresholds,
                groups=[segments[row].policy for row in labelled],
            ),
            "models": models.versions(NAMES),
        },
        predictions,
    )
