"""Task `extraction`: the policy's text out of saved pages, scored by 5-word shingles."""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from pathlib import Path

from assistant.errors import InputError
from assistant.policy.extract import extract
from models.data import BadData
from models.tasks import TaskResult

Shingles = Counter[tuple[str, ...]]

MAX_CHARS = 5_000_000
SHINGLE_WORDS = 5
LEAST_SHARE_IN_PAGE = 0.8
LOW_RECALL = 0.8
_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """Lower-case words and numbers of text that may hold character references."""
    return _WORD.findall(html.unescape(text).lower())


def shingles(text: str) -> Shingles:
    """Every run of five words, with how often it occurs."""
    found = words(text)
    return Counter(
        tuple(found[start : start + SHINGLE_WORDS])
        for start in range(max(0, len(found) - SHINGLE_WORDS + 1))
    )


def gold_text(cleaned: str) -> str:
    """The words of a cleaned file, whose paragraphs are parted by `|||`."""
    return _TAG.sub(" ", cleaned.replace("|||", " "))


def page_text(page: bytes) -> str:
    """Every word of a page between tags, scripts included."""
    return _TAG.sub(" ", page.decode("utf-8", "replace"))


def precision_recall(got: Shingles, gold: Shingles) -> tuple[float, float]:
    """Shares of what was extracted that is gold, and of gold that was extracted."""
    same = (got & gold).total()
    return same / max(1, got.total()), same / max(1, gold.total())


def run(data: Path) -> TaskResult:
    """Extract every page; score those whose cleaned text is known and mostly in the page.

    Raises:
        BadData: The folder has no `pages/`, or nothing in it.
    """
    files = sorted(path for path in (data / "pages").glob("*") if path.is_file())
    if not files:
        raise BadData("The data folder has no pages in `pages/`.")
    predictions: list[dict[str, object]] = []
    pairs: list[tuple[float, float]] = []
    seconds = 0.0
    for file in files:
        page = file.read_bytes()
        start = time.perf_counter()
        try:
            text = extract(page, media_type="text/html", name=file.name, max_chars=MAX_CHARS).text
        except InputError:
            text = ""
        seconds += time.perf_counter() - start
        predictions.append({"file": file.name, "text": text})
        cleaned = data / "cleaned" / file.name
        if not cleaned.is_file():
            continue
        gold = shingles(gold_text(cleaned.read_text(encoding="utf-8", errors="replace")))
        in_page = (shingles(page_text(page)) & gold).total()
        if in_page >= LEAST_SHARE_IN_PAGE * gold.total():
            pairs.append(precision_recall(shingles(text), gold))
    metrics: dict[str, object] = {
        "task": "extraction",
        "files": len(files),
        "ms_per_page": round(1000 * seconds / len(files), 1),
    }
    if pairs:
        metrics |= {
            "pages": len(pairs),
            "precision": round(sum(p for p, _ in pairs) / len(pairs), 4),
            "recall": round(sum(r for _, r in pairs) / len(pairs), 4),
            "f1": round(sum(2 * p * r / (p + r) for p, r in pairs if p + r) / len(pairs), 4),
            "pages_below_80": sum(r < LOW_RECALL for _, r in pairs),
        }
    return TaskResult(metrics, predictions)
