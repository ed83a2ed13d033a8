"""HTML as sites write it: the policy is kept whole, the page around it is not."""

from __future__ import annotations

import json

import pytest

from assistant.policy.document import BlockKind, Document
from assistant.policy.extract import extract_html

COLLECT = (
    "We collect your email address and details of your device when you use our service, and we "
    "share them with partners who advertise."
)
DELETE = "You may ask us to delete the data of your account at any time by writing to our team."
NAV = (
    "<nav class='navbar'><ul><li><a href='/'>Home</a></li><li><a href='/shop'>Shop now</a></li>"
    "<li><a href='/deals'>All deals</a></li></ul></nav>"
)
FOOTER = (
    "<footer><div><a href='/about'>About us</a> <a href='/jobs'>Careers</a> "
    "<a href='/terms'>Terms</a></div><p>© 2026 Example Ltd.</p></footer>"
)
NOTICE = (
    "<div id='onetrust-consent-sdk'><div role='dialog'><h2>Your choices</h2><p>We and our partners "
    "use cookies to improve your experience and show you personal advertising on our site.</p>"
    "<button>Accept all</button></div></div>"
)


def read(html: str) -> Document:
    return extract_html(html, max_chars=5_000_000)


def shape(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.block_text(block)) for block in document.blocks]


def test_keeps_the_policy_and_drops_the_page_around_it() -> None:
    document = read(
        f"<html><head><title>Privacy | Example</title></head><body>{NAV}<main><h1>Privacy</h1>"
        f"<h2>What we collect</h2><p>{COLLECT}</p><ul><li><span>Your name</span></li><li>Email"
        f"<ul><li>work</li></ul></li></ul><h2>Your rights</h2><p>{DELETE}</p></main>"
        f"{FOOTER}{NOTICE}</body></html>"
    )
    assert shape(document) == [
        ("heading", "Privacy"),
        ("heading", "What we collect"),
        ("paragraph", COLLECT),
        ("list_item", "Your name"),
        ("list_item", "Email"),
        ("list_item", "work"),
        ("heading", "Your rights"),
        ("paragraph", DELETE),
    ]
    assert document.title == "Privacy | Example"
    assert document.blocks[5].level == 2
    assert document.blocks[5].headings == ("Privacy", "What we collect")
    assert document.blocks[7].headings == ("Privacy", "Your rights")


def test_sections_that_open_on_a_click_are_text_and_hidden_menus_are_not() -> None:
    document = read(
        f"<body>{NAV}<button aria-expanded='false' class='nav-item'>What we collect</button>"
        f"<div style='display:none' aria-hidden='true'><p>{COLLECT}</p><ul><li>Name</li></ul></div>"
        f"<details><summary>Your choices</summary><p>{DELETE}</p></details>"
        "<div aria-hidden='true'><ul><li><a href='/1'>Shoes for summer</a></li>"
        "<li><a href='/2'>Hats for winter</a></li></ul></div></body>"
    )
    assert shape(document) == [
        ("heading", "What we collect"),
        ("paragraph", COLLECT),
        ("list_item", "Name"),
        ("heading", "Your choices"),
        ("paragraph", DELETE),
    ]


def test_a_page_wrapped_in_one_form_is_read() -> None:
    document = read(f"<form id='aspnetForm'>{NAV}<div><p>{COLLECT}</p><p>{DELETE}</p></div></form>")
    assert document.text == f"{COLLECT}\n{DELETE}"


def test_data_tables_become_rows_that_name_their_columns() -> None:
    document = read(
        f"<p>{COLLECT}</p><table><tr><th>Category</th><th>Examples</th><th>Sold?</th></tr>"
        "<tr><td rowspan=2>Identifiers</td><td><ul><li>Name</li><li>Email</li></ul></td><td>No</td>"
        f"</tr><tr><td>IP address</td><td>Yes</td></tr></table><p>{DELETE}</p>"
    )
    assert shape(document)[1:3] == [
        ("table_row", "Category: Identifiers; Examples: Name, Email; Sold?: No"),
        ("table_row", "Category: Identifiers; Examples: IP address; Sold?: Yes"),
    ]


def test_layout_tables_are_no_data_and_keep_their_lists() -> None:
    long = f"{COLLECT} {DELETE} " * 5
    document = read(
        "<table><tr><td><a href='/'>Home</a><br><a href='/x'>Shop</a></td><td><h1>Privacy</h1>"
        f"<p>{long}</p><ul><li>names</li><li>addresses</li></ul><p>{DELETE}</p></td></tr></table>"
    )
    assert [kind for kind, _ in shape(document)] == [
        "heading",
        "paragraph",
        "list_item",
        "list_item",
        "paragraph",
    ]


def test_breaks_bold_lines_and_bullets_stand_for_structure() -> None:
    document = read(
        f"<div><b>Collection</b><br>{COLLECT}<br><br><strong>Your rights:</strong><br/>{DELETE}"
        f"<br>&nbsp;<br>• name<br>• age</div><div class='section-title'>How we share</div>"
        f"<div>{COLLECT}</div>"
    )
    assert shape(document) == [
        ("heading", "Collection"),
        ("paragraph", COLLECT),
        ("heading", "Your rights:"),
        ("paragraph", DELETE),
        ("list_item", "name"),
        ("list_item", "age"),
        ("heading", "How we share"),
        ("paragraph", COLLECT),
    ]


def test_a_postal_address_has_no_headings() -> None:
    document = read(
        f"<p>{COLLECT}</p><p>Please write to:</p><p>Example Data Office</p><p>12 Low Road</p>"
        "<p>Smalltown</p>"
    )
    assert {kind for kind, _ in shape(document)} == {"paragraph"}


def test_definition_lists_keep_terms_and_meanings() -> None:
    document = read(f"<p>{COLLECT}</p><dl><dt>Cookies</dt><dd>{DELETE}</dd></dl>")
    assert shape(document)[1:] == [("heading", "Cookies"), ("paragraph", DELETE)]


def test_inline_markup_never_splits_words() -> None:
    document = read("<p>We never s<b>ell</b> your da<span>ta</span> to any&shy;one.</p>")
    assert document.text == "We never sell your data to anyone."


def test_scripts_styles_and_deleted_text_are_not_read() -> None:
    document = read(
        f"<style>p {{}}</style><p>{COLLECT}</p><script>var p='<p>no</p>'</script><noscript>Turn it "
        "on</noscript><svg><title>Logo</title><text>Art</text></svg><template><p>no</p></template>"
        f"<p>{DELETE} <del>We sell it.</del></p>"
    )
    assert document.text == f"{COLLECT}\n{DELETE}"
    assert document.title == ""


@pytest.mark.parametrize("start", ["", "window.__STATE__ = "])
def test_reads_a_policy_that_the_page_carries_as_json(start: str) -> None:
    rich = {
        "nodeType": "document",
        "content": [
            {"nodeType": "heading-2", "content": [{"nodeType": "text", "value": "Your rights"}]},
            {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": DELETE}]},
        ],
    }
    state = json.dumps(
        {"page": {"id": 7, "html": f"<h1>Privacy</h1><p>{COLLECT}</p>", "more": rich}}
    )
    kind = "" if start else " id='__NEXT_DATA__' type='application/json'"
    document = read(f"<div id='app'>Loading</div><script{kind}>{start}{state}</script>")
    assert shape(document) == [
        ("heading", "Privacy"),
        ("paragraph", COLLECT),
        ("heading", "Your rights"),
        ("paragraph", DELETE),
    ]


@pytest.mark.parametrize("script", ["{", '{"a": [', "[" * 200_000, '{"a": "no text here"}'])
def test_broken_json_adds_nothing(script: str) -> None:
    document = read(f"<p>Please wait.</p><script type='application/json'>{script}</script>")
    assert document.text == "Please wait."


def test_a_page_that_is_no_policy_is_read_all_the_same() -> None:
    assert (
        read("<form><p>Please log in to go on.</p><input></form>").text == "Please log in to go on."
    )
    assert "Shop now" in read(f"<body>{NAV}</body>").text


@pytest.mark.timeout(90)
@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote"])
def test_text_nested_100_000_deep_is_read(tag: str) -> None:
    document = read(f"<{tag}>" * 100_000 + f"<p>{COLLECT}</p>")
    assert document.text == COLLECT


def test_an_element_named_navigation_that_holds_the_policy_is_kept() -> None:
    document = read(f"<div class='nav-tabs sidebar'><p>{COLLECT}</p><p>{DELETE}</p></div>{FOOTER}")
    assert document.text.startswith(f"{COLLECT}\n{DELETE}")
    assert BlockKind.PARAGRAPH in {block.kind for block in document.blocks}
