"""Task `piextract`: kinds of data that sentences say are, or are not, collected or shared."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.language.protocols import TaggedSpan
from models import metrics
from models.corpora import piextract
from models.corpora.windows import Span, join
from models.shipped import SHIPPED, Shipped
from models.tasks import TaskResult

NAMES = ("encoder", "data_types")
TAGS = tuple(piextract.FOLDERS.values())


def token_range(spans: list[Span], start: int, end: int) -> Span | None:
    """The tokens (end exclusive) that a stretch of characters overlaps."""
    inside = [i for i, (a, b) in enumerate(spans) if a < end and b > start]
    return (inside[0], inside[-1] + 1) if inside else None


def run(data: Path, models: Shipped = SHIPPED) -> TaskResult:
    """Tag every sentence, each read among its neighbours; a span counts if both ends agree.

    Raises:
        BadData: A label folder is missing, or the four differ in their sentences.
        DamagedModel: The shipped model cannot be used.
    """
    sentences = piextract.read_sentences(data)
    encoder, tagger = models.encoder(), models.tagger()
    windows = piextract.windows(sentences, [""] * len(sentences))
    predicted: list[dict[str, set[Span]]] = [{tag: set() for tag in TAGS} for _ in sentences]
    surest: list[float] = []
    right: list[bool] = []
    texts = encoder.encode([window.text for window, _ in windows])
    for (_, places), marked in zip(windows, tagger.tag(texts), strict=True):
        _, stretches = join([" ".join(sentences[i][0]) for i in places], " ")
        for i, stretch in zip(places, stretches, strict=True):
            _, spans = piextract.token_spans(sentences[i][0])
            for found in _inside(marked, stretch):
                if found.tag not in TAGS:
                    continue
                tokens = token_range(spans, found.start - stretch[0], found.end - stretch[0])
                if tokens:
                    predicted[i][found.tag].add(tokens)
                    surest.append(found.confidence)
                    right.append(tokens in sentences[i][1][found.tag])
    figures: dict[str, object] = {}
    scores = []
    for tag in TAGS:
        gold = [set(marked[tag]) for _, marked in sentences]
        own = [each[tag] for each in predicted]
        hits = sum(len(a & b) for a, b in zip(gold, own, strict=True))
        extra = sum(len(b - a) for a, b in zip(gold, own, strict=True))
        missed = sum(len(a - b) for a, b in zip(gold, own, strict=True))
        tally = np.array([hits, extra, missed], dtype=np.int64)
        scores.append(float(metrics.f1(tally)))
        figures[tag] = round(scores[-1], 4)
        figures[f"precision[{tag}]"] = round(hits / max(1, hits + extra), 4)
        figures[f"recall[{tag}]"] = round(hits / max(1, hits + missed), 4)
        figures[f"support[{tag}]"] = hits + missed
    return TaskResult(
        {
            "task": "piextract",
            "sentences": len(sentences),
            "mean": round(float(np.mean(scores)), 4),
            **figures,
            "calibration_error": metrics.calibration_error(np.array(surest), np.array(right)),
            "calibration_bins": metrics.calibration_bins(np.array(surest), np.array(right)),
            "models": models.versions(NAMES),
        },
        [
            {
                "tokens": tokens,
                "spans": [
                    {"start": start, "end": end, "label": tag}
                    for tag in TAGS
                    for start, end in sorted(own[tag])
                ],
            }
            for (tokens, _), own in zip(sentences, predicted, strict=True)
        ],
    )


def _inside(marked: list[TaggedSpan], stretch: Span) -> list[TaggedSpan]:
    """The spans in a sentence; one that runs across sentences is cut."""
    start, end = stretch
    return [
        TaggedSpan(max(s.start, start), min(s.end, end), s.tag, s.confidence)
        for s in marked
        if s.start < end and s.end > start
    ]
