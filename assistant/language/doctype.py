"""The embedded classifier of document types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.lazy import Lazy
from assistant.language.linear import LinearClassifier, load_linear
from assistant.language.protocols import DocumentType, Scores, TypeGuess

NAME = "doctype"

_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class DoctypeConfig:
    """`config.json` of the model.

    Attributes:
        types: Names of the outputs, in order.
        max_words: Words that are read of a long document, half of them its start.
        min_words: Documents with fewer distinct known words than this are `other`.
        temperature: Divides the logits before the softmax.
    """

    types: list[str]
    max_words: int
    min_words: int
    temperature: float


def excerpt(text: str, max_words: int) -> str:
    """The start of a long text and a stretch from its middle, `max_words` in all.

    The start names the document; the middle is past menus and notices. Texts
    that are no longer come back whole.
    """
    # Bounded before splitting, so that the cost does not grow with the text.
    limit = max_words * 8
    if len(text) <= limit:
        head, middle = text, ""
    else:
        half = len(text) // 2
        head, middle = text[: limit // 2], text[half : half + limit // 2]
    kept = [match.group() for match in _TOKEN.finditer(head)]
    if middle:
        kept = kept[: max_words // 2] + _TOKEN.findall(middle)[: max_words // 2]
    return " ".join(kept[:max_words])


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
        """Guess from the start and the middle of a text, plain and without markup.

        A text with hardly a word is `other`: there is nothing in it to rely on.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        read = excerpt(text, self._config.max_words)
        if len(set(read.lower().split())) < self._config.min_words:
            return TypeGuess(DocumentType.OTHER, 1.0)
        shares = softmax(self._linear.get().logits(read) / self._config.temperature)
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
