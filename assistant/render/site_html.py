"""A site report as one HTML page that needs nothing else, as `html` makes them of policies.

Addresses are shown as text; none can be clicked.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.render.html import environment
from assistant.render.outline import SECTION_TITLES, Outline, Side, outline
from assistant.render.site_wording import (
    BESIDE_TITLE,
    CAPTURE_TITLE,
    COOKIES_TITLE,
    FINGERPRINTING_TITLE,
    MACHINE_NOTE,
    NOT_SEEN_NOTE,
    NOT_SEEN_TITLE,
    OWNERS_TITLE,
    TRANSPORT_TITLE,
    UNDECIDED_NOTE,
    Fact,
    SiteReport,
    about,
    beside_facts,
    capture_fact,
    category_words,
    change_lines,
    cookie_fact,
    evidence_words,
    fingerprint_fact,
    list_lines,
    marks,
    nothing_line,
    open_line,
    owner_name,
    rating_line,
    transport_facts,
)
from assistant.report import Evidence, Finding, TextSpan
from assistant.site.record.observation import Watched


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding's evidence: what the policy says, and what was seen."""

    said: tuple[Fact, ...]
    seen: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with its heading; `empty` is said where it holds nothing."""

    id: str
    title: str
    facts: tuple[Fact, ...]
    empty: str = ""


def render_site_html(report: SiteReport) -> str:
    """One page with the verdict first, and the evidence of each finding folded below it."""
    parts = outline(report)
    return (
        environment()
        .get_template("site.html.j2")
        .render(
            report=report,
            parts=parts,
            shown=_shown(parts),
            lists=_lists(report),
            owners=[
                (owner_name(owner), owner.domains, category_words(owner), owner.requests, mark)
                for owner in report.details.owners
                for mark in (marks(owner),)
            ],
            no_owners=nothing_line(report.details, Watched.REQUESTS),
            changes=tuple(change_lines(report)),
            asked=tuple(list_lines(report.details)),
            rating=rating_line(report),
            about=about(report),
            open_line=open_line(report),
            sides=(Side.AGAINST, Side.FOR),
            titles=SECTION_TITLES,
            owners_title=OWNERS_TITLE,
            undecided_note=UNDECIDED_NOTE,
            not_seen_title=NOT_SEEN_TITLE,
            not_seen_note=NOT_SEEN_NOTE,
            machine_note=MACHINE_NOTE,
        )
    )


def _shown(parts: Outline) -> dict[str, Shown]:
    """Rule id → its evidence in words."""
    findings = [f for side in (Side.AGAINST, Side.FOR) for f in parts.sides[side]]
    return {finding.rule_id: _evidence(finding) for finding in findings}


def _evidence(finding: Finding) -> Shown:
    def told(pieces: list[Evidence]) -> tuple[Fact, ...]:
        return tuple(filter(None, map(evidence_words, dict.fromkeys(pieces))))

    return Shown(
        told([piece for piece in finding.evidence if isinstance(piece, TextSpan)]),
        told([piece for piece in finding.evidence if not isinstance(piece, TextSpan)]),
    )


def _lists(report: SiteReport) -> tuple[Listed, ...]:
    details = report.details
    titles = {finding.rule_id: finding.title for finding in report.findings}
    return (
        Listed(
            "cookies",
            COOKIES_TITLE,
            tuple(map(cookie_fact, details.cookies)),
            nothing_line(details, Watched.COOKIES),
        ),
        Listed(
            "fingerprinting",
            FINGERPRINTING_TITLE,
            tuple(map(fingerprint_fact, details.fingerprinting)),
            nothing_line(details, Watched.CALLS),
        ),
        Listed(
            "capture",
            CAPTURE_TITLE,
            tuple(capture_fact(each, titles) for each in details.capture),
            nothing_line(details, Watched.FIELDS),
        ),
        Listed("transport", TRANSPORT_TITLE, transport_facts(details)),
        Listed("beside", BESIDE_TITLE, tuple(beside_facts(report))),
    )
