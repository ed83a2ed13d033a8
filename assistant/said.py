"""What a policy report says, as the values that a site report is made from."""

from __future__ import annotations

from assistant.language.protocols import DocumentType
from assistant.policy.details import PolicyDetails
from assistant.report import Report
from assistant.site.against.policy_said import PolicySaid


def said_of(report: Report[PolicyDetails], report_id: str | None = None) -> PolicySaid:
    """The site room's half of a policy report.

    It counts as read whole where it is a privacy policy that could be rated and the report
    names nothing that was left out.

    Args:
        report_id: Under which the report is kept in the history; None where it is not.
    """
    details, rating = report.details, report.rating
    whole = (
        details.document_type is DocumentType.PRIVACY_POLICY
        and rating.grade is not None
        and not report.unchecked
    )
    return PolicySaid(
        name=report.subject.name,
        source=report.subject.source,
        text=details.text,
        language=details.language,
        whole=whole,
        grade=rating.grade,
        score=rating.score,
        confidence=rating.confidence,
        findings={finding.rule_id: finding for finding in report.findings},
        layers=details.layers,
        report_id=report_id,
    )
