"""The invented reports have the shape that the service sends, so what they show holds for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from assistant.policy.details import PolicyDetails
from assistant.report import Report, TextSpan
from tests.browser.stage import FIXTURES


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_a_fixture_is_a_report(path: Path) -> None:
    report = TypeAdapter(Report[PolicyDetails]).validate_json(path.read_bytes())
    spans = [e for part in (*report.summary, *report.findings) for e in part.evidence]
    for span in spans:
        assert isinstance(span, TextSpan)
        assert report.details.text[span.start : span.end] == span.quote
