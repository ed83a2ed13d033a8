"""Reads encoded passages for a question: is there an answer, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.encoder import open_session
from assistant.language.heads import sigmoid
from assistant.language.lazy import Lazy
from assistant.language.protocols import EncodedText, FoundAnswer, Scores, TextEncoder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

NAME = "questions"
_BATCH_TOKENS = 4_096


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """`config.json` of the model.

    Attributes:
        longest_answer: Tokens of an answer, at most.
        slope, intercept: Platt scaling of the logit that there is an answer.
        answer_slope, answer_intercept: The same of the logit of a stretch's probability.
        encoder: Version of the encoder that the reader belongs to.
    """

    longest_answer: int
    slope: float
    intercept: float
    answer_slope: float
    answer_intercept: float
    encoder: str


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A passage's logit of having an answer, and its likeliest stretch of tokens.

    `likelihood` is the probability of the stretch among all stretches.
    """

    logit: float
    first: int
    last: int
    likelihood: float


class EmbeddedQuestionReader:
    """A `QuestionReader` on the shared encoder; loads when first asked."""

    def __init__(self, artifact: Artifact, encoder: TextEncoder, *, version: str) -> None:
        """Take a reader that belongs to the encoder of that version."""
        self._config = artifact.read_config(ReaderConfig)
        if self._config.encoder != version:
            raise damaged(artifact.name)
        self._encoder = encoder
        self._session = Lazy(partial(_load_session, artifact))

    def read(self, question: str, passages: Sequence[EncodedText]) -> list[FoundAnswer]:
        """One answer a passage, in order. A passage without a word is relevant to nothing.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        config = self._config
        answers = []
        for passage, raw in zip(passages, self.read_raw(question, passages), strict=True):
            if raw is None:
                answers.append(FoundAnswer(0.0, 0, 0, 0.0))
                continue
            relevance = _calibrated(raw.logit, config.slope, config.intercept)
            odds = float(np.log(raw.likelihood / max(1e-6, 1 - raw.likelihood) + 1e-9))
            answers.append(
                FoundAnswer(
                    relevance=relevance,
                    start=int(passage.offsets[raw.first, 0]),
                    end=int(passage.offsets[raw.last, 1]),
                    confidence=_calibrated(odds, config.answer_slope, config.answer_intercept),
                )
            )
        return answers

    def read_raw(self, question: str, passages: Sequence[EncodedText]) -> list[RawAnswer | None]:
        """As `read`, before calibration; None for a passage without a word."""
        asked = self._encoder.encode([question])[0].pooled
        found: list[RawAnswer | None] = [None] * len(passages)
        filled = [row for row, passage in enumerate(passages) if len(passage.states)]
        for rows in _batches(filled, [len(p.states) for p in passages]):
            states, mask = _pad([passages[row].states for row in rows])
            question_rows = np.repeat(asked[None], len(rows), axis=0).astype(np.float32)
            feed = {"states": states, "mask": mask, "question": question_rows}
            ends, logits = self._session.get().run(["ends", "answers"], feed)
            for place, row in enumerate(rows):
                length = len(passages[row].states)
                first, last, likelihood = best_span(
                    ends[place, :length], longest=self._config.longest_answer
                )
                found[row] = RawAnswer(float(logits[place]), first, last, likelihood)
        return found


def best_span(ends: Scores, *, longest: int) -> tuple[int, int, float]:
    """The likeliest stretch.

    Args:
        ends: (tokens, 2), logits of start and end.
        longest: Tokens of a stretch, at most.

    Returns:
        First token, last token (inclusive) and the stretch's probability.
    """
    logs = ends - ends.max(0)
    logs = logs - np.log(np.exp(logs).sum(0))
    pairs = logs[:, 0][:, None] + logs[:, 1][None]
    allowed = np.triu(np.ones_like(pairs, dtype=bool)) & ~np.triu(
        np.ones_like(pairs, dtype=bool), longest
    )
    pairs = np.where(allowed, pairs, -np.inf)
    first, last = np.unravel_index(int(pairs.argmax()), pairs.shape)
    return int(first), int(last), float(np.exp(pairs[first, last]))


def _calibrated(odds: float, slope: float, intercept: float) -> float:
    return round(float(sigmoid(np.array([slope * odds + intercept], np.float32))[0]), 4)


def _batches(rows: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Rows of like length, so that little is padded."""
    batches: list[list[int]] = []
    for row in sorted(rows, key=lambda r: lengths[r]):
        if batches and lengths[row] * (len(batches[-1]) + 1) <= _BATCH_TOKENS:
            batches[-1].append(row)
        else:
            batches.append([row])
    return batches


def _pad(states: Sequence[Scores]) -> tuple[Scores, NDArray[np.int64]]:
    longest = max(map(len, states))
    padded = np.zeros((len(states), longest, states[0].shape[1]), dtype=np.float32)
    mask = np.zeros((len(states), longest), dtype=np.int64)
    for row, each in enumerate(states):
        padded[row, : len(each)] = each
        mask[row, : len(each)] = 1
    return padded, mask


def _load_session(artifact: Artifact) -> InferenceSession:
    try:
        return open_session(artifact.read("reader.onnx"), threads=1)
    except ValueError:
        raise damaged(artifact.name) from None


def load_reader(encoder: TextEncoder, *, version: str) -> EmbeddedQuestionReader:
    """The embedded reader.

    Args:
        encoder: Encodes the questions; its version is `version`.

    Raises:
        DamagedModel: The model is missing, its manifest or configuration is not
            readable, or it belongs to another encoder.
    """
    return EmbeddedQuestionReader(open_artifact(NAME), encoder, version=version)
