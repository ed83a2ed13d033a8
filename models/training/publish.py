"""Make the shipped models of the trained weights: all, or the tasks that are named.

    python -m models.training.publish DATA WEIGHTS... [--tasks practices questions …]

WEIGHTS are the seeds of `models.training.joint`. Their mean becomes the one
encoder that ships, in int8, and every head is the mean of the seeds' heads. Each
task then fits its linear partner, calibrates on held-out policies, apps or
services, and writes its folder with manifest and metrics; each seed alone goes
the same way, for mean and deviation. Where `models.training.reader` left its
file beside the weights, the mean's reader is taken from it. Takes some minutes
on two cores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

from models import cards
from models.data import BadData
from models.training import figures
from models.training.base import LICENCE, MODELS, NAME, Base, read_base
from models.training.encoder import write_encoder
from models.training.figures import MEASURED
from models.training.fit import PARTNERED, Partner, fit_classifier, fit_partner
from models.training.fit_languages import fit_other_clauses
from models.training.fit_questions import Questions, fit_reader
from models.training.fit_tags import fit_tagger
from models.training.material import Material, gather
from models.training.network import Network, mean_of
from models.training.reader import READ
from models.training.release import Origin

HEADS = (*PARTNERED, "data_types", "questions", "clauses_other")
QUANTIZING = ("encoder", "practices", "data_types")
"""What is also made in float32, to see what int8 costs a head of passages and one of words."""
State = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Trained weights and the folder that gets their models."""

    name: str
    state: State
    root: Path
    quantized: bool = True


def _compared(candidate: Candidate) -> Collection[str]:
    """What is made of weights that do not ship, for their figures.

    Questions are left out: the reader is trained to its end on the mean's states alone.
    """
    return QUANTIZING if not candidate.quantized else ("encoder", *MEASURED.keys() - {"questions"})


def make(
    candidate: Candidate,
    material: Material,
    base: Base,
    partners: Mapping[str, Partner],
    *,
    tasks: Sequence[str],
    origin: Origin,
) -> None:
    """Write the encoder and the heads of some weights into the candidate's folder."""
    network = Network(base.path, base.rows, material.sizes(), dropout=0.0)
    network.load_state_dict(dict(candidate.state))
    network.eval()
    root = candidate.root
    if "encoder" in tasks:
        write_encoder(network.backbone, base, origin, root, quantized=candidate.quantized)
    for task in PARTNERED:
        if task in tasks:
            fit_classifier(task, material, partners[task], origin=origin, root=root)
    if "data_types" in tasks:
        fit_tagger(network, material, origin=origin, root=root)
    if "questions" in tasks:
        fit_reader(network, Questions.read(material), origin=origin, root=root)


def run(data: Path, weights: Sequence[Path], tasks: Sequence[str]) -> None:
    """Publish the mean of the weights, and measure it beside each seed."""
    base = read_base(data)
    material = gather(data)
    origin = Origin(
        base=NAME,
        base_version=base.version,
        base_licence=LICENCE,
        licence="models/LICENSE: research and other non-commercial use, as the training data ask",
        data=figures.hashes(data),
        config=figures.settings(weights),
        packages=("torch", "transformers", "sentence-transformers", "onnxruntime", "scikit-learn"),
    )
    partners = {
        task: fit_partner(task, material, base.cache) for task in PARTNERED if task in tasks
    }
    read = weights[0].with_name(READ)
    mean = load_file(read) if read.exists() else mean_of(weights)
    aside = base.cache / "published"
    whole = Candidate("float32", mean, aside / "float32", quantized=False)
    seeds = [Candidate(file.stem, load_file(file), aside / file.stem) for file in weights]
    compared = [whole, *(seeds if len(seeds) > 1 else [])]
    for candidate in (*compared, Candidate("mean", mean, MODELS)):
        chosen = [t for t in tasks if candidate.name == "mean" or t in _compared(candidate)]
        make(candidate, material, base, partners, tasks=chosen, origin=origin)
        print(f"{candidate.name}: written", flush=True)
    if "clauses_other" in tasks:
        fit_other_clauses(data, origin=origin, root=MODELS)
    figures.write(data, material, tasks, {each.name: each.root for each in compared}, partners)
    cards.write_all()


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; returns the exit status."""
    known = ("encoder", *HEADS)
    parser = argparse.ArgumentParser(prog="python -m models.training.publish")
    parser.add_argument("data", type=Path, help="folder with a folder a corpus")
    parser.add_argument("weights", type=Path, nargs="+", help="seeds of models.training.joint")
    parser.add_argument("--tasks", nargs="+", choices=known, default=list(known))
    asked = parser.parse_args(arguments)
    try:
        run(asked.data, asked.weights, asked.tasks)
    except BadData as error:
        print(f"publish: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
