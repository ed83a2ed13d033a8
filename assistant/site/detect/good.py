"""Nobody who follows people was there."""

from __future__ import annotations

from assistant.site.detect.capture import captures
from assistant.site.detect.evasion import has_hidden_names
from assistant.site.detect.fingerprinting import fingerprints
from assistant.site.detect.trackers import loaded, trackers
from assistant.site.detection import Detection, answer, evidence_at, undetermined
from assistant.site.record.observation import ConsentState, ResourceType
from assistant.site.seen import Contact, Seen, SeenVisit
from assistant.site.who.domains import host_of, scheme_of

_SURE, _FIRST_LOOK = 0.9, 0.6
"""A page that asks for consent can bring trackers as soon as somebody accepts."""


def detect_no_trackers(seen: Seen) -> Detection:
    """Every request was seen, over a connection nobody changed, and none went to a tracker.

    A party that nobody knows and that stores something, gets beacons or what is typed, or measures
    the device is not vouched for, nor is another name under the site's own that nobody looked up.
    """
    if any(True for visit in seen.visits for _ in trackers(visit)):
        return answer((), complete=True, sure=_SURE)
    visits = [visit for visit in seen.visits if loaded(visit)]
    if not visits or not seen.whole or has_hidden_names(seen) or not all(map(_safe, seen.visits)):
        return undetermined()
    if captures(seen) or any(_may_track(seen, visit) for visit in visits):
        return undetermined()
    if any(not one.party.first_party for one in fingerprints(seen)):
        return undetermined()
    open_question = any(v.visit.consent for v in visits) and not any(map(_accepted, visits))
    page = [(host_of(seen.page), evidence_at(seen.page, ""))]
    return answer(page, complete=True, sure=_FIRST_LOOK if open_question else _SURE)


def _safe(visit: SeenVisit) -> bool:
    tls = visit.visit.tls
    return scheme_of(visit.visit.url) == "https" and (tls is None or tls.valid)


def _accepted(visit: SeenVisit) -> bool:
    answered = visit.answered_ms(ConsentState.ACCEPTED)
    return visit.visit.choice is ConsentState.ACCEPTED or answered is not None


def _may_track(seen: Seen, visit: SeenVisit) -> bool:
    """Whether somebody whom nobody knows behaves as trackers do."""
    setters = (seen.parties.of_host(cookie.domain) for cookie in visit.visit.cookies)
    unknown = [contact for contact in visit.third if contact.party.owner is None]
    return any(map(_marks, unknown)) or any(not p.first_party and p.owner is None for p in setters)


def _marks(contact: Contact) -> bool:
    return contact.request.type is ResourceType.PING or bool(contact.request.cookies)
