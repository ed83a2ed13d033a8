"""`pair`: the browsers that are connected are listed, and a disconnected one gets in no more."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from assistant.api.access import admit_browser, open_session, token_hash
from assistant.settings import load_settings
from assistant.store import Store
from tests.cli.conftest import Run


@pytest.fixture
def store() -> Iterator[Store]:
    """The database that the commands open, too."""
    opened = Store(f"sqlite:///{load_settings().data_dir / 'history.sqlite3'}")
    yield opened
    opened.close()


def test_nothing_there(run: Run, store: Store) -> None:
    open_session(store)

    assert run("pair").stdout == "No browser is connected.\n"
    assert json.loads(run("pair", "--json").stdout) == {"schema_version": 1, "browsers": []}


def test_browsers_are_listed_and_the_page_is_none(run: Run, store: Store) -> None:
    open_session(store)
    _, first = admit_browser(store, "Chromium 156")
    _, second = admit_browser(store, "Fire\x1b[2Jfox")

    shown = run("pair").stdout
    listed = json.loads(run("pair", "--json").stdout)["browsers"]

    for words in ("Chromium 156", first, "Fire[2Jfox", second):
        assert words in shown
    assert "\x1b" not in shown
    assert "page" not in shown
    assert [set(one) for one in listed] == [{"id", "client", "paired_at"}] * 2
    assert [one["id"] for one in listed] == [first, second]
    assert listed[0]["paired_at"].endswith("Z")


def test_a_disconnected_browser_gets_in_no_more(run: Run, store: Store) -> None:
    token, first = admit_browser(store, "Chromium 156")
    other, _ = admit_browser(store, "Firefox 153")

    assert run("pair", "--revoke", first).stdout == "Disconnected Chromium 156.\n"

    assert not store.has_token(token_hash(token))
    assert store.has_token(token_hash(other))
    assert "Chromium" not in run("pair").stdout


def test_a_program_is_told_which_one_it_was(run: Run, store: Store) -> None:
    _, browser_id = admit_browser(store, "Chromium 156")

    told = json.loads(run("pair", "--revoke", browser_id, "--json").stdout)

    assert told["disconnected"]["id"] == browser_id
    assert store.tokens() == ()


def test_an_unknown_id_and_the_pages_own_are_failures(run: Run, store: Store) -> None:
    page = open_session(store)
    (session,) = store.tokens()

    for what in ("0" * 32, session.id):
        result = run("pair", "--revoke", what)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.count("\n") == 1
        assert "`privacy-assistant pair`" in result.stderr
    assert store.has_token(token_hash(page))
