"""Which fields are personal, and which events tell what a visitor does (`capture.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.site.record.observation import FieldKind
from assistant.site.rulebook import ROOM


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class CaptureWords:
    """What covert capture is told by.

    Attributes:
        personal: Fields whose value is a person's own.
        keys: Events that tell what is typed.
        moves: Events that tell where the pointer is.
        acts: Events that tell what is done with the page.
        least_bodies: Fewest requests that carry something from which it is a stream.
        least_bytes: Least size of them together, in bytes.
    """

    sources: tuple[Source, ...]
    personal: frozenset[FieldKind]
    keys: frozenset[str]
    moves: frozenset[str]
    acts: frozenset[str]
    least_bodies: int
    least_bytes: int


@cache
def capture_words() -> CaptureWords:
    """What covert capture is told by, from knowledge."""
    return load_yaml(CaptureWords, folder(ROOM) / "capture.yaml")
