"""Task `opp115`: practices of policy segments, scored against the annotators' majority."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.language.artifacts import model_versions
from assistant.language.practices import NAME, load_practices
from models import metrics
from models.data import read_opp115
from models.tasks import TaskResult


def run(data: Path) -> TaskResult:
    """Classify every segment of a file; score those that have a majority label.

    Raises:
        BadData: The file is missing, has another format or no labelled segment.
        DamagedModel: The shipped model cannot be used.
    """
    segments = read_opp115(data)
    classifier = load_practices(threads=0)
    labels = list(classifier.labels)
    scores = classifier.classify([segment.text for segment in segments])
    assigned = scores >= classifier.thresholds
    predictions: list[dict[str, object]] = [
        {
            "policy": segment.policy,
            "segment": segment.index,
            "labels": [label for label, yes in zip(labels, flags, strict=True) if yes],
            "scores": {
                label: round(float(value), 4) for label, value in zip(labels, row, strict=True)
            },
        }
        for segment, row, flags in zip(segments, scores, assigned, strict=True)
    ]
    known = sorted(set(labels).union(*(segment.labels for segment in segments)))
    gold = np.array([[label in s.labels for label in known] for s in segments], dtype=bool)
    predicted = np.zeros_like(gold)
    probabilities = np.zeros(gold.shape, dtype=np.float64)
    columns = [known.index(label) for label in labels]
    predicted[:, columns] = assigned
    probabilities[:, columns] = scores
    labelled = np.asarray(gold.any(1), dtype=bool)
    groups = [s.policy for s, keep in zip(segments, labelled, strict=True) if keep]
    figures = metrics.report(known, gold[labelled], predicted[labelled], groups)
    return TaskResult(
        {
            "task": "opp115",
            "segments": len(segments),
            "labelled": int(labelled.sum()),
            "policies": len({segment.policy for segment in segments}),
            **figures,
            "calibration_error": metrics.calibration_error(
                probabilities[labelled].ravel(), gold[labelled].ravel()
            ),
            "threshold": round(float(classifier.thresholds[0]), 4),
            "models": model_versions([NAME]),
        },
        predictions,
    )
