"""Fit and calibrate the reader of questions on held-out policies."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.language.artifacts import open_artifact
from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.heads import EmbeddedPassageClassifier, Head, save_head
from assistant.language.protocols import Scores
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
_SHARP = 1_000
"""C of the classifier of wordings: there are few of each kind, and they must not blur."""
_NEVER = -20.0
_FOLDS = 5
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


@dataclass(slots=True)
class _Seen:
    """What the reader said on held-out policies, and whether it was right.

    Attributes:
        policies: For each question that was asked, its rows of `passages`.
    """

    passages: list[tuple[float, float]]
    relevant: list[bool]
    policies: list[range]
    answered: list[bool]
    likelihood: list[float]
    right: list[bool]


def fit_reader(network: Network, questions: Questions, *, origin: Origin, root: Path) -> None:
    """Fit what questions are after, calibrate on held-out policies, and write the folder.

    Each policy is asked as many questions that it does not answer as questions
    that it does. To calibrate, the kinds of a wording are told by a classifier
    that never saw this wording.
    """
    encoder = encoder_in(root)
    attributes = EmbeddedPassageClassifier(
        open_artifact("attributes", (root,)), encoder=encoder.version
    )
    kinds = list(attributes.labels)
    wordings = Wordings.of(questions.asked, kinds, encoder)
    head = wordings.head(range(len(wordings.texts)))
    config = ReaderConfig(LONGEST_ANSWER, kinds, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, encoder.version)
    reader_file, kinds_file = export_reader(network.reader), save_head(head.weight, head.bias)

    def write(with_config: ReaderConfig) -> EmbeddedQuestionReader:
        files = {
            "reader.onnx": reader_file,
            "kinds.npz": kinds_file,
            "config.json": as_config(asdict(with_config)),
        }
        write_model(NAME, files, origin, root)
        artifact = open_artifact(NAME, (root,))
        return EmbeddedQuestionReader(artifact, encoder, attributes, version=encoder.version)

    seen = _ask(write(config), encoder, questions, wordings.unseen())
    features = np.array(seen.passages, np.float32)
    fit = LogisticRegression(C=1e6).fit(features, np.array(seen.relevant))
    odds = fit.decision_function(features)
    best = [float(odds[rows.start : rows.stop].max()) for rows in seen.policies]
    text_slope, text_intercept = _platt(best, seen.answered)
    shares = np.array(seen.likelihood, np.float32)
    likely = np.log(shares / np.maximum(1e-6, 1 - shares) + 1e-9)
    answer_slope, answer_intercept = _platt(likely.tolist(), seen.right)
    write(
        replace(
            config,
            slope=float(fit.coef_[0, 0]),
            topic=float(fit.coef_[0, 1]),
            intercept=float(fit.intercept_[0]),
            text_slope=text_slope,
            text_intercept=text_intercept,
            answer_slope=answer_slope,
            answer_intercept=answer_intercept,
        )
    )


@dataclass(frozen=True, slots=True)
class Wordings:
    """Ways to ask for an attribute value.

    Attributes:
        vectors: (wordings, width), as the encoder reads them.
        kind: Index of what each wording asks for.
        kinds: How many attribute values there are.
    """

    texts: list[str]
    vectors: Scores
    kind: list[int]
    kinds: int

    @classmethod
    def of(
        cls, asked: Mapping[str, Sequence[str]], kinds: Sequence[str], encoder: EmbeddedTextEncoder
    ) -> Wordings:
        pairs = [(text, at) for at, kind in enumerate(kinds) for text in asked.get(kind, ())]
        texts = [text for text, _ in pairs]
        vectors = np.stack([each.pooled for each in encoder.encode(texts)])
        return cls(texts, vectors, [at for _, at in pairs], len(kinds))

    def head(self, rows: Iterable[int]) -> Head:
        """A softmax over kinds, learned from some wordings."""
        chosen = list(rows)
        lengths = np.linalg.norm(self.vectors[chosen], axis=1, keepdims=True)
        scale = float(lengths.mean())
        fit = LogisticRegression(C=_SHARP, max_iter=300).fit(
            self.vectors[chosen] / scale, [self.kind[row] for row in chosen]
        )
        weight = np.zeros((self.kinds, self.vectors.shape[1]), dtype=np.float32)
        bias = np.full(self.kinds, _NEVER, dtype=np.float32)
        weight[fit.classes_] = fit.coef_ / scale
        bias[fit.classes_] = fit.intercept_
        return Head(weight.astype(np.float16).astype(np.float32), bias)

    def unseen(self) -> dict[str, Scores]:
        """(kinds,) shares of each wording, by a classifier that did not learn from it."""
        fold = {text: number % _FOLDS for number, text in enumerate(sorted(set(self.texts)))}
        found: dict[str, Scores] = {}
        for number in range(_FOLDS):
            rows = [row for row, text in enumerate(self.texts) if fold[text] != number]
            head = self.head(rows)
            for row, text in enumerate(self.texts):
                if fold[text] == number:
                    logits = head.logits(self.vectors[row][None])[0]
                    grown = np.exp(logits - logits.max())
                    found[text] = grown / grown.sum()
        return found


def _ask(
    reader: EmbeddedQuestionReader,
    encoder: EmbeddedTextEncoder,
    questions: Questions,
    kinds_of: Mapping[str, Scores],
) -> _Seen:
    seen = _Seen([], [], [], [], [], [])
    chance = random.Random(0)
    everything = sorted(questions.asked)
    for windows in questions.policies.values():
        passages = encoder.encode([window.text for window in windows])
        present = sorted({kind for window in windows for kind in window.answers})
        present = chance.sample(present, min(len(present), _KINDS))
        absent = [k for k in everything if not any(k in window.answers for window in windows)]
        for kind in [*present, *chance.sample(absent, min(len(absent), len(present)))]:
            question = chance.choice(questions.asked.get(kind, [kind]))
            raw = reader.read_raw(question, passages, kinds_of.get(question))
            before = len(seen.passages)
            for window, passage, found in zip(windows, passages, raw, strict=True):
                if found is None:
                    continue
                spans = window.answers.get(kind, ())
                seen.passages.append((found.logit, found.topic))
                seen.relevant.append(bool(spans))
                if spans:
                    start = int(passage.offsets[found.first, 0])
                    text = passage.text[start : int(passage.offsets[found.last, 1])]
                    best = max(overlap(text, window.text[a:b]) for a, b in spans)
                    seen.likelihood.append(found.likelihood)
                    seen.right.append(best >= HIT)
            seen.policies.append(range(before, len(seen.passages)))
            seen.answered.append(kind in present)
    return seen


def _platt(values: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    return fit_platt(np.array(values, np.float32)[:, None], np.array(right)[:, None])
