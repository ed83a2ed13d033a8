"""Tracking that goes around a browser's protection: other names, detours, marked links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.report import NetworkRequest
from assistant.site.detect.identifiers import tells_apart
from assistant.site.detect.trackers import follows, is_page
from assistant.site.detect.whose import key_of
from assistant.site.detection import Detection, answer, evidence_at, evidence_of
from assistant.site.record.observation import Hop, Parameter, Request, ResourceType, Watched
from assistant.site.rulebook import ROOM
from assistant.site.seen import Seen, SeenVisit
from assistant.site.who.domains import host_of, registrable_domain
from assistant.site.who.parties import Disguise, Party

_SURE, _LIKELY = 0.9, 0.7


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class ClickIds:
    """Parameters that an owner puts on links to know a click again.

    Attributes:
        owners: Its company and services, by the names of `entities.json`.
        names: In lower case.
        source: Address of a page that tells of them.
    """

    owners: frozenset[str]
    names: tuple[str, ...]
    source: str


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class EvasionTable:
    """Marks of followed links (`evasion.yaml`).

    Attributes:
        destinations: Parameters in which a link shim carries where it leads, in lower case.
    """

    sources: tuple[Source, ...]
    click_ids: tuple[ClickIds, ...]
    destinations: frozenset[str]


@cache
def evasion_table() -> EvasionTable:
    """The marks, from knowledge.

    Raises:
        InvalidKnowledge: A parameter stands twice or is not in lower case.
    """
    table = load_yaml(EvasionTable, folder(ROOM) / "evasion.yaml")
    names = [name for ids in table.click_ids for name in ids.names]
    if len(names) != len(set(names)) or any(name != name.lower() for name in names):
        raise InvalidKnowledge("evasion.yaml: a parameter stands twice or in upper case")
    return table


@cache
def click_owners() -> Mapping[str, frozenset[str]]:
    """Parameter in lower case → the names of those who put it on links."""
    return {name: ids.owners for ids in evasion_table().click_ids for name in ids.names}


def detect_cname_cloaking(seen: Seen) -> Detection:
    """Trackers that stand under the site's own name by a CNAME record."""
    found = list(_disguised(seen, Disguise.CNAME))
    looked = seen.cnames_known or not _own_hosts(seen)
    return answer(found, complete=looked and seen.whole, sure=_SURE)


def detect_proxied_tracker(seen: Seen) -> Detection:
    """Trackers whose collector the site's own server passes on."""
    return answer(_disguised(seen, Disguise.PROXY), complete=seen.whole, sure=_LIKELY)


def detect_bounce_tracking(seen: Seen) -> Detection:
    """Detours over somebody who follows, stores or is told who clicked."""
    found: list[tuple[str, NetworkRequest]] = []
    known, others = False, False
    for visit in seen.visits:
        for hop in visit.visit.hops:
            requests = _requests(visit, hop)
            party = seen.parties.of_request(requests[0] if requests else _request(hop))
            if hop.clicked or party.first_party or not party.domain:
                continue
            if follows(party) or _remembers(visit, hop, requests) or _shims(requests):
                known = known or follows(party)
                found.append((key_of(party), evidence_at(hop.url, f"redirect: {hop.by}")))
            else:
                others = True
    watched = seen.watched(Watched.HEADERS) or seen.watched(Watched.REQUESTS)
    complete = watched and (seen.watched(Watched.COOKIES) or not others)
    return answer(found, complete=complete, sure=_SURE if known or not found else _LIKELY)


def detect_link_decoration(seen: Seen) -> Detection:
    """Marks of a click that are passed on to those who made them."""
    found = [place for visit in seen.visits for place in _passed_on(visit)]
    return answer(found, complete=seen.whole, sure=_SURE)


def has_hidden_names(seen: Seen) -> bool:
    """Whether the page used other names of its own whose owner nobody looked up."""
    return not seen.cnames_known and bool(_own_hosts(seen))


def _disguised(seen: Seen, disguise: Disguise) -> Iterator[tuple[str, NetworkRequest]]:
    for visit in seen.visits:
        for contact in visit.contacts:
            if contact.party.disguise is disguise:
                yield key_of(contact.party), evidence_of(contact.request)


def _own_hosts(seen: Seen) -> set[str]:
    """Hosts under the site's own name, other than the page's and the usual ones."""
    hosts = {host_of(c.request.url) for visit in seen.visits for c in visit.contacts}
    usual = {"", host_of(seen.page), seen.site, f"www.{seen.site}"}
    return {host for host in hosts - usual if registrable_domain(host) == seen.site}


def _requests(visit: SeenVisit, hop: Hop) -> Sequence[Request]:
    """What was sent to an address on the way, where the record has it."""
    requests = (contact.request for contact in visit.contacts)
    return [request for request in requests if is_page(request) and request.url == hop.url]


def _request(hop: Hop) -> Request:
    return Request(url=hop.url, type=ResourceType.MAIN_FRAME)


def _remembers(visit: SeenVisit, hop: Hop, requests: Sequence[Request]) -> bool:
    """Whether an address on the way set or was sent something that tells people apart."""
    host = host_of(hop.url)
    cookies = any(
        tells_apart(c.value) and host_of(c.url or c.script or "") == host
        for c in visit.visit.cookies
    )
    writes = any(tells_apart(w.value) and host_of(w.origin) == host for w in visit.visit.storage)
    return cookies or writes or any(request.cookies for request in requests)


def _shims(requests: Sequence[Request]) -> bool:
    """Whether a redirect carries where it leads, and beside it a mark of who clicked."""
    aims = evasion_table().destinations
    return any(
        any(p.name.lower() in aims for p in request.query)
        and any(p.name.lower() not in aims and tells_apart(p.value) for p in request.query)
        for request in requests
    )


def _passed_on(visit: SeenVisit) -> Iterator[tuple[str, NetworkRequest]]:
    """Requests of the page that carry a click's mark to its maker, under any name."""
    marks = _marks(visit)
    for contact in visit.third:
        if is_page(contact.request):
            continue
        for parameter in _parameters(contact.request):
            named = parameter.name.lower()
            if _belongs(contact.party, named) and tells_apart(parameter.value):
                name = named
            else:
                names = (marks.get(piece, "") for piece in _pieces(parameter))
                name = next((n for n in names if n and _belongs(contact.party, n)), "")
            if name:
                yield key_of(contact.party), evidence_of(contact.request, name)


def _marks(visit: SeenVisit) -> Mapping[str, str]:
    """Ids of the marks in the page's own address and on the way to it → their parameter."""
    return {
        piece: parameter.name.lower()
        for contact in visit.contacts
        if is_page(contact.request)
        for parameter in contact.request.query
        if parameter.name.lower() in click_owners() and tells_apart(parameter.value)
        for piece in _pieces(parameter)
    }


def _belongs(party: Party, name: str) -> bool:
    """Whether a party is the one that puts this parameter on links."""
    owner = party.owner
    makers = click_owners().get(name, frozenset())
    return owner is not None and bool({owner.company, owner.name} & makers)


def _parameters(request: Request) -> Sequence[Parameter]:
    return (*request.query, *(request.body.parameters if request.body else ()))


def _pieces(parameter: Parameter) -> Sequence[str]:
    return (parameter.value.id, *parameter.value.parts)
