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
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assistant.language.doctype import NAME, DoctypeConfig, load_document_types, reading
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
from models.training.linear import FittedLinear, LinearConfig, prove_equal
from models.training.release import Origin, as_config, write_metrics, write_model

Floats = NDArray[np.float64]
Columns = NDArray[np.int64]

TYPES = tuple(DocumentType)
LINEAR = LinearConfig(
    inverse_regularisation=10,
    word_min_documents=5,
    word_features=40_000,
    character_min_documents=0,
    character_features=0,
    iterations=300,
)
DOUBTFUL = "doubtful"
_KEYWORD = "privacy"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result, besides the data.

    Attributes:
        rare_weight: What a named text of the type `other` counts in training, of
            which there are few, beside one for each other text.
        doubt: Named texts to which the other folds give less than this
            probability of their type are left out of training (never of tests):
            error pages and other texts saved under a policy's name.
    """

    seed: int = 0
    folds: int = 3
    max_words: int = 1_200
    stretches: int = 4
    start_words: int = 40
    min_words: int = 4
    documentation: int = 2_000
    invented: int = 9_000
    rare_weight: float = 2.0
    doubt: float = 0.02
    linear: LinearConfig = LINEAR


def gather(data: Path, documentation: Sequence[Path], recipe: Recipe) -> list[Sample]:
    """All samples, as the model reads them, in a fixed order.

    Of each text there is also a short piece, whose source says so.
    """
    chance = random.Random(recipe.seed)
    writer = PageWriter(chance)
    whole = [
        *corpus_samples(data),
        *documentation_samples(documentation, most=recipe.documentation, chance=chance),
    ]
    pieces = [
        replace(cut(sample, writer, chance), source=f"piece, {sample.source}")
        for sample in whole
        if sample.source != DOUBTFUL
    ]
    samples = [*whole, *pieces, *writer.samples(recipe.invented)]
    return [
        replace(
            sample,
            text=reading(
                sample.text,
                max_words=recipe.max_words,
                stretches=recipe.stretches,
                start_words=recipe.start_words,
            ),
        )
        for sample in samples
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """Samples with the n-grams of their texts, counted once for all folds.

    Attributes:
        counts: (samples, n-grams), columns in the order of `ngrams`.
        classes: (samples,) positions in `TYPES`.
    """

    samples: Sequence[Sample]
    ngrams: NDArray[np.object_]
    counts: csr_matrix
    classes: NDArray[np.int64]


def count(samples: Sequence[Sample], recipe: Recipe) -> Counted:
    vectorizer = CountVectorizer(
        ngram_range=(1, 2), min_df=recipe.linear.word_min_documents, dtype=np.float32
    )
    counts = vectorizer.fit_transform([sample.text for sample in samples]).tocsr()
    classes = np.array([TYPES.index(sample.type) for sample in samples])
    return Counted(samples, vectorizer.get_feature_names_out(), counts, classes)


def fit(data: Counted, rows: NDArray[np.int64], recipe: Recipe) -> tuple[FittedLinear, Columns]:
    """Choose n-grams, weigh and fit on some rows; returns the columns chosen, too."""
    config = recipe.linear
    part = data.counts[rows]
    documents = np.bincount(part.indices, minlength=part.shape[1])
    total = np.asarray(part.sum(axis=0)).ravel()
    total[documents < config.word_min_documents] = 0
    frequent = np.argsort(-total, kind="stable")[: config.word_features]
    columns: Columns = np.sort(frequent[total[frequent] > 0])
    transformer = TfidfTransformer(sublinear_tf=True)
    matrix = transformer.fit_transform(part[:, columns])
    weights = [
        recipe.rare_weight if sample.source == "named" and sample.type is DocumentType.OTHER else 1
        for sample in (data.samples[row] for row in rows)
    ]
    regression = LogisticRegression(C=config.inverse_regularisation, max_iter=config.iterations)
    fitted = regression.fit(matrix, data.classes[rows], sample_weight=weights)
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, vocabulary=list(data.ngrams[columns])
    )
    vectorizer.idf_ = transformer.idf_
    return FittedLinear({"words": vectorizer}, fitted.coef_.T, fitted.intercept_), columns


def out_of_fold(data: Counted, recipe: Recipe) -> Floats:
    """Logits of each sample by a model that saw none of its group: (samples, types)."""
    out = np.zeros((len(data.samples), len(TYPES)))
    groups = [sample.group for sample in data.samples]
    sure = np.array([sample.source != DOUBTFUL for sample in data.samples])
    for number, (train, test) in enumerate(GroupKFold(recipe.folds).split(groups, groups=groups)):
        fitted, columns = fit(data, train[sure[train]], recipe)
        weighted = TfidfTransformer(sublinear_tf=True)
        weighted.idf_ = fitted.vectorizers["words"].idf_
        matrix = weighted.transform(data.counts[test][:, columns])
        out[test] = matrix @ fitted.weights + fitted.intercept
        print(f"fold {number + 1} of {recipe.folds}", flush=True)
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


def confusions(classes: NDArray[np.int64], best: NDArray[np.int64]) -> dict[str, dict[str, int]]:
    """How many texts of each type were taken for each other one."""
    return {
        kind.value: {
            other.value: int(((classes == row) & (best == column)).sum())
            for column, other in enumerate(TYPES)
            if column != row
        }
        for row, kind in enumerate(TYPES)
    }


def policy_or_terms(samples: Sequence[Sample], probabilities: Floats) -> dict[str, object]:
    """The choice between those two types alone, on texts that are one of them."""
    pair = [TYPES.index(DocumentType.PRIVACY_POLICY), TYPES.index(DocumentType.TERMS)]
    rows = [row for row, sample in enumerate(samples) if TYPES.index(sample.type) in pair]
    flags = np.eye(2, dtype=bool)
    gold = np.array([pair.index(TYPES.index(samples[row].type)) for row in rows])
    figures = metrics.report(
        [TYPES[column].value for column in pair],
        flags[gold],
        flags[probabilities[rows][:, pair].argmax(1)],
        [samples[row].group for row in rows],
    )
    return {"documents": len(rows), **figures}


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
    counted = count(samples, recipe)
    classes = counted.classes
    logits = out_of_fold(counted, recipe)
    sure = np.array([sample.source != DOUBTFUL for sample in samples])
    temperature = fit_temperature(logits[sure], classes[sure])
    shares = softmax(logits / temperature, axis=1)

    own = shares[np.arange(len(samples)), classes]
    kept = np.flatnonzero(sure & (own >= recipe.doubt))
    fitted, _ = fit(counted, kept, recipe)
    packed = fitted.pack()
    difference = prove_equal(fitted, packed, [sample.text for sample in samples])
    config = DoctypeConfig(
        types=[kind.value for kind in TYPES],
        max_words=recipe.max_words,
        stretches=recipe.stretches,
        start_words=recipe.start_words,
        min_words=recipe.min_words,
        temperature=temperature,
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

    def rows_of(*sources: str) -> list[int]:
        return [row for row, sample in enumerate(samples) if sample.source in sources]

    def figures(rows: Sequence[int], scores: Floats) -> dict[str, object]:
        return measure([samples[row] for row in rows], scores[list(rows)])

    named = rows_of("named")
    validation = figures(named, shares)
    best = shares[named].argmax(1)
    pair = policy_or_terms([samples[row] for row in named], shares[named])
    write_metrics(
        folder,
        {
            "data": hashes,
            "validation": validation,
            "policy_or_terms": pair,
            "comparison": [
                summary(
                    "first keyword of the text (baseline)", figures(named, by_keyword(samples))
                ),
                summary("this model, whole legal texts", validation),
                summary("the same, privacy policy or terms alone", pair),
                summary(
                    "the same, with the texts of doubtful names",
                    figures(rows_of("named", DOUBTFUL), shares),
                ),
                summary(
                    "this model, 40–300 words of them", figures(rows_of("piece, named"), shares)
                ),
                summary(
                    "this model, with software documentation",
                    figures(rows_of("named", "documentation"), shares),
                ),
            ],
            "other_recall": {
                source: round(float((shares[rows].argmax(1) == classes[rows]).mean()), 4)
                for source in ("documentation", "invented")
                if (rows := rows_of(source))
            },
            "samples": {
                kind.value: int((classes[sure] == column).sum())
                for column, kind in enumerate(TYPES)
            },
            "doubtful": int((~sure).sum()),
            "left_out": int(sure.sum()) - len(kept),
            "calibration_error": validation["calibration_error"],
            "calibration_bins": metrics.calibration_bins(
                shares[named].max(1), best == classes[named]
            ),
            "errors": confusions(classes[named], best),
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
