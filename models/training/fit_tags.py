"""Fit the tagger: let its head settle, choose how eager it is, calibrate it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.heads import Head, log_odds, save_head
from assistant.language.protocols import EncodedText, Scores
from assistant.language.tags import NAME, TagsConfig, decode, first_tokens
from models import metrics
from models.corpora.windows import Window
from models.training.calibration import fit_platt, fit_temperature
from models.training.fit import encoder_in
from models.training.material import Material
from models.training.network import TAG_SETS, Network
from models.training.release import Origin, as_config, write_model

BIASES = (0.0, 0.5, 1.0, 1.5)
"""How eager the tagger may be; chosen once for all tags."""
PI_TAGS = range(4)
"""Columns of PI-Extract's tags."""
_SETTLING = 10
_WORDS_AT_ONCE = 512


def fit_tagger(network: Network, material: Material, *, origin: Origin, root: Path) -> None:
    """Let the tags' head settle on the int8 states, calibrate it, and write its folder."""
    encoder = encoder_in(root)
    splits = [material.splits[name] for name in ("piextract", "gdpr")]
    train, train_gold = _words([w for split in splits for w in split.train], encoder)
    unseen, gold = _words([w for split in splits for w in split.validation], encoder)
    weight, bias = settle(
        network.tags.weight.detach(),
        network.tags.bias.detach(),
        np.concatenate(train),
        np.concatenate(train_gold),
    )
    head = Head(weight.astype(np.float16).astype(np.float32), bias)
    logits = [head.logits(states).reshape(len(states), -1, 3) for states in unseen]
    own, true = np.concatenate(logits), np.concatenate(gold)
    config = TagsConfig(
        tags=list(TAG_SETS),
        bias=[eagerness(logits, gold)] * len(TAG_SETS),
        temperatures=[1.0] * len(TAG_SETS),
        slope=1.0,
        intercept=0.0,
        encoder=encoder.version,
    )
    own[:, :, 1:] += config.bias[0]
    for column in range(len(TAG_SETS)):
        rows = true[:, column] >= 0
        config.temperatures[column] = fit_temperature(own[rows, column], true[rows, column])
    slope, intercept = calibrate(logits, gold, config)
    config = replace(config, slope=slope, intercept=intercept)
    files = {"head.npz": save_head(weight, bias), "config.json": as_config(asdict(config))}
    write_model(NAME, files, origin, root)


def _words(
    windows: Sequence[Window], encoder: EmbeddedTextEncoder
) -> tuple[list[Scores], list[NDArray[np.int64]]]:
    """The state of each word's first piece, and its tags, window by window."""
    encoded = encoder.encode([window.text for window in windows])
    states = [text.states[first_tokens(text.words.tolist())] for text in encoded]
    return states, [gold_tags(w, text) for w, text in zip(windows, encoded, strict=True)]


def settle(
    weight: Tensor, bias: Tensor, states: Scores, gold: NDArray[np.int64]
) -> tuple[Scores, Scores]:
    """Train the tags' head further while the encoder stands still.

    Args:
        states: (words, width).
        gold: (words, tag sets), as `gold_tags`.
    """
    torch.manual_seed(0)
    head = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        head.weight.copy_(weight)
        head.bias.copy_(bias)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.01)
    inputs, targets = torch.from_numpy(states), torch.from_numpy(gold)
    rounds = _SETTLING * -(-len(inputs) // _WORDS_AT_ONCE)
    pace = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, rounds)
    for _ in range(_SETTLING):
        for rows in torch.randperm(len(inputs)).split(_WORDS_AT_ONCE):
            loss = nn.functional.cross_entropy(
                head(inputs[rows]).view(-1, 3), targets[rows].view(-1), ignore_index=-1
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            pace.step()
    return head.weight.detach().numpy(), head.bias.detach().numpy()


def calibrate(
    logits: Sequence[Scores], gold: Sequence[NDArray[np.int64]], config: TagsConfig
) -> tuple[float, float]:
    """Platt scaling that makes a stretch's mean probability that of being right to the word."""
    means: list[float] = []
    right: list[bool] = []
    for own, true in zip(logits, gold, strict=True):
        for column in PI_TAGS:
            if not len(own) or true[0, column] < 0:
                continue
            moved = own[:, column] + np.array([0, config.bias[0], config.bias[0]], np.float32)
            scaled = moved / config.temperatures[column]
            grown = np.exp(scaled - scaled.max(1, keepdims=True))
            wanted = {(a, b) for a, b, _ in decode(np.eye(3, dtype=np.float32)[true[:, column]])}
            for first, last, mean in decode(grown / grown.sum(1, keepdims=True)):
                means.append(mean)
                right.append((first, last) in wanted)
    odds = log_odds(np.array(means, np.float32))
    return fit_platt(odds[:, None], np.array(right)[:, None])


def eagerness(logits: Sequence[Scores], gold: Sequence[NDArray[np.int64]]) -> float:
    """The one number added to begin and inside with the best mean F1 over PI-Extract's tags."""
    scores = []
    for bias in BIASES:
        tally = np.zeros((len(PI_TAGS), 3), dtype=np.int64)
        for own, true in zip(logits, gold, strict=True):
            for place, column in enumerate(PI_TAGS):
                if not len(own) or true[0, column] < 0:
                    continue
                moved = own[:, column] + np.array([0, bias, bias], np.float32)
                marked = {(a, b) for a, b, _ in decode(moved)}
                wanted = {
                    (a, b) for a, b, _ in decode(np.eye(3, dtype=np.float32)[true[:, column]])
                }
                tally[place] += (
                    len(marked & wanted),
                    len(marked - wanted),
                    len(wanted - marked),
                )
        scores.append(float(np.mean([metrics.f1(row) for row in tally])))
    return BIASES[int(np.argmax(scores))]


def gold_tags(window: Window, text: EncodedText) -> NDArray[np.int64]:
    """(words, tag sets): 0 outside, 1 begin, 2 inside, -1 where the set was not annotated."""
    first = first_tokens(text.words.tolist())
    tags = np.full((len(first), len(TAG_SETS)), -1)
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
