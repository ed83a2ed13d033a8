"""Who was contacted and what was kept, as the report lists it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.site.against.policy_said import PolicySaid
from assistant.site.details import CookieTold, FingerprintTold, OwnerTold, PolicyTold
from assistant.site.detect.fingerprinting import fingerprints
from assistant.site.detect.identifiers import identifiers, tells_apart
from assistant.site.record.observation import SetCookie
from assistant.site.seen import Contact, Seen, SeenVisit
from assistant.site.who.parties import Party

_DAY_S = 86_400
MOST_OWNERS = 1_000
MOST_COOKIES = 500


def owners_told(seen: Seen) -> Sequence[OwnerTold]:
    """Third parties with all that they own on the page, trackers and frequent ones first."""
    storing = identifiers(seen)
    contacts: dict[str, list[Contact]] = {}
    early: set[str] = set()
    for visit in seen.visits:
        for contact in visit.third:
            contacts.setdefault(contact.party.name, []).append(contact)
            if visit.before_choice(contact.request.at_ms):
                early.add(contact.party.name)
    told = [
        _told(name, found, stores=name in storing, early=name in early)
        for name, found in contacts.items()
    ]
    return sorted(told, key=lambda owner: (not owner.tracks, -owner.requests, owner.name))


def _told(name: str, found: Iterable[Contact], *, stores: bool, early: bool) -> OwnerTold:
    parties = [contact.party for contact in found]
    owner = parties[0].owner
    return OwnerTold(
        name=name,
        company=owner.company if owner else "",
        domains=tuple(sorted({party.domain for party in parties})),
        categories=parties[0].categories,
        requests=len(parties),
        tracks=any(party.tracks for party in parties),
        stores_identifier=stores,
        before_consent=early,
        disguises=tuple(sorted({party.disguise for party in parties if party.disguise})),
    )


def cookies_told(seen: Seen) -> tuple[CookieTold, ...]:
    """Every cookie once, those of others and long-lived ones first."""
    told = {
        (cookie.name, cookie.domain): _cookie(seen, cookie)
        for visit in seen.visits
        for cookie in visit.visit.cookies
    }
    return tuple(
        sorted(
            told.values(),
            key=lambda c: (not c.third_party, not c.identifier, -(c.lifetime_days or 0), c.name),
        )[:MOST_COOKIES]
    )


def _cookie(seen: Seen, cookie: SetCookie) -> CookieTold:
    party = setter(seen, cookie)
    life = cookie.lifetime_s
    return CookieTold(
        name=cookie.name,
        domain=cookie.domain,
        owner=party.name,
        third_party=not party.first_party,
        lifetime_days=None if life is None else round(life / _DAY_S, 2),
        identifier=tells_apart(cookie.value),
        script=cookie.script,
    )


def setter(seen: Seen, cookie: SetCookie) -> Party:
    """Who keeps a cookie: the script's owner where a script set it, else the domain's."""
    if cookie.script:
        return seen.parties.of(cookie.script)
    return seen.parties.of_host(cookie.domain)


def fingerprints_told(seen: Seen) -> tuple[FingerprintTold, ...]:
    """Scripts that measured the device, with what they asked."""
    return tuple(
        FingerprintTold(
            script=one.script,
            owner=one.party.name,
            third_party=not one.party.first_party,
            kinds=tuple(one.measures),
            calls=dict(one.calls),
        )
        for one in fingerprints(seen)
    )


def without_blocked(visits: Iterable[SeenVisit]) -> tuple[SeenVisit, ...]:
    """Visits with what was blocked left out."""
    return tuple(
        SeenVisit(v.visit, tuple(c for c in v.contacts if not c.request.blocked)) for v in visits
    )


def policy_told(said: PolicySaid | None) -> PolicyTold | None:
    """The policy that the site is held against, as the report names it."""
    if said is None:
        return None
    return PolicyTold(
        name=said.name,
        source=said.source,
        grade=said.grade,
        score=said.score,
        text=said.text,
        report_id=said.report_id,
    )
