"""What a policy report tells beyond the shape that all reports share."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.language.protocols import DocumentType
from assistant.policy.document import Block


@dataclass(frozen=True, slots=True)
class Practice:
    """An OPP-115 label of a segment and its calibrated probability."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PracticeSegment:
    """A segment of `text` with the practices it speaks of. Offsets in code points."""

    start: int
    end: int
    heading: str
    practices: tuple[Practice, ...]


@dataclass(frozen=True, slots=True)
class PolicyDetails:
    """Details of a policy report.

    Attributes:
        text: The clean text that every `text_span` refers to.
        title: The document's own title, or "".
        document_type: What the document was taken for, and how surely in [0, 1].
        language: ISO 639-1 code, "und" where undecided.
        paragraph: The summary as one paragraph; "" where there is no summary.
        summarizer: What wrote the summary: `embedded` or `transformers:…`.
        blocks: Structure of `text` for display.
        layers: Addresses of deeper layers of the policy whose text follows the first page's.
    """

    text: str
    title: str
    document_type: DocumentType
    document_type_confidence: float
    language: str
    words: int
    reading_minutes: int
    paragraph: str = ""
    summarizer: str = "embedded"
    blocks: tuple[Block, ...] = ()
    segments: tuple[PracticeSegment, ...] = ()
    layers: tuple[str, ...] = ()
