"""Hits of a rule in real documents, to read by hand: `python -m models.hits DATA RULE`.

DATA is a folder in the form of the task `tosdr`. First the rule is held against
the volunteers' quotes: those of its own ToS;DR cases it should find (and should
not where curators declined them), those of other cases mostly not. Then it
reads documents drawn at random and prints hits as they stand in their text;
how many of them are right goes into the rule's `checked`.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.policy.describe import describe_data
from assistant.policy.detect import find_matches, label_matches
from assistant.policy.document import Document
from assistant.policy.extract import extract
from assistant.policy.match import Says
from assistant.policy.reading import read
from assistant.policy.rulebook import PolicyRule, policy_rules
from models.data import BadData, read_json_lines
from models.tasks.documents import MAX_CHARS, documents_in
from models.tasks.tosdr import PASSAGE_WORDS

AROUND = 160
"""Characters of context on each side of a hit."""
OTHERS = 0.3
"""Share of the quotes of other cases that a rule is held against."""
SHOWN = 12
"""Quotes of a kind that are printed at most."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A match in its document."""

    document: str
    says: Says
    confidence: float
    context: str


def hits_in(name: str, document: Document, rule: PolicyRule) -> Iterator[Hit]:
    """Every match of the rule, its first quote between »« in its context."""
    text = document.text
    reading = read(document)
    label = describe_data(reading).label if rule.detect.label else ()
    for match in (
        *find_matches(reading, (), {rule.id: rule}),
        *label_matches(label, reading, {rule.id: rule}),
    ):
        start, end = match.spans[0].start, match.spans[-1].end
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        context = _line(f"{before}»{text[start:end]}«{after}")
        yield Hit(name, match.says, match.confidence, context)


def quotes(data: Path) -> Iterator[tuple[str, str, str]]:
    """Case, status and quote of every point whose quote is a passage."""
    for row in read_json_lines(data / "points.jsonl"):
        if row.get("quote") and row.get("case"):
            quote = html.unescape(re.sub(r"<[^>]+>", " ", str(row["quote"])))
            if len(quote.split()) in PASSAGE_WORDS:
                yield str(row["case"]), str(row["status"]), quote


def told_of_quotes(data: Path, rule: PolicyRule) -> None:
    """Print which quotes the rule finds, and which of its own it does not."""
    own: dict[tuple[str, bool], list[str]] = {}
    chance = random.Random(0)
    strangers: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for case, status, quote in quotes(data):
        if case not in rule.tosdr and chance.random() > OTHERS:
            continue
        matches = find_matches(read(_document(quote)), (), {rule.id: rule})
        fired = any(match.says is Says.PRESENT for match in matches)
        if case in rule.tosdr:
            own.setdefault((status, fired), []).append(quote)
        elif fired and status == "approved":
            strangers[case] += 1
            shown[case] = quote
    for status in ("approved", "declined"):
        found, missed = own.get((status, True), []), own.get((status, False), [])
        print(f"\n## {status} quotes of its cases: {len(found)} told, {len(missed)} not")
        title, listed = ("told", found) if status == "declined" else ("not told", missed)
        for quote in listed[:SHOWN]:
            print(f"- {title}: {_line(quote)[:400]}")
    print("\n## approved quotes of other cases that it tells")
    for case, count in strangers.most_common(SHOWN):
        print(f"- {count} × {case}: {_line(shown[case])[:240]}")


def drawn_hits(data: Path, rule: PolicyRule, *, documents: int, number: int, seed: int) -> None:
    """Print hits of documents drawn at random, at most one of each way of saying a document."""
    chance = random.Random(seed)
    paths = documents_in(data)
    chosen = chance.sample(paths, min(documents, len(paths)))
    found: list[Hit] = []
    for path in chosen:
        try:
            document = extract(path.read_bytes(), name=path.name, max_chars=MAX_CHARS)
        except InputError:
            continue
        first: dict[Says, Hit] = {}
        for hit in hits_in(path.name, document, rule):
            first.setdefault(hit.says, hit)
        found += first.values()
    tally = Counter(hit.says.name.lower() for hit in found)
    print(f"\n## {len(chosen)} documents: {dict(tally)}")
    present = [hit for hit in found if hit.says is Says.PRESENT]
    for number_, hit in enumerate(chance.sample(present, min(number, len(present))), start=1):
        print(f"{number_}. [{hit.document}, {hit.confidence:.2f}] {hit.context}")
    for hit in [hit for hit in found if hit.says is not Says.PRESENT][: number // 3]:
        print(f"{hit.says.name.lower()}: [{hit.document}] {hit.context}")


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _document(text: str) -> Document:
    return extract(text.encode(), name="quote.txt", max_chars=MAX_CHARS)


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.hits")
    parser.add_argument("data", type=Path, help="folder with points.jsonl and documents/")
    parser.add_argument("rule", help="id of a rule, with or without its room")
    parser.add_argument("--documents", type=int, default=60, help="how many to read; 0 for none")
    parser.add_argument("--number", type=int, default=20, help="hits to print")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    rule = policy_rules().get(asked.rule) or policy_rules().get(f"policy.{asked.rule}")
    if rule is None:
        print(f"hits: There is no rule {asked.rule}.", file=sys.stderr)
        return 1
    try:
        told_of_quotes(asked.data, rule)
        if asked.documents:
            drawn_hits(
                asked.data,
                rule,
                documents=asked.documents,
                number=asked.number,
                seed=asked.seed,
            )
    except BadData as error:
        print(f"hits: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
