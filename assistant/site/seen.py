"""One observation with the parties behind it: what every detector is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.site.observation import (
    ConsentState,
    Observation,
    Request,
    ResourceType,
    Visit,
    Watched,
)
from assistant.site.parties import Parties, Party


@dataclass(frozen=True, slots=True)
class Contact:
    """One request to somebody, in one visit."""

    request: Request
    party: Party


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """One visit with who was contacted. Frames and pages themselves are contacts too."""

    visit: Visit
    contacts: tuple[Contact, ...]

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

    def third(self) -> Iterator[Contact]:
        """Contacts of third parties."""
        return (contact for contact in self.contacts if not contact.party.first_party)

    def tracking(self) -> Iterator[Contact]:
        """Contacts of third parties that are known to follow people."""
        return (contact for contact in self.contacts if contact.party.tracks)


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
        """Whether the observer could see all of these kinds."""
        return set(kinds) <= set(self.observation.watched)

    @property
    def whole(self) -> bool:
        """Whether every request was seen: all were watched, or the page runs nothing."""
        return self.watched(Watched.REQUESTS) or not any(map(_runs_something, self.visits))

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


_RUNS = frozenset({ResourceType.SCRIPT, ResourceType.SUB_FRAME, ResourceType.OBJECT})


def _runs_something(seen: SeenVisit) -> bool:
    """Whether a page has scripts or frames that could load more than its HTML says."""
    return bool(seen.visit.scripts) or any(c.request.type in _RUNS for c in seen.contacts)
