"""Train the shared encoder and all its heads at once, on the windows of all corpora.

    python -m models.training.joint DATA [--seeds 0 1 2] [--start FILE|shipped]

Every seed's weights are kept in `models/cache/`; an interrupted seed goes on
from the last epoch. Takes about an hour a seed on two cores, and a CUDA
device where there is one. `python -m models.training.publish` makes
models of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from assistant.language.artifacts import open_artifact
from assistant.language.encoder import NAME as ENCODER
from models.data import BadData, file_hash
from models.training.backbone import device, schedule
from models.training.base import MODELS, Base, read_base
from models.training.losses import Losses, Read, Recipe, tokenize
from models.training.material import Material, gather
from models.training.network import Network
from models.training.shipped_weights import shipped_weights

SHIPPED = "shipped"
"""Name of the start that is read back out of the shipped models."""


def began_from(start: str | None) -> str:
    """The start by the hash of its weights, for the record."""
    if start is None:
        return "the base model"
    if start == SHIPPED:
        return f"shipped encoder {open_artifact(ENCODER, (MODELS,)).version}"
    return file_hash(Path(start))


def epoch_of(material: dict[str, list[Read]], recipe: Recipe, chance: random.Random) -> list[Read]:
    """What one epoch reads."""
    tagged = [r for r in material["unfair"] if any(p.labels for p in r.window.parts)]
    plain = [r for r in material["unfair"] if not any(p.labels for p in r.window.parts)]
    return [
        *material["opp115"] * recipe.opp115_repeats,
        *material["piextract"] * recipe.piextract_repeats,
        *material["gdpr"],
        *tagged,
        *chance.sample(plain, int(recipe.untagged * len(plain))),
        *material["cases"],
    ]


def batches(reads: Sequence[Read], most: int, chance: random.Random) -> Iterator[list[Read]]:
    """Batches of windows of like length, in random order."""
    order = sorted(reads, key=lambda r: len(r.ids) * chance.uniform(0.9, 1.1))
    out: list[list[Read]] = [[]]
    for read in order:
        longest = max([len(read.ids), *(len(r.ids) for r in out[-1])])
        if out[-1] and longest * (len(out[-1]) + 1) > most:
            out.append([])
        out[-1].append(read)
    chance.shuffle(out)
    yield from out


def begin(network: Network, start: str) -> None:
    """Take over a pre-trained encoder, a whole network of an earlier stage, or what ships."""
    if start == SHIPPED:
        own = network.state_dict()
        found = {n: v for n, v in shipped_weights().items() if own[n].shape == v.shape}
        network.load_state_dict({**own, **found})
        return
    state = load_file(start)
    whole = any(name.startswith("backbone.") for name in state)
    (network if whole else network.backbone).load_state_dict(state)


def train(
    base: Base, material: Material, recipe: Recipe, *, seed: int, start: str | None, file: Path
) -> None:
    """Train one seed into a `.safetensors` file; goes on from the last epoch's checkpoint."""
    if file.exists():
        return
    torch.manual_seed(seed)
    network = Network(base.path, base.rows, material.sizes(), recipe.dropout)
    if start:
        begin(network, start)
    network.freeze(recipe.frozen_layers)
    network.to(device())
    torch.manual_seed(seed)
    random.seed(seed)
    reads = {name: tokenize(base.tokenizer, s.train) for name, s in material.splits.items()}
    encoder = [p for p in network.backbone.body() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": encoder, "lr": recipe.encoder_rate},
            {"params": network.heads(), "lr": recipe.head_rate},
        ],
        weight_decay=recipe.weight_decay,
        fused=True,
    )
    served = [
        list(batches(epoch_of(reads, recipe, chance), recipe.batch_tokens, chance))
        for chance in (random.Random(f"{seed}-{epoch}") for epoch in range(recipe.epochs))
    ]
    pace = schedule(optimizer, steps=sum(map(len, served)), warm_up=recipe.warm_up)
    losses = Losses(network, material, recipe, base)
    checkpoint = file.with_suffix(".checkpoint")
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        pace.load_state_dict(state["pace"])
        first = int(state["epoch"])
    for epoch in range(first, recipe.epochs):
        network.train()
        chance = random.Random(f"{seed}-{epoch}-questions")
        started, total = time.perf_counter(), 0.0
        for step, batch in enumerate(served[epoch], start=1):
            loss = losses.of(batch, chance)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(encoder, recipe.clip)
            optimizer.step()
            pace.step()
            total += loss.item()
            if step % 50 == 0:
                seconds = time.perf_counter() - started
                print(
                    f"seed {seed} epoch {epoch + 1} step {step} of {len(served[epoch])}: "
                    f"loss {total / step:.3f}, {seconds:.0f} s",
                    flush=True,
                )
        torch.save(
            {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "pace": pace.state_dict(),
                "epoch": epoch + 1,
            },
            checkpoint,
        )
    unfinished = file.with_suffix(".part")
    save_file({n: v.contiguous() for n, v in network.state_dict().items()}, unfinished)
    unfinished.rename(file)
    checkpoint.unlink(missing_ok=True)


def run(data: Path, recipe: Recipe, *, seeds: Sequence[int], start: str | None) -> list[Path]:
    """Train every seed that is not there yet; returns the files."""
    base = read_base(data)
    material = gather(data)
    what = json.dumps([base.version, asdict(recipe), began_from(start)])
    folder = base.cache / "joint" / hashlib.sha256(what.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.json").write_text(what, encoding="utf-8")
    files = [folder / f"seed-{seed}.safetensors" for seed in seeds]
    for seed, file in zip(seeds, files, strict=True):
        train(base, material, recipe, seed=seed, start=start, file=file)
        print(file, flush=True)
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.joint")
    parser.add_argument("data", type=Path, help="folder with a folder a corpus")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--start",
        help="weights of models.training.pretrain, or of an earlier stage of this command, "
        f"or “{SHIPPED}” to go on from the models that ship",
    )
    asked = parser.parse_args(arguments)
    try:
        run(asked.data, Recipe(), seeds=asked.seeds, start=asked.start)
    except BadData as error:
        print(f"joint: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
