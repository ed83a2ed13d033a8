"""Find the patterns of the rules in one sentence.

A pattern is found where its concepts follow each other closely enough. The
first action among them, its anchor, decides what it says: a negation that
reaches it turns the pattern round, "may" leaves it open, "without your
consent" or "except" keeps a denial from being one, and so does an object that is
only one kind of data. Questions, definitions, rights, and what
others or the reader do are no evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from assistant.language.english import Cue, Mention, Sentence
from assistant.policy.rulebook import Meaning, Negated, Pattern, PolicyRule, lexicon

_COORDINATED = 3
"""An actor this few words after the subject is part of it: "we and our partners"."""

_BESIDE = 3
"""Words around the action and what follows it that still count as right next to it."""


class Modality(StrEnum):
    """How firmly the text says it."""

    STATED = "stated"
    MAY = "may"
    CONSENT = "consent"
    """Only with the reader's permission."""


class Says(IntEnum):
    """What one place says of its rule."""

    ABSENT = 0
    UNCLEAR = 1
    """Denied, with an exception: without your consent, except as described."""
    PRESENT = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found at words `first` to `last` of a sentence, end exclusive."""

    says: Says
    modality: Modality
    strength: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Ready:
    """A pattern made ready: its places, its anchor and what rules it out."""

    pattern: Pattern
    slots: tuple[frozenset[str], ...]
    needs: tuple[frozenset[str], ...]
    anchor: int
    actor_first: bool
    unless: frozenset[str]
    not_beside: frozenset[str]
    denied_of: frozenset[str]
    guards: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule with its patterns made ready."""

    rule: PolicyRule
    patterns: tuple[_Ready, ...]


def plans_of(rules: Iterable[PolicyRule]) -> tuple[Plan, ...]:
    """Make the patterns of `rules` ready for `find_hits`."""
    words = lexicon()
    plans = []
    for rule in rules:
        allowed = frozenset(rule.detect.allow)
        unless = frozenset(rule.detect.unless) | (words.vetoes.keys() - allowed)
        ready = tuple(
            _Ready(
                pattern=pattern,
                slots=pattern.slots,
                needs=(*pattern.slots, *(frozenset({name}) for name in pattern.also)),
                anchor=next(
                    (i for i, slot in enumerate(pattern.slots) if slot & words.actions.keys()), 0
                ),
                actor_first=bool(pattern.slots[0] & words.actors.keys()),
                unless=unless.union(pattern.unless),
                not_beside=frozenset(rule.detect.not_beside),
                denied_of=frozenset(rule.detect.denied_of),
                guards=frozenset(words.guards.keys() - allowed),
            )
            for pattern in rule.detect.patterns
        )
        plans.append(Plan(rule, ready))
    return tuple(plans)


def find_hits(
    plans: Sequence[Plan],
    sentence: Sentence,
    *,
    item: int = 0,
    before: frozenset[str] = frozenset(),
    near: frozenset[str] = frozenset(),
) -> Iterator[tuple[Plan, Hit]]:
    """The strongest hit of each plan, one for and one against it at most.

    Args:
        item: Where the list item begins in a sentence joined with its lead-in;
            hits that end before it belong to the lead-in alone and are left out.
        before: Concepts of the few sentences before, in the same block.
        near: The same of those before and after.
    """
    if sentence.question:
        return
    named = frozenset(mention.name for mention in sentence.concepts)
    for plan in plans:
        best: dict[Says, Hit] = {}
        for ready in plan.patterns:
            if any(named.isdisjoint(need) for need in ready.needs) or named & ready.unless:
                continue
            if not before.issuperset(ready.pattern.before):
                continue
            if not near.isdisjoint(ready.pattern.unless_near):
                continue
            hit = _hit(ready, sentence, item)
            if hit and (hit.says not in best or hit.strength > best[hit.says].strength):
                best[hit.says] = hit
        for hit in best.values():
            yield plan, hit


def _hit(ready: _Ready, sentence: Sentence, item: int) -> Hit | None:
    for chain in _chains(ready, sentence.concepts, ()):
        if chain[-1].last <= item or not _is_evidence(ready, sentence, chain):
            continue
        says, modality = _says(ready, sentence, chain)
        if says is None:
            continue
        first = min([chain[0].first, *_framing(sentence, chain[ready.anchor].first)])
        return Hit(says, modality, ready.pattern.strength, first, chain[-1].last)
    return None


def _chains(
    ready: _Ready, mentions: Sequence[Mention], chain: tuple[Mention, ...]
) -> Iterator[tuple[Mention, ...]]:
    """Every way to fill the places of the pattern in order, nearest first."""
    if len(chain) == len(ready.slots):
        yield chain
        return
    slot = ready.slots[len(chain)]
    after = chain[-1].last if chain else 0
    gap = ready.pattern.reach if len(chain) == 1 and ready.actor_first else ready.pattern.gap
    for mention in mentions:
        if chain and mention.first > after + gap:
            return
        if mention.first >= after and mention.name in slot:
            yield from _chains(ready, mentions, (*chain, mention))


def _is_evidence(ready: _Ready, sentence: Sentence, chain: Sequence[Mention]) -> bool:
    """Whether nobody else does it and no guard stands before the action."""
    anchor = chain[ready.anchor]
    clauses = sentence.clauses
    if not ready.pattern.across and clauses[anchor.first] != clauses[chain[-1].first]:
        return False
    low, high = min(anchor.first, chain[0].first) - _BESIDE, chain[-1].last + _BESIDE
    if any(
        (m.name in ready.guards and m.first < max(anchor.first, chain[-1].first))
        or (m.name in ready.not_beside and m.last > low and m.first < high)
        for m in sentence.concepts
    ):
        return False
    if not ready.actor_first or len(chain) < 2:
        return True
    if chain[0].name != "you" and any(
        m.name == "preposition" and m.last == chain[0].first for m in sentence.concepts
    ):
        return False
    return not any(
        _is_subject(sentence, mention, chain[0])
        for mention in sentence.concepts
        if mention.name in lexicon().actors
        and mention.name not in ready.slots[0]
        and chain[0].last <= mention.first < chain[1].first
    )


def _is_subject(sentence: Sentence, mention: Mention, subject: Mention) -> bool:
    """Whether an actor between subject and action takes over as the subject."""
    if mention.first - subject.last < _COORDINATED and any(
        m.name == "conjunction" and m.first == subject.last for m in sentence.concepts
    ):
        return False
    return not any(
        m.name == "preposition" and 0 <= mention.first - m.last <= 1 for m in sentence.concepts
    )


def _framing(sentence: Sentence, word: int) -> list[int]:
    """Where the negations and possibilities that reach `word` begin."""
    frames = (Cue.NEGATION, Cue.NEAR_NEGATION, Cue.POSSIBILITY)
    return [s.first for s in sentence.cues if s.cue in frames and s.covers(word)]


def _denied(sentence: Sentence, chain: Sequence[Mention], anchor: int) -> bool:
    """Whether a negation reaches the anchor, or stands right before what follows it."""
    word = chain[anchor].first
    inside = range(word, chain[anchor].last)
    plain = any(
        s.cue is Cue.NEGATION and (s.covers(word) or s.first in inside) for s in sentence.cues
    )
    plain |= any(
        s.cue is Cue.NEGATION and s.first >= chain[anchor].last and 0 <= m.first - s.last <= 1
        for m in chain[anchor + 1 :]
        for s in sentence.cues
    )
    near = sum(s.cue is Cue.NEAR_NEGATION and s.covers(word) for s in sentence.cues)
    return bool((plain + near) % 2)


def _is_general(ready: _Ready, sentence: Sentence, chain: Sequence[Mention]) -> bool:
    """Whether a denial is about what the rule wants denied, not about one kind of it."""
    inside = [m for m in sentence.concepts if m.last > chain[0].first and m.first < chain[-1].last]
    narrow = [m for m in inside if m.name == "narrow_data"]
    return not ready.denied_of or any(
        m.name in ready.denied_of and all(m.last <= n.first or m.first >= n.last for n in narrow)
        for m in inside
    )


def _says(
    ready: _Ready, sentence: Sentence, chain: Sequence[Mention]
) -> tuple[Says | None, Modality]:
    """What the pattern says here, and how firmly; None where its negation means nothing."""
    word = chain[ready.anchor].first
    cues = {scope.cue for scope in sentence.cues}
    present = ready.pattern.means is Meaning.PRESENT
    denied = ready.pattern.negated is not Negated.SAME and _denied(sentence, chain, ready.anchor)
    if denied:
        present = not present
        narrow = not present and not _is_general(ready, sentence, chain)
        if narrow or ready.pattern.negated is Negated.IGNORE:
            return None, Modality.STATED
        if not present and cues & {Cue.CONSENT, Cue.WITHOUT_CONSENT}:
            return Says.UNCLEAR, Modality.CONSENT
        if Cue.EXCEPTION in cues:
            return Says.UNCLEAR, Modality.STATED
    if not present:
        return Says.ABSENT, Modality.STATED
    if Cue.CONSENT in cues:
        return Says.PRESENT, Modality.CONSENT
    open_cues = (Cue.POSSIBILITY, Cue.CONDITION)
    possible = any(s.cue in open_cues and s.covers(word) for s in sentence.cues)
    stated = Modality.MAY if possible or ready.pattern.possible else Modality.STATED
    return Says.PRESENT, stated
