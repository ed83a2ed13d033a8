"""Run the policy job, as shipped, on files of a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from assistant import language
from assistant.errors import InputError
from assistant.policy.analyze import PolicyAnalysis, PolicyModels, analyze_policy
from assistant.policy.extract import extract
from models.data import BadData

MAX_CHARS = 5_000_000
MODELS = ("doctype", "encoder", "practices", "data_types", "transparency", "clauses")


@cache
def shipped_models() -> PolicyModels:
    """The embedded models, loaded once."""
    return PolicyModels(
        language=language.language_detector(),
        document_type=language.document_type_classifier(),
        encoder=language.text_encoder(),
        practices=language.passage_classifier("practices"),
        tagger=language.span_tagger(),
        transparency=language.passage_classifier("transparency"),
        clauses=language.passage_classifier("clauses"),
    )


def analyze_files(paths: Sequence[Path]) -> Iterator[tuple[Path, PolicyAnalysis | None]]:
    """Analyse each file; None for one that the assistant refuses to read.

    Raises:
        BadData: A file is missing.
    """
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
        yield path, analyze_policy(document, shipped_models())


def documents_in(folder: Path) -> list[Path]:
    """The documents of a corpus folder, by name.

    Raises:
        BadData: There is no folder `documents`, or nothing in it.
    """
    paths = sorted(path for path in (folder / "documents").glob("*") if path.is_file())
    if not paths:
        raise BadData("The data folder has no documents in `documents/`.")
    return paths
