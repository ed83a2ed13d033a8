"""Write the cards and the index of the models: `python -m models.cards`.

`card.yaml` holds what only a person can say; every figure comes from
`metrics.json` and `manifest.json`, so a card cannot drift from its model.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

MODELS = Path(__file__).resolve().parent
NAMES = ("practices", "doctype")
METHOD = "policy"
"""Folder of the card on what is measured and not learned."""

Figures = Mapping[str, object]


def _load(file: Path) -> Figures:
    return cast(Figures, json.loads(file.read_text(encoding="utf-8")))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _bullets(items: object) -> str:
    return "\n".join(f"- {item}" for item in cast(Sequence[str], items))


def _percent(value: object) -> str:
    return f"{100 * cast(float, value):.1f}"


def _interval(value: object) -> str:
    low, high = cast(Sequence[float], value)
    return f"{_percent(low)}–{_percent(high)}"


def _headline(figures: Figures, kind: str) -> str:
    key = kind.lower()
    around = _interval(figures[f"{key}_interval"])
    return f"{kind} F1 **{_percent(figures[key])}** ({around})"


def _per_label(labels: object) -> str:
    rows = [
        [
            name,
            _percent(row["precision"]),
            _percent(row["recall"]),
            _percent(row["f1"]),
            _interval(row["interval"]),
            str(row["support"]),
        ]
        for name, row in sorted(cast(Mapping[str, Figures], labels).items())
    ]
    return _table(["label", "precision", "recall", "F1", "95 % of F1", "support"], rows)


def _comparison(rows: object) -> str:
    cells = [
        [str(row["what"]), _percent(row["macro"]), _percent(row["micro"])]
        for row in cast(Sequence[Figures], rows)
    ]
    return _table(["system", "macro F1", "micro F1"], cells)


def render(notes: Figures, metrics: Figures, manifest: Figures) -> str:
    """The card as Markdown."""
    validation = cast(Figures, metrics["validation"])
    training = cast(Figures, manifest["training"])
    data = cast(Mapping[str, str], metrics["data"])
    evaluated = ", ".join(f"`{name}` (SHA-256 `{digest[:12]}…`)" for name, digest in data.items())
    base = (
        f"{manifest['base']} ({manifest['base_version']}, {manifest['base_licence']})"
        if manifest["base"]
        else "none; trained from scratch"
    )
    parts = [
        f"# {notes['title']}",
        str(notes["summary"]).strip(),
        f"## Use\n\n{_bullets(notes['use'])}",
        f"## Not for\n\n{_bullets(notes['not_for'])}",
        f"## Input and output\n\n{_bullets(notes['input'])}",
        f"## Labels\n\n{_bullets(notes['labels'])}",
        "## Results\n\n"
        f"{str(notes['evaluation']).strip()} Measured on {metrics['date']} on {evaluated}; "
        "intervals resample whole groups (policies or services).\n\n"
        f"{_headline(validation, 'Macro')}, {_headline(validation, 'micro')}.",
        _per_label(validation["labels"]),
        f"Beside the baseline and the steps on the way:\n\n{_comparison(metrics['comparison'])}",
        f"## Calibration\n\n{str(notes['calibration']).strip()} "
        f"Expected calibration error {_percent(metrics['calibration_error'])} %.",
        f"## Size and speed\n\n{cast(int, metrics['size_bytes']) / 1e6:.1f} MB. {metrics['speed']}",
        f"## Data and licences\n\n{_bullets(notes['data'])}",
        f"Base model: {base}. Weights: {manifest['licence']}. Trained at commit "
        f"`{str(training['commit'])[:12]}`; configuration, data hashes and package versions are in "
        "`manifest.json`.",
        f"## Known failures\n\n{_bullets(notes['known_failures'])}",
        "<!-- Written by `python -m models.cards` from card.yaml, metrics.json and "
        "manifest.json. Change those, not this page. -->",
    ]
    return "\n\n".join(parts) + "\n"


def render_card(name: str, root: Path = MODELS) -> str:
    """The card of a model as its folder's files have it now."""
    folder = root / name
    notes = cast(Figures, yaml.safe_load((folder / "card.yaml").read_text(encoding="utf-8")))
    return render(notes, _load(folder / "metrics.json"), _load(folder / "manifest.json"))


def render_method(root: Path = MODELS) -> str:
    """The card of the policy job's rules, rating and extraction."""
    folder = root / METHOD
    notes = cast(Figures, yaml.safe_load((folder / "card.yaml").read_text(encoding="utf-8")))
    metrics = _load(folder / "metrics.json")
    hashes = cast(Mapping[str, str], metrics["data"])
    parts = [f"# {notes['title']}", str(notes["summary"]).strip()]
    for name, task in cast(Mapping[str, Figures], notes["tasks"]).items():
        rows = method_rows(name, task, metrics)
        parts += [
            f"## {task['what']}",
            f"{str(task['evaluation']).strip()} Measured on {metrics['date']} by "
            f"`python -m models.evaluate {name} DATA` (data SHA-256 `{hashes[name][:12]}…`).",
            _table(["figure", "ours", "peers"], rows),
        ]
    parts += [
        f"## Data and licences\n\n{_bullets(notes['data'])}",
        f"## Known failures\n\n{_bullets(notes['known_failures'])}",
        "<!-- Written by `python -m models.cards` from card.yaml and metrics.json. -->",
    ]
    return "\n\n".join(parts) + "\n"


def method_rows(name: str, task: Figures, metrics: Figures) -> list[list[str]]:
    """Name, measured value and peers of each figure of one task."""
    measured = cast(Mapping[str, Figures], metrics["tasks"])[name]
    figures = cast(Mapping[str, Mapping[str, str]], task["figures"])
    return [
        [about["name"], _figure(measured[key]), about["peer"] or "–"]
        for key, about in figures.items()
    ]


def _figure(value: object) -> str:
    """A share with three digits, a mean with one, a count as it is."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.1f}" if value > 1 else f"{value:.3f}".removeprefix("0")


def write_card(name: str, root: Path = MODELS) -> None:
    """Write `card.md` beside the files it is made from."""
    (root / name / "card.md").write_text(render_card(name, root), encoding="utf-8")


def render_index(root: Path = MODELS) -> str:
    """`models/README.md`: every model with its card, size, licence and headline figures."""
    notes = cast(Figures, yaml.safe_load((root / "index.yaml").read_text(encoding="utf-8")))
    rows = []
    for name in NAMES:
        metrics, manifest = (
            _load(root / name / f"{kind}.json") for kind in ("metrics", "manifest")
        )
        validation = cast(Figures, metrics["validation"])
        rows.append(
            [
                f"[{name}]({name}/card.md)",
                f"{cast(int, metrics['size_bytes']) / 1e6:.1f} MB",
                f"{_percent(validation['macro'])} / {_percent(validation['micro'])}",
                str(metrics["date"]),
                str(manifest["licence"]),
            ]
        )
    table = _table(["model", "size", "macro / micro F1", "measured", "weights"], rows)
    method = f"Extraction, rules and rating are measured in [{METHOD}]({METHOD}/card.md)."
    return f"{notes['intro']}\n{table}\n\n{method}\n\n{notes['outro']}"


def write_all(root: Path = MODELS) -> None:
    """Write the card of every model that is there, and the index once all are."""
    there = [name for name in NAMES if (root / name / "metrics.json").exists()]
    for name in there:
        write_card(name, root)
    (root / METHOD / "card.md").write_text(render_method(root), encoding="utf-8")
    if len(there) == len(NAMES):
        (root / "README.md").write_text(render_index(root), encoding="utf-8")


def main() -> int:
    """Write all pages; returns the exit status."""
    write_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
