"""Block lists at the edge: found, fetched, checked before use, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from assistant import knowledge
from assistant.errors import BrokenList, NotFound, UnknownList, UnwritableFile
from assistant.fetch import Fetcher
from assistant.lists import (
    Change,
    ListFile,
    ListUpdate,
    Origin,
    load_lists,
    roll_back,
    update_lists,
)
from assistant.lists import known as known_module
from assistant.lists.known import ListKnowledge, list_knowledge
from assistant.lists.loading import MOST_OWN
from assistant.lists.updating import LEAST_RULES
from assistant.settings import Settings
from tests.servers import LOOPBACK, Response, Server, endless, page, redirect
from tests.site.records import PAGE, request

NOW = datetime.now(UTC)
FIRST = "[Adblock Plus 2.0]\n! Title: Anything\n! Version: 202611010900\n||ads.test^\n"
SECOND = FIRST.replace("1101", "1108") + "||stats.test^\n"


def listed(settings: Settings, host: str, root: Path) -> str | None:
    return load_lists(settings, root=root).lists.listed(request(f"https://{host}/"), PAGE)


def text(content: str) -> Response:
    return Response(content.encode(), headers={"Content-Type": "text/plain"})


class Place:
    """A person's folder, a system without packages, and a server with the lists."""

    def __init__(self, server: Server, tmp_path: Path) -> None:
        self.settings = Settings(data_dir=tmp_path / "data")
        self.root = tmp_path / "system"
        self.folder = tmp_path / "data" / "lists"
        self.server = server
        self.fetcher = Fetcher(timeout_s=5, max_bytes=1_000_000, allow_addresses=[LOOPBACK])

    def serve(self, content: str | Response, path: str = "/easyprivacy.txt") -> None:
        self.server.answers[path] = text(content) if isinstance(content, str) else content

    def update(self, *names: str) -> tuple[ListUpdate, ...]:
        return update_lists(self.settings, self.fetcher, names or None)

    def update_one(self, content: str | Response) -> ListUpdate:
        self.serve(content)
        (update,) = self.update("easyprivacy")
        return update

    def put(self, name: str, content: str | bytes) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def put_system(self, content: str) -> Path:
        path = self.root / list_knowledge().lists[0].found[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        return path

    def listed(self, host: str) -> str | None:
        return listed(self.settings, host, self.root)

    def files(self) -> tuple[ListFile, ...]:
        return load_lists(self.settings, root=self.root).files

    def gaps(self) -> list[str]:
        return [gap.what for gap in load_lists(self.settings, root=self.root).gaps]

    def fetched(self) -> list[Path]:
        return sorted(self.folder.glob("easyprivacy@*"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The known lists, with their addresses on loopback."""
    real = (knowledge.folder("site") / "lists.yaml").read_text("utf-8")
    with Server({}) as server:
        content = yaml.safe_load(real)
        for each in content["lists"]:
            each["url"] = server.url(f"/{each['url'].rpartition('/')[2]}")
        (tmp_path / "lists.yaml").write_text(yaml.safe_dump(content), "utf-8")
        local = knowledge.load_yaml(ListKnowledge, tmp_path / "lists.yaml")
        list_knowledge.cache_clear()
        monkeypatch.setattr(known_module, "load_yaml", lambda *_: local)
        yield Place(server, tmp_path)
    list_knowledge.cache_clear()


def test_nothing_there(place: Place) -> None:
    loaded = load_lists(place.settings, root=place.root)

    assert (loaded.files, loaded.gaps, loaded.lists.facts(NOW)) == ((), (), ())
    assert place.listed("ads.test") is None
    assert not place.folder.exists()


def test_a_list_of_a_package_is_found(place: Place) -> None:
    path = place.put_system(FIRST)
    (file,) = place.files()

    assert (file.name, file.origin, file.path) == ("EasyPrivacy", Origin.SYSTEM, str(path))
    assert (file.rules, file.intact, file.problem) == (1, None, "")
    assert place.listed("ads.test") == "EasyPrivacy"


def test_lists_that_the_person_put_there(place: Place) -> None:
    place.put("mine.txt", "||stats.test^\n")
    place.put("named.txt", FIRST)
    place.put("more.hosts", "0.0.0.0 bids.test\n")
    place.put("notes.md", "||shop-assets.test^\n")
    place.put(".hidden.txt", "||shop-assets.test^\n")

    assert {file.name for file in place.files()} == {"mine", "Anything", "more"}
    assert {file.origin for file in place.files()} == {Origin.OWN}
    assert place.listed("stats.test") == "mine"
    assert place.listed("bids.test") == "more"
    assert place.listed("shop-assets.test") is None
    assert place.gaps() == []


def test_a_damaged_list_is_told_and_the_others_are_used(place: Place) -> None:
    place.put("broken.txt", b"\xff\xfe\x00\x01")
    place.put("page.txt", "<html>||ads.test^</html>")
    place.put("good.txt", "||stats.test^\n")
    place.put("deep.json", '{"a":' * 100_000)

    assert place.listed("stats.test") == "good"
    told = place.gaps()
    assert len(told) == 3
    assert all(any(name in what for what in told) for name in ("broken", "page", "deep"))
    assert [file.name for file in place.files() if not file.problem] == ["good"]


def test_a_list_that_is_too_large_is_not_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.lists.loading.MOST_BYTES", 100)
    place.put("large.txt", "||ads.test^\n" * 50)

    assert place.listed("ads.test") is None
    assert [file.rules for file in place.files()] == [None]
    assert "too large" in place.files()[0].problem


def test_only_so_many_lists_are_read(place: Place) -> None:
    for number in range(MOST_OWN + 1):
        place.put(f"{number:02}.txt", f"||a{number}.test^\n")

    assert len(place.files()) == MOST_OWN
    assert place.listed(f"a{MOST_OWN - 1}.test")
    assert place.listed(f"a{MOST_OWN}.test") is None
    assert len(place.gaps()) == 1


def test_lists_are_read_once_until_they_change(place: Place) -> None:
    place.put("mine.txt", "||ads.test^\n")
    before = load_lists(place.settings, root=place.root)

    assert load_lists(place.settings, root=place.root) is before
    place.put("mine.txt", "||ads.test^\n||stats.test^\n")
    assert place.listed("stats.test") == "mine"


def test_fetched_lists_are_kept_with_what_they_were(place: Place) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    update = place.update_one(FIRST)

    assert (update.change, update.rules, update.error) == (Change.UPDATED, 1, None)
    (file,) = place.files()
    assert (file.id, file.origin, file.intact) == ("easyprivacy", Origin.FETCHED, True)
    assert (file.version, file.earlier) == ("202611010900", False)
    assert file.fetched_at
    assert began <= file.fetched_at <= datetime.now(UTC)
    assert file.age_days(datetime(2026, 11, 4, tzinfo=UTC)) == 3
    note = json.loads((place.folder / "state.json").read_text("utf-8"))
    kept = note["lists"]["easyprivacy"]["current"]
    assert kept["bytes"] == len(FIRST)
    assert kept["url"] == place.server.url("/easyprivacy.txt")
    assert place.listed("ads.test") == "EasyPrivacy"


def test_without_a_name_the_usual_lists_are_fetched(place: Place) -> None:
    place.serve(FIRST)
    place.serve(SECOND, "/easylist.txt")

    assert [(u.id, u.change) for u in place.update()] == [
        ("easyprivacy", Change.UPDATED),
        ("easylist", Change.UPDATED),
    ]
    assert [asked.target for asked in place.server.requests] == [
        "/easyprivacy.txt",
        "/easylist.txt",
    ]


def test_a_list_with_limits_on_its_use_is_fetched_by_name_alone(place: Place) -> None:
    many = {f"Owner {n}": {f"https://o{n}.test/": [f"o{n}.test"]} for n in range(LEAST_RULES)}
    services = {"categories": {"Advertising": [{k: v} for k, v in many.items()]}}
    place.serve(json.dumps(services), "/services.json")

    (update,) = place.update("Disconnect")
    assert update.rules == LEAST_RULES
    assert place.listed("o7.test") == "Disconnect"
    assert [u.id for u in place.update()] == ["easyprivacy", "easylist", "disconnect"]


def test_the_same_content_says_so(place: Place) -> None:
    place.update_one(FIRST)

    assert place.update_one(FIRST).change is Change.UNCHANGED
    assert len(place.fetched()) == 1
    assert not place.files()[0].earlier


def test_the_version_before_is_kept_and_comes_back(place: Place) -> None:
    place.update_one(FIRST)
    place.update_one(SECOND)
    assert (place.listed("stats.test"), place.files()[0].earlier) == ("EasyPrivacy", True)

    assert roll_back(place.settings, "EasyPrivacy").source_version == "202611010900"
    assert (place.listed("stats.test"), place.listed("ads.test")) == (None, "EasyPrivacy")

    assert roll_back(place.settings, "easyprivacy").source_version == "202611080900"
    assert place.listed("stats.test") == "EasyPrivacy"


def test_only_two_versions_are_kept(place: Place) -> None:
    for number in range(4):
        place.update_one(f"{FIRST}||a{number}.test^\n")

    assert len(place.fetched()) == 2
    assert not list(place.folder.glob(".*"))


def test_there_is_nothing_to_take_back(place: Place) -> None:
    with pytest.raises(NotFound):
        roll_back(place.settings, "easyprivacy")
    place.update_one(FIRST)
    with pytest.raises(NotFound):
        roll_back(place.settings, "easyprivacy")


def test_a_file_changed_behind_our_back_is_not_used(place: Place) -> None:
    place.update_one(FIRST)
    (fetched,) = place.fetched()
    fetched.write_text(FIRST.replace("ads", "shop-assets"), "utf-8")

    assert place.listed("shop-assets.test") is None
    (file,) = place.files()
    assert file.intact is False
    assert "not as it was fetched" in file.problem
    assert len(place.gaps()) == 1

    place.put_system(FIRST)
    assert place.listed("ads.test") == "EasyPrivacy"
    assert len(place.gaps()) == 1

    place.update_one(FIRST)
    assert place.files()[0].intact
    assert place.gaps() == []


def test_a_changed_version_does_not_come_back(place: Place) -> None:
    place.update_one(FIRST)
    (first,) = place.fetched()
    place.update_one(SECOND)
    first.write_text("||shop-assets.test^\n", "utf-8")

    with pytest.raises(BrokenList):
        roll_back(place.settings, "easyprivacy")
    assert place.listed("stats.test") == "EasyPrivacy"


def test_a_file_that_is_gone_is_told(place: Place) -> None:
    place.update_one(FIRST)
    place.fetched()[0].unlink()

    assert place.listed("ads.test") is None
    assert len(place.gaps()) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (page("<html><body><h1>Sorry</h1>" + "<p>a.test</p>\n" * 2_000 + "</body></html>"), None),
        (text("||ads.test^\n"), None),
        (text("[Adblock Plus 2.0]\n! nothing\n"), None),
        (text(""), None),
        (text('{"error": "gone"}'), None),
        (Response(b"gone", status=503), "http-status"),
        (endless(b"||ads.test^\n" * 1_000), "response-too-large"),
        (Response(FIRST.encode(), headers={"Content-Length": "90000"}), "broken-response"),
        (redirect("http://192.0.2.1/list.txt"), "refused-address"),
    ],
    ids=range(9),
)
def test_what_is_no_list_changes_nothing(place: Place, answer: Response, code: str | None) -> None:
    place.update_one(FIRST)
    update = place.update_one(answer)

    assert (update.change, update.rules) == (Change.FAILED, 1)
    assert update.error
    assert update.error.code == (code or "broken-list")
    assert place.listed("ads.test") == "EasyPrivacy"
    assert place.files()[0].version == "202611010900"


def test_one_that_fails_does_not_stop_the_others(place: Place) -> None:
    place.serve(FIRST, "/easylist.txt")

    assert [u.change for u in place.update()] == [Change.FAILED, Change.UPDATED]
    assert place.listed("ads.test") == "EasyList"


def test_many_rules_without_a_header_are_a_list(place: Place) -> None:
    rules = "".join(f"||a{n}.test^\n" for n in range(LEAST_RULES))

    assert place.update_one(rules).change is Change.UPDATED


def test_an_unknown_name_fetches_nothing(place: Place) -> None:
    place.serve(FIRST)
    with pytest.raises(UnknownList) as raised:
        place.update("easyprivacy", "nosuchlist")

    assert "nosuchlist" not in f"{raised.value.message} {raised.value.hint}"
    assert place.server.requests == []
    with pytest.raises(UnknownList):
        roll_back(place.settings, "../state")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "{",
        '{"version": 2, "lists": {}}',
        '{"version": 1, "lists": {}, "more": 1}',
        "FILE:../../mine.txt",
        "FILE:easyprivacy@/../../mine.txt",
        "FILE:mine.txt",
    ],
)
def test_a_damaged_note_is_told_and_written_anew(place: Place, note: str) -> None:
    place.update_one(FIRST)
    state = place.folder / "state.json"
    if note.startswith("FILE:"):
        content = json.loads(state.read_text("utf-8"))
        content["lists"]["easyprivacy"]["current"]["file"] = note.removeprefix("FILE:")
        note = json.dumps(content)
    state.write_text(note, "utf-8")

    assert place.listed("ads.test") is None
    assert len(place.gaps()) == 1
    assert place.update_one(FIRST).change is Change.UPDATED
    assert (place.listed("ads.test"), place.gaps()) == ("EasyPrivacy", [])


def test_a_folder_that_cannot_be_written(place: Place) -> None:
    place.folder.parent.mkdir()
    place.folder.write_text("a file", "utf-8")
    place.serve(FIRST)

    with pytest.raises(UnwritableFile):
        place.update("easyprivacy")
    assert place.files() == ()


def test_every_known_list_names_its_licence_and_home() -> None:
    for known in list_knowledge().lists:
        assert known.licence
        assert known.url.startswith("https://")
        assert known.homepage.startswith("https://")
        assert not any(Path(path).is_absolute() for path in known.found)
    free = [known for known in list_knowledge().lists if "NC" not in known.licence]
    assert all(known.default is (known in free) for known in list_knowledge().lists)
