"""Photos at the edge: a child process reads them, folders are walked, copies are checked again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assistant import photos as edge
from assistant.errors import (
    InputTooLarge,
    MissingFile,
    NotAPhoto,
    NotFound,
    UncleanablePhoto,
    UnreadablePhoto,
)
from assistant.photo.clean import Style
from assistant.photo.details import Box, Region
from assistant.photos import Checked, Photos, photo_json, photos_in, read_file, still_told
from tests.photo.pictures import photo, plain
from tests.photo.test_analyze import VIENNA, WHOLE

SMALL = photo(position=VIENNA, taken=datetime(2024, 5, 17))


@pytest.fixture(scope="module")
def photos() -> Iterator[Photos]:
    made = Photos()
    yield made
    made.close()


def test_a_report_comes_back_with_what_is_compared(photos: Photos) -> None:
    checked = photos.check(WHOLE, "a.jpg", metadata_only=True)
    assert checked.report.subject.name == "a.jpg"
    assert checked.shot.facts.position is not None
    assert b'"kind":"photo"' in photo_json(checked.report)


def test_a_clean_copy_passes_the_same_checks_and_has_a_neutral_name(photos: Photos) -> None:
    copy = photos.clean(WHOLE, 7)
    assert copy.name == "photo-0007.jpg"
    assert still_told(copy.report) == ()
    assert still_told(photos.check(WHOLE, "a.jpg", metadata_only=True).report)


def test_a_copy_that_still_tells_is_not_offered(
    photos: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "still_told", lambda report: ("serial",))
    with pytest.raises(UncleanablePhoto, match="serial"):
        photos.clean(SMALL)


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.7"])
def test_what_is_no_photo_is_refused(photos: Photos, data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        photos.check(data, "a.jpg")
    with pytest.raises(NotAPhoto):
        photos.clean(data)


@pytest.mark.parametrize(
    ("kind", "style", "offered"),
    [
        ("code", Style.SOLID, False),
        ("face", Style.SOLID, False),
        ("face", Style.MOSAIC, True),
        ("plate", Style.MOSAIC, False),
    ],
)
def test_a_copy_in_which_what_is_covered_can_be_made_out_is_not_offered(
    photos: Photos, monkeypatch: pytest.MonkeyPatch, kind: str, style: Style, offered: bool
) -> None:
    seen = Region(kind, 30, 30, 20, 20, what=f"the {kind}", why="", confidence=0.9)
    beside = Region("code", 200, 30, 20, 20, what="another code", why="", confidence=0.9)
    check = photos.check

    def check_anew(*given: Any, **asked: Any) -> Checked:
        checked = check(*given, **asked)
        details = replace(checked.report.details, regions=(seen, beside))
        return replace(checked, report=replace(checked.report, details=details))

    monkeypatch.setattr(photos, "check", check_anew)
    if offered:
        assert photos.clean(SMALL, boxes=[Box(28, 28, 30, 30)], style=style).data
    else:
        with pytest.raises(UncleanablePhoto, match=rf"\(the {kind}\)"):
            photos.clean(SMALL, boxes=[Box(28, 28, 30, 30)], style=style)


def test_a_cut_photo_is_refused_a_copy(photos: Photos) -> None:
    with pytest.raises(UncleanablePhoto):
        photos.clean(plain()[:-900])


def test_what_takes_too_long_costs_one_call(
    photos: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "TIMEOUT_S", 0.0)
    with pytest.raises(UnreadablePhoto):
        photos.check(WHOLE, "a.jpg")
    monkeypatch.undo()
    assert photos.check(plain(), "b.jpg", metadata_only=True).report.rating.score == 100


def test_what_no_reader_foresaw_costs_one_call_and_is_logged_without_its_text(
    photos: Photos, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Ada at 48.2086, 16.3727")

    monkeypatch.setattr(photos._worker, "call", broken)
    with pytest.raises(UnreadablePhoto):
        photos.check(WHOLE, "a.jpg")
    assert "ZeroDivisionError" in caplog.text
    assert "48.2086" not in caplog.text


def test_a_hidden_picture_can_be_looked_at(photos: Photos) -> None:
    with pytest.raises(NotFound):
        photos.hidden(plain(), 0)


def test_the_child_ends_when_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "IDLE_S", 0.05)
    short = Photos()
    short.check(plain(), "a.jpg", metadata_only=True)
    ended = [short._worker._child is None for _ in range(100) if not _wait()]
    assert ended[-1]
    assert short.check(plain(), "a.jpg", metadata_only=True).report.rating.score == 100
    short.close()


def _wait() -> None:
    import time

    time.sleep(0.02)


def test_folders_are_walked_in_order_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(plain())
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)
    for name in ("b.jpg", "a.PNG", "inside/c.heic", "notes.txt"):
        (folder / name).write_bytes(b"x")
    (folder / "link").symlink_to(outside)
    (folder / "secret.jpg").symlink_to(outside / "secret.jpg")
    assert [path.name for path in photos_in(folder)] == ["a.PNG", "b.jpg", "c.heic"]
    assert list(photos_in(folder / "notes.txt")) == [folder / "notes.txt"]
    with pytest.raises(MissingFile):
        list(photos_in(tmp_path / "none"))


def test_a_folder_gives_no_more_than_the_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.jpg").write_bytes(b"x")
    files = photos_in(tmp_path)
    assert [next(files).name for _ in range(3)] == ["0.jpg", "1.jpg", "2.jpg"]
    with pytest.raises(InputTooLarge, match="more than 3"):
        next(files)
    (tmp_path / "3.jpg").unlink()
    (tmp_path / "4.jpg").unlink()
    assert len(list(photos_in(tmp_path))) == 3


def test_only_plain_files_of_a_bearable_size_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(plain())
    assert read_file(file, max_bytes=10**6) == plain()
    with pytest.raises(InputTooLarge):
        read_file(file, max_bytes=10)
    with pytest.raises(MissingFile):
        read_file(tmp_path, max_bytes=10**6)
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(MissingFile):
        read_file(tmp_path / "pipe.jpg", max_bytes=10**6)
