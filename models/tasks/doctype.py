"""Task `doctype`: what kind of document a text is, scored against what its name says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.language.artifacts import model_versions
from assistant.language.doctype import NAME, load_document_types
from assistant.language.protocols import DocumentType
from models import metrics
from models.data import BadData, NamedText, read_named_texts
from models.document_names import service_of_name, type_of_name, types_of_documents
from models.tasks import TaskResult


def _stated(documents: Sequence[NamedText]) -> list[DocumentType | None]:
    """What rows state, otherwise what their names do and their texts give no reason to doubt."""
    try:
        return [
            named if document.type is None else DocumentType(document.type)
            for document, named in zip(documents, types_of_documents(documents), strict=True)
        ]
    except ValueError:
        raise BadData("A row of the data states a `type` that is none of the four.") from None


def run(data: Path) -> TaskResult:
    """Classify every document of a file; score those whose `type` or name states one.

    Raises:
        BadData: The file is missing, has another format or no document of a known type.
        DamagedModel: The shipped model cannot be used.
    """
    documents = read_named_texts(data)
    classifier = load_document_types()
    types = list(DocumentType)
    guesses = [classifier.classify(document.text) for document in documents]
    stated = _stated(documents)
    predictions: list[dict[str, object]] = [
        {
            "name": document.name,
            "type": guess.type.value,
            "confidence": round(guess.confidence, 4),
        }
        for document, guess in zip(documents, guesses, strict=True)
    ]
    known = [row for row, kind in enumerate(stated) if kind is not None]
    gold = np.array([[stated[row] is kind for kind in types] for row in known], dtype=bool)
    predicted = np.array([[guesses[row].type is kind for kind in types] for row in known])
    shape = (-1, len(types))
    gold, predicted = gold.reshape(shape), predicted.reshape(shape).astype(bool)
    groups = [service_of_name(documents[row].name) for row in known]
    figures = metrics.report([kind.value for kind in types], gold, predicted, groups)
    confidence = np.array([guesses[row].confidence for row in known], dtype=np.float64)
    right = np.array([guesses[row].type is stated[row] for row in known], dtype=bool)
    return TaskResult(
        {
            "task": "doctype",
            "documents": len(documents),
            "labelled": len(known),
            "services": len(set(groups)),
            "doubtful": sum(
                document.type is None and type_of_name(document.name) is not None and kind is None
                for document, kind in zip(documents, stated, strict=True)
            ),
            "accuracy": round(float(right.mean()), 4),
            **figures,
            "calibration_error": metrics.calibration_error(confidence, right),
            "models": model_versions([NAME]),
        },
        predictions,
    )
