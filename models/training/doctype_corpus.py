"""Gather texts for the document type model: named legal texts, and everything else.

What a page is in the wild is broader than any corpus of legal texts, so the
type `other` also gets software documentation from the training machine and
invented pages (`doctype_pages.yaml`), and all types get menus and footers.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import yaml

from assistant.language.protocols import DocumentType
from models.data import NamedText, read_named_texts
from models.document_names import (
    service_of_name,
    text_key,
    type_of_name,
    types_of_documents,
)

_PAGES = Path(__file__).with_name("doctype_pages.yaml")
_SLOT = re.compile(r"\{(\w+)\}")
_MARKUP = re.compile(r"<[^>]{1,500}>")
_SUFFIXES = frozenset({".md", ".rst", ".txt", ".html", ".gz", ""})
_MIN_CHARS = 400


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of a known type.

    Attributes:
        group: What must not be split between training and test: a service, a folder.
        source: `named`; `doubtful`, where the text gives reason to doubt the name
            (`models.document_names`), never trained on; `documentation` or `invented`.
    """

    text: str
    type: DocumentType
    group: str
    source: str


def without_twins(samples: Iterable[Sample]) -> list[Sample]:
    """Each text once, the first one kept."""
    seen: dict[str, Sample] = {}
    for sample in samples:
        seen.setdefault(text_key(sample.text), sample)
    return list(seen.values())


def named_samples(documents: Iterable[NamedText]) -> Iterator[Sample]:
    """Texts whose name states their type, unless hardly a text; doubtful ones say so."""
    texts = list(documents)
    for text, sure in zip(texts, types_of_documents(texts), strict=True):
        kind = sure or type_of_name(text.name)
        if kind is not None and len(text.text.strip()) >= _MIN_CHARS:
            source = "doubtful" if sure is None else "named"
            yield Sample(text.text, kind, service_of_name(text.name), source)


def tosdr_texts(folder: Path) -> Iterator[NamedText]:
    """Documents of the ToS;DR folder, named by their files."""
    for file in sorted(folder.iterdir()):
        yield NamedText(file.stem, file.read_text(encoding="utf-8", errors="replace"))


def corpus_samples(data: Path) -> list[Sample]:
    """All named legal texts of the data folder, twins removed."""
    unlabelled = read_named_texts(data / "unlabelled" / "legal_texts.jsonl.xz")
    return without_twins(named_samples([*unlabelled, *tosdr_texts(data / "tosdr" / "documents")]))


def documentation_samples(
    folders: Sequence[Path], *, most: int, chance: random.Random
) -> list[Sample]:
    """Texts of software documentation, grouped by package folder, for the type `other`."""
    files = [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in _SUFFIXES and file.is_file() and file.stat().st_size > 1_000
    ]
    chance.shuffle(files)
    samples: list[Sample] = []
    for file in files:
        if len(samples) >= 2 * most:
            break
        try:
            raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            text = raw[:60_000].decode()
        except (OSError, EOFError, gzip.BadGzipFile, UnicodeDecodeError):
            continue
        plain = _MARKUP.sub(" ", text)
        if len(plain) >= _MIN_CHARS and "privacy policy" not in plain[:200].lower():
            samples.append(Sample(plain, DocumentType.OTHER, file.parent.name, "documentation"))
    return without_twins(samples)[:most]


class PageWriter:
    """Writes invented pages that are no policy, and wraps texts as pages do."""

    def __init__(self, chance: random.Random) -> None:
        pools = yaml.safe_load(_PAGES.read_text(encoding="utf-8"))
        self._chance = chance
        self._slots = cast(Mapping[str, Sequence[str]], pools["slots"])
        self._menus = cast(Sequence[str], pools["menus"])
        self._footers = cast(Sequence[str], pools["footers"])
        self._kinds = cast(Mapping[str, Mapping[str, Sequence[str]]], pools["kinds"])
        shares = {name: int(kind.get("share", 1)) for name, kind in pools["kinds"].items()}
        self._urn = [name for name in sorted(shares) for _ in range(shares[name])]

    def _fill(self, sentence: str) -> str:
        return _SLOT.sub(lambda slot: self._chance.choice(self._slots[slot.group(1)]), sentence)

    def page(self) -> str:
        """One page, from a few words to a few hundred."""
        pool = self._kinds[self._chance.choice(self._urn)]
        sentences = list(pool["sentences"])
        count = self._chance.randint(0, len(sentences))
        chosen = self._chance.sample(sentences, count)
        opening = [self._chance.choice(pool["openings"])] if self._chance.random() < 0.8 else []
        return self.wrap("\n".join(self._fill(line) for line in [*opening, *chosen]))

    def wrap(self, text: str) -> str:
        """Put a menu before and a footer after, each with a chance of one half."""
        menu = self._chance.choice(self._menus) if self._chance.random() < 0.5 else ""
        footer = self._chance.choice(self._footers) if self._chance.random() < 0.5 else ""
        return "\n".join(part for part in (menu, text, self._fill(footer)) if part)

    def samples(self, most: int) -> list[Sample]:
        return without_twins(
            Sample(self.page(), DocumentType.OTHER, f"invented {number}", "invented")
            for number in range(most)
        )


def cut(sample: Sample, writer: PageWriter, chance: random.Random) -> Sample:
    """A stretch of 40 to 300 words of a text, sometimes wrapped: what short pages hold."""
    words = sample.text.split()
    size = chance.randint(40, 300)
    start = 0 if chance.random() < 0.5 else chance.randrange(max(1, len(words) - size))
    return replace(sample, text=writer.wrap(" ".join(words[start : start + size])))
