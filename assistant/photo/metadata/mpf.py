"""Further pictures of a JPEG by its multi-picture index.

Source: CIPA DC-007, multi-picture format.
"""

from __future__ import annotations

from assistant.photo.details import HiddenKind
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.ifd import BadDirectory, directory, open_block

SIGNATURE = b"MPF\0"
_ENTRIES = 0xB002
_ENTRY = 16
_MOST_PICTURES = 40
_LARGE_THUMBNAIL = 0x01
_LOOKED_AT = 1 << 16


def further_pictures(
    data: bytes, body: bytes, start: int, out: Gathering
) -> tuple[tuple[int, int, HiddenKind], ...]:
    """Where the pictures after the first lie in the file, and what they are.

    Args:
        data: The whole file.
        body: Of the segment, from its signature.
        start: Where the TIFF header after the signature is in the file.
    """
    try:
        block, at = open_block(body[len(SIGNATURE) :])
        fields, _, _ = directory(block, at)
    except BadDirectory:
        out.trouble("APP2/MPF: the index of further pictures is damaged")
        return ()
    found: list[tuple[int, int, HiddenKind]] = []
    for field in fields:
        if field.tag != _ENTRIES:
            continue
        listed = field.size // _ENTRY
        if listed > _MOST_PICTURES:
            out.trouble(f"APP2/MPF: of {listed} further pictures, {_MOST_PICTURES} were read")
        for number in range(min(listed, _MOST_PICTURES)):
            place = field.start + number * _ENTRY
            kind, size, offset = (block.number(place + 4 * part, 4) for part in range(3))
            if not offset:
                continue
            first = start + offset
            if not size or data[first : first + 2] != b"\xff\xd8":
                out.trouble("APP2/MPF: a further picture is not where the index says")
                continue
            found.append((first, min(first + size, len(data)), _kind(kind, data, first)))
    return tuple(found)


def _kind(attributes: int, data: bytes, at: int) -> HiddenKind:
    head = data[at : at + _LOOKED_AT]
    if b"hdrgm:" in head or b"hdrgainmap" in head.lower():
        return HiddenKind.GAIN_MAP
    if b"auxiliaryimagetype" in head.lower() and b"depth" in head.lower():
        return HiddenKind.DEPTH_MAP
    if attributes >> 16 & 0xFF == _LARGE_THUMBNAIL:
        return HiddenKind.PREVIEW
    return HiddenKind.PICTURE
