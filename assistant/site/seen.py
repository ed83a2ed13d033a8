"""One observation with the parties behind it: what every detector is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from assistant.site.record.observation import (
    ConsentState,
    Observation,
    Observer,
    Request,
    ResourceType,
    Visit,
    Watched,
)
from assistant.site.who.parties import Parties, Party


@dataclass(frozen=True, slots=True)
class Contact:
    """One request to somebody, in one visit."""

    request: Request
    party: Party


@dataclass(frozen=True)
class SeenVisit:
    """One visit with who was contacted. Frames and pages themselves are contacts too."""

    visit: Visit
    contacts: tuple[Contact, ...]

    @cached_property
    def third(self) -> tuple[Contact, ...]:
        """Contacts of third parties."""
        return tuple(contact for contact in self.contacts if not contact.party.first_party)

    @cached_property
    def tracking(self) -> tuple[Contact, ...]:
        """Contacts of third parties that are known to follow people."""
        return tuple(contact for contact in self.third if contact.party.tracks)

    @cached_property
    def by_url(self) -> Mapping[str, Party]:
        """Address → party. A request tells more than its host: the path of a known collector."""
        found: dict[str, Party] = {}
        for contact in self.contacts:
            known = found.get(contact.request.url)
            if known is None or _telling(contact.party) > _telling(known):
                found[contact.request.url] = contact.party
        return found

    @property
    def asked_ms(self) -> float | None:
        """When consent was first asked for; None where it was not seen."""
        times = [step.at_ms for step in self.visit.consent if step.state is ConsentState.ASKED]
        return min(times, default=None)

    def answered_ms(self, state: ConsentState) -> float | None:
        """When that answer was first given in this visit; None where it was not."""
        return min((s.at_ms for s in self.visit.consent if s.state is state), default=None)

    def before_choice(self, at_ms: float) -> bool:
        """Whether something came before any answer, on a page that asks for one."""
        if self.visit.choice is not None or not self.visit.consent:
            return False
        answers = [s.at_ms for s in self.visit.consent if s.state is not ConsentState.ASKED]
        return at_ms < min(answers, default=float("inf"))


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything the detectors are asked about.

    Attributes:
        page: Address of the page.
        site: Its registrable domain.
        cnames_known: Whether the names under the site's own were looked up.
    """

    observation: Observation
    page: str
    site: str
    parties: Parties
    visits: tuple[SeenVisit, ...]
    cnames_known: bool

    def watched(self, *kinds: Watched) -> bool:
        """Whether the observer could see all of these kinds, or there can be none of them."""
        known = set(self.observation.watched)
        return set(kinds) <= known or (set(kinds) <= known | _BY_CODE and self.inert)

    @property
    def inert(self) -> bool:
        """Whether the page's HTML was read whole and runs no code."""
        seen = self.observation
        if seen.observer is not Observer.SERVED or Watched.HEADERS not in seen.watched:
            return False
        came = not seen.lost and not any(map(_failed, self.visits))
        return came and not any(_has(visit, _CODE) for visit in self.visits)

    @property
    def whole(self) -> bool:
        """Whether every request was seen.

        The page came, no event was lost, and all requests were watched, or the page was read and
        runs nothing that could make more.
        """
        if self.observation.lost or any(map(_failed, self.visits)):
            return False
        if self.watched(Watched.REQUESTS):
            return True
        return self.inert and not any(_has(v, {ResourceType.STYLESHEET}) for v in self.visits)

    def plain(self) -> Sequence[SeenVisit]:
        """Visits as anybody makes them: no choice made before, no signal sent."""
        return [v for v in self.visits if v.visit.choice is None and not v.visit.gpc]


def see(observation: Observation, parties: Parties, *, cnames_known: bool) -> Seen:
    """Tell the party behind every request of an observation."""
    visits = tuple(
        SeenVisit(
            visit,
            tuple(Contact(request, parties.of_request(request)) for request in visit.requests),
        )
        for visit in observation.visits
    )
    return Seen(observation, parties.page, parties.site, parties, visits, cnames_known)


_CODE = frozenset({ResourceType.SCRIPT, ResourceType.SUB_FRAME, ResourceType.OBJECT})
_BY_CODE = frozenset({Watched.STORAGE, Watched.CALLS, Watched.FIELDS})
"""Kinds of events that only code makes."""


def _telling(party: Party) -> tuple[bool, bool]:
    return not party.first_party, party.tracks


def _failed(seen: SeenVisit) -> bool:
    """Whether the server sent an error page in place of the page."""
    return seen.visit.status is not None and seen.visit.status >= 400


def _has(seen: SeenVisit, types: AbstractSet[ResourceType]) -> bool:
    """Whether a page has code written into it, or makes requests of some types."""
    return bool(seen.visit.scripts) or any(c.request.type in types for c in seen.contacts)
