"""Invented policies read by the real policy room, held against invented pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.policy.analyze import analyze_policy
from assistant.policy.details import PolicyDetails
from assistant.policy.document import Document
from assistant.policy.embedded import embedded_models
from assistant.policy.extract import extract
from assistant.report import Kind, Outcome, Report, Subject, TextSpan, Versions
from assistant.said import said_of
from assistant.site.against.contradictions import against_policy, policy_detections
from assistant.site.against.policy_said import PolicySaid
from tests.site.test_contradictions import ADS, outcomes, page, present

OPENING = """<h1>Privacy policy</h1>
<p>This privacy policy explains how Brightlake Ltd ("we", "us") collects and uses the personal
data of people who visit our website. We collect your name and your email address when you write
to us, and our server records your IP address and the time of your visit.</p>
<h2>Why we collect it</h2>
<p>We use this information to answer your letters, to keep our website running and to find
faults. Our legal basis is our legitimate interest in running this website.</p>"""
CLOSING = """<h2>Your rights</h2>
<p>You can ask us to show, correct or delete your personal data. Write to privacy@brightlake.test.
You can complain to your data protection authority. We keep letters for one year.</p>
<p>This policy was last updated on 3 March 2026.</p>"""


def read(heading: str, words: str) -> PolicySaid:
    html = f"{OPENING}<h2>{heading}</h2><p>{words}</p>{CLOSING}"
    document = extract(html.encode(), media_type="text/html", max_chars=100_000)
    return said_of(report_on(document), "r1")


def report_on(document: Document) -> Report[PolicyDetails]:
    analysis = analyze_policy(document, embedded_models())
    return Report(
        kind=Kind.POLICY,
        subject=Subject("shop.test", "https://shop.test/privacy", ""),
        created_at=datetime(2026, 11, 27, tzinfo=UTC),
        verdict=analysis.verdict,
        rating=analysis.rating,
        details=analysis.details,
        versions=Versions("", {}, ""),
        summary=analysis.summary,
        findings=analysis.findings,
        unchecked=analysis.unchecked,
    )


PROMISES = [
    ("no-sharing", ADS, "We do not share your personal information with third parties."),
    ("no-advertisers", ADS, "We do not share your personal information with advertisers."),
    ("no-analytics", "site.analytics", "We do not use Google Analytics."),
    ("no-third-party-cookies", "site.third-party-identifiers",
     "We do not use third-party cookies."),
    ("no-sale", "site.data-brokers", "We never sell your personal data."),
    ("gpc", "site.ignores-gpc", "We honor Global Privacy Control signals."),
    ("consent-first", "site.before-consent", "We only use analytics cookies with your consent."),
    ("encryption", "site.no-https", "All data between you and our website is encrypted with TLS."),
    ("no-cross-site-tracking", "site.identifier-sharing",
     "We do not track you across other websites."),
    ("no-fingerprinting", "site.canvas-fingerprinting", "We do not use device fingerprinting."),
    ("no-recording", "site.session-replay", "We do not use session recording."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "deed", "claim"), PROMISES, ids=[p[0] for p in PROMISES])
def test_a_promise_that_the_policy_room_reads_is_held_against_the_page(
    kind: str, deed: str, claim: str
) -> None:
    policy = read("What we promise", claim)
    name = f"contradicts-{kind}"
    assert policy.whole
    assert name in present(policy, page(deed))
    assert outcomes(policy, page())[name] is Outcome.ABSENT
    conflict = next(c for c in against_policy(policy, page(deed)) if c.rule_id == f"site.{name}")
    assert all(policy.text[s.start : s.end] == s.quote for s in conflict.said)
    assert any(span.quote in claim or claim in span.quote for span in conflict.said)


HONEST = [
    (ADS, "We share your personal information with advertisers, who use cookies on our website."),
    ("site.analytics", "We use Google Analytics to measure how our website is used."),
    ("site.data-brokers", "We share your personal information with data brokers."),
    ("site.session-replay", "We use session replay software that records your mouse movements."),
    ("site.canvas-fingerprinting", "We use device fingerprinting to recognise returning visitors."),
    (ADS, "We do not share your email address with advertisers. We show ads of ad networks."),
]


@pytest.mark.parametrize(("deed", "words"), HONEST, ids=[h[1][:30] for h in HONEST])
def test_a_policy_that_says_what_the_page_does_is_not_contradicted(deed: str, words: str) -> None:
    assert present(read("Who else gets data", words), page(deed)) == set()


def test_a_whole_policy_that_never_speaks_of_recording_is_told_so() -> None:
    policy = read("Cookies", "We use cookies that keep you signed in.")
    assert present(policy, page("site.session-replay")) == {"undisclosed-session-replay"}
    assert present(policy, page("site.capture-before-submit")) == {"undisclosed-capture"}


def test_a_policy_that_sells_costs_with_its_own_words() -> None:
    policy = read("Sale", "We sell personal information about our visitors to partner companies.")
    found = policy_detections(policy)["site.policy-sells"]
    assert found.outcome is Outcome.PRESENT
    quote = found.evidence[0]
    assert isinstance(quote, TextSpan) and "We sell personal information" in quote.quote
    assert (
        policy_detections(read("Thanks", "We thank you for your visit."))[
            "site.policy-sells"
        ].outcome
        is not Outcome.PRESENT
    )


def test_a_text_in_another_language_or_that_is_no_policy_decides_nothing() -> None:
    german = (
        "<p>Diese Datenschutzerklärung beschreibt, welche personenbezogenen Daten wir erheben, "
        "wenn Sie unsere Website besuchen. Wir geben Ihre Daten nicht an Dritte weiter. "
        * 6
        + "</p>"
    )
    for html in (german, "<p>We do not use third-party cookies.</p>"):
        policy = said_of(
            report_on(extract(html.encode(), media_type="text/html", max_chars=100_000))
        )
        assert not policy.whole
        assert not present(policy, page("site.third-party-identifiers", "site.session-replay", ADS))
