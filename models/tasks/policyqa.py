"""Task `policyqa`: the answer in a question's own passage, and the right passages of a policy."""

from __future__ import annotations

import json
import re
import string
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from models import metrics
from models.data import BadData
from models.shipped import SHIPPED, Shipped
from models.tasks import TaskResult

NAMES = ("encoder", "questions")
HIT = 0.5
"""Word overlap from which a stretch counts as the answer, where confidence is judged."""
Paragraph = Mapping[str, object]


def read_policies(file: Path) -> list[list[Paragraph]]:
    """The paragraphs of each policy of a SQuAD-style file.

    Raises:
        BadData: The file is missing or has another format.
    """
    try:
        policies = json.loads(file.read_text(encoding="utf-8"))["data"]
        return [list(policy["paragraphs"]) for policy in policies]
    except OSError:
        raise BadData("The data file is missing or cannot be read.") from None
    except (ValueError, KeyError, TypeError):
        raise BadData(
            "The data are not a SQuAD-style file (`data`, `paragraphs`, `qas`)."
        ) from None


def normal(text: str) -> str:
    """An answer as SQuAD compares it: no case, punctuation or articles."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def overlap(answer: str, gold: str) -> float:
    """F1 of words in common."""
    ours, theirs = Counter(normal(answer).split()), Counter(normal(gold).split())
    same = sum((ours & theirs).values())
    return 2 * same / (ours.total() + theirs.total()) if same else 0.0


def questions_of(paragraphs: Sequence[Paragraph]) -> dict[str, set[int]]:
    """Question → positions of the passages that answer it."""
    answering: dict[str, set[int]] = defaultdict(set)
    for place, paragraph in enumerate(paragraphs):
        for question in paragraph["qas"]:  # type: ignore[attr-defined]
            answering[question["question"]].add(place)
    return answering


def run(data: Path, models: Shipped = SHIPPED) -> TaskResult:
    """Answer every question, and rank its policy's passages.

    Raises:
        BadData: The file is missing, has another format or no question.
        DamagedModel: The shipped model cannot be used.
    """
    encoder = models.encoder()
    reader = models.reader(encoder)
    predictions: list[dict[str, object]] = []
    f1, exact, first, third, sure = [], [], [], [], []
    relevance: list[float] = []
    relevant: list[bool] = []
    for paragraphs in read_policies(data):
        passages = encoder.encode([str(paragraph["context"]) for paragraph in paragraphs])
        answering = questions_of(paragraphs)
        found = {
            question: reader.read(question, passages).answers for question in sorted(answering)
        }
        ranked = {
            question: sorted(range(len(each)), key=lambda i: -each[i].relevance)
            for question, each in found.items()
        }
        for question, each in found.items():
            relevance += [answer.relevance for answer in each]
            relevant += [place in answering[question] for place in range(len(each))]
        for place, paragraph in enumerate(paragraphs):
            for asked in paragraph["qas"]:  # type: ignore[attr-defined]
                answer = found[asked["question"]][place]
                text = str(paragraph["context"])[answer.start : answer.end]
                order = ranked[asked["question"]]
                golds = [gold["text"] for gold in asked["answers"]]
                f1.append(max(overlap(text, gold) for gold in golds))
                exact.append(any(normal(text) == normal(gold) for gold in golds))
                right = answering[asked["question"]]
                first.append(bool(right & set(order[:1])))
                third.append(bool(right & set(order[:3])))
                sure.append(answer.confidence)
                predictions.append(
                    {
                        "id": asked["id"],
                        "answer": text,
                        "score": answer.confidence,
                        "passages": order,
                    }
                )
    if not predictions:
        raise BadData("The data hold no questions.")
    hits = np.array(f1) >= HIT
    return TaskResult(
        {
            "task": "policyqa",
            "questions": len(predictions),
            "f1": round(float(np.mean(f1)), 4),
            "em": round(float(np.mean(exact)), 4),
            "top1": round(float(np.mean(first)), 4),
            "top3": round(float(np.mean(third)), 4),
            "calibration_error": metrics.calibration_error(np.array(sure), hits),
            "calibration_bins": metrics.calibration_bins(np.array(sure), hits),
            "relevance_calibration_error": metrics.calibration_error(
                np.array(relevance), np.array(relevant)
            ),
            "models": models.versions(NAMES),
        },
        predictions,
    )
