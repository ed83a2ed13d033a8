"""`lists`: what is here is shown, what is fetched is told, and what fails says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assistant import knowledge
from assistant.lists import known as known_module
from assistant.lists.known import ListKnowledge, list_knowledge
from assistant.settings import ENV_PREFIX, load_settings
from tests.cli.conftest import Run
from tests.servers import LOOPBACK, Response, Server

FIRST = "[Adblock Plus 2.0]\n! Version: 202611010900\n||ads.test^\n"
SECOND = f"{FIRST}||stats.test^\n/collect?*&id=\n".replace("1101", "1108")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serves the known lists; a system without packages."""
    content = yaml.safe_load((knowledge.folder("site") / "lists.yaml").read_text("utf-8"))
    with Server({}) as server:
        for each in content["lists"]:
            each["url"] = server.url(f"/{each['id']}.txt")
        (tmp_path / "lists.yaml").write_text(yaml.safe_dump(content), "utf-8")
        local = knowledge.load_yaml(ListKnowledge, tmp_path / "lists.yaml")
        list_knowledge.cache_clear()
        monkeypatch.setattr(known_module, "load_yaml", lambda *_: local)
        monkeypatch.setattr("assistant.lists.loading.SYSTEM_ROOT", tmp_path / "system")
        monkeypatch.setenv(f"{ENV_PREFIX}FETCH_ALLOW_ADDRESSES", LOOPBACK)
        load_settings.cache_clear()
        yield server
    list_knowledge.cache_clear()


def serve(server: Server, content: str, name: str = "easyprivacy") -> None:
    server.answers[f"/{name}.txt"] = Response(content.encode())


def test_nothing_there(run: Run, server: Server) -> None:
    assert "no block lists" in run("lists", "show").stdout
    assert json.loads(run("lists", "show", "--json").stdout) == {
        "schema_version": 1,
        "lists": [],
        "unchecked": [],
    }
    assert server.requests == []


def test_fetch_show_and_take_back(run: Run, server: Server) -> None:
    serve(server, FIRST)
    assert run("lists", "update", "easyprivacy").stdout == "EasyPrivacy: updated, 1 rule.\n"
    assert run("lists", "update", "easyprivacy").stdout == "EasyPrivacy: unchanged, 1 rule.\n"
    serve(server, SECOND)
    assert run("lists", "update", "EasyPrivacy").stdout == "EasyPrivacy: updated, 3 rules.\n"

    shown = run("lists", "show").stdout
    for told in ("EasyPrivacy", "3 rules", "version 202611080900", "checksum right", "is kept"):
        assert told in shown
    assert str(load_settings().data_dir) in shown.replace("\n", "").replace(" ", "")

    assert run("lists", "rollback", "easyprivacy").stdout.endswith("1 rule.\n")
    (row,) = json.loads(run("lists", "show", "--json").stdout)["lists"]
    assert (row["rules"], row["version"], row["intact"]) == (1, "202611010900", True)
    assert row["made"] == "2026-11-01T00:00:00Z"
    assert row["fetched_at"].endswith("Z")
    assert row["age_days"] >= 0


def test_update_and_rollback_as_json(run: Run, server: Server) -> None:
    serve(server, FIRST)
    first = json.loads(run("lists", "update", "easyprivacy", "--json").stdout)
    serve(server, SECOND)
    run("lists", "update", "easyprivacy")
    back = json.loads(run("lists", "rollback", "easyprivacy", "--json").stdout)

    assert first["lists"] == [
        {
            "id": "easyprivacy",
            "name": "EasyPrivacy",
            "change": "updated",
            "rules": 1,
            "error": None,
        }
    ]
    assert (back["rules"], back["source_version"]) == (1, "202611010900")


def test_a_failure_is_told_and_the_rest_is_fetched(run: Run, server: Server) -> None:
    serve(server, FIRST, "easylist")
    serve(server, "<html>no list</html>")
    result = run("lists", "update")

    assert result.exit_code == 1
    assert result.stdout == "EasyList: updated, 1 rule.\n"
    assert result.stderr.startswith("EasyPrivacy: ")
    assert "no block list" in result.stderr


def test_a_changed_file_is_shown_as_not_used(run: Run, server: Server) -> None:
    serve(server, FIRST)
    run("lists", "update", "easyprivacy")
    (file,) = (load_settings().data_dir / "lists").glob("easyprivacy@*")
    file.write_text("||ads.test^\n", "utf-8")

    shown = run("lists", "show").stdout
    (row,) = json.loads(run("lists", "show", "--json").stdout)["lists"]
    assert "not used" in shown
    assert "checksum right" not in shown
    assert (row["intact"], row["rules"]) == (False, None)


def test_a_damaged_note_is_shown(run: Run, server: Server) -> None:
    serve(server, FIRST)
    run("lists", "update", "easyprivacy")
    (load_settings().data_dir / "lists" / "state.json").write_text("{", "utf-8")

    assert "is damaged" in run("lists", "show").stdout


def test_a_name_from_a_list_cannot_steer_the_terminal(run: Run, server: Server) -> None:
    folder = load_settings().data_dir / "lists"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("! Title: \x1b[31mRed\n||ads.test^\n", "utf-8")

    assert "\x1b" not in run("lists", "show").stdout
    assert "\x1b" not in run("lists", "show", "--json").stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("update", "nosuchlist"), 1),
        (("rollback", "nosuchlist"), 1),
        (("rollback", "easyprivacy"), 1),
        (("rollback",), 2),
    ],
)
def test_what_cannot_be_done(run: Run, server: Server, args: tuple[str, ...], code: int) -> None:
    result = run("lists", *args)

    assert result.exit_code == code
    assert code == 2 or result.stderr.count("\n") == 1
    assert server.requests == []
