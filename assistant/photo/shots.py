"""What is kept of each photo to look across many: small values, no pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from assistant.photo.details import PhotoFacts, Position


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo, as others see it beside its companions.

    Attributes:
        name: Of the file, to point at it.
        taken: Local time; None where unknown.
        town: Nearest town, or "".
        country: ISO 3166 code of its country, or "".
        faces: How many were counted; None where nobody looked.
        words: Kinds of private text that were seen.
        names: How many names of people can be read in the picture.
    """

    name: str
    facts: PhotoFacts
    taken: datetime | None = None
    town: str = ""
    country: str = ""
    faces: int | None = None
    words: frozenset[str] = field(default_factory=frozenset)
    names: int = 0

    @property
    def position(self) -> Position | None:
        return self.facts.position
