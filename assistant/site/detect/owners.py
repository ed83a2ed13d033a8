"""Third parties that follow people, each company once, by the worst that it is known for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum

from assistant.report import NetworkRequest
from assistant.site.detect.whose import is_somebody, key_of
from assistant.site.detection import Detection, answer, evidence_of
from assistant.site.seen import Seen
from assistant.site.who.owners import TRACKING, Category
from assistant.site.who.parties import Party

_SURE = 0.95


class _Kind(IntEnum):
    """What a company does with a visit, worse last."""

    ANALYTICS = 1
    ADS = 2
    BROKER = 3


_KINDS: Mapping[Category, _Kind | None] = {
    Category.DATA_BROKER: _Kind.BROKER,
    Category.SESSION_REPLAY: None,
    Category.ADVERTISING: _Kind.ADS,
    Category.SOCIAL: _Kind.ADS,
    Category.MARKETING: _Kind.ADS,
    Category.ANALYTICS: _Kind.ANALYTICS,
    Category.TAG_MANAGER: _Kind.ANALYTICS,
}
"""The first that an owner has decides."""


def detect_ad_trackers(seen: Seen) -> Detection:
    """Owners that follow people for advertising."""
    return _of_kind(seen, _Kind.ADS)


def detect_analytics(seen: Seen) -> Detection:
    """Owners that count and measure visits and do nothing worse, or stand on a block list only.

    A block list says that somebody tracks, and not what for.
    """
    return _of_kind(seen, _Kind.ANALYTICS)


def detect_data_brokers(seen: Seen) -> Detection:
    """Owners that trade in what is known about people."""
    return _of_kind(seen, _Kind.BROKER)


def _of_kind(seen: Seen, kind: _Kind) -> Detection:
    worst: dict[str, _Kind] = {}
    for unit, found, _ in _trackers(seen):
        worst[unit] = max(found, worst.get(unit, found))
    told = ((unit, where) for unit, _, where in _trackers(seen) if worst[unit] is kind)
    return answer(told, complete=seen.whole, sure=_SURE)


def _trackers(seen: Seen) -> Iterator[tuple[str, _Kind, NetworkRequest]]:
    """Company, what its service is, and where; each service of a company once."""
    told, known = set(), set()
    for visit in seen.visits:
        for contact in visit.third:
            party = contact.party
            if id(party) in known:
                continue
            known.add(id(party))
            kind = _kind_of(party)
            if kind is None or (key_of(party), party.name, kind) in told:
                continue
            told.add((key_of(party), party.name, kind))
            yield key_of(party), kind, evidence_of(contact.request, party.name)


def _kind_of(party: Party) -> _Kind | None:
    """None for those that do not follow people, or whose conduct another rule tells.

    Recorders of sessions and makers of fingerprints are told by what they do.
    """
    if not is_somebody(party):
        return None
    for category, kind in _KINDS.items():
        if party.is_any(category):
            return kind
    by_list_only = party.listed is not None and TRACKING.isdisjoint(party.categories)
    return _Kind.ANALYTICS if by_list_only else None
