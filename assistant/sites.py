"""The site job at the edge: an address or a record in, a report out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from assistant import __version__, knowledge
from assistant.report import Kind, Report, Subject, Unchecked, Versions
from assistant.site.details import SiteDetails
from assistant.site.who.domains import host_of, plain_host, registrable_domain, site_of

if TYPE_CHECKING:
    from assistant.fetch import Fetcher
    from assistant.settings import Settings
    from assistant.site.against.policy_said import PolicySaid
    from assistant.site.record.reading import ReadObservation
    from assistant.site.who.naming import OwnerNames

SiteReport = Report[SiteDetails]
SITE_REPORT: TypeAdapter[SiteReport] = TypeAdapter(SiteReport)
CNAME_S = 3.0
"""Time that all look-ups of names take together at most."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a site, before anything is made of it.

    Attributes:
        name: What the report calls it: its host.
        source: The address that was asked for, or the name of the record.
        sha256: Of the page's bytes, or of the record's.
        policy_urls: Where the site's policy probably stands, best first.
    """

    read: ReadObservation
    name: str
    source: str
    sha256: str
    policy_urls: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Address of the page."""
        return self.read.observation.visits[0].url

    @property
    def site(self) -> str:
        """Registrable domain of the page."""
        return site_of(self.page)

    @property
    def policy_address(self) -> str:
        """Where the site's policy is looked for first."""
        return next(iter(self.policy_urls), self.page)


def is_of_site(name: str, site: str) -> bool:
    """Whether a report's name is a host of a site."""
    host = plain_host(name)
    return bool(host) and registrable_domain(host) == site


@lru_cache(maxsize=4)
def _owner_names(own: str) -> OwnerNames:
    """Finds the owners that a policy names, but for the site's own company."""
    from assistant.site.who.naming import OwnerNames
    from assistant.site.who.owners import owner_table

    table = sorted(owner_table().entities(), key=lambda entity: (entity.name, entity.company))
    return OwnerNames(table, own=own)


class Sites:
    """Looks at sites and rates what was seen. Loads its tables when first used."""

    def __init__(self, settings: Settings, fetcher: Callable[[], Fetcher]) -> None:
        self._settings, self._fetcher = settings, fetcher

    def open_record(self, data: bytes, *, source: str) -> Looked:
        """A record that somebody else made.

        Raises:
            MalformedObservation, InputTooLarge: As `read_observation`.
        """
        from assistant.site.record.reading import read_observation

        read = read_observation(data, now=datetime.now(UTC))
        name = host_of(read.observation.visits[0].url)
        return Looked(read, name, source, hashlib.sha256(data).hexdigest())

    def look_as_served(self, url: str) -> Looked:
        """The page as its server sends it; no script runs.

        Raises:
            AssistantError: The page cannot be fetched at all.
        """
        from assistant.served import observe_served
        from assistant.site.record.reading import safe_observation

        now = datetime.now(UTC)
        served = observe_served(url, fetcher=self._fetcher(), now=now)
        read = safe_observation(served.observation, now=now)
        read = replace(read, gaps=(*served.gaps, *read.gaps))
        page = served.observation.visits[0].url
        return Looked(read, host_of(page), page, served.sha256, served.policy_urls)

    def look_with_browser(self, url: str, *, progress: Progress) -> Looked:
        """The page in a browser of its own, loaded several times.

        Raises:
            AssistantError: There is no browser, or the page cannot be opened.
        """
        from assistant.browse import observe_in_browser
        from assistant.served import asked_beside
        from assistant.site.record.reading import safe_observation

        now = datetime.now(UTC)
        browsed = observe_in_browser(url, settings=self._settings, now=now, progress=progress)
        first, *others = browsed.observation.visits
        visits = (asked_beside(first, self._fetcher()), *others)
        read = safe_observation(replace(browsed.observation, visits=visits), now=now)
        read = replace(read, gaps=(*browsed.gaps, *read.gaps))
        return Looked(read, host_of(first.url), first.url, browsed.sha256, browsed.policy_urls)

    def report(
        self,
        looked: Looked,
        *,
        said: PolicySaid | None,
        before: SiteReport | None,
        gaps: tuple[Unchecked, ...] = (),
    ) -> SiteReport:
        """Rate what was seen.

        Args:
            said: What the site's policy says, where it was read.
            before: The last report of the same site, where one is kept.
            gaps: What the caller could not do.
        """
        from assistant.lists import load_lists
        from assistant.site.analyze import Tables, analyze_site
        from assistant.site.changes import changes_since
        from assistant.site.gaps import gap
        from assistant.site.who.owners import owner_table
        from assistant.site.who.proxies import proxy_table

        lists = load_lists(self._settings)
        cnames, cnames_known = self._cnames(looked.read)
        if not cnames_known:
            gaps = (*gaps, gap("cnames"))
        tables = Tables(
            owners=owner_table(),
            proxies=proxy_table(),
            lists=lists.lists,
            lists_used=lists.lists.facts(datetime.now(UTC)),
            cnames=cnames,
            cnames_known=cnames_known,
            names=_owner_names,
        )
        analysis = analyze_site(looked.read, tables, said=said)
        report = Report(
            kind=Kind.SITE,
            subject=Subject(looked.name, looked.source, looked.sha256),
            created_at=datetime.now(UTC),
            verdict=analysis.verdict,
            rating=analysis.rating,
            details=analysis.details,
            versions=Versions(software=__version__, models={}, knowledge=knowledge.version()),
            summary=analysis.summary,
            findings=analysis.findings,
            unchecked=(*analysis.unchecked, *gaps, *lists.gaps),
        )
        if before is None:
            return report
        details = replace(report.details, changes=changes_since(before, report))
        return replace(report, details=details)

    def _cnames(self, read: ReadObservation) -> tuple[Mapping[str, str], bool]:
        """Where hosts under the site's own name lead to, and whether each of them said so."""
        from assistant.fetch.names import canonical_names

        page = read.observation.visits[0].url
        site = site_of(page)
        contacted = {
            host_of(request.url) for visit in read.observation.visits for request in visit.requests
        }
        own = {host for host in contacted if host and registrable_domain(host) == site}
        asked = own - {host_of(page), site, f"www.{site}"}
        found = canonical_names(sorted(asked), timeout_s=CNAME_S)
        return found, set(found) == asked
