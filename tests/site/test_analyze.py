"""A whole report: what a site does moves its grade by the published points alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from assistant.knowledge import rating_scale
from assistant.report import Grade, Nature, NetworkRequest, Outcome, TextSpan
from assistant.site.against.policy_said import PolicySaid
from assistant.site.analyze import SiteAnalysis, Tables, analyze_site
from assistant.site.record.observation import (
    Channel,
    Consent,
    ConsentState,
    Encoding,
    FieldKind,
    Header,
    Leak,
    Observation,
    Request,
    ResourceType,
    ScriptCalls,
    SetCookie,
    Tls,
    Visit,
    Watched,
)
from assistant.site.record.reading import safe_observation
from assistant.site.rulebook import ROOM, site_rules
from tests.site.records import (
    AT,
    PAGE,
    StubLists,
    StubOwners,
    StubProxies,
    observation,
    request,
    served,
    shape,
    visit,
)
from tests.site.strategies import observations

GOOD = {
    "status": 200,
    "tls": Tls(valid=True, version="TLSv1.3"),
    "headers": (Header(name="strict-transport-security", value="max-age=63072000"),),
    "http_hops": ("http://shop.test/", "https://shop.test/"),
    "typed": True,
}
"""A page whose connection is as it should be, and whose fields were filled in."""
TABLES = Tables(
    owners=StubOwners(), proxies=StubProxies({}), lists=StubLists(()), cnames_known=True
)


def good_visit(*requests: Request, **more: object) -> Visit:
    return visit(*requests, **{**GOOD, **more})


def analyzed(
    record: Observation, *, said: PolicySaid | None = None, tables: Tables = TABLES
) -> SiteAnalysis:
    return analyze_site(safe_observation(record, now=AT), tables, said=said)


def present(analysis: SiteAnalysis) -> set[str]:
    return {
        f.rule_id
        for f in analysis.findings
        if f.outcome is Outcome.PRESENT and f.nature is not Nature.GOOD
    }


CLEAN = observation(
    good_visit(
        request(f"{PAGE}app.js"),
        request("https://cdn.test/font.woff2", ResourceType.FONT),
        request("https://shop-assets.test/logo.png", ResourceType.IMAGE),
    )
)


def test_a_site_with_nothing_wrong_gets_an_a() -> None:
    analysis = analyzed(CLEAN)
    assert (analysis.rating.grade, analysis.rating.score) == (Grade.A, 100)
    assert present(analysis) == set()
    assert analysis.rating.deductions == ()


AD = request("https://ads.test/tag.js")
PLANTED: Sequence[tuple[str, Visit, dict[str, int]]] = [
    ("an advertising owner", good_visit(AD), {"site.ad-trackers": 1}),
    (
        "two advertising owners",
        good_visit(AD, request("https://bids.test/b.js")),
        {"site.ad-trackers": 2},
    ),
    ("analytics", good_visit(request("https://stats.test/s.js")), {"site.analytics": 1}),
    ("a data broker", good_visit(request("https://broker.test/p.gif")), {"site.data-brokers": 1}),
    (
        "session replay",
        good_visit(request("https://replay.test/rec.js")),
        {"site.session-replay": 1},
    ),
    (
        "an identifier of a stranger",
        good_visit(
            request("https://unknown.test/p.gif", ResourceType.IMAGE),
            cookies=(
                SetCookie(
                    name="uid",
                    domain="unknown.test",
                    value=shape("b2"),
                    lifetime_s=400 * 86_400,
                    secure=True,
                    same_site="none",
                    url="https://unknown.test/p.gif",
                ),
            ),
        ),
        {"site.third-party-identifiers": 1},
    ),
    (
        "canvas fingerprinting",
        good_visit(
            request("https://cdn.test/fp.js"),
            calls=(
                ScriptCalls(
                    script="https://cdn.test/fp.js",
                    calls={
                        "CanvasRenderingContext2D.fillText": 2,
                        "HTMLCanvasElement.toDataURL": 1,
                    },
                    canvas_text=20,
                    canvas_pixels=4_000,
                ),
            ),
        ),
        {"site.canvas-fingerprinting": 1},
    ),
    (
        "capture before submit",
        good_visit(
            request("https://cdn.test/f.js"),
            leaks=(
                Leak(
                    field=FieldKind.EMAIL,
                    url="https://taker.test/c?e=",
                    channel=Channel.GET,
                    encodings=(Encoding.SHA256,),
                ),
            ),
        ),
        {"site.capture-before-submit": 1},
    ),
    (
        "mixed content",
        good_visit(request("http://shop.test/old.js")),
        {"site.mixed-content": 1},
    ),
    ("no HSTS", good_visit(headers=(Header(name="x", value="y"),)), {"site.no-hsts": 1}),
    (
        "a dialog that cannot be refused",
        good_visit(consent=(Consent(state=ConsentState.ASKED, reject_offered=False),)),
        {"site.no-reject": 1},
    ),
]


@pytest.mark.parametrize(
    ("planted", "expected"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED]
)
def test_each_planted_practice_costs_its_published_points(
    planted: Visit, expected: dict[str, int]
) -> None:
    rules = site_rules()
    priced = {rule for rule in present(analyzed(observation(planted))) if rules[rule].points}
    analysis = analyzed(observation(planted))
    assert priced == set(expected)
    assert {d.rule_id: d.points for d in analysis.rating.deductions} == {
        rule: rules[rule].points * times for rule, times in expected.items()
    }
    assert analysis.rating.score == 100 + sum(d.points for d in analysis.rating.deductions)


def test_a_group_takes_no_more_than_its_cap() -> None:
    many = [request(f"https://s{n}.test/t.js") for n in range(60)]
    tables = replace(TABLES, lists=StubLists([f"s{n}.test" for n in range(60)]))
    rating = analyzed(observation(good_visit(*many)), tables=tables).rating
    rules, caps = site_rules(), rating_scale(ROOM).group_caps
    taken = sum(d.points for d in rating.deductions if rules[d.rule_id].group == "tracking")
    assert taken == caps["tracking"]


def test_values_that_leave_before_submit_hold_the_grade_at_d() -> None:
    planted = next(visit for name, visit, _ in PLANTED if name == "capture before submit")
    rating = analyzed(observation(planted)).rating
    assert rating.score is not None
    assert rating.score > 75
    assert rating.grade is Grade.D


def test_a_page_without_https_is_held_at_d() -> None:
    page = replace(CLEAN.visits[0], url="http://shop.test/", requests=(), tls=None)
    assert analyzed(observation(page)).rating.grade is Grade.D


def test_tracking_after_a_refusal_holds_the_grade_at_c() -> None:
    refused = good_visit(AD, choice=ConsentState.REJECTED)
    rating = analyzed(observation(good_visit(), refused)).rating
    assert rating.grade in (Grade.C, Grade.D, Grade.F)
    assert "site.after-reject" in {gate.rule_id for gate in rating.gates}


def test_no_trackers_over_https_is_a_b_at_least() -> None:
    worn = good_visit(
        request("http://shop.test/old.js"),
        headers=(Header(name="referrer-policy", value="unsafe-url"),),
        consent=(Consent(state=ConsentState.ASKED, reject_offered=False, pay_or_consent=True),),
        http_hops=("http://shop.test/",),
        calls=(
            ScriptCalls(
                script=f"{PAGE}app.js",
                calls={"CanvasRenderingContext2D.fillText": 2, "HTMLCanvasElement.toDataURL": 1},
                canvas_text=20,
                canvas_pixels=4_000,
                fonts=80,
            ),
        ),
    )
    rating = analyzed(observation(worn)).rating
    assert rating.score is not None
    assert rating.score < 75
    assert rating.grade is Grade.B


def test_an_unknown_policy_moves_nothing_but_the_confidence() -> None:
    record = observation(good_visit(request("http://shop.test/old.js")))
    known = analyzed(record, said=said("We use your data to run the shop."))
    unknown = analyzed(record)
    assert unknown.rating.score == known.rating.score
    assert unknown.rating.grade == known.rating.grade
    assert unknown.rating.confidence < known.rating.confidence


def said(text: str) -> PolicySaid:
    """A policy read whole in which every rule was looked for and not found."""
    from assistant.policy.rulebook import policy_rules

    absent = {
        rule.id: rule.finding(Outcome.ABSENT, confidence=0.9) for rule in policy_rules().values()
    }
    return PolicySaid(
        name="shop.test",
        source="https://shop.test/privacy",
        text=text,
        language="en",
        whole=True,
        grade=Grade.B,
        score=80,
        confidence=0.9,
        findings=absent,
    )


def test_what_was_not_watched_is_undetermined_and_says_so() -> None:
    page = replace(CLEAN.visits[0], requests=(request(f"{PAGE}app.js"),))
    analysis = analyzed(served(page))
    outcomes = {f.rule_id: f.outcome for f in analysis.findings}
    for rule in ("site.ad-trackers", "site.canvas-fingerprinting", "site.capture-before-submit"):
        assert outcomes[rule] is Outcome.UNDETERMINED, rule
    assert (analysis.rating.grade, analysis.rating.score) == (None, None)
    assert "not looked at" in analysis.verdict.text


def test_what_was_seen_against_a_page_as_served_is_graded_all_the_same() -> None:
    page = replace(CLEAN.visits[0], requests=(AD, request("http://shop.test/old.js")))
    rating = analyzed(served(page)).rating
    assert rating.score == 100 - 3 - 4
    assert rating.confidence < analyzed(CLEAN).rating.confidence / 2


def test_a_page_without_any_code_is_seen_whole_as_served() -> None:
    page = replace(CLEAN.visits[0], requests=(request(f"{PAGE}logo.png", ResourceType.IMAGE),))
    assert analyzed(served(page)).rating.grade is Grade.A


@pytest.mark.parametrize("lost", [0, 3])
def test_nothing_seen_at_all_is_not_rated(lost: int) -> None:
    nothing = Observation(
        observer=CLEAN.observer, watched=(), visits=(visit(url="https://shop.test/"),), lost=lost
    )
    analysis = analyzed(nothing)
    assert analysis.rating.grade in (None, Grade.C) if lost else analysis.rating.grade is None
    assert present(analysis) <= {"site.not-all-read"}


def test_a_record_that_was_cut_is_never_called_good() -> None:
    read = replace(safe_observation(CLEAN, now=AT), cut=True)
    rating = analyze_site(read, TABLES, said=None).rating
    assert rating.grade is Grade.C
    assert rating.score == 100
    assert rating.confidence < analyzed(CLEAN).rating.confidence


def test_what_a_blocker_stopped_counts_for_the_site_but_not_as_browsed() -> None:
    analysis = analyzed(observation(good_visit(replace(AD, blocked=True)), blocker=True))
    assert analysis.rating.score == 97
    browsed = analysis.details.as_browsed
    assert (browsed.score, browsed.grade, browsed.blocked_requests) == (100, Grade.A, 1)


def test_a_contradiction_is_a_finding_with_evidence_on_both_sides() -> None:
    text = "We never share your data with advertisers. We keep orders for ten years."
    quote = text.split(". ", maxsplit=1)[0] + "."
    from assistant.policy.rulebook import policy_rules

    policy = said(text)
    denial = policy_rules()["policy.shares-with-advertisers"].finding(
        Outcome.ABSENT, confidence=0.9, evidence=(TextSpan(0, len(quote), quote),)
    )
    policy = replace(policy, findings={**policy.findings, denial.rule_id: denial})
    analysis = analyzed(observation(good_visit(AD)), said=policy)
    conflicts = {c.rule_id: c for c in analysis.details.contradictions}
    conflict = conflicts["site.contradicts-no-advertisers"]
    assert [s.quote for s in conflict.said if isinstance(s, TextSpan)] == [quote]
    assert [s.url for s in conflict.seen if isinstance(s, NetworkRequest)] == [AD.url]
    assert "site.contradicts-no-advertisers" in present(analysis)
    assert analysis.details.policy is not None
    assert analysis.details.policy.text == text


def test_the_peers_grade_the_same_observation() -> None:
    peers = analyzed(observation(good_visit(AD))).details.peers
    assert (peers.duckduckgo.grade, peers.duckduckgo.score) == ("B", 9)
    assert peers.observatory is not None
    assert peers.observatory.tests["strict-transport-security"][0] == 0
    assert peers.observatory.tests["content-security-policy"][0] == -25


@settings(max_examples=40, deadline=None)
@given(observations)
def test_every_report_keeps_its_promises(record: Observation) -> None:
    analysis = analyzed(record)
    for finding in analysis.findings:
        assert finding.outcome is not Outcome.PRESENT or finding.evidence
    assert all(statement.evidence for statement in analysis.summary)
    assert analysis == analyzed(record)
    rating = analysis.rating
    if rating.score is not None:
        total = 100 + sum(d.points for d in rating.deductions)
        assert rating.score == min(100, max(0, total))
    assert all(d.points < 0 for d in rating.deductions)


@settings(max_examples=40, deadline=None)
@given(observations)
def test_taking_the_last_request_away_never_costs_points(record: Observation) -> None:
    first = record.visits[0]
    less = replace(
        record, visits=(replace(first, requests=first.requests[:-1]), *record.visits[1:])
    )
    before, after = analyzed(record).rating.score, analyzed(less).rating.score
    if before is not None and after is not None:
        assert after >= before


def test_all_kinds_are_watched_in_the_clean_record() -> None:
    assert set(CLEAN.watched) == set(Watched)
