"""A site report as Markdown; addresses and names stay text, and none becomes a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.render.markdown import escape, score_sum
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
from assistant.render.wording import percent
from assistant.report import Evidence, Finding
from assistant.site.details import SiteDetails
from assistant.site.record.observation import Watched


def render_site_markdown(report: SiteReport) -> str:
    """The report of one site, the verdict first."""
    return "\n".join([*_report(report, outline(report)), "---", "", MACHINE_NOTE, ""])


def _report(report: SiteReport, parts: Outline) -> Iterator[str]:
    yield from (f"# {escape(report.verdict.text)}", "")
    yield from (f"**{rating_line(report)}**", "")
    yield from (escape(report.details.page), "", about(report), "")
    if still_open := open_line(report):
        yield from (still_open, "")
    if report.summary:
        yield from ("## In short", "")
        yield from (f"- {escape(statement.text)}" for statement in report.summary)
        yield ""
    for side in (Side.AGAINST, Side.FOR):
        yield from _findings(side, parts.sides[side])
    yield from _owners(report.details)
    yield from _details(report)
    if changes := report.details.changes:
        yield from (f"## Since {changes.since:%Y-%m-%d}", "")
        yield from (f"- {escape(line)}" for line in change_lines(report))
        yield ""
    yield from _facts(BESIDE_TITLE, beside_facts(report))
    yield from score_sum(report.rating, parts)
    yield from _titles(SECTION_TITLES[Side.UNDECIDED], UNDECIDED_NOTE, parts.sides[Side.UNDECIDED])
    yield from _titles(NOT_SEEN_TITLE, NOT_SEEN_NOTE, parts.sides[Side.NOT_FOUND])
    if report.unchecked:
        yield from ("## Not checked", "")
        yield from (f"- {escape(gap.what)}: {escape(gap.why)}" for gap in report.unchecked)
        yield ""


def _findings(side: Side, findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from (f"## {SECTION_TITLES[side]}", "")
    for finding in findings:
        facts = [str(finding.severity)] if side is Side.AGAINST else []
        facts.append(f"{percent(finding.confidence)} sure")
        yield from (f"- **{escape(finding.title)}** ({', '.join(facts)})", "")
        yield f"  {escape(finding.why)}"
        if side is Side.AGAINST and finding.advice:
            yield from ("", f"  What you can do: {escape(finding.advice)}")
        for fact in filter(None, map(evidence_words, _once(finding.evidence))):
            yield from ("", f"  > {_line(fact)}")
    yield ""


def _once(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    return dict.fromkeys(evidence)


def _owners(details: SiteDetails) -> Iterator[str]:
    yield from (f"## {OWNERS_TITLE}", "")
    if not details.owners:
        yield from (nothing_line(details, Watched.REQUESTS), "")
        return
    yield from ("| Who | What for | Times | Marks |", "| --- | --- | --: | --- |")
    for owner in details.owners:
        who, what = escape(owner_name(owner)), category_words(owner)
        yield f"| {who} | {what} | {owner.requests} | {marks(owner)} |"
    yield ""


def _details(report: SiteReport) -> Iterator[str]:
    details = report.details
    titles = {finding.rule_id: finding.title for finding in report.findings}
    for title, facts, needs in (
        (COOKIES_TITLE, [cookie_fact(each) for each in details.cookies], Watched.COOKIES),
        (
            FINGERPRINTING_TITLE,
            [fingerprint_fact(each) for each in details.fingerprinting],
            Watched.CALLS,
        ),
        (CAPTURE_TITLE, [capture_fact(each, titles) for each in details.capture], Watched.FIELDS),
    ):
        if facts:
            yield from _facts(title, facts)
        else:
            yield from (f"## {title}", "", nothing_line(details, needs), "")
    yield from _facts(TRANSPORT_TITLE, transport_facts(details))
    if lists := tuple(list_lines(details)):
        yield from ("## Block lists that were asked", "")
        yield from (f"- {escape(line)}" for line in lists)
        yield ""


def _facts(title: str, facts: Iterable[Fact]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from (f"- {_line(fact)}" for fact in facts)
    yield ""


def _line(fact: Fact) -> str:
    note = f" ({escape(fact.note)})" if fact.note else ""
    return f"**{escape(fact.name)}**: {escape(fact.text)}{note}"


def _titles(title: str, note: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield from (f"## {title}", "", note, "")
        yield from (f"- {escape(finding.title)}" for finding in findings)
        yield ""
