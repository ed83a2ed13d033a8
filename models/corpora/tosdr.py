"""ToS;DR: quotes that volunteers filed under a case, and quotes that curators declined."""

from __future__ import annotations

import html
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from models.corpora.splits import UNFAIR_COMPANIES, held_out, key
from models.corpora.windows import Part, Split, Window, bare_letters, mend
from models.data import read_json_lines

FEWEST_POINTS = 10
"""Approved quotes that a case must have to be learned."""


def plain_quote(quote: str) -> str:
    """A ToS;DR quote without its markup."""
    return " ".join(mend(html.unescape(re.sub(r"<[^>]+>", " ", quote))).split())


def read(data: Path, *, seed: int = 0, strangers: int = 1_500) -> tuple[Split, tuple[str, ...]]:
    """Quotes with their cases; declined ones as denials; and passages nobody quoted."""
    points = list(read_json_lines(data / "tosdr" / "points.jsonl"))
    counts = Counter(
        str(p["case"])
        for p in points
        if p["status"] == "approved" and len(plain_quote(str(p.get("quote") or "")).split()) >= 3
    )
    names = sorted(case for case, count in counts.items() if count >= FEWEST_POINTS)
    known = {name: i for i, name in enumerate(names)}
    # Who is held out for unfair clauses is left out whole: the same terms are in both corpora.
    told: dict[tuple[str, str], tuple[set[int], set[int]]] = {}
    for p in points:
        quote = " ".join(plain_quote(str(p.get("quote") or "")).split()[:200])
        place = known.get(str(p["case"]))
        if p["status"] not in ("approved", "declined") or len(quote.split()) < 3:
            continue
        service = str(p["service_name"] or p["service"])
        if key(service) in UNFAIR_COMPANIES:
            continue
        yes, no = told.setdefault((service, quote), (set(), set()))
        if place is not None:
            (yes if p["status"] == "approved" else no).add(place)
    split = Split([], [])
    for (service, quote), (yes, no) in told.items():
        part = Part("cases", (0, len(quote)), frozenset(yes), frozenset(no - yes))
        side = split.validation if held_out(service) else split.train
        side.append(Window(service, quote, (part,)))
    split.train.extend(_strangers(data, points, strangers, random.Random(seed)))
    return split, tuple(names)


def _strangers(
    data: Path, points: Sequence[Mapping[str, object]], most: int, chance: random.Random
) -> Iterator[Window]:
    """Paragraphs of annotated documents that no point quotes: they tell no case, or hardly."""
    quotes: dict[str, list[str]] = defaultdict(list)
    service: dict[str, str] = {}
    for p in points:
        document = p.get("document")
        if document:
            quotes[str(document)].append(bare_letters(plain_quote(str(p.get("quote") or "")))[:60])
            service[str(document)] = str(p["service_name"] or p["service"])
    names = sorted(quotes)
    chance.shuffle(names)
    for name in [n for n in names if not held_out(service[n])][: most // 4]:
        text = mend((data / "tosdr" / "documents" / name).read_text("utf-8", errors="replace"))
        lines = [" ".join(line.split()) for line in text.splitlines()]
        long = [line for line in lines if 12 <= len(line.split()) <= 120]
        chance.shuffle(long)
        for line in long[:4]:
            bare = bare_letters(line)
            if not any(q and (q in bare or bare[:60] in q) for q in quotes[name]):
                yield Window(service[name], line, (Part("cases", (0, len(line)), frozenset()),))
