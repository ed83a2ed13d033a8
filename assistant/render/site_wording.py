"""The short phrases about a site report that every renderer shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.render.outline import Side, side_of
from assistant.render.plain import visible
from assistant.render.wording import percent
from assistant.report import Evidence, Grade, NetworkRequest, Report, TextSpan
from assistant.site.details import (
    CaptureTold,
    CookieTold,
    FingerprintTold,
    OwnerTold,
    SiteDetails,
)
from assistant.site.record.observation import Encoding, FieldKind, Observer, Watched
from assistant.site.who.owners import Category

SiteReport = Report[SiteDetails]

OWNERS_TITLE = "Who gets data here"
COOKIES_TITLE = "Cookies"
FINGERPRINTING_TITLE = "Scripts that measured your device"
CAPTURE_TITLE = "What you type and do"
TRANSPORT_TITLE = "Encryption"
BESIDE_TITLE = "Beside it"
NOT_SEEN_TITLE = "Looked for and not seen"
NOT_SEEN_NOTE = "Another visit, another day or another place can show what this look did not."
UNDECIDED_NOTE = "These are neither good nor bad news, and cost no points."
MACHINE_NOTE = (
    "This is a machine's record of what was seen on one occasion, with its evidence beside it. "
    "It is not legal advice."
)
NOT_FOUND_OUT = "not found out"

_HOW: Mapping[Observer, str] = {
    Observer.SERVED: "as served, no script ran",
    Observer.BROWSER: "in a browser of its own",
    Observer.EXTENSION: "in your browser",
}
_CATEGORIES: Mapping[Category, str] = {
    Category.ADVERTISING: "advertising",
    Category.ANALYTICS: "measures visitors",
    Category.SOCIAL: "social network",
    Category.MARKETING: "marketing",
    Category.TAG_MANAGER: "brings in other trackers",
    Category.SESSION_REPLAY: "records visits",
    Category.DATA_BROKER: "trades in data",
    Category.FINGERPRINTING: "recognises devices",
    Category.CONSENT_MANAGER: "asks for consent",
    Category.CUSTOMER_SUCCESS: "help and chat",
    Category.VIDEO: "video",
    Category.CONTENT: "content",
    Category.UTILITY: "tools for the site",
    Category.CDN: "delivers files",
    Category.HOSTING: "hosting",
    Category.OTHER: "other",
}
_MEASURES: Mapping[str, str] = {
    "canvas": "a hidden drawing",
    "audio": "a silent sound",
    "webgl": "the graphics card",
    "fonts": "the fonts",
    "probing": "many details of the device",
}
_FIELDS: Mapping[FieldKind, str] = {
    FieldKind.EMAIL: "your email address",
    FieldKind.PASSWORD: "your password",
    FieldKind.NAME: "your name",
    FieldKind.PHONE: "your phone number",
    FieldKind.ADDRESS: "your address",
    FieldKind.CARD: "your card number",
    FieldKind.SEARCH: "what you search for",
    FieldKind.TEXT: "what you write",
}
_HASHES = frozenset({Encoding.MD5, Encoding.SHA1, Encoding.SHA256, Encoding.SHA512})


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list: what it is about, what is said of it, and what limits that."""

    name: str
    text: str
    note: str = ""


def rating_line(report: SiteReport) -> str:
    """Grade, whether a rule holds it there, score and how sure it is."""
    rating = report.rating
    if rating.grade is None:
        return "Not rated"
    bounds = {gate.at_most for gate in rating.gates} - {Grade.A}
    bounds |= {gate.at_least for gate in rating.gates} - {Grade.F}
    held = ", held there by one rule" if rating.grade in bounds else ""
    sure = percent(rating.confidence)
    return f"Grade {rating.grade}{held} · {rating.score} of 100 points · {sure} sure"


def about(report: SiteReport) -> str:
    """How the site was looked at, how often, and on which day, in one line."""
    details = report.details
    visits = "1 visit" if details.visits == 1 else f"{details.visits} visits"
    requests = "1 request" if details.requests == 1 else f"{details.requests} requests"
    looked = f"Looked at {_HOW[details.observer]}"
    return f"{looked} · {visits} · {requests} · {report.created_at:%Y-%m-%d}"


def open_line(report: SiteReport) -> str:
    """How much stays open, so that nobody takes it for safe; "" where nothing does."""
    undecided = sum(side_of(finding) is Side.UNDECIDED for finding in report.findings)
    if not undecided:
        return ""
    share = f"{undecided} of {len(report.findings)} questions stay open"
    if report.details.observer is Observer.SERVED:
        return f"No script ran, so {share}. Open is not the same as safe."
    return f"{share[:1].upper()}{share[1:]}. Open is not the same as safe."


def evidence_words(piece: Evidence) -> Fact | None:
    """One piece of evidence: its lead, the text of others, and what is known beside it.

    None for a kind that no site report has.
    """
    if isinstance(piece, TextSpan):
        return Fact("The policy says", f"“{visible(piece.quote)}”")
    if isinstance(piece, NetworkRequest):
        by = f"caused by {visible(piece.initiator)}" if piece.initiator else ""
        way = "Fetched" if piece.method == "GET" else "Sent"
        return Fact(visible(piece.what) or way, visible(piece.url), by)
    return None


def category_words(owner: OwnerTold) -> str:
    """What an owner's hosts are for."""
    return ", ".join(_CATEGORIES[category] for category in owner.categories) or "unknown"


def marks(owner: OwnerTold) -> str:
    """What else speaks against an owner."""
    told = (
        (owner.tracks, "follows you"),
        (owner.stores_identifier, "keeps an identifier"),
        (owner.before_consent, "before you chose"),
        (bool(owner.disguises), "under the site's own name"),
    )
    return ", ".join(mark for there, mark in told if there)


def owner_name(owner: OwnerTold) -> str:
    """The service, and the company behind it where that is another name."""
    name = visible(owner.name)
    other = owner.company and owner.company != owner.name
    return f"{name} ({visible(owner.company)})" if other else name


def lifetime(days: float | None) -> str:
    """How long a cookie stays."""
    if days is None:
        return "until the browser closes"
    if days < 1:
        return "less than a day"
    if days < 60:
        return "1 day" if round(days) == 1 else f"{round(days)} days"
    if days < 700:
        return f"{round(days / 30.4)} months"
    return f"{round(days / 365)} years"


def cookie_fact(cookie: CookieTold) -> Fact:
    """A cookie: its name, whose it is and how long it stays, whether it tells people apart."""
    whose = f"{visible(cookie.owner)}, {visible(cookie.domain)}, {lifetime(cookie.lifetime_days)}"
    return Fact(visible(cookie.name), whose, "can tell you apart" if cookie.identifier else "")


def fingerprint_fact(told: FingerprintTold) -> Fact:
    """A script that measured the device: whose, by what, and its address."""
    kinds = ", ".join(_MEASURES.get(kind, kind) for kind in told.kinds)
    return Fact(visible(told.owner), visible(kinds), visible(told.script))


def capture_fact(told: CaptureTold, titles: Mapping[str, str]) -> Fact:
    """Who takes in what somebody types or does, and how it left.

    Args:
        titles: Rule id → title.
    """
    what = visible(titles.get(told.kind, told.kind))
    parts = [what, _FIELDS[told.field] if told.field else "", _as_sent(told.encodings)]
    return Fact(visible(told.owner), ", ".join(filter(None, parts)), visible(told.url))


def _as_sent(encodings: Sequence[Encoding]) -> str:
    if _HASHES.intersection(encodings):
        return "scrambled, which still links you"
    return "readable" if encodings else ""


def transport_facts(details: SiteDetails) -> tuple[Fact, ...]:
    """How the page came; what nobody looked at is said to be open."""
    told = details.transport
    facts = [Fact("The page came encrypted", f"yes, {told.tls_version}".rstrip(", "))]
    if not told.https:
        facts = [Fact("The page came encrypted", "no")]
    else:
        facts.append(Fact("Its certificate was verified", _yes_no(told.certificate_valid)))
    facts.append(Fact("Links without https lead to encryption", _yes_no(told.upgrades)))
    if told.hsts_days is None:
        insists = NOT_FOUND_OUT
    else:
        insists = f"yes, for {told.hsts_days} days" if told.hsts_days else "no"
    facts.append(Fact("It tells browsers to insist on encryption", insists))
    unsafe = str(told.insecure_requests)
    if not told.insecure_requests:
        unsafe = "none seen" if Watched.REQUESTS in details.watched else NOT_FOUND_OUT
    facts.append(Fact("Parts that came without encryption", unsafe))
    return tuple(facts)


def _yes_no(told: bool | None) -> str:
    return NOT_FOUND_OUT if told is None else "yes" if told else "no"


def nothing_line(details: SiteDetails, needs: Watched) -> str:
    """What is said of a kind of which nothing is listed."""
    if needs in details.watched:
        return "None was seen."
    return "Not looked at, so nobody knows."


def change_lines(report: SiteReport) -> Iterator[str]:
    """What is other than in the last report of the same site; nothing where there is none."""
    changes = report.details.changes
    if changes is None:
        return
    titles = {finding.rule_id: finding.title for finding in report.findings}
    yield f"Grade {changes.grade_before or '–'} then, {report.rating.grade or '–'} now"
    for lead, names in (("New here", changes.new_owners), ("Gone", changes.gone_owners)):
        if names:
            yield f"{lead}: {visible(', '.join(names))}"
    for lead, rules in (("New", changes.new_practices), ("No more", changes.gone_practices)):
        yield from (f"{lead}: {visible(titles.get(rule, rule))}" for rule in rules)


def beside_facts(report: SiteReport) -> Iterator[Fact]:
    """What stands beside the rating: the policy's own, what got through, and others' formulas."""
    details = report.details
    if policy := details.policy:
        score = f"{policy.grade}, {policy.score} of 100" if policy.grade else "not rated"
        yield Fact("Its policy", score, visible(policy.source))
    browsed = details.as_browsed
    if browsed.blocked_requests:
        score = f"{browsed.grade}, {browsed.score} of 100" if browsed.grade else "not rated"
        count = browsed.blocked_requests
        blocked = "1 request was" if count == 1 else f"{count} requests were"
        yield Fact("With what was blocked left out", score, f"{blocked} blocked.")
    peers = details.peers
    duck, enhanced = peers.duckduckgo, peers.duckduckgo_enhanced
    score = f"{duck.grade} ({duck.score} points, fewer is better)"
    if enhanced.grade != duck.grade:
        score += f", {enhanced.grade} with what was blocked left out"
    yield Fact("DuckDuckGo's published formula", score, duck.note)
    if told := peers.observatory:
        score = f"{told.grade}, {told.score} points (more is better)"
        yield Fact("The HTTP Observatory's table", score, told.note)


def list_lines(details: SiteDetails) -> Iterator[str]:
    """The block lists that were asked."""
    for told in details.lists:
        age = "" if told.age_days is None else f", {told.age_days} days old"
        unasked = f"; {told.rules_unasked} were not asked" if told.rules_unasked else ""
        yield f"{visible(told.name)}: {told.rules} rules{age}{unasked}"
