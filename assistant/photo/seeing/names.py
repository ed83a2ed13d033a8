"""Names of people in lines of text, found by a small spaCy component.

The component scores every run of words in a line. A run has to hold a word that is
known from names, and lists of words that make something else of a name (a street, a
shop, a brand) have the last word. Only
Latin script, and at least two written-out words: a first name alone, or an
initial and a surname, is not called a name here.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.language.artifacts import ROOTS, damaged, open_artifact
from assistant.language.quiet import silence_model_libraries, unimported

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline.spancat import SpanCategorizer
    from spacy.tokens import Doc

NAME = "names"
WEIGHTS = "names.msgpack"
KNOWN = "known.txt"
"""Words that occur in names, folded and in small letters, one a line: a name holds one of them."""
MOST_TOKENS = 60
"""Of a line; longer ones are prose, and are cut."""
_LEAST_LETTERS = 2
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
"""Where the reader lost the space between two words."""
_FOLDED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"})
_EDGE_LETTERS = 3
_TRIAL = "Ada Example"
"""A line that weights of the right shape can be asked about."""
_WITHIN = frozenset("-'’,/.")
"""Signs that can stand inside a name."""
_LONG = 4
_SHORT = 3
"""A full stop inside a name follows an initial or an abbreviation of at most so many letters."""


@dataclass(frozen=True, slots=True)
class NamesConfig:
    """`config.json` of the model.

    Attributes:
        threshold: Least probability of a name.
        width, depth, rows, hidden: Sizes of the network, see `build`.
        longest: Most words and signs of a name.
    """

    threshold: float
    width: int
    depth: int
    rows: int
    hidden: int
    longest: int


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign of a line, and where it stands in it (code points, end exclusive)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name stands in a line (code points, end exclusive), and how sure the model is."""

    start: int
    end: int
    confidence: float


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class NamesKnowledge:
    """`names.yaml`: folded words, see `fold`, that say what a name is and what is none."""

    particles: frozenset[str]
    never: frozenset[str]
    beside: frozenset[str]
    brands: frozenset[str]


class _Attributes(Protocol):
    """What spaCy's vocabulary has and its stubs do not tell."""

    lex_attr_getters: dict[int, Callable[[str], str]]


class _Model:
    """The component, loaded when first asked; `release` lets go of it."""

    def __init__(self, roots: Sequence[Path]) -> None:
        artifact = open_artifact(NAME, roots)
        self.config = artifact.read_config(NamesConfig)
        weights = artifact.read(WEIGHTS)
        self.known = frozenset(artifact.read(KNOWN).decode("utf-8", "replace").split("\n"))
        self._nlp, self._spans = build(self.config)
        try:
            self._spans.from_bytes(weights, exclude=["vocab"])
            self.scored([tokenize(_TRIAL)])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise damaged(NAME) from None

    def scored(self, lines: Sequence[Sequence[Token]]) -> list[list[tuple[int, int, float]]]:
        """Of each line its likely names as runs of tokens, see `likeliest`."""
        docs = [as_doc(self._nlp, tokens) for tokens in lines]
        found = likeliest(self._spans, docs, self.config.threshold)
        return [
            [(a, b, score) for a, b, score in row if holds_known(tokens[a:b], self.known)]
            for tokens, row in zip(lines, found, strict=True)
        ]


_LOCK = threading.Lock()
_loaded: dict[tuple[Path, ...], _Model] = {}


@cache
def words() -> NamesKnowledge:
    """The packaged lists."""
    return load_yaml(NamesKnowledge, folder("photo") / "names.yaml")


def find_names(
    lines: Sequence[str], *, roots: tuple[Path, ...] = ROOTS
) -> tuple[tuple[Name, ...], ...]:
    """The names of people in each line. No model is loaded where no line can hold one.

    Args:
        roots: Where the model is looked for.

    Raises:
        DamagedModel: The model is missing or not that of its manifest.
    """
    split = [tokenize(line) for line in lines]
    asked = [i for i, tokens in enumerate(split) if _possible(tokens)]
    found: list[tuple[Name, ...]] = [()] * len(lines)
    if not asked:
        return tuple(found)
    for i, runs in zip(asked, _scored([split[i] for i in asked], roots), strict=True):
        tokens = split[i]
        found[i] = tuple(
            Name(tokens[start].start, tokens[end - 1].end, round(score, 3))
            for start, end, score in runs
            if is_plausible(tokens, start, end)
        )
    return tuple(found)


def release() -> None:
    """Forget the model, until it is asked again."""
    with _LOCK:
        _loaded.clear()


def tokenize(line: str) -> list[Token]:
    """Words, numbers and signs; a word is also split where a capital follows a small letter."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(line):
        cuts = [0, *(cut.start() for cut in _GLUED.finditer(match[0])), len(match[0])]
        for a, b in pairwise(cuts):
            tokens.append(Token(match[0][a:b], match.start() + a, match.start() + b))
    return tokens[:MOST_TOKENS]


def fold(word: str) -> str:
    """A word without accents, which readers of Latin script often miss."""
    plain = unicodedata.normalize("NFKD", word.translate(_FOLDED))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ß", "ss") or word


def is_plausible(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a run of tokens can be a name: two words at least, and nothing that denies it."""
    lists = words()
    run = [fold(token.text) for token in tokens[start:end]]
    letters = [word for word in run if word[0].isalpha()]
    names = [word for word in letters if word.lower() not in lists.particles]
    lower = {word.lower() for word in letters}
    near = {fold(token.text).lower() for token in (*tokens[start - 1 : start], *tokens[end:][:1])}
    whole = "".join(word.lower() for word in letters)
    return (
        sum(len(word) >= _LEAST_LETTERS for word in names) >= 2
        and all(word[0].isupper() for word in names)
        and all(word[0].isalpha() or word in _WITHIN for word in run)
        and not _ends_between(run)
        and (_has_gap(tokens[start:end]) or _long_parts(run))
        and not lower & lists.never
        and not near & lists.beside
        and not any(brand in whole for brand in lists.brands)
    )


def holds_known(run: Sequence[Token], known: Set[str]) -> bool:
    """Whether one of the words is known from names."""
    return any(fold(token.text).lower() in known for token in run)


def _has_gap(run: Sequence[Token]) -> bool:
    return any(one.end < other.start for one, other in pairwise(run))


def _long_parts(run: Sequence[str]) -> bool:
    """Whether words without a space between them are long, so that no acronym or brand is one."""
    return "-" not in run and all(len(word) >= _LONG for word in run if word[0].isalpha())


def _ends_between(run: Sequence[str]) -> bool:
    """Whether a sentence or a list goes on inside: a full stop after a word, or two commas."""
    stops = any(sign == "." and len(word) > _SHORT for word, sign in pairwise(run))
    return stops or sum(sign in ",/" for sign in run) > 1


def build(config: NamesConfig) -> tuple[Language, SpanCategorizer]:
    """A component without weights: hashed words and their ends, a small CNN, runs of words.

    The ends are the first and last three letters in lower case, so that capitals
    change nothing but the shape.

    Source:
        Architectures `spacy.HashEmbedCNN.v2` and `spacy.SpanCategorizer.v1` of spaCy 3.8.
    """
    silence_model_libraries()
    with unimported("torch"):
        import spacy
        from spacy.attrs import PREFIX, SUFFIX  # type: ignore[import-not-found]

    nlp = spacy.blank("xx")
    attributes = cast("_Attributes", nlp.vocab).lex_attr_getters
    attributes[PREFIX] = lambda word: word[:_EDGE_LETTERS].lower()
    attributes[SUFFIX] = lambda word: word[-_EDGE_LETTERS:].lower()
    spans = nlp.add_pipe(
        "spancat",
        config={
            "spans_key": NAME,
            "threshold": config.threshold,
            "suggester": {
                "@misc": "spacy.ngram_range_suggester.v1",
                "min_size": 2,
                "max_size": config.longest,
            },
            "model": {
                "@architectures": "spacy.SpanCategorizer.v1",
                "tok2vec": {
                    "@architectures": "spacy.HashEmbedCNN.v2",
                    "width": config.width,
                    "depth": config.depth,
                    "embed_size": config.rows,
                    "window_size": 1,
                    "maxout_pieces": 3,
                    "subword_features": True,
                    "pretrained_vectors": None,
                },
                "reducer": {
                    "@layers": "spacy.mean_max_reducer.v1",
                    "hidden_size": config.hidden,
                },
                "scorer": {"@layers": "spacy.LinearLogistic.v1", "nO": None, "nI": None},
            },
        },
    )
    return nlp, cast("SpanCategorizer", spans)


def as_doc(nlp: Language, tokens: Sequence[Token]) -> Doc:
    """A line as spaCy takes it, its words folded."""
    from spacy.tokens import Doc

    ends = [token.end for token in tokens]
    starts = [*(token.start for token in tokens[1:]), -1]
    spaces = [end < start for end, start in zip(ends, starts, strict=True)]
    return Doc(nlp.vocab, words=[fold(token.text) for token in tokens], spaces=spaces)


def likeliest(
    spans: SpanCategorizer, docs: Sequence[Doc], threshold: float
) -> list[list[tuple[int, int, float]]]:
    """Of each line the runs of tokens that are names: (start, end, probability), none overlapping.

    Args:
        threshold: Least probability.
    """
    indices, scores = spans.predict(docs)
    flat = np.asarray(scores, np.float32).reshape(-1)
    found, at = [], 0
    for length in map(int, indices.lengths):
        rows = np.asarray(indices.dataXd[at : at + length]).reshape(-1, 2)
        own = flat[at : at + length]
        at += length
        taken: list[tuple[int, int, float]] = []
        for k in np.argsort(-own, kind="stable"):
            start, end = map(int, rows[k])
            if own[k] < threshold:
                break
            if all(end <= a or b <= start for a, b, _ in taken):
                taken.append((start, end, float(own[k])))
        found.append(taken)
    return found


def _scored(
    lines: Sequence[Sequence[Token]], roots: tuple[Path, ...]
) -> list[list[tuple[int, int, float]]]:
    with _LOCK:
        if roots not in _loaded:
            _loaded[roots] = _Model(roots)
        return _loaded[roots].scored(lines)


def _possible(tokens: Sequence[Token]) -> bool:
    """Whether two words in Latin script begin with a capital and are no initials."""
    capital = [
        token
        for token in tokens
        if len(token.text) >= _LEAST_LETTERS
        and token.text[0].isupper()
        and "LATIN" in unicodedata.name(token.text[0], "")
    ]
    return len(capital) >= 2
