"""Small protocols for language models, and the adapters that carry them out.

Nothing loads when this package is imported, nor when a factory is called: a
model is read, checked against its manifest and built when it first gets a text.
"""

from __future__ import annotations

from functools import cache

from assistant.language.artifacts import model_versions
from assistant.language.detect import EmbeddedLanguageDetector
from assistant.language.doctype import load_document_types
from assistant.language.practices import load_practices
from assistant.language.protocols import (
    DocumentTypeClassifier,
    LanguageDetector,
    PracticeClassifier,
)

__all__ = [
    "document_type_classifier",
    "language_detector",
    "model_versions",
    "practice_classifier",
]


@cache
def practice_classifier(threads: int = 0) -> PracticeClassifier:
    """The embedded classifier of OPP-115 practices, one a process and thread count.

    Args:
        threads: `Settings.model_threads`; 0 takes up to two cores.

    Raises:
        DamagedModel: The model is missing or its manifest is damaged.
    """
    return load_practices(threads=threads)


@cache
def document_type_classifier() -> DocumentTypeClassifier:
    """The embedded classifier of document types, one a process.

    Raises:
        DamagedModel: The model is missing or its manifest is damaged.
    """
    return load_document_types()


@cache
def language_detector() -> LanguageDetector:
    """The embedded language detector, one a process."""
    return EmbeddedLanguageDetector()
