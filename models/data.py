"""Reads the labelled data that models are trained and measured on.

The data never enter the repository; the formats are those of their owners,
prepared as JSON lines.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO


class BadData(Exception):
    """The data are missing or do not have the documented shape. One clear line."""


@dataclass(frozen=True, slots=True)
class LabelledSegment:
    """A segment of a policy and the labels that most annotators gave it (possibly none)."""

    policy: str
    index: int
    text: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class NamedText:
    """A document, what it is called (`Service_Kind of document`), and its type if stated."""

    name: str
    text: str
    type: str | None = None


def _open(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def read_json_lines(path: Path) -> Iterator[dict[str, object]]:
    """Objects of a `.jsonl` or `.jsonl.xz` file; blank lines are skipped.

    Raises:
        BadData: The file cannot be read, or a line is no JSON object.
    """
    number = 0
    try:
        with _open(path) as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise BadData(f"Line {number} of the data is not a JSON object.")
                yield row
    except (OSError, lzma.LZMAError):
        raise BadData("The data file is missing or cannot be read.") from None
    except UnicodeDecodeError:
        raise BadData(f"The data are not UTF-8 after line {number}.") from None
    except json.JSONDecodeError:
        raise BadData(f"Line {number} of the data is not JSON.") from None


def _text(row: dict[str, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise BadData(f"A row of the data has no text under `{key}`.")
    return value


def read_opp115(path: Path) -> list[LabelledSegment]:
    """Segments of an OPP-115 file, in file order.

    Raises:
        BadData: The file cannot be read, is empty, or a row lacks a key.
    """
    segments = []
    for row in read_json_lines(path):
        index, labels = row.get("segment"), row.get("labels_majority")
        if not isinstance(index, int) or not isinstance(labels, list):
            raise BadData("A row of the data has no `segment` number or no `labels_majority` list.")
        segments.append(
            LabelledSegment(
                _text(row, "policy"), index, _text(row, "text"), frozenset(map(str, labels))
            )
        )
    if not segments:
        raise BadData("The data hold no rows.")
    return segments


def read_named_texts(path: Path) -> list[NamedText]:
    """Documents of a file of `{"name", "text"}` rows, in file order.

    A row may state its `type`; otherwise the name tells it.

    Raises:
        BadData: The file cannot be read, is empty, or a row lacks a key.
    """
    texts = []
    for row in read_json_lines(path):
        stated = row.get("type")
        texts.append(
            NamedText(
                _text(row, "name"), _text(row, "text"), stated if isinstance(stated, str) else None
            )
        )
    if not texts:
        raise BadData("The data hold no rows.")
    return texts


def folder_hash(path: Path) -> str:
    """SHA-256 over the names and contents of all files below a folder, in order.

    Raises:
        BadData: There is no such folder, or nothing in it.
    """
    files = sorted(file for file in path.rglob("*") if file.is_file())
    if not files:
        raise BadData(f"The data folder has nothing in {path.name}/.")
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(path).as_posix()}\0{file_hash(file)}\0".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        BadData: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise BadData("The data file is missing or cannot be read.") from None
