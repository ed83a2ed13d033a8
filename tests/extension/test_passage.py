"""Quotes of a policy that are shown where the site has them: found, highlighted, in sight."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant.policy.document import merge_documents
from assistant.policy.extract import extract
from assistant.report import Outcome, Statement, Subject, TextSpan
from assistant.service import Assistant, PolicyReport, PolicySource, Progress, Saved, SavedSite
from assistant.settings import Settings
from tests.api.stub import StubAssistant, make_report
from tests.browser.stage import SAMPLE
from tests.extension.stage import Stage, staged, until
from tests.render.sites import make_site
from tests.servers import Response, page

pytestmark = pytest.mark.browser

SHOP = "<!doctype html><title>Shop</title><h1>Shop</h1><a href=/privacy>Privacy policy</a>"
SOLD = "We sell what you look at to four hundred partners."
FILLER = "".join(
    f"<p>Paragraph {n} tells nothing that anybody has to know of.</p>" for n in range(80)
)
TALL = "<div style='height: 3000px'></div>"
MARKED = """() => {
  const ranges = [...(CSS.highlights.get('privacy-assistant-passage') ?? [])];
  return ranges.map((range) => range.toString());
}"""
IN_SIGHT = """() => {
  const ranges = [...CSS.highlights.get('privacy-assistant-passage')];
  return ranges.every((range) => {
    const {top, bottom, height} = range.getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  });
}"""


class Reader(StubAssistant):
    """Tells of the policy that a test gives it."""

    report: PolicyReport

    def read_policy(
        self,
        source: PolicySource,
        *,
        summarizer: str | None = None,
        remember: bool = True,
        progress: Progress = lambda step: None,
    ) -> Saved:
        return Saved(None, self.report)


class Told:
    """A site whose policy was read, and the tab that shows its first page."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.reader = Reader()
        stage.reset(self.reader)
        stage.sites.answers["/"] = page(SHOP)
        stage.pair()
        self.shop = stage.visit("/")
        self.tab = stage.tab_id(self.shop)

    def read(
        self, *pages: str, quotes: tuple[str, ...] = (SOLD,), source: str | None = None
    ) -> None:
        """Serve pages of a policy, `/privacy` and `/privacy/1` …, and let the service read them."""
        addresses = []
        for number, html in enumerate(pages):
            path = f"/privacy/{number}" if number else "/privacy"
            self.stage.sites.answers[path] = page(html)
            addresses.append(self.stage.sites.url(path, host="shop.test"))
        documents = [
            extract(html.encode(), media_type="text/html", max_chars=10**6) for html in pages
        ]
        document, starts = merge_documents(documents)
        spans = [
            TextSpan(at := document.text.index(quote), at + len(quote), quote) for quote in quotes
        ]
        report = make_report(document.text.encode(), "shop.test")
        self.source = addresses[0] if source is None else source
        self.reader.report = replace(
            report,
            subject=Subject("shop.test", self.source, "0" * 64),
            details=replace(
                report.details,
                blocks=document.blocks,
                layers=tuple(addresses[1:]),
                layer_starts=starts[1:],
            ),
            summary=tuple(Statement(f"Sentence {n}.", (span,)) for n, span in enumerate(spans)),
            findings=(),
        )
        self.spans = spans
        self.stage.send({"type": "read-policy", "tabId": self.tab})

    def ask(self, quote: int = 0) -> Any:
        span = self.spans[quote]
        return self.stage.send(
            {
                "type": "passage",
                "tabId": self.tab,
                "report": "policy",
                "start": span.start,
                "end": span.end,
            }
        )

    def shown(self, path: str = "/privacy") -> Page:
        address = self.stage.sites.url(path, host="shop.test")
        (only,) = [one for one in self.stage.context.pages if one.url.partition("#")[0] == address]
        return only


@pytest.fixture
def told(shared: Stage) -> Iterator[Told]:
    yield Told(shared)
    assert shared.complaints == []


def words(ranges: list[str]) -> list[str]:
    return [" ".join(text.split()) for text in ranges]


def policy(body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>Privacy</title>{head}</head><body>"
        f"<h1>Privacy policy</h1>{body}</body></html>"
    )


def test_a_sentence_is_highlighted_in_the_middle_of_a_long_page(told: Told) -> None:
    told.read(policy(f"{FILLER}<p>Before it. {SOLD} After it.</p>{FILLER}"))
    answer = told.ask()
    assert answer["shown"] == "whole"
    opened = told.shown()
    assert told.stage.tab_id(opened) == answer["tabId"]
    assert opened.evaluate(MARKED) == [SOLD]
    assert opened.evaluate(IN_SIGHT)
    assert opened.evaluate("document.visibilityState") == "visible"
    assert opened.evaluate(
        "getSelection().anchorNode.data.slice(getSelection().anchorOffset)"
    ).startswith(SOLD)
    middle = opened.evaluate(
        "[...CSS.highlights.get('privacy-assistant-passage')][0].getBoundingClientRect().top"
    )
    assert abs(middle - opened.evaluate("innerHeight") / 2) < 60


@pytest.mark.parametrize(
    ("quote", "body", "marked"),
    [
        pytest.param(
            "We may share:\nyour name and address\nwhat you bought and when",
            "<p>We may share:</p><ol><li>• your name and address</li>"
            "<li>– what you bought\n  and when</li></ol>",
            ["We may share:• your name and address– what you bought and when"],
            id="list",
        ),
        pytest.param(
            "We don’t sell “personal data” to partners of ours.",
            "<p>We don’t sell\u00a0“personal&shy; data” to "
            "<a href='/p'>part<wbr>ners</a> of <b>ours.</b></p>",
            ["We don’t sell “personal\u00ad data” to partners of ours."],
            id="typography",
        ),
        pytest.param(
            "Category: Location; Kept: 400 days; Sold: Yes",
            "<table><tr><th>Category<th>Kept<th>Sold<tr><td>Name<td>1 day<td>No"
            "<tr><td>Location<td>400 days<td>Yes</table>",
            None,
            id="row",
        ),
    ],
)
def test_what_extraction_changed_is_found(
    told: Told, quote: str, body: str, marked: list[str] | None
) -> None:
    told.read(policy(f"{FILLER}{body}{FILLER}"), quotes=(quote,))
    assert told.ask()["shown"] == "whole"
    found = words(told.shown().evaluate(MARKED))
    if marked is None:
        assert " ".join(found).split() == ["Location400", "daysYes"]
    else:
        assert found == marked


@pytest.mark.parametrize(
    "folded",
    [
        f"<details><summary>More</summary><details><summary>Yet more</summary><p>{SOLD}</p>"
        "</details></details>",
        f"<div hidden=until-found><p>{SOLD}</p></div>",
        f"<button aria-expanded=false aria-controls=how onclick=\"this.ariaExpanded='true';"
        f"how.style.display='block'\">Sharing</button>"
        f"<div id=how style='display:none'><p>{SOLD}</p></div>",
        f"<div role=tablist><a role=tab href='#two' aria-selected=false aria-controls=two "
        f"onclick=\"two.classList.remove('off')\">Two</a></div>"
        f"<div id=two class=off><p>{SOLD}</p></div>",
    ],
    ids=["details", "until-found", "button", "tab"],
)
def test_what_is_folded_away_is_opened(told: Told, folded: str) -> None:
    told.read(policy(f"{FILLER}{folded}{FILLER}", "<style>.off {display: none}</style>"))
    assert told.ask()["shown"] == "whole"
    assert told.shown().evaluate(MARKED) == [SOLD]
    assert told.shown().evaluate(IN_SIGHT)


def test_of_several_places_the_one_after_the_same_words_is_shown(told: Told) -> None:
    hidden = f"<p style='display:none'>{SOLD}</p><p class=off>{SOLD}</p>"
    style = "<style>.off {position: absolute; width: 1px; height: 1px; overflow: hidden}</style>"
    told.read(policy(f"<p>Never. {SOLD}</p>{hidden}{FILLER}<p>In Norway. {SOLD}</p>", style))
    text = told.reader.report.details.text
    last = text.rindex(SOLD)
    told.spans = [TextSpan(last, last + len(SOLD), SOLD)]
    assert told.ask()["shown"] == "whole"
    around = "[...CSS.highlights.get('privacy-assistant-passage')][0].startContainer.data"
    assert told.shown().evaluate(around) == f"In Norway. {SOLD}"


def test_hidden_copies_are_passed_over(told: Told) -> None:
    style = "<style>.off {display: none}</style>"
    told.read(policy(f"<p class=off>{SOLD}</p>{FILLER}<p>{SOLD}</p>", style))
    assert told.ask()["shown"] == "whole"
    assert told.shown().evaluate(IN_SIGHT)


def test_a_page_that_trusts_nobody_is_highlighted_without_a_change_of_it(told: Told) -> None:
    told.read(policy(f"{FILLER}<p>{SOLD}</p>"))
    strict = "default-src 'none'; style-src 'none'; require-trusted-types-for 'script'"
    html = policy(f"{FILLER}<p>{SOLD}</p>")
    told.stage.sites.answers["/privacy"] = page(html, content_security_policy=strict)
    before = told.stage.visit("/privacy")
    outer = before.evaluate("document.documentElement.outerHTML")
    assert told.ask()["shown"] == "whole"
    assert before.evaluate("document.documentElement.outerHTML") == outer
    style = (
        "getComputedStyle(document.body, '::highlight(privacy-assistant-passage)').backgroundColor"
    )
    assert before.evaluate(style) == "rgb(255, 216, 77)"


def test_other_words_are_told_as_such(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    told.stage.sites.answers["/privacy"] = page(policy(f"{FILLER}<p>We sell nothing.</p>"))
    assert told.ask()["shown"] == "absent"
    assert told.shown().evaluate(MARKED) == []


def test_a_changed_passage_is_never_taken_for_the_whole(told: Told) -> None:
    quote = "We share your precise location with our advertising partners every day of the year."
    told.read(policy(f"<p>{quote}</p>"), quotes=(quote,))
    changed = quote.replace("our advertising", "none of our advertising")
    told.stage.sites.answers["/privacy"] = page(policy(f"{FILLER}<p>{changed}</p>"))
    assert told.ask()["shown"] == "part"
    assert told.shown().evaluate(MARKED) == [
        "We share your precise location with",
        "our advertising partners every day of the year.",
    ]


def test_numbers_of_a_list_are_no_other_words(told: Told) -> None:
    quote = "We may share:\nyour name and address\nwhat you bought and when"
    body = "<p>We may share:</p><ul><li>{}your name and address<li>{}what you bought and when</ul>"
    told.read(policy(body.format("", "")), quotes=(quote,))
    told.stage.sites.answers["/privacy"] = page(policy(body.format("(i) ", "(ii) ")))
    assert told.ask()["shown"] == "whole"
    assert told.shown().evaluate(MARKED) == quote.split("\n")


def test_a_line_that_was_put_between_two_is_no_whole(told: Told) -> None:
    quote = "We share what you tell us with these companies:\nBidwell and Adlane of New Harbour"
    first, second = quote.split("\n")
    body = f"<p>{first}</p>{{}}<ul><li>{second}</ul>"
    told.read(policy(body.format("")), quotes=(quote,))
    more = "<p>(only where you agreed to it before)</p>"
    told.stage.sites.answers["/privacy"] = page(policy(body.format(more)))
    assert told.ask()["shown"] == "part"


def test_the_next_quote_takes_the_place_of_the_one_before(told: Told) -> None:
    other = "We keep it for eleven years after you left."
    told.read(policy(f"<p>{SOLD}</p>{TALL}<p>{other}</p>"), quotes=(SOLD, other))
    first = told.ask(0)
    opened = told.shown()
    assert opened.evaluate(MARKED) == [SOLD]
    assert told.ask(1) == {"shown": "whole", "tabId": first["tabId"]}
    assert told.shown() is opened
    assert opened.evaluate(MARKED) == [other]
    assert opened.evaluate(IN_SIGHT)


def test_a_tab_that_shows_the_policy_is_used(told: Told) -> None:
    told.read(policy(f"{FILLER}<p>{SOLD}</p>"))
    mine = told.stage.visit("/privacy#top")
    behind = told.stage.tab_id(mine)
    told.shop.bring_to_front()
    assert told.ask() == {"shown": "whole", "tabId": behind}
    assert told.shown() is mine
    assert mine.evaluate("document.visibilityState") == "visible"


def test_a_passage_of_a_deeper_page_opens_that_page(told: Told) -> None:
    deeper = policy(f"<h2>Partners</h2>{FILLER.replace('Paragraph', 'Passage')}<p>{SOLD}</p>")
    told.read(policy(FILLER), policy(FILLER), deeper)
    assert told.ask()["shown"] == "whole"
    assert told.shown("/privacy/2").evaluate(MARKED) == [SOLD]


def test_text_in_a_shadow_tree_is_found(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    script = (
        "<main></main><script>document.querySelector('main').attachShadow({mode: 'open'})"
        f".innerHTML = '<p>{SOLD}</p>'</script>"
    )
    told.stage.sites.answers["/privacy"] = page(policy(f"{FILLER}{script}"))
    assert told.ask()["shown"] == "whole"
    assert told.shown().evaluate(MARKED) == [SOLD]


def test_text_that_comes_late_is_waited_for(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    late = (
        "<main></main><script>setTimeout(() => "
        f"document.querySelector('main').textContent = '{SOLD}', 900)</script>"
    )
    told.stage.sites.answers["/privacy"] = page(policy(f"{FILLER}{late}"))
    assert told.ask()["shown"] == "whole"


def test_a_passage_inside_of_a_box_that_scrolls_comes_into_sight(told: Told) -> None:
    box = f"<div style='height: 200px; overflow-y: scroll'>{FILLER}<p>{SOLD}</p>{FILLER}</div>"
    told.read(policy(f"{FILLER}{box}{FILLER}", "<style>html {scroll-behavior: smooth}</style>"))
    assert told.ask()["shown"] == "whole"
    opened = told.shown()
    assert opened.evaluate(IN_SIGHT)
    assert (
        opened.evaluate(
            """() => {
          const {left, top} = [...CSS.highlights.get('privacy-assistant-passage')][0]
            .getBoundingClientRect();
          return document.elementFromPoint(left + 5, top + 5).textContent;
        }"""
        )
        == SOLD
    )


HOSTILE = """<script>
  String.prototype.normalize = String.prototype.replace = () => { throw new Error('no'); };
  Array.prototype.push = Array.prototype.map = () => { throw new Error('no'); };
  Node.prototype.appendChild = null;
  document.createTreeWalker = document.createRange = null;
  Object.defineProperty(CSS, 'highlights', {value: {set() {}}});
  window.Highlight = null;
  getSelection = null;
</script>"""


def test_what_a_page_does_to_its_own_scripts_changes_nothing(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    told.stage.sites.answers["/privacy"] = page(policy(f"{FILLER}<p>{SOLD}</p>{FILLER}", HOSTILE))
    assert told.ask()["shown"] == "whole"
    assert told.shown().evaluate("scrollY") > 0


def test_names_that_a_page_clobbers_change_nothing(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    forms = "".join(
        f"<form name={name}><input name={name}></form>"
        for name in ("createTreeWalker", "contentType", "createRange", "scrollingElement")
    )
    told.stage.sites.answers["/privacy"] = page(policy(f"{forms}<p>{SOLD}</p>"))
    assert told.ask()["shown"] == "whole"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            "<script>for (let n = 0; n < 100000; n++) document.body.append(new Text('a b '), "
            "document.createElement('i'))</script>",
            ("absent", "closed"),
        ),
        (
            "<script>for (let n = 0; n < 6; n++) document.body.append('word '.repeat(250000))"
            "</script>",
            ("closed",),
        ),
        (
            "<script>let deep = document.body; for (let n = 0; n < 300; n++) { const one = "
            "document.createElement('div'); deep.append(one); deep = "
            "one.attachShadow({mode: 'open'}); }</script>",
            ("absent",),
        ),
        (f"<script>document.body.append('{SOLD} '.repeat(50000))</script>", ("whole",)),
    ],
    ids=["nodes", "letters", "depth", "places"],
)
def test_a_page_without_end_ends(told: Told, body: str, shown: tuple[str, ...]) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    told.stage.sites.answers["/privacy"] = page(policy(body))
    begun = time.monotonic()
    assert told.ask()["shown"] in shown
    assert time.monotonic() - begun < 20


def test_a_page_that_never_rests_is_given_up(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    busy = (
        "<script>onload = () => setTimeout(() => { "
        "const end = Date.now() + 12000; while (Date.now() < end); }, 50)</script>"
    )
    told.stage.sites.answers["/privacy"] = page(policy(f"<p>We sell nothing.</p>{busy}"))
    assert told.ask()["shown"] == "closed"


def test_a_page_that_does_not_answer_is_told_of(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"), source="http://127.0.0.1:9/privacy")
    assert told.ask()["shown"] == "closed"


@pytest.mark.parametrize("path", ["/policy.pdf", "/policy"])
def test_a_pdf_is_opened_only(told: Told, path: str) -> None:
    told.stage.sites.answers[path] = Response(PDF, headers={"Content-Type": "application/pdf"})
    told.read(policy(f"<p>{SOLD}</p>"), source=told.stage.sites.url(path, host="shop.test"))
    assert told.ask()["shown"] == "pdf"


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.mark.parametrize("source", ["policy.txt", "javascript:alert(1)", "file:///etc/hosts"])
def test_what_is_no_page_of_the_web_is_never_opened(told: Told, source: str) -> None:
    told.read(policy(f"<p>{SOLD}</p>"), source=source)
    open_before = len(told.stage.context.pages)
    assert told.ask()["problem"]["code"] == "policy-unread"
    panel = told.stage.panel(told.tab)
    panel.get_by_role("tab", name="What it says").click()
    panel.get_by_text("Sentence 0.").click()
    expect(panel.get_by_role("button", name="Show in the document")).to_be_visible()
    expect(panel.get_by_role("button", name="Show it on the site")).to_have_count(0)
    assert len(told.stage.context.pages) == open_before + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 5, "end": 5},
        {"start": -3, "end": 9},
        {"start": 0, "end": 10**9},
        {"start": "0", "end": "9"},
        {"start": 0, "end": 9, "report": "site"},
    ],
)
def test_only_what_was_told_is_looked_for(told: Told, wrong: dict[str, object]) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    message = {"type": "passage", "tabId": told.tab, "report": "policy", "start": 0, "end": 9}
    assert told.stage.send(message | wrong)["problem"]["code"] == "policy-unread"


def test_what_a_report_of_the_site_quotes_is_shown_as_well(told: Told) -> None:
    told.read(policy(f"{FILLER}<p>{SOLD}</p>"))
    span = told.spans[0]
    site = make_site()
    assert site.details.policy is not None
    rated = replace(
        site,
        details=replace(site.details, policy=replace(site.details.policy, source=told.source)),
        findings=(replace(site.findings[0], outcome=Outcome.PRESENT, evidence=(span,)),),
        summary=(),
    )
    told.reader.rate_site = lambda *_, **__: SavedSite(None, rated)  # type: ignore[method-assign]
    told.stage.send({"type": "rate", "tabId": told.tab})
    panel = told.stage.panel(told.tab)
    for folded in panel.locator("details:has(.quote)").all():
        folded.evaluate("one => { one.open = true; }")
    panel.get_by_role("button", name="Show it on the site").first.click()
    expect(panel.locator(".on-site-told:visible")).to_have_text("Highlighted on the site.")
    assert told.shown().evaluate(MARKED) == [SOLD]
    message = {"type": "passage", "tabId": told.tab, "report": "site", "start": 0, "end": 9}
    assert told.stage.send(message)["problem"]["code"] == "policy-unread"


def test_nothing_is_opened_before_the_first_choice(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    told.stage.set(started=False)
    assert told.ask()["problem"]["code"] == "not-started"
    assert len(told.stage.context.pages) == 2


def test_the_panel_stays_with_the_report_until_another_tab_is_turned_to(told: Told) -> None:
    other = "We keep it for eleven years after you left."
    told.read(policy(f"<p>{SOLD}</p>{TALL}<p>{other}</p>"), quotes=(SOLD, other))
    panel = told.stage.open("src/panel/panel.html")
    told.shop.bring_to_front()
    panel.get_by_role("tab", name="What it says").click()
    panel.get_by_text("Sentence 0.").click()
    button = panel.get_by_role("button", name="Show it on the site")
    button.click()
    expect(panel.locator(".on-site-told:visible")).to_have_text("Highlighted on the site.")
    opened = told.shown()
    until(lambda: opened.evaluate("document.visibilityState") == "visible")
    assert opened.evaluate(MARKED) == [SOLD]
    # What was open is open, and the next quote goes to the same tab.
    panel.get_by_text("Sentence 1.").click()
    expect(button).to_have_count(2)
    button.nth(1).click()
    until(lambda: told.shown().evaluate(MARKED) == [other])
    expect(panel.locator(".on-site-told:visible")).to_have_text("Highlighted on the site.")
    # The page that the report is on has it, too.
    view = told.stage.view(told.stage.tab_id(opened))
    assert view["policy"]["subject"]["source"] == opened.url
    told.shop.bring_to_front()
    opened.bring_to_front()
    expect(panel.locator("details[open]", has_text="Sentence 0.")).to_have_count(1)

    told.stage.sites.answers["/other"] = page("<h1>Other</h1>")
    told.stage.visit("/other", host="other.test")
    expect(panel.locator(".heading")).to_contain_text("other.test")


def test_the_answer_stands_beside_the_quote(told: Told) -> None:
    told.read(policy(f"<p>{SOLD}</p>"))
    told.stage.sites.answers["/privacy"] = page(policy("<p>We sell nothing.</p>"))
    panel = told.stage.panel(told.tab)
    panel.get_by_role("tab", name="What it says").click()
    panel.get_by_text("Sentence 0.").click()
    panel.get_by_role("button", name="Show it on the site").click()
    words_now = "The page shows other words now. The passage stands in the report."
    expect(panel.locator(".on-site-told:visible")).to_have_text(words_now)


@pytest.mark.slow
def test_a_policy_that_is_read_for_real_shows_every_quote(tmp_path: Path) -> None:
    with staged(Assistant(Settings(data_dir=tmp_path))) as stage:
        html = SAMPLE.read_text("utf-8")
        stage.sites.answers["/privacy"] = page(html)
        stage.pair()
        shown = stage.visit("/privacy")
        tab = stage.tab_id(shown)
        panel = stage.panel(tab)
        panel.get_by_role("tab", name="What it says").click()
        panel.get_by_role("button", name="Read its policy").click()
        expect(panel.locator("article.report")).to_be_visible(timeout=120_000)
        shown.bring_to_front()
        sentence = panel.locator(".summary li").first
        sentence.locator("summary").click()
        sentence.get_by_role("button", name="Show it on the site").first.click()
        expect(panel.locator(".on-site-told:visible")).to_have_text("Highlighted on the site.")
        quote = sentence.locator("blockquote").first.inner_text()
        assert " ".join(words(shown.evaluate(MARKED))) == " ".join(quote.split())
        assert shown.evaluate(IN_SIGHT)

        policy_told = stage.view(tab)["policy"]
        spans = [
            (piece["start"], piece["end"])
            for told in [*policy_told["summary"], *policy_told["findings"]]
            for piece in told["evidence"]
        ]
        message = {"type": "passage", "tabId": tab, "report": "policy"}
        answers = {
            (start, end): stage.send(message | {"start": start, "end": end})["shown"]
            for start, end in dict.fromkeys(spans)
        }
        assert len(answers) > 10
        assert {span for span, told in answers.items() if told != "whole"} == set()
        assert len(stage.context.pages) == 3
