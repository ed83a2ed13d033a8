"""The policy job at the edge: addresses and documents in, reports out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from assistant import __version__, knowledge, language
from assistant.errors import InputTooLarge
from assistant.policy.details import PolicyDetails
from assistant.report import Kind, Report, Subject, Versions

if TYPE_CHECKING:
    from assistant.fetch import Fetcher
    from assistant.locate import Judgement
    from assistant.policy.analyze import PolicyAnalysis, PolicyModels
    from assistant.policy.document import Document
    from assistant.policy.summarize import Writer
    from assistant.settings import Settings

EMBEDDED = "embedded"

PolicyReport = Report[PolicyDetails]
POLICY_REPORT: TypeAdapter[PolicyReport] = TypeAdapter(PolicyReport)
Progress = Callable[[str], None]
"""Told the step that begins, in a few words; must return at once."""


@dataclass(frozen=True, slots=True)
class FromUrl:
    """A page to fetch: the policy itself, or any page of a site whose policy is wanted."""

    url: str


@dataclass(frozen=True, slots=True)
class FromBytes:
    """Something already read: a file, pasted text, the page that a browser shows.

    Attributes:
        name: What the report calls it.
        media_type: As declared, or None to go by the content.
        url: Address of the page it came from, or None.
        path: Where the file lies, as the person wrote it, or None.
    """

    data: bytes
    name: str
    media_type: str | None = None
    url: str | None = None
    path: str | None = None


PolicySource = FromUrl | FromBytes


class Policies:
    """Reads policies. Loads the models and the network client only when first used."""

    def __init__(self, settings: Settings, fetcher: Callable[[], Fetcher]) -> None:
        self._settings, self._fetcher = settings, fetcher

    @cached_property
    def models(self) -> PolicyModels:
        """The embedded models; each loads when it first gets a text."""
        from assistant.policy.embedded import embedded_models

        return embedded_models(self._settings.model_threads)

    def read(
        self,
        source: PolicySource,
        *,
        writer: Writer | None,
        progress: Progress,
        question: str = "",
    ) -> PolicyReport:
        """The report of one source, with the answer to a question where one is asked.

        Raises:
            AssistantError: The source cannot be fetched or read at all.
        """
        if isinstance(source, FromUrl):
            progress("Looking for the policy")
            return self._read_site(source, writer, progress, question=question)
        progress("Reading the document")
        return self._read_bytes(source, writer, progress, question=question)

    def read_again(self, kept: PolicyReport, *, question: str = "") -> PolicyReport:
        """A kept report anew, from its text and by today's rules; nothing is fetched."""
        from assistant.policy.analyze import analyze_policy
        from assistant.policy.document import Document

        document = Document(kept.details.text, kept.details.blocks, kept.details.title)
        analysis = analyze_policy(document, self.models, question=question)
        details = replace(
            analysis.details,
            layers=kept.details.layers,
            layer_starts=kept.details.layer_starts,
        )
        return _report(kept.subject, replace(analysis, details=details))

    def _read_bytes(
        self, source: FromBytes, writer: Writer | None, progress: Progress, *, question: str
    ) -> PolicyReport:
        from assistant.policy.analyze import analyze_policy
        from assistant.policy.extract import extract

        if len(source.data) > self._settings.max_input_bytes:
            raise InputTooLarge
        document = extract(
            source.data,
            media_type=source.media_type,
            name=source.name,
            base_url=source.url,
            max_chars=self._settings.max_text_chars,
        )
        progress("Analysing")
        subject = Subject(
            name=source.name,
            source=source.url or source.path or source.name,
            sha256=hashlib.sha256(source.data).hexdigest(),
        )
        analysis = analyze_policy(document, self.models, writer=writer, question=question)
        return _report(subject, analysis)

    def _read_site(
        self, source: FromUrl, writer: Writer | None, progress: Progress, *, question: str
    ) -> PolicyReport:
        from assistant.locate import locate
        from assistant.policy.analyze import analyze_policy, describe, unread
        from assistant.policy.document import Document
        from assistant.policy.sentences import sentences

        found = locate(
            source.url,
            fetch=self._fetcher(),
            judge=self._judge,
            max_chars=self._settings.max_text_chars,
        )
        progress("Analysing")
        subject = Subject(
            name=urlsplit(found.page.url).hostname or found.page.url,
            source=found.page.url,
            sha256=found.page.sha256,
        )
        if found.document is None or (found.judgement and found.judgement.is_other):
            details = describe(found.document or Document("", ()), self.models)
            analysis = unread(details, "not_found", question=question)
        else:
            analysis = analyze_policy(found.document, self.models, writer=writer, question=question)
        if not found.is_policy:
            tried = [sentences().gap("tried", url=a.url, why=a.why) for a in found.tried]
            analysis = replace(analysis, unchecked=(*analysis.unchecked, *tried))
        details = replace(analysis.details, layers=found.layers, layer_starts=found.layer_starts)
        return _report(subject, replace(analysis, details=details))

    def _judge(self, document: Document) -> Judgement:
        from assistant.locate import Judgement
        from assistant.policy.analyze import LANGUAGES

        code = self.models.language.detect(document.text).code
        if code not in LANGUAGES:
            return Judgement(code, None)
        return Judgement(code, self.models.document_type.classify(document.text))


def load_writer(name: str) -> Writer | None:
    """The summarizer of that name with its check; None for the embedded sentences.

    Raises:
        UnknownSummarizer: There is none of that name, or it cannot be loaded.
        MissingDependency: It needs the `full` extra.
    """
    if name == EMBEDDED:
        return None
    from assistant.language.summarizers import load_summarizer, support_checker
    from assistant.policy.summarize import Writer

    return Writer(load_summarizer(name), support_checker())


def _report(subject: Subject, analysis: PolicyAnalysis) -> PolicyReport:
    from assistant.policy.embedded import NAMES

    return Report(
        kind=Kind.POLICY,
        subject=subject,
        created_at=datetime.now(UTC),
        verdict=analysis.verdict,
        rating=analysis.rating,
        details=analysis.details,
        versions=Versions(
            software=__version__,
            models=language.model_versions(NAMES),
            knowledge=knowledge.version(),
        ),
        summary=analysis.summary,
        findings=analysis.findings,
        unchecked=analysis.unchecked,
    )
