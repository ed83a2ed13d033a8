"""Task `ratings`: agreement of the policy rating with people's ratings (PrivacySpy)."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np

from assistant.knowledge import rating_scale
from assistant.language.artifacts import model_versions
from assistant.policy.embedded import NAMES
from models.data import BadData, read_json_lines
from models.tasks import TaskResult
from models.tasks.documents import analyze_files


def run(data: Path) -> TaskResult:
    """Rate the document of every product and compare with its score of 0 to 10.

    Products whose document gets no score are counted and left out of the
    agreement.

    Raises:
        BadData: The list of products or a document is missing, or too few are rated.
    """
    human: dict[str, float] = {}
    files: list[tuple[str, Path]] = []
    for row in read_json_lines(data / "privacyspy.jsonl"):
        slug, document, score = row.get("slug"), row.get("document"), row.get("score_of_10")
        if not (isinstance(slug, str) and isinstance(document, str)):
            raise BadData("A product has no `slug` or no `document`.")
        if not isinstance(score, int | float):
            raise BadData("A product has no `score_of_10`.")
        human[slug] = float(score)
        files.append((slug, data / "documents" / Path(document).name))

    predictions: list[dict[str, object]] = []
    ours: dict[str, int] = {}
    words: dict[str, int] = {}
    analyses = analyze_files([path for _, path in files])
    for (slug, _), (_, analysis) in zip(files, analyses, strict=True):
        rating = analysis.rating if analysis else None
        predictions.append(
            {
                "slug": slug,
                "score": rating.score if rating else None,
                "grade": rating.grade if rating else None,
                "confidence": rating.confidence if rating else 0.0,
            }
        )
        if analysis and rating and rating.score is not None:
            ours[slug] = rating.score
            words[slug] = analysis.details.words
    rated = sorted(ours)
    if len(rated) < 3:
        raise BadData("Fewer than three documents could be rated; nothing can be compared.")
    people = [human[slug] for slug in rated]
    grades = [str(p["grade"]) for p in predictions if p["grade"] is not None]
    return TaskResult(
        {
            "task": "ratings",
            "rated": len(rated),
            "of": len(human),
            "spearman": spearman(people, [ours[slug] for slug in rated]),
            "spearman_of_length": spearman(people, [-words[slug] for slug in rated]),
            "spearman_of_ours_with_length": spearman(
                [ours[slug] for slug in rated], [-words[slug] for slug in rated]
            ),
            "median_score": statistics.median(ours.values()),
            "grades": {grade: grades.count(grade) for grade in sorted(set(grades))},
            "rating_version": rating_scale("policy").version,
            "models": model_versions(NAMES),
        },
        predictions,
    )


def spearman(first: list[float], second: list[int]) -> float:
    """Rank correlation in [-1, 1], ties sharing their mean rank; 0 where one is constant."""
    a, b = _ranks(first), _ranks(second)
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return round(float(a @ b) / norm, 4) if norm else 0.0


def _ranks(values: list[float] | list[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)
