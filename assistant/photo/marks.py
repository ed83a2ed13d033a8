"""What links a photo to others of the same person, and what of it a stranger can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.photo.clusters import cell, document_id
from assistant.photo.details import Inference
from assistant.photo.infer import claims
from assistant.photo.shots import Shot

AREA_M = 5_000.0
"""Side of the squares that places are told apart by."""
MOST_MARKS = 200
"""Of one photo; a file can list thousands of ids."""


class MarkKind(StrEnum):
    """What a mark says about the photos that carry it."""

    DEVICE = "device"
    DOCUMENT = "document"
    OWNER = "owner"
    AREA = "area"


CLAIMS: Mapping[MarkKind, str] = {kind: f"seen-{kind}" for kind in MarkKind}
"""Keys in `claims.yaml` of what is told where a mark was shared before."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that links photos.

    Attributes:
        value: The same for all photos that it links, however their files write it.
    """

    kind: MarkKind
    value: str


def marks_of(shot: Shot) -> tuple[Mark, ...]:
    """What links a photo to others, each once and at most `MOST_MARKS`.

    Serial numbers count with their tag, so that a lens is not taken for a
    camera; ids count without it, because an edit names its original by another
    tag; owners count without capitals and double spaces; a place counts as its
    square of `AREA_M` in rows of equal latitude, so that two photos at the sides
    of a border are not linked.
    """
    return tuple(dict.fromkeys(_marks(shot)))[:MOST_MARKS]


def infer_from_marks(shot: Shot, shared: Mapping[Mark, int]) -> tuple[Inference, ...]:
    """What a stranger can tell from a photo beside those that were shared before.

    Args:
        shared: How many photos with each mark were shared; marks of none are left out.

    Returns:
        One claim a kind, by the mark that most photos carry.
    """
    most: dict[MarkKind, int] = {}
    for mark in marks_of(shot):
        most[mark.kind] = max(most.get(mark.kind, 0), shared.get(mark, 0))
    return tuple(_inference(kind, most[kind], shot) for kind in MarkKind if most.get(kind))


def _marks(shot: Shot) -> Iterator[Mark]:
    facts = shot.facts
    if facts.position:
        row, column = cell(facts.position, AREA_M)
        yield Mark(MarkKind.AREA, f"{row} {column}")
    for tag, value in facts.serials:
        yield Mark(MarkKind.DEVICE, f"{_plain(tag)}: {_plain(value)}")
    for name in facts.owners:
        yield Mark(MarkKind.OWNER, _plain(name))
    for _, value in facts.ids:
        if identity := document_id(value):
            yield Mark(MarkKind.DOCUMENT, identity)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _inference(kind: MarkKind, photos: int, shot: Shot) -> Inference:
    words = claims()[CLAIMS[kind]]
    return Inference(
        kind=CLAIMS[kind],
        claim=words.text.format(photos=photos),
        basis=words.basis,
        confidence=words.confidence,
        files=(shot.name,),
    )
