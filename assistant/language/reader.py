"""Reads encoded passages for a question: is there an answer, and where.

Two parts judge whether a passage answers. The reader holds question and passage
together. Beside it a classifier tells which OPP-115 attribute values a question
is after, and the shipped classifier of attributes tells which of them a passage
gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.encoder import open_session
from assistant.language.heads import Head, load_head, log_odds, sigmoid
from assistant.language.lazy import Lazy
from assistant.language.protocols import (
    EncodedText,
    FoundAnswer,
    PassageClassifier,
    ReadQuestion,
    Scores,
    TextEncoder,
)

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

NAME = "questions"
_BATCH_TOKENS = 4_096


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """`config.json` of the model.

    Attributes:
        longest_answer: Tokens of an answer, at most.
        kinds: Attribute values that a question can be after, as the classifier names them.
        slope, topic, intercept: A passage's log-odds of answering: `slope` × the
            reader's logit + `topic` × the log-odds that it gives what is asked for.
        text_slope, text_intercept: Platt scaling of a text's highest such log-odds,
            for the probability that any passage answers.
        answer_slope, answer_intercept: The same of the logit of a stretch's probability.
        encoder: Version of the encoder that the reader belongs to.
    """

    longest_answer: int
    kinds: list[str]
    slope: float
    topic: float
    intercept: float
    text_slope: float
    text_intercept: float
    answer_slope: float
    answer_intercept: float
    encoder: str


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What a passage answers, before calibration.

    Attributes:
        logit: The reader's, of there being an answer.
        topic: Log-odds that the passage gives what the question is after.
        first, last: The likeliest stretch of tokens, `last` inclusive.
        likelihood: Probability of the stretch among all stretches.
    """

    logit: float
    topic: float
    first: int
    last: int
    likelihood: float


class EmbeddedQuestionReader:
    """A `QuestionReader` on the shared encoder; loads when first asked."""

    def __init__(
        self,
        artifact: Artifact,
        encoder: TextEncoder,
        attributes: PassageClassifier,
        *,
        version: str,
    ) -> None:
        """Take a reader that belongs to the encoder of that version."""
        self._config = artifact.read_config(ReaderConfig)
        if self._config.encoder != version or list(attributes.labels) != self._config.kinds:
            raise damaged(artifact.name)
        self._encoder = encoder
        self._attributes = attributes
        self._session = Lazy(partial(_load_session, artifact))
        self._kinds = Lazy(partial(_load_kinds, artifact, len(self._config.kinds)))

    def read(self, question: str, passages: Sequence[EncodedText]) -> ReadQuestion:
        """Read all passages of one text. A passage without a word is relevant to nothing.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        config = self._config
        answers, best = [], None
        for passage, raw in zip(passages, self.read_raw(question, passages), strict=True):
            if raw is None:
                answers.append(FoundAnswer(0.0, 0, 0, 0.0))
                continue
            odds = config.slope * raw.logit + config.topic * raw.topic + config.intercept
            best = odds if best is None else max(best, odds)
            likely = float(np.log(raw.likelihood / max(1e-6, 1 - raw.likelihood) + 1e-9))
            answers.append(
                FoundAnswer(
                    relevance=_calibrated(odds, 1.0, 0.0),
                    start=int(passage.offsets[raw.first, 0]),
                    end=int(passage.offsets[raw.last, 1]),
                    confidence=_calibrated(likely, config.answer_slope, config.answer_intercept),
                )
            )
        answered = 0.0
        if best is not None:
            answered = _calibrated(best, config.text_slope, config.text_intercept)
        return ReadQuestion(answers, answered)

    def kinds_of(self, question: str) -> Scores:
        """(kinds,): how likely the question is after each attribute value; they sum to 1."""
        return self._kinds_of(self._encoder.encode([question])[0].pooled)

    def _kinds_of(self, asked: Scores) -> Scores:
        logits = self._kinds.get().logits(asked[None])[0]
        grown = np.exp(logits - logits.max())
        shares: Scores = grown / grown.sum()
        return shares

    def read_raw(
        self, question: str, passages: Sequence[EncodedText], kinds: Scores | None = None
    ) -> list[RawAnswer | None]:
        """As `read`, before calibration; None for a passage without a word.

        Args:
            kinds: What to take for `kinds_of`.
        """
        asked = self._encoder.encode([question])[0].pooled
        found: list[RawAnswer | None] = [None] * len(passages)
        filled = [row for row, passage in enumerate(passages) if len(passage.states)]
        if not filled:
            return found
        wanted = self._kinds_of(asked) if kinds is None else kinds
        given = self._attributes.classify([passages[row].whole() for row in filled])
        topics = dict(zip(filled, log_odds(given @ wanted).tolist(), strict=True))
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
                found[row] = RawAnswer(float(logits[place]), topics[row], first, last, likelihood)
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


def _load_kinds(artifact: Artifact, outputs: int) -> Head:
    try:
        head = load_head(artifact.read("kinds.npz"))
    except ValueError:
        raise damaged(artifact.name) from None
    if len(head.bias) != outputs:
        raise damaged(artifact.name)
    return head


def load_reader(
    encoder: TextEncoder, attributes: PassageClassifier, *, version: str
) -> EmbeddedQuestionReader:
    """The embedded reader.

    Args:
        encoder: Encodes the questions; its version is `version`.
        attributes: The shipped classifier of that name.

    Raises:
        DamagedModel: The model is missing, its manifest or configuration is not
            readable, or it belongs to another encoder or other attributes.
    """
    return EmbeddedQuestionReader(open_artifact(NAME), encoder, attributes, version=version)
