"""What a policy says of data, rights, contacts and AI training: one call for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.language.protocols import TaggedSpan
from assistant.policy.ai_training import find_ai_training
from assistant.policy.contacts import find_contacts
from assistant.policy.data_types import find_statements, spans
from assistant.policy.details import (
    AiTraining,
    Contact,
    DataTypeSpan,
    LabelRow,
    PracticeSegment,
    Right,
)
from assistant.policy.label import make_label
from assistant.policy.passages import Passages
from assistant.policy.reading import Reading
from assistant.policy.rights import find_rights
from assistant.policy.taxonomy import practice_finder


@dataclass(frozen=True, slots=True)
class DataDescription:
    """The fields of the same names in `PolicyDetails`."""

    data_types: tuple[DataTypeSpan, ...]
    label: tuple[LabelRow, ...]
    rights: tuple[Right, ...]
    contacts: tuple[Contact, ...]
    ai_training: AiTraining | None


def describe_data(
    reading: Reading,
    segments: Sequence[PracticeSegment] = (),
    marks: Sequence[TaggedSpan] = (),
) -> DataDescription:
    """Describe a document that was read. Linear in its length.

    Args:
        segments: The practices of the text; without them nothing is weighed down.
        marks: What the trained tagger marks, by start.
    """
    passages = Passages(reading, practice_finder())
    findings = find_statements(passages, segments)
    return DataDescription(
        data_types=spans(findings, reading.document.text, marks),
        label=make_label(findings, passages),
        rights=find_rights(reading),
        contacts=find_contacts(reading),
        ai_training=find_ai_training(reading, findings),
    )
