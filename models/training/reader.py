"""Train the reader of questions further, on the states that the shipped encoder gives.

    python -m models.training.reader DATA WEIGHTS... [--batches 700]

WEIGHTS are the seeds of `models.training.joint`; their mean is what ships. The
encoder stays as it is, so each segment of OPP-115 is encoded once. A batch
is one policy and a few questions, each held against all of its segments: the
loss ranks the segments that answer above the others, tells apart which answer
at all, and finds the answers' ends. Writes the mean with the new reader as
`mean-read.safetensors` beside the seeds, where `models.training.publish` finds
it. Some minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.protocols import EncodedText
from models.corpora.windows import Window
from models.data import BadData
from models.training.backbone import schedule
from models.training.base import read_base
from models.training.encoder import write_encoder
from models.training.fit import encoder_in
from models.training.material import Material, gather
from models.training.network import Network, Reader, mean_of
from models.training.release import Origin


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the result, besides the data and the network."""

    batches: int = 700
    asked: int = 4
    rate: float = 7e-4
    weight_decay: float = 0.01
    warm_up: float = 0.05
    clip: float = 1.0
    dropout: float = 0.1
    span: float = 1.0
    rank: float = 1.0
    answerable: float = 1.0
    seed: int = 0


READ = "mean-read.safetensors"
_ALIKE = 8
"""Segments of like length that are read at once, so that little is padded."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy's segments, encoded, and the question types that it answers."""

    windows: list[Window]
    states: list[Tensor]
    offsets: list[list[tuple[int, int]]]
    kinds: list[str]


def policies_of(windows: Sequence[Window], encoder: EmbeddedTextEncoder) -> list[Policy]:
    """Group segments by policy; those without a word are left out."""
    grouped: dict[str, list[Window]] = {}
    for window in windows:
        grouped.setdefault(window.source, []).append(window)
    out = []
    for own in grouped.values():
        encoded = encoder.encode([window.text for window in own])
        kept = [(w, e) for w, e in zip(own, encoded, strict=True) if len(e.states)]
        out.append(
            Policy(
                [w for w, _ in kept],
                [_half(e) for _, e in kept],
                [[(int(a), int(b)) for a, b in e.offsets] for _, e in kept],
                sorted({kind for w, _ in kept for kind in w.answers}),
            )
        )
    return out


def _half(text: EncodedText) -> Tensor:
    return torch.from_numpy(text.states.astype(np.float16))


def loss_of(
    reader: Reader, policy: Policy, kinds: Sequence[str], vectors: Tensor, recipe: Recipe
) -> Tensor:
    """The weighted losses of some questions held against all segments of a policy.

    Args:
        vectors: (kinds, width), the questions as the encoder reads them.
    """
    rows = len(policy.states)
    logits = torch.zeros((len(kinds), rows))
    logs: dict[int, Tensor] = {}
    by_length = sorted(range(rows), key=lambda row: len(policy.states[row]))
    for group in (by_length[start : start + _ALIKE] for start in range(0, rows, _ALIKE)):
        states, mask = _pad([policy.states[row] for row in group])
        every = len(kinds)
        ends, told = reader(
            states.repeat(every, 1, 1),
            mask.repeat(every, 1),
            vectors.repeat_interleave(len(group), dim=0),
        )
        logits[:, group] = told.view(every, len(group))
        ends = ends.masked_fill(mask.repeat(every, 1).unsqueeze(-1) == 0, -1e4).log_softmax(1)
        for place, row in enumerate(group):
            logs[row] = ends.view(every, len(group), -1, 2)[:, place]
    total = torch.zeros(())
    for asked, kind in enumerate(kinds):
        there = torch.tensor([float(kind in window.answers) for window in policy.windows])
        present = nn.functional.binary_cross_entropy_with_logits(
            logits[asked], there, reduction="sum"
        )
        total = total + recipe.answerable * present / rows**0.5
        if not there.any():
            continue
        right = torch.logsumexp(logits[asked][there > 0], 0) - torch.logsumexp(logits[asked], 0)
        total = total - recipe.rank * right
        likely = [
            _likelihood(logs[row][asked], policy.offsets[row], policy.windows[row].answers[kind])
            for row in there.nonzero().flatten().tolist()
        ]
        found = [value for value in likely if value is not None]
        if found:
            total = total - recipe.span * torch.stack(found).mean()
    return total / len(kinds)


def _pad(states: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, states))
    padded = torch.zeros((len(states), longest, states[0].shape[1]))
    mask = torch.zeros((len(states), longest), dtype=torch.long)
    for row, own in enumerate(states):
        padded[row, : len(own)] = own.float()
        mask[row, : len(own)] = 1
    return padded, mask


def _likelihood(
    logs: Tensor, offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]
) -> Tensor | None:
    """Log-probability of any of the marked stretches; None where none was read."""
    pairs = []
    for start, end in spans:
        inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
        if inside:
            pairs.append(logs[inside[0], 0] + logs[inside[-1], 1])
    return torch.logsumexp(torch.stack(pairs), 0) if pairs else None


def train(reader: Reader, policies: Sequence[Policy], material: Material, recipe: Recipe,
          encoder: EmbeddedTextEncoder) -> None:  # fmt: skip
    """Train in place."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)
    texts = sorted({text for texts in material.questions.values() for text in texts})
    vectors = {
        text: torch.from_numpy(each.pooled)
        for text, each in zip(texts, encoder.encode(texts), strict=True)
    }
    everything = sorted(material.questions)
    optimizer = torch.optim.AdamW(
        reader.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay, fused=True
    )
    pace = schedule(optimizer, steps=recipe.batches, warm_up=recipe.warm_up)
    reader.train()
    started, total = time.perf_counter(), 0.0
    for step in range(1, recipe.batches + 1):
        policy = chance.choice(policies)
        kinds = chance.sample(policy.kinds, min(recipe.asked, len(policy.kinds)))
        kinds[-1] = chance.choice(everything)
        asked = torch.stack([vectors[chance.choice(material.questions[kind])] for kind in kinds])
        loss = loss_of(reader, policy, kinds, asked, recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), recipe.clip)
        optimizer.step()
        pace.step()
        total += loss.item()
        if step % 50 == 0:
            seconds = time.perf_counter() - started
            print(f"batch {step}: loss {total / 50:.3f}, {seconds:.0f} s", flush=True)
            total = 0.0


def run(data: Path, weights: Sequence[Path], recipe: Recipe) -> Path:
    """Train the reader of the weights' mean; returns the file of the mean with it."""
    base = read_base(data)
    material = gather(data)
    network = Network(base.path, base.rows, material.sizes(), recipe.dropout)
    state = mean_of(weights)
    network.load_state_dict(state)
    root = base.cache / "reading"
    write_encoder(
        network.backbone.eval(), base, Origin("", "", "", "", {}, {}, ()), root, quantized=True
    )
    encoder = encoder_in(root)
    policies = policies_of(material.splits["opp115"].train, encoder)
    train(network.reader, policies, material, recipe, encoder)
    trained = {name: value.contiguous() for name, value in network.state_dict().items()}
    kept = {name: trained[name] if name.startswith("reader.") else state[name] for name in state}
    target = weights[0].with_name(READ)
    save_file(kept, target)
    target.with_suffix(".json").write_text(json.dumps(asdict(recipe)), encoding="utf-8")
    return target


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.reader")
    parser.add_argument("data", type=Path, help="folder with a folder a corpus")
    parser.add_argument("weights", type=Path, nargs="+", help="seeds of models.training.joint")
    parser.add_argument("--batches", type=int, default=700)
    asked = parser.parse_args(arguments)
    try:
        print(run(asked.data, asked.weights, Recipe(batches=asked.batches)))
    except BadData as error:
        print(f"reader: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
