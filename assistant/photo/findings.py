"""What each photo rule finds: in the metadata, in the picture, or elsewhere in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.photo.details import (
    NO_PICTURE,
    HiddenKind,
    HiddenPicture,
    PhotoMetadata,
    Private,
    Region,
)
from assistant.photo.hidden import DIFFERENT, SAME
from assistant.photo.rulebook import PhotoRule, Special, photo_rules
from assistant.report import Evidence, Finding, Gate, Grade, ImageRegion, MetadataField, Outcome

SURE = 0.98
"""Metadata are there or not; what they say may still be wrong."""
MAX_EVIDENCE = 6
LONGEST_VALUE = 120
_HELD_AT = Grade.C
"""The best grade of a file that was not read to the end."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything that the rules are asked about one file.

    Attributes:
        regions: What is seen in the picture; None where nobody looked.
        name_tells: What the file's name tells; "" for nothing.
        unopened: Why the picture could not be opened though it was to be looked at; "" where
            it could, or nobody wanted to.
    """

    metadata: PhotoMetadata
    hidden: Sequence[HiddenPicture]
    regions: Sequence[Region] | None
    name_tells: str
    unopened: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """What kept the file from being examined to its end."""
        unread = () if self.metadata.complete else self.metadata.problems or ("not read",)
        unopened = (f"the picture cannot be opened: {self.unopened}",) if self.unopened else ()
        return (*unread, *unopened)


def find(observed: Observed, rules: Mapping[str, PhotoRule]) -> tuple[Finding, ...]:
    """One answer a rule, in their order.

    What is not there is absent only where the file was read to the end, or the
    picture was looked at; else it is undetermined.
    """
    return tuple(_finding(rule, observed) for rule in rules.values())


def gates_of(findings: Sequence[Finding]) -> tuple[Gate, ...]:
    """A file that could not be read to the end is held at a grade that nobody takes for clean."""
    rules = photo_rules()
    return tuple(
        Gate(finding.rule_id, _HELD_AT)
        for finding in findings
        if finding.outcome is Outcome.PRESENT
        and rules[finding.rule_id].special is Special.INCOMPLETE
    )


def _finding(rule: PhotoRule, observed: Observed) -> Finding:
    if rule.risks:
        return _by_metadata(rule, observed)
    if rule.seen:
        return _by_picture(rule, observed)
    return _SPECIAL[rule.special or Special.INCOMPLETE](rule, observed)


def _by_metadata(rule: PhotoRule, observed: Observed) -> Finding:
    entries = [entry for entry in observed.metadata.entries if entry.risk in rule.risks]
    evidence: list[Evidence] = [
        MetadataField(entry.group, entry.tag, entry.value[:LONGEST_VALUE])
        for entry in entries[:MAX_EVIDENCE]
    ]
    kinds = {kind for risk in rule.risks for kind in _HIDDEN_AS.get(risk, ())}
    evidence += [
        MetadataField("File", piece.kind.value, f"{piece.size} bytes at {piece.path}")
        for piece in observed.hidden
        if piece.kind in kinds
    ]
    return _answer(rule, evidence[:MAX_EVIDENCE], complete=observed.metadata.complete, sure=SURE)


_HIDDEN_AS: Mapping[Private, tuple[HiddenKind, ...]] = {
    Private.THUMBNAIL: (HiddenKind.THUMBNAIL, HiddenKind.PREVIEW),
    Private.EMBEDDED_VIDEO_AUDIO: tuple(NO_PICTURE),
}


def _by_picture(rule: PhotoRule, observed: Observed) -> Finding:
    seen = [region for region in observed.regions or () if region.kind in rule.seen]
    evidence = [
        ImageRegion(region.kind, region.x, region.y, region.width, region.height)
        for region in seen[:MAX_EVIDENCE]
    ]
    sure = max((region.confidence for region in seen), default=0.7)
    return _answer(rule, evidence, complete=observed.regions is not None, sure=sure)


def _by_hidden(rule: PhotoRule, observed: Observed) -> Finding:
    pictures = [p for p in observed.hidden if p.kind not in NO_PICTURE]
    compared = [p for p in pictures if p.likeness is not None]
    other = [p for p in compared if p.likeness is not None and p.likeness < DIFFERENT]
    evidence = [
        MetadataField("File", p.kind.value, f"{p.width} x {p.height} at {p.path}") for p in other
    ]
    doubtful = any(p.likeness is not None and DIFFERENT <= p.likeness < SAME for p in compared)
    complete = observed.metadata.complete and not doubtful and len(compared) == len(pictures)
    return _answer(rule, evidence, complete=complete, sure=0.7)


def _by_unknown(rule: PhotoRule, observed: Observed) -> Finding:
    evidence = [
        MetadataField("File", "unknown", f"{block.size} bytes at {block.path}")
        for block in observed.metadata.unknown[:MAX_EVIDENCE]
    ]
    return _answer(rule, evidence, complete=observed.metadata.complete, sure=SURE)


def _by_name(rule: PhotoRule, observed: Observed) -> Finding:
    told = observed.name_tells
    evidence = [MetadataField("File", "FileName", told)] if told else []
    return _answer(rule, evidence, complete=True, sure=0.9)


def _by_problems(rule: PhotoRule, observed: Observed) -> Finding:
    problems = observed.problems[:MAX_EVIDENCE]
    evidence = [MetadataField("File", "problem", text) for text in problems]
    return _answer(rule, evidence, complete=True, sure=SURE)


_SPECIAL = {
    Special.HIDDEN: _by_hidden,
    Special.UNKNOWN: _by_unknown,
    Special.FILE_NAME: _by_name,
    Special.INCOMPLETE: _by_problems,
}


def _answer(
    rule: PhotoRule, evidence: Sequence[Evidence], *, complete: bool, sure: float
) -> Finding:
    if evidence:
        return rule.finding(Outcome.PRESENT, confidence=round(sure, 2), evidence=evidence)
    if complete:
        return rule.finding(Outcome.ABSENT, confidence=round(sure, 2))
    return rule.finding(Outcome.UNDETERMINED, confidence=0.5)
