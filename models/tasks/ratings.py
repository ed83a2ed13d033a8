"""Task `ratings`: agreement of the policy rating with people's ratings (PrivacySpy)."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
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
    answers: dict[str, dict[str, str]] = {}
    files: list[tuple[str, Path]] = []
    for row in read_json_lines(data / "privacyspy.jsonl"):
        slug, document, score = row.get("slug"), row.get("document"), row.get("score_of_10")
        if not (isinstance(slug, str) and isinstance(document, str)):
            raise BadData("A product has no `slug` or no `document`.")
        if not isinstance(score, int | float):
            raise BadData("A product has no `score_of_10`.")
        human[slug] = float(score)
        answers[slug] = _answers(row.get("answers"))
        files.append((slug, data / "documents" / Path(document).name))

    predictions: list[dict[str, object]] = []
    ours: dict[str, int] = {}
    words: dict[str, int] = {}
    agreed: list[tuple[str, str, str]] = []
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
        for told in analysis.details.rubric if analysis else ():
            if told.id in answers[slug]:
                agreed.append((told.id, answers[slug][told.id], told.answer))
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
            **agreement(agreed),
            "median_score": statistics.median(ours.values()),
            "grades": {grade: grades.count(grade) for grade in sorted(set(grades))},
            "rating_version": rating_scale("policy").version,
            "models": model_versions(NAMES),
        },
        predictions,
    )


def agreement(answered: Sequence[tuple[str, str, str]]) -> dict[str, float]:
    """How often the twelve questions get the volunteers' answer.

    Args:
        answered: Question, the volunteers' answer, ours.

    Returns:
        Share of equal answers, and the share that each question's commonest answer would
        reach. Both 0 where nothing was answered.
    """
    if not answered:
        return {"same_answer": 0.0, "commonest_answer": 0.0}
    by_question: dict[str, Counter[str]] = {}
    for question, theirs, _ in answered:
        by_question.setdefault(question, Counter())[theirs] += 1
    commonest = sum(count.most_common(1)[0][1] for count in by_question.values())
    same = sum(theirs == ours for _, theirs, ours in answered)
    return {
        "same_answer": round(same / len(answered), 4),
        "commonest_answer": round(commonest / len(answered), 4),
    }


def _answers(told: object) -> dict[str, str]:
    """Question → the volunteers' answer, as far as a product has them."""
    if not isinstance(told, dict):
        return {}
    return {
        str(question): str(answer["value"])
        for question, answer in told.items()
        if isinstance(answer, dict) and "value" in answer
    }


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Rank correlation in [-1, 1], ties sharing their mean rank; 0 where one is constant."""
    a, b = _ranks(first), _ranks(second)
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return round(float(a @ b) / norm, 4) if norm else 0.0


def _ranks(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)
