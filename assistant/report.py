"""The one shape in which every analyzer answers.

Frozen standard-library dataclasses, serialised by Pydantic at the edges. The
field names are the public JSON contract (`SCHEMA_VERSION`): fields may be
added, none is renamed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Literal, TypeVar

SCHEMA_VERSION = 1


class Outcome(StrEnum):
    """What one rule found. Unknown is never absent."""

    PRESENT = "present"
    ABSENT = "absent"
    UNDETERMINED = "undetermined"


class Nature(StrEnum):
    """What a rule looks for, and so which outcome speaks against the subject."""

    HARM = "harm"
    """Present costs points."""
    GOOD = "good"
    """Present is good news; nothing costs points."""
    DUTY = "duty"
    """Silence is itself the harm: absent costs points."""


class Severity(StrEnum):
    """How bad a finding can be for the person, mildest first. Not how sure we are."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position from 0 (info) to 4 (critical), for comparisons and sorting."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """Which of the four jobs made the report."""

    POLICY = "policy"
    SITE = "site"
    PHOTO = "photo"
    RELEASE = "release"


class Grade(StrEnum):
    """Rating letter, best first. There is no E."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    F = "F"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A verbatim quote: `text[start:end] == quote` in code points, end exclusive."""

    start: int
    end: int
    quote: str
    type: Literal["text_span"] = "text_span"


@dataclass(frozen=True, slots=True)
class MetadataField:
    """One metadata value of a file, by its group and tag name (EXIF, XMP, IPTC…)."""

    group: str
    tag: str
    value: str
    type: Literal["metadata_field"] = "metadata_field"


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """One observed request, without its personal values.

    Attributes:
        what: What in it is meant: a cookie, a header, what its script did; "" for all of it.
    """

    url: str
    method: str
    initiator: str | None = None
    what: str = ""
    type: Literal["network_request"] = "network_request"


@dataclass(frozen=True, slots=True)
class ImageRegion:
    """A box in pixels of the image as shown: left, top, width, height."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    type: Literal["image_region"] = "image_region"


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Columns of a table by name, in the table's order."""

    columns: tuple[str, ...]
    type: Literal["table_columns"] = "table_columns"


Evidence = TextSpan | MetadataField | NetworkRequest | ImageRegion | TableColumns


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer, with the words that explain it.

    Attributes:
        severity: Possible harm.
        nature: Which outcome is the bad one.
        confidence: How sure we are of the outcome, in [0, 1].
        evidence: At least one piece where `outcome` is present.
    """

    rule_id: str
    title: str
    outcome: Outcome
    severity: Severity
    confidence: float
    why: str
    advice: str
    evidence: tuple[Evidence, ...] = ()
    nature: Nature = Nature.HARM

    def __post_init__(self) -> None:
        if self.outcome is Outcome.PRESENT and not self.evidence:
            raise ValueError(f"{self.rule_id}: a finding that is present needs evidence")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"{self.rule_id}: confidence {self.confidence} is outside [0, 1]")


@dataclass(frozen=True, slots=True)
class Statement:
    """One plain-language sentence and the evidence that supports it."""

    text: str
    evidence: tuple[Evidence, ...]

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a summary sentence needs evidence")


@dataclass(frozen=True, slots=True)
class Subject:
    """What was analysed. `sha256` is of the bytes that were read, in hexadecimal."""

    name: str
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one sentence that matters to this person, and the rules it rests on."""

    text: str
    rule_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points that one rule takes from 100: negative, already capped."""

    rule_id: str
    points: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule that holds the grade between `at_least` and `at_most`, whatever the score."""

    rule_id: str
    at_most: Grade = Grade.A
    at_least: Grade = Grade.F


@dataclass(frozen=True, slots=True)
class Rating:
    """A grade that adds up.

    `score` is 100 plus the sum of `deductions`, held to 0–100. `grade` and
    `score` are None where nothing could be checked. `confidence` in [0, 1]
    falls with what could not be read; the score never does. `version` names
    the weights.
    """

    grade: Grade | None
    score: int | None
    confidence: float
    version: str
    deductions: tuple[Deduction, ...] = ()
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something that was not examined, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What produced the report. `models` maps each model that ran to its SHA-256."""

    software: str
    models: dict[str, str]
    knowledge: str


DetailsT = TypeVar("DetailsT")


@dataclass(frozen=True, slots=True)
class Report(Generic[DetailsT]):
    """The answer of one job about one subject. `details` has the room's own shape."""

    kind: Kind
    subject: Subject
    created_at: datetime
    verdict: Verdict
    rating: Rating
    details: DetailsT
    versions: Versions
    summary: tuple[Statement, ...] = ()
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    schema_version: int = field(default=SCHEMA_VERSION)
