"""The exported page: complete, self-contained, and every quote linked to its passage."""

from __future__ import annotations

from bs4 import BeautifulSoup

from assistant.render.html import render_html
from assistant.render.outline import NOT_LEGAL_ADVICE
from tests.golden import check_golden
from tests.render.reports import TEXT, make_report, make_terms, make_unrated


def page(*reports) -> BeautifulSoup:  # type: ignore[no-untyped-def]
    return BeautifulSoup(render_html(reports), "html.parser")


def words(text: str) -> str:
    return " ".join(text.split())


def test_one_report() -> None:
    body = page(make_report()).body
    assert body is not None
    check_golden("render/report.html", "\n".join(body.stripped_strings) + "\n")


def test_the_verdict_is_the_heading() -> None:
    (heading,) = page(make_report()).find_all("h1")

    assert heading.get_text() == "May sell your personal information."


def test_each_quote_leads_to_its_passage() -> None:
    shown = page(make_report())
    links = [a["href"] for a in shown.select("blockquote a")]

    assert len(links) == 6
    for link in links:
        (place,) = shown.select(f'[id="{str(link).removeprefix("#")}"]')
        mark = place.find_next_sibling("mark")
        quote = shown.select_one(f'blockquote:has(a[href="{link}"]) p')
        assert mark is not None
        assert quote is not None
        assert words(quote.get_text()).startswith(words(mark.get_text()))


def test_the_whole_document_is_there() -> None:
    document = page(make_report()).select_one(".document")

    assert document is not None
    assert words(document.get_text(" ")) == words(TEXT)


def test_several_reports_share_no_id() -> None:
    shown = page(make_report(), make_report("other.example"), make_unrated())
    ids = [element["id"] for element in shown.select("[id]")]

    assert len(ids) == len(set(ids))
    assert [a["href"] for a in shown.select("table a")] == ["#r1", "#r2", "#r3"]
    assert [cell.get_text() for cell in shown.select("td.yes")] == ["yes"] * 6


def test_every_link_stays_in_the_page() -> None:
    shown = page(make_report())

    assert all(str(a["href"]).startswith("#") for a in shown.select("a[href]"))
    assert not shown.select("script, link, img, iframe, form")
    policy = shown.select_one('meta[http-equiv="Content-Security-Policy"]')
    assert policy is not None
    assert "default-src 'none'" in str(policy["content"])


def test_what_could_not_be_rated_has_no_grade() -> None:
    text = page(make_unrated()).get_text(" ")

    assert "Not rated" in text
    assert "adds up" not in text
    assert NOT_LEGAL_ADVICE in text


def test_the_law_is_a_line_and_clauses_lead_to_their_passages() -> None:
    assert "Says 1 of the 4 things the law asks for" in page(make_report()).get_text()
    shown = page(make_terms())
    assert "What the law asks" not in shown.get_text()
    (section,) = shown.select("section[aria-labelledby=r1-clauses]")
    assert [each.get_text() for each in section.select("h3")] == [
        "Lets them end it",
        "Lets them remove posts",
    ]
    links = [str(a["href"]).removeprefix("#") for a in section.select("blockquote a")]
    assert len(links) == 3
    for link in links:
        assert len(shown.select(f'[id="{link}"] ~ mark')) > 0
