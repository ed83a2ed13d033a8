"""Train the component that finds names of people in lines of text, on invented lines alone.

    python -m models.training.names

Faker (MIT, in the extra `train`) and `names_lines.yaml` make the lines; no labelled
text of pictures is at hand, so the figures are those of invented lines with
locales, line shapes and near misses that were held out. They say how well names
of unseen kinds are told from unseen look-alikes, not how often a photo is right.
A run takes some minutes on two cores and follows from its seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.photo.seeing.names import (
    KNOWN,
    NAME,
    WEIGHTS,
    NamesConfig,
    Token,
    as_doc,
    build,
    find_names,
    fold,
    holds_known,
    is_plausible,
    likeliest,
    tokenize,
)
from models.data import file_hash
from models.training.base import MODELS
from models.training.faces import wilson
from models.training.names_lines import HELD, LISTS, SEEN, NamedLine, make_lines, pool
from models.training.release import Origin, as_config, write_metrics, write_model

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline.spancat import SpanCategorizer
    from spacy.training import Example

LABEL = "PERSON"
THRESHOLDS = tuple(round(0.5 + 0.05 * i, 2) for i in range(10))


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a run.

    Attributes:
        lines: Invented lines that are trained on, each seen once a pass.
        passes: How often; every pass has lines of its own.
        precision: The threshold is the least that reaches it on lines of seen kinds.
    """

    seed: int = 20261127
    lines: int = 40_000
    passes: int = 6
    batch: int = 128
    dropout: float = 0.2
    rate: float = 0.002
    width: int = 64
    depth: int = 2
    rows: int = 3_400
    hidden: int = 64
    longest: int = 9
    precision: float = 0.985
    measured: int = 6_000


@dataclass(frozen=True, slots=True)
class Counts:
    """What is found in some lines.

    Attributes:
        right, found, there: Names found from their first to their last word, all that are
            found, and all that are there.
        lines_right, lines_found, lines_there: The same of lines: with a name of which some is
            found, in which one is found, and with one.
        empty: Lines without a name.
    """

    right: int
    found: int
    there: int
    lines_right: int
    lines_found: int
    lines_there: int
    empty: int

    @property
    def alarms(self) -> int:
        """Lines without a name in which one is found."""
        return self.lines_found - self.lines_right

    @property
    def precision(self) -> float:
        return self.lines_right / max(1, self.lines_found)

    @property
    def recall(self) -> float:
        return self.lines_right / max(1, self.lines_there)

    @property
    def exact_f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.there)


def config_of(recipe: Recipe, threshold: float) -> NamesConfig:
    return NamesConfig(
        threshold=threshold,
        width=recipe.width,
        depth=recipe.depth,
        rows=recipe.rows,
        hidden=recipe.hidden,
        longest=recipe.longest,
    )


def example(nlp: Language, line: NamedLine) -> Example:
    """A line with its names as spans of tokens; a name of one token is none."""
    from spacy.tokens import Span, SpanGroup
    from spacy.training import Example

    tokens = tokenize(line.text)
    told = as_doc(nlp, tokens)
    spans = [Span(told, a, b, label=LABEL) for a, b in runs(line) if b - a > 1]
    told.spans[NAME] = SpanGroup(told, name=NAME, spans=spans)
    return Example(as_doc(nlp, tokens), told)


def runs(line: NamedLine) -> list[tuple[int, int]]:
    """The names of a line as runs of its tokens."""
    tokens = tokenize(line.text)
    found = []
    for start, end in line.names:
        inside = [i for i, token in enumerate(tokens) if start <= token.start and token.end <= end]
        if inside:
            found.append((inside[0], inside[-1] + 1))
    return found


def train(recipe: Recipe) -> tuple[Language, SpanCategorizer]:
    """A component trained from nothing; its weights follow from the recipe."""
    from thinc.api import Adam, fix_random_seed

    fix_random_seed(recipe.seed)
    nlp, spans = build(config_of(recipe, 0.5))
    spans.add_label(LABEL)
    sample = [example(nlp, line) for line in make_lines(200, recipe.seed)]
    spans.initialize(lambda: sample, nlp=nlp)
    optimizer = Adam(recipe.rate, L2=0.0, grad_clip=1.0)
    rng = random.Random(recipe.seed)
    for turn in range(recipe.passes):
        lines = make_lines(recipe.lines, recipe.seed + 1 + turn)
        rng.shuffle(lines)
        losses: dict[str, float] = {}
        for batch in batches(lines, recipe.batch):
            examples = [example(nlp, line) for line in batch]
            spans.update(examples, drop=recipe.dropout, sgd=optimizer, losses=losses)
        optimizer.learn_rate *= 0.65
        print(f"pass {turn + 1}: {losses}", file=sys.stderr)
    return nlp, spans


def batches(lines: Sequence[NamedLine], size: int) -> list[Sequence[NamedLine]]:
    return [lines[i : i + size] for i in range(0, len(lines), size)]


def choose_threshold(nlp: Language, spans: SpanCategorizer, recipe: Recipe) -> float:
    """The least threshold that is precise enough on new lines of the kinds that were trained on."""
    lines = make_lines(recipe.measured, recipe.seed - 1)
    docs = [as_doc(nlp, tokenize(line.text)) for line in lines]
    scored = [
        [run for run in row if _may_be(tokenize(line.text), run[:2])]
        for line, row in zip(lines, likeliest(spans, docs, min(THRESHOLDS)), strict=True)
    ]
    for threshold in THRESHOLDS:
        found = [[(a, b) for a, b, score in row if score >= threshold] for row in scored]
        if count(lines, found).precision >= recipe.precision:
            return threshold
    return max(THRESHOLDS)


def _may_be(tokens: Sequence[Token], run: tuple[int, int]) -> bool:
    return holds_known(tokens[slice(*run)], known_words()) and is_plausible(tokens, *run)


@cache
def known_words() -> frozenset[str]:
    """Words of three letters and more in the names of the locales that are trained on, folded."""
    names = (name for at in SEEN for name in (*pool(at).firsts, *pool(at).lasts))
    words = {fold(token.text).lower() for name in names for token in tokenize(name)}
    return frozenset(word for word in words if len(word) > 2 and word.isalpha())


def count(lines: Sequence[NamedLine], found: Sequence[Sequence[tuple[int, int]]]) -> Counts:
    """Compare runs of tokens that are found with the names of each line."""
    pairs = [(set(runs(line)), set(row)) for line, row in zip(lines, found, strict=True)]
    return Counts(
        right=sum(len(there & seen) for there, seen in pairs),
        found=sum(len(seen) for _, seen in pairs),
        there=sum(len(there) for there, _ in pairs),
        lines_right=sum(bool(there and seen) for there, seen in pairs),
        lines_found=sum(bool(seen) for _, seen in pairs),
        lines_there=sum(bool(there) for there, _ in pairs),
        empty=sum(not there for there, _ in pairs),
    )


def as_shipped(lines: Sequence[NamedLine], root: Path) -> Counts:
    """Counts of what the assistant finds, its lists of words included."""
    found = []
    for line, names in zip(lines, find_names([x.text for x in lines], roots=(root,)), strict=True):
        spans = tuple((name.start, name.end) for name in names)
        found.append(runs(NamedLine(line.text, spans)))
    return count(lines, found)


def unseen(lines: Sequence[NamedLine]) -> list[NamedLine]:
    """Lines with names of which no word of three letters is a name in a trained locale."""
    return [line for line in lines if line.names and not known_words() & _long_words(line)]


def _long_words(line: NamedLine) -> set[str]:
    tokens = [token for a, b in line.names for token in tokenize(line.text[a:b])]
    return {fold(token.text).lower() for token in tokens if len(token.text) > 2}


def measure(root: Path, recipe: Recipe) -> dict[str, object]:
    """Figures on lines of kinds that were trained on, and of kinds that were held out."""
    size, seed = recipe.measured, recipe.seed - 2
    kinds = {
        "seen locales, seen shapes": make_lines(size, seed),
        "held-out locales, seen shapes": make_lines(size, seed - 1, locales=HELD),
        "seen locales, held-out shapes": make_lines(size, seed - 2, shapes="held"),
        "held-out locales, held-out shapes": make_lines(
            size, seed - 3, locales=HELD, shapes="held"
        ),
    }
    counts = {kind: as_shipped(lines, root) for kind, lines in kinds.items()}
    both = counts["held-out locales, held-out shapes"]
    new = as_shipped(unseen(kinds["held-out locales, held-out shapes"]), root)
    rows = [
        [kind, c.precision, c.recall, c.lines_there, c.alarms / c.empty, c.empty, c.exact_f1]
        for kind, c in counts.items()
    ]
    return {
        "headline": [
            {
                "name": "precision on invented lines of held-out kinds",
                "value": both.precision,
                "interval": wilson(both.lines_right, both.lines_found),
            },
            {
                "name": "recall on them",
                "value": both.recall,
                "interval": wilson(both.lines_right, both.lines_there),
            },
        ],
        "more": [
            {
                "title": "By what was held out",
                "columns": [
                    *("invented lines of", "precision", "recall", "lines with a name"),
                    *("false alarms", "lines without", "F1 of whole names"),
                ],
                "rows": rows,
                "note": f"{new.lines_there} of the held-out lines have names of which no word is a "
                "name in a trained locale; those are never found, because a name has to hold a "
                "known word. A line counts as found when some of its words are; its box is covered "
                "whole. F1 counts a name that is found from its first to its last word.",
            }
        ],
        "speed": speed([line.text for line in kinds["seen locales, seen shapes"]][:300], root),
    }


def speed(lines: Sequence[str], root: Path) -> str:
    """Best of three, one thread, after loading."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        find_names(lines, roots=(root,))
        times.append(time.perf_counter() - started)
    return f"{1000 * min(times):.0f} ms for {len(lines)} lines."


def run(recipe: Recipe, root: Path = MODELS) -> Path:
    """The whole way from a seed to a measured model; returns its folder."""
    nlp, spans = train(recipe)
    return finish(nlp, spans, recipe, root)


def finish(nlp: Language, spans: SpanCategorizer, recipe: Recipe, root: Path) -> Path:
    """Choose the threshold, write the folder and measure what it holds."""
    config = config_of(recipe, choose_threshold(nlp, spans, recipe))
    files = {
        WEIGHTS: spans.to_bytes(exclude=["vocab"]),
        KNOWN: "\n".join(sorted(known_words())).encode(),
        "config.json": as_config(asdict(config)),
    }
    origin = Origin(
        base="",
        base_version="",
        base_licence="",
        licence="models/LICENSE: Apache-2.0, trained on invented lines",
        data={LISTS.name: file_hash(LISTS)},
        config=asdict(recipe),
        packages=("faker", "wonderwords", "spacy", "thinc", "numpy"),
    )
    folder = write_model(NAME, files, origin, root)
    figures = measure(root, recipe)
    write_metrics(folder, {**figures, "size_bytes": sum(map(len, files.values()))})
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.names")
    parser.add_argument("--out", type=Path, default=MODELS, help="where the folder is written")
    asked = parser.parse_args(arguments)
    print(run(Recipe(), asked.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
