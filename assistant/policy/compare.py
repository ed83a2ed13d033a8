"""What changed between two versions of a document: in what it says, not in its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.knowledge import Nature
from assistant.policy.actions import DataAction
from assistant.policy.changes import (
    Changes,
    DataChange,
    PassageChange,
    PassageChangeKind,
    RuleChange,
    Standing,
)
from assistant.policy.details import DataTypeSpan, PolicyDetails, PracticeSegment
from assistant.policy.document import Document
from assistant.policy.reading import read
from assistant.policy.sentences import practice_names, sentences
from assistant.policy.taxonomy import data_types
from assistant.report import Finding, Outcome, Rating, TextSpan

FEWEST_WORDS = 5
"""Shorter lines are navigation, dates and headings; they say nothing of their own."""
REWORDED = 0.5
"""Share of words in common (Jaccard) from which a new sentence is an old one reworded."""
MOST_PASSAGES_TOLD = 8
LONGEST_QUOTE = 160
_KEY = 4
"""Words by which places in a text are found."""
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\.?,?\s+(?:19|20)\d\d"
    rf"|(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    rf"|(?:{_MONTHS})\.?,?\s+(?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d?-\d\d?|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d)\b"
    r"|(?:©|\(c\)|copyright)\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?"
    r"|\bversion\s+\d+(?:\.\d+)*\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, analysed."""

    details: PolicyDetails
    findings: tuple[Finding, ...]
    rating: Rating


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a version, and the words that decide whether it changed."""

    span: TextSpan
    words: tuple[str, ...]
    heading: bool


def compare(old: Version, new: Version) -> Changes:
    """Align the sentences of two versions and tell what came, went and was reworded.

    Dates, punctuation, case, links, navigation and the order of sentences make
    no difference. A rule or a kind of data is told as gained or lost only where
    its evidence lies in a passage that changed.
    """
    before, after = _sentences(old.details), _sentences(new.details)
    gone, come = _difference(before, after), _difference(after, before)
    passages = tuple(_pair(gone, come, old.details, new.details))
    changed_old = [p.before for p in passages if p.before]
    changed_new = [p.after for p in passages if p.after]
    rules = tuple(_rule_changes(old.findings, new.findings, changed_old, changed_new))
    data = tuple(_data_changes(old.details, new.details, changed_old, changed_new))
    return Changes(
        material=bool(passages),
        sentences=_tell(old.rating, new.rating, rules, data, passages),
        grade_before=old.rating.grade,
        grade_after=new.rating.grade,
        score_before=old.rating.score,
        score_after=new.rating.score,
        rules=rules,
        data_types=data,
        passages=passages,
        old_text=old.details.text,
    )


def _sentences(details: PolicyDetails) -> list[_Said]:
    document = Document(details.text, details.blocks, details.title)
    found = []
    for place in read(document).sentences:
        start, end = place.sentence.start, place.sentence.end
        quote = details.text[start:end]
        words = tuple(re.findall(r"\w+", _LINK.sub(" ", _DATE.sub(" ", quote)).casefold()))
        if words:
            found.append(_Said(TextSpan(start, end, quote), words, place.heading))
    return found


def _difference(these: Sequence[_Said], others: Sequence[_Said]) -> list[_Said]:
    """Those of `these` that `others` do not say anywhere; a heading alone says nothing.

    Other punctuation may cut other sentences out of the same words: a sentence
    is also said where several of the others run together to it, or where it is
    a part of one of the others that several of `these` run together to.
    """
    said, own = _Stream(others), _Stream(these)
    missing = []
    for each in these:
        if each.heading or len(each.words) < FEWEST_WORDS or said.holds(each.words):
            continue
        around = said.sentence_around(each.words)
        if around is None or not own.holds(around):
            missing.append(each)
    return missing


class _Stream:
    """The words of a version in order, and where its sentences begin and end."""

    def __init__(self, sentences: Sequence[_Said]) -> None:
        self._sentences = [said.words for said in sentences]
        self._whole = set(self._sentences)
        self._words = [word for words in self._sentences for word in words]
        self._number = [i for i, words in enumerate(self._sentences) for _ in words]
        self._starts: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self._words)):
            key = tuple(self._words[at : at + _KEY])
            self._starts.setdefault(key, []).append(at)

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether one sentence, or several that follow each other, are exactly these words."""
        return words in self._whole or any(
            self._begins(at) and self._begins(at + len(words)) for at in self._places(words)
        )

    def sentence_around(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """A sentence that these words are a part of."""
        for at in self._places(words):
            if self._number[at] == self._number[at + len(words) - 1]:
                return self._sentences[self._number[at]]
        return None

    def _places(self, words: tuple[str, ...]) -> Iterator[int]:
        for at in self._starts.get(words[:_KEY], ()):
            if tuple(self._words[at : at + len(words)]) == words:
                yield at

    def _begins(self, at: int) -> bool:
        """Whether a sentence begins at this word, or the text is over."""
        last = len(self._number)
        return at in (0, last) or self._number[at] != self._number[at - 1]


def _pair(
    gone: Sequence[_Said], come: Sequence[_Said], old: PolicyDetails, new: PolicyDetails
) -> Iterator[PassageChange]:
    """Each new sentence with the old one that it rewords; then what is left of the old ones."""
    bags = [frozenset(said.words) for said in gone]
    free = set(range(len(gone)))
    for said in come:
        bag = frozenset(said.words)
        likeness = {row: len(bag & bags[row]) / len(bag | bags[row]) for row in free}
        best = max(likeness, key=lambda row: (likeness[row], -row), default=None)
        practices = _practices(new.segments, said.span)
        if best is not None and likeness[best] >= REWORDED:
            free.discard(best)
            kind, before = PassageChangeKind.REWORDED, gone[best].span
        else:
            kind, before = PassageChangeKind.ADDED, None
        yield PassageChange(kind, before, said.span, practices)
    for row in sorted(free):
        span = gone[row].span
        practices = _practices(old.segments, span)
        yield PassageChange(PassageChangeKind.REMOVED, span, None, practices)


def _practices(segments: Sequence[PracticeSegment], span: TextSpan) -> tuple[str, ...]:
    """OPP-115 labels of the segment that holds a sentence."""
    holding = (s for s in segments if s.start < span.end and s.end > span.start)
    return tuple(dict.fromkeys(p.label for s in holding for p in s.practices))


def _standing(finding: Finding | None) -> Standing:
    if finding is None:
        return Standing.SILENT
    match finding.outcome:
        case Outcome.PRESENT:
            return Standing.SAID
        case Outcome.UNDETERMINED:
            return Standing.UNCLEAR
        case Outcome.ABSENT:
            return Standing.DENIED if finding.evidence else Standing.SILENT


def _rule_changes(
    old: Sequence[Finding],
    new: Sequence[Finding],
    changed_old: Sequence[TextSpan],
    changed_new: Sequence[TextSpan],
) -> Iterator[RuleChange]:
    """Rules whose answer changed and whose evidence lies in what changed, worst first."""
    before = {finding.rule_id: finding for finding in old}
    after = {finding.rule_id: finding for finding in new}
    changes = []
    for rule_id in dict.fromkeys([*before, *after]):
        was, now = before.get(rule_id), after.get(rule_id)
        lost = _inside(was.evidence if was else (), changed_old)
        gained = _inside(now.evidence if now else (), changed_new)
        known = now or was
        if known is None or _standing(was) is _standing(now) or not (lost or gained):
            continue
        changes.append(
            RuleChange(
                rule_id=rule_id,
                title=(now or known).title,
                nature=known.nature,
                severity=known.severity,
                before=_standing(was),
                after=_standing(now),
                evidence_before=lost,
                evidence_after=gained,
            )
        )
    yield from sorted(changes, key=lambda c: (-c.severity.rank, c.rule_id))


def _data_changes(
    old: PolicyDetails,
    new: PolicyDetails,
    changed_old: Sequence[TextSpan],
    changed_new: Sequence[TextSpan],
) -> Iterator[DataChange]:
    """Kinds of data that one version alone collects, shares or says it does not."""
    before, after = _by_action(old.data_types), _by_action(new.data_types)
    for key in dict.fromkeys([*after, *before]):
        if (key in before and key in after) or data_types()[key[0]].generic:
            continue
        gained = key in after
        spans = [TextSpan(s.start, s.end, s.text) for s in (after if gained else before)[key]]
        evidence = _inside(spans, changed_new if gained else changed_old)
        if evidence:
            name, action = key
            told = data_types()[name].name
            yield DataChange(name, told, action, gained=gained, evidence=evidence)


def _by_action(
    spans: Sequence[DataTypeSpan],
) -> dict[tuple[str, DataAction], list[DataTypeSpan]]:
    found: dict[tuple[str, DataAction], list[DataTypeSpan]] = {}
    for span in spans:
        found.setdefault((span.type, span.action), []).append(span)
    return found


def _inside(evidence: Sequence[object], changed: Sequence[TextSpan]) -> tuple[TextSpan, ...]:
    return tuple(
        piece
        for piece in evidence
        if isinstance(piece, TextSpan)
        and any(piece.start < span.end and piece.end > span.start for span in changed)
    )


def _tell(
    before: Rating,
    after: Rating,
    rules: Sequence[RuleChange],
    data: Sequence[DataChange],
    passages: Sequence[PassageChange],
) -> tuple[str, ...]:
    """The changes in plain sentences, most important first."""
    words = sentences().changes
    told = []
    if passages and before.grade != after.grade and before.grade and after.grade:
        told.append(words["grade"].format(before=before.grade, after=after.grade))
    told += [words[_way(change)].format(title=change.title) for change in rules]
    for gained in (True, False):
        for action in DataAction:
            names = [d.name for d in data if d.gained is gained and d.action is action]
            if names:
                key = f"{'now' if gained else 'no_longer'}_{action.value}"
                told.append(words[key].format(names=", ".join(names)))
    names_of = {practice.label: practice.name for practice in practice_names()}
    for passage in passages[:MOST_PASSAGES_TOLD]:
        span = passage.after or passage.before
        about = [names_of[label] for label in passage.practices[:1] if label in names_of]
        quote = span.quote if span else ""
        if len(quote) > LONGEST_QUOTE:
            quote = quote[: quote.rfind(" ", 0, LONGEST_QUOTE)] + " …"
        key = passage.kind.value if about else f"{passage.kind.value}_plain"
        told.append(words[key].format(about=about[0] if about else "", quote=quote))
    left = len(passages) - MOST_PASSAGES_TOLD
    if left > 0:
        told.append(words["more"].format(count=left))
    return tuple(told)


def _way(change: RuleChange) -> str:
    """Which sentence tells of a rule's change."""
    harm = change.nature is Nature.HARM
    if change.after is Standing.SAID:
        return "harm_gained" if harm else "good_gained"
    if change.after is Standing.DENIED:
        return "denied"
    if change.after is Standing.UNCLEAR:
        return "unclear"
    if change.before is Standing.DENIED:
        return "promise_lost"
    return "harm_lost" if harm else "good_lost"
