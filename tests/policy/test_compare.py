"""Versions compared: real changes are told with their passages, cosmetic ones are silent."""

from __future__ import annotations

import pytest

from assistant.knowledge import rating_scale
from assistant.language.protocols import DocumentType
from assistant.policy.changes import Changes, PassageChangeKind, Standing
from assistant.policy.compare import Version, compare
from assistant.policy.describe import describe_data
from assistant.policy.details import PolicyDetails
from assistant.policy.detect import detect
from assistant.policy.reading import read
from assistant.policy.rulebook import policy_rules
from assistant.rating import rate
from tests.policy.texts import document

OLD = """
# Privacy policy
Last updated on January 1, 2023.
We collect your name and your email address when you open an account.
We do not sell your personal information to anyone.
# How long
We keep your personal information for 30 days after you close your account.
You can write to us when you have a question about this policy.
"""


def version(text: str) -> Version:
    made = document(text)
    reading = read(made)
    findings = tuple(d.finding for d in detect(reading))
    details = PolicyDetails(
        text=made.text,
        title="",
        document_type=DocumentType.PRIVACY_POLICY,
        document_type_confidence=0.9,
        language="en",
        words=len(made.text.split()),
        reading_minutes=1,
        blocks=made.blocks,
        data_types=describe_data(reading, (), ()).data_types,
    )
    rating = rate(findings, policy_rules(), rating_scale("policy"), certainty=1)
    return Version(details, findings, rating)


def changes(old: str, new: str) -> Changes:
    return compare(version(old), version(new))


@pytest.mark.parametrize(
    "twin",
    [
        OLD,
        OLD.replace("January 1, 2023", "5 March 2031"),
        OLD.replace("Last updated on January 1, 2023.", "Last updated on 2031-03-05."),
        OLD.replace("name and your email", "name, and your email"),
        OLD.replace("anyone.", "anyone!"),
        OLD.replace("personal", "Personal"),
        "# Home\nHelp and contact\n" + OLD + "Back to top\n",
        OLD.replace("account.\nWe do not sell", "account; we do not sell"),
        "\n".join([*OLD.splitlines()[5:], *OLD.splitlines()[:5]]),
        OLD.replace("# How long\n", ""),
    ],
    ids=[
        "same",
        "date",
        "another form of date",
        "comma",
        "another mark",
        "case",
        "navigation",
        "sentences joined",
        "order",
        "a heading less",
    ],
)
def test_a_cosmetic_twin_is_silent(twin: str) -> None:
    found = changes(OLD, twin)
    assert not found.material
    assert (found.sentences, found.passages, found.rules, found.data_types) == ((), (), (), ())


def test_a_lost_promise_is_told_with_the_passage_that_is_gone() -> None:
    new = OLD.replace("We do not sell your personal information to anyone.\n", "")
    found = changes(OLD, new)
    (rule,) = found.rules
    assert (rule.rule_id, rule.before, rule.after) == (
        "policy.sells-data",
        Standing.DENIED,
        Standing.SILENT,
    )
    assert rule.evidence_before[0].quote == "We do not sell your personal information to anyone."
    assert found.sentences[0].startswith("A promise is gone")
    (passage,) = found.passages
    assert passage.kind is PassageChangeKind.REMOVED
    assert passage.before is not None
    assert found.old_text[passage.before.start : passage.before.end] == passage.before.quote


def test_a_new_harm_is_told_first_with_both_grades() -> None:
    new = OLD.replace("We do not sell", "We sell").replace(" to anyone", " to list brokers")
    found = changes(OLD, new)
    assert found.grade_before != found.grade_after
    assert found.sentences[0].startswith("The grade goes from")
    assert "New against you: Sells your data." in found.sentences
    (passage,) = found.passages
    assert passage.kind is PassageChangeKind.REWORDED


def test_a_number_is_no_date() -> None:
    found = changes(OLD, OLD.replace("30 days", "300 days"))
    (passage,) = found.passages
    assert passage.after is not None
    assert "300 days" in passage.after.quote


def test_a_denial_that_loses_its_not_is_a_change() -> None:
    """The words that stay are all in the old text, and still it says the opposite."""
    found = changes(OLD, OLD.replace("We do not sell", "We sell"))
    assert found.material


def test_new_data_are_told_by_kind() -> None:
    new = OLD.replace("your name and your email address", "your name and your fingerprints")
    told = {(d.name, d.action.value, d.gained) for d in changes(OLD, new).data_types}
    assert told == {
        ("Biometrics (face, fingerprint, voice)", "collected", True),
        ("E-mail address", "collected", False),
    }


def test_a_document_that_is_new_all_over_is_told_without_end() -> None:
    lines = [f"We send letter number {n} to the people of street {n}." for n in range(30)]
    found = changes(OLD, OLD + "\n".join(lines))
    assert len(found.passages) == 30
    assert found.sentences[-1] == "And 22 more passages."
