"""What a document that was read says of each rule, with the words that prove it.

`match` finds the places; here they become matches with verbatim evidence, and
the matches of one rule become one answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.knowledge import Nature
from assistant.language.english import Cue
from assistant.language.protocols import DocumentType
from assistant.policy.cases import CaseScores
from assistant.policy.details import LabelRow, PracticeSegment, ToldCase
from assistant.policy.evidence import quote
from assistant.policy.match import Modality, Says, find_hits, plans_of
from assistant.policy.reading import Reading, join
from assistant.policy.rulebook import LabelSign, PolicyRule, policy_rules
from assistant.report import Finding, Outcome, TextSpan

MAX_EVIDENCE = 3


MODALITY_WEIGHT: Mapping[Modality, float] = {
    Modality.STATED: 1.0,
    Modality.MAY: 0.95,
    Modality.CONSENT: 0.6,
}
"""How sure a reading is by its modality: hedges are misread a little more often."""
UNEXPECTED_CASE = 0.9
"""Weight of a match in whose sentence the case classifier sees none of the rule's ToS;DR cases."""
UNEXPECTED_PRACTICE = 0.8
"""Weight of a match whose segment speaks of none of the practices the rule expects."""
HINT = 0.7
"""Below this confidence a match is only a hint, which gives way to a plain denial."""
CONTEXT = 3
"""Sentences of the same block that `Pattern.before` looks back on, and `unless_near` both ways."""
HINT_STRENGTH = 0.65
"""Strength of what the label or another rule says: a hint, which a plain denial outweighs."""
AGGREGATED = "aggregated"
"""The row of the label whose data are about nobody in particular."""
FURTHER_EVIDENCE = 0.4
"""How much the second-best match adds to the confidence of the best."""


@dataclass(frozen=True, slots=True)
class Match:
    """One place of the text that speaks for or against a rule.

    Attributes:
        confidence: Strength of the pattern × weight of its modality × agreement
            with the practices of its segment and the cases of its sentence, in (0, 1].
        sentence: Index into the reading's sentences.
        spans: The verbatim evidence, in text order.
    """

    rule_id: str
    says: Says
    modality: Modality
    confidence: float
    sentence: int
    spans: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """What the whole document says of one rule."""

    rule: PolicyRule
    outcome: Outcome
    modality: Modality
    confidence: float
    evidence: tuple[TextSpan, ...]

    @property
    def finding(self) -> Finding:
        """The same in the rule's words, for the report."""
        return self.rule.finding(
            self.outcome, confidence=round(self.confidence, 2), evidence=self.evidence
        )

    def told(self, cases: CaseScores) -> Iterator[ToldCase]:
        """The same in ToS;DR's words."""
        names = {Outcome.PRESENT: self.rule.tosdr, Outcome.ABSENT: self.rule.tosdr_denied}
        yield from cases.told(self.rule.id, names.get(self.outcome, ()), self.evidence)

    @property
    def says(self) -> str:
        """The rule's summary sentence for what was found, or "" where it has none."""
        if self.outcome is Outcome.PRESENT:
            stated = self.modality is Modality.STATED or not self.rule.says_may
            return self.rule.says if stated else self.rule.says_may
        if self.outcome is Outcome.ABSENT and (self.evidence or self.rule.nature is Nature.DUTY):
            return self.rule.says_absent
        return ""


def detect(
    reading: Reading,
    segments: Sequence[PracticeSegment] = (),
    document_type: DocumentType = DocumentType.PRIVACY_POLICY,
    rules: Mapping[str, PolicyRule] | None = None,
    *,
    cases: CaseScores | None = None,
    label: Sequence[LabelRow] = (),
) -> tuple[Detection, ...]:
    """One answer a rule, in the order of `rules`, for a document that was read whole.

    Args:
        segments: The practices of the text; without them nothing is weighed down.
        document_type: Rules that do not apply to it are answered only where present.
        rules: By id; all packaged rules where not given.
        cases: How far each sentence tells a ToS;DR case, so that of several quotes the
            likeliest comes first; without them nothing is weighed down.
        label: The "nutrition label" of the text, which tells what some rules are about.
    """
    rules = policy_rules() if rules is None else rules
    found: dict[str, list[Match]] = {rule_id: [] for rule_id in rules}
    for match in find_matches(reading, segments, rules, cases):
        found[match.rule_id].append(match)
    for match in label_matches(label, reading, rules):
        found[match.rule_id].append(match)
    for rule in rules.values():
        for other in rule.detect.implied_by:
            found[rule.id] += [
                _hint(rule, m) for m in found.get(other, ()) if m.says is Says.PRESENT
            ]
    answers = (conclude(rules[name], matches, document_type) for name, matches in found.items())
    return tuple(answer for answer in answers if answer is not None)


def conclude(
    rule: PolicyRule, matches: Sequence[Match], document_type: DocumentType
) -> Detection | None:
    """Weigh the matches of one rule against each other.

    A harm that is both stated and denied counts as present: denials are mostly
    narrower than they sound (one kind of data, one recipient); only a mere hint
    gives way to a denial. Good news and a kept duty need more than what speaks
    against them. What is only hinted
    at, or denied with an exception, stays undetermined. Silence is absence
    where the document's type should have said it; elsewhere there is no answer.
    """
    by_says = {
        says: sorted((m for m in matches if m.says is says), key=lambda m: -m.confidence)
        for says in Says
    }
    present, absent, unclear = by_says[Says.PRESENT], by_says[Says.ABSENT], by_says[Says.UNCLEAR]
    for_it, against_it = _combined(present), _combined(absent)
    harm = rule.nature is Nature.HARM
    hint_only = bool(absent) and for_it < HINT
    if present and (for_it >= against_it or (harm and not hint_only)):
        stated = [match for match in present if match.modality is Modality.STATED]
        hedged = not stated and bool(rule.says_may)
        modality = present[0].modality if hedged else Modality.STATED
        chosen = stated + [match for match in present if match not in stated]
        return _detection(rule, Outcome.PRESENT, modality, for_it, chosen)
    if absent and not unclear:
        return _detection(rule, Outcome.ABSENT, Modality.STATED, against_it, absent)
    if absent or unclear:
        return _detection(rule, Outcome.UNDETERMINED, Modality.STATED, 0.5, unclear + absent)
    if document_type not in rule.detect.applies_to:
        return None
    return _detection(rule, Outcome.ABSENT, Modality.STATED, rule.detect.silence, ())


def _combined(matches: Sequence[Match]) -> float:
    """Confidence of all matches together: the best, raised by the second in other words."""
    if not matches:
        return 0.0
    doubt = 1 - matches[0].confidence
    if len(matches) > 1:
        doubt *= 1 - FURTHER_EVIDENCE * matches[1].confidence
    return 1 - doubt


def _detection(
    rule: PolicyRule,
    outcome: Outcome,
    modality: Modality,
    confidence: float,
    matches: Sequence[Match],
) -> Detection:
    spans: list[TextSpan] = []
    for match in matches:
        fresh = [span for span in match.spans if span not in spans]
        if len(spans) + len(fresh) <= MAX_EVIDENCE:
            spans += fresh
    return Detection(rule, outcome, modality, confidence, tuple(spans))


def find_matches(
    reading: Reading,
    segments: Sequence[PracticeSegment],
    rules: Mapping[str, PolicyRule],
    cases: CaseScores | None = None,
) -> Iterator[Match]:
    """Every match of every rule in text order, at most one a rule and sentence."""
    plans = plans_of(rules.values())
    starts = [segment.start for segment in segments]
    for index, place in enumerate(reading.sentences):
        if place.heading:
            continue
        own = place.sentence
        lead = None if place.lead_in is None else reading.sentences[place.lead_in].sentence
        whole = own if lead is None else join(lead, own)
        item = len(whole.words) - len(own.words)
        before, near = _named_around(reading, index)
        for plan, hit in find_hits(plans, whole, item=item, before=before, near=near):
            agreement = _agreement(plan.rule, segments, starts, own.start)
            told = plan.rule.tosdr if hit.says is Says.PRESENT else plan.rule.tosdr_denied
            likely = cases.likely(own.start, told) if cases else None
            if likely is not None:
                agreement *= UNEXPECTED_CASE + (1 - UNEXPECTED_CASE) * likely
            yield Match(
                rule_id=plan.rule.id,
                says=hit.says,
                modality=hit.modality,
                confidence=hit.strength * MODALITY_WEIGHT[hit.modality] * agreement,
                sentence=index,
                spans=quote(
                    reading.document.text,
                    whole,
                    hit.first,
                    hit.last,
                    item=item,
                    adjacent=place.follows,
                ),
            )


def label_matches(
    label: Sequence[LabelRow], reading: Reading, rules: Mapping[str, PolicyRule]
) -> Iterator[Match]:
    """What the label says of the rules that it speaks of: one match a cell, with its quotes.

    Quotes that say it of most kinds of data come first.
    How firmly is read off the quotes: "may" where every sentence of them is left open.
    """
    starts = [place.sentence.start for place in reading.sentences]
    for rule in rules.values():
        for sign in rule.detect.label:
            cells = [
                (name, spans, [bisect_right(starts, span.start) - 1 for span in spans])
                for name, spans in _signs(label, sign)
            ]
            cells = [cell for cell in cells if not _is_ruled_out(reading, cell[2], rule)]
            if len({name for name, _, _ in cells}) < sign.at_least:
                continue
            quoted = Counter(span for _, spans, _ in cells for span in spans)
            cells.sort(key=lambda cell: -max(quoted[span] for span in cell[1]))
            for _, spans, places in cells:
                is_open = all(_is_open(reading, place) for place in places)
                modality = Modality.MAY if is_open else Modality.STATED
                weight = MODALITY_WEIGHT[modality]
                yield Match(
                    rule.id, Says.PRESENT, modality, HINT_STRENGTH * weight, places[-1], spans
                )


def _hint(rule: PolicyRule, match: Match) -> Match:
    """What the presence of one rule says of another one."""
    return replace(match, rule_id=rule.id, confidence=min(match.confidence, HINT_STRENGTH))


def _signs(label: Sequence[LabelRow], sign: LabelSign) -> list[tuple[str, tuple[TextSpan, ...]]]:
    """Every place of the label that is such a sign: its id and its quotes."""
    if sign.column.of_data:
        told = ((row.type, getattr(row, sign.column)) for row in label)
    else:
        rows = (row for row in label if row.type != AGGREGATED)
        told = ((cell.id, cell.evidence) for row in rows for cell in getattr(row, sign.column))
    return [(name, spans[:MAX_EVIDENCE]) for name, spans in told if name in sign.names and spans]


def _is_ruled_out(reading: Reading, places: Sequence[int], rule: PolicyRule) -> bool:
    """Whether a quoted sentence is no plain statement.

    It names what rules the rule's patterns out, asks for consent, or is a denial
    with an exception.
    """
    barred = {*rule.detect.unless, *rule.detect.not_beside}
    for place in places:
        sentence = reading.sentences[place].sentence
        cues = {scope.cue for scope in sentence.cues}
        if cues & {Cue.CONSENT, Cue.WITHOUT_CONSENT} or {Cue.NEGATION, Cue.EXCEPTION} <= cues:
            return True
        if any(mention.name in barred for mention in sentence.concepts):
            return True
    return False


def _is_open(reading: Reading, index: int) -> bool:
    """Whether a sentence, or what leads in to it, says that something may be."""
    place = reading.sentences[index]
    lead = () if place.lead_in is None else reading.sentences[place.lead_in].sentence.cues
    return any(scope.cue is Cue.POSSIBILITY for scope in (*place.sentence.cues, *lead))


def _named_around(reading: Reading, index: int) -> tuple[frozenset[str], frozenset[str]]:
    """Concepts of the few sentences before, and of those before and after, of the same block."""
    block = reading.sentences[index].block
    first = max(0, index - CONTEXT)
    around = [
        frozenset(mention.name for mention in place.sentence.concepts)
        if place.block == block
        else frozenset[str]()
        for place in reading.sentences[first : index + 1 + CONTEXT]
    ]
    at = index - first
    before = frozenset[str]().union(*around[:at])
    return before, before.union(*around[at + 1 :])


def _agreement(
    rule: PolicyRule, segments: Sequence[PracticeSegment], starts: Sequence[int], at: int
) -> float:
    """Weight of the practices: 1 where the segment at `at` speaks of what the rule expects."""
    index = bisect_right(starts, at) - 1
    if index < 0 or at >= segments[index].end or not rule.detect.practices:
        return 1.0
    surest = max(
        (p.confidence for p in segments[index].practices if p.label in rule.detect.practices),
        default=0.0,
    )
    return UNEXPECTED_PRACTICE + (1 - UNEXPECTED_PRACTICE) * surest
