"""What a passage says is done with each kind of data that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.language.english import Cue, Mention
from assistant.language.terms import longest
from assistant.policy.actions import DataAction
from assistant.policy.governors import Governor, Subject, Verb, governed, is_list
from assistant.policy.passages import Passage
from assistant.policy.taxonomy import (
    GUARD,
    NEUTRAL,
    PURPOSE,
    RECIPIENT,
    TYPE,
    VERB,
    data_types,
    handling,
)

_STRANGE = 2
"""Words between "not" and the verb it denies that are neither verbs nor small words."""
_RIGHT_BEFORE = 3
"""Words between "no" and the data that it denies."""
_OBJECTS = 16
"""Words after "share … with us" within which the receiver stands."""


_ASSERTED = {
    DataAction.NOT_COLLECTED: DataAction.COLLECTED,
    DataAction.NOT_SHARED: DataAction.SHARED,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """What a passage says of one kind of data.

    Attributes:
        data: The data; its name is an id of `data_types.yaml`.
        confidence: How sure we are of the action, in (0, 1].
    """

    data: Mention
    action: DataAction
    governor: Governor
    confidence: float


CONFIDENCE: Mapping[str, float] = {
    "active": 0.9,
    "following": 0.85,
    "no_subject": 0.8,
    "may": 0.95,
    "consent": 0.9,
    "exception": 0.65,
    "generic": 0.95,
}
"""How sure each way of reading is; the last four are factors."""


def statements(passage: Passage, data: Sequence[Mention]) -> Iterator[Statement]:
    """What the passage says of the `data` it names, in text order.

    Questions, rights, procedures and explanations say nothing. A denial with an
    exception says both: it is done in the excepted case.
    """
    if not data or passage.sentence.question:
        return
    if any(m.name == "definition" for m in passage.sentence.concepts):
        return
    guards = [tag.first for tag in passage.tagged(GUARD)]
    means = _means(passage, data)
    for mention, governor in governed(passage, data):
        if mention in means or any(first < governor.first for first in guards):
            continue
        action = _action(passage, governor, mention)
        if action is None:
            continue
        confidence = _confidence(passage, governor, mention)
        if action.denied and passage.has(Cue.EXCEPTION, Cue.WITHOUT_CONSENT):
            confidence = round(confidence * CONFIDENCE["exception"], 3)
            if passage.has(Cue.EXCEPTION):
                yield Statement(mention, _ASSERTED[action], governor, confidence)
        yield Statement(mention, action, governor, confidence)


def named_data(passage: Passage) -> list[Mention]:
    """Mentions of data that are no part of a longer purpose, recipient, guard or verb."""
    competing = [tag for tag in passage.tags if _competes(passage, tag)]
    competing.sort(key=lambda tag: not tag.name.startswith(NEUTRAL))
    data = []
    for mention in longest(competing):
        section, _, name = mention.name.partition(":")
        if section != TYPE:
            continue
        before = passage.words[mention.first - 1] if mention.first else ""
        twin = any(
            tag.first == mention.first and tag.last == mention.last and tag.name.startswith(VERB)
            for tag in passage.tags
        )
        if twin and before not in handling().determiners | {",", "and", "or"}:
            continue
        data.append(Mention(name, mention.first, mention.last))
    return data


def _competes(passage: Passage, tag: Mention) -> bool:
    """Whether the tag could take words from data: "your contacts" are a recipient after "with"."""
    section = tag.name.partition(":")[0]
    before = passage.words[tag.first - 1] if tag.first else ""
    return section in (TYPE, PURPOSE, NEUTRAL) or (
        section == RECIPIENT and before in handling().towards
    )


def _means(passage: Passage, data: Sequence[Mention]) -> set[Mention]:
    """Data that is a means, "by e-mail" or "through cookies and tags", or a company's address."""
    words, found = handling(), set[Mention]()
    for index, mention in enumerate(data):
        before = passage.words[max(0, mention.first - 2) : mention.first]
        in_list = index and is_list(passage, data[index - 1], mention)
        after = passage.words[mention.last : mention.last + 4]
        channel = mention.name in words.channels
        if (
            (before and before[-1] in words.means)
            or (len(before) > 1 and before[0] in words.means and before[1] in words.determiners)
            or (in_list and data[index - 1] in found)
            or (channel and (any("@" in word for word in after) or "us" in after[:1]))
        ):
            found.add(mention)
    return found


def _action(passage: Passage, governor: Governor, mention: Mention) -> DataAction | None:
    """What the verb says of the data, or None where it says nothing."""
    subject, verb = governor.subject, governor.verb
    shared = _is_shared(passage, governor, mention)
    if shared is None or _is_kind_of(passage, mention):
        return None
    denied = _denied(passage, governor)
    if denied is None:
        return None
    if governor.before_object:
        between = _denied_between(passage, governor, mention)
        if between is None:
            return None
        denied ^= between
    if denied and (
        verb is Verb.COMBINE
        or (verb in (Verb.GIVE, Verb.SHARE) and not shared and subject is not Subject.WE)
    ):
        return None
    if shared:
        return DataAction.NOT_SHARED if denied else DataAction.SHARED
    return DataAction.NOT_COLLECTED if denied else DataAction.COLLECTED


def _is_shared(passage: Passage, governor: Governor, mention: Mention) -> bool | None:
    """True for sharing, False for collecting, None for neither."""
    subject, verb = governor.subject, governor.verb
    if verb in (Verb.SHARE, Verb.GIVE):
        if subject is not Subject.WE and _is_to_us(passage, governor, mention):
            return False
        return _is_passed_on(passage, governor)
    if subject is Subject.YOU or (verb is Verb.LEARN and subject is Subject.NOBODY):
        return None
    return subject is Subject.OTHERS


def _is_to_us(passage: Passage, governor: Governor, mention: Mention) -> bool:
    """Whether the company itself receives it: "share with us", "provide us"."""
    start, end = min(governor.last, mention.last), max(governor.last, mention.last)
    words = passage.words[start - 1 : end + _OBJECTS]
    return any(
        word == "us" and before in handling().to_whom | {"to", "with"}
        for before, word in pairwise(words)
    )


def _is_passed_on(passage: Passage, governor: Governor) -> bool | None:
    """Whether a share or give verb passes data on; False where the reader gives it."""
    subject, named = governor.subject, governor.before_object
    if governor.verb is Verb.SHARE:
        if subject is not Subject.YOU:
            return True
        return None if named or any(passage.tagged(RECIPIENT)) else False
    if subject is Subject.YOU:
        return False
    if any(
        tag.first >= governor.last and passage.words[tag.first - 1] in handling().towards
        for tag in passage.tagged(RECIPIENT)
    ):
        return True
    return None if named or subject is not Subject.NOBODY else False


def _denied(passage: Passage, governor: Governor) -> bool | None:
    """Whether the verb is denied. None where the denial is meant for another verb."""
    if not passage.denies(governor.first):
        return False
    nearest = max(
        scope.last
        for scope in passage.sentence.cues
        if scope.cue in (Cue.NEGATION, Cue.NEAR_NEGATION) and scope.covers(governor.first)
    )
    verbs = {word for tag in passage.tagged(VERB) for word in range(tag.first, tag.last)}
    small = handling().relative
    strange = [
        at
        for at in range(nearest, governor.first)
        if at not in verbs and passage.words[at] not in small
    ]
    return True if len(strange) <= _STRANGE else None


def _denied_between(passage: Passage, governor: Governor, mention: Mention) -> bool | None:
    """Whether a denial stands right before the data: "we collect no data".

    None where one stands further off, or an exception does: what it covers is unclear.
    """
    cues = (Cue.NEGATION, Cue.NEAR_NEGATION, Cue.EXCEPTION)
    between = [
        scope
        for scope in passage.sentence.cues
        if scope.cue in cues and governor.last <= scope.first and scope.last <= mention.first
    ]
    if not between:
        return False
    last = between[-1]
    if last.cue is Cue.EXCEPTION or mention.first - last.last > _RIGHT_BEFORE:
        return None
    return True


def _is_kind_of(passage: Passage, mention: Mention) -> bool:
    """Whether the words only announce what is named later: "the types of information"."""
    before = passage.words[max(0, mention.first - 3) : mention.first]
    return data_types()[mention.name].generic and any(word in handling().kinds for word in before)


def _confidence(passage: Passage, governor: Governor, mention: Mention) -> float:
    way = "active" if governor.before_object else "following"
    if governor.subject is Subject.NOBODY:
        way = "no_subject"
    confidence = CONFIDENCE[way]
    cues = passage.sentence.cues
    if any(s.cue is Cue.POSSIBILITY and s.covers(governor.first) for s in cues):
        confidence *= CONFIDENCE["may"]
    if passage.has(Cue.CONSENT):
        confidence *= CONFIDENCE["consent"]
    if data_types()[mention.name].generic:
        confidence *= CONFIDENCE["generic"]
    return round(confidence, 3)
