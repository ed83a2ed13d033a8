"""Calibrate the reader of questions on held-out policies."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from assistant.language.artifacts import open_artifact
from assistant.language.reader import NAME, EmbeddedQuestionReader, ReaderConfig
from models.corpora.windows import Window
from models.tasks.policyqa import HIT, overlap
from models.training.calibration import fit_platt
from models.training.export import export_reader
from models.training.fit import encoder_in
from models.training.material import Material
from models.training.network import Network
from models.training.release import Origin, as_config, write_model

LONGEST_ANSWER = 120
_KINDS = 25
"""Question types a held-out policy is asked to calibrate the reader."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Segments of each held-out policy, and question types by the segments they occur in."""

    policies: dict[str, list[Window]]
    asked: Mapping[str, list[str]]

    @classmethod
    def read(cls, material: Material) -> Questions:
        policies: dict[str, list[Window]] = {}
        for window in material.splits["opp115"].validation:
            policies.setdefault(window.source, []).append(window)
        return cls(policies, material.questions)


def fit_reader(network: Network, questions: Questions, *, origin: Origin, root: Path) -> None:
    """Calibrate the reader on held-out policies and write its folder."""
    encoder = encoder_in(root)
    config = ReaderConfig(LONGEST_ANSWER, 1.0, 0.0, 1.0, 0.0, encoder.version)
    reader_file = export_reader(network.reader)

    def write(with_config: ReaderConfig) -> EmbeddedQuestionReader:
        files = {"reader.onnx": reader_file, "config.json": as_config(asdict(with_config))}
        write_model(NAME, files, origin, root)
        artifact = open_artifact(NAME, (root,))
        return EmbeddedQuestionReader(artifact, encoder, version=encoder.version)

    reader = write(config)
    relevance, relevant, sure, right = [], [], [], []
    for windows in questions.policies.values():
        passages = encoder.encode([window.text for window in windows])
        kinds = sorted({kind for window in windows for kind in window.answers})
        kinds = random.Random(0).sample(kinds, min(len(kinds), _KINDS))
        for kind in kinds:
            raw = reader.read_raw(questions.asked.get(kind, [kind])[0], passages)
            for window, passage, found in zip(windows, passages, raw, strict=True):
                if found is None:
                    continue
                spans = window.answers.get(kind, ())
                relevance.append(found.logit)
                relevant.append(bool(spans))
                if spans:
                    start = int(passage.offsets[found.first, 0])
                    text = passage.text[start : int(passage.offsets[found.last, 1])]
                    best = max(overlap(text, window.text[a:b]) for a, b in spans)
                    sure.append(found.likelihood)
                    right.append(best >= HIT)
    slope, intercept = fit_platt(
        np.array(relevance, np.float32)[:, None], np.array(relevant)[:, None]
    )
    shares = np.array(sure, np.float32)
    odds = np.log(shares / np.maximum(1e-6, 1 - shares) + 1e-9)
    answer_slope, answer_intercept = fit_platt(odds[:, None], np.array(right)[:, None])
    write(
        replace(
            config,
            slope=slope,
            intercept=intercept,
            answer_slope=answer_slope,
            answer_intercept=answer_intercept,
        )
    )
