"""Text of a page or a caller is data: it never becomes markup, a link or a terminal command."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from rich.console import Console

from assistant.render.html import render_html
from assistant.render.markdown import render_markdown
from assistant.render.terminal import render_terminal
from tests.api.service import Service, running
from tests.api.stub import StubAssistant, make_report

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</style><svg/onload=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' onmouseover='alert(1)",
    "<!--",
    "]]>",
    "<iframe src=javascript:alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://192.0.2.1/pixel.png)",
    "<https://192.0.2.1/>",
    "`` ` ``",
    "&lt;b&gt;&#x3c;b&#x3e;",
    "{{7*7}} {% raw %} ${7*7}",
]
BIDI = ["\u202egnp.exe", "\u2066isolated", "\u200fright"]
CONTROL = ["\x1b[31mred\x1b[0m", "\x1b]8;;http://192.0.2.1\x07link\x1b]8;;\x07", "\x9b31m", "\x07"]
ADDRESSES = ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x"]


class Tags(HTMLParser):
    """The elements and attributes of a page, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.extend((name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def service() -> Iterator[Service]:
    with running(StubAssistant()) as service:
        yield service


def check_page(page: str, known: set[str]) -> Tags:
    """Check that a page has no elements beyond the known ones and nothing active."""
    tags = Tags(page)
    assert set(tags.elements) <= known
    assert not {"script", "iframe", "object", "embed", "base", "form"} & set(tags.elements)
    for name, value in tags.attributes:
        assert not name.startswith("on")
        assert name not in {"src", "srcset", "autofocus", "action", "formaction"}
        if name == "href":
            assert value.startswith(("#", "https://", "http://"))
    return tags


@pytest.mark.parametrize("text", HOSTILE + ADDRESSES + BIDI)
def test_the_api_returns_it_as_a_string_and_nothing_else(service: Service, text: str) -> None:
    answer = service.call("POST", "/policy", {"text": text, "name": text})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    report = answer.json()
    assert report["details"]["text"] == text
    assert report["subject"]["name"] == text
    (entry,) = service.call("GET", "/history").json()["entries"]
    assert entry["name"] == text


@pytest.mark.parametrize("text", HOSTILE + ADDRESSES)
def test_the_exported_page_shows_it_as_text(text: str) -> None:
    plain = set(Tags(render_html([make_report(b"We sell it.", "Acme")])).elements)

    tags = check_page(render_html([make_report(text.encode(), text)]), plain)

    assert text in tags.text


@pytest.mark.parametrize("text", BIDI[:2])
def test_text_cannot_turn_the_words_around_it(text: str) -> None:
    report = make_report(f"We sell it. {text}".encode(), f"Acme {text}")

    for written in (render_html([report]), render_markdown([report])):
        assert text[0] not in written
        assert text[1:] in written


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_web_addresses_become_links(address: str) -> None:
    page = render_html([make_report(b"We sell it.", address)])

    assert not [
        v for n, v in Tags(page).attributes if n == "href" and not v.startswith(("#", "http"))
    ]


def test_the_exported_page_needs_nothing_from_elsewhere() -> None:
    page = render_html([make_report(b"We sell it.", "Acme")])

    assert "<link" not in page
    assert "@import" not in page
    assert "url(" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_exported_markdown_shows_it_as_text(text: str) -> None:
    from markdown_it import MarkdownIt

    plain = set(Tags(MarkdownIt().render(render_markdown([make_report(b"a", "Acme")]))).elements)

    written = render_markdown([make_report(text.encode(), text)])
    tags = check_page(MarkdownIt("commonmark", {"html": True}).render(written), plain)

    assert "img" not in tags.elements
    assert not [v for n, v in tags.attributes if n == "href" and "192.0.2.1" in v]


@pytest.mark.parametrize("text", CONTROL)
def test_nothing_steers_the_terminal(text: str) -> None:
    written = io.StringIO()

    render_terminal(
        [make_report(f"We sell it. {text}".encode(), f"Acme {text}")],
        Console(file=written, force_terminal=False, width=80),
    )

    assert not {"\x1b", "\x9b", "\x07"} & set(written.getvalue())


@pytest.mark.parametrize("text", CONTROL)
def test_nothing_steers_the_reader_of_a_file(text: str) -> None:
    report = make_report(f"We sell it. {text}".encode(), f"Acme {text}")

    for written in (render_html([report]), render_markdown([report])):
        assert not {"\x1b", "\x9b", "\x07"} & set(written)
