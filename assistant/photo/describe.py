"""What a report tells of a photo: place, time, device, hidden pictures and what has a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.photo.details import (
    NO_PICTURE,
    DeviceTold,
    Hidden,
    HiddenKind,
    HiddenPicture,
    MetadataEntry,
    PhotoFacts,
    PlaceTold,
    Region,
    TimeTold,
)
from assistant.photo.hidden import likeness, size_of
from assistant.photo.place import Near, describe_place
from assistant.photo.seeing import Seen, explain_code
from assistant.photo.times import When
from assistant.report import Severity

MOST_ENTRIES = 1_000
LONGEST_VALUE = 200
CODE_KINDS: Mapping[Severity, str] = {
    Severity.CRITICAL: "document_code",
    Severity.HIGH: "code",
    Severity.MEDIUM: "code",
    Severity.LOW: "plain_code",
    Severity.INFO: "plain_code",
}
"""Kind of a code's region by how bad it is: one that opens something is a document."""
_SHOWN_OF_SERIAL = 3
_OTHER_BY_NATURE = frozenset({HiddenKind.GAIN_MAP, HiddenKind.DEPTH_MAP})
"""Never look like the picture, and are not meant to."""


def told_entries(entries: Sequence[MetadataEntry]) -> tuple[MetadataEntry, ...]:
    """The values for the report, telling ones first, long ones cut."""
    ordered = sorted(entries, key=lambda entry: entry.risk is None)
    return tuple(
        MetadataEntry(e.group, e.tag, e.value[:LONGEST_VALUE], e.risk, e.path)
        for e in ordered[:MOST_ENTRIES]
    )


def place_told(facts: PhotoFacts, near: Near | None) -> PlaceTold | None:
    """Where it says it was taken; None where it does not say."""
    position = facts.position
    if position is None:
        return None
    if near is None:
        return PlaceTold(position.latitude, position.longitude, "at an unknown place", "", "", "")
    return PlaceTold(
        latitude=position.latitude,
        longitude=position.longitude,
        sentence=describe_place(near),
        town=near.name,
        country=near.country,
        timezone=near.timezone,
    )


def time_told(when: When | None) -> TimeTold | None:
    """When it says it was taken; None where it does not say."""
    if when is None:
        return None
    return TimeTold(
        local=when.local.isoformat(timespec="seconds"),
        source=when.source,
        weekday=when.weekday,
        part_of_day=when.part_of_day,
        zone=when.zone,
        conflicts=when.conflicts,
    )


def device_told(facts: PhotoFacts) -> DeviceTold | None:
    """The device, its serials by their ends; None where nothing is said."""
    if not (facts.camera or facts.lens or facts.serials or facts.software):
        return None
    serials = tuple(f"{what} …{value[-_SHOWN_OF_SERIAL:]}" for what, value in facts.serials)
    return DeviceTold(facts.camera, facts.lens, serials, facts.software)


def hidden_pictures(
    data: bytes, hidden: Sequence[Hidden], *, compare: bool
) -> tuple[HiddenPicture, ...]:
    """Everything that lies in the file beside the picture.

    Args:
        compare: Whether pictures are compared with the one that is seen, which decodes it.
    """
    return tuple(_hidden(data, piece, compare) for piece in hidden)


def _hidden(data: bytes, piece: Hidden, compare: bool) -> HiddenPicture:
    size = len(piece.data)
    if piece.kind in NO_PICTURE:
        return HiddenPicture(piece.kind, piece.path, size)
    width, height = size_of(piece.data) or (0, 0)
    comparable = compare and piece.kind not in _OTHER_BY_NATURE
    compared = likeness(data, piece.data) if comparable else None
    score = None if compared is None else round(compared, 3)
    return HiddenPicture(piece.kind, piece.path, size, width, height, score)


def regions_of(seen: Seen) -> tuple[Region, ...]:
    """Everything in the picture that has a box, with what it is and why it matters."""
    found = [
        Region(
            "face",
            *(face.box.x, face.box.y, face.box.width, face.box.height),
            what="a face",
            why="Faces can be searched for. This one was counted, not recognised.",
            confidence=round(face.confidence, 2),
        )
        for face in seen.faces
    ]
    for code in seen.codes:
        meaning = explain_code(code)
        found.append(
            Region(
                CODE_KINDS[Severity(meaning.severity)],
                *(code.box.x, code.box.y, code.box.width, code.box.height),
                what=f"{meaning.what}: {meaning.masked}" if meaning.masked else meaning.what,
                why="; ".join(meaning.reveals) or "Nothing about a person that we know of.",
                confidence=0.98,
            )
        )
    found += [
        Region(
            text.kind,
            *(text.box.x, text.box.y, text.box.width, text.box.height),
            what=text.masked,
            why=text.why,
            confidence=round(text.confidence, 2),
        )
        for text in seen.private_text
    ]
    return tuple(found)
