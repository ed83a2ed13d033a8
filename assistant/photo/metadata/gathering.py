"""What has been read of a file so far, kept within limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.photo.details import Hidden, HiddenKind, MetadataEntry, Private, UnknownBlock
from assistant.photo.metadata.risks import risk_of

MOST_ENTRIES = 5_000
MOST_UNKNOWN = 200
MOST_HIDDEN = 60
MOST_HIDDEN_BYTES = 256 << 20
MOST_PROBLEMS = 40
MOST_BLOCKS = 300
"""Blocks of Exif, XMP, IPTC, profiles and credentials of one file."""
MOST_INFLATED = 32 << 20
"""Bytes that all compressed parts of one file may grow to."""
LONGEST_VALUE = 2_000
"""Characters of one value."""


@dataclass(slots=True)
class Gathering:
    """A file's metadata while its blocks are read.

    Attributes:
        depth: 0 for the file itself; one more for a picture inside it.
    """

    entries: list[MetadataEntry] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    unknown: list[UnknownBlock] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    width: int = 0
    height: int = 0
    frames: int = 1
    depth: int = 0
    blocks: int = 0
    inflated: int = 0

    def enter(self) -> bool:
        """Whether one more block may be read; that it may not is told."""
        self.blocks += 1
        if self.blocks > MOST_BLOCKS:
            self.trouble(f"more than {MOST_BLOCKS} blocks of metadata, the rest was left out")
            return False
        return True

    def add(self, group: str, tag: str, value: str, path: str, risk: Private | None = None) -> None:
        """Keep one value; its risk is looked up where none is given. Empty ones tell nothing."""
        if len(self.entries) >= MOST_ENTRIES:
            self.trouble(f"more than {MOST_ENTRIES} values, the rest was left out")
            return
        if len(value) > LONGEST_VALUE:
            value = value[: LONGEST_VALUE - 1] + "…"
        value = value.replace("\0", " ").strip()
        found = risk or risk_of(group, tag, value)
        self.entries.append(MetadataEntry(group, tag, value, found, path))

    def hide(self, kind: HiddenKind, path: str, data: bytes) -> None:
        """Keep a second picture, a video or a recording; the same bytes only once."""
        if any(known.data == data for known in self.hidden):
            return
        size = sum(len(known.data) for known in self.hidden) + len(data)
        if len(self.hidden) >= MOST_HIDDEN or size > MOST_HIDDEN_BYTES:
            self.trouble("too many pictures inside the file, the rest was left out")
            return
        self.hidden.append(Hidden(kind, path, data))

    def leave(self, path: str, size: int) -> None:
        """Note a part that no reader understands."""
        if len(self.unknown) >= MOST_UNKNOWN:
            self.trouble("too many unknown parts, the rest was left out")
        elif size:
            self.unknown.append(UnknownBlock(path, size))

    def trouble(self, text: str) -> None:
        """Note what could not be read, once."""
        if text not in self.problems and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(text)

    def orientation(self) -> int:
        """By the first directory of the picture that gives one from 1 to 8; else 1."""
        for entry in self.entries:
            if entry.tag == "Orientation" and entry.group == "IFD0":
                return int(entry.value) if entry.value in set("12345678") else 1
        return 1
