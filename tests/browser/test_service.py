"""The page against the service as it runs on a person's computer, models and history included."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.api.access import new_code
from assistant.api.app import create_app
from assistant.api.serve import bind, make_server, page_address
from assistant.service import Assistant
from assistant.settings import Settings
from tests.browser.conftest import Watch
from tests.browser.screenshots import choose_photos
from tests.photo.pictures import photo
from tests.servers import LOOPBACK, Server
from tests.servers import page as html

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTOS = {
    "a.jpg": photo(serial="9012345678", seed=1),
    "b.jpg": photo(serial="9012345678", seed=2),
    "broken.jpg": b"no photo",
}
SALES = (
    "Privacy Policy. This policy explains what personal information we collect and how we use it. "
    "We collect your name, your email address and your location when you use the service. "
    "We sell your personal information to advertisers and other third parties. "
    "We keep your personal information for as long as we like, also after you delete your account. "
    "You may contact us at privacy@lumenpost.example with any question about this policy."
)


@pytest.fixture(scope="session")
def models() -> Assistant:
    """Loads the models once; each test gets a history of its own."""
    return Assistant(Settings())


@pytest.fixture
def address(tmp_path: Path, models: Assistant) -> Iterator[str]:
    """The address that `serve` prints, of a service that may fetch from loopback."""
    settings = Settings(data_dir=tmp_path / "data", fetch_allow_addresses=(LOOPBACK,))
    assistant = Assistant(settings)
    assistant.policies.models = models.policies.models
    with bind(LOOPBACK, 0) as listener:
        port = int(listener.getsockname()[1])
        code = new_code()
        server = make_server(create_app(assistant, host=LOOPBACK, port=port, one_time_code=code))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        running.start()
        yield page_address(LOOPBACK, port, code)
        server.should_exit = True
        running.join()
    assistant.store.close()


@pytest.fixture
def visit(browser: Browser, address: str, watch: Watch) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", accept_downloads=True)
    context.set_default_timeout(30_000)
    page = context.new_page()
    watch.follow(page)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you agreeing to?")
    yield page
    context.close()
    origin = address.partition("#")[0]
    assert [url for url in watch.requests if not url.startswith((origin, "blob:"))] == []
    assert watch.complaints == []


def _show_a_quote(page: Page) -> None:
    """The first quote of the summary marks exactly its passage in the document."""
    sentence = page.locator(".summary details").first
    sentence.locator("summary").click()
    quote = sentence.locator("blockquote").first.text_content()
    sentence.get_by_role("button", name="Show in the document").first.click()
    expect(page.locator("mark").first).to_be_focused()
    assert "\n".join(page.locator("mark").all_text_contents()) == quote


def test_from_the_sample_to_nothing_left(visit: Page) -> None:
    visit.get_by_role("button", name="Try the sample").click()
    expect(visit.locator(".grade-words")).to_contain_text("Grade", timeout=60_000)
    _show_a_quote(visit)

    with visit.expect_download() as download:
        visit.get_by_role("link", name="Save as HTML").click()
    exported = Path(download.value.path()).read_text("utf-8")
    assert visit.get_by_role("heading", level=1).inner_text() in exported

    finding = visit.locator(".finding").first
    finding.locator("summary").click()
    finding.get_by_role("button", name="Wrong?").click()
    expect(visit.locator(".finding").first).to_contain_text("You marked this as wrong")
    visit.reload()
    expect(visit.locator(".finding").first.locator("summary")).to_contain_text("Marked wrong")

    visit.get_by_role("link", name="History").click()
    visit.get_by_role("button", name="lumenpost.example", exact=True).click()
    expect(visit.locator(".grade-words")).to_contain_text("Grade")
    visit.get_by_role("link", name="History").click()
    visit.get_by_role("button", name="Forget everything").click()
    visit.get_by_role("dialog").get_by_role("button", name="Forget everything").click()
    expect(visit.get_by_text("Nothing is kept.")).to_be_visible()


def test_pasted_text_and_a_dropped_file_are_read(visit: Page) -> None:
    visit.get_by_text("Paste the text").click()
    visit.get_by_label("Text of the policy").fill(SALES)
    visit.get_by_role("button", name="Read this text").click()
    expect(visit.locator(".grade-words")).to_contain_text("Grade", timeout=60_000)
    _show_a_quote(visit)

    visit.get_by_role("link", name="Read", exact=True).click()
    carried = visit.evaluate_handle(
        """(text) => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "policy.txt", {type: "text/plain"}));
            return carried;
        }""",
        SALES,
    )
    visit.dispatch_event("body", "drop", {"dataTransfer": carried})
    expect(visit.locator(".verdict-about")).to_contain_text("policy.txt", timeout=60_000)


def test_an_address_is_fetched_from_its_own_site(visit: Page) -> None:
    policy = html(
        f"<title>Privacy policy</title><main><h1>Privacy Policy</h1><p>{SALES}</p></main>"
    )
    with Server({"/privacy": policy}) as site:
        visit.get_by_label("Address of a policy").fill(site.url("/privacy"))
        visit.keyboard.press("Enter")
        expect(visit.locator(".document-text")).to_contain_text("We sell", timeout=60_000)


@pytest.mark.parametrize(
    ("typed", "headline"),
    [
        ("not an address", "That is not a web address"),
        ("http://10.0.0.1/privacy", "That address is private, so I did not go there"),
    ],
)
def test_bad_addresses_are_said_to_be(visit: Page, typed: str, headline: str) -> None:
    visit.get_by_label("Address of a policy").fill(typed)
    visit.keyboard.press("Enter")
    expect(visit.get_by_role("heading", level=1)).to_have_text(headline)


def test_a_site_that_is_down_is_said_to_be(visit: Page) -> None:
    with Server({}) as site:
        address = site.url()
    visit.get_by_label("Address of a policy").fill(address)
    visit.keyboard.press("Enter")
    expect(visit.get_by_role("heading", level=1)).to_have_text("That site could not be reached")
    expect(visit.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize(
    "text",
    [
        "Peel the pears, cut them in half and let them simmer with honey and thyme. " * 6,
        "Wir erheben personenbezogene Daten und geben sie an unsere Werbepartner weiter. " * 6,
    ],
    ids=["not a policy", "not English"],
)
def test_what_cannot_be_rated_has_no_grade(visit: Page, text: str) -> None:
    visit.get_by_text("Paste the text").click()
    visit.get_by_label("Text of the policy").fill(text)
    visit.get_by_role("button", name="Read this text").click()
    expect(visit.locator(".grade-words")).to_have_text("No grade", timeout=60_000)
    expect(visit.locator(".unchecked li")).not_to_have_count(0)


def test_a_used_code_opens_nothing(visit: Page, address: str, browser: Browser) -> None:
    context = browser.new_context()
    stranger = context.new_page()
    stranger.goto(address)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(
        re.compile("fresh address|wrong codes")
    )
    context.close()


def test_several_photos_are_linked_and_copied_clean(visit: Page) -> None:
    choose_photos(visit, PHOTOS)
    claim = visit.get_by_role("listitem").filter(
        has=visit.get_by_role("heading", name="One device")
    )
    expect(claim.get_by_role("button")).to_have_text(["a.jpg", "b.jpg"])
    expect(visit.locator(".photos-entry.is-unread")).to_contain_text("This is no photo")
    with visit.expect_download() as download:
        visit.get_by_role("button", name="Save clean copies of all 2").click()
    with ZipFile(download.value.path()) as copies:
        assert copies.namelist() == ["photo-0001.jpg", "photo-0002.jpg"]
        assert copies.testzip() is None
        for name in copies.namelist():
            assert b"9012345678" not in copies.read(name)


def test_a_site_is_rated_as_served_and_kept(visit: Page) -> None:
    policy = html(f"<title>Privacy policy</title><main><h1>Privacy</h1><p>{SALES}</p></main>")
    shop = html(
        "<title>Lamps</title><h1>Lamps</h1><a href='/privacy'>Privacy policy</a>"
        "<script src='https://www.google-analytics.com/analytics.js'></script>"
    )
    with Server({"/": shop, "/privacy": policy}) as site:
        visit.get_by_label("Address of a policy").fill(site.url())
        visit.get_by_role("button", name="Rate the site").click()
        panel = visit.get_by_role("region", name="Who gets data here")
        expect(panel).to_contain_text("google-analytics.com", timeout=60_000)
    expect(panel).to_contain_text("follows you")
    expect(visit.locator(".still-open")).to_contain_text("No script of the page ran")
    expect(visit.locator(".site-policy")).to_contain_text("This is about what it says")

    box = visit.locator(".finding").filter(has_text="Its policy allows selling")
    box.locator("summary").click()
    expect(box.locator("blockquote")).to_contain_text("We sell your personal information")
    verdict = visit.get_by_role("heading", level=1).inner_text()
    with visit.expect_download() as download:
        visit.get_by_role("link", name="Save as HTML").click()
    assert verdict in Path(download.value.path()).read_text("utf-8")

    visit.get_by_role("link", name="History").click()
    entry = visit.get_by_role("listitem").filter(has_text="What a site does")
    entry.locator(".history-name").click()
    expect(visit.get_by_role("heading", level=1)).to_have_text(verdict)
