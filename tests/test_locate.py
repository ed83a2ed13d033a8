"""Finding a site's policy from any of its pages, on sites that live in a dictionary."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from assistant.errors import FetchTimeout, HttpStatusError, RefusedAddress
from assistant.fetch import Page
from assistant.language.protocols import DocumentType, TypeGuess
from assistant.locate import MAX_CANDIDATES, Judgement, Located, locate
from assistant.policy.document import Document, merge_documents
from assistant.policy.extract import extract

HOME = "https://lumen.example/"
POLICY = "<h1>Privacy policy</h1><p>We collect your name and keep it for one year.</p>"
POLITIK = "<h1>Datenschutz</h1><p>Wir erheben Ihren Namen und speichern ihn ein Jahr.</p>"
SHOP = "<h1>Lamps</h1><p>Every lamp is on sale this week.</p>"


class Site:
    """Answers for the addresses it knows, 404 for the rest, and counts the asking."""

    def __init__(self, pages: Mapping[str, str | Exception | Page]) -> None:
        self._pages = pages
        self.asked: list[str] = []

    def fetch(self, url: str) -> Page:
        self.asked.append(url)
        body = self._pages.get(url, HttpStatusError(status=404))
        if isinstance(body, Exception):
            raise body
        if isinstance(body, Page):
            return body
        return Page(url, url, 200, "text/html", "utf-8", f"<html><body>{body}".encode())


def judge(document: Document) -> Judgement:
    """Stands in for the models: German by one word, a policy by another."""
    if " Ihren " in document.text:
        return Judgement("de", None)
    is_policy = "We collect" in document.text
    kind = DocumentType.PRIVACY_POLICY if is_policy else DocumentType.OTHER
    return Judgement("en", TypeGuess(kind, 0.9))


def found(site: Site, url: str = HOME) -> Located:
    return locate(url, fetch=site, judge=judge, max_chars=100_000)


def test_a_policy_is_taken_as_it_is() -> None:
    site = Site({HOME: POLICY})
    result = found(site)
    assert result.is_policy
    assert result.page.url == HOME
    assert site.asked == [HOME]


def test_a_home_page_leads_to_its_policy() -> None:
    link = '<footer><a href="/legal/privacy">Privacy policy</a></footer>'
    site = Site({HOME: SHOP + link, "https://lumen.example/legal/privacy": POLICY})
    result = found(site)
    assert result.page.url == "https://lumen.example/legal/privacy"
    assert result.document is not None
    assert "We collect your name" in result.document.text


def test_without_a_link_the_usual_places_are_tried() -> None:
    site = Site({HOME: SHOP, "https://lumen.example/privacy-policy": POLICY})
    assert found(site).page.url == "https://lumen.example/privacy-policy"
    assert "https://lumen.example/.well-known/privacy-policy" in site.asked


def test_a_page_that_only_calls_itself_a_policy_is_not_taken() -> None:
    link = '<a href="/privacy">Privacy policy</a>'
    site = Site({HOME: SHOP + link, "https://lumen.example/privacy": SHOP})
    result = found(site)
    assert not result.is_policy
    reasons = {attempt.url: attempt.why for attempt in result.tried}
    assert "no privacy policy" in reasons["https://lumen.example/privacy"]


def test_what_was_tried_is_told_and_bounded() -> None:
    links = "".join(f'<a href="/privacy-policy-{n}">Privacy policy {n}</a>' for n in range(40))
    site = Site({HOME: SHOP + links})
    result = found(site)
    assert result.judgement is not None
    assert result.judgement.is_other
    assert 0 < len(result.tried) <= MAX_CANDIDATES
    assert len(site.asked) == len(set(site.asked)) <= MAX_CANDIDATES + 1


@pytest.mark.parametrize("failure", [FetchTimeout(), RefusedAddress(), HttpStatusError(status=500)])
def test_one_broken_link_does_not_end_the_search(failure: Exception) -> None:
    links = (
        '<a rel="privacy-policy" href="/first">Privacy</a> <a href="/privacy">Privacy policy</a>'
    )
    site = Site(
        {
            HOME: SHOP + links,
            "https://lumen.example/first": failure,
            "https://lumen.example/privacy": POLICY,
        }
    )
    result = found(site)
    assert result.page.url == "https://lumen.example/privacy"
    assert [attempt.url for attempt in result.tried] == ["https://lumen.example/first"]


def test_the_first_page_failing_is_an_error() -> None:
    with pytest.raises(HttpStatusError):
        found(Site({}))


def test_the_english_version_of_a_foreign_policy_is_preferred() -> None:
    alternative = '<link rel="alternate" hreflang="en" href="/en/privacy">'
    site = Site({HOME: alternative + POLITIK, "https://lumen.example/en/privacy": POLICY})
    assert found(site).page.url == "https://lumen.example/en/privacy"


def test_a_foreign_policy_without_english_version_is_handed_on_as_foreign() -> None:
    link = '<a href="/datenschutz">Datenschutzerklärung</a>'
    site = Site({HOME: SHOP + link, "https://lumen.example/datenschutz": POLITIK})
    result = found(site)
    assert result.page.url == "https://lumen.example/datenschutz"
    assert result.judgement == Judgement("de", None)


def test_a_page_without_any_text_still_leads_to_the_policy() -> None:
    shell = '<div id="app"></div><a rel="privacy-policy" href="/p"></a>'
    site = Site({HOME: shell, "https://lumen.example/p": POLICY})
    assert found(site).is_policy


def test_an_empty_page_that_leads_nowhere_has_no_document() -> None:
    result = found(Site({HOME: '<div id="app"></div>'}))
    assert result.document is None
    assert result.judgement is None


def test_deeper_layers_of_the_same_policy_are_added_once() -> None:
    layer = "<h1>Privacy policy: retention</h1><p>We collect logs for thirty days.</p>"
    link = '<p>Read our <a href="/privacy/full">full privacy policy</a>.</p>'
    start = "https://lumen.example/privacy"
    site = Site({start: POLICY + link, "https://lumen.example/privacy/full": layer})
    result = found(site, start)
    assert result.layers == ("https://lumen.example/privacy/full",)
    assert result.document is not None
    assert "thirty days" in result.document.text
    for block in result.document.blocks:
        assert result.document.block_text(block).strip()
    (begins,) = result.layer_starts
    assert result.document.text[begins:].startswith("Privacy policy: retention")


def test_a_layer_that_adds_nothing_begins_where_the_next_one_does() -> None:
    texts = ("<p>We collect logs.</p>", "<p>We collect names.</p>")
    first, last = (
        extract(text.encode(), media_type="text/html", max_chars=1_000) for text in texts
    )
    document, starts = merge_documents([first, first, last])
    assert starts == (0, 17, 17)
    assert document.text[17:] == last.text
