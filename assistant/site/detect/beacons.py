"""Messages that leave beside what the page needs, and that no visitor sees."""

from __future__ import annotations

from assistant.site.detect.trackers import follows
from assistant.site.detect.whose import key_of
from assistant.site.detection import Detection, answer, evidence_of
from assistant.site.record.observation import ResourceType
from assistant.site.seen import Seen
from assistant.site.who.parties import Party

_KNOWN, _UNKNOWN = 0.9, 0.6


def detect_beacons(seen: Seen) -> Detection:
    """Beacons and pings to third parties that follow people or that nobody knows."""
    found = [
        (contact.party, evidence_of(contact.request))
        for visit in seen.visits
        for contact in visit.third
        if contact.request.type is ResourceType.PING and _suspect(contact.party)
    ]
    sure = _KNOWN if not found or any(follows(party) for party, _ in found) else _UNKNOWN
    told = [(key_of(party), evidence) for party, evidence in found]
    return answer(told, complete=seen.whole, sure=sure)


def _suspect(party: Party) -> bool:
    return bool(party.domain) and (party.owner is None or follows(party))
