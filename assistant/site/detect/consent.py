"""Whether the page asks before it lets others follow, and how it takes a no."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.report import NetworkRequest
from assistant.site.detect.trackers import trackers, unanswered
from assistant.site.detect.whose import key_of
from assistant.site.detection import Detection, answer, evidence_at, evidence_of, undetermined
from assistant.site.record.observation import Consent, ConsentState, Visit, Watched
from assistant.site.seen import Seen, SeenVisit
from assistant.site.who.domains import host_of

_SEEN, _NOT_ASKED = 0.9, 0.6
"""A dialog that was seen is sure; one that was not may only have been missed."""
_MOST_CLICKS = 1


def detect_before_consent(seen: Seen) -> Detection:
    """Trackers contacted before any answer, on a page that asks for one."""
    if not seen.watched(Watched.CONSENT):
        return undetermined()
    visits = unanswered(seen)
    found = [
        (key_of(contact.party), evidence_of(contact.request))
        for visit in visits
        for contact in trackers(visit)
        if visit.before_choice(contact.request.at_ms)
    ]
    asked = any(visit.visit.consent for visit in visits)
    decides = asked or not any(_tracked(visit) for visit in visits)
    return answer(found, complete=bool(visits) and decides and seen.whole, sure=_SEEN)


def detect_no_consent_asked(seen: Seen) -> Detection:
    """Trackers on a page that never asks; a blocker may have hidden the question."""
    if not seen.watched(Watched.CONSENT):
        return undetermined()
    visits = unanswered(seen)
    if _asks(seen):
        return answer((), complete=True, sure=_SEEN)
    found = [
        (key_of(contact.party), evidence_of(contact.request))
        for visit in visits
        for contact in trackers(visit)
    ]
    if found and seen.observation.blocker:
        return undetermined()
    return answer(found, complete=bool(visits) and seen.whole, sure=_NOT_ASKED)


def detect_no_reject(seen: Seen) -> Detection:
    """A first layer that offers no way to reject."""
    firsts = [(visit.visit, step) for visit in seen.visits if (step := _first_layer(visit))]
    found = [_told(visit, step) for visit, step in firsts if step.reject_offered is False]
    return answer(found, complete=bool(firsts) or _never_asked(seen), sure=_SEEN)


def detect_pay_or_consent(seen: Seen) -> Detection:
    """A question whose only other answer is to pay."""
    found = [_told(visit, step) for visit, step in _steps(seen) if step.pay_or_consent]
    return answer(found, complete=_never_asked(seen) or any(_questions(seen)), sure=_SEEN)


def detect_rejects_in_one_click(seen: Seen) -> Detection:
    """A rejection on the first layer that was tried and took one click at most."""
    steps = list(_steps(seen))
    if any(step.pay_or_consent or step.reject_offered is False for _, step in steps):
        return answer((), complete=True, sure=_SEEN)
    tried = [
        (visit, step, step.clicks)
        for visit, step in steps
        if step.state is ConsentState.REJECTED and step.clicks is not None and step.clicks >= 0
    ]
    if any(clicks > _MOST_CLICKS for *_, clicks in tried):
        return answer((), complete=True, sure=_SEEN)
    offered = any(step.reject_offered for _, step in steps)
    found = [_told(visit, step) for visit, step, _ in tried if offered]
    return answer(found, complete=False, sure=_SEEN)


def _tracked(visit: SeenVisit) -> bool:
    return any(True for _ in trackers(visit))


def _steps(seen: Seen) -> Iterator[tuple[Visit, Consent]]:
    return ((visit.visit, step) for visit in seen.visits for step in visit.visit.consent)


def _questions(seen: Seen) -> Iterator[Consent]:
    return (step for _, step in _steps(seen) if step.state is ConsentState.ASKED)


def _asks(seen: Seen) -> bool:
    """Whether the page asked in any visit, or had been answered before one."""
    return any(v.visit.consent or v.visit.choice is not None for v in seen.visits)


def _never_asked(seen: Seen) -> bool:
    """Whether a question would have been seen, and none was."""
    shown = seen.watched(Watched.CONSENT) and not seen.observation.blocker
    return shown and bool(unanswered(seen)) and not _asks(seen)


def _first_layer(visit: SeenVisit) -> Consent | None:
    """The first question of a visit of which it is known whether it offers to reject."""
    known = [
        step
        for step in visit.visit.consent
        if step.state is ConsentState.ASKED and step.reject_offered is not None
    ]
    return min(known, key=lambda step: step.at_ms, default=None)


def _told(visit: Visit, step: Consent) -> tuple[str, NetworkRequest]:
    manager = step.manager or ""
    return manager or host_of(visit.url), evidence_at(visit.url, manager)
