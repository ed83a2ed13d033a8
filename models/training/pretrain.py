"""Further pre-training of the base encoder on pairs of legal texts.

    python -m models.training.pretrain DATA [--pairs 16000]

Learns to put a heading beside its passage, and a ToS;DR case beside its quotes
(multiple negatives: the other passages of a batch). Resumes from the last
checkpoint in `models/cache/`. Prints what frozen features give before and
after, on OPP-115's validation policies.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.data import BadData
from models.training.backbone import Backbone, device, mean_pool, pad, precision, schedule
from models.training.base import Base, read_base
from models.training.pairs import Pair, batches, read_pairs
from models.training.probe import probe


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the result, besides the data and the base model."""

    pairs: int = 16_000
    batch: int = 64
    max_tokens: int = 96
    rate: float = 5e-5
    weight_decay: float = 0.01
    warm_up: float = 0.1
    clip: float = 1.0
    scale: float = 20.0
    seed: int = 0
    checkpoint_steps: int = 50


def embed(model: Backbone, tokenizer: Tokenizer, texts: Sequence[str], most: int) -> Tensor:
    """Unit vectors (texts, width) of texts, read up to `most` tokens each."""
    rows = [encoding.ids[:most] for encoding in tokenizer.encode_batch_fast(list(texts))]
    ids, mask = pad(rows)
    place = next(model.parameters()).device
    pooled = mean_pool(model(ids.to(place), mask.to(place)), mask.to(place))
    return nn.functional.normalize(pooled.float(), dim=-1)


def contrast(anchors: Tensor, passages: Tensor, scale: float) -> Tensor:
    """Loss of matching each anchor with its passage, and back."""
    likeness = anchors @ passages.T * scale
    right = torch.arange(len(anchors), device=likeness.device)
    cross = nn.functional.cross_entropy
    loss: Tensor = (cross(likeness, right) + cross(likeness.T, right)) / 2
    return loss


def pretrain(base: Base, pairs: Sequence[Pair], recipe: Recipe, folder: Path) -> Path:
    """Train, or go on from the folder's checkpoint; returns the file of the weights."""
    done = folder / "backbone.safetensors"
    if done.exists():
        return done
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    random.seed(recipe.seed)
    model = Backbone(base.path, base.rows, dropout=0.1).to(device())
    optimizer = torch.optim.AdamW(
        list(model.body()), lr=recipe.rate, weight_decay=recipe.weight_decay, fused=True
    )
    served = list(batches(pairs[: recipe.pairs], recipe.batch))
    pace = schedule(optimizer, steps=len(served), warm_up=recipe.warm_up)
    checkpoint = folder / "checkpoint.pt"
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        pace.load_state_dict(state["pace"])
        first = int(state["step"])
    model.train()
    started = time.perf_counter()
    for step, batch in enumerate(served[first:], start=first + 1):
        with precision(device()):
            anchors = embed(model, base.tokenizer, [p.anchor for p in batch], recipe.max_tokens)
            passages = embed(model, base.tokenizer, [p.passage for p in batch], recipe.max_tokens)
        loss = contrast(anchors, passages, recipe.scale)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(list(model.body()), recipe.clip)
        optimizer.step()
        pace.step()
        if step % recipe.checkpoint_steps == 0:
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "pace": pace.state_dict(),
                    "step": step,
                },
                checkpoint,
            )
            seconds = time.perf_counter() - started
            print(f"step {step} of {len(served)}: loss {loss.item():.3f}, {seconds:.0f} s")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, done)
    checkpoint.unlink(missing_ok=True)
    return done


def run(data: Path, recipe: Recipe) -> None:
    """Pre-train and tell what it gave."""
    base = read_base(data)
    what = json.dumps([base.version, asdict(recipe)])
    folder = base.cache / "pretrain" / hashlib.sha256(what.encode()).hexdigest()[:12]
    pairs = read_pairs(data, seed=recipe.seed)
    model = Backbone(base.path, base.rows, dropout=0.0)
    print("before:", json.dumps(probe(model, base.tokenizer, data)), flush=True)
    weights = pretrain(base, pairs, recipe, folder)
    model.load_state_dict(load_file(weights))
    print("after:", json.dumps(probe(model, base.tokenizer, data)))
    print(weights)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.pretrain")
    parser.add_argument("data", type=Path, help="folder with unlabelled/, tosdr/ and opp115/")
    parser.add_argument("--pairs", type=int, default=16_000)
    asked = parser.parse_args(arguments)
    try:
        run(asked.data, Recipe(pairs=asked.pairs))
    except BadData as error:
        print(f"pretrain: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
