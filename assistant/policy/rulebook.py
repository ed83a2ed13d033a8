"""The policy rules and their lexicon: data, checked on loading, with its detectors.

A rule file holds the fields of `Rule`, and beside them `detect` (what to look
for), `examples` (sentences that must and must not be found), `tosdr` (the
ToS;DR cases that say the same) and `checked` (how many of its hits were right
when read). `lexicon.yaml` names the concepts that the patterns of several rules
are made of; a rule that needs concepts for itself alone names them in `words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Rule, folder, load_rules, load_yaml
from assistant.language.english import Cue, Vocabulary
from assistant.language.protocols import DocumentType

_STRICT = ConfigDict(extra="forbid")
ROOM = "policy"


class Meaning(StrEnum):
    """What a pattern says of its rule where it is asserted. Negated, it says the reverse."""

    PRESENT = "present"
    ABSENT = "absent"


class Negated(StrEnum):
    """What to make of a pattern under a negation."""

    REVERSE = "reverse"
    """It says the reverse: present becomes absent."""
    IGNORE = "ignore"
    """It says nothing."""
    SAME = "same"
    """It says the same: the pattern itself is about what must not be done."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Pattern:
    """Concepts in order, inside one sentence or a lead-in and its list item.

    Attributes:
        find: Concept names parted by spaces; `a|b` is either. The first action
            among them decides on negation and modality.
        gap: Most words between two neighbouring concepts.
        reach: The same between an actor and what follows it.
        also: Concepts that must stand in the same sentence, anywhere.
        before: Concepts that must stand in the few sentences before, in the same block.
        unless: Concepts that rule the pattern out when in the same sentence.
        unless_near: The same when in one of a few sentences before or after, in the same block.
        strength: How sure we are of the rule when the pattern is found, in (0, 1].
        possible: Whether the pattern says "may" even where its words do not.
        across: Whether what follows the action may stand in a later clause.
    """

    find: str
    means: Meaning = Meaning.PRESENT
    negated: Negated = Negated.REVERSE
    gap: int = 5
    reach: int = 14
    also: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    strength: float = 0.9
    possible: bool = False
    across: bool = False

    @property
    def slots(self) -> tuple[frozenset[str], ...]:
        """For each place of the sequence the concepts that fill it."""
        return tuple(frozenset(place.split("|")) for place in self.find.split())


class Column(StrEnum):
    """Where in the "nutrition label" a sign stands; the values are the fields of its rows."""

    COLLECTED = "collected"
    SHARED = "shared"
    PURPOSES = "purposes"
    SHARED_WITH = "shared_with"

    @property
    def of_data(self) -> bool:
        """Whether its names are kinds of data, not cells."""
        return self in (Column.COLLECTED, Column.SHARED)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class LabelSign:
    """Something in the label that says what the rule says.

    Attributes:
        names: Ids in the taxonomy: of kinds of data under `collected` and `shared`,
            of purposes or recipients elsewhere. Any of them is a sign.
        at_least: How many different ones it takes.
    """

    column: Column
    names: tuple[str, ...]
    at_least: int = 1


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Detector:
    """What to look for in a document.

    Attributes:
        applies_to: Document types in which silence says something. Elsewhere
            the rule is only ever found present, never absent.
        practices: OPP-115 labels expected of a segment that speaks of this.
        patterns: Any of them is evidence.
        label: The same, read off the label that was made of the whole text.
        implied_by: Rules whose presence says this too: who may opt out of something
            is told that it is done.
        unless: Concepts that rule every pattern out when in the same sentence.
        not_beside: Concepts that rule a pattern out when inside it or right next to it.
        denied_of: Concepts one of which a denial must be about to count, all kinds
            of data say; "narrow_data" over it makes it one kind. Any denial counts without.
        allow: Guards and vetoes of the lexicon that do not count for this rule.
        silence: How sure we are that it is absent where nothing was found.
    """

    applies_to: tuple[DocumentType, ...]
    practices: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    label: tuple[LabelSign, ...] = ()
    implied_by: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_beside: tuple[str, ...] = ()
    denied_of: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    silence: float = 0.6


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Examples:
    """Invented texts and what the rule must make of them.

    `present` is stated, `may` only possible, `absent` a denial,
    `unclear` a denial with an exception, `silent` a near miss. Lines within
    an example are blocks; "- " begins a list item and "# " a heading.
    """

    present: tuple[str, ...]
    silent: tuple[str, ...]
    may: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Words:
    """Concepts that one rule alone speaks of. No name may stand in the lexicon or another rule."""

    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Checked:
    """Hits in real documents, drawn at random and read by hand.

    Attributes:
        hits: How many were read.
        right: How many of them say what the rule says.
        day: When they were read.
    """

    hits: int
    right: int
    day: date


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule(Rule):
    """A rule with its detector, its examples and the ToS;DR cases it matches.

    Attributes:
        tosdr: Cases that say what the rule says.
        tosdr_denied: Cases that say what a denial of it in the text says.
    """

    detect: Detector
    examples: Examples
    words: Words = Words()
    tosdr: tuple[str, ...] = ()
    tosdr_denied: tuple[str, ...] = ()
    checked: Checked | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Lexicon:
    """The concepts of the policy rules and the words of English that frame them.

    Attributes:
        actors: Who does it: concepts that can be the subject.
        actions: What is done. Negation and modality are read off an action.
        things: What it is done to, with or for.
        guards: What makes a sentence no evidence when it comes before the
            action: a right, a prohibition on the reader, somebody else's conduct.
        vetoes: What makes a sentence no evidence anywhere in it: a definition.
        prepositions: Words after which an actor is no subject.
        conjunctions: Words that join a second actor to the subject.
        cues, neutral, breaks, abbreviations: As in `Vocabulary`.
    """

    actors: Mapping[str, tuple[str, ...]]
    actions: Mapping[str, tuple[str, ...]]
    things: Mapping[str, tuple[str, ...]]
    guards: Mapping[str, tuple[str, ...]]
    vetoes: Mapping[str, tuple[str, ...]]
    prepositions: tuple[str, ...]
    conjunctions: tuple[str, ...]
    cues: Mapping[Cue, tuple[str, ...]]
    neutral: tuple[str, ...]
    breaks: tuple[str, ...]
    abbreviations: tuple[str, ...]

    @property
    def concepts(self) -> dict[str, tuple[str, ...]]:
        """Every concept with its terms."""
        return {
            **self.actors,
            **self.actions,
            **self.things,
            **self.guards,
            **self.vetoes,
            "preposition": self.prepositions,
            "conjunction": self.conjunctions,
        }

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            concepts=self.concepts,
            cues=self.cues,
            neutral=self.neutral,
            breaks=self.breaks,
            abbreviations=self.abbreviations,
        )


@cache
def lexicon() -> Lexicon:
    """The packaged lexicon with the words of every rule.

    Raises:
        InvalidKnowledge: A name stands twice, or a file has another shape.
    """
    shared = load_yaml(Lexicon, folder(ROOM) / "lexicon.yaml")
    own = [rule.words for rule in _rule_files().values()]
    found = replace(
        shared,
        actions={**shared.actions, **{n: t for words in own for n, t in words.actions.items()}},
        things={**shared.things, **{n: t for words in own for n, t in words.things.items()}},
    )
    sections = [shared.actors, shared.actions, shared.things, shared.guards, shared.vetoes]
    sections += [section for words in own for section in (words.actions, words.things)]
    names = [name for section in sections for name in section]
    if len(found.concepts) != len(names) + 2:
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InvalidKnowledge(f"lexicon.yaml and rules: concepts with two entries {twice}")
    return found


@cache
def policy_rules() -> Mapping[str, PolicyRule]:
    """Every policy rule by its id, in the order of their names.

    Raises:
        InvalidKnowledge: A file has another shape than `PolicyRule`, is not
            named after its rule, or uses a concept that neither the lexicon
            nor the rule has.
    """
    known = lexicon().concepts.keys()
    rules = dict(_rule_files())
    for rule in rules.values():
        if unknown := used_concepts(rule) - known:
            raise InvalidKnowledge(f"{rule.id}: unknown concepts {sorted(unknown)}")
        if strange := set(rule.detect.implied_by) - rules.keys():
            raise InvalidKnowledge(f"{rule.id}: implied by unknown rules {sorted(strange)}")
    return rules


@cache
def _rule_files() -> Mapping[str, PolicyRule]:
    return load_rules(PolicyRule, ROOM)


def used_concepts(rule: PolicyRule) -> set[str]:
    """Names of the concepts that a rule's detector speaks of."""
    detect = rule.detect
    used = {*detect.unless, *detect.not_beside, *detect.denied_of, *detect.allow}
    for pattern in rule.detect.patterns:
        used.update(*pattern.slots, pattern.also, pattern.before, pattern.unless)
        used.update(pattern.unless_near)
    return used


def tosdr_cases() -> Mapping[str, tuple[str, ...]]:
    """For each rule that has some, the ToS;DR cases that it or its denial tells."""
    rules = policy_rules().values()
    told = {rule.id: (*rule.tosdr, *rule.tosdr_denied) for rule in rules}
    return {rule_id: cases for rule_id, cases in told.items() if cases}
