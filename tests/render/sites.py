"""Invented site reports: a rich one, a clean one, one as served, and one that has no grade.

Their findings, points and sentences follow the site rules; hosts, companies and the policy are
invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from assistant.report import (
    Evidence,
    Grade,
    Kind,
    NetworkRequest,
    Outcome,
    Report,
    Subject,
    TextSpan,
    Unchecked,
    Versions,
)
from assistant.site.analyze import find, price
from assistant.site.details import (
    AsBrowsed,
    CaptureTold,
    Contradiction,
    CookieTold,
    FingerprintTold,
    ListUsed,
    ObservatoryTold,
    OwnerTold,
    PeerGrade,
    Peers,
    PolicyTold,
    SiteChanges,
    SiteDetails,
    Transport,
)
from assistant.site.detection import Detection
from assistant.site.record.observation import Channel, Encoding, FieldKind, Observer, Watched
from assistant.site.rulebook import site_rules
from assistant.site.told import summarize, verdict
from assistant.site.who.owners import Category
from assistant.site.who.parties import Disguise

SiteReport = Report[SiteDetails]

PAGE = "https://www.plumwood.example/lamps"
POLICY = (
    "We use no analytics of other companies.\n"
    "Nobody but us learns what you look at in our shop.\n"
    "We may sell what we know about your interests to our partners.\n"
    "Questions go to privacy@plumwood.example."
)
PREBID = "https://bids.adlane.example/auction?site&slot&user"
PIXEL = "https://px.bidwell.example/sync?uid"
COLLECT = "https://stats.countly.example/collect?cid&dl&dt"
PRINT = "https://cdn.markwise.example/print.js"
REPLAY = "https://rec.rewatch.example/v2/events"
BROKER = "https://id.brokerandsons.example/match?email"


def said(quote: str) -> TextSpan:
    """A passage of the invented policy."""
    start = POLICY.index(quote)
    return TextSpan(start, start + len(quote), quote)


def seen(url: str, what: str = "", *, method: str = "GET", by: str | None = PAGE) -> NetworkRequest:
    return NetworkRequest(url, method, by, what)


def present(*evidence: Evidence, units: tuple[str, ...] = (), sure: float = 0.9) -> Detection:
    return Detection(Outcome.PRESENT, sure, units, evidence)


NO_ANALYTICS = said("We use no analytics of other companies.")
CONTRADICTED = "site.contradicts-no-analytics"
RICH: Mapping[str, Detection] = {
    "site.ad-trackers": present(
        seen(PREBID, method="POST"), seen(PIXEL), units=("Adlane", "Bidwell"), sure=0.95
    ),
    "site.analytics": present(seen(COLLECT), units=("Countly",), sure=0.95),
    "site.before-consent": present(seen(COLLECT), units=("Countly", "Adlane")),
    "site.canvas-fingerprinting": present(
        seen(PRINT, "HTMLCanvasElement.toDataURL"), units=("Markwise",)
    ),
    "site.capture-before-submit": present(
        seen(BROKER, "email", method="POST", by="https://tags.brokerandsons.example/t.js"),
        units=("Broker & Sons",),
        sure=0.95,
    ),
    "site.cname-cloaking": present(
        seen("https://metrics.plumwood.example/b", "metrics.countly.example"), units=("Countly",)
    ),
    CONTRADICTED: present(NO_ANALYTICS, seen(COLLECT), units=("Countly",), sure=0.86),
    "site.data-brokers": present(seen(BROKER, method="POST"), units=("Broker & Sons",), sure=0.95),
    "site.no-hsts": present(seen(PAGE, "Strict-Transport-Security")),
    "site.policy-sells": present(
        said("We may sell what we know about your interests to our partners."), sure=0.91
    ),
    "site.rejects-in-one-click": present(seen(PAGE, "consent"), sure=0.8),
    "site.session-replay": present(
        seen(REPLAY, method="POST", by="https://rec.rewatch.example/r.js"), units=("Rewatch",)
    ),
    "site.third-party-identifiers": present(
        seen(PIXEL, "uid"), seen(COLLECT, "_cid"), units=("Bidwell: uid", "Countly: _cid")
    ),
    "site.after-reject": Detection(Outcome.UNDETERMINED, 0.5),
    "site.bounce-tracking": Detection(Outcome.UNDETERMINED, 0.5),
}


def _owner(name: str, domain: str, category: Category, requests: int, **more: object) -> OwnerTold:
    told = OwnerTold(
        name=name,
        company=name,
        domains=(domain,),
        categories=(category,),
        requests=requests,
        tracks=True,
        stores_identifier=False,
        before_consent=False,
    )
    return replace(told, **more)  # type: ignore[arg-type]


OWNERS = (
    _owner(
        "Adlane", "adlane.example", Category.ADVERTISING, 41, company="Lane Media",
        before_consent=True, domains=("adlane.example", "lane-static.example"),
    ),
    _owner(
        "Countly", "countly.example", Category.ANALYTICS, 17, before_consent=True,
        stores_identifier=True, disguises=(Disguise.CNAME,),
    ),
    _owner("Bidwell", "bidwell.example", Category.ADVERTISING, 9, stores_identifier=True),
    _owner("Rewatch", "rewatch.example", Category.SESSION_REPLAY, 8),
    _owner("Broker & Sons", "brokerandsons.example", Category.DATA_BROKER, 3),
    _owner("Markwise", "markwise.example", Category.FINGERPRINTING, 2, disguises=(Disguise.PROXY,)),
    _owner("Fastfiles", "fastfiles.example", Category.CDN, 22, tracks=False),
    _owner("Askly", "askly.example", Category.CONSENT_MANAGER, 4, tracks=False),
    _owner("unheard.example", "unheard.example", Category.OTHER, 1, tracks=False, company="",
           categories=()),
)  # fmt: skip
COOKIES = (
    CookieTold(
        name="uid", domain="bidwell.example", owner="Bidwell", third_party=True,
        lifetime_days=390.0, identifier=True,
    ),
    CookieTold(
        name="_cid", domain="plumwood.example", owner="Countly", third_party=True,
        lifetime_days=730.0, identifier=True, script="https://stats.countly.example/c.js",
    ),
    CookieTold(
        name="basket", domain="www.plumwood.example", owner="Plumwood", third_party=False,
        lifetime_days=None, identifier=False,
    ),
    CookieTold(
        name="seen", domain="www.plumwood.example", owner="Plumwood", third_party=False,
        lifetime_days=0.02, identifier=False,
    ),
)  # fmt: skip
FINGERPRINTING = (
    FingerprintTold(
        script=PRINT, owner="Markwise", third_party=True, kinds=("canvas", "probing"),
        calls={"HTMLCanvasElement.toDataURL": 2, "Navigator.hardwareConcurrency": 1},
    ),
)  # fmt: skip
CAPTURE = (
    CaptureTold(
        kind="site.capture-before-submit", owner="Broker & Sons", url=BROKER,
        field=FieldKind.EMAIL, channel=Channel.POST, encodings=(Encoding.SHA256,),
    ),
    CaptureTold(kind="site.session-replay", owner="Rewatch", url=REPLAY),
)  # fmt: skip
DUCK_NOTE = "No rating of the policy is known to this formula, which costs two points."
PEERS = Peers(
    duckduckgo=PeerGrade(grade="D", score=18, note=DUCK_NOTE),
    duckduckgo_enhanced=PeerGrade(grade="C", score=12, note=DUCK_NOTE),
    observatory=ObservatoryTold(
        grade="F",
        score=15,
        tests={
            "content-security-policy": (-25, "csp-not-implemented"),
            "strict-transport-security": (-20, "hsts-not-implemented"),
            "redirection": (0, "redirection-to-https"),
        },
        note="Rules that stand in the page's HTML instead of its headers are not counted.",
    ),
)
TRANSPORT = Transport(
    https=True,
    certificate_valid=True,
    tls_version="TLSv1.3",
    upgrades=True,
    hsts_days=0,
    insecure_requests=0,
)


def detections(*told: Mapping[str, Detection], other: Outcome) -> dict[str, Detection]:
    """An answer to every rule; `other` to those that nothing is told of."""
    rest = Detection(other, 0.9 if other is Outcome.ABSENT else 0.5)
    answers = dict.fromkeys(site_rules(), rest)
    for each in told:
        answers |= each
    return answers


def report_of(answers: Mapping[str, Detection], details: SiteDetails) -> SiteReport:
    """The report in which the rules have these answers."""
    findings = find(answers)
    return Report(
        kind=Kind.SITE,
        subject=Subject("www.plumwood.example", details.page, "c" * 64),
        created_at=datetime(2026, 11, 27, 10, tzinfo=UTC),
        verdict=verdict(findings, answers, observer=details.observer),
        rating=price(findings, answers, certainty=0.9),
        details=details,
        versions=Versions("0.0.0-test", {}, "knowledge-test"),
        summary=summarize(findings, answers),
        findings=findings,
        unchecked=(
            Unchecked(
                "What the page does on another day", "It was looked at once, from one place."
            ),
        ),
    )


def make_site() -> SiteReport:
    """Everything that a report of a site can tell."""
    return report_of(
        detections(RICH, other=Outcome.ABSENT),
        SiteDetails(
            page=PAGE,
            site="plumwood.example",
            observer=Observer.BROWSER,
            watched=tuple(Watched),
            visits=3,
            requests=214,
            owners=OWNERS,
            cookies=COOKIES,
            fingerprinting=FINGERPRINTING,
            capture=CAPTURE,
            transport=TRANSPORT,
            policy=PolicyTold(
                name="www.plumwood.example",
                source="https://www.plumwood.example/privacy",
                grade=Grade.D,
                score=48,
                text=POLICY,
                report_id="policy-of-plumwood",
            ),
            contradictions=(
                Contradiction(
                    rule_id=CONTRADICTED,
                    title=site_rules()[CONTRADICTED].title,
                    severity=site_rules()[CONTRADICTED].severity,
                    said=(NO_ANALYTICS,),
                    seen=(seen(COLLECT),),
                ),
            ),
            peers=PEERS,
            as_browsed=AsBrowsed(grade=Grade.C, score=61, blocked_requests=38),
            lists=(ListUsed(name="A list of my own", rules=1200, age_days=3, rules_unasked=40),),
            policy_links=("https://www.plumwood.example/privacy",),
            changes=SiteChanges(
                since=datetime(2026, 11, 2, 9, tzinfo=UTC),
                grade_before=Grade.C,
                score_before=66,
                new_owners=("Broker & Sons", "Rewatch"),
                gone_owners=("Oldstat",),
                new_practices=("site.session-replay", "site.data-brokers"),
                gone_practices=("site.no-https-redirect",),
            ),
        ),
    )


def make_clean() -> SiteReport:
    """A site where nobody else gets anything, looked at by a browser."""
    answers = detections(
        {
            "site.no-trackers": present(seen(PAGE, by=None)),
            "site.rejects-in-one-click": Detection(Outcome.ABSENT, 0.8),
        },
        other=Outcome.ABSENT,
    )
    return report_of(answers, _bare(Observer.BROWSER))


def make_served() -> SiteReport:
    """A page as served: what stands in its HTML, and much that was not found out."""
    known = ("site.no-https", "site.bad-certificate", "site.mixed-content")
    answers = detections(
        {
            "site.ad-trackers": present(seen(PIXEL), units=("Bidwell",), sure=0.95),
            "site.no-hsts": present(seen(PAGE, "Strict-Transport-Security", by=None)),
            **{rule: Detection(Outcome.ABSENT, 0.9) for rule in known},
        },
        other=Outcome.UNDETERMINED,
    )
    bare = _bare(Observer.SERVED)
    transport = replace(TRANSPORT, certificate_valid=None, upgrades=None, tls_version="")
    details = replace(bare, owners=(OWNERS[2], OWNERS[6]), requests=6, transport=transport)
    return report_of(answers, details)


def make_unrated_site() -> SiteReport:
    """Too little was seen to say anything."""
    bare = _bare(Observer.EXTENSION)
    transport = replace(TRANSPORT, hsts_days=None, upgrades=None, certificate_valid=None)
    details = replace(bare, watched=(), requests=1, transport=transport)
    return report_of(detections(other=Outcome.UNDETERMINED), details)


def _bare(observer: Observer) -> SiteDetails:
    """A page of the site's own, without a policy."""
    served = observer is Observer.SERVED
    return SiteDetails(
        page=PAGE,
        site="plumwood.example",
        observer=observer,
        watched=(Watched.HEADERS,) if served else tuple(Watched),
        visits=1,
        requests=9,
        owners=(),
        cookies=(),
        fingerprinting=(),
        capture=(),
        transport=TRANSPORT,
        policy=None,
        contradictions=(),
        peers=Peers(
            duckduckgo=PeerGrade(grade="B", score=2, note=DUCK_NOTE),
            duckduckgo_enhanced=PeerGrade(grade="B", score=2, note=DUCK_NOTE),
            observatory=None,
        ),
        as_browsed=AsBrowsed(grade=None, score=None, blocked_requests=0),
    )
