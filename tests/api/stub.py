"""An assistant whose reading of policies is canned, so that API tests need no models."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from assistant.errors import EmptyInput
from assistant.language.protocols import DocumentType
from assistant.policy.details import Answer, PolicyDetails, PracticeSegment
from assistant.policy.document import Block, BlockKind
from assistant.report import (
    Deduction,
    Finding,
    Grade,
    Kind,
    Outcome,
    Rating,
    Report,
    Severity,
    Statement,
    Subject,
    TextSpan,
    Verdict,
    Versions,
)
from assistant.service import (
    Assistant,
    FromUrl,
    PolicyReport,
    PolicySource,
    Progress,
    Recalled,
    Saved,
    SavedSite,
    SiteAddress,
    SiteRecord,
    report_json,
)
from assistant.settings import Settings
from assistant.site.record.reading import read_observation
from tests.render.sites import make_site


class StubAssistant(Assistant):
    """Keeps and forgets as the real one does; finds that everything "sells data".

    Attributes:
        seen: What it was asked to read, in order.
        hook: Called with each source before it is read; may raise or wait.
        looked: What it was asked to rate, with the policy that was named, in order.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self.seen: list[tuple[PolicySource, str | None]] = []
        self.hook: Callable[[PolicySource], None] = lambda source: None
        self.looked: list[tuple[SiteAddress | SiteRecord, PolicySource | None]] = []

    def read_policy(
        self,
        source: PolicySource,
        *,
        summarizer: str | None = None,
        remember: bool = True,
        progress: Progress = lambda step: None,
    ) -> Saved:
        self.seen.append((source, summarizer))
        self.hook(source)
        data = b"A page." if isinstance(source, FromUrl) else source.data
        if not data.strip():
            raise EmptyInput
        report = make_report(data, source.url if isinstance(source, FromUrl) else source.name)
        if not remember:
            return Saved(None, report)
        report_id = self.store.save(
            kind=report.kind,
            name=report.subject.name,
            source=report.subject.source,
            sha256=report.subject.sha256,
            created_at=report.created_at,
            grade=report.rating.grade,
            score=report.rating.score,
            verdict=report.verdict.text,
            report_json=report_json(report),
        )
        return Saved(report_id, report)

    def rate_site(
        self,
        source: SiteAddress | SiteRecord,
        *,
        policy: PolicySource | None = None,
        remember: bool = True,
        progress: Progress = lambda step: None,
    ) -> SavedSite:
        """Refuses what no record is; finds the same of every site."""
        self.looked.append((source, policy))
        if isinstance(source, SiteRecord):
            read_observation(source.data, now=datetime.now(UTC))
        return SavedSite(*self._keep(make_site())) if remember else SavedSite(None, make_site())

    def _read_now(
        self, source: PolicySource | Recalled, progress: Progress, *, question: str = ""
    ) -> PolicyReport:
        if isinstance(source, Recalled):
            report = self.recall_policy(source.report_id)
        else:
            report = self.read_policy(source, remember=False).report
        text = report.details.text
        answer = Answer(question, text, (TextSpan(0, len(text), text),), 0.9)
        segments = (PracticeSegment(0, len(text), "", ()),)
        details = replace(report.details, segments=segments, answer=answer if question else None)
        return replace(report, details=details)


def make_report(data: bytes, name: str) -> PolicyReport:
    """A report in which the whole text is the evidence of one finding."""
    text = data.decode()
    evidence = (TextSpan(0, len(text), text),)
    return Report(
        kind=Kind.POLICY,
        subject=Subject(name, name, hashlib.sha256(data).hexdigest()),
        created_at=datetime.now(UTC),
        verdict=Verdict("Sells your data.", ("policy.sells-data",)),
        rating=Rating(Grade.C, 70, 0.9, "1", (Deduction("policy.sells-data", -30),)),
        details=PolicyDetails(
            text=text,
            title="",
            document_type=DocumentType.PRIVACY_POLICY,
            document_type_confidence=0.9,
            language="en",
            words=len(text.split()),
            reading_minutes=1,
            blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),),
        ),
        versions=Versions("0", {}, "0"),
        summary=(Statement("The company sells what it knows about you.", evidence),),
        findings=(
            Finding(
                "policy.sells-data",
                "Sells your data",
                Outcome.PRESENT,
                Severity.HIGH,
                0.9,
                "Others can buy what you do here.",
                "Opt out.",
                evidence,
            ),
        ),
    )
