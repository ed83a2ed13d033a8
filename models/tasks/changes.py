"""Task `changes`: are real changes told, and are cosmetic twins silent?"""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from assistant.errors import InputError
from assistant.knowledge import version
from assistant.language.artifacts import model_versions
from assistant.policy.analyze import LANGUAGES, analyze_policy
from assistant.policy.changes import Changes
from assistant.policy.compare import Version, compare
from assistant.policy.embedded import NAMES, embedded_models
from assistant.policy.extract import extract
from models.data import BadData, read_json_lines
from models.tasks import TaskResult
from models.tasks.documents import MAX_CHARS

_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" \d{1,2}(?:st|nd|rd|th)?, ?20\d\d\b"
)
_DATE_WORDS = frozenset(
    re.findall(
        r"\w+",
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug sep sept oct nov dec st nd rd th",
    )
)
FEWEST_WORDS = 5
"""Words that a pair gains and loses, in sum, from which its text counts as reworded."""
_PUNCTUATION = {" – ": " - ", "’": "'", "“": '"', "”": '"', "; ": ", "}


def run(data: Path) -> TaskResult:
    """Compare each pair, and each new version with a cosmetic twin of itself.

    Raises:
        BadData: The file is missing or has other fields, or holds no pair.
    """
    versions = _Versions()
    predictions: list[dict[str, object]] = []
    silent: list[bool] = []
    told: list[bool] = []
    told_of_reworded: list[bool] = []
    skipped = 0
    for row in read_json_lines(data):
        try:
            before, after = str(row["before"]), str(row["after"])
        except KeyError:
            raise BadData("A line of the pairs has no `before` or no `after`.") from None
        old, new = versions.of(before), versions.of(after)
        changes = compare(old, new) if old and new else None
        predictions.append(_line(row, changes))
        told.append(bool(changes and changes.material and changes.sentences))
        skipped += changes is None
        if old and new and is_reworded(old.details.text, new.details.text):
            told_of_reworded.append(told[-1])
        twin = versions.of(cosmetic_twin(after)) if new else None
        if new and twin:
            silent.append(not compare(new, twin).material)
    if not predictions:
        raise BadData("The data hold no pairs.")
    return TaskResult(
        {
            "task": "changes",
            "pairs": len(predictions),
            "told": _share(told),
            "not_comparable": skipped,
            "reworded": len(told_of_reworded),
            "told_of_reworded": _share(told_of_reworded),
            "twins": len(silent),
            "twins_silent": _share(silent),
            "knowledge": version(),
            "models": model_versions(NAMES),
        },
        predictions,
    )


def cosmetic_twin(markdown: str) -> str:
    """The same document with other dates and punctuation, navigation, and another order.

    Sections below second-level headings change places where there are several.
    """
    text = _DATE.sub("5 March 2031", markdown)
    head, *sections = re.split(r"(?m)^(?=## )", text)
    random.Random(0).shuffle(sections)
    text = head + "".join(part.rstrip("\n") + "\n\n" for part in sections)
    for typed, plain in _PUNCTUATION.items():
        text = text.replace(typed, plain)
    return f"[Home](/) | [About](/about) | [Help](/help)\n\n{text}\n\n[Back to top](#top)\n"


def is_reworded(before: str, after: str) -> bool:
    """Whether two texts differ in their words, whatever their order.

    Months and numbers do not count, nor do a few words. Knows nothing of how
    versions are compared, so that it can say which pairs should be told.
    """
    first, second = _words(before), _words(after)
    return ((first - second) + (second - first)).total() >= FEWEST_WORDS


def _words(text: str) -> Counter[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return Counter(word for word in words if word not in _DATE_WORDS)


def _line(row: dict[str, object], changes: Changes | None) -> dict[str, object]:
    return {
        "service": row.get("service"),
        "date": row.get("date"),
        "material": bool(changes and changes.material),
        "sentences": list(changes.sentences) if changes else [],
        "grade_before": changes.grade_before if changes else None,
        "grade_after": changes.grade_after if changes else None,
    }


class _Versions:
    """Analyses documents; None for one that is no policy in a language that is read."""

    def __init__(self) -> None:
        self._models = embedded_models()

    def of(self, markdown: str) -> Version | None:
        try:
            document = extract(
                markdown.encode(),
                name="version.md",
                media_type="text/markdown",
                max_chars=MAX_CHARS,
            )
        except InputError:
            return None
        analysis = analyze_policy(document, self._models)
        if not analysis.details.segments or analysis.details.language not in LANGUAGES:
            return None
        return Version(analysis.details, analysis.findings, analysis.rating)


def _share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0
