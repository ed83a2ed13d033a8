"""What a site report tells beyond the shape that all reports share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.report import Evidence, Grade, Severity
from assistant.site.record.observation import Channel, Encoding, FieldKind, Observer, Watched
from assistant.site.who.owners import Category
from assistant.site.who.parties import Disguise


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerTold:
    """A third party that was contacted, with everything it owns on the page.

    Attributes:
        name: The owner; the registrable domain where nobody knows the owner.
        company: Who is behind it; "" where unknown.
        domains: Registrable domains that were contacted.
        requests: How often, in all visits.
        tracks: Whether it is known to follow people.
        stores_identifier: Whether it keeps something for over 30 days that can tell people apart.
        before_consent: Whether it was contacted before consent was given or refused.
        disguises: How it stands under the site's own name.
    """

    name: str
    company: str
    domains: tuple[str, ...]
    categories: tuple[Category, ...]
    requests: int
    tracks: bool
    stores_identifier: bool
    before_consent: bool
    disguises: tuple[Disguise, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieTold:
    """A cookie that was set.

    Attributes:
        owner: Of the domain; the site itself where it is the site's own.
        lifetime_days: None for the session.
        identifier: Whether its value can tell people apart.
        script: Address of the script that set it; None where a response did.
    """

    name: str
    domain: str
    owner: str
    third_party: bool
    lifetime_days: float | None
    identifier: bool
    script: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintTold:
    """A script that measured the device.

    Attributes:
        kinds: What it measured: `canvas`, `audio`, `webgl`, `fonts`, `probing`.
        calls: Web IDL `Interface.member` → how often.
    """

    script: str
    owner: str
    third_party: bool
    kinds: tuple[str, ...]
    calls: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTold:
    """Somebody who takes in what the visitor does or types.

    Attributes:
        kind: The rule that tells of it.
        field: Kind of form field; None where the whole page is recorded.
        url: The script, or where a value went.
        channel, encodings: How a value left; None and () where none was seen to leave.
    """

    kind: str
    owner: str
    url: str
    field: FieldKind | None = None
    channel: Channel | None = None
    encodings: tuple[Encoding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How the page came. None where nobody looked.

    Attributes:
        https: Whether the page itself came over https.
        certificate_valid: Whether its certificate was verified.
        upgrades: Whether http leads to https.
        hsts_days: Days for which browsers are told to use https only; 0 for none.
        insecure_requests: Requests over http or ws from a page over https.
    """

    https: bool
    certificate_valid: bool | None
    tls_version: str
    upgrades: bool | None
    hsts_days: int | None
    insecure_requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTold:
    """The policy that the site was held against.

    Attributes:
        text: What the offsets of quotes refer to.
        report_id: Of its own report in the history; None where it is not kept.
    """

    name: str
    source: str
    grade: Grade | None
    score: int | None
    text: str
    report_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Where the policy and the practice do not agree. Each is a finding, too.

    Attributes:
        said: The passages of the policy.
        seen: What was observed.
    """

    rule_id: str
    title: str
    severity: Severity
    said: tuple[Evidence, ...]
    seen: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerGrade:
    """A grade by somebody else's published formula, for comparison.

    Attributes:
        note: What the formula wants to know and this observation could not tell; "" for nothing.
    """

    grade: str
    score: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservatoryTold:
    """The Observatory's score with its tests: name → points and result."""

    grade: str
    score: int
    tests: dict[str, tuple[int, str]]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """What two published methods say of the same observation.

    Attributes:
        duckduckgo: The site as it is, by DuckDuckGo's formula.
        duckduckgo_enhanced: The same with what was blocked left out.
        observatory: None where the page's headers were not seen.
    """

    duckduckgo: PeerGrade
    duckduckgo_enhanced: PeerGrade
    observatory: ObservatoryTold | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsBrowsed:
    """The rating of what got through, with what was blocked left out."""

    grade: Grade | None
    score: int | None
    blocked_requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsed:
    """A block list that was asked.

    Attributes:
        age_days: Since the list was made or fetched; None where unknown.
        rules_unasked: Rules that were not asked, for want of the package `adblock`.
    """

    name: str
    rules: int
    age_days: int | None
    rules_unasked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChanges:
    """What is other than in the last report of the same site.

    Attributes:
        since: When that one was made.
        new_owners, gone_owners: Third parties, by name.
        new_practices, gone_practices: Rules that are present now, or then.
    """

    since: datetime
    grade_before: Grade | None
    score_before: int | None
    new_owners: tuple[str, ...]
    gone_owners: tuple[str, ...]
    new_practices: tuple[str, ...]
    gone_practices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDetails:
    """Everything a site report tells.

    Attributes:
        page: Address of the page, without values.
        site: Its registrable domain.
        owners: Third parties, those that follow people first.
        owners_untold: How many more there are.
        policy: None where no policy was read.
        changes: None where the history holds no earlier report of the site.
    """

    page: str
    site: str
    observer: Observer
    watched: tuple[Watched, ...]
    visits: int
    requests: int
    owners: tuple[OwnerTold, ...]
    cookies: tuple[CookieTold, ...]
    fingerprinting: tuple[FingerprintTold, ...]
    capture: tuple[CaptureTold, ...]
    transport: Transport
    policy: PolicyTold | None
    contradictions: tuple[Contradiction, ...]
    peers: Peers
    as_browsed: AsBrowsed
    lists: tuple[ListUsed, ...] = ()
    policy_links: tuple[str, ...] = ()
    changes: SiteChanges | None = None
    owners_untold: int = 0
