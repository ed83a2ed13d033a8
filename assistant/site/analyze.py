"""The site job on one screen: an observation in, who gets data and what it costs out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.knowledge import rating_scale
from assistant.rating import hold, rate, unrated
from assistant.report import (
    Finding,
    Gate,
    Grade,
    Outcome,
    Rating,
    Statement,
    Unchecked,
    Verdict,
)
from assistant.site.against.contradictions import Conflict, against_policy, policy_detections
from assistant.site.against.policy_said import PolicySaid
from assistant.site.details import AsBrowsed, ListUsed, SiteDetails
from assistant.site.detect import DETECTORS
from assistant.site.detect.capture import captures
from assistant.site.detect.transport import transport_of
from assistant.site.detection import Detection, answer, evidence_at
from assistant.site.peers.comparing import peers_of
from assistant.site.record.observation import Observer
from assistant.site.record.reading import ReadObservation
from assistant.site.rulebook import ROOM, Unit, site_rules
from assistant.site.seen import Seen, see
from assistant.site.telling import (
    MOST_OWNERS,
    cookies_told,
    fingerprints_told,
    owners_told,
    policy_told,
    without_blocked,
)
from assistant.site.told import summarize, telling, verdict
from assistant.site.who.naming import Names
from assistant.site.who.parties import Blocklists, Owners, Parties, Proxies

CUT = "site.not-all-read"
CERTAINTY: Mapping[Observer, float] = {
    Observer.BROWSER: 0.95,
    Observer.EXTENSION: 0.9,
    Observer.SERVED: 0.8,
}
"""How sure a rating is of what this observer saw: it depends on the visit, the place, the day."""
_CUT, _BLOCKED, _ONCE = 0.6, 0.8, 0.9
"""What is left of that for a record that was cut, behind a blocker, and of a single visit."""
LEAST_SURE = 0.25
"""Below, a site against which nothing speaks is not graded: hardly anything of it was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What is known of the world outside the page.

    Attributes:
        cnames: Host under the site's own name → canonical name, where it has another.
        cnames_known: Whether each such host was looked up.
        names: Finds the owners that a text names, but for the company that is given; None where
            nobody can.
        lists: Block lists of the person.
        lists_used: Facts about them.
    """

    owners: Owners
    proxies: Proxies
    lists: Blocklists
    lists_used: tuple[ListUsed, ...] = ()
    cnames: Mapping[str, str] = field(default_factory=dict)
    cnames_known: bool = False
    names: Callable[[str], Names] | None = None


@dataclass(frozen=True, slots=True)
class SiteAnalysis:
    """Everything a site report says."""

    verdict: Verdict
    rating: Rating
    details: SiteDetails
    summary: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]


def analyze_site(read: ReadObservation, tables: Tables, *, said: PolicySaid | None) -> SiteAnalysis:
    """Rate what a site does.

    Args:
        read: The record, made safe.
        said: What the site's policy says; None where none was read.
    """
    observation = read.observation
    page = observation.visits[0].url
    parties = Parties(
        page,
        owners=tables.owners,
        proxies=tables.proxies,
        lists=tables.lists,
        cnames=tables.cnames,
    )
    seen = see(observation, parties, cnames_known=tables.cnames_known)
    certainty = _certainty(read)
    detections, conflicts = detect(seen, said, tables, cut=read.cut)
    findings = find(detections)
    rating = price(findings, detections, certainty=certainty)
    blocked = sum(c.request.blocked for visit in seen.visits for c in visit.contacts)
    browsed = rating
    if blocked:
        through = replace(seen, visits=without_blocked(seen.visits))
        detections_through, _ = detect(through, said, tables, cut=read.cut)
        browsed = price(find(detections_through), detections_through, certainty=certainty)
    owners = owners_told(seen)
    return SiteAnalysis(
        verdict=verdict(findings, detections, observer=observation.observer),
        rating=rating,
        details=SiteDetails(
            page=page,
            site=seen.site,
            observer=observation.observer,
            watched=observation.watched,
            visits=len(seen.visits),
            requests=sum(len(visit.contacts) for visit in seen.visits),
            owners=tuple(owners[:MOST_OWNERS]),
            owners_untold=max(0, len(owners) - MOST_OWNERS),
            cookies=cookies_told(seen),
            fingerprinting=fingerprints_told(seen),
            capture=captures(seen),
            transport=transport_of(seen),
            policy=policy_told(said),
            contradictions=tuple(conflict.told for conflict in conflicts),
            peers=peers_of(seen),
            as_browsed=AsBrowsed(
                grade=browsed.grade, score=browsed.score, blocked_requests=blocked
            ),
            lists=tables.lists_used,
            policy_links=observation.visits[0].policy_links,
        ),
        summary=summarize(findings, detections),
        findings=findings,
        unchecked=read.gaps,
    )


def detect(
    seen: Seen, said: PolicySaid | None, tables: Tables, *, cut: bool
) -> tuple[Mapping[str, Detection], Sequence[Conflict]]:
    """Ask every rule: the page first, then the policy, then the two against each other."""
    detections = {rule_id: detector(seen) for rule_id, detector in DETECTORS.items()}
    own = seen.parties.owner
    conflicts = against_policy(
        said,
        detections,
        names=tables.names(own.company if own else "") if said and tables.names else None,
        owner_of=lambda url: seen.parties.of(url).name,
    )
    record = [("record", evidence_at(seen.page, "record"))] if cut else []
    detections |= policy_detections(said)
    detections |= {conflict.rule_id: conflict.detection for conflict in conflicts}
    detections[CUT] = answer(record, complete=True, sure=1.0)
    return detections, [c for c in conflicts if c.detection.outcome is Outcome.PRESENT]


def find(detections: Mapping[str, Detection]) -> tuple[Finding, ...]:
    """One finding a rule, in the rules' own order and words."""
    return tuple(
        rule.finding(
            detections[rule_id].outcome,
            confidence=detections[rule_id].confidence,
            evidence=detections[rule_id].evidence,
        )
        for rule_id, rule in site_rules().items()
    )


def price(
    findings: Sequence[Finding], detections: Mapping[str, Detection], *, certainty: float
) -> Rating:
    """Points for each owner, script or page as the rules say, then the gates.

    What hardly anything was seen of gets no grade, unless what was seen speaks against it: then
    the grade is the best that it can be.
    """
    rules, scale = site_rules(), rating_scale(ROOM)
    counts = {
        rule_id: len(found.units)
        for rule_id, found in detections.items()
        if rules[rule_id].unit is not Unit.PAGE and found.units
    }
    rating = rate(findings, rules, scale, certainty=certainty, counts=counts)
    if rating.confidence < LEAST_SURE and not telling(findings):
        return unrated(scale)
    held = [rules[f.rule_id] for f in findings if f.outcome is Outcome.PRESENT]
    gates = [
        Gate(rule.id, rule.at_most or Grade.A, rule.at_least or Grade.F)
        for rule in held
        if rule.at_most or rule.at_least
    ]
    return hold(rating, gates)


def _certainty(read: ReadObservation) -> float:
    """How sure a rating can be of this record at best, in (0, 1]."""
    observation = read.observation
    sure = CERTAINTY[observation.observer]
    sure *= _CUT if read.cut or observation.lost else 1
    sure *= _BLOCKED if observation.blocker else 1
    return sure * (_ONCE if len(observation.visits) == 1 else 1)
