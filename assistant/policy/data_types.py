"""Which kinds of data a policy says are collected or shared, and which it says are not.

A kind of data counts only where the sentence, the lead-in of its list or the
heading above says what is done with it; a mere mention is silent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.language.english import Mention
from assistant.policy.details import DataAction, DataTypeSpan, PracticeSegment
from assistant.policy.governors import Subject, Verb
from assistant.policy.passages import Passage, Passages
from assistant.policy.statements import Statement, named_data, statements
from assistant.policy.taxonomy import GUARD, TYPE, VERB, handling

FIRST_PARTY = "First Party Collection/Use"
THIRD_PARTY = "Third Party Sharing/Collection"

HEADING = 0.75
"""Factor where only the heading above says what is done."""
TAKEN_UP = 0.85
"""Factor where the sentence takes up the one before: "This includes your name"."""
UNEXPECTED = 0.55
"""Factor where the segment speaks of neither collecting nor sharing."""
LEAST = 0.45
"""What is less sure is not said."""
_FRAGMENT_START = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage, the data it names and what it says of it, its lead-in included."""

    passage: Passage
    data: tuple[Mention, ...]
    statements: tuple[Statement, ...]


def find_statements(passages: Passages, segments: Sequence[PracticeSegment] = ()) -> list[Finding]:
    """What each sentence of the document says of data, in text order.

    Args:
        segments: Decide between collecting and sharing where the sentence
            leaves the subject open; without them nothing is weighed down.
    """
    found: list[Finding] = []
    starts = [segment.start for segment in segments]
    before: Finding | None = None
    for index in range(len(passages)):
        place = passages.place(index)
        if place.heading or not passages.tags(index):
            continue
        labels = _labels(segments, starts, place.sentence.start)
        finding = _read(passages, index, before)
        every = (_weighed(statement, labels) for statement in finding.statements)
        weighed = tuple(s for s in every if s.confidence >= LEAST)
        finding = replace(finding, statements=weighed)
        found.append(finding)
        if weighed and not _takes_up(passages, index):
            before = finding
    return found


def spans(findings: Sequence[Finding], text: str) -> tuple[DataTypeSpan, ...]:
    """One span a mention and action, in text order, with the surest confidence."""
    best: dict[tuple[int, int, DataAction], DataTypeSpan] = {}
    for finding in findings:
        passage = finding.passage
        for statement in finding.statements:
            first, last = statement.data.first, statement.data.last
            if first < passage.item:
                continue
            first = _with_determiner(passage, first)
            start, end = passage.sentence.words[first][0], passage.sentence.words[last - 1][1]
            key = (start, end, statement.action)
            if key not in best or best[key].confidence < statement.confidence:
                best[key] = DataTypeSpan(
                    start=start,
                    end=end,
                    text=text[start:end],
                    type=statement.data.name,
                    action=statement.action,
                    confidence=statement.confidence,
                )
    return tuple(sorted(best.values(), key=lambda s: (s.start, s.end, s.action)))


def _read(passages: Passages, index: int, before: Finding | None) -> Finding:
    """What sentence `index` says: with its lead-in, after the sentence before, or the heading."""
    found = _finding(passages.with_lead_in(index))
    if any(s.data.last > found.passage.item for s in found.statements):
        return found
    if before and _takes_up(passages, index) and _is_near(passages, before, index):
        joined = _own(_finding(passages.after(before.passage, index)), TAKEN_UP)
        if joined.statements:
            return joined
    heading = passages.heading_above(index)
    if heading is not None and _is_fragment(passages, index) and _says_what(passages, heading):
        joined = _own(_finding(passages.after(passages.alone(heading), index)), HEADING)
        if joined.statements:
            return joined
    return found


def _finding(passage: Passage) -> Finding:
    data = tuple(named_data(passage))
    return Finding(passage, data, tuple(statements(passage, data)))


def _own(finding: Finding, factor: float) -> Finding:
    """The finding with the statements of its own sentence only, weighed by `factor`."""
    return replace(
        finding,
        statements=tuple(
            replace(statement, confidence=round(statement.confidence * factor, 3))
            for statement in finding.statements
            if statement.data.first >= finding.passage.item
        ),
    )


def _takes_up(passages: Passages, index: int) -> bool:
    return any(tag.name == "anaphora:" and tag.first <= 1 for tag in passages.tags(index))


def _is_near(passages: Passages, before: Finding, index: int) -> bool:
    return passages.place(index).block - passages.place(before.passage.index).block <= 1


def _is_fragment(passages: Passages, index: int) -> bool:
    """Whether the sentence opens with data and has no verb that could govern it."""
    tags = passages.tags(index)
    verbs = [tag for tag in tags if tag.name.startswith(f"{VERB}:")]
    data = [tag for tag in tags if tag.name.startswith(f"{TYPE}:")]
    opens = any(tag.first < _FRAGMENT_START for tag in data)
    inside = [v for v in verbs if not any(d.first <= v.first < d.last for d in data)]
    return opens and not inside


def _says_what(passages: Passages, heading: int) -> bool:
    """Whether a heading names what is done with data: "Information we collect"."""
    names = {tag.name for tag in passages.tags(heading)}
    kinds = (Verb.COLLECT, Verb.SHARE)
    return bool(names & {f"{VERB}:{kind}" for kind in kinds}) and f"{GUARD}:" not in names


def _weighed(statement: Statement, labels: Mapping[str, float]) -> Statement:
    """The statement after the practices of its segment had their say."""
    if not labels:
        return statement
    first, third = labels.get(FIRST_PARTY, 0.0), labels.get(THIRD_PARTY, 0.0)
    if not first and not third:
        return replace(statement, confidence=round(statement.confidence * UNEXPECTED, 3))
    open_subject = statement.governor.subject is Subject.NOBODY
    if open_subject and statement.governor.verb is Verb.COLLECT and third > first:
        return replace(statement, action=_SHARED.get(statement.action, statement.action))
    return statement


_SHARED = {
    DataAction.COLLECTED: DataAction.SHARED,
    DataAction.NOT_COLLECTED: DataAction.NOT_SHARED,
}


def _labels(
    segments: Sequence[PracticeSegment], starts: Sequence[int], at: int
) -> dict[str, float]:
    """Practices of the segment at `at`; none where there is no segment or it has no label."""
    index = bisect_right(starts, at) - 1
    if index < 0 or at >= segments[index].end:
        return {}
    return {practice.label: practice.confidence for practice in segments[index].practices}


def _with_determiner(passage: Passage, first: int) -> int:
    """Where the data begins when "your" or "the other" before it is counted in."""
    low = max(passage.item, first - 2)
    while first > low and passage.words[first - 1] in handling().determiners:
        first -= 1
    return first
