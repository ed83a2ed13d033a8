"""The models that the assistant ships, or those of another folder of the same layout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.language.artifacts import ROOTS, open_artifact
from assistant.language.clauses import ClauseClassifier, load_other_clauses
from assistant.language.encoder import NAME as ENCODER
from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.heads import EmbeddedPassageClassifier
from assistant.language.reader import NAME as READER
from assistant.language.reader import EmbeddedQuestionReader
from assistant.language.tags import NAME as TAGGER
from assistant.language.tags import EmbeddedSpanTagger


@dataclass(frozen=True, slots=True)
class Shipped:
    """Loads models from the first of the `roots` that has them. 0 threads: up to two cores."""

    roots: tuple[Path, ...] = ROOTS
    threads: int = 0

    def encoder(self) -> EmbeddedTextEncoder:
        return EmbeddedTextEncoder(open_artifact(ENCODER, self.roots), threads=self.threads)

    def classifier(self, name: str) -> EmbeddedPassageClassifier:
        return EmbeddedPassageClassifier(open_artifact(name, self.roots), encoder=self._version())

    def tagger(self) -> EmbeddedSpanTagger:
        return EmbeddedSpanTagger(open_artifact(TAGGER, self.roots), encoder=self._version())

    def reader(self, encoder: EmbeddedTextEncoder) -> EmbeddedQuestionReader:
        artifact = open_artifact(READER, self.roots)
        attributes = self.classifier("attributes")
        return EmbeddedQuestionReader(artifact, encoder, attributes, version=encoder.version)

    def clauses(self, language: str) -> ClauseClassifier:
        """The linear classifier of unfair clauses in de, it or pl."""
        return load_other_clauses(language, self.roots)

    def versions(self, names: Iterable[str]) -> dict[str, str]:
        """SHA-256 of each model's manifest."""
        return {name: open_artifact(name, self.roots).version for name in names}

    def _version(self) -> str:
        return open_artifact(ENCODER, self.roots).version


SHIPPED = Shipped()
