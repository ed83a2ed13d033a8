"""The vocabulary of data practices: kinds of data, purposes, recipients and the verbs between.

Data, checked on loading, and one finder for all of it. A tag is named
`<section>:<id>`, such as `type:email` or `verb:share`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeVar

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.language.terms import TermFinder, with_plurals

_STRICT = ConfigDict(extra="forbid")
ROOM = "policy"
TYPE, PURPOSE, RECIPIENT, VERB, GUARD = "type", "purpose", "recipient", "verb", "guard"
NEUTRAL = "neutral"


class Sensitivity(StrEnum):
    """What can follow when it leaks or is traded, worst first."""

    SPECIAL = "special"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Position from 0 (special), for sorting."""
        return list(Sensitivity).index(self)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Entry:
    """One purpose or recipient: its id, plain name, the key of its source, its spellings."""

    id: str
    name: str
    source: str
    terms: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DataType(Entry):
    """One kind of personal data.

    Attributes:
        generic: Whether the words say only "information".
        broader: The kind that this is a part of: what is said of its choices holds here too.
    """

    sensitivity: Sensitivity
    generic: bool = False
    broader: str = ""


EntryT = TypeVar("EntryT", bound=Entry)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Entries:
    """`purposes.yaml` and `recipients.yaml`."""

    sources: Mapping[str, Source]
    entries: tuple[Entry, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class DataTypes:
    """`data_types.yaml`."""

    sources: Mapping[str, Source]
    types: tuple[DataType, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Handling:
    """`handling.yaml`: verbs by what they do with data, and the small words around them.

    Attributes:
        verbs: Verbs by kind, see `statements`.
        guards: What makes a sentence no practice when it stands before the verb.
        relative: Words that may stand between data and a verb that follows it.
        list_words: Words that may stand between two kinds of data of one list.
        determiners: Words that belong to the data after them.
        means: Prepositions after which a channel is a means: "by e-mail".
        to_objects, to_nouns: Words after and before a "to" that opens no purpose.
        neutral: Phrases that name no data, although a part of them would.
        channels: Kinds of data that are also ways to reach somebody.
        anaphora: How a sentence takes up what the one before named.
        choices: What the reader can do about a practice.
        be, who, ends, to_whom, towards, kinds, to_purpose, to_recipient, anaphors:
            Small words by what they do, explained in the file.
        keeping: Words that keep data or end it.
        periods: Regular expressions of how long.
    """

    verbs: Mapping[str, tuple[str, ...]]
    guards: tuple[str, ...]
    relative: frozenset[str]
    list_words: frozenset[str]
    determiners: frozenset[str]
    means: frozenset[str]
    to_objects: frozenset[str]
    to_nouns: frozenset[str]
    channels: frozenset[str]
    anaphora: tuple[str, ...]
    choices: tuple[str, ...]
    neutral: tuple[str, ...]
    be: frozenset[str]
    who: frozenset[str]
    ends: frozenset[str]
    to_whom: frozenset[str]
    towards: frozenset[str]
    kinds: frozenset[str]
    to_purpose: frozenset[str]
    to_recipient: frozenset[str]
    anaphors: frozenset[str]
    keeping: frozenset[str]
    periods: tuple[str, ...]


@cache
def data_types() -> Mapping[str, DataType]:
    """Every kind of data by its id, in the order of the file.

    Raises:
        InvalidKnowledge: An id stands twice, or a source is missing.
    """
    found = load_yaml(DataTypes, folder(ROOM) / "data_types.yaml")
    return _by_id(found.types, found.sources)


@cache
def purposes() -> Mapping[str, Entry]:
    """Every purpose by its id; raises as `data_types`."""
    return _entries("purposes.yaml")


@cache
def recipients() -> Mapping[str, Entry]:
    """Every kind of recipient by its id; raises as `data_types`."""
    return _entries("recipients.yaml")


@cache
def handling() -> Handling:
    """The verbs and small words."""
    return load_yaml(Handling, folder(ROOM) / "handling.yaml")


@cache
def practice_finder() -> TermFinder:
    """Finds every tag of this vocabulary."""
    words = handling()
    terms: dict[str, Sequence[str]] = {}
    for section, entries in ((TYPE, data_types()), (RECIPIENT, recipients())):
        terms |= {f"{section}:{e.id}": [*with_plurals(e.terms)] for e in entries.values()}
    terms |= {f"{PURPOSE}:{entry.id}": entry.terms for entry in purposes().values()}
    terms |= {f"{VERB}:{kind}": listed for kind, listed in words.verbs.items()}
    terms |= {f"{GUARD}:": words.guards, "anaphora:": words.anaphora, "choice:": words.choices}
    terms[f"{NEUTRAL}:"] = words.neutral
    return TermFinder(terms)


def _entries(file: str) -> Mapping[str, Entry]:
    found = load_yaml(Entries, folder(ROOM) / file)
    return _by_id(found.entries, found.sources)


def _by_id(entries: Sequence[EntryT], sources: Mapping[str, Source]) -> Mapping[str, EntryT]:
    by_id = {entry.id: entry for entry in entries}
    if len(by_id) != len(entries):
        raise InvalidKnowledge("an id stands twice")
    if missing := {entry.source for entry in entries} - sources.keys():
        raise InvalidKnowledge(f"unknown sources {sorted(missing)}")
    return by_id
