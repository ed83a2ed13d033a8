"""How the page came, and what else could be read or changed on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.site.details import Transport
from assistant.site.detect.identifiers import tells_apart
from assistant.site.detect.trackers import is_page
from assistant.site.detection import Detection, answer, evidence_at, evidence_of, undetermined
from assistant.site.record.observation import Request, ResourceType, SetCookie, Visit, Watched
from assistant.site.rulebook import ROOM
from assistant.site.seen import Seen
from assistant.site.who.domains import NETWORK, host_of, scheme_of

_DAY_S = 86_400
_SURE, _LIKELY, _MAYBE = 0.95, 0.8, 0.6
_SECURE = frozenset({"https", "wss"})
_OPEN = NETWORK - _SECURE
_HSTS, _REFERRER = "strict-transport-security", "referrer-policy"
_MAX_AGE = re.compile(r'max-age\s*=\s*"?0*([0-9]{1,18})[0-9]*"?', re.IGNORECASE)
"""More than 18 digits are cut: longer than anybody lives, as it is."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class ReferrerWords:
    """Values of `Referrer-Policy` by what they let out.

    Attributes:
        safe: No more than browsers do by themselves.
        full: The page's address.
        name: The site's name, over http too.
    """

    safe: frozenset[str]
    full: frozenset[str]
    name: frozenset[str]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class TransportTable:
    """Bounds and words for the way a page travels (`transport.yaml`).

    Attributes:
        hsts_least_days: HSTS for less than this hardly protects.
        upgradable: What browsers turn into https by themselves.
        told: `http` and `loopback` → what is written beside a page that came over http.
    """

    sources: tuple[Source, ...]
    hsts_least_days: int
    upgradable: frozenset[ResourceType]
    referrer: ReferrerWords
    told: Mapping[str, str]


@cache
def transport_table() -> TransportTable:
    """The bounds and words, from knowledge."""
    return load_yaml(TransportTable, folder(ROOM) / "transport.yaml")


def transport_of(seen: Seen) -> Transport:
    """How the page came, for the report."""
    visits = [visit.visit for visit in seen.visits]
    tls = [visit.tls for visit in visits if visit.tls]
    ways = [_upgrades(visit) for visit in visits if visit.http_hops]
    return Transport(
        https=all(map(_is_secure, visits)),
        certificate_valid=all(t.valid for t in tls) if tls else None,
        tls_version=next((t.version for t in tls if t.version), ""),
        upgrades=all(ways) if ways else None,
        hsts_days=min((_hsts_days(v) for v in _secure(seen)), default=None)
        if seen.watched(Watched.HEADERS)
        else None,
        insecure_requests=sum(1 for _ in _insecure(seen)),
    )


def detect_no_https(seen: Seen) -> Detection:
    """The page itself came without encryption, also where it stands on this computer."""
    told = transport_table().told
    found = [
        (host, evidence_at(v.visit.url, told["loopback" if is_loopback(host) else "http"]))
        for v in seen.visits
        if scheme_of(v.visit.url) not in _SECURE and (host := host_of(v.visit.url))
    ]
    secure = all(_is_secure(visit.visit) for visit in seen.visits)
    return answer(found, complete=secure and seen.watched(Watched.HEADERS), sure=_SURE)


def detect_bad_certificate(seen: Seen) -> Detection:
    """The certificate could not be verified."""
    looked = [visit.visit for visit in seen.visits if visit.visit.tls]
    found = [
        (host_of(visit.url), evidence_at(visit.url, visit.tls.version))
        for visit in looked
        if visit.tls and not visit.tls.valid
    ]
    return answer(found, complete=bool(looked), sure=_SURE)


def detect_mixed_content(seen: Seen) -> Detection:
    """Requests without encryption from a page that came over https."""
    found = list(_insecure(seen))
    grave = any(r.type not in transport_table().upgradable and not r.blocked for r in found)
    secure = bool(list(_secure(seen)))
    return answer(
        ((host_of(request.url), evidence_of(request)) for request in found),
        complete=secure and seen.whole,
        sure=_SURE if grave or not found else _MAYBE,
    )


def detect_no_hsts(seen: Seen) -> Detection:
    """Browsers are not told to use https only, or not for long."""
    visits = list(_secure(seen))
    if not seen.watched(Watched.HEADERS) or not visits:
        return undetermined()
    least = transport_table().hsts_least_days
    weak = [v for v in visits if not _preloaded(v) and _hsts_days(v) < least]
    found = [(host_of(v.url), evidence_at(v.url, "Strict-Transport-Security")) for v in weak]
    looked = all(v.tls and v.tls.preloaded is not None for v in weak)
    return answer(found, complete=True, sure=_SURE if looked else _LIKELY)


def detect_leaks_address(seen: Seen) -> Detection:
    """A `Referrer-Policy` that is weaker than what browsers do without one."""
    if not seen.watched(Watched.HEADERS):
        return undetermined()
    words = transport_table().referrer
    policies = [(visit.visit, _referrer(visit.visit)) for visit in seen.visits]
    found = [
        (host_of(visit.url), evidence_at(visit.url, f"Referrer-Policy: {policy}"))
        for visit, policy in policies
        if policy in words.full | words.name
    ]
    full = any(policy in words.full for _, policy in policies)
    return answer(found, complete=True, sure=_SURE if full or not found else _LIKELY)


def detect_insecure_cookies(seen: Seen) -> Detection:
    """Cookies that tell people apart and may travel without encryption."""
    visits = list(_secure(seen))
    if not visits:
        return undetermined()
    found = [
        (f"{cookie.name} ({cookie.domain})", evidence_at(cookie.url or visit.url, cookie.name))
        for visit in visits
        for cookie in visit.cookies
        if _is_open(cookie)
    ]
    return answer(found, complete=seen.watched(Watched.COOKIES), sure=_SURE)


def detect_no_https_redirect(seen: Seen) -> Detection:
    """Who asks for the site over http is not led to https."""
    asked = [visit.visit for visit in seen.visits if visit.visit.http_hops is not None]
    found = [
        (host_of(visit.url), evidence_at(visit.http_hops[-1], "http"))
        for visit in asked
        if visit.http_hops and not _upgrades(visit) and not _preloaded(visit)
    ]
    return answer(found, complete=bool(asked), sure=_SURE)


def is_loopback(host: str) -> bool:
    """Whether a host is this computer itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_secure(visit: Visit) -> bool:
    return scheme_of(visit.url) == "https"


def _secure(seen: Seen) -> Iterator[Visit]:
    """Visits whose page came over https."""
    return (visit.visit for visit in seen.visits if _is_secure(visit.visit))


def _insecure(seen: Seen) -> Iterator[Request]:
    """Requests over http or ws from a page over https; this computer itself is no risk."""
    for visit in seen.visits:
        if not _is_secure(visit.visit):
            continue
        for request in (contact.request for contact in visit.contacts):
            if scheme_of(request.url) not in _OPEN or is_page(request):
                continue
            host = host_of(request.url)
            if host and not is_loopback(host):
                yield request


def _values(visit: Visit, name: str) -> list[str]:
    return [h.value.strip() for h in visit.headers if h.name.strip().lower() == name]


def _preloaded(visit: Visit) -> bool:
    return visit.tls is not None and visit.tls.preloaded is True


def _hsts_days(visit: Visit) -> int:
    """Days of the first header, the only one that counts (RFC 6797, 8.1); 0 for none."""
    first = next(iter(_values(visit, _HSTS)), "")
    ages = [found for part in first.split(";") if (found := _MAX_AGE.fullmatch(part.strip()))]
    return int(ages[0][1]) // _DAY_S if len(ages) == 1 else 0


def _referrer(visit: Visit) -> str:
    """The last value that a browser knows; "" for none."""
    words = transport_table().referrer
    known = words.safe | words.full | words.name
    said = ",".join(_values(visit, _REFERRER)).lower().split(",")
    return next((v for value in reversed(said) if (v := value.strip()) in known), "")


def _is_open(cookie: SetCookie) -> bool:
    """Whether a cookie that tells people apart, or that others' pages send, lacks Secure."""
    anywhere = (cookie.same_site or "").strip().lower() == "none"
    return not cookie.secure and (tells_apart(cookie.value) or anywhere)


def _upgrades(visit: Visit) -> bool:
    """Whether asking over http ends on https."""
    return bool(visit.http_hops) and scheme_of((visit.http_hops or ("",))[-1]) == "https"
