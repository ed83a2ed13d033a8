"""All corpora that are learned from at once, with the names of their labels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from models.corpora import gdpr, opp115, piextract, policyqa, tosdr, unfair
from models.corpora.windows import Split
from models.training.network import Sizes

PART_TASKS = ("practices", "gdpr", "unfair", "cases")
"""Tasks whose labels belong to passages inside a window."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of the columns of each task."""

    practices: tuple[str, ...]
    attributes: tuple[str, ...]
    gdpr: tuple[str, ...]
    unfair: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """All corpora, with the names of their labels and the questions that may be asked."""

    splits: dict[str, Split]
    labels: Labels
    questions: dict[str, list[str]]

    def sizes(self) -> Sizes:
        named = asdict(self.labels)
        return Sizes({task: len(named[task]) for task in (*PART_TASKS, "attributes")})


def gather(data: Path) -> Material:
    """Read everything.

    Raises:
        BadData: A corpus is missing.
    """
    segments, practices, attributes = opp115.read(data)
    apps, requirements = gdpr.read(data)
    quotes, cases = tosdr.read(data)
    splits = {
        "opp115": segments,
        "piextract": piextract.read(data),
        "gdpr": apps,
        "unfair": unfair.read(data),
        "cases": quotes,
    }
    kinds = sorted({kind for window in segments.train for kind in window.answers})
    labels = Labels(practices, attributes, requirements, unfair.TAGS, cases)
    return Material(splits, labels, policyqa.questions(data, kinds))
