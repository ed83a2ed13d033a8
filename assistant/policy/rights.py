"""Which rights a policy grants its reader, and how it says to use them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.language.english import Mention
from assistant.language.terms import TermFinder
from assistant.policy.details import Right
from assistant.policy.passages import Passage, Passages
from assistant.policy.reading import Reading
from assistant.report import TextSpan

_STRICT = ConfigDict(extra="forbid")
MAX_EVIDENCE = 3
_OBJECT_WITHIN = 12
"""Words after "access" in which the reader's data stands."""
_HOW_WITHIN = 3
"""Sentences after the one that grants a right in which "how" is looked for."""
ADDRESS = re.compile(
    # Bounded, and begun only where a word begins: linear also in one endless word.
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?:https?://|www\.)[^\s)\]>,;\"”]"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/\w",
    re.IGNORECASE,
)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RightEntry:
    """A right in a person's words, and how policies grant it.

    Attributes:
        terms: Grant it by themselves.
        acts: Grant it after one of the frames ("you may", "the right to").
    """

    id: str
    name: str
    explanation: str
    source: str
    terms: tuple[str, ...]
    acts: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Rights:
    """`rights.yaml`.

    Attributes:
        frames: What grants.
        how: What tells how to use a right.
        exercise: What opens a sentence on how to use any of them.
        roles: Who answers for privacy, by role of a contact.
        web_forms: What a form on the web is called.
    """

    sources: Mapping[str, Source]
    frames: tuple[str, ...]
    rights: tuple[RightEntry, ...]
    how: tuple[str, ...]
    exercise: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    web_forms: tuple[str, ...]


@cache
def rights_knowledge() -> Rights:
    """The packaged rights.

    Raises:
        InvalidKnowledge: A right names a source that is not listed.
    """
    found = load_yaml(Rights, folder("policy") / "rights.yaml")
    if missing := {right.source for right in found.rights} - found.sources.keys():
        raise InvalidKnowledge(f"rights.yaml: unknown sources {sorted(missing)}")
    return found


@cache
def rights_finder() -> TermFinder:
    """Finds what grants, what is granted, and how."""
    known = rights_knowledge()
    terms: dict[str, Sequence[str]] = {f"term:{right.id}": right.terms for right in known.rights}
    terms |= {f"act:{right.id}": right.acts for right in known.rights}
    terms |= {f"role:{role}": listed for role, listed in known.roles.items()}
    terms |= {"frame:": known.frames, "how:": known.how, "exercise:": known.exercise}
    terms |= {"form:": known.web_forms}
    return TermFinder(terms)


def find_rights(reading: Reading) -> tuple[Right, ...]:
    """Every right that the policy grants, in the order of `rights.yaml`."""
    passages = Passages(reading, rights_finder())
    granted: dict[str, list[tuple[int, int]]] = {}
    general: list[int] = []
    for index in range(len(passages)):
        if passages.place(index).heading or not passages.tags(index):
            continue
        passage = passages.with_lead_in(index)
        for right, weakness in _granted(passages, passage):
            granted.setdefault(right, []).append((weakness, index))
        tells = _tells_how(passage, strictly=True) and "agent" not in passage.words
        if tells and any(passage.tagged("exercise")):
            general.append(index)
    places = {right: [index for _, index in sorted(found)] for right, found in granted.items()}
    return tuple(
        Right(
            id=entry.id,
            name=entry.name,
            explanation=entry.explanation,
            evidence=tuple(
                passages.with_lead_in(index).own_evidence()
                for index in places[entry.id][:MAX_EVIDENCE]
            ),
            how=_how(passages, places[entry.id], () if entry.id in _OWN_WAY else general),
        )
        for entry in rights_knowledge().rights
        if entry.id in places
    )


_OWN_WAY = frozenset({"withdraw-consent", "opt-out-of-marketing", "opt-out-of-advertising"})
"""Rights that are used in another way than the others: by a link or a switch."""


def _granted(passages: Passages, passage: Passage) -> Iterator[tuple[str, int]]:
    """Rights that the passage's own sentence grants: 0 by itself, 1 in a frame."""
    if passage.sentence.question:
        return
    own = [tag for tag in passage.tags if tag.first >= passage.item]
    frames = [tag.last for tag in passage.tagged("frame")]
    framed_above = _is_framed_above(passages, passage.index)
    seen: set[str] = set()
    for tag in own:
        section, _, right = tag.name.partition(":")
        if right in seen or (passage.denies(tag.first) and right != "non-discrimination"):
            continue
        framed = any(last <= tag.first for last in frames) or framed_above
        if section == "term" or (section == "act" and framed and _is_readers(passage, tag)):
            seen.add(right)
            yield right, int(section == "act")


def _is_framed_above(passages: Passages, index: int) -> bool:
    heading = passages.heading_above(index)
    if heading is None:
        return False
    return any(tag.name == "frame:" for tag in passages.tags(heading))


def _is_readers(passage: Passage, act: Mention) -> bool:
    """Whether the act is done to the reader's data."""
    after = passage.words[act.first : act.last + _OBJECT_WITHIN]
    return not _READERS.isdisjoint(passage.words) and not _OBJECTS.isdisjoint(after)


_READERS = frozenset({"you", "your", "consumers", "individuals", "users", "residents"})
_OBJECTS = frozenset(
    {"data", "information", "personal", "account", "profile", "consent", "processing"}
    | {"complaint", "complaints", "messages", "emails", "e-mails", "communications", "ads"}
    | {"marketing", "advertising", "discriminated", "newsletters", "newsletter", "it", "complain"}
)


def _how(
    passages: Passages, granted: Sequence[int], general: Sequence[int]
) -> tuple[TextSpan, ...]:
    """Where the policy says how: in the granting sentence, soon after it, or for all rights."""
    candidates = [index for index in granted if _strictly(passages, index)]
    candidates += general
    for index in granted:
        for later in range(index + 1, min(index + 1 + _HOW_WITHIN, len(passages))):
            if passages.place(later).heading:
                break
            if _strictly(passages, later):
                candidates.append(later)
    candidates += [i for i in granted if _tells_how(passages.alone(i), strictly=False)]
    return tuple(passages.alone(index).own_evidence() for index in candidates[:1])


def _strictly(passages: Passages, index: int) -> bool:
    return _tells_how(passages.alone(index), strictly=True)


def _tells_how(passage: Passage, *, strictly: bool) -> bool:
    """Whether the passage says how; strictly, with an address or a place to click."""
    own = passage.text[passage.sentence.start : passage.sentence.end]
    if ADDRESS.search(own):
        return True
    tells = sum(1 for tag in passage.tagged("how"))
    return tells > strictly
