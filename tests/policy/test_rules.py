"""Every rule finds its own examples, and is silent on its near misses."""

from __future__ import annotations

import pytest

from assistant.language.protocols import DocumentType
from assistant.policy.describe import describe_data
from assistant.policy.detect import Detection, detect
from assistant.policy.match import Modality
from assistant.policy.reading import read
from assistant.policy.rulebook import PolicyRule, policy_rules
from assistant.report import Outcome
from tests.policy.texts import document

CASES = [
    pytest.param(rule, kind, text, id=f"{rule.id}-{kind}-{number}")
    for rule in policy_rules().values()
    for kind in ("present", "may", "absent", "unclear", "silent")
    for number, text in enumerate(getattr(rule.examples, kind))
]

EXPECTED = {"absent": Outcome.ABSENT, "unclear": Outcome.UNDETERMINED}


def answer(rule: PolicyRule, text: str) -> Detection | None:
    reading = read(document(text))
    label = describe_data(reading).label if rule.detect.label else ()
    found = detect(reading, (), DocumentType.OTHER, {rule.id: rule}, label=label)
    return found[0] if found else None


@pytest.mark.parametrize(("rule", "kind", "text"), CASES)
def test_example(rule: PolicyRule, kind: str, text: str) -> None:
    found = answer(rule, text)
    if kind == "silent":
        assert found is None
        return
    assert found is not None
    assert found.outcome is EXPECTED.get(kind, Outcome.PRESENT)
    if found.outcome is Outcome.PRESENT:
        assert (found.modality is Modality.STATED) is (kind == "present")
    assert found.evidence
