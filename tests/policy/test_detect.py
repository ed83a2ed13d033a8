"""Matches become one answer a rule, with evidence that is word for word in the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.knowledge import Nature
from assistant.language.protocols import DocumentType
from assistant.policy.details import Practice, PracticeSegment
from assistant.policy.detect import MAX_EVIDENCE, Detection, detect
from assistant.policy.document import Block, BlockKind, Document
from assistant.policy.evidence import LONGEST_QUOTE
from assistant.policy.match import Modality
from assistant.policy.reading import read
from assistant.policy.rulebook import policy_rules
from assistant.report import Outcome
from tests.policy.texts import document

RULES = policy_rules()
LINES = sorted(
    {
        line
        for rule in RULES.values()
        for text in (*rule.examples.present, *rule.examples.absent, *rule.examples.silent)
        for line in text.splitlines()
        if not line.strip().startswith(("-", "#")) and not line.rstrip().endswith(":")
    }
)
SELLS = "policy.sells-data"


def answers(
    text: str, document_type: DocumentType = DocumentType.PRIVACY_POLICY
) -> dict[str, Detection]:
    return {a.rule.id: a for a in detect(read(document(text)), (), document_type)}


def test_a_harm_that_is_both_denied_and_stated_is_present() -> None:
    found = answers("We do not sell your data.\nWe sell your contact details to partners.")[SELLS]
    assert (found.outcome, found.modality) == (Outcome.PRESENT, Modality.STATED)
    assert [span.quote for span in found.evidence] == ["We sell your contact details to partners."]


def test_a_denial_next_to_what_the_law_calls_a_sale_is_a_possible_sale() -> None:
    found = answers(
        "We do not sell your data for money. Our sharing of identifiers with ad partners may be "
        'considered a "sale" under California law.'
    )[SELLS]
    assert (found.outcome, found.modality) == (Outcome.PRESENT, Modality.MAY)
    assert found.says == found.rule.says_may


def test_a_hint_gives_way_to_a_promise() -> None:
    changes = "policy.changes-without-notice"
    hint = "We may change this policy at any time."
    promise = "We will email you before we change this policy."
    assert answers(hint)[changes].outcome is Outcome.PRESENT
    assert answers(f"{hint}\n{promise}")[changes].outcome is Outcome.ABSENT


def test_the_firmest_words_stand_first() -> None:
    found = answers("We may sell your personal data.\nWe sell your personal data.")[SELLS]
    assert found.modality is Modality.STATED
    assert found.evidence[0].quote == "We sell your personal data."


def test_evidence_is_limited() -> None:
    found = answers("\n".join(f"We sell your data to company {n}." for n in range(9)))[SELLS]
    assert len(found.evidence) == MAX_EVIDENCE


def test_silence_is_absence_only_where_the_document_should_have_said_it() -> None:
    policy, terms = "We like tea.", DocumentType.TERMS
    assert answers(policy)["policy.account-deletion"].outcome is Outcome.ABSENT
    assert "policy.forced-arbitration" not in answers(policy)
    assert answers(policy, terms)["policy.forced-arbitration"].outcome is Outcome.ABSENT
    assert "policy.account-deletion" not in answers(policy, terms)
    clause = "All disputes are settled by binding arbitration."
    assert answers(clause)["policy.forced-arbitration"].outcome is Outcome.PRESENT


def test_silence_about_a_harm_is_not_told_as_a_denial() -> None:
    silent, denied = answers("We like tea.")[SELLS], answers("We do not sell your data.")[SELLS]
    assert (silent.outcome, silent.evidence, silent.says) == (Outcome.ABSENT, (), "")
    assert silent.finding.title == silent.rule.title
    assert denied.finding.title == denied.rule.absent_title
    assert denied.says == denied.rule.says_absent
    assert denied.confidence > silent.confidence


def test_good_news_needs_more_than_what_speaks_against_it() -> None:
    gpc = "policy.honours-gpc"
    assert answers("We honor Global Privacy Control signals.")[gpc].outcome is Outcome.PRESENT
    assert answers("We do not honor Global Privacy Control signals.")[gpc].outcome is Outcome.ABSENT
    assert gpc not in answers("We like tea.")


def test_practices_that_do_not_fit_lower_the_confidence_and_never_veto() -> None:
    text = "We sell your personal data."
    fits, not_fit = (
        (PracticeSegment(0, len(text), "", (Practice(label, 0.95),)),)
        for label in ("Third Party Sharing/Collection", "Data Security")
    )
    sure, unsure = (
        next(a for a in detect(read(document(text)), s) if a.rule.id == SELLS)
        for s in (fits, not_fit)
    )
    assert unsure.outcome is sure.outcome is Outcome.PRESENT
    assert 0.6 < unsure.confidence < sure.confidence < 1


def test_a_long_sentence_is_quoted_around_the_match() -> None:
    filler = " and ".join(["we also like very long sentences about tea"] * 40)
    text = f"{filler}, but we sell your personal data, and {filler}."
    (span,) = answers(text)[SELLS].evidence
    assert "sell your personal data" in span.quote
    assert len(span.quote) <= LONGEST_QUOTE
    assert text[span.start : span.end] == span.quote


def test_an_item_far_from_its_lead_in_is_quoted_with_it() -> None:
    text = "We share your data with:\n- banks\n- couriers\n- advertisers"
    spans = answers(text)["policy.shares-with-advertisers"].evidence
    assert [span.quote for span in spans] == ["We share your data with:", "advertisers"]


@pytest.mark.parametrize("text", ["", "\n", "!!", "\u200b\u200b", "sell " * 20_000])
def test_nothing_is_made_out_of_nothing(text: str) -> None:
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    found = detect(read(Document(text, (block,))))
    assert not any(answer.outcome is Outcome.PRESENT for answer in found)


@pytest.mark.timeout(30)
def test_a_sentence_that_never_ends_takes_no_more_time_a_word_than_others() -> None:
    text = "we may sell your personal data, or share it with advertisers, " * 6_000
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    found = {a.rule.id: a for a in detect(read(Document(text, (block,))))}
    assert found[SELLS].outcome is Outcome.PRESENT


def test_a_document_without_blocks_has_no_findings_that_are_present() -> None:
    assert not any(a.outcome is Outcome.PRESENT for a in detect(read(Document("We sell.", ()))))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=8))
def test_every_quote_is_word_for_word_in_the_text(lines: list[str]) -> None:
    built = document("\n".join(lines))
    for answer in detect(read(built)):
        assert (answer.outcome is not Outcome.PRESENT) or answer.evidence
        assert 0 < answer.confidence <= 1
        for span in answer.evidence:
            assert built.text[span.start : span.end] == span.quote
            assert span.quote == span.quote.strip()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6, unique=True), st.data())
def test_taking_away_evidence_of_a_harm_makes_no_harm_appear(
    lines: list[str], data: st.DataObject
) -> None:
    def harms(kept: list[str]) -> set[str]:
        return {
            name
            for name, answer in answers("\n".join(kept)).items()
            if answer.rule.nature is Nature.HARM and answer.outcome is Outcome.PRESENT
        }

    proving = [line for line in lines if harms([line])]
    if proving:
        gone = data.draw(st.sampled_from(proving))
        assert harms([line for line in lines if line != gone]) <= harms(lines)
