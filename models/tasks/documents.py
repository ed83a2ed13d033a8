"""Run the policy job, as shipped, on files of a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import InputError
from assistant.policy.analyze import PolicyAnalysis, analyze_policy
from assistant.policy.embedded import embedded_models
from assistant.policy.extract import extract
from models.data import BadData

MAX_CHARS = 5_000_000


def analyze_files(paths: Sequence[Path]) -> Iterator[tuple[Path, PolicyAnalysis | None]]:
    """Analyse each file; None for one that the assistant refuses to read.

    Raises:
        BadData: A file is missing.
    """
    models = embedded_models()
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError:
            raise BadData(f"The document {path.name} is missing or cannot be read.") from None
        try:
            document = extract(data, name=path.name, max_chars=MAX_CHARS)
        except InputError:
            yield path, None
            continue
        yield path, analyze_policy(document, models)


def documents_in(folder: Path) -> list[Path]:
    """The documents of a corpus folder, by name.

    Raises:
        BadData: There is no folder `documents`, or nothing in it.
    """
    paths = sorted(path for path in (folder / "documents").glob("*") if path.is_file())
    if not paths:
        raise BadData("The data folder has no documents in `documents/`.")
    return paths
