"""Site reports for people: terminal, HTML and Markdown say the same, and nothing of it acts."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from rich.console import Console

from assistant.render.outline import Side, side_of
from assistant.render.site import render_site
from assistant.render.site_html import render_site_html
from assistant.render.site_markdown import render_site_markdown
from assistant.render.site_wording import SiteReport, lifetime
from assistant.render.wording import percent
from assistant.report import Finding, Grade, NetworkRequest, Outcome, TextSpan
from assistant.site.record.observation import Watched
from assistant.site.rulebook import site_rules
from tests.render.sites import (
    CONTRADICTED,
    RICH,
    make_clean,
    make_served,
    make_site,
    make_unrated_site,
)

Render = Callable[[SiteReport], str]
HOSTILE = "https://x.test/<script>alert(1)</script>?a='\"|`*_[b](javascript:c)&amp;#\x1b[31m\u202e"
SAFE = "https://x.test/<script>alert(1)</script>?a='\"|`*_[b](javascript:c)&amp;#[31m"


def terminal(report: SiteReport) -> str:
    written = io.StringIO()
    render_site(report, Console(file=written, force_terminal=False, width=400))
    return written.getvalue()


def html_text(report: SiteReport) -> str:
    return " ".join(BeautifulSoup(render_site_html(report), "html.parser").get_text(" ").split())


def markdown_text(report: SiteReport) -> str:
    page = MarkdownIt("commonmark").enable("table").render(render_site_markdown(report))
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


EVERYWHERE = pytest.mark.parametrize("render", [terminal, html_text, markdown_text])
IN_FILES = pytest.mark.parametrize("render", [html_text, markdown_text])


def told(report: SiteReport) -> list[Finding]:
    """Findings whose evidence is shown."""
    return [f for f in report.findings if side_of(f) in (Side.AGAINST, Side.FOR)]


@EVERYWHERE
def test_the_verdict_the_grade_and_how_sure_come_first(render: Render) -> None:
    written = render(make_site())

    report = make_site()
    rating = report.rating
    line = f"{rating.score} of 100 points · {percent(rating.confidence)} sure"
    assert written.index(report.verdict.text) < written.index("Grade F") < written.index(line)
    assert written.index(line) < written.index("What should concern you")


@EVERYWHERE
def test_every_finding_is_there_with_its_first_evidence(render: Render) -> None:
    written = render(make_site())

    findings = told(make_site())
    assert len(findings) == len(RICH) - 2
    for finding in findings:
        assert finding.title in written
        assert finding.why in written
        (first, *_) = finding.evidence
        assert (first.quote if isinstance(first, TextSpan) else _url(first)) in written


@IN_FILES
def test_files_hold_all_evidence_and_what_is_meant_in_it(render: Render) -> None:
    written = render(make_site())

    for finding in told(make_site()):
        for piece in finding.evidence:
            if isinstance(piece, NetworkRequest):
                assert piece.url in written
                assert piece.what in written


def _url(piece: object) -> str:
    assert isinstance(piece, NetworkRequest)
    return piece.url


@EVERYWHERE
def test_what_was_fetched_is_not_told_as_sent(render: Render) -> None:
    written = render(make_site())

    about = written[written.index("Tells advertisers that you are here") :]
    assert about.index("Sent") < about.index("Fetched")


@EVERYWHERE
def test_a_contradiction_shows_both_sides(render: Render) -> None:
    written = render(make_site())

    about = written[written.index("Promises no outside analytics") :]
    assert about.index("“We use no analytics of other companies.”") < about.index(
        "https://stats.countly.example/collect"
    )


def test_the_page_sets_promise_and_practice_side_by_side() -> None:
    page = BeautifulSoup(render_site_html(make_site()), "html.parser")

    (finding,) = [
        box for box in page.select(".finding") if "Promises no outside analytics" in box.get_text()
    ]
    said, seen = finding.select("details .sides > div")
    assert "We use no analytics of other companies." in said.get_text()
    assert "stats.countly.example" in seen.get_text()


@EVERYWHERE
def test_who_gets_data_is_listed_with_what_marks_them(render: Render) -> None:
    written = render(make_site())

    row = written[written.index("Countly", written.index("Who gets data here")) :][:400]
    for word in ("measures visitors", "17", "keeps an identifier", "before you chose", "own name"):
        assert word in row
    assert written.index("Adlane", written.index("Who gets data")) < written.index("Fastfiles")
    assert "unknown" in written


@EVERYWHERE
def test_changes_and_other_formulas_stand_beside_it(render: Render) -> None:
    written = render(make_site())

    for line in (
        "Since 2026-11-02",
        "Grade C then, F now",
        "New here: Broker & Sons, Rewatch",
        "Gone: Oldstat",
        "New: Records your visit like a film",
        "No more: Does not lead from http to https",
        "D, 48 of 100",
        "C, 61 of 100",
        "D (18 points, fewer is better)",
        "which costs two points",
        "F, 15 points",
        "instead of its headers are not counted",
    ):
        assert line in written


@IN_FILES
def test_files_list_cookies_scripts_capture_and_encryption(render: Render) -> None:
    written = render(make_site())

    for words in (
        "Bidwell, bidwell.example, 13 months",
        "until the browser closes",
        "a hidden drawing, many details of the device",
        "your email address, scrambled, which still links you",
        "TLSv1.3",
        "A list of my own: 1200 rules, 3 days old; 40 were not asked",
    ):
        assert words in written


@EVERYWHERE
def test_what_was_not_found_out_is_never_told_as_safe(render: Render) -> None:
    written = render(make_served())

    undecided = sum(f.outcome is Outcome.UNDETERMINED for f in make_served().findings)
    share = f"No script ran, so {undecided} of {len(site_rules())} questions stay open."
    assert undecided > 50
    assert f"{share} Open is not the same as safe." in written
    assert "Goes on tracking after you say no" in written[written.index("Not found out") :]
    assert "None was seen" not in written
    assert "Good news" not in written


@IN_FILES
def test_what_was_not_looked_at_is_said_to_be_open(render: Render) -> None:
    served, clean = render(make_served()), render(make_clean())

    assert served.count("Not looked at, so nobody knows.") == 3
    assert clean.count("None was seen.") == 4
    for asked in ("certificate was verified", "lead to encryption", "came without encryption"):
        assert "not found out" in served[served.index(asked) :][: len(asked) + 20]
    assert "none seen" in clean[clean.index("Parts that came without encryption") :][:60]


@EVERYWHERE
def test_a_clean_site_has_good_news_and_no_concern(render: Render) -> None:
    written = render(make_clean())

    assert "Grade A" in written
    assert "Contacts no tracker" in written[written.index("Good news") :]
    assert "What should concern you" not in written
    assert "Not found out" not in written


@EVERYWHERE
def test_what_could_not_be_rated_has_no_grade(render: Render) -> None:
    written = render(make_unrated_site())

    assert "Not rated" in written
    assert f"{len(site_rules())} of {len(site_rules())} questions stay open" in written
    assert "adds up" not in written
    assert "Grade" not in written


def test_a_grade_is_held_only_where_a_rule_decides_it() -> None:
    report = make_site()
    assert "held there" not in terminal(report)

    held = replace(report, rating=replace(report.rating, score=82, grade=Grade.D))
    assert "Grade D, held there by one rule" in terminal(held)
    assert "held there" not in terminal(make_clean())


def _hostile() -> SiteReport:
    """Every text of others in a report, made hostile."""
    report = make_site()
    details = report.details
    span = TextSpan(0, 3, HOSTILE)
    request = NetworkRequest(HOSTILE, "GET", HOSTILE, HOSTILE)
    assert details.policy is not None
    assert details.changes is not None
    return replace(
        report,
        subject=replace(report.subject, name=HOSTILE, source=HOSTILE),
        findings=tuple(
            replace(f, evidence=(span, request)) if f.evidence else f for f in report.findings
        ),
        details=replace(
            details,
            page=HOSTILE,
            owners=tuple(
                replace(o, name=HOSTILE, company=f"{HOSTILE}!", domains=(HOSTILE,))
                for o in details.owners
            ),
            cookies=tuple(
                replace(c, name=HOSTILE, domain=HOSTILE, owner=HOSTILE) for c in details.cookies
            ),
            fingerprinting=tuple(
                replace(f, script=HOSTILE, owner=HOSTILE, kinds=(HOSTILE,))
                for f in details.fingerprinting
            ),
            capture=tuple(
                replace(c, kind=HOSTILE, owner=HOSTILE, url=HOSTILE) for c in details.capture
            ),
            policy=replace(details.policy, source=HOSTILE, name=HOSTILE),
            changes=replace(details.changes, new_owners=(HOSTILE,), new_practices=(HOSTILE,)),
            lists=tuple(replace(each, name=HOSTILE) for each in details.lists),
        ),
    )


def test_hostile_text_adds_no_element_to_the_page() -> None:
    plain = BeautifulSoup(render_site_html(make_site()), "html.parser")
    hostile = BeautifulSoup(render_site_html(_hostile()), "html.parser")

    known = {element.name for element in plain.find_all(True)}
    assert {element.name for element in hostile.find_all(True)} <= known
    assert not hostile.select("script, a, img, iframe, form, link, [src], [onclick]")
    assert hostile.get_text(" ").count(SAFE) > 30


def test_hostile_text_stays_text_in_markdown() -> None:
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    page = BeautifulSoup(reader.render(render_site_markdown(_hostile())), "html.parser")

    known = {
        element.name
        for element in BeautifulSoup(
            reader.render(render_site_markdown(make_site())), "html.parser"
        ).find_all(True)
    }
    assert {element.name for element in page.find_all(True)} <= known
    assert not page.select("script, a, img, code")
    assert page.get_text(" ").count(SAFE) > 30


@pytest.mark.parametrize("render", [terminal, render_site_html, render_site_markdown])
def test_nothing_steers_the_reader(render: Render) -> None:
    written = render(_hostile())

    assert not {"\x1b", "\u202e"} & set(written)
    assert "31m" in written


def test_the_page_links_nowhere_and_needs_nothing() -> None:
    page = BeautifulSoup(render_site_html(make_site()), "html.parser")

    assert not page.select("a[href]:not([href^='#']), script, link, img, iframe, form")
    policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')
    assert isinstance(policy, Tag)
    assert "default-src 'none'" in str(policy["content"])
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for element in page.select("[aria-labelledby]"):
        assert element["aria-labelledby"] in ids


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "until the browser closes"),
        (0.02, "less than a day"),
        (1.0, "1 day"),
        (30.0, "30 days"),
        (390.0, "13 months"),
        (730.0, "2 years"),
    ],
)
def test_lifetimes_are_told_in_words(days: float | None, words: str) -> None:
    assert lifetime(days) == words


def test_the_fixture_contradicts_what_it_quotes() -> None:
    details = make_site().details
    assert details.policy is not None

    (contradiction,) = details.contradictions
    assert contradiction.rule_id == CONTRADICTED
    for piece in contradiction.said:
        assert isinstance(piece, TextSpan)
        assert details.policy.text[piece.start : piece.end] == piece.quote
    assert Watched.REQUESTS in details.watched
