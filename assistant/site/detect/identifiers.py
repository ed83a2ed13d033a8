"""What third parties keep in the browser that tells people apart, and whom they pass it to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.report import NetworkRequest
from assistant.site.detect.whose import Whose, is_somebody, key_of, serves_others
from assistant.site.detection import (
    MAX_EVIDENCE,
    Detection,
    answer,
    evidence_at,
    evidence_of,
)
from assistant.site.record.observation import (
    Parameter,
    Request,
    SetCookie,
    Shape,
    StorageWrite,
    Watched,
)
from assistant.site.rulebook import ROOM
from assistant.site.seen import Contact, Seen, SeenVisit
from assistant.site.who.parties import Party

_DAY_S = 86_400
MOST_PAIRS = 200
"""Far more than any price counts; a record can be made to hold millions."""
_SURE_KEPT = 0.9
_SURE_SHARED = 0.85


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as an identifier (`identifiers.yaml`).

    Attributes:
        bits: Least entropy.
        days: It lives longer than this.
        stores: Kinds of storage that are kept until somebody clears them.
        consent_names: Names, in lower case, under which consent itself is passed on. It is the
            same for everybody who answered alike.
    """

    sources: tuple[Source, ...]
    bits: float
    days: float
    stores: frozenset[str]
    consent_names: frozenset[str]


@cache
def limits() -> Limits:
    """What counts as an identifier, from knowledge."""
    return load_yaml(Limits, folder(ROOM) / "identifiers.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that somebody keeps in the browser and that could tell people apart.

    Attributes:
        party: Whose it is: of the script that wrote it, or of the host that it belongs to.
        name: Of the cookie, or the key of the entry.
        store: `cookie`, or the kind of storage.
        lasting: Whether it outlives `Limits.days`.
        lifetime_s: None where it does not end by itself.
        url: Of the script, response or frame that keeps it.
    """

    party: Party
    name: str
    store: str
    value: Shape
    lasting: bool
    lifetime_s: float | None
    url: str


@dataclass(frozen=True, slots=True)
class _Passed:
    """An identifier of one that reached another, in a parameter of that name."""

    giver: Party
    taker: Party
    request: Request
    name: str


def detect_third_party_identifiers(seen: Seen) -> Detection:
    """Identifiers of third parties that live for over a month, whoever the third party is."""
    found = (
        (f"{kept.name} ({owner})", evidence_at(kept.url, f"{kept.store}: {kept.name}"))
        for owner, all_kept in identifiers(seen).items()
        for kept in all_kept
    )
    watched = seen.whole and seen.watched(Watched.COOKIES, Watched.STORAGE)
    return answer(found, complete=watched, sure=_SURE_KEPT)


def identifiers(seen: Seen) -> Mapping[str, Sequence[Kept]]:
    """Name of a third party → what it keeps for over a month that can tell people apart.

    Each cookie or entry stands once, however many visits set it.
    """
    found: dict[str, dict[tuple[str, str], Kept]] = {}
    for visit in seen.visits:
        for kept in kept_in(seen, visit):
            if kept.lasting and is_somebody(kept.party) and not kept.party.first_party:
                place = found.setdefault(kept.party.name, {})
                place.setdefault((kept.store, kept.name), kept)
    return {name: tuple(by_name.values()) for name, by_name in found.items()}


def detect_identifier_sharing(seen: Seen) -> Detection:
    """One party's identifier that is sent to another one's host."""
    watched = seen.whole and seen.watched(Watched.COOKIES, Watched.STORAGE)
    return answer(_told_once(_passed(seen)), complete=watched, sure=_SURE_SHARED)


def tells_apart(value: Shape) -> bool:
    """Whether a value could be different for everybody."""
    return value.bits >= limits().bits


def lasts(cookie: SetCookie) -> bool:
    """Whether a cookie lives long enough to know somebody again another month."""
    return cookie.lifetime_s is not None and cookie.lifetime_s > limits().days * _DAY_S


def kept_in(seen: Seen, visit: SeenVisit) -> Iterator[Kept]:
    """Everything kept in one visit that could tell people apart, of the site and of others.

    What file servers, hosts and consent platforms keep for their own work is left out, and so
    is consent itself.
    """
    whose = Whose(seen, visit)
    cookies = (_of_cookie(whose, cookie) for cookie in visit.visit.cookies)
    entries = (_of_entry(whose, entry) for entry in visit.visit.storage)
    for kept in (*cookies, *entries):
        about_consent = kept.name.lower() in limits().consent_names
        if tells_apart(kept.value) and not about_consent and not serves_others(kept.party):
            yield kept


def _of_cookie(whose: Whose, cookie: SetCookie) -> Kept:
    host = f"https://{cookie.domain}/"
    return Kept(
        party=_third_of(whose, cookie.script, cookie.url or host, host),
        name=cookie.name,
        store="cookie",
        value=cookie.value,
        lasting=lasts(cookie),
        lifetime_s=cookie.lifetime_s,
        url=cookie.script or cookie.url or host,
    )


def _of_entry(whose: Whose, entry: StorageWrite) -> Kept:
    return Kept(
        party=_third_of(whose, entry.script, entry.origin),
        name=entry.key,
        store=entry.store,
        value=entry.value,
        lasting=entry.store in limits().stores,
        lifetime_s=None,
        url=entry.script or entry.origin,
    )


def _third_of(whose: Whose, script: str | None, *places: str) -> Party:
    """The third party that something belongs to, else the first; a script before its place."""
    by_script = whose.script(script) if script else None
    by_place = [whose.address(place) for place in places]
    parties = [party for party in (by_script, *by_place) if party and is_somebody(party)]
    third = (party for party in parties if not party.first_party)
    return next(third, parties[0] if parties else by_place[-1])


def _told_once(found: Iterator[_Passed]) -> Iterator[tuple[str, NetworkRequest]]:
    """Pairs by name; what goes back and forth between two is one pair."""
    told: dict[frozenset[str], tuple[str, int]] = {}
    for passed in found:
        if len(told) >= MOST_PAIRS:
            return
        pair = frozenset({key_of(passed.giver), key_of(passed.taker)})
        name, times = told.get(pair, (f"{passed.giver.name} → {passed.taker.name}", 0))
        if times < MAX_EVIDENCE:
            told[pair] = (name, times + 1)
            yield name, evidence_of(passed.request, passed.name)


def _passed(seen: Seen) -> Iterator[_Passed]:
    """Who gave an identifier to whom, and where."""
    whole, pieces = _by_value([kept for visit in seen.visits for kept in kept_in(seen, visit)])
    for visit in seen.visits:
        for contact in visit.third:
            if not is_somebody(contact.party) or serves_others(contact.party):
                continue
            for parameter in _telling(contact.request):
                for giver in _givers(parameter.value, whole, pieces):
                    if _gives(giver, contact.party):
                        yield _Passed(giver, contact.party, contact.request, parameter.name)
        yield from _redirected(visit)


_Holders = dict[str, dict[str, Party]]
"""Id of a value → everybody who keeps it, by `key_of`."""


def _givers(value: Shape, whole: _Holders, pieces: _Holders) -> Iterator[Party]:
    """Whose kept value this is, holds, or is a piece of."""
    for known in (value.id, *value.parts):
        yield from whole.get(known, {}).values()
    yield from pieces.get(value.id, {}).values()
    for part in value.parts:
        # The site's own values have pieces in common with much that is no identifier.
        yield from (party for party in pieces.get(part, {}).values() if not party.first_party)


def _by_value(kept: Sequence[Kept]) -> tuple[_Holders, _Holders]:
    """What is kept, by its whole value and by the pieces of it.

    Of the site itself only what lasts counts, and of its storage only whole values: a shop's own
    entries hold baskets and settings, whose pieces go many ways.
    """
    whole: _Holders = {}
    pieces: _Holders = {}
    for one in kept:
        if one.party.first_party and not one.lasting:
            continue
        whole.setdefault(one.value.id, {}).setdefault(key_of(one.party), one.party)
        if not one.party.first_party or one.store == "cookie":
            for part in one.value.parts:
                pieces.setdefault(part, {}).setdefault(key_of(one.party), one.party)
    return whole, pieces


def _redirected(visit: SeenVisit) -> Iterator[_Passed]:
    """Identifiers that came to a third party and that its answer sent on to another."""
    last: dict[tuple[str, str], tuple[Contact, str]] = {}
    for contact in visit.third:
        if is_somebody(contact.party) and not serves_others(contact.party):
            for parameter in _telling(contact.request):
                place = (_bare(contact.request.url), parameter.value.id)
                if place not in last or last[place][0].request.at_ms <= contact.request.at_ms:
                    last[place] = (contact, parameter.name)
    for contact in visit.third:
        target = contact.request.redirects_to
        if target is None or not is_somebody(contact.party) or serves_others(contact.party):
            continue
        for parameter in _telling(contact.request):
            arrived = last.get((_bare(target), parameter.value.id))
            if arrived is None or arrived[0].request.at_ms < contact.request.at_ms:
                continue
            if _gives(contact.party, arrived[0].party):
                yield _Passed(contact.party, arrived[0].party, arrived[0].request, arrived[1])


def _telling(request: Request) -> Iterator[Parameter]:
    """What a request carries that could tell people apart, without consent itself."""
    carried = (*request.query, *(request.body.parameters if request.body else ()))
    for parameter in carried:
        name = parameter.name.rpartition(".")[2].lower()
        if tells_apart(parameter.value) and name not in limits().consent_names:
            yield parameter


def _gives(giver: Party, taker: Party) -> bool:
    """Whether a value of one that reaches the other is shared.

    The site's own is, where the other one follows people.
    """
    if not is_somebody(giver) or key_of(giver) == key_of(taker):
        return False
    return taker.tracks if giver.first_party else True


def _bare(url: str) -> str:
    return url.partition("?")[0]
