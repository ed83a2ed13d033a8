"""Joins the edges to the rooms: the Python API that the command line and the HTTP API call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from assistant import __version__, knowledge, language
from assistant.errors import (
    EmptyQuestion,
    InputTooLarge,
    NotComparable,
    NotFound,
    StoreUnavailable,
)
from assistant.policy.details import PolicyDetails
from assistant.report import Kind, Report, Subject, Unchecked, Versions
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.doctor import Check
    from assistant.fetch import Fetcher
    from assistant.ledger import Ledger
    from assistant.locate import Judgement
    from assistant.photos import Checked, Photos
    from assistant.policy.analyze import PolicyAnalysis, PolicyModels
    from assistant.policy.better import BetterAnswer, Kept
    from assistant.policy.document import Document
    from assistant.policy.summarize import Writer
    from assistant.store import HistoryEntry, Store

EMBEDDED = "embedded"
MOST_COMPARED = 200
"""Reports of the history, newest first, that are looked through for a better one."""

PolicyReport = Report[PolicyDetails]
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


@dataclass(frozen=True, slots=True)
class Recalled:
    """A report of the history, by its id."""

    report_id: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A finished report and its place in the history; `id` is None where nothing is kept."""

    id: str | None
    report: PolicyReport


def _silent(step: str) -> None:
    """Progress that nobody watches."""


def report_json(report: PolicyReport) -> bytes:
    """The report in its public JSON shape, UTF-8."""
    return _POLICY_REPORT.dump_json(report)


_POLICY_REPORT: TypeAdapter[PolicyReport] = TypeAdapter(PolicyReport)


class Assistant:
    """One person's assistant: reads, rates, remembers. Safe to share between threads.

    Loads the models, the network client and the history only when first used.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()

    @cached_property
    def store(self) -> Store:
        """The history."""
        from assistant.store import Store

        return Store(self.settings.database_address)

    @cached_property
    def fetcher(self) -> Fetcher:
        """The one door to the network."""
        from assistant.fetch import Fetcher

        return Fetcher.from_settings(self.settings)

    @cached_property
    def photos(self) -> Photos:
        """The photo job, in a child process that starts with the first photo."""
        from assistant.photos import photos_of

        return photos_of(self.settings)

    @cached_property
    def ledger(self) -> Ledger:
        """What links the photos that the person shared."""
        from assistant.ledger import Ledger

        return Ledger(self.settings, lambda: self.store)

    @cached_property
    def policy_models(self) -> PolicyModels:
        """The embedded models of the policy job; each loads when it first gets a text."""
        from assistant.policy.embedded import embedded_models

        return embedded_models(self.settings.model_threads)

    def read_policy(
        self,
        source: PolicySource,
        *,
        summarizer: str | None = None,
        remember: bool = True,
        progress: Progress = _silent,
    ) -> Saved:
        """Read one policy and keep the report in the history.

        A `FromUrl` fetches that page, and where it is no policy looks for the
        site's; nothing else leaves the machine.

        Args:
            summarizer: Overrides the setting of the same name.
            remember: Whether the report goes into the history.

        Raises:
            AssistantError: The source cannot be fetched or read at all.
        """
        writer = load_writer(summarizer or self.settings.summarizer)
        if isinstance(source, FromUrl):
            progress("Looking for the policy")
            report = self._read_site(source, writer, progress)
        else:
            progress("Reading the document")
            report = self._read_bytes(source, writer, progress)
        return self._keep(report) if remember else Saved(None, report)

    def ask_policy(
        self, source: PolicySource | Recalled, question: str, *, progress: Progress = _silent
    ) -> PolicyReport:
        """Read a policy, or take one from the history, and answer a question from its text.

        The question and its answer are kept nowhere.

        Raises:
            AssistantError: The source cannot be fetched or read, there is no such
                report, or the question is empty.
        """
        question = " ".join(question.split())
        if not question:
            raise EmptyQuestion
        return self._read_now(source, progress, question=question)

    def compare_policies(
        self,
        old: PolicySource | Recalled,
        new: PolicySource | Recalled,
        *,
        progress: Progress = _silent,
    ) -> PolicyReport:
        """The report of the new version, with what changed since the old one.

        Nothing is kept. Both versions are read now, with the same models and
        rules, so that no difference comes from the assistant itself.

        Raises:
            AssistantError: A version cannot be fetched or read, or there is no such report.
        """
        from assistant.policy.compare import Version, compare

        reports = [self._read_now(source, progress) for source in (old, new)]
        for report in reports:
            if not report.details.segments:
                raise NotComparable
        before, after = (Version(r.details, r.findings, r.rating) for r in reports)
        changes = compare(before, after)
        return replace(reports[1], details=replace(reports[1].details, changes=changes))

    def check_photo(self, data: bytes, name: str, *, metadata_only: bool = False) -> Checked:
        """What a photo gives away, also beside those that were shared before. Nothing is kept.

        Raises:
            NotAPhoto, UnreadablePhoto: As `Photos.check`.
        """
        checked = self.photos.check(data, name, metadata_only=metadata_only)
        return replace(checked, report=self.ledger.compare(checked.report, checked.shot))

    def history(self, *, limit: int = 50) -> tuple[HistoryEntry, ...]:
        """Reports that are kept, newest first. Removes those past their time."""
        self.store.expire(datetime.now(UTC) - timedelta(days=self.settings.keep_history_days))
        self.ledger.expire()
        return self.store.entries(limit=limit)

    def recall(self, report_id: str) -> PolicyReport:
        """A kept report. Raises `NotFound`."""
        return _POLICY_REPORT.validate_json(self.store.load(report_id))

    def better(self, report_id: str) -> BetterAnswer:
        """Services like the one of a kept report that the history rates better.

        The newest report of each name counts.

        Raises:
            NotFound: There is no such report.
        """
        from assistant.policy.better import BetterAnswer, find_better

        mine = _kept(report_id, self.recall(report_id))
        if mine is None:
            return BetterAnswer(None)
        newest: dict[str, HistoryEntry] = {}
        for entry in self.history(limit=MOST_COMPARED):
            if entry.name != mine.name and entry.score is not None:
                newest.setdefault(entry.name, entry)
        kept = (_kept(entry.id, self.recall(entry.id)) for entry in newest.values())
        return find_better(mine, (each for each in kept if each))

    def forget(self, *, report_id: str | None = None, name: str | None = None) -> int:
        """Remove one report, all of one subject, or everything; returns how many reports.

        Everything includes the ledger of shared photos.
        """
        if report_id is None and name is None:
            self.ledger.forget()
        return self.store.forget(report_id=report_id, name=name)

    def mark_wrong(self, report_id: str, rule_id: str, comment: str = "") -> None:
        """Note that the person finds a finding wrong. Stays on this computer."""
        if rule_id not in {finding.rule_id for finding in self.recall(report_id).findings}:
            raise NotFound("That report has no finding of that rule.")
        self.store.mark_wrong(report_id, rule_id, comment)

    def unmark_wrong(self, report_id: str, rule_id: str) -> None:
        """Take such a note back."""
        self.store.unmark_wrong(report_id, rule_id)

    def doctor(self) -> tuple[Check, ...]:
        """What works on this computer, what does not, and what to do."""
        from assistant.doctor import examine

        return examine(self.settings)

    def _read_now(
        self, source: PolicySource | Recalled, progress: Progress, *, question: str = ""
    ) -> PolicyReport:
        """A report of the source that is not kept; a kept one is read again from its text."""
        from assistant.policy.analyze import analyze_policy
        from assistant.policy.document import Document

        if isinstance(source, FromUrl):
            progress("Looking for the policy")
            return self._read_site(source, None, progress, question=question)
        progress("Reading the document")
        if isinstance(source, FromBytes):
            return self._read_bytes(source, None, progress, question=question)
        kept = self.recall(source.report_id)
        document = Document(kept.details.text, kept.details.blocks, kept.details.title)
        analysis = analyze_policy(document, self.policy_models, question=question)
        details = replace(analysis.details, layers=kept.details.layers)
        return _report(kept.subject, replace(analysis, details=details))

    def _read_bytes(
        self, source: FromBytes, writer: Writer | None, progress: Progress, *, question: str = ""
    ) -> PolicyReport:
        from assistant.policy.analyze import analyze_policy
        from assistant.policy.extract import extract

        if len(source.data) > self.settings.max_input_bytes:
            raise InputTooLarge
        document = extract(
            source.data,
            media_type=source.media_type,
            name=source.name,
            base_url=source.url,
            max_chars=self.settings.max_text_chars,
        )
        progress("Analysing")
        subject = Subject(
            name=source.name,
            source=source.url or source.path or source.name,
            sha256=hashlib.sha256(source.data).hexdigest(),
        )
        analysis = analyze_policy(document, self.policy_models, writer=writer, question=question)
        return _report(subject, analysis)

    def _read_site(
        self, source: FromUrl, writer: Writer | None, progress: Progress, *, question: str = ""
    ) -> PolicyReport:
        from assistant.locate import locate
        from assistant.policy.analyze import analyze_policy, describe, unread
        from assistant.policy.document import Document
        from assistant.policy.sentences import sentences

        found = locate(
            source.url,
            fetch=self.fetcher,
            judge=self._judge,
            max_chars=self.settings.max_text_chars,
        )
        progress("Analysing")
        subject = Subject(
            name=urlsplit(found.page.url).hostname or found.page.url,
            source=found.page.url,
            sha256=found.page.sha256,
        )
        if found.document is None or (found.judgement and found.judgement.is_other):
            details = describe(found.document or Document("", ()), self.policy_models)
            analysis = unread(details, "not_found", question=question)
        else:
            analysis = analyze_policy(
                found.document, self.policy_models, writer=writer, question=question
            )
        if not found.is_policy:
            tried = [sentences().gap("tried", url=a.url, why=a.why) for a in found.tried]
            analysis = replace(analysis, unchecked=(*analysis.unchecked, *tried))
        details = replace(analysis.details, layers=found.layers)
        return _report(subject, replace(analysis, details=details))

    def _judge(self, document: Document) -> Judgement:
        from assistant.locate import Judgement
        from assistant.policy.analyze import LANGUAGES

        code = self.policy_models.language.detect(document.text).code
        if code not in LANGUAGES:
            return Judgement(code, None)
        return Judgement(code, self.policy_models.document_type.classify(document.text))

    def _keep(self, report: PolicyReport) -> Saved:
        """Put a report into the history; a history that fails never costs the report."""
        if not self.settings.keep_history_days:
            return Saved(None, report)
        try:
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
        except StoreUnavailable as error:
            gap = Unchecked("The history", f"This report was not kept: {error.message}")
            return Saved(None, replace(report, unchecked=(*report.unchecked, gap)))
        return Saved(report_id, report)


def _kept(report_id: str, report: PolicyReport) -> Kept | None:
    """What is compared of a report; None for one without a rating."""
    from assistant.policy.better import Kept

    if report.rating.grade is None or report.rating.score is None:
        return None
    return Kept(
        id=report_id,
        name=report.subject.name,
        grade=report.rating.grade,
        score=report.rating.score,
        text=report.details.text,
        findings=report.findings,
    )


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
