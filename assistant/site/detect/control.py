"""Whether a no is heard: after a rejection, and with Global Privacy Control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.report import NetworkRequest
from assistant.site.detect.identifiers import kept_in
from assistant.site.detect.trackers import loaded, trackers
from assistant.site.detect.whose import key_of
from assistant.site.detection import Detection, answer, evidence_at, evidence_of, undetermined
from assistant.site.record.observation import ConsentState, ResourceType
from assistant.site.rulebook import ROOM
from assistant.site.seen import Contact, Seen, SeenVisit
from assistant.site.who.owners import TRACKING, Category
from assistant.site.who.parties import Party

_REJECTED, _COMPARED = 0.9, 0.7
"""Two visits differ by chance, too: who bids for a place is new each time."""
_GONE = "not contacted with Sec-GPC: 1"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class GpcTable:
    """Whom the signal tells to stop, and what counts as heard.

    Attributes:
        told: Categories of owners that sell or share.
        most_left: Part of them that may remain where the site says that it honours the signal.
    """

    told: tuple[Category, ...]
    most_left: float


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class ControlTable:
    """Bounds for what happens after a no (`control.yaml`).

    Attributes:
        grace_ms: What leaves within this time after an answer was already on its way.
        collecting: Requests that tell something, and do not only load a script.
    """

    sources: tuple[Source, ...]
    grace_ms: float
    collecting: frozenset[ResourceType]
    gpc: GpcTable


@cache
def control_table() -> ControlTable:
    """The bounds, from knowledge."""
    return load_yaml(ControlTable, folder(ROOM) / "control.yaml")


def detect_after_reject(seen: Seen) -> Detection:
    """Trackers contacted though the person had said no."""
    rejected = [(visit, span) for visit in seen.visits if (span := _refused(visit))]
    if not rejected:
        return undetermined()
    found = [
        (key_of(contact.party), evidence_of(contact.request))
        for visit, (start, end) in rejected
        for contact in trackers(visit)
        if start < contact.request.at_ms < end and not _only_loads(contact)
    ]
    return answer(found, complete=seen.whole, sure=_REJECTED)


def detect_ignores_gpc(seen: Seen) -> Detection:
    """As many owners that sell or share with the signal as without, and they still store."""
    pair = _compared(seen)
    if pair is None:
        return undetermined()
    without, with_signal = pair
    fewer = len(with_signal.owners) < max(1, len(without.owners))
    if fewer:
        return answer((), complete=seen.whole, sure=_COMPARED)
    return answer(with_signal.kept, complete=False, sure=_COMPARED)


def detect_honours_gpc(seen: Seen) -> Detection:
    """The owners that sell or share are gone with the signal; a claim alone is not enough."""
    pair = _compared(seen)
    if pair is None or not seen.whole or not pair[0].owners:
        return undetermined()
    without, with_signal = pair
    left = len(with_signal.owners)
    claims = any(visit.visit.gpc_file for visit in seen.visits)
    most = len(without.owners) * control_table().gpc.most_left if claims else 0
    gone = [
        (name, place) for name, place in without.owners.items() if name not in with_signal.owners
    ]
    return answer(gone if left <= most else (), complete=True, sure=_COMPARED)


@dataclass(frozen=True, slots=True)
class _Told:
    """Owners that sell or share in one visit.

    Attributes:
        owners: Company → its first request.
        kept: Company and evidence of each identifier that it keeps.
    """

    owners: dict[str, NetworkRequest]
    kept: tuple[tuple[str, NetworkRequest], ...]


def _refused(visit: SeenVisit) -> tuple[float, float] | None:
    """From when to when a rejection held, in ms; None where nobody rejected."""
    answered = visit.answered_ms(ConsentState.REJECTED)
    if visit.visit.choice is ConsentState.REJECTED:
        said, start = -1.0, float("-inf")
    elif answered is not None:
        said, start = answered, answered + control_table().grace_ms
    else:
        return None
    steps = visit.visit.consent
    later = (s.at_ms for s in steps if s.state is ConsentState.ACCEPTED and s.at_ms > said)
    return start, min(later, default=float("inf"))


def _only_loads(contact: Contact) -> bool:
    """Whether a request only loads a tag manager, which may hold back what it would load."""
    kinds = TRACKING.intersection(contact.party.categories)
    loads = contact.request.type not in control_table().collecting
    return loads and kinds == {Category.TAG_MANAGER}


def _compared(seen: Seen) -> tuple[_Told, _Told] | None:
    """A visit without the signal and one with it, after the same choice; None without both."""
    for choice in (None, ConsentState.ACCEPTED, ConsentState.REJECTED):
        visits = [v for v in seen.visits if v.visit.choice is choice and loaded(v)]
        plain = [v for v in visits if not v.visit.gpc]
        signal = [v for v in visits if v.visit.gpc]
        if plain and signal:
            return _most(seen, plain), _most(seen, signal)
    return None


def _most(seen: Seen, visits: Sequence[SeenVisit]) -> _Told:
    """The visit with the most such owners: one that failed in part says little."""
    return max((_told(seen, visit) for visit in visits), key=lambda told: len(told.owners))


def _told(seen: Seen, visit: SeenVisit) -> _Told:
    owners: dict[str, NetworkRequest] = {}
    for contact in visit.third:
        if _is_told(contact.party):
            owners.setdefault(key_of(contact.party), evidence_of(contact.request))
    return _Told(owners, tuple(_kept(seen, visit)))


def _kept(seen: Seen, visit: SeenVisit) -> Iterator[tuple[str, NetworkRequest]]:
    """Identifiers that such owners keep for over a month, and cookies that are sent to them."""
    for kept in kept_in(seen, visit):
        if kept.lasting and _is_told(kept.party):
            yield key_of(kept.party), evidence_at(kept.url, kept.name)
    for contact in visit.third:
        if contact.request.cookies and _is_told(contact.party):
            names = ", ".join(contact.request.cookies)
            yield key_of(contact.party), evidence_of(contact.request, names)


def _is_told(party: Party) -> bool:
    return not party.first_party and party.is_any(*control_table().gpc.told)
