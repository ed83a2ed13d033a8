"""Write the cards and the index of the models: `python -m models.cards`.

`card.yaml` holds what only a person can say; every figure comes from
`metrics.json` and `manifest.json`, so a card cannot drift from its model. No
task is known here: a training script writes its figures in the shape of
`Metrics`. There a float is a share and prints as per cent, an integer is a
count, and what has a unit is text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar, cast

import yaml
from pydantic import AliasChoices, ConfigDict, Field, TypeAdapter, ValidationError, with_config

from assistant.language.artifacts import EMBEDDED_MODELS
from assistant.policy.rulebook import policy_rules, tosdr_cases

MODELS = Path(__file__).resolve().parent
NAMES = EMBEDDED_MODELS
METHODS = ("policy", "photo")
"""Folder of the card on what is measured and not learned."""
PLOT = "calibration.svg"
LIMIT_BYTES = 40_000_000
"""Of all models together, cards and figures included."""
_FOLDED = 30
"""Rows from which a table of labels is folded away."""
_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)

Figures = Mapping[str, object]
Interval = tuple[float, float]
Cell = bool | int | float | str | Interval | None
T = TypeVar("T")


class BadCard(Exception):
    """A file that a card is made from is missing or has the wrong shape. One clear line."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Headline:
    """A figure that stands in the index; `name` is what `card.yaml` calls it by."""

    name: str
    value: int | float
    interval: Interval | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How well one label is told."""

    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    interval: Interval | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Table:
    """A table as it prints.

    Raises:
        ValueError: A row is longer or shorter than the columns.
    """

    columns: list[str]
    rows: list[list[Cell]]
    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has not one cell a column")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Seeds:
    """The same training from several seeds: a row is the seed and its figures.

    `sd` is empty where a single seed has no deviation.

    Raises:
        ValueError: A row, the means or the deviations do not fit the names.
    """

    names: list[str]
    rows: list[list[Cell]]
    mean: list[float]
    sd: list[float]
    note: str = ""

    def __post_init__(self) -> None:
        width = len(self.names)
        rows_fit = all(len(row) == width + 1 for row in self.rows)
        if not rows_fit or len(self.mean) != width or len(self.sd) not in (0, width):
            raise ValueError("a row, the means or the deviations do not fit the names")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Answers whose stated probability is within bounds, and the share that was true."""

    low: Annotated[float, Field(validation_alias=AliasChoices("from", "low"))]
    high: Annotated[float, Field(validation_alias=AliasChoices("to", "high"))]
    count: int
    confidence: float
    share: float


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error and what it is computed from."""

    error: float
    bins: list[CalibrationBin] = field(default_factory=list)
    how: str = ""


@dataclass(frozen=True, slots=True)
class Leak:
    """How well one attack tells training passages from others."""

    auc: float
    auc_interval: Interval
    tpr_at_1_fpr: float
    tpr_interval: Interval


@dataclass(frozen=True, slots=True)
class AuditCounts:
    """What an audit rests on."""

    members: int
    non_members: int
    member_groups: int
    non_member_groups: int
    false_positives_at_1_fpr: int
    shadows: int


@dataclass(frozen=True, slots=True)
class Membership:
    """What `models.audit.report` returns."""

    attacks: dict[str, Leak]
    shift: dict[str, Leak]
    no_model: Leak
    family: Leak
    counts: AuditCounts


@with_config(ConfigDict(allow_inf_nan=False))
@dataclass(frozen=True, slots=True)
class Metrics:
    """`metrics.json`. Keys that are not here stay there, on no card."""

    date: str
    model_version: str
    headline: list[Headline]
    size_bytes: int
    data: dict[str, str] = field(default_factory=dict)
    speed: str = ""
    comparison: Table | None = None
    labels: dict[str, LabelFigures] = field(default_factory=dict)
    more: list[Table] = field(default_factory=list)
    seeds: Seeds | None = None
    calibration: Calibration | None = None
    int8: Table | None = None
    memory: str = ""
    membership: Membership | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Peer:
    """A headline as the README shows it, beside what others reach.

    `figure` is the headline's name, or how one name alone begins.
    """

    figure: str
    name: str
    peers: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Notes:
    """`card.yaml`.

    Attributes:
        head_of: The model it sits on, whose data and licences the card repeats.
        readme: Headlines for the README; without, all stand there beside the baseline.
        intervals: How the 95 % intervals were made.
    """

    title: str
    summary: str
    use: list[str]
    not_for: list[str]
    input: list[str]
    evaluation: str
    data: list[str]
    known_failures: list[str]
    labels: list[str] = field(default_factory=list)
    calibration: str = ""
    head_of: str = ""
    readme: list[Peer] = field(default_factory=list)
    intervals: str = "resample whole policies, apps or services"


@dataclass(frozen=True, slots=True)
class Training:
    """Where a model comes from, as far as a card tells it."""

    commit: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`, as far as a card tells it."""

    base: str
    base_version: str
    base_licence: str
    licence: str
    training: Training


def _raise(file: Path, why: str) -> NoReturn:
    raise BadCard(f"{file.parent.name}/{file.name}: {why}") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _content(file: Path) -> object:
    """What a YAML or JSON file holds.

    Raises:
        BadCard: It is missing or cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".yaml":
            return yaml.safe_load(text)
        return json.loads(text, parse_constant=_refuse)
    except OSError:
        _raise(file, "missing")
    except yaml.YAMLError:
        _raise(file, "not YAML")
    except ValueError as error:
        _raise(file, f"not JSON ({error})")


def _shaped(content: object, shape: type[T], file: Path) -> T:
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "all of it"
        _raise(file, f"`{place}`: {first['msg']}")


def _mapping(file: Path) -> Figures:
    content = _content(file)
    if not isinstance(content, dict):
        _raise(file, "not an object")
    return content


def read_notes(name: str, root: Path = MODELS) -> Notes:
    """What a person said about a model.

    Raises:
        BadCard: The file is missing or has another shape.
    """
    file = root / name / "card.yaml"
    return _shaped(_mapping(file), Notes, file)


def read_metrics(name: str, root: Path = MODELS) -> Metrics:
    """What was measured of a model.

    Raises:
        BadCard: The file is missing or has another shape.
    """
    file = root / name / "metrics.json"
    figures = _mapping(file)
    try:
        given = figures if "headline" in figures else _from_validation(figures)
    except (KeyError, TypeError, AttributeError):
        _raise(file, "neither `headline` nor all figures of `validation` and `comparison`")
    return _shaped(given, Metrics, file)


def read_manifest(name: str, root: Path = MODELS) -> Manifest:
    """What a model is made of.

    Raises:
        BadCard: The file is missing or has another shape.
    """
    file = root / name / "manifest.json"
    return _shaped(_mapping(file), Manifest, file)


def _from_validation(figures: Figures) -> Figures:
    """The figures of a script that measures macro and micro F1 in its own words."""
    own = cast(Figures, figures["validation"])
    calibration = {
        "error": figures["calibration_error"],
        "bins": figures.get("calibration_bins") or own.get("calibration_bins") or [],
    }
    compared = cast(Sequence[Figures], figures["comparison"])
    recall = cast(Figures, figures.get("other_recall", {}))
    rows = {"columns": ["texts", "recall"], "rows": list(map(list, recall.items()))}
    shared = ("date", "model_version", "data", "size_bytes", "speed")
    optional = ("seeds", "int8", "memory", "membership")
    return {
        **{key: figures[key] for key in shared},
        **{key: figures[key] for key in optional if key in figures},
        "headline": [
            {"name": f"{kind} F1", "value": own[kind], "interval": own[f"{kind}_interval"]}
            for kind in ("macro", "micro")
        ],
        "labels": own["labels"],
        "comparison": {
            "columns": ["system", "macro F1", "micro F1"],
            "rows": [[row["what"], row["macro"], row["micro"]] for row in compared],
        },
        "calibration": calibration,
        "more": [{"title": "Of `other`, told as such", **rows}] if recall else [],
    }


def percent(value: float) -> str:
    """A share as per cent with one digit, without the sign."""
    return f"{100 * value:.1f}"


def _cell(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return percent(value)
    if isinstance(value, tuple):
        return f"{percent(value[0])}–{percent(value[1])}"
    return " ".join(value.replace("|||", " › ").replace("|", "\\|").split())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    return _table([_cell(name) for name in columns], [list(map(_cell, row)) for row in rows])


def _bullets(items: object) -> str:
    return "\n".join(f"- {item}" for item in cast(Sequence[str], items))


def _said(figure: Headline, mark: str = "") -> str:
    around = f" ({_cell(figure.interval)})" if figure.interval else ""
    return f"{mark}{_cell(figure.value)}{mark}{around}"


def _per_label(labels: Mapping[str, LabelFigures]) -> str:
    columns = ["label", "precision", "recall", "F1", "95 % of F1", "support"]
    table = _cells(
        columns,
        [
            [name, row.precision, row.recall, row.f1, row.interval, row.support]
            for name, row in sorted(labels.items())
        ],
    )
    if len(labels) < _FOLDED:
        return table
    return f"<details><summary>All {len(labels)} labels</summary>\n\n{table}\n\n</details>"


def _results(notes: Notes, metrics: Metrics) -> list[str]:
    data = ", ".join(f"`{file}` (SHA-256 `{hash[:12]}…`)" for file, hash in metrics.data.items())
    where = f"{metrics.date} on {data}" if data else metrics.date
    around = [each.interval for each in metrics.headline]
    around += [each.interval for each in metrics.labels.values()]
    intervals = f"; intervals hold 95 % and {notes.intervals}" if any(around) else ""
    parts = [
        f"## Results\n\n{notes.evaluation.strip()} Measured on {where}. Figures are per "
        f"cent{intervals}."
    ]
    if metrics.headline:
        named = (f"{_cell(figure.name)} {_said(figure, '**')}" for figure in metrics.headline)
        said = ", ".join(named)
        parts.append(f"{said[0].upper()}{said[1:]}.")
    if metrics.labels:
        parts.append(_per_label(metrics.labels))
    for table in metrics.more:
        parts += _part(table.title, table)
    if metrics.comparison:
        parts += _part("Beside others", metrics.comparison)
    if metrics.seeds:
        parts += _part("From seed to seed", _by_seed(metrics.seeds))
    if metrics.int8:
        parts += _part("What int8 costs", _with_difference(metrics.int8))
    return parts


def _part(title: str, table: Table) -> list[str]:
    heading = [f"### {title}"] if title else []
    note = [table.note.strip()] if table.note else []
    return [*heading, _cells(table.columns, table.rows), *note]


def _by_seed(seeds: Seeds) -> Table:
    if not seeds.sd:
        return Table(["seed", *seeds.names], seeds.rows, note=seeds.note)
    spread = [f"{percent(m)} ± {percent(s)}" for m, s in zip(seeds.mean, seeds.sd, strict=True)]
    rows: list[list[Cell]] = [*seeds.rows, ["mean ± standard deviation", *spread]]
    return Table(["seed", *seeds.names], rows, note=seeds.note)


def _with_difference(table: Table) -> Table:
    """Rows `float32` and `int8`, and by how many points they differ; any other table as it is."""
    if [row[0] for row in table.rows] != ["float32", "int8"]:
        return table
    pairs = list(zip(*table.rows, strict=True))[1:]
    difference: list[Cell] = ["difference", *(_change(before, after) for before, after in pairs)]
    return replace(table, rows=[*table.rows, difference])


def _change(before: Cell, after: Cell) -> str:
    if not isinstance(before, float) or not isinstance(after, float):
        return "–"
    points = round(100 * (after - before), 1)
    return f"{points:+.1f}".replace("-", "−") if points else "0.0"


def _calibration(notes: Notes, calibration: Calibration | None) -> list[str]:
    error = f"Expected calibration error {percent(calibration.error)} %." if calibration else ""
    how = calibration.how if calibration else ""
    said = " ".join(filter(None, [notes.calibration.strip(), how.strip(), error]))
    parts = [f"## Calibration\n\n{said}"] if said else []
    if calibration and calibration.bins:
        rows: list[list[Cell]] = [
            [f"{100 * b.low:.0f}–{100 * b.high:.0f} %", b.count, b.confidence, b.share]
            for b in calibration.bins
        ]
        parts += [
            f"![How often answers were right by stated probability. {error}]({PLOT})",
            _cells(["stated probability", "answers", "stated on average", "true"], rows),
        ]
    return parts


_ATTACKS = {
    "loss": "loss: is the model sure of the right answer?",
    "calibrated_loss": "calibrated loss: that against models that never saw the passage",
    "lira": "LiRA: the likelihood ratio against such models",
}


def _membership(audit: Membership) -> list[str]:
    """The audit in words and as a table."""
    counts = audit.counts
    rows: list[list[Cell]] = []
    for name, leak in audit.attacks.items():
        rows.append([_ATTACKS.get(name, name), *_leak(leak)])
        if name in audit.shift:
            rows.append(["– the same on models that saw none of them", *_leak(audit.shift[name])])
    rows.append(["the text alone, no model", *_leak(audit.no_model)])
    rows.append(["other models of this kind, halves by chance", *_leak(audit.family)])
    columns = ["attack", "AUC", "95 %", "found at 1 % false alarms", "95 %"]
    return [
        "## What it gives away about its training data\n\n"
        "Whoever holds a passage with its right labels, and sees the model's probabilities, may "
        "try to tell whether the model learned from that passage. An AUC of 50 is a coin flip and "
        "100 is certainty. The fourth column is the share of training passages that are found "
        "while at most 1 % of the others, that is "
        f"{counts.false_positives_at_1_fpr:,} passages, are accused wrongly.",
        _verdict(audit),
        "Training passages come from other documents than held-out ones, so they differ by "
        "themselves: a guess from the text alone, and the same attack on models that saw none of "
        "the passages it judges, show how much of a figure is that. The last row is free of it: "
        "models of the kind that the attacker trains, with documents shared out by chance. It "
        "speaks of that kind, not of this model.",
        _cells(columns, rows),
        f"{counts.members:,} passages of {counts.member_groups:,} documents were trained on, "
        f"{counts.non_members:,} of {counts.non_member_groups:,} were not; "
        f"{counts.shadows:,} models stand in for the attacker's. Other attacks may find more.",
    ]


def _leak(leak: Leak) -> list[Cell]:
    return [leak.auc, leak.auc_interval, leak.tpr_at_1_fpr, leak.tpr_interval]


def _verdict(audit: Membership) -> str:
    """What the attack that goes furthest beyond its control says."""
    controls = {name: audit.shift.get(name, audit.no_model) for name in audit.attacks}
    name = max(audit.attacks, key=lambda name: audit.attacks[name].auc - controls[name].auc)
    best, control = audit.attacks[name], controls[name]
    short = _ATTACKS.get(name, name).partition(":")[0]
    reached = (
        f"The attack that tells most ({short}) reaches an AUC of {percent(best.auc)}, and "
        f"{percent(control.auc)} where there is nothing to remember"
    )
    if best.auc_interval[0] > control.auc_interval[1]:
        said = f"**{reached}: the model gives away something of what it learned from.**"
    elif best.auc > control.auc:
        said = f"**{reached}; the intervals overlap, so this does not show that it remembers.**"
    else:
        said = f"**{reached}: this audit finds no sign that it remembers.**"
    alone = percent(audit.no_model.auc)
    return f"{said} A guess from the text alone, without the model, reaches {alone}."


def render(notes: Notes, metrics: Metrics, manifest: Manifest, shared: Notes | None = None) -> str:
    """The card as Markdown.

    Args:
        shared: Notes of the model it sits on, whose data it repeats.
    """
    base = "none; trained from scratch"
    if manifest.base:
        base = f"{manifest.base} ({manifest.base_version}, {manifest.base_licence})"
    elif shared:
        base = f"the shared [{notes.head_of}](../{notes.head_of}/card.md)"
    parts = [
        f"# {notes.title}",
        notes.summary.strip(),
        f"## Use\n\n{_bullets(notes.use)}",
        f"## Not for\n\n{_bullets(notes.not_for)}",
        f"## Input and output\n\n{_bullets(notes.input)}",
    ]
    parts += [f"## Labels\n\n{_bullets(notes.labels)}"] if notes.labels else []
    parts += _results(notes, metrics)
    parts += _calibration(notes, metrics.calibration)
    parts += _membership(metrics.membership) if metrics.membership else []
    told = [f"{metrics.size_bytes / 1e6:.1f} MB.", metrics.speed.strip(), metrics.memory.strip()]
    parts += [
        f"## Size and speed\n\n{' '.join(filter(None, told))}",
        f"## Data and licences\n\n{_bullets(notes.data)}",
    ]
    if shared:
        parts += [
            f"It sits on the shared [{notes.head_of}](../{notes.head_of}/card.md), which learned "
            "from all of these together, so all of their terms go with this model too:",
            _bullets(shared.data),
        ]
    failures = _bullets(notes.known_failures) if notes.known_failures else "Not read by hand yet."
    parts += [
        f"Base model: {base}. Weights: {manifest.licence}. Trained at commit "
        f"`{manifest.training.commit[:12]}`; configuration, data hashes and package versions are "
        "in `manifest.json`.",
        f"## Known failures\n\n{failures}",
        "<!-- Written by `python -m models.cards` from card.yaml, metrics.json and "
        "manifest.json. Change those, not this page. -->",
    ]
    return "\n\n".join(parts) + "\n"


def render_card(name: str, root: Path = MODELS) -> str:
    """The card of a model as its folder's files have it now.

    Raises:
        BadCard: One of the files is missing or has the wrong shape.
    """
    notes = read_notes(name, root)
    shared = read_notes(notes.head_of, root) if notes.head_of else None
    return render(notes, read_metrics(name, root), read_manifest(name, root), shared)


def render_plot(name: str, root: Path = MODELS) -> str | None:
    """The picture beside the card; None where nothing was measured to draw.

    Raises:
        BadCard: As `render_card`.
    """
    from models import reliability

    calibration = read_metrics(name, root).calibration
    if calibration is None or not calibration.bins:
        return None
    bins = [
        reliability.Bin(each.low, each.high, each.count, each.confidence, each.share)
        for each in calibration.bins
    ]
    return reliability.plot(bins, title=f"Calibration of {name}")


def write_card(name: str, root: Path = MODELS) -> None:
    """Write `card.md` and its picture beside the files they are made from.

    Raises:
        BadCard: As `render_card`.
    """
    (root / name / "card.md").write_text(render_card(name, root), encoding="utf-8")
    if plot := render_plot(name, root):
        (root / name / PLOT).write_text(plot, encoding="utf-8")
    else:
        (root / name / PLOT).unlink(missing_ok=True)


def readme_rows(name: str, root: Path = MODELS) -> list[list[str]]:
    """What is measured, name of the figure, value, peers and date of each headline in the README.

    Raises:
        BadCard: A file is missing or malformed, or `readme` names a headline that is not there.
    """
    notes, metrics = read_notes(name, root), read_metrics(name, root)
    rows = []
    for peer in notes.readme or _beside_baseline(notes, metrics):
        found = [each for each in metrics.headline if each.name.startswith(peer.figure)]
        found = [each for each in found if each.name == peer.figure] or found
        if len(found) != 1:
            names = ", ".join(f"`{each.name}`" for each in metrics.headline) or "none"
            file = root / name / "card.yaml"
            _raise(file, f"`readme` asks for `{peer.figure}`, the headlines are {names}")
        figure = found[0]
        rows.append([peer.name, figure.name, _said(figure), peer.peers or "–", metrics.date])
    return rows


def _beside_baseline(notes: Notes, metrics: Metrics) -> list[Peer]:
    """Every headline beside the same figure of the first system compared."""
    what = (notes.title.partition(": ")[2] or notes.title).capitalize()
    first: dict[str, str] = {}
    if metrics.comparison and metrics.comparison.rows:
        system, *reached = map(_cell, metrics.comparison.rows[0])
        names = metrics.comparison.columns[1:]
        first = {name: f"{system} {value}" for name, value in zip(names, reached, strict=True)}
    return [Peer(each.name, what, first.get(each.name, "")) for each in metrics.headline]


def render_method(method: str, root: Path = MODELS) -> str:
    """The card of what a job does by rules: for policies extraction and rating, for photos all."""
    notes = _mapping(root / method / "card.yaml")
    metrics = _mapping(root / method / "metrics.json")
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
    if "rules" in notes:
        parts += [
            f"## Rules\n\n{str(notes['rules']).strip()}",
            _table(["rule", "ToS;DR cases", "hits read", "right"], rule_rows()),
        ]
    parts += [
        f"## Data and licences\n\n{_bullets(notes['data'])}",
        f"## Known failures\n\n{_bullets(notes['known_failures'])}",
        "<!-- Written by `python -m models.cards` from card.yaml and metrics.json. -->",
    ]
    return "\n\n".join(parts) + "\n"


def rule_rows() -> list[list[str]]:
    """Every rule: how many ToS;DR cases it tells, and how many of its hits were right."""
    cases = tosdr_cases()
    return [
        [
            f"`{rule.id}`",
            str(len(cases.get(rule.id, ()))),
            str(rule.checked.hits) if rule.checked else "–",
            str(rule.checked.right) if rule.checked else "–",
        ]
        for rule in policy_rules().values()
    ]


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


def shipped(root: Path = MODELS) -> list[str]:
    """Models whose folder has a manifest."""
    return [name for name in NAMES if (root / name / "manifest.json").exists()]


def render_index(root: Path = MODELS) -> str:
    """`models/README.md`: every model with its card, size, licence and headline figures.

    Raises:
        BadCard: A file is missing or malformed, or the models together are too large.
    """
    notes = _mapping(root / "index.yaml")
    rows, total = [], 0
    for name in shipped(root):
        metrics = read_metrics(name, root)
        total += metrics.size_bytes
        rows.append(
            [
                f"[{name}]({name}/card.md)",
                _cell(read_notes(name, root).title.removeprefix(f"{name}: ")),
                f"{metrics.size_bytes / 1e6:.1f} MB",
                "; ".join(f"{_cell(f.name)} {_said(f)}" for f in metrics.headline) or "–",
                metrics.date,
                read_manifest(name, root).licence,
            ]
        )
    measured = " and ".join(f"[{name}]({name}/card.md)" for name in METHODS)
    limit = f"{LIMIT_BYTES / 1e6:.0f} MB"
    if total > LIMIT_BYTES:
        raise BadCard(f"The models together have {total / 1e6:.1f} MB, over the limit of {limit}.")
    head = ["model", "what it tells", "size", "headline figures, % (95 %)", "measured", "weights"]
    return (
        f"{notes['intro']}\n{_table(head, rows)}\n\n"
        f"Together {total / 1e6:.1f} MB, under the {limit} that a test holds them to. Extraction, "
        f"rules and ratings are measured in {measured}.\n\n{notes['outro']}"
    )


def write_all(root: Path = MODELS) -> None:
    """Write the card of every model that is measured, and the index once all that ship are.

    Raises:
        BadCard: A file is missing or malformed, or the models together are too large.
    """
    measured = [name for name in shipped(root) if (root / name / "metrics.json").exists()]
    for name in measured:
        write_card(name, root)
    for method in METHODS:
        (root / method / "card.md").write_text(render_method(method, root), encoding="utf-8")
    if measured == shipped(root):
        (root / "README.md").write_text(render_index(root), encoding="utf-8")


def main(root: Path = MODELS) -> int:
    """Write all pages; returns the exit status."""
    try:
        write_all(root)
    except BadCard as error:
        print(f"cards: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
