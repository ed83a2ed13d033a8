"""Small protocols for language models, and the adapters that carry them out.

Nothing loads when this package is imported, nor when a factory is called: a
model is read, checked against its manifest and built when it first gets a text.
"""

from __future__ import annotations

from functools import cache

from assistant.language.artifacts import model_versions
from assistant.language.clauses import load_other_clauses
from assistant.language.detect import EmbeddedLanguageDetector
from assistant.language.doctype import load_document_types
from assistant.language.encoder import EmbeddedTextEncoder, load_encoder
from assistant.language.heads import load_classifier
from assistant.language.protocols import (
    DocumentTypeClassifier,
    LanguageDetector,
    PassageClassifier,
    QuestionReader,
    SentenceClassifier,
    SpanTagger,
    TextEncoder,
)
from assistant.language.reader import load_reader
from assistant.language.tags import load_tagger

__all__ = [
    "clause_classifier",
    "document_type_classifier",
    "language_detector",
    "model_versions",
    "passage_classifier",
    "question_reader",
    "span_tagger",
    "text_encoder",
]


@cache
def _encoder(threads: int) -> EmbeddedTextEncoder:
    return load_encoder(threads=threads)


def text_encoder(threads: int = 0) -> TextEncoder:
    """The embedded encoder that all heads share, one a process and thread count.

    Args:
        threads: `Settings.model_threads`; 0 takes up to two cores.

    Raises:
        DamagedModel: The model is missing or its manifest is damaged.
    """
    return _encoder(threads)


@cache
def passage_classifier(name: str) -> PassageClassifier:
    """The embedded classifier of that name (`practices`, `attributes`, `transparency`,
    `clauses`, `cases`), one a process.

    Raises:
        DamagedModel: The model is missing, damaged, or belongs to another encoder.
    """
    return load_classifier(name)


@cache
def span_tagger() -> SpanTagger:
    """The embedded tagger of data types and what is done with them, one a process.

    Raises:
        DamagedModel: As `passage_classifier`.
    """
    return load_tagger()


@cache
def question_reader(threads: int = 0) -> QuestionReader:
    """The embedded reader of questions, one a process and thread count.

    Raises:
        DamagedModel: As `passage_classifier`.
    """
    encoder = _encoder(threads)
    return load_reader(encoder, passage_classifier("attributes"), version=encoder.version)


@cache
def clause_classifier(code: str) -> SentenceClassifier:
    """The embedded classifier of clauses in terms of service of a language but English.

    Raises:
        DamagedModel: The model is missing, damaged, or does not know the language.
    """
    return load_other_clauses(code)


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
