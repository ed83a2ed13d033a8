"""The document as the shared encoder read it: once, for every head that is asked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.language.protocols import EncodedText, Passage, TextEncoder
from assistant.policy.document import Document, Segment


@dataclass(frozen=True, slots=True)
class EncodedDocument:
    """Segments in document order, and what the encoder made of each."""

    segments: tuple[Segment, ...]
    texts: tuple[EncodedText, ...]

    @classmethod
    def of(
        cls, document: Document, segments: Sequence[Segment], encoder: TextEncoder
    ) -> EncodedDocument:
        texts = encoder.encode([document.text[s.start : s.end] for s in segments])
        return cls(tuple(segments), tuple(texts))

    def passage(self, start: int, end: int) -> Passage | None:
        """A stretch of the document as its segment was read; None where none of it was read.

        A stretch that leaves its segment is cut there.
        """
        index = bisect_right(self.segments, start, key=lambda segment: segment.start) - 1
        if index < 0 or start >= self.segments[index].end:
            return None
        offset = self.segments[index].start
        last = min(end, self.segments[index].end)
        text = self.texts[index]
        inside = text.tokens(start - offset, last - offset)
        if inside.start == inside.stop:
            return None
        return text.passage(start - offset, last - offset)
