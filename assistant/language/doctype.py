"""The embedded classifier of document types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.lazy import Lazy
from assistant.language.linear import LinearClassifier, load_linear, words
from assistant.language.protocols import DocumentType, Scores, TypeGuess

NAME = "doctype"

_WORD_CHARS = 8
_LONGEST_TOKEN = 60
_START = "start_"


@dataclass(frozen=True, slots=True)
class DoctypeConfig:
    """`config.json` of the model.

    Attributes:
        types: Names of the outputs, in order.
        max_words: Words that are read of a long document.
        stretches: Into how many stretches they are spread; the first is the start.
        start_words: Words of the start that also count as words of the start.
        min_words: Documents with fewer distinct known words than this are `other`.
        temperature: Divides the logits before the softmax.
    """

    types: list[str]
    max_words: int
    stretches: int
    start_words: int
    min_words: int
    temperature: float


def excerpt(text: str, max_words: int, *, stretches: int) -> str:
    """The start of a long text and stretches from the rest of it, all of one size.

    The start names the document; the rest is past menus, notices and tables.
    Texts that are no longer come back whole, but for what is no word: encoded
    pictures and addresses.
    """
    # Bounded before splitting, so that the cost does not grow with the text.
    if len(text) <= max_words * _WORD_CHARS:
        return " ".join(_tokens(text)[:max_words])
    size = max_words // stretches
    kept: list[str] = []
    for stretch in range(stretches):
        begin = len(text) * stretch // stretches
        kept += _tokens(text[begin : begin + size * _WORD_CHARS])[:size]
    return " ".join(kept)


def _tokens(text: str) -> list[str]:
    return [token for token in text.split() if len(token) <= _LONGEST_TOKEN]


def mark_start(text: str, count: int) -> str:
    """A text and, after it, its first words once more, marked as such.

    So a linear model can weigh "cookie policy" in a title unlike the same in
    the text.
    """
    first = words(text[: count * 2 * _WORD_CHARS])[:count]
    return " ".join([text, *(f"{_START}{word}" for word in first)])


def reading(text: str, *, max_words: int, stretches: int, start_words: int) -> str:
    """What the model reads of a document, in training and at run time."""
    return mark_start(excerpt(text, max_words, stretches=stretches), start_words)


def softmax(values: Scores) -> Scores:
    shifted = np.exp(values - values.max())
    share: Scores = (shifted / shifted.sum()).astype(np.float32)
    return share


class EmbeddedDocumentTypeClassifier:
    """A `DocumentTypeClassifier` that loads when first asked."""

    def __init__(self, artifact: Artifact) -> None:
        self._config = artifact.read_config(DoctypeConfig)
        self._linear = Lazy(partial(_load_linear, artifact))

    def classify(self, text: str) -> TypeGuess:
        """Guess from stretches of a text, plain and without markup.

        A text with hardly a word is `other`: there is nothing in it to rely on.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        config = self._config
        read = excerpt(text, config.max_words, stretches=config.stretches)
        if len(set(read.lower().split())) < config.min_words:
            return TypeGuess(DocumentType.OTHER, 1.0)
        marked = mark_start(read, config.start_words)
        shares = softmax(self._linear.get().logits(marked) / config.temperature)
        best = int(shares.argmax())
        return TypeGuess(DocumentType(self._config.types[best]), float(shares[best]))


def _load_linear(artifact: Artifact) -> LinearClassifier:
    try:
        return load_linear(artifact.read("linear.npz"))
    except ValueError:
        raise damaged(artifact.name) from None


def load_document_types() -> EmbeddedDocumentTypeClassifier:
    """The embedded classifier.

    Raises:
        DamagedModel: The model is missing or its manifest or configuration is not readable.
    """
    return EmbeddedDocumentTypeClassifier(open_artifact(NAME))
