"""Fit the linear models of unfair clauses in German, Italian and Polish."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from assistant.language.clauses import NAME, ClausesConfig
from models.corpora import unfair
from models.data import folder_hash
from models.training.calibration import choose_threshold, cross_validated, fit_platt
from models.training.fit import SMALL
from models.training.linear import FittedLinear, fit_multilabel
from models.training.release import Origin, as_config, write_model

UNFAIR = "unfair_clauses"
"""Folder of that corpus."""
_LICENCE = "models/LICENSE: CC BY 4.0, as the training data"


def fit_other_clauses(data: Path, *, origin: Origin, root: Path) -> None:
    """Linear models of unfair clauses in German, Italian and Polish, with their folder."""
    files: dict[str, bytes] = {}
    config = ClausesConfig(list(unfair.TAGS), [], {}, {}, {})
    for code in unfair.LANGUAGES[1:]:
        fitted, slope, intercept, threshold = fit_language(data, code)
        files[f"{code}.npz"] = fitted.pack()
        config.languages.append(code)
        config.slopes[code], config.intercepts[code] = slope, intercept
        config.thresholds[code] = threshold
    files["config.json"] = as_config(asdict(config))
    bare = replace(
        origin,
        base="",
        base_version="",
        base_licence="",
        licence=_LICENCE,
        data={UNFAIR: folder_hash(data / UNFAIR)},
        packages=("scikit-learn",),
    )
    write_model(NAME, files, bare, root)


def fit_language(data: Path, code: str) -> tuple[FittedLinear, float, float, float]:
    """The model of one language, fitted on the training companies and calibrated on the others."""
    split = unfair.read(data, code)
    texts, gold, groups = [], [], []
    for windows in (split.train, split.validation):
        texts.append([w.text[slice(*p.span)] for w in windows for p in w.parts])
        flags = np.zeros((len(texts[-1]), len(unfair.TAGS)), dtype=bool)
        for row, part in enumerate(p for w in windows for p in w.parts):
            flags[row, list(part.labels)] = True
        gold.append(flags)
        groups.append([w.source for w in windows for _ in w.parts])
    fitted = fit_multilabel(texts[0], gold[0], SMALL)
    odds = fitted.logits(texts[1]).astype(np.float32)
    slope, intercept = fit_platt(odds, gold[1])
    threshold = choose_threshold(cross_validated(odds, gold[1], groups[1]), gold[1])
    return fitted, slope, intercept, threshold
