"""What is other on a site than it was last time."""

from __future__ import annotations

from assistant.report import Nature, Outcome, Report
from assistant.site.details import SiteChanges, SiteDetails


def changes_since(before: Report[SiteDetails], now: Report[SiteDetails]) -> SiteChanges:
    """Owners and practices that came and went. What could not be seen is neither.

    A practice is gone only where it is absent now, and an owner only where this look could have
    seen it as well as the last one.
    """
    then, since = _owners(before), _owners(now)
    comparable = set(before.details.watched) <= set(now.details.watched)
    return SiteChanges(
        since=before.created_at,
        grade_before=before.rating.grade,
        score_before=before.rating.score,
        new_owners=tuple(sorted(since - then)),
        gone_owners=tuple(sorted(then - since)) if comparable else (),
        new_practices=_came(before, now),
        gone_practices=_came(now, before),
    )


def _owners(report: Report[SiteDetails]) -> set[str]:
    return {owner.name for owner in report.details.owners}


def _came(old: Report[SiteDetails], new: Report[SiteDetails]) -> tuple[str, ...]:
    """Harms that are present in one report and absent in the other."""
    absent = {f.rule_id for f in old.findings if f.outcome is Outcome.ABSENT}
    return tuple(
        finding.rule_id
        for finding in new.findings
        if finding.outcome is Outcome.PRESENT
        and finding.nature is not Nature.GOOD
        and finding.rule_id in absent
    )
