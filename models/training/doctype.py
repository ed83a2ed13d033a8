"""Train and measure the classifier of document types.

    python -m models.training.doctype DATA --documentation FOLDER...

DATA holds `unlabelled/legal_texts.jsonl.xz` and `tosdr/documents`. The folders
are software documentation of the training machine, for the type `other`. Takes
some minutes on one core.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import GroupKFold

from assistant.language.doctype import NAME, DoctypeConfig, excerpt, load_document_types
from assistant.language.protocols import DocumentType
from models import cards, metrics
from models.data import BadData, file_hash
from models.training.doctype_corpus import (
    PageWriter,
    Sample,
    corpus_samples,
    cut,
    documentation_samples,
)
from models.training.linear import FittedLinear, LinearConfig, fit_multinomial, prove_equal
from models.training.release import Origin, as_config, write_metrics, write_model

Floats = NDArray[np.float64]

TYPES = tuple(DocumentType)
LINEAR = LinearConfig(
    inverse_regularisation=10,
    word_min_documents=5,
    word_features=40_000,
    character_min_documents=0,
    character_features=0,
    iterations=300,
)
_KEYWORD = "privacy"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result, besides the data.

    Attributes:
        doubt: Named texts to which the other folds give less than this
            probability of their type are left out of training (never of tests):
            error pages and other texts saved under a policy's name.
    """

    seed: int = 0
    folds: int = 3
    max_words: int = 800
    min_words: int = 4
    documentation: int = 2_000
    invented: int = 9_000
    doubt: float = 0.02
    linear: LinearConfig = LINEAR


def gather(data: Path, documentation: Sequence[Path], recipe: Recipe) -> list[Sample]:
    """All samples, as the model reads them, in a fixed order."""
    chance = random.Random(recipe.seed)
    writer = PageWriter(chance)
    whole = [
        *corpus_samples(data),
        *documentation_samples(documentation, most=recipe.documentation, chance=chance),
    ]
    pieces = [cut(sample, writer, chance) for sample in whole]
    samples = [*whole, *pieces, *writer.samples(recipe.invented)]
    return [replace(sample, text=excerpt(sample.text, recipe.max_words)) for sample in samples]


def fit(samples: Sequence[Sample], recipe: Recipe) -> FittedLinear:
    classes = [TYPES.index(sample.type) for sample in samples]
    return fit_multinomial([sample.text for sample in samples], classes, recipe.linear)


def out_of_fold(samples: Sequence[Sample], recipe: Recipe) -> Floats:
    """Logits of each sample by a model that saw none of its group: (samples, types)."""
    out = np.zeros((len(samples), len(TYPES)))
    groups = [sample.group for sample in samples]
    for number, (train, test) in enumerate(GroupKFold(recipe.folds).split(groups, groups=groups)):
        fitted = fit([samples[row] for row in train], recipe)
        out[test] = fitted.logits([samples[row].text for row in test])
        print(f"fold {number + 1} of {recipe.folds}")
    return out


def fit_temperature(logits: Floats, classes: NDArray[np.int64]) -> float:
    """What to divide logits by for the best likelihood."""

    def loss(temperature: float) -> float:
        shares = log_softmax(logits / temperature, axis=1)
        return -float(shares[np.arange(len(classes)), classes].mean())

    return float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x)


def measure(samples: Sequence[Sample], probabilities: Floats) -> dict[str, object]:
    """Figures of samples against the types they have."""
    classes = np.array([TYPES.index(sample.type) for sample in samples])
    best = probabilities.argmax(1)
    figures = metrics.report(
        [kind.value for kind in TYPES],
        np.eye(len(TYPES), dtype=bool)[classes],
        np.eye(len(TYPES), dtype=bool)[best],
        [sample.group for sample in samples],
    )
    right = best == classes
    return {
        "documents": len(samples),
        "accuracy": round(float(right.mean()), 4),
        **figures,
        "calibration_error": metrics.calibration_error(probabilities.max(1), right),
    }


def by_keyword(samples: Sequence[Sample]) -> Floats:
    """The baseline: what is named first at the start of the text."""
    marks = (_KEYWORD, "terms", "cookie")
    out = np.zeros((len(samples), len(TYPES)))
    for row, sample in enumerate(samples):
        start = sample.text[:500].lower()
        found = [(start.find(mark), column) for column, mark in enumerate(marks) if mark in start]
        out[row, min(found)[1] if found else TYPES.index(DocumentType.OTHER)] = 1
    return out


def summary(what: str, figures: dict[str, object]) -> dict[str, object]:
    return {"what": what, "macro": figures["macro"], "micro": figures["micro"]}


def speed(texts: Sequence[str]) -> str:
    """Best of three over the longest text, one thread."""
    classifier = load_document_types()
    longest = max(texts, key=lambda text: len(set(text.split())))
    classifier.classify(longest)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        classifier.classify(longest)
        times.append(time.perf_counter() - started)
    return f"{1000 * min(times):.1f} ms for a text of any length, one thread."


def run(data: Path, documentation: Sequence[Path], recipe: Recipe) -> None:
    """The whole way from labelled data to a measured model in `models/doctype`."""
    samples = gather(data, documentation, recipe)
    logits = out_of_fold(samples, recipe)
    classes = np.array([TYPES.index(sample.type) for sample in samples])
    temperature = fit_temperature(logits, classes)
    shares = softmax(logits / temperature, axis=1)

    own = shares[np.arange(len(samples)), classes]
    kept = [s for s, share in zip(samples, own, strict=True) if share >= recipe.doubt]
    fitted = fit(kept, recipe)
    packed = fitted.pack()
    difference = prove_equal(fitted, packed, [sample.text for sample in samples])
    config = DoctypeConfig(
        [kind.value for kind in TYPES], recipe.max_words, recipe.min_words, temperature
    )
    files = {"linear.npz": packed, "config.json": as_config(asdict(config))}
    hashes = {name: file_hash(data / name) for name in ("unlabelled/legal_texts.jsonl.xz",)}
    folder = write_model(
        NAME,
        files,
        Origin(
            base="",
            base_version="",
            base_licence="",
            licence="models/LICENSE: terms that follow from the training texts",
            data=hashes,
            config=asdict(recipe),
            packages=("scikit-learn", "numpy"),
        ),
    )

    def part(source: str, *, whole: bool) -> list[int]:
        total = sum(sample.source != "invented" for sample in samples) // 2
        return [
            row
            for row, sample in enumerate(samples)
            if sample.source == source and (source == "invented" or (row < total) == whole)
        ]

    def figures(rows: Sequence[int], scores: Floats) -> dict[str, object]:
        return measure([samples[row] for row in rows], scores[list(rows)])

    named, pieces = part("named", whole=True), part("named", whole=False)
    every = [*named, *part("documentation", whole=True)]
    validation = figures(named, shares)
    keyword = figures(named, by_keyword(samples))
    write_metrics(
        folder,
        {
            "data": hashes,
            "validation": validation,
            "comparison": [
                summary("first keyword of the text (baseline)", keyword),
                summary("this model, whole legal texts", validation),
                summary("this model, 40–300 words of them", figures(pieces, shares)),
                summary("this model, with software documentation", figures(every, shares)),
            ],
            "other_recall": {
                source: round(float((shares[rows].argmax(1) == classes[rows]).mean()), 4)
                for source in ("documentation", "invented")
                if (rows := part(source, whole=True))
            },
            "samples": {
                kind.value: int((classes == column).sum()) for column, kind in enumerate(TYPES)
            },
            "left_out": len(samples) - len(kept),
            "calibration_error": validation["calibration_error"],
            "linear_runtime_largest_difference": round(difference, 5),
            "size_bytes": sum(map(len, files.values())),
            "speed": speed([sample.text for sample in samples]),
        },
    )
    cards.write_all()


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.doctype")
    parser.add_argument("data", type=Path, help="folder with unlabelled/ and tosdr/")
    parser.add_argument("--documentation", type=Path, nargs="+", required=True, metavar="FOLDER")
    asked = parser.parse_args(arguments)
    try:
        run(asked.data, asked.documentation, Recipe())
    except BadData as error:
        print(f"doctype: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
