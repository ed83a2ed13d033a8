"""Finds the embedded models and checks each file before it is used.

A model is a folder with a `manifest.json` that lists its files with sizes and
SHA-256. Files are read whole, checked, and only then handed on as bytes, so
what was checked is what is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assistant.errors import DamagedModel

EMBEDDED_MODELS = (
    "encoder",
    "practices",
    "attributes",
    "transparency",
    "clauses",
    "clauses_other",
    "cases",
    "data_types",
    "questions",
    "doctype",
    "faces",
    "names",
)
"""Every model that ships."""
MANIFEST = "manifest.json"
_PACKAGE = Path(__file__).resolve().parent.parent
ROOTS = (_PACKAGE / "artifacts", _PACKAGE.parent / "models")
"""Where the wheel carries the models, then where the repository keeps them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What a file must be: its size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """One embedded model: its folder, its files, and `version`, the manifest's SHA-256."""

    name: str
    version: str
    folder: Path
    files: dict[str, FileEntry]

    def read(self, file: str) -> bytes:
        """Read one file of the model.

        Raises:
            DamagedModel: The file is not in the manifest, missing, or differs from it.
        """
        entry = self.files.get(file)
        if entry is None:
            raise damaged(self.name)
        try:
            data = (self.folder / file).read_bytes()
        except OSError:
            raise damaged(self.name) from None
        if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256:
            raise damaged(self.name)
        return data

    def read_config(self, shape: type[T]) -> T:
        """Read `config.json` into a dataclass whose fields are its keys.

        Raises:
            DamagedModel: As `read`, or the keys are not the fields of `shape`.
        """
        try:
            return shape(**json.loads(self.read("config.json")))
        except (ValueError, TypeError):
            raise damaged(self.name) from None


def damaged(name: str) -> DamagedModel:
    """The error that names a model, never a path."""
    return DamagedModel(f"The model '{name}' is missing or does not match its manifest.")


def open_artifact(name: str, roots: Iterable[Path] = ROOTS) -> Artifact:
    """Find a model by name and read its manifest; its files are checked when read.

    Raises:
        DamagedModel: No root has the model, or its manifest cannot be read.
    """
    for root in roots:
        folder = root / name
        try:
            raw = (folder / MANIFEST).read_bytes()
        except OSError:
            continue
        try:
            listed: dict[str, dict[str, object]] = json.loads(raw)["files"]
            files = {
                file: FileEntry(size=int(str(entry["size"])), sha256=str(entry["sha256"]))
                for file, entry in listed.items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            raise damaged(name) from None
        return Artifact(name, hashlib.sha256(raw).hexdigest(), folder, files)
    raise damaged(name)


def model_versions(names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each model's manifest, for `versions.models` of a report.

    Raises:
        DamagedModel: One of the models is missing or its manifest cannot be read.
    """
    return {name: open_artifact(name).version for name in names}
