"""Pairs of texts that mean the same, for contrastive pre-training.

A heading and the passage below it; a ToS;DR case and a passage that volunteers
quoted for it. Held-out services give none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.corpora.splits import held_out
from models.corpora.windows import mend
from models.data import read_json_lines
from models.document_names import service_of_name

_FEWEST_WORDS, _MOST_WORDS = 25, 200
_HEADING = re.compile(r"(?:#{1,6}\s+|\d+(?:\.\d+)*[.)]?\s+)?([A-Z][^.!;:#|]{3,80})[:?]?")
_MARKUP = re.compile(r"\]\([^)]*\)|[*_\[\]`>]|^[=-]{3,}$")


@dataclass(frozen=True, slots=True)
class Pair:
    """A short text and the passage that belongs to it."""

    anchor: str
    passage: str


def heading_pairs(text: str) -> Iterator[Pair]:
    """Headings of a plain or Markdown text with the first long line below each."""
    heading = ""
    for raw in text.splitlines():
        line = _MARKUP.sub("", raw).strip()
        words = line.split()
        if not words:
            continue
        found = _HEADING.fullmatch(line) if len(words) <= 10 else None
        if found:
            heading = found[1].strip()
        elif heading and len(words) >= _FEWEST_WORDS:
            yield Pair(heading, " ".join(words[:_MOST_WORDS]))
            heading = ""


def _case_pairs(points: Path) -> Iterator[Pair]:
    for row in read_json_lines(points):
        quote = re.sub(r"<[^>]+>", " ", str(row.get("quote") or ""))
        if row["status"] == "approved" and len(quote.split()) >= 5:
            if held_out(str(row["service_name"] or row["service"])):
                continue
            yield Pair(str(row["case"]), " ".join(quote.split()[:_MOST_WORDS]))


def read_pairs(data: Path, *, seed: int) -> list[Pair]:
    """All pairs of the corpora in random order, each passage once.

    Raises:
        BadData: A corpus is missing.
    """
    documents = (
        mend(str(row["text"]))
        for row in read_json_lines(data / "unlabelled" / "legal_texts.jsonl.xz")
        if not held_out(service_of_name(str(row["name"])))
    )
    from_headings = [pair for text in documents for pair in heading_pairs(text)]
    once = {pair.passage: pair for pair in from_headings}
    pairs = [*once.values(), *_case_pairs(data / "tosdr" / "points.jsonl")]
    random.Random(seed).shuffle(pairs)
    return pairs


def batches(pairs: Iterable[Pair], size: int) -> Iterator[list[Pair]]:
    """Batches in which no anchor comes twice; a repeated one waits for the next batch."""
    waiting: list[Pair] = []
    batch: dict[str, Pair] = {}
    for pair in pairs:
        if pair.anchor.lower() in batch:
            waiting.append(pair)
            continue
        batch[pair.anchor.lower()] = pair
        if len(batch) == size:
            yield list(batch.values())
            batch = {}
            held, waiting = waiting, []
            for late in held:
                if late.anchor.lower() in batch:
                    waiting.append(late)
                else:
                    batch[late.anchor.lower()] = late
