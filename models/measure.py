"""Measure a job on all its tasks: `python -m models.measure policy|photo DATA`.

For policies, runs `changes`, `extraction`, `ratings` and `tosdr` on the folders
of those names in DATA; for photos, `photo` on DATA itself. Writes
`models/<job>/metrics.json`, from which the card and the README are made
(`python -m models.cards`, `python -m tests.reference`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
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
Measured = tuple[dict[str, dict[str, object]], dict[str, str]]
"""Metrics and the hash of the data, by task."""


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


def measure_policy(data: Path) -> Measured:
    """The figures of every policy task, and what data they rest on.

    Raises:
        BadData: A folder or a file is missing.
    """
    results = {
        name: load_task(name)(data / name / parts[0] if len(parts) == 1 else data / name).metrics
        for name, parts in TASKS.items()
    }
    results["tosdr"].pop("cases")
    held_out = cross_validated(data / "extraction")
    agreed = rating.cross_validated(rating.collect(data / "ratings"))
    results["ratings"] |= {f"held_out_{name}": value for name, value in agreed.items()}
    results["extraction"] |= {f"held_out_{name}": value for name, value in held_out.items()}
    return results, {name: data_hash(data / name, parts) for name, parts in TASKS.items()}


def measure_photo(data: Path) -> Measured:
    """The figures of the photo job, and what data they rest on.

    Raises:
        BadData: The list or a photo is missing.
    """
    results = {"photo": load_task("photo")(data).metrics}
    return results, {"photo": data_hash(data, ("truth.jsonl",))}


JOBS: dict[str, Callable[[Path], Measured]] = {"policy": measure_policy, "photo": measure_photo}


def main() -> int:
    """Run all tasks of a job; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.measure", description=__doc__)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder of the labelled data")
    asked = parser.parse_args()
    try:
        results, hashes = JOBS[asked.job](asked.data)
    except BadData as error:
        print(error, file=sys.stderr)
        return 1
    measured = {
        "date": datetime.now(UTC).date().isoformat(),
        "knowledge": knowledge.version(),
        "data": hashes,
        "tasks": results,
    }
    file = MODELS / asked.job / "metrics.json"
    file.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
