"""Fit the tagger: its head and how tags follow each other, then its calibration."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.language.chain import Chain, runs
from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.heads import Head, log_odds
from assistant.language.protocols import EncodedText, Scores
from assistant.language.tags import NAME, TagModel, TagsConfig, first_tokens, save_tags
from models.corpora.windows import Window
from models.training.calibration import fit_platt
from models.training.fit import encoder_in
from models.training.material import Material
from models.training.network import TAG_SETS, Network
from models.training.release import Origin, as_config, write_model

PI_TAGS = range(4)
"""Columns of PI-Extract's tags."""
ROUNDS = 8
"""Passes over the training windows; fewer leave the steps short of where they settle."""
_AT_ONCE = 16
_NOT_ANNOTATED = -1
_STEP_RATE, _HEAD_RATE, _DROPOUT = 2e-2, 3e-3, 0.1


def fit_tagger(network: Network, material: Material, *, origin: Origin, root: Path) -> None:
    """Settle head and chain on the int8 states, calibrate them, and write their folder."""
    encoder = encoder_in(root)
    splits = [material.splits[name] for name in ("piextract", "gdpr")]
    states, gold = _words([w for split in splits for w in split.train], encoder)
    model = settle(network.tags.weight.detach(), network.tags.bias.detach(), states, gold)
    unseen, wanted = _words(material.splits["piextract"].validation, encoder)
    slope, intercept = calibrate(model, unseen, wanted)
    config = TagsConfig(list(TAG_SETS), slope, intercept, encoder.version)
    files = {"head.npz": save_tags(model), "config.json": as_config(asdict(config))}
    write_model(NAME, files, origin, root)


def _words(
    windows: Sequence[Window], encoder: EmbeddedTextEncoder
) -> tuple[list[Scores], list[NDArray[np.int64]]]:
    """The state of each word's first piece, and its tags, window by window."""
    encoded = encoder.encode([window.text for window in windows])
    pairs = [
        (text.states[first_tokens(text.words.tolist())], gold_tags(window, text))
        for window, text in zip(windows, encoded, strict=True)
        if len(text.states)
    ]
    return [states for states, _ in pairs], [gold for _, gold in pairs]


class _Field(nn.Module):  # type: ignore[misc]
    """The chain as PyTorch trains it, beginning with steps that say nothing."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.sets = len(bias) // 3
        self.head = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            self.head.weight.copy_(weight)
            self.head.bias.copy_(bias)
        self.starts = nn.Parameter(torch.zeros(self.sets, 3))
        self.steps = nn.Parameter(torch.zeros(self.sets, 3, 3))

    def loss(self, states: Tensor, gold: Tensor, inside: Tensor) -> Tensor:
        """Mean negative log-likelihood a word, over the sets that are annotated.

        Args:
            states: (texts, words, width).
            gold: (texts, words, sets), as `gold_tags`.
            inside: (texts, words) bool, False past a text's end.
        """
        kept = nn.functional.dropout(states, _DROPOUT)
        worth = self.head(kept).view(*states.shape[:2], self.sets, 3)
        tags = gold.clamp(min=0)
        everything = self.starts + worth[:, 0]
        path = everything.gather(2, tags[:, 0, :, None]).squeeze(-1)
        column = torch.arange(self.sets)
        for at in range(1, states.shape[1]):
            here = inside[:, at, None]
            ways = torch.logsumexp(everything[..., None] + self.steps, 2) + worth[:, at]
            everything = torch.where(here[..., None], ways, everything)
            step = self.steps[column, tags[:, at - 1], tags[:, at]]
            step = step + worth[:, at].gather(2, tags[:, at, :, None]).squeeze(-1)
            path = path + torch.where(here, step, torch.zeros_like(step))
        annotated = gold[:, 0] != _NOT_ANNOTATED
        lost = (torch.logsumexp(everything, 2) - path) * annotated
        return lost.sum() / inside.sum()


def settle(
    weight: Tensor, bias: Tensor, states: Sequence[Scores], gold: Sequence[NDArray[np.int64]]
) -> TagModel:
    """Train head and chain while the encoder stands still.

    Args:
        states: Of each text (words, width).
        gold: Of each text (words, sets), as `gold_tags`.
    """
    torch.manual_seed(0)
    field = _Field(weight, bias)
    optimizer = torch.optim.AdamW(
        [
            {"params": field.head.parameters(), "lr": _HEAD_RATE},
            {"params": [field.starts, field.steps], "lr": _STEP_RATE},
        ],
        weight_decay=0.01,
    )
    order = sorted(range(len(states)), key=lambda row: len(states[row]))
    batches = [order[start : start + _AT_ONCE] for start in range(0, len(order), _AT_ONCE)]
    pace = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, ROUNDS * len(batches))
    chance = random.Random(0)
    for _ in range(ROUNDS):
        chance.shuffle(batches)
        for inputs in (_batch([states[r] for r in b], [gold[r] for r in b]) for b in batches):
            loss = field.loss(*inputs)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            pace.step()
    head = Head(
        field.head.weight.detach().numpy().astype(np.float16).astype(np.float32),
        field.head.bias.detach().numpy(),
    )
    return TagModel(head, Chain(field.starts.detach().numpy(), field.steps.detach().numpy()))


def _batch(
    states: Sequence[Scores], gold: Sequence[NDArray[np.int64]]
) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(map(len, states))
    inputs = torch.zeros((len(states), longest, states[0].shape[1]))
    targets = torch.full((len(states), longest, gold[0].shape[1]), _NOT_ANNOTATED)
    inside = torch.zeros((len(states), longest), dtype=torch.bool)
    for row, (own, tags) in enumerate(zip(states, gold, strict=True)):
        inputs[row, : len(own)] = torch.from_numpy(own)
        targets[row, : len(own)] = torch.from_numpy(tags)
        inside[row, : len(own)] = True
    return inputs, targets, inside


def calibrate(
    model: TagModel, states: Sequence[Scores], gold: Sequence[NDArray[np.int64]]
) -> tuple[float, float]:
    """Platt scaling that makes a stretch's probability that of being right to the word."""
    stated, right = zip(*_judged(model, states, gold), strict=True)
    odds = log_odds(np.array(stated, np.float32))
    return fit_platt(odds[:, None], np.array(right)[:, None])


def _judged(
    model: TagModel, states: Sequence[Scores], gold: Sequence[NDArray[np.int64]]
) -> Iterator[tuple[float, bool]]:
    """Each stretch of PI-Extract's tags: its probability, and whether it is right."""
    logits = [model.head.logits(own).reshape(len(own), -1, 3) for own in states]
    for stretches, tags in zip(model.chain.read(logits), gold, strict=True):
        for each in stretches:
            if each.column in PI_TAGS and tags[0, each.column] != _NOT_ANNOTATED:
                wanted = runs(tags[:, each.column].tolist())
                yield each.probability, (each.first, each.last) in wanted


def gold_tags(window: Window, text: EncodedText) -> NDArray[np.int64]:
    """(words, tag sets): 0 outside, 1 begin, 2 inside, -1 where the set was not annotated."""
    first = first_tokens(text.words.tolist())
    tags = np.full((len(first), len(TAG_SETS)), _NOT_ANNOTATED)
    starts = text.offsets[first, 0] if len(first) else np.zeros(0)
    for column, name in enumerate(TAG_SETS):
        if name not in window.tags:
            continue
        tags[:, column] = 0
        for start, end in window.tags[name]:
            inside = np.flatnonzero((starts >= start) & (starts < end))
            tags[inside, column] = 2
            tags[inside[:1], column] = 1
    return tags
