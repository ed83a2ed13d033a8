"""Linear text classifiers over TF-IDF n-grams, from saved arrays, with numpy alone.

Computes what scikit-learn's `TfidfVectorizer` and `LogisticRegression` would
(the training script proves it on its data), without their start-up time and
memory. The arrays are an `.npz` file that is read with pickles refused.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_WORD = re.compile(r"\b\w\w+\b")
_SEPARATOR = "\n"


def words(text: str) -> list[str]:
    """Lower-cased words of at least two characters, in order."""
    return _WORD.findall(text.lower())


def word_ngrams(text: str) -> Counter[str]:
    """Count words and pairs of neighbouring words."""
    tokens = words(text)
    counts = Counter(tokens)
    counts.update(f"{first} {second}" for first, second in pairwise(tokens))
    return counts


def _character_ngrams(word: str, shortest: int, longest: int) -> Iterator[str]:
    padded = f" {word} "
    for length in range(shortest, longest + 1):
        if len(padded) <= length:
            # A word no longer than the n-gram counts once, whole.
            yield padded
            return
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of n-gram: its vocabulary with columns from 0, and their weights.

    Attributes:
        idf: (features,) float32, inverse document frequencies.
        weights: (features, outputs) float32, coefficients of the classifier.
    """

    columns: Mapping[str, int]
    idf: Vector
    weights: Vector

    def project(self, counts: Mapping[int, int]) -> Vector:
        """Weigh counts by column: 1 + log(count) times idf, unit length, times the weights."""
        if not counts:
            return np.zeros(self.weights.shape[1], dtype=np.float32)
        columns = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        values = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))
        values *= self.idf[columns]
        values /= math.sqrt(float(values @ values))
        projected: Vector = (values @ self.weights[columns]).astype(np.float32)
        return projected


class LinearClassifier:
    """Words and word pairs, and optionally characters within words, to one logit an output."""

    def __init__(
        self,
        word_block: Block,
        character_block: Block | None,
        intercept: Vector,
        character_lengths: tuple[int, int] = (3, 5),
    ) -> None:
        self._words = word_block
        self._characters = character_block
        self._intercept = intercept
        self._lengths = character_lengths

    def logits(self, text: str) -> Vector:
        """Score one text: (outputs,) float32, before sigmoid or softmax."""
        counts: Counter[int] = Counter()
        for ngram, count in word_ngrams(text).items():
            if (column := self._words.columns.get(ngram)) is not None:
                counts[column] += count
        score = self._words.project(counts) + self._intercept
        if self._characters is not None:
            score = score + self._characters.project(self._count_characters(text))
        return score

    def _count_characters(self, text: str) -> Counter[int]:
        assert self._characters is not None
        columns = self._characters.columns
        counts: Counter[int] = Counter()
        for word, times in Counter(text.lower().split()).items():
            for ngram in _character_ngrams(word, *self._lengths):
                if (column := columns.get(ngram)) is not None:
                    counts[column] += times
        return counts


def save_linear(
    vocabularies: Mapping[str, tuple[Sequence[str], Vector, Vector]], intercept: Vector
) -> bytes:
    """Pack blocks as a compressed `.npz`.

    Args:
        vocabularies: By block name (`words`, `characters`): n-grams, idf
            (features,), weights (features, outputs). Weights become float16.
        intercept: (outputs,).

    Returns:
        The file; the same arrays give the same bytes.
    """
    arrays: dict[str, NDArray[np.generic]] = {"intercept": intercept.astype(np.float32)}
    for name, (ngrams, idf, weights) in vocabularies.items():
        packed = _SEPARATOR.join(ngrams).encode()
        arrays[f"{name}_ngrams"] = np.frombuffer(packed, dtype=np.uint8)
        arrays[f"{name}_idf"] = idf.astype(np.float32)
        arrays[f"{name}_weights"] = weights.astype(np.float16)
    return pack_arrays(arrays)


def pack_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """A compressed `.npz`; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for key, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, array, allow_pickle=False)
            # A fixed date keeps the bytes, and so the model's version, reproducible.
            info = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, entry.getvalue())
    return buffer.getvalue()


def load_linear(data: bytes) -> LinearClassifier:
    """Unpack `save_linear`.

    Raises:
        ValueError: The bytes are no such file, or its arrays do not fit together.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            names = set(arrays.files)
            blocks = {
                name: _block(
                    arrays[f"{name}_ngrams"], arrays[f"{name}_idf"], arrays[f"{name}_weights"]
                )
                for name in ("words", "characters")
                if f"{name}_ngrams" in names
            }
            intercept: Vector = arrays["intercept"].astype(np.float32)
    except (KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError("not a saved linear classifier") from error
    if "words" not in blocks:
        raise ValueError("not a saved linear classifier")
    return LinearClassifier(blocks["words"], blocks.get("characters"), intercept)


def _block(packed: NDArray[np.uint8], idf: Vector, weights: NDArray[np.float16]) -> Block:
    ngrams: Iterable[str] = packed.tobytes().decode().split(_SEPARATOR)
    columns = {ngram: column for column, ngram in enumerate(ngrams)}
    if not len(columns) == len(idf) == len(weights):
        raise ValueError("vocabulary and weights differ in length")
    return Block(columns, idf.astype(np.float32), weights.astype(np.float32))
