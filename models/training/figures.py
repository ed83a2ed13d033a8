"""Measure what was published on held-out sources and write every `metrics.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from assistant.language.heads import sigmoid
from models import metrics, speed
from models.corpora import gdpr, piextract, unfair
from models.corpora.splits import held_out
from models.corpora.windows import Span
from models.data import file_hash, folder_hash, read_json_lines
from models.shipped import Shipped
from models.tasks import load_task
from models.training.base import MODELS
from models.training.calibration import best_figures
from models.training.fit import Marked, Partner, marked, names_of
from models.training.fit_languages import UNFAIR
from models.training.leak import membership
from models.training.material import Material
from models.training.reader import READ
from models.training.release import write_metrics

Figures = dict[str, object]

CORPORA = (
    "opp115/train.jsonl",
    "opp115/validation.jsonl",
    "policyqa/validation.json",
    "piextract/CollectUse_true/train.conll03",
    "piextract/CollectUse_false/train.conll03",
    "piextract/Share_true/train.conll03",
    "piextract/Share_false/train.conll03",
    "gdpr_transparency/train.jsonl",
    "tosdr/points.jsonl",
    "unlabelled/legal_texts.jsonl.xz",
)
"""Files whose hashes are recorded, beside the folder of unfair clauses."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A model whose figures a task of `models.evaluate` gives.

    Attributes:
        task: Of `models.evaluate`.
        data: Where its held-out data are, under the folder of `hold_out` or of the corpora.
        headline: Printed name → key of the figure, the ones of the seeds too.
    """

    task: str
    data: str
    headline: Mapping[str, str]


_F1 = {"macro F1": "macro", "micro F1": "micro"}
MEASURED = {
    "practices": Measured("opp115", "opp115/validation.jsonl", _F1),
    "transparency": Measured("gdpr", "held-out/gdpr.jsonl", _F1),
    "clauses": Measured("unfair", "held-out/unfair", _F1),
    "data_types": Measured(
        "piextract",
        "held-out/piextract",
        {"mean F1": "mean", **{tag: tag for tag in piextract.FOLDERS.values()}},
    ),
    "questions": Measured(
        "policyqa",
        "policyqa/validation.json",
        {"F1": "f1", "exact match": "em", "first passage right": "top1", "in first three": "top3"},
    ),
}


def hashes(data: Path) -> dict[str, str]:
    """SHA-256 of the training files.

    Raises:
        BadData: One is missing.
    """
    files = {name: file_hash(data / name) for name in CORPORA}
    return {**files, UNFAIR: folder_hash(data / UNFAIR)}


def settings(weights: Sequence[Path]) -> Figures:
    """What decided the result: the weights that were averaged, and how they were trained."""
    beside = {"training": "recipe.json", "reader": Path(READ).with_suffix(".json").name}
    files = {what: weights[0].with_name(name) for what, name in beside.items()}
    return {
        "weights": {file.stem: file_hash(file) for file in weights},
        **{
            what: json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
            for what, file in files.items()
        },
    }


def hold_out(data: Path, folder: Path) -> Path:
    """Write the held-out part of each corpus that comes in one file, in the corpus's own format."""
    folder.mkdir(parents=True, exist_ok=True)
    apps = list(read_json_lines(data / "gdpr_transparency" / "train.jsonl"))
    unseen = gdpr.held_out_apps(apps)
    lines = [json.dumps(app) for app in apps if str(app["app"]) in unseen]
    (folder / "gdpr.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for kind in ("sentences", "tags"):
        for code in unfair.LANGUAGES:
            for file in sorted((data / "unfair_clauses" / kind / code).glob("*.txt")):
                if held_out(file.stem):
                    target = folder / "unfair" / kind / code / file.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(file.read_bytes())
    _hold_out_piextract(data, folder / "piextract")
    return folder


def _hold_out_piextract(data: Path, folder: Path) -> None:
    sentences = piextract.held_out_sentences(data)
    for name, label in piextract.FOLDERS.items():
        blocks = [
            "\n".join(
                f"{token} _ _ {tag}"
                for token, tag in zip(tokens, _bio(len(tokens), marked[label], label), strict=True)
            )
            for tokens, marked in sentences
        ]
        target = folder / name / "validation.conll03"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n\n".join(["-DOCSTART- -X- O O", *blocks]) + "\n", encoding="utf-8")


def _bio(length: int, spans: Sequence[Span], label: str) -> list[str]:
    tags = ["O"] * length
    for start, end in spans:
        tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return tags


def write(
    data: Path,
    material: Material,
    tasks: Sequence[str],
    roots: Mapping[str, Path],
    partners: Mapping[str, Partner],
) -> None:
    """Measure the named models and write their figures.

    Args:
        roots: Folders of the models to compare: `seed-…` and `float32`.
        partners: The linear models, for the comparison.
    """
    cache = MODELS / "cache"
    hold_out(data, cache / "held-out")
    for name, what in MEASURED.items():
        if name in tasks:
            figures = measure(name, what, data, roots)
            if name in partners:
                figures |= compared(name, material, partners[name], figures)
            if name == "practices":
                figures["membership"] = membership(material)
            _write(name, figures)
            print(name, json.dumps(figures["headline"]), flush=True)
    for name in ("attributes", "cases"):
        if name in tasks:
            figures = of_classifier(name, material)
            _write(name, figures)
            print(name, json.dumps(figures["headline"]), flush=True)
    if "clauses_other" in tasks:
        _write("clauses_other", of_languages(cache / "held-out" / "unfair"))
    if "encoder" in tasks:
        _write("encoder", of_encoder(data, roots))


def _write(name: str, figures: Figures) -> None:
    manifest = json.loads((MODELS / name / "manifest.json").read_text(encoding="utf-8"))
    size = sum(entry["size"] for entry in manifest["files"].values())
    write_metrics(MODELS / name, {**figures, "size_bytes": size})


def measure(name: str, what: Measured, data: Path, roots: Mapping[str, Path]) -> Figures:
    """Figures of what ships, of each seed alone, and of the same weights in float32."""
    place = data / what.data
    if what.data.startswith("held-out/"):
        place = MODELS / "cache" / what.data
    run = load_task(what.task)
    shipped = run(place).metrics
    others = {
        root: run(place, Shipped((folder, MODELS))).metrics
        for root, folder in roots.items()
        if (folder / name / "manifest.json").exists()
    }
    keys = list(what.headline.values())
    seeds = {root: figures for root, figures in others.items() if root.startswith("seed")}
    figures: Figures = {
        "data": {what.data: file_hash(place) if place.is_file() else folder_hash(place)},
        "headline": [
            {"name": printed, "value": shipped[key], "interval": shipped.get(f"{key}_interval")}
            for printed, key in what.headline.items()
        ],
        "validation": {key: value for key, value in shipped.items() if key != "labels"},
    }
    if seeds:
        table = np.array([[cast(float, each[key]) for key in keys] for each in seeds.values()])
        figures["seeds"] = {
            "names": list(what.headline),
            "rows": [[seed, *row] for seed, row in zip(seeds, table.tolist(), strict=True)],
            "mean": table.mean(0).round(4).tolist(),
            "sd": table.std(0, ddof=1).round(4).tolist(),
        }
    if "float32" in others:
        whole = others["float32"]
        figures["int8"] = {
            "columns": ["weights", *what.headline],
            "rows": [
                ["float32", *(whole[key] for key in keys)],
                ["int8", *(shipped[key] for key in keys)],
            ],
        }
    if "labels" in shipped:
        figures["labels"] = shipped["labels"]
    figures["calibration"] = {
        "error": shipped["calibration_error"],
        "bins": shipped["calibration_bins"],
    }
    return figures


def compared(name: str, material: Material, partner: Partner, figures: Figures) -> Figures:
    """The linear partner alone, beside what ships."""
    headline = cast(Sequence[Mapping[str, object]], figures["headline"])
    rows: list[list[object]] = [["this model", *(each["value"] for each in headline)]]
    if partner.logits is not None:
        unseen = marked(name, material, held_out=True)
        alone = best_figures("", unseen.gold, sigmoid(partner.logits))
        rows.insert(0, ["TF-IDF + logistic regression alone", alone["macro"], alone["micro"]])
    return {
        "comparison": {"columns": ["system", "macro F1", "micro F1"], "rows": rows},
        "linear_runtime_largest_difference": round(partner.difference, 5),
    }


def of_classifier(name: str, material: Material) -> Figures:
    """Figures of a classifier that no task of `models.evaluate` measures."""
    models = Shipped()
    unseen = marked(name, material, held_out=True)
    encoded = models.encoder().encode([window.text for window in unseen.windows])
    classifier = models.classifier(name)
    scores = classifier.classify(unseen.passages(encoded))
    labels = names_of(name, material)
    enough = [i for i in range(len(labels)) if unseen.gold[:, i].sum() >= FEWEST]
    found = [frozenset(labels[i] for i in enough if row[i]) for row in unseen.gold]
    known = [labels[i] for i in enough]
    shipped = metrics.multilabel(
        known, found, scores[:, enough], classifier.thresholds[enough], groups=unseen.groups
    )
    figures: Figures = {
        "headline": [
            {"name": f"{kind} F1 of {len(known)} labels seen {FEWEST} times or more"}
            | {"value": shipped[key], "interval": shipped[f"{key}_interval"]}
            for kind, key in (("macro", "macro"), ("micro", "micro"))
        ],
        "labels": shipped["labels"],
        "calibration": {
            "error": shipped["calibration_error"],
            "bins": shipped["calibration_bins"],
        },
    }
    if name == "cases":
        figures["more"] = [_cases(unseen, scores)]
    return figures


FEWEST = 5
"""Held-out passages that a label must have to be measured."""


def _cases(unseen: Marked, scores: NDArray[np.float32]) -> Figures:
    """How approved quotes rank their case, and how they part from declined ones."""
    order = np.argsort(-scores, axis=1)
    told = [row for row in range(len(scores)) if unseen.gold[row].any()]
    first = [bool(unseen.gold[row, order[row, :1]].any()) for row in told]
    third = [bool(unseen.gold[row, order[row, :3]].any()) for row in told]
    approved = [scores[row, i] for row in told for i in np.flatnonzero(unseen.gold[row])]
    declined = [
        scores[row, i]
        for row, window in enumerate(unseen.windows)
        for part in window.parts
        for i in part.denied
    ]
    pairs = np.array(approved)[:, None] - np.array(declined)[None]
    above = float((pairs > 0).mean() + (pairs == 0).mean() / 2)
    return {
        "title": "Quotes of held-out services",
        "columns": ["what", "value"],
        "rows": [
            ["approved quotes whose case is the first guess", round(float(np.mean(first)), 4)],
            ["… among the first three guesses", round(float(np.mean(third)), 4)],
            ["chance that an approved quote outscores a declined one (AUC)", round(above, 4)],
            ["approved quotes", len(approved)],
            ["declined quotes", len(declined)],
        ],
    }


def of_languages(folder: Path) -> Figures:
    """Figures of the linear models of unfair clauses, by language."""
    languages = cast(Mapping[str, Figures], load_task("unfair")(folder).metrics["languages"])
    return {
        "headline": [
            {"name": f"{kind} F1, {code}", "value": figures[key], "interval": None}
            for code, figures in languages.items()
            if code != "en"
            for kind, key in (("macro", "macro"), ("micro", "micro"))
        ],
    }


def of_encoder(data: Path, roots: Mapping[str, Path]) -> Figures:
    """Speed and memory of the whole language layer, and what quantising changes of the states."""
    measured = speed.measure_apart()
    rows = list(read_json_lines(data / "opp115" / "validation.jsonl"))[:100]
    texts = [str(row["text"]) for row in rows]
    figures: Figures = {
        "headline": [],
        "speed": (
            f"{measured['warm_s']:.2f} s for {speed.WORDS:,} words through all heads on one "
            f"thread, {measured['encoder_s']:.2f} s of them in the encoder; "
            f"{measured['cold_s']:.2f} s from a cold start to the first scores."
        ),
        "memory": f"{measured['memory_mb']:.0f} MB with every head loaded.",
    }
    if "float32" in roots:
        ours = Shipped().encoder().encode(texts)
        whole = Shipped((roots["float32"],)).encoder().encode(texts)
        likeness = [_cosine(a.pooled, b.pooled) for a, b in zip(ours, whole, strict=True)]
        figures["int8"] = {
            "columns": ["cosine of int8 and float32, pooled", "value"],
            "rows": [
                ["mean", round(float(np.mean(likeness)), 4)],
                ["least of 100 segments", round(float(np.min(likeness)), 4)],
            ],
        }
    return figures


def _cosine(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))
