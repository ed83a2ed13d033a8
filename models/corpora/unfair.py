"""Unfair clauses in terms of service, in four languages.

Levels (clearly fair to clearly unfair) are dropped: a tag says what a clause is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.corpora.splits import held_out
from models.corpora.windows import Part, Split, Window, join, pack
from models.data import BadData

TAGS = ("a", "ch", "cr", "j", "law", "ltd", "pinc", "ter", "use")
LANGUAGES = ("en", "de", "it", "pl")


def read_documents(
    folder: Path, language: str
) -> list[tuple[str, list[str], list[frozenset[str]]]]:
    """File name, sentences and tags (levels dropped) of each document of a language.

    Raises:
        BadData: A file is missing, or sentences and tags differ in number.
    """
    out = []
    for file in sorted((folder / "sentences" / language).glob("*.txt")):
        try:
            sentences = file.read_text(encoding="utf-8", errors="replace").splitlines()
            lines = (folder / "tags" / language / file.name).read_text("utf-8").splitlines()
        except OSError:
            raise BadData(f"The tags of {file.name} are missing.") from None
        lines += [""] * (len(sentences) - len(lines))
        tags = [frozenset(t.rstrip("0123456789") for t in line.split()) for line in lines]
        out.append((file.name, sentences, tags[: len(sentences)]))
    return out


def windows(
    name: str, sentences: Sequence[str], tags: Sequence[frozenset[str]]
) -> list[tuple[Window, range]]:
    """Neighbouring sentences of one document joined."""
    out = []
    for indices in pack(sentences):
        text, places = join([sentences[i] for i in indices], " ")
        parts = tuple(
            Part("unfair", span, frozenset(TAGS.index(t) for t in tags[i] if t in TAGS))
            for i, span in zip(indices, places, strict=True)
        )
        out.append((Window(name, text, parts), indices))
    return out


def read(data: Path, language: str = "en") -> Split:
    """Terms of service by company."""
    split = Split([], [])
    for name, sentences, tags in read_documents(data / "unfair_clauses", language):
        side = split.validation if held_out(name.removesuffix(".txt")) else split.train
        side += [window for window, _ in windows(name, sentences, tags)]
    return split
