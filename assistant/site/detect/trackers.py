"""Which visits and contacts the detectors of consent, control and evasion look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.site.record.observation import Request, ResourceType
from assistant.site.seen import Contact, Seen, SeenVisit
from assistant.site.who.owners import TRACKING, Category
from assistant.site.who.parties import Party


def follows(party: Party) -> bool:
    """Whether a third party follows people; one that only asks for consent does not."""
    return party.tracks and not (
        party.is_any(Category.CONSENT_MANAGER) and TRACKING.isdisjoint(party.categories)
    )


def trackers(visit: SeenVisit) -> Iterator[Contact]:
    """Contacts of third parties that follow people."""
    return (contact for contact in visit.tracking if follows(contact.party))


def unanswered(seen: Seen) -> Sequence[SeenVisit]:
    """Visits before any choice: plain ones, or else those that only sent a signal."""
    return seen.plain() or [v for v in seen.visits if v.visit.choice is None]


def loaded(visit: SeenVisit) -> bool:
    """Whether a visit brought a page: no error was answered, and something was seen of it."""
    status = visit.visit.status
    if status is not None:
        return status < 400
    return bool(visit.contacts or visit.visit.headers or visit.visit.scripts)


def is_page(request: Request) -> bool:
    """Whether a request was for the page itself, or for an address on the way to it."""
    return request.type is ResourceType.MAIN_FRAME and request.frame is None
