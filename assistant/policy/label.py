"""The "nutrition label" of a policy: for each kind of data what for, with whom, how long.

A cell is filled only where the sentence that says what is done, the list it
stands in, or a next sentence that takes it up ("this information") says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from assistant.language.english import Mention
from assistant.language.terms import longest
from assistant.policy.actions import DataAction
from assistant.policy.data_types import Finding
from assistant.policy.details import Cell, LabelRow
from assistant.policy.passages import Passage, Passages
from assistant.policy.statements import Statement
from assistant.policy.taxonomy import (
    PURPOSE,
    RECIPIENT,
    TYPE,
    data_types,
    handling,
    purposes,
    recipients,
)
from assistant.report import TextSpan

MAX_EVIDENCE = 3
LONGEST_CHOICE = 160
UNSPECIFIED = "unspecified"
_NAMING = frozenset({PURPOSE, RECIPIENT})
_VAGUE = "third-parties"
_TAKEN_UP_WITHIN = 2
_WITHIN_LIST = 12
"""Words between "with" and a recipient further down its list."""


@dataclass(slots=True)
class _Row:
    """A row in the making: cell id → name and evidence, by column."""

    said: dict[str, list[TextSpan]] = field(default_factory=dict)
    cells: dict[str, dict[str, tuple[str, list[TextSpan]]]] = field(default_factory=dict)

    def say(self, column: str, spans: Iterable[TextSpan]) -> None:
        _add(self.said.setdefault(column, []), spans)

    def fill(self, column: str, key: str, name: str, spans: Iterable[TextSpan]) -> None:
        _, kept = self.cells.setdefault(column, {}).setdefault(key, (name, []))
        _add(kept, spans)

    def column(self, name: str) -> tuple[Cell, ...]:
        filled = self.cells.get(name, {}).items()
        return tuple(Cell(key, name, tuple(spans)) for key, (name, spans) in filled)


def _add(kept: list[TextSpan], spans: Iterable[TextSpan]) -> None:
    fresh = [span for span in spans if span not in kept]
    if len(kept) + len(fresh) <= MAX_EVIDENCE or not kept:
        kept += fresh


def make_label(findings: Sequence[Finding], passages: Passages) -> tuple[LabelRow, ...]:
    """One row for each kind of data that is collected, shared or denied, most sensitive first."""
    rows: dict[str, _Row] = {}
    before: Finding | None = None
    for finding in findings:
        recent = before if before and _is_near(passages, before, finding) else None
        for statement in finding.statements:
            row = rows.setdefault(statement.data.name, _Row())
            _say(row, finding.passage, statement)
        for name, taken_up in _meant(finding, recent):
            _fill(rows.setdefault(name, _Row()), finding, UNSPECIFIED if taken_up else name)
            for words in _choices(finding.passage):
                for kind in _and_narrower(name):
                    chosen = rows.setdefault(kind, _Row())
                    chosen.fill("choices", words.lower(), words, (finding.passage.own_evidence(),))
        if any(not data_types()[s.data.name].generic for s in finding.statements):
            before = finding
    order = list(data_types())
    ranked = sorted(
        (name for name, row in rows.items() if row.said),
        key=lambda name: (data_types()[name].sensitivity.rank, order.index(name)),
    )
    return tuple(_row(name, rows[name]) for name in ranked)


def _row(name: str, row: _Row) -> LabelRow:
    entry = data_types()[name]
    return LabelRow(
        type=name,
        name=entry.name,
        sensitivity=entry.sensitivity.value,
        collected=tuple(row.said.get("collected", ())),
        shared=tuple(row.said.get("shared", ())),
        denied=tuple(row.said.get("denied", ())),
        purposes=row.column("purposes"),
        shared_with=row.column("shared_with"),
        retention=row.column("retention"),
        choices=row.column("choices"),
    )


def _say(row: _Row, passage: Passage, statement: Statement) -> None:
    column = "denied" if statement.action.denied else statement.action.value
    data, governor = statement.data, statement.governor
    if data.last <= passage.item:
        return
    first, last = min(data.first, governor.first), max(data.last, governor.last)
    row.say(column, passage.evidence(first, last))


def _is_near(passages: Passages, before: Finding, finding: Finding) -> bool:
    return finding.passage.index - before.passage.index <= _TAKEN_UP_WITHIN and (
        passages.place(finding.passage.index).block - passages.place(before.passage.index).block
        <= 1
    )


def _meant(finding: Finding, recent: Finding | None) -> Iterator[tuple[str, bool]]:
    """Kinds of data that the passage speaks of, and whether it only takes them up.

    "This information" means the kinds that the statements before named.
    """
    names: dict[str, bool] = {}
    for mention in finding.data:
        before = finding.passage.words[max(0, mention.first - 1)]
        if recent and data_types()[mention.name].generic and before in handling().anaphors:
            meant = (s.data.name for s in recent.statements if not s.action.denied)
            names = dict.fromkeys(meant, True) | names
        else:
            names[mention.name] = False
    yield from names.items()


def _and_narrower(name: str) -> list[str]:
    """A kind of data and those that are part of it; none for what is not specified."""
    if data_types()[name].generic:
        return []
    return [name, *(entry.id for entry in data_types().values() if entry.broader == name)]


def _fill(row: _Row, finding: Finding, said_of: str) -> None:
    """Put what the passage says of the kind of data `said_of` into a row."""
    passage = finding.passage
    for statement in finding.statements:
        if statement.action.denied or statement.data.name != said_of:
            continue
        for tag in _purposes(passage, statement):
            name = purposes()[tag.name].name
            row.fill("purposes", tag.name, name, _between(passage, statement, tag))
        if statement.action is DataAction.SHARED:
            for tag in _recipients(passage, statement):
                name = recipients()[tag.name].name
                row.fill("shared_with", tag.name, name, _between(passage, statement, tag))
    for words in _periods(passage):
        row.fill("retention", words.lower(), words, (passage.own_evidence(),))


def _between(passage: Passage, statement: Statement, tag: Mention) -> tuple[TextSpan, ...]:
    """The evidence from the verb to the tag, whichever comes first."""
    governor = statement.governor
    return passage.evidence(min(governor.first, tag.first), max(governor.last, tag.last))


def _purposes(passage: Passage, statement: Statement) -> Iterator[Mention]:
    for tag in longest(t for t in passage.tags if t.name.partition(":")[0] in _NAMING):
        if not tag.name.startswith(f"{PURPOSE}:"):
            continue
        between = passage.words[statement.governor.last : tag.first]
        in_item = passage.item and passage.item <= tag.first <= passage.item + 1
        after = tag.first >= statement.governor.last and not handling().to_purpose.isdisjoint(
            between
        )
        starts = tag.first == statement.governor.last + 1 and passage.words[tag.first - 1] == "to"
        if (in_item or after or starts) and not passage.denies(tag.first):
            yield Mention(tag.name.partition(":")[2], tag.first, tag.last)


def _recipients(passage: Passage, statement: Statement) -> list[Mention]:
    """Who gets it: named after "with" or "to", or the subject that collects."""
    sections = (RECIPIENT, TYPE)
    found: list[Mention] = []
    governor = statement.governor
    for tag in longest(t for t in passage.tags if t.name.partition(":")[0] in sections):
        section, _, name = tag.name.partition(":")
        if section != RECIPIENT or passage.denies(tag.first) != passage.denies(governor.first):
            continue
        lead = passage.words[max(governor.last, tag.first - _WITHIN_LIST) : tag.first]
        receives = tag.first >= governor.last and not handling().to_recipient.isdisjoint(lead)
        in_item = bool(passage.item) and passage.item <= tag.first <= passage.item + 2
        collects = governor.subject == "others" and tag.last <= governor.first
        if receives or in_item or collects:
            found.append(Mention(name, tag.first, tag.last))
    named = [tag for tag in found if tag.name != _VAGUE]
    return named or found


def _periods(passage: Passage) -> Iterator[str]:
    """How long data is kept, in the policy's words, where the sentence keeps or deletes it."""
    own = passage.words[passage.item :]
    if handling().keeping.isdisjoint(own):
        return
    start = passage.sentence.words[passage.item][0]
    for found in _period().finditer(passage.text, start, passage.sentence.end):
        yield found[0].strip()


@cache
def _period() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{p})\b" for p in handling().periods), re.IGNORECASE)


def _choices(passage: Passage) -> Iterator[str]:
    """What the reader can do, in the policy's words, where the sentence tells the reader so."""
    tags = [tag for tag in passage.tagged("choice") if tag.first >= passage.item]
    if tags and any(m.name == "you" for m in passage.sentence.concepts):
        words = passage.own_evidence().quote
        yield words if len(words) <= LONGEST_CHOICE else words[:LONGEST_CHOICE].rpartition(" ")[0]
