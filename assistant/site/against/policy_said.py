"""What a site's policy says, as plain values: the other half of a contradiction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from assistant.report import Finding, Grade, TextSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySaid:
    """A policy that was read, as far as a site is held against it.

    Attributes:
        name, source: Of the policy, as its own report names it.
        text: What the offsets of quotes refer to.
        language: ISO 639-1 code, "und" where undecided.
        whole: Whether it is a privacy policy that was read to its end, with nothing left out.
            Only then does its silence mean anything.
        grade, score: Of its own report; None where it could not be rated.
        confidence: Of that rating, in [0, 1].
        findings: Policy rule id → the rule's answer. Empty where the text was not read.
        layers: Addresses of deeper pages of the policy whose text is part of `text`.
        report_id: Of its own report in the history; None where it is not kept.
    """

    name: str
    source: str
    text: str
    language: str
    whole: bool
    grade: Grade | None
    score: int | None
    confidence: float
    findings: Mapping[str, Finding] = field(default_factory=lambda: MappingProxyType({}))
    layers: tuple[str, ...] = ()
    report_id: str | None = None

    def quotes(self, rule_id: str) -> tuple[TextSpan, ...]:
        """The rule's evidence in the text; a span that does not match the text is left out."""
        finding = self.findings.get(rule_id)
        spans = finding.evidence if finding else ()
        return tuple(span for span in spans if isinstance(span, TextSpan) and self._holds(span))

    def _holds(self, span: TextSpan) -> bool:
        return 0 <= span.start < span.end and self.text[span.start : span.end] == span.quote
