"""Which verb governs each kind of data in a passage.

One walk over the words of a passage keeps the verb in force: a data verb takes
the objects after it, another verb or a purpose ("to send you e-mail") takes
over, and a new subject ends it. Data without a verb before it takes the one
that follows: "the information that you provide", "your name is stored".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.language.english import Mention
from assistant.language.terms import longest
from assistant.policy.passages import Passage
from assistant.policy.rulebook import lexicon
from assistant.policy.taxonomy import VERB, handling

_FOLLOWING_VERB = 9
"""Words between data and the verb that follows it."""
_LINK = 14
"""Words between a verb, or the data before, and the data it still governs."""
_BESIDE = 5
"""Words between "we" and who is joined to it by "and"."""
_BETWEEN = 8
"""Words between two kinds of data of one list."""
_PASSIVE = ("ed", "en", "ld", "pt", "nt")


class Verb(StrEnum):
    """What a verb does with data. The values are keys of `handling.yaml`."""

    COLLECT = "collect"
    LEARN = "learn"
    """As collect, but only with a subject: everybody reads and sees."""
    USE = "use"
    COMBINE = "combine"
    """As use; but what is not combined may still be collected."""
    SHARE = "share"
    GIVE = "give"
    """Collects where the reader gives, shares where the company gives to others."""
    OTHER = "other"
    """Says nothing of collecting or sharing."""


class Subject(StrEnum):
    """Who does it. The values are actors of the lexicon."""

    WE = "we"
    YOU = "you"
    OTHERS = "others"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class Governor:
    """A verb at words `first` to `last` with its subject."""

    verb: Verb
    first: int
    last: int
    subject: Subject
    before_object: bool = True


def governed(passage: Passage, data: Sequence[Mention]) -> Iterator[tuple[Mention, Governor]]:
    """Each of `data` that a verb governs, with that verb, in text order."""
    before = _preceding_verbs(passage, data)
    linked: dict[int, Governor] = {}
    for index in range(len(data) - 1, -1, -1):
        governor = before.get(index) or _following_verb(passage, data[index])
        if governor is None and index + 1 in linked:
            after = linked[index + 1]
            if not after.before_object and is_list(passage, data[index], data[index + 1]):
                governor = after
        if governor:
            linked[index] = governor
    for index in sorted(linked):
        yield data[index], linked[index]


def _preceding_verbs(passage: Passage, data: Sequence[Mention]) -> dict[int, Governor]:
    """For each of `data` the data verb before it that is still in force."""
    sentence = passage.sentence
    verbs = {verb.first: verb for verb in _verbs(passage, data)}
    actors = _subjects(passage)
    objects = {mention.first: index for index, mention in enumerate(data)}
    inside = {word for m in data for word in range(m.first + 1, m.last)}
    found: dict[int, Governor] = {}
    force: Governor | None = None
    subject, reach = Subject.NOBODY, 0
    for at in range(len(passage.words)):
        if at in inside:
            continue
        new_clause = at > 0 and sentence.clauses[at] != sentence.clauses[at - 1]
        if new_clause and (name := _opening_actor(actors, at)):
            force, subject = None, name
        if at in actors:
            subject = actors[at]
        if at in verbs:
            verb = verbs[at]
            kind = Verb(verb.name)
            force = Governor(kind, verb.first, verb.last, _doer(passage, verb, subject))
            reach = verb.last
        elif force and at + 1 not in objects and _opens_purpose(passage, at, force):
            force = None
        if at in objects and force:
            index = objects[at]
            if force.verb is not Verb.OTHER and at - reach <= _LINK:
                found[index] = force
            reach = data[index].last
    return found


_FOR_PURPOSE = frozenset({Verb.USE, Verb.SHARE, Verb.GIVE})
"""Verbs after which "for" opens a purpose; "ask for" goes on with the object."""


def _opens_purpose(passage: Passage, at: int, force: Governor) -> bool:
    """Whether the object ends at word `at`: "to send you", "for billing", "because"."""
    words, word = handling(), passage.words[at]
    if word != "to":
        return word in words.ends or (word == "for" and force.verb in _FOR_PURPOSE)
    follows = passage.words[at + 1] if at + 1 < len(passage.words) else ","
    before = passage.words[at - 1] if at else ""
    return follows not in words.to_objects and before not in words.to_nouns


def _opening_actor(actors: Mapping[int, Subject], at: int) -> Subject | None:
    """The actor among the first words of the clause that begins at word `at`."""
    return next((actors[word] for word in range(at, at + 4) if word in actors), None)


def _verbs(passage: Passage, data: Sequence[Mention]) -> list[Mention]:
    """Verbs that are no part of the data: "use" is none in "your use of the site"."""
    taken = {word for m in data for word in range(m.first, m.last)}
    verbs = (v for v in longest(passage.tagged(VERB)) if taken.isdisjoint(range(v.first, v.last)))
    return list(verbs)


def _subjects(passage: Passage) -> dict[int, Subject]:
    """Actors that can be a subject, by first word."""
    prepositions = {(word,) for word in _prepositions()}
    found: dict[int, Subject] = {}
    covered = 0
    for mention in passage.sentence.concepts:
        if mention.name not in lexicon().actors or mention.first < covered:
            continue
        before = passage.words[max(0, mention.first - 2) : mention.first]
        own = before[-1:] == ("our",)
        if before and before[-1] in handling().determiners:
            before = before[:-1]
        covered = mention.last
        joined = before[-1:] in (("and",), ("or",), ("and/or",))
        beside_us = own or any(
            name is Subject.WE and mention.first - at <= _BESIDE for at, name in found.items()
        )
        # "We and our partners collect": the company does, whoever does it with it.
        if joined and beside_us and mention.name == Subject.OTHERS:
            found[mention.first] = Subject.WE
        elif before[-1:] not in prepositions and mention.name in _SUBJECTS:
            found[mention.first] = Subject(mention.name)
    return found


_SUBJECTS = frozenset(Subject) - {Subject.NOBODY}


def _prepositions() -> frozenset[str]:
    return frozenset(lexicon().prepositions) | handling().to_whom


def _doer(passage: Passage, verb: Mention, subject: Subject) -> Subject:
    """The subject of a verb; of a passive one, whoever stands after "by"."""
    after = passage.words[verb.last : verb.last + 4]
    if "by" in after:
        start = verb.last + after.index("by") + 1
        for mention in passage.sentence.concepts:
            if start <= mention.first <= start + 2 and mention.name in _SUBJECTS:
                return Subject(mention.name)
    before = passage.words[max(0, verb.first - 3) : verb.first]
    passive = any(word in handling().be for word in before) and passage.words[
        verb.last - 1
    ].endswith(_PASSIVE)
    if passive:
        return Subject.NOBODY
    # "users agree that Acme collects": a verb in the singular has another subject than "you".
    singular = verb.last - verb.first == 1 and passage.words[verb.first].endswith("s")
    return Subject.WE if singular and subject is Subject.YOU else subject


def _following_verb(passage: Passage, mention: Mention) -> Governor | None:
    """The data verb that comes after the data with nothing but small words between."""
    small = handling().relative
    subject = Subject.NOBODY
    actors = {m.first: Subject(m.name) for m in passage.sentence.concepts if m.name in _SUBJECTS}
    verbs = {v.first: v for v in longest(passage.tagged(VERB))}
    for at in range(mention.last, min(mention.last + _FOLLOWING_VERB, len(passage.words))):
        subject = actors.get(at, subject)
        if at in verbs:
            verb = verbs[at]
            kind = Verb(verb.name)
            if kind is Verb.OTHER:
                return None
            if at > mention.last and not any(
                word in handling().be or word in handling().who
                for word in passage.words[mention.last : at]
            ):
                return None
            if at == mention.last and kind in (Verb.USE, Verb.LEARN):
                return None
            doer = _doer(passage, verb, subject)
            return Governor(kind, verb.first, verb.last, doer or subject, before_object=False)
        if passage.words[at] not in small and at not in actors:
            return None
    return None


def is_list(passage: Passage, left: Mention, right: Mention) -> bool:
    between = passage.words[left.last : right.first]
    return len(between) <= _BETWEEN and all(word in handling().list_words for word in between)
