"""Describe a few lines of invented text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

from assistant.policy.describe import DataDescription, describe_data
from assistant.policy.details import LabelRow, PracticeSegment
from assistant.policy.reading import read
from assistant.report import TextSpan
from tests.policy.texts import document


def described(text: str, segments: Sequence[PracticeSegment] = ()) -> DataDescription:
    return describe_data(read(document(text)), segments)


def said(text: str, segments: Sequence[PracticeSegment] = ()) -> set[tuple[str, str]]:
    """The (type, action) pairs that the text states."""
    return {(span.type, span.action.value) for span in described(text, segments).data_types}


def row(text: str, name: str) -> LabelRow:
    return next(row for row in described(text).label if row.type == name)


def evidence(value: object) -> Iterator[TextSpan]:
    """Every piece of evidence anywhere in a description."""
    if isinstance(value, TextSpan):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from evidence(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from evidence(getattr(value, field.name))
