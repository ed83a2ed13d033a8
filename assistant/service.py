"""Joins the edges to the rooms: the Python API that the command line and the HTTP API call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from assistant.errors import (
    AssistantError,
    EmptyQuestion,
    NotComparable,
    NotFound,
    StoreUnavailable,
)
from assistant.policies import (
    POLICY_REPORT,
    FromBytes,
    FromUrl,
    Policies,
    PolicyReport,
    PolicySource,
    Progress,
    load_writer,
)
from assistant.report import Kind, Unchecked
from assistant.settings import Settings, load_settings
from assistant.sites import SITE_REPORT, Looked, SiteReport, is_of_site

if TYPE_CHECKING:
    from assistant.doctor import Check
    from assistant.fetch import Fetcher
    from assistant.ledger import Ledger
    from assistant.photos import Checked, Photos
    from assistant.policy.analyze import PolicyModels
    from assistant.policy.better import BetterAnswer, Kept
    from assistant.site.against.policy_said import PolicySaid
    from assistant.sites import Sites
    from assistant.store import HistoryEntry, Store

__all__ = [
    "Assistant",
    "FromBytes",
    "FromUrl",
    "PolicyReport",
    "PolicySource",
    "Progress",
    "Recalled",
    "Saved",
    "SavedSite",
    "SiteAddress",
    "SiteRecord",
    "SiteReport",
    "report_json",
]
MOST_LISTED = 1_000
"""Reports of the history that are listed at once."""
MOST_COMPARED = 200
"""Reports of the history, newest first, that are looked through for a better or an earlier one."""

AnyReport = PolicyReport | SiteReport
"""A report that the history keeps."""
R = TypeVar("R", PolicyReport, SiteReport)


@dataclass(frozen=True, slots=True)
class Recalled:
    """A report of the history, by its id."""

    report_id: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A finished report and its place in the history; `id` is None where nothing is kept."""

    id: str | None
    report: PolicyReport


@dataclass(frozen=True, slots=True)
class SavedSite:
    """A site's finished report and its place in the history, as `Saved`."""

    id: str | None
    report: SiteReport


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """A page to look at.

    Attributes:
        browser: Whether a browser of its own loads it; else it is looked at as served.
    """

    url: str
    browser: bool = False


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """An observation that somebody else made.

    Attributes:
        name: Where it came from, as the report tells it.
    """

    data: bytes
    name: str


def _silent(step: str) -> None:
    """Progress that nobody watches."""


def report_json(report: AnyReport) -> bytes:
    """The report in its public JSON shape, UTF-8."""
    if report.kind is Kind.SITE:
        return SITE_REPORT.dump_json(cast(SiteReport, report))
    return POLICY_REPORT.dump_json(cast(PolicyReport, report))


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
    def policies(self) -> Policies:
        """The policy job."""
        return Policies(self.settings, lambda: self.fetcher)

    @cached_property
    def sites(self) -> Sites:
        """The site job."""
        from assistant.sites import Sites

        return Sites(self.settings, lambda: self.fetcher)

    @property
    def policy_models(self) -> PolicyModels:
        """The embedded models of the policy job."""
        return self.policies.models

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
        report = self.policies.read(source, writer=writer, progress=progress)
        return Saved(*self._keep(report)) if remember else Saved(None, report)

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

    def rate_site(
        self,
        source: SiteAddress | SiteRecord,
        *,
        policy: PolicySource | None = None,
        remember: bool = True,
        progress: Progress = _silent,
    ) -> SavedSite:
        """Tell who gets data on a site, hold it against its policy, grade it, and keep the report.

        An address fetches that page and the site's policy, and looks names of the site up; a
        browser also loads what the page loads. A record fetches nothing but the policy where one
        is named; else the newest one of the site in the history counts.

        Args:
            policy: The site's policy; None to find it.

        Raises:
            AssistantError: The page cannot be looked at, the record cannot be read, or the named
                policy cannot be read.
        """
        progress("Looking at the site")
        if isinstance(source, SiteRecord):
            looked = self.sites.open_record(source.data, source=source.name)
        elif source.browser:
            looked = self.sites.look_with_browser(source.url, progress=progress)
        else:
            looked = self.sites.look_as_served(source.url)
        said, gaps = self._policy_of(source, looked, policy, progress)
        progress("Rating")
        report = self.sites.report(looked, said=said, before=self._last_site(looked), gaps=gaps)
        return SavedSite(*self._keep(report)) if remember else SavedSite(None, report)

    def check_photo(self, data: bytes, name: str, *, metadata_only: bool = False) -> Checked:
        """What a photo gives away, also beside those that were shared before. Nothing is kept.

        Raises:
            NotAPhoto, UnreadablePhoto: As `Photos.check`.
        """
        checked = self.photos.check(data, name, metadata_only=metadata_only)
        return replace(checked, report=self.ledger.compare(checked.report, checked.shot))

    def history(self, *, limit: int = 50, site: str = "") -> tuple[HistoryEntry, ...]:
        """Reports that are kept, newest first. Removes those past their time.

        Args:
            limit: Most reports.
            site: Registrable domain; only reports of its hosts, among the newest that are kept.
        """
        self.store.expire(datetime.now(UTC) - timedelta(days=self.settings.keep_history_days))
        self.ledger.expire()
        if not site:
            return self.store.entries(limit=limit)
        kept = self.store.entries(limit=MOST_LISTED)
        return tuple(entry for entry in kept if is_of_site(entry.name, site))[:limit]

    def recall(self, report_id: str) -> AnyReport:
        """A kept report. Raises `NotFound`."""
        if self.store.kind_of(report_id) is Kind.SITE:
            return SITE_REPORT.validate_json(self.store.load(report_id))
        return self.recall_policy(report_id)

    def recall_policy(self, report_id: str) -> PolicyReport:
        """A kept report of a policy. Raises `NotFound`, also where it is of something else."""
        if self.store.kind_of(report_id) is not Kind.POLICY:
            raise NotFound("That report is not about a policy.")
        return POLICY_REPORT.validate_json(self.store.load(report_id))

    def better(self, report_id: str) -> BetterAnswer:
        """Services like the one of a kept report that the history rates better.

        The newest report of each name counts.

        Raises:
            NotFound: There is no such report.
        """
        from assistant.policy.better import BetterAnswer, find_better

        mine = _kept(report_id, self.recall_policy(report_id))
        if mine is None:
            return BetterAnswer(None)
        newest: dict[str, HistoryEntry] = {}
        for entry in self.history(limit=MOST_COMPARED):
            other = entry.name != mine.name and entry.kind is Kind.POLICY
            if other and entry.score is not None:
                newest.setdefault(entry.name, entry)
        kept = (_kept(entry.id, self.recall_policy(entry.id)) for entry in newest.values())
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
        if isinstance(source, Recalled):
            progress("Reading the document")
            return self.policies.read_again(self.recall_policy(source.report_id), question=question)
        return self.policies.read(source, writer=None, progress=progress, question=question)

    def _policy_of(
        self,
        source: SiteAddress | SiteRecord,
        looked: Looked,
        policy: PolicySource | None,
        progress: Progress,
    ) -> tuple[PolicySaid | None, tuple[Unchecked, ...]]:
        """What the site's policy says, or why nobody knows."""
        from assistant.said import said_of
        from assistant.site.gaps import gap

        if policy is None and isinstance(source, SiteRecord):
            kept = self._last_of(Kind.POLICY, looked.site)
            if kept is None:
                return None, (gap("policy_not_given"),)
            return said_of(self.recall_policy(kept), kept), ()
        try:
            report = self.policies.read(
                policy or FromUrl(looked.policy_address), writer=None, progress=progress
            )
        except AssistantError as error:
            if policy is not None:
                raise
            return None, (gap("policy_failed", why=error.message),)
        if not report.details.segments:
            return None, (gap("policy_not_found"),)
        return said_of(report, None), ()

    def _last_site(self, looked: Looked) -> SiteReport | None:
        """The newest kept report of the same site."""
        kept = self._last_of(Kind.SITE, looked.site)
        return SITE_REPORT.validate_json(self.store.load(kept)) if kept else None

    def _last_of(self, kind: Kind, site: str) -> str | None:
        """Id of the newest kept report of a kind about a site; None where nothing is kept."""
        if not self.settings.keep_history_days:
            return None
        try:
            entries = self.history(limit=MOST_COMPARED)
        except StoreUnavailable:
            return None
        return next((e.id for e in entries if e.kind is kind and is_of_site(e.name, site)), None)

    def _keep(self, report: R) -> tuple[str | None, R]:
        """Put a report into the history; a history that fails never costs the report."""
        if not self.settings.keep_history_days:
            return None, report
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
            return None, replace(report, unchecked=(*report.unchecked, gap))
        return report_id, report


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
