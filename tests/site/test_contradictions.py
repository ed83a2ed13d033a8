"""What the policy says against what the page does, each kind with its honest twins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest

from assistant.knowledge import InvalidKnowledge
from assistant.policy.rulebook import policy_rules
from assistant.report import Evidence, Finding, Grade, NetworkRequest, Outcome, Severity, TextSpan
from assistant.site.against import kinds as kinds_module
from assistant.site.against.contradictions import Conflict, against_policy, policy_detections
from assistant.site.against.kinds import kinds
from assistant.site.against.passages import read_passages
from assistant.site.against.policy_said import PolicySaid
from assistant.site.against.wordings import Wordings
from assistant.site.detection import Detection
from assistant.site.rulebook import Unit, site_rules
from assistant.site.who.naming import OwnerNames
from tests.site.records import OWNERS

P, A, U = Outcome.PRESENT, Outcome.ABSENT, Outcome.UNDETERMINED
OPENING = "This notice tells what Brightlake does with what it learns about its visitors."
CLOSING = "Write to us with any question about it."
ADS = "site.ad-trackers"


def finding(rule_id: str, outcome: Outcome, evidence: Sequence[Evidence] = ()) -> Finding:
    return Finding(rule_id, rule_id, outcome, Severity.LOW, 0.9, "", "", tuple(evidence))


def said(
    *sentences: str,
    rules: Mapping[str, tuple[Outcome, str]] | None = None,
    **changes: object,
) -> PolicySaid:
    """A policy of these lines; each rule's quote is one of its sentences."""
    text = "\n".join([OPENING, *sentences, CLOSING])
    found = {"policy.says-last-update": finding("policy.says-last-update", A)}
    for rule, (outcome, quote) in (rules or {}).items():
        start = text.index(quote)
        found[rule] = finding(rule, outcome, [TextSpan(start, start + len(quote), quote)])
    plain = PolicySaid(
        name="shop.test",
        source="https://shop.test/privacy",
        text=text,
        language="en",
        whole=True,
        grade=Grade.B,
        score=80,
        confidence=0.9,
        findings=found,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def page(
    *present: str,
    unknown: Sequence[str] = (),
    units: Mapping[str, tuple[str, ...]] | None = None,
) -> Mapping[str, Detection]:
    """What a page does: everything that any kind asks about is absent but for these."""
    known = {rule for kind in (*kinds().contradicts, *kinds().undisclosed) for rule in kind.seen}
    found = {rule: Detection(A, 0.9) for rule in known | set(kinds().against_consent)}
    found |= {rule: Detection(U, 0.5) for rule in unknown}
    for rule in present:
        who = (units or {}).get(rule, ("Adline",))
        requests = tuple(
            NetworkRequest(f"https://{name.lower()}.test/{rule[5:]}", "GET") for name in who
        )
        found[rule] = Detection(P, 0.95, who, requests)
    return found


def outcomes(policy: PolicySaid | None, deeds: Mapping[str, Detection]) -> dict[str, Outcome]:
    conflicts = against_policy(policy, deeds)
    return {
        conflict.rule_id.removeprefix("site."): conflict.detection.outcome for conflict in conflicts
    }


def present(policy: PolicySaid | None, deeds: Mapping[str, Detection]) -> set[str]:
    return {name for name, outcome in outcomes(policy, deeds).items() if outcome is P}


def one(
    name: str, policy: PolicySaid | None, deeds: Mapping[str, Detection], **how: object
) -> Conflict:
    found = against_policy(policy, deeds, **how)  # type: ignore[arg-type]
    return next(c for c in found if c.rule_id == f"site.{name}")


class Case(NamedTuple):
    """A claim, the policy rule that finds it (none for our own wordings), and what breaks it."""

    kind: str
    claim: str
    deed: str
    rule: str = ""
    outcome: Outcome = P
    honest: str = ""
    admits: str = ""


CASES = [
    Case("no-sharing", "We never share your personal data with anybody.", ADS, "policy.no-sharing",
         admits="policy.shares-with-advertisers", honest="We share identifiers with advertisers."),
    Case("no-advertisers", "We do not share your data with advertisers.", ADS,
         "policy.shares-with-advertisers", A,
         admits="policy.third-party-trackers", honest="Advertising partners use cookies here."),
    Case("no-advertisers", "Our website does not work with ad networks.", ADS,
         admits="policy.third-party-trackers", honest="Advertising partners use cookies here."),
    Case("no-analytics", "We do not use Google Analytics.", "site.analytics", "policy.no-analytics",
         admits="policy.third-party-analytics", honest="We use Statly to measure our traffic."),
    Case("no-trackers", "No other company tracks you on this website.", "site.analytics",
         "policy.third-party-trackers", A,
         admits="policy.third-party-analytics", honest="We use Statly to measure our traffic."),
    Case("no-trackers", "This website does not contain any third-party trackers.", ADS,
         admits="policy.third-party-trackers", honest="Advertising partners use cookies here."),
    Case("no-third-party-cookies", "We do not use third-party cookies.",
         "site.third-party-identifiers", "policy.third-party-trackers", A),
    Case("no-third-party-cookies", "We only set our own cookies.", "site.third-party-identifiers",
         admits="policy.third-party-trackers", honest="Partners place cookies on your device."),
    Case("no-sale", "We do not sell your personal information.", "site.data-brokers",
         "policy.sells-data", A,
         admits="policy.shares-with-data-brokers", honest="We pass your data to data brokers."),
    Case("no-sale", "Data brokers get nothing from us.", "site.data-brokers",
         "policy.shares-with-data-brokers", A),
    Case("gpc", "We honour Global Privacy Control.", "site.ignores-gpc", "policy.honours-gpc"),
    Case("consent-first", "We only set analytics cookies with your consent.",
         "site.before-consent"),
    Case("consent-first", "Tracking cookies are only placed after you have agreed.",
         "site.before-consent"),
    Case("consent-first", "We will not use any non-essential cookies unless you have opted in.",
         "site.before-consent"),
    Case("consent-first",
         "Except for strictly necessary ones, we set cookies only with your consent.",
         "site.before-consent"),
    Case("reject", "You can reject all optional cookies in our banner.", "site.after-reject"),
    Case("reject", "If you decline, no tracking cookies will be set.", "site.after-reject"),
    Case("encryption", "All data is encrypted in transit.", "site.no-https"),
    Case("encryption", "Our website uses TLS.", "site.mixed-content"),
    Case("no-cross-site-tracking", "We do not track you across other websites.",
         "site.identifier-sharing", "policy.tracks-across-sites", A),
    Case("session-cookies", "We use only session cookies.", "site.third-party-identifiers"),
    Case("session-cookies", "All cookies are deleted when you close the browser.",
         "site.third-party-identifiers"),
    Case("no-cookies", "This website does not use cookies.", "site.third-party-identifiers"),
    Case("no-fingerprinting", "We do not use device fingerprinting.", "site.canvas-fingerprinting",
         "policy.fingerprinting", A),
    Case("no-recording", "We do not record your visits.", "site.session-replay",
         "policy.session-recording", A),
]  # fmt: skip


def policy_of(case: Case, *more: str, **changes: object) -> PolicySaid:
    rules = {case.rule: (case.outcome, case.claim)} if case.rule else {}
    return said(case.claim, *more, rules=rules, **changes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.claim[:30]}")
def test_a_promise_that_the_page_breaks_is_told_with_both_sides(case: Case) -> None:
    policy = policy_of(case)
    conflict = one(f"contradicts-{case.kind}", policy, page(case.deed))
    assert conflict.detection.outcome is P
    assert [span.quote for span in conflict.said] == [case.claim]
    assert all(policy.text[s.start : s.end] == s.quote for s in conflict.said)
    assert [request.url for request in conflict.seen] == [f"https://adline.test/{case.deed[5:]}"]
    assert conflict.detection.evidence == (*conflict.said, *conflict.seen)
    assert conflict.detection.units == ("Adline",)
    told = conflict.told
    assert (told.severity, told.said, told.seen) == (Severity.HIGH, conflict.said, conflict.seen)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.claim[:30]}")
def test_the_same_promise_on_a_page_that_keeps_it_is_no_contradiction(case: Case) -> None:
    conflict = one(f"contradicts-{case.kind}", policy_of(case), page())
    assert conflict.detection.outcome is A
    assert conflict.detection.evidence == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.claim[:30]}")
def test_a_page_that_does_the_same_under_a_policy_without_the_promise_breaks_none(
    case: Case,
) -> None:
    conflict = one(f"contradicts-{case.kind}", said("We like our visitors."), page(case.deed))
    assert conflict.detection.outcome is A


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.claim[:30]}")
def test_a_practice_that_could_not_be_seen_contradicts_nothing(case: Case) -> None:
    conflict = one(f"contradicts-{case.kind}", policy_of(case), page(unknown=[case.deed]))
    assert conflict.detection.outcome is U


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.admits], ids=lambda case: f"{case.kind}: {case.claim[:30]}"
)
def test_a_policy_that_says_both_is_undetermined(case: Case) -> None:
    rules = {case.admits: (P, case.honest)}
    if case.rule:
        rules[case.rule] = (case.outcome, case.claim)
    policy = said(case.claim, case.honest, rules=rules)
    conflict = one(f"contradicts-{case.kind}", policy, page(case.deed))
    assert conflict.detection.outcome is U


def test_every_kind_has_a_case_and_a_rule_of_the_agreed_weight() -> None:
    assert {f"site.contradicts-{case.kind}" for case in CASES} == {
        kind.rule for kind in kinds().contradicts
    }
    for prefix, points, severity in (
        ("site.contradicts-", -6, Severity.HIGH),
        ("site.undisclosed-", -3, Severity.MEDIUM),
    ):
        rules = [rule for rule_id, rule in site_rules().items() if rule_id.startswith(prefix)]
        listed = {kind.rule for kind in (*kinds().contradicts, *kinds().undisclosed)}
        assert {rule.id for rule in rules} == {name for name in listed if name.startswith(prefix)}
        assert all(rule.points == points and rule.severity is severity for rule in rules)
        assert all(rule.group == "policy" and rule.unit is Unit.PAGE for rule in rules)
        assert all(len(rule.title.split()) <= 8 for rule in rules)


def test_every_rule_that_a_kind_asks_about_exists() -> None:
    words = kinds()
    ours = {rule for kind in (*words.contradicts, *words.undisclosed) for rule in kind.seen}
    assert (ours | set(words.against_consent)) <= site_rules().keys()
    theirs = {way.rule for kind in words.contradicts for way in kind.rules}
    theirs |= {rule for kind in words.contradicts for rule in kind.admits}
    theirs |= {rule for kind in words.undisclosed for rule in kind.rules}
    theirs |= {rule for practice in words.policy for rule in practice.present}
    assert theirs <= policy_rules().keys()


@pytest.mark.parametrize(
    ("claim", "rule", "outcome", "deed"),
    [
        ("We do not sell your data.", "policy.sells-data", A, "site.analytics"),
        ("We do not share your email address with advertisers.",
         "policy.shares-with-advertisers", A, ADS),
        ("We do not sell the personal data of children.", "policy.sells-data", A,
         "site.data-brokers"),
        ("We never share your payment data with anyone.", "policy.no-sharing", P, ADS),
        ("We have not sold personal data in the last twelve months.", "policy.sells-data", A,
         "site.data-brokers"),
        ("Our app does not include any third-party trackers.", "policy.third-party-trackers", A,
         ADS),
        ("Our app does not use ad networks.", "", P, ADS),
        ("We share your data with nobody except our advertising partners.", "policy.no-sharing", P,
         ADS),
        ("We share your data only with our service providers.", "policy.no-sharing", P, ADS),
        ("Do we use only session cookies?", "", P, "site.third-party-identifiers"),
        ("We do not use cookies to find out who you are.", "", P, "site.third-party-identifiers"),
        ("You can reject cookies in the settings of your browser.", "", P, "site.after-reject"),
        ("You may not reject the cookies that we need.", "", P, "site.after-reject"),
        ("Your password is encrypted with TLS.", "", P, "site.no-https"),
        ("All data is encrypted at rest.", "", P, "site.no-https"),
        ("The connection is not encrypted.", "", P, "site.no-https"),
        ("Payments use TLS, and our website uses TLS at the checkout.", "", P, "site.no-https"),
        ("We plan to set analytics cookies only with your consent.", "", P, "site.before-consent"),
        ("You can disable some cookies in your account.", "", P, "site.after-reject"),
        ("You can disable cookies at any time.", "", P, "site.after-reject"),
        ("You can opt out of Google Analytics tracking.", "", P, "site.after-reject"),
        ("On our site we use [cookies](https://shop.test/cookies).", "", P, "site.no-https"),
        ("Session cookies only last for your visit.", "", P, "site.third-party-identifiers"),
        ("We never use third-party cookies unless we get your permission.", "", P,
         "site.third-party-identifiers"),
        ("Generally, we do not share data with third parties without your consent.", "", P,
         "site.before-consent"),
        ("We may send you letters only with your consent.", "", P, "site.before-consent"),
    ],
)  # fmt: skip
def test_a_narrower_claim_is_no_promise_about_the_page(
    claim: str, rule: str, outcome: Outcome, deed: str
) -> None:
    policy = said(claim, rules={rule: (outcome, claim)} if rule else {})
    assert not {name for name in present(policy, page(deed)) if name.startswith("contradicts")}


def test_a_promise_under_a_heading_about_children_or_an_app_is_about_those() -> None:
    claim = "We do not use third-party cookies."
    deeds = page("site.third-party-identifiers")
    for heading in ("Our mobile app", "Children under 13", "Payments at the checkout"):
        assert "contradicts-no-third-party-cookies" not in present(said(heading, claim), deeds)
    assert "contradicts-no-third-party-cookies" in present(said("Cookies", claim), deeds)


def test_a_promise_that_the_next_sentence_takes_back_is_none() -> None:
    deeds = page("site.third-party-identifiers")
    claim = "This website does not use cookies."
    back = f"{claim} However, our video player sets some."
    assert "contradicts-no-cookies" not in present(said(back), deeds)
    assert "contradicts-no-cookies" in present(said(f"{claim} We like it plain."), deeds)


@pytest.mark.parametrize("answer", ["site.before-consent", "site.after-reject"])
def test_a_denial_that_hangs_on_consent_is_broken_only_where_consent_was_not_heeded(
    answer: str,
) -> None:
    claim = "We will not share your personal data with advertisers without your consent."
    policy = said(claim, rules={"policy.shares-with-advertisers": (U, claim)})
    name = "contradicts-no-advertisers"
    assert outcomes(policy, page(ADS))[name] is A
    assert outcomes(policy, page(ADS, unknown=[answer]))[name] is U
    conflict = one(name, policy, page(ADS, answer))
    assert conflict.detection.outcome is P
    assert [request.url.rsplit("/", 1)[1] for request in conflict.seen] == [answer[5:], ADS[5:]]


def test_an_undetermined_policy_rule_without_consent_claims_nothing() -> None:
    claim = "We do not share your data with advertisers for gain."
    policy = said(claim, rules={"policy.shares-with-advertisers": (U, claim)})
    assert not present(policy, page(ADS, "site.before-consent"))


UNSAID = {
    "session-replay": ("site.session-replay", "We use heatmaps to see how our pages are used."),
    "fingerprinting": ("site.canvas-fingerprinting", "We recognise your device by its features."),
    "capture": ("site.capture-before-submit", "We read an entry even if you do not submit it."),
    "brokers": ("site.data-brokers", "Data partners of ours learn about your visit."),
    "advertising": (ADS, "Our pages carry advertising."),
}
PLAIN = "We use cookies and tools of third parties to make our forms better."


@pytest.mark.parametrize(("kind", "deed", "honest"), [(k, d, h) for k, (d, h) in UNSAID.items()])
def test_what_a_whole_policy_never_mentions_is_told_with_the_nearest_passage(
    kind: str, deed: str, honest: str
) -> None:
    name = f"undisclosed-{kind}"
    policy = said(PLAIN)
    conflict = one(name, policy, page(deed))
    assert conflict.detection.outcome is P
    assert [span.quote for span in conflict.said] == [PLAIN]
    assert all(policy.text[s.start : s.end] == s.quote for s in conflict.said)
    assert conflict.seen and conflict.told.severity is Severity.MEDIUM
    assert "comes closest" in site_rules()[f"site.{name}"].why

    assert outcomes(said(PLAIN, honest), page(deed))[name] is A
    assert outcomes(policy, page())[name] is A
    assert outcomes(policy, page(unknown=[deed]))[name] is U
    assert outcomes(said(PLAIN, "We work with Adline."), page(deed))[name] is A
    assert outcomes(said(PLAIN, whole=False), page(deed))[name] is U
    assert outcomes(said(PLAIN, language="de"), page(deed))[name] is U
    assert outcomes(said(PLAIN, findings={}), page(deed))[name] is U
    assert outcomes(None, page(deed))[name] is U


def test_a_rule_that_speaks_of_it_breaks_the_silence_whatever_it_says() -> None:
    hint = "Sessions may be looked at again."
    for outcome in (P, U):
        policy = said(PLAIN, hint, rules={"policy.session-recording": (outcome, hint)})
        assert outcomes(policy, page("site.session-replay"))["undisclosed-session-replay"] is A


def test_without_any_near_passage_the_first_sentence_stands_for_the_silence() -> None:
    conflict = one("undisclosed-session-replay", said("We like you."), page("site.session-replay"))
    assert [span.quote for span in conflict.said] == [OPENING]


def test_a_policy_that_points_to_an_unread_cookie_notice_is_not_silent() -> None:
    line = "More stands in our Cookie Policy."
    name, deeds = "undisclosed-session-replay", page("site.session-replay")
    assert outcomes(said(PLAIN, line), deeds)[name] is U
    assert outcomes(said(PLAIN, line, layers=("https://shop.test/cookies",)), deeds)[name] is P
    assert outcomes(said(PLAIN, line, "Cookie policy", "Some are ours."), deeds)[name] is P


def named(policy: PolicySaid, *owners: str) -> Conflict:
    def owner_of(url: str) -> str:
        return next(name for name in owners if name.lower() in url)

    return one(
        "undisclosed-owner",
        policy,
        page(ADS, units={ADS: owners}),
        names=OwnerNames(OWNERS.values()),
        owner_of=owner_of,
    )


LIST = "We use Chatter for support, Statly for statistics and Adline for advertising."


def test_an_advertiser_missing_from_the_named_recipients_is_told_alone() -> None:
    conflict = named(said(LIST), "Adline", "Bidwell")
    assert conflict.detection.outcome is P
    assert conflict.detection.units == ("Bidwell",)
    assert [request.url for request in conflict.seen] == ["https://bidwell.test/ad-trackers"]
    assert [span.quote for span in conflict.said] == [LIST]


def test_named_owners_open_lists_and_policies_without_names_are_no_gap() -> None:
    assert named(said(LIST), "Adline").detection.outcome is A
    assert named(said("We share data with advertisers."), "Bidwell").detection.outcome is A
    assert named(said("We use Chatter for support."), "Bidwell").detection.outcome is A
    open_list = "We use providers such as Chatter and Statly for our pages."
    assert named(said(open_list), "Bidwell").detection.outcome is U
    here = "We use Chatter and Statly; a list of our partners is available here."
    assert named(said(here), "Bidwell").detection.outcome is U
    assert one("undisclosed-owner", said(LIST), page(ADS)).detection.outcome is A
    without_table = page(ADS, units={ADS: ("Bidwell",)})
    assert one("undisclosed-owner", said(LIST), without_table).detection.outcome is U


def test_names_are_found_as_words_and_companies_stand_for_their_services() -> None:
    find = OwnerNames(OWNERS.values(), own="Shop")
    text = "Broker & Sons and Statly help. Shop assets. A chatter of birds. Replayer is ours."
    found = find(text)
    assert [text[p.start : p.end] for p in found] == ["Broker & Sons", "Statly", "Replayer"]
    assert found[1].names == {"Statly", "Tagman"}
    assert [place.sure for place in found] == [True, True, False]
    assert find("") == ()


def test_without_a_policy_only_what_the_page_does_not_do_is_settled() -> None:
    deeds = page(ADS, unknown=["site.session-replay"])
    found = outcomes(None, deeds)
    assert set(found) == {
        kind.rule.removeprefix("site.") for kind in (*kinds().contradicts, *kinds().undisclosed)
    }
    assert found["contradicts-no-sharing"] is U
    assert found["contradicts-no-recording"] is U
    assert found["contradicts-no-fingerprinting"] is A
    assert set(outcomes(None, {}).values()) == {U}
    assert set(outcomes(said(PLAIN, language="und"), page(*deeds)).values()) == {U}


def test_a_denial_counts_though_the_policy_was_cut_but_its_silence_does_not() -> None:
    claim = "We do not use device fingerprinting."
    rules = {"policy.fingerprinting": (A, claim)}
    deeds = page("site.canvas-fingerprinting")
    cut = said(claim, rules=rules, whole=False)
    assert outcomes(cut, deeds)["contradicts-no-fingerprinting"] is P
    assert outcomes(said(PLAIN, whole=False), deeds)["contradicts-no-fingerprinting"] is U


def test_a_quote_that_is_not_in_the_text_proves_nothing() -> None:
    claim = "We do not use device fingerprinting."
    policy = said(claim, rules={"policy.fingerprinting": (A, claim)})
    for start, end in ((0, 5), (-5, 3), (9, 9), (10**6, 10**6 + 5)):
        wrong = finding("policy.fingerprinting", A, [TextSpan(start, end, claim)])
        broken = replace(policy, findings={"policy.fingerprinting": wrong})
        assert not present(broken, page("site.canvas-fingerprinting")) - {
            "undisclosed-fingerprinting"
        }


def test_odd_texts_are_read_and_prove_nothing() -> None:
    for text in (
        "",
        "\n\n",
        "." * 5_000,
        "We only " * 20_000,
        "İ" * 500 + " cookies? \x00",
        "A. " * 9_000,
    ):
        policy = replace(said(PLAIN), text=text)
        assert not {n for n in present(policy, page(ADS)) if n.startswith("contradicts")}


def test_the_policy_itself_costs_with_its_own_quotes() -> None:
    sells, keeps = "We sell your data.", "We keep your data for good."
    dnt = "We ignore Do Not Track."
    policy = said(
        sells,
        keeps,
        dnt,
        rules={
            "policy.sells-data": (P, sells),
            "policy.keeps-data-indefinitely": (P, keeps),
            "policy.ignores-do-not-track": (P, dnt),
        },
    )
    found = policy_detections(policy)
    assert {rule: (d.outcome, [e.quote for e in d.evidence if isinstance(e, TextSpan)])
            for rule, d in found.items()} == {
        "site.policy-sells": (P, [sells]),
        "site.policy-keeps": (P, [keeps]),
        "site.policy-ignores-signals": (P, [dnt]),
    }  # fmt: skip
    points = {rule: site_rules()[rule].points for rule in found}
    assert list(points.values()) == [-8, -4, -2]


def test_a_policy_that_nobody_read_costs_nothing() -> None:
    assert {d.outcome for d in policy_detections(None).values()} == {U}
    assert {d.outcome for d in policy_detections(said(PLAIN, findings={})).values()} == {U}
    kind = kinds().policy[0]
    silent = {rule: finding(rule, A) for rule in kind.present}
    assert policy_detections(said(PLAIN, findings=silent))[kind.rule].outcome is A
    unsure = silent | {kind.present[0]: finding(kind.present[0], U)}
    assert policy_detections(said(PLAIN, findings=unsure))[kind.rule].outcome is U


def test_sentences_are_cut_where_they_end_with_exact_offsets() -> None:
    text = "Cookies\nWe use tools, e.g. Statly, here. “Why?” you ask. Nothing else\n- a list item."
    found = read_passages(text, {"e.g."})
    assert [text[p.start : p.end] for p in found] == [
        "Cookies", "We use tools, e.g. Statly, here.", "“Why?” you ask.", "Nothing else",
        "- a list item.",
    ]  # fmt: skip
    assert [p.heading for p in found] == [True, False, False, False, False]
    assert {p.context for p in found[1:]} == {"Cookies"}
    assert found[1].follows == '"Why?" you ask.'


def test_wordings_mean_what_they_say() -> None:
    wording = Wordings(["we <no> use ... big|large cookies? here $"], {"no": ["do not", "don't"]})
    assert wording.said_in("Indeed, we don't use those very big cookies here.")
    assert wording.said_in("WE DO NOT USE LARGE HERE, thanks")
    assert not wording.said_in("We do not use big cookies here and there.")
    assert not wording.said_in("We do not use a b c d e f g big cookies here.")
    for broken in ("", "we <nobody> use", "we ...", "we use it?"):
        with pytest.raises(ValueError, match=r"wording|list"):
            Wordings([broken], {})


def test_a_broken_knowledge_file_is_refused(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    original = (kinds_module.folder("site") / "contradictions.yaml").read_text("utf-8")
    monkeypatch.setattr(kinds_module, "folder", lambda room: tmp_path)
    for changed in (
        re.sub(r"<site_here>", "<nowhere>", original, count=1),
        original + "surprise: 1\n",
    ):
        (tmp_path / "contradictions.yaml").write_text(changed, "utf-8")
        with pytest.raises(InvalidKnowledge):
            kinds.__wrapped__()
