"""Write a trained model's folder: its files, configuration, manifest and metrics."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from models.training.base import MODELS


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model comes from.

    Attributes:
        base, base_version, base_licence: The model it started from; "" for none.
        licence: Terms of the weights.
        data: SHA-256 of each training file, by corpus and name.
        config: The settings of the training run.
        packages: Distributions whose versions are recorded.
    """

    base: str
    base_version: str
    base_licence: str
    licence: str
    data: Mapping[str, str]
    config: Mapping[str, object]
    packages: tuple[str, ...]


def write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_model(name: str, files: Mapping[str, bytes], origin: Origin, root: Path = MODELS) -> Path:
    """Write the model's files and the `manifest.json` that seals them; returns the folder."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    write_json(
        folder / "manifest.json",
        {
            "name": name,
            "files": {
                file: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for file, data in sorted(files.items())
            },
            "base": origin.base,
            "base_version": origin.base_version,
            "base_licence": origin.base_licence,
            "licence": origin.licence,
            "training": {
                "commit": _commit(),
                "data": dict(origin.data),
                "config": dict(origin.config),
                "packages": {package: version(package) for package in origin.packages},
            },
        },
    )
    return folder


def write_metrics(folder: Path, figures: Mapping[str, object]) -> None:
    """Write `metrics.json` with today's date and the version of the model it belongs to."""
    manifest = (folder / "manifest.json").read_bytes()
    head = {
        "date": datetime.now(UTC).date().isoformat(),
        "model_version": hashlib.sha256(manifest).hexdigest(),
    }
    write_json(folder / "metrics.json", {**head, **figures})


def as_config(config: object) -> bytes:
    return (json.dumps(config, indent=2, ensure_ascii=False) + "\n").encode()


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=MODELS, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
