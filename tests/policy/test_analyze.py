"""The policy job whole: what a report promises, on texts made of the rules' own examples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.knowledge import Nature, rating_scale
from assistant.language.protocols import DocumentType, LanguageGuess, TypeGuess
from assistant.policy import clauses, transparency
from assistant.policy.analyze import PolicyAnalysis, PolicyModels, analyze_policy
from assistant.policy.document import Document
from assistant.policy.embedded import embedded_models
from assistant.policy.extract import extract
from assistant.policy.rulebook import policy_rules, tosdr_cases
from assistant.policy.sentences import practice_names
from assistant.rating import grade_of
from assistant.report import Outcome, TextSpan
from tests.policy.stubs import (
    StubClassifier,
    StubEncoder,
    StubReader,
    StubSentences,
    StubTagger,
)

LABELS = tuple(name.label for name in practice_names())
CASES = tuple(case for names in tosdr_cases().values() for case in names)
FILLER = [
    f"Chapter {n} tells how we run this service, with whom we work, and what that means for the "
    "people who visit our pages and read our letters."
    for n in range(6)
]
EXAMPLES = sorted(
    chain.from_iterable(
        chain(rule.examples.present, rule.examples.may, rule.examples.absent, rule.examples.silent)
        for rule in policy_rules().values()
    )
)


@dataclass(frozen=True)
class FixedType:
    guess: TypeGuess

    def classify(self, text: str) -> TypeGuess:
        return self.guess


@dataclass(frozen=True)
class FixedLanguage:
    code: str

    def detect(self, text: str) -> LanguageGuess:
        return LanguageGuess(self.code, 0.9)


def models(
    kind: DocumentType = DocumentType.PRIVACY_POLICY, code: str = "en", confidence: float = 0.9
) -> PolicyModels:
    """Models that say what the test wants, with their real protocols."""
    return PolicyModels(
        language=FixedLanguage(code),
        document_type=FixedType(TypeGuess(kind, confidence)),
        encoder=StubEncoder(),
        practices=StubClassifier(LABELS, otherwise=0.2),
        tagger=StubTagger(),
        transparency=StubClassifier(
            sorted(transparency.LABELS), {"sell": {"Data Recipients": 0.9}}
        ),
        clauses=StubClassifier(sorted(clauses.LABELS), {"arbitration": {"a": 0.8}}),
        other_clauses=lambda code: StubSentences(sorted(clauses.LABELS), {code: {"ltd": 0.9}}),
        cases=StubClassifier(CASES),
        questions=StubReader({"sell": 0.9}, answered=0.9),
    )


def document(*paragraphs: str) -> Document:
    text = "\n\n".join([*FILLER, *paragraphs])
    return extract(text.encode(), media_type="text/plain", max_chars=10**6)


def analyse(*paragraphs: str, **kind: object) -> PolicyAnalysis:
    return analyze_policy(document(*paragraphs), models(**kind))  # type: ignore[arg-type]


def outcome(analysis: PolicyAnalysis, rule_id: str) -> Outcome | None:
    return next((f.outcome for f in analysis.findings if f.rule_id == rule_id), None)


def check_promises(analysis: PolicyAnalysis) -> None:
    """What holds for every report with a grade."""
    text = analysis.details.text
    pieces = [e for f in analysis.findings for e in f.evidence]
    pieces += [e for s in analysis.summary for e in s.evidence]
    pieces += [e for item in analysis.details.transparency for e in item.evidence]
    pieces += [clause.span for clause in analysis.details.clauses]
    for piece in pieces:
        assert isinstance(piece, TextSpan)
        assert text[piece.start : piece.end] == piece.quote != ""
    for finding in analysis.findings:
        assert finding.evidence or finding.outcome is not Outcome.PRESENT
    for item in analysis.details.transparency:
        assert bool(item.evidence) is (item.outcome is not Outcome.ABSENT)
    rating = analysis.rating
    assert rating.score == min(100, max(0, 100 + sum(d.points for d in rating.deductions)))
    assert all(d.points < 0 for d in rating.deductions)
    assert rating.grade is grade_of(rating.score, rating_scale("policy"))
    assert len(analysis.summary) <= 8
    titles = {rule.title for rule in policy_rules().values()}
    for statement in analysis.summary:
        assert statement.text not in titles
        assert statement.text not in text


def test_a_harm_is_found_told_and_priced() -> None:
    analysis = analyse("We sell personal information about our visitors to partner companies.")
    check_promises(analysis)
    assert outcome(analysis, "policy.sells-data") is Outcome.PRESENT
    assert analysis.verdict.rule_ids == ("policy.sells-data",)
    assert "policy.sells-data" in {d.rule_id for d in analysis.rating.deductions}
    assert "sells information about you" in analysis.details.paragraph


def test_a_denial_is_no_sale() -> None:
    analysis = analyse("We do not sell your personal information.")
    check_promises(analysis)
    assert outcome(analysis, "policy.sells-data") is Outcome.ABSENT
    assert analysis.verdict.rule_ids != ("policy.sells-data",)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"kind": DocumentType.OTHER}, "not a privacy policy"),
        ({"code": "de"}, "not in English"),
        ({"code": "und"}, "could not be told"),
    ],
)
def test_what_is_not_read_gets_no_grade_and_a_reason(kind: dict[str, object], said: str) -> None:
    analysis = analyse("We sell your personal information.", **kind)
    assert (analysis.rating.grade, analysis.rating.score) == (None, None)
    assert analysis.summary == ()
    assert analysis.findings == ()
    assert said in analysis.verdict.text
    assert analysis.unchecked


def test_a_few_words_are_not_rated() -> None:
    analysis = analyze_policy(Document("We sell your data.", ()), models())
    assert analysis.rating.grade is None
    assert "too little text" in analysis.verdict.text


def test_a_cookie_notice_is_read_and_not_rated() -> None:
    analysis = analyse("We sell your personal information.", kind=DocumentType.COOKIES)
    assert analysis.rating.grade is None
    assert outcome(analysis, "policy.sells-data") is Outcome.PRESENT
    assert any("cookie notice" in gap.why for gap in analysis.unchecked)


def test_an_unsure_type_lowers_confidence_and_not_the_score() -> None:
    sure, unsure = analyse(confidence=0.95), analyse(confidence=0.4)
    assert unsure.rating.score == sure.rating.score
    assert unsure.rating.confidence < sure.rating.confidence
    assert any("reads only partly like one" in gap.why for gap in unsure.unchecked)


def test_a_privacy_policy_is_read_for_what_the_law_asks_and_for_no_clauses() -> None:
    analysis = analyse("We sell your data.", "Disputes go to arbitration.")
    check_promises(analysis)
    items = {item.id: item for item in analysis.details.transparency}
    assert len(items) == 21
    assert items["recipients"].outcome is Outcome.PRESENT
    assert items["retention"].outcome is Outcome.ABSENT
    assert analysis.details.clauses == ()


def test_terms_are_read_for_clauses_and_not_for_what_the_law_asks() -> None:
    analysis = analyse("We sell your data.", "Disputes go to arbitration.", kind=DocumentType.TERMS)
    check_promises(analysis)
    assert [clause.kind for clause in analysis.details.clauses] == ["arbitration"]
    assert analysis.details.transparency == ()


def test_a_cookie_notice_is_read_for_neither() -> None:
    analysis = analyse("Disputes go to arbitration.", kind=DocumentType.COOKIES)
    assert (analysis.details.transparency, analysis.details.clauses) == ((), ())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(EXAMPLES), max_size=8))
def test_any_mixture_of_sentences_keeps_the_promises(chosen: list[str]) -> None:
    first = analyse(*chosen)
    check_promises(first)
    assert analyse(*chosen) == first


HARMS = [
    (rule.id, example)
    for rule in policy_rules().values()
    if rule.nature is Nature.HARM
    for example in (*rule.examples.present, *rule.examples.may)
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(EXAMPLES), max_size=5), st.sampled_from(HARMS), st.data())
def test_taking_away_the_evidence_of_a_harm_never_raises_its_risk(
    others: list[str], harm: tuple[str, str], data: st.DataObject
) -> None:
    rule_id, evidence = harm
    place = data.draw(st.integers(0, len(others)))
    whole = analyse(*others[:place], evidence, *others[place:])
    rest = analyse(*others)
    charged = {d.rule_id for d in whole.rating.deductions}
    if rule_id in {d.rule_id for d in rest.rating.deductions}:
        assert rule_id in charged or outcome(whole, rule_id) is Outcome.PRESENT


@pytest.mark.parametrize(
    "run",
    ["(" * 200_000, "a" * 400_000, "a." * 150_000, "a@" * 150_000, "1 " * 150_000, "www." * 90_000],
    ids=lambda run: run[:4],
)
def test_text_that_is_no_language_is_read_without_end(run: str) -> None:
    check_promises(analyse("We sell your personal information.", run))


@pytest.mark.slow
def test_the_embedded_models_read_a_policy_end_to_end() -> None:
    sentences = [e for rule in policy_rules().values() for e in rule.examples.present[:1]]
    analysis = analyze_policy(document("# Privacy policy", *sentences), embedded_models())
    check_promises(analysis)
    assert analysis.details.language == "en"
    assert any(segment.practices for segment in analysis.details.segments)
    assert any(item.outcome is Outcome.PRESENT for item in analysis.details.transparency)
