"""Measure the policy job on all its tasks: `python -m models.measure DATA`.

Runs `changes`, `extraction`, `ratings` and `tosdr` on the folders of those
names and writes `models/policy/metrics.json`, from which the card and the README are
made (`python -m models.cards`, `python -m tests.reference`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from assistant import knowledge
from models.cards import MODELS
from models.data import BadData, file_hash
from models.tasks import load_task
from models.training import rating
from models.training.extraction import cross_validated

TASKS = {
    "changes": ("pairs.jsonl",),
    "extraction": ("cleaned", "pages"),
    "ratings": ("privacyspy.jsonl", "documents"),
    "tosdr": ("points.jsonl", "documents"),
}
"""Task → what its folder holds that the figures depend on."""
METRICS = MODELS / "policy" / "metrics.json"


def data_hash(folder: Path, parts: tuple[str, ...]) -> str:
    """SHA-256 over the files of a task's folder, in the order of their names.

    Raises:
        BadData: A part is missing.
    """
    digest = hashlib.sha256()
    for part in parts:
        place = folder / part
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        for file in files:
            digest.update(f"{file.name}\0{file_hash(file)}\0".encode())
    return digest.hexdigest()


def main() -> int:
    """Run all tasks; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.measure", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a task")
    data: Path = parser.parse_args().data
    try:
        results = {
            name: load_task(name)(
                data / name / parts[0] if len(parts) == 1 else data / name
            ).metrics
            for name, parts in TASKS.items()
        }
        hashes = {name: data_hash(data / name, parts) for name, parts in TASKS.items()}
    except BadData as error:
        print(error, file=sys.stderr)
        return 1
    results["tosdr"].pop("cases")
    held_out = cross_validated(data / "extraction")
    agreed = rating.cross_validated(rating.collect(data / "ratings"))
    results["ratings"] |= {f"held_out_{name}": value for name, value in agreed.items()}
    results["extraction"] |= {f"held_out_{name}": value for name, value in held_out.items()}
    measured = {
        "date": datetime.now(UTC).date().isoformat(),
        "knowledge": knowledge.version(),
        "data": hashes,
        "tasks": results,
    }
    METRICS.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
