"""The shape in which a comparison of two versions is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.policy.actions import DataAction
from assistant.report import Grade, Nature, Severity, TextSpan


class Standing(StrEnum):
    """What a version says of a rule."""

    SAID = "said"
    DENIED = "denied"
    UNCLEAR = "unclear"
    SILENT = "silent"


class PassageChangeKind(StrEnum):
    """What happened to a sentence."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A sentence that came, went or was reworded.

    Attributes:
        before: Where it stood in the old text; None for a new one.
        after: Where it stands in the new text; None for one that is gone.
        practices: OPP-115 labels of its segment.
    """

    kind: PassageChangeKind
    before: TextSpan | None
    after: TextSpan | None
    practices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule on which the versions differ.

    Attributes:
        evidence_before: Quotes of the old text that changed.
        evidence_after: Quotes of the new text that changed.
    """

    rule_id: str
    title: str
    nature: Nature
    severity: Severity
    before: Standing
    after: Standing
    evidence_before: tuple[TextSpan, ...]
    evidence_after: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class DataChange:
    """A kind of data of which one version alone says something.

    Attributes:
        type, name: As in `data_types.yaml`.
        gained: Whether the new version says it; else only the old one did.
        evidence: Quotes of the version that says it.
    """

    type: str
    name: str
    action: DataAction
    gained: bool
    evidence: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one version to the next.

    Attributes:
        material: Whether anything but dates, punctuation, navigation and order changed.
        sentences: The changes in plain words, most important first.
        old_text: The old version's text, which every `before` refers to.
    """

    material: bool
    sentences: tuple[str, ...]
    grade_before: Grade | None
    grade_after: Grade | None
    score_before: int | None
    score_after: int | None
    rules: tuple[RuleChange, ...]
    data_types: tuple[DataChange, ...]
    passages: tuple[PassageChange, ...]
    old_text: str
