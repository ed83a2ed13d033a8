"""Which kinds of data a policy says are collected or shared, and which it says are not.

A kind of data counts only where the sentence, the lead-in of its list or the
heading above says what is done with it; a mere mention is silent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.language.english import Mention
from assistant.language.protocols import TaggedSpan
from assistant.policy.actions import DataAction
from assistant.policy.details import DataTypeSpan, PracticeSegment
from assistant.policy.governors import Subject, Verb
from assistant.policy.passages import Passage, Passages
from assistant.policy.statements import Statement, named_data, statements
from assistant.policy.tagged import ACTIONS, ALONE, SURE, SURER, marks_over, weigh
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
_FAR = 2_000
"""Characters: no mark is longer, so that ends are almost in order too."""


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


def spans(
    findings: Sequence[Finding], text: str, marks: Sequence[TaggedSpan] = ()
) -> tuple[DataTypeSpan, ...]:
    """One span a mention and action, in text order, with the surest confidence.

    Args:
        marks: What the trained tagger marks, by start. They bear the rules out
            or not, and tell an action where no rule does.
    """
    best: dict[tuple[int, int, DataAction], DataTypeSpan] = {}
    ends = [mark.end for mark in marks]
    for finding in findings:
        read = [
            (statement.data, statement.action, statement.confidence)
            for statement in finding.statements
        ]
        told = {(data, action) for data, action, _ in read}
        for data in finding.data:
            own = _near(marks, ends, _stretch(finding.passage, data))
            bar = SURER if any(data == other for other, _ in told) else SURE
            sure = max((m for m in own if m.confidence >= bar), key=_confidence, default=None)
            asks = finding.passage.sentence.question
            if sure and not asks and (data, ACTIONS[sure.tag]) not in told:
                read.append((data, ACTIONS[sure.tag], ALONE * sure.confidence))
        for data, action, confidence in read:
            if data.first < finding.passage.item:
                continue
            start, end = _stretch(finding.passage, data)
            span = DataTypeSpan(start, end, text[start:end], data.name, action, confidence)
            if marks:
                span = weigh(span, _near(marks, ends, (start, end)))
            key = (start, end, action)
            if key not in best or best[key].confidence < span.confidence:
                best[key] = span
    return tuple(sorted(best.values(), key=lambda s: (s.start, s.end, s.action)))


def _stretch(passage: Passage, data: Mention) -> tuple[int, int]:
    """The characters of a mention, its determiner counted in."""
    first = _with_determiner(passage, data.first)
    return passage.sentence.words[first][0], passage.sentence.words[data.last - 1][1]


def _confidence(mark: TaggedSpan) -> float:
    return mark.confidence


def _near(
    marks: Sequence[TaggedSpan], ends: Sequence[int], stretch: tuple[int, int]
) -> list[TaggedSpan]:
    """The marks over a stretch, without a look at those of far away."""
    start, end = stretch
    first = bisect_right(ends, start - _FAR)
    last = first
    while last < len(marks) and marks[last].start < end:
        last += 1
    return marks_over(marks[first:last], start, end)


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
