"""`photo`: one file, several, folders, clean copies and refusals, with the real job."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.photo.folders import HOME, MONDAY, at
from tests.photo.pictures import photo, plain, unopenable
from tests.photo.test_analyze import WHOLE
from tests.photo.test_heic import CODE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(WHOLE)
    return path


def test_one_photo_is_told_in_words_and_as_json(run: Run, file: Path) -> None:
    shown = run("photo", str(file), "--metadata-only")
    told = json.loads(run("photo", str(file), "--metadata-only", "--json").stdout)

    assert shown.exit_code == 0
    assert "near Vienna, Austria" in shown.stdout
    assert "Carries a serial number" in shown.stdout
    assert told["kind"] == "photo"
    assert told["details"]["place"]["town"] == "Vienna"
    assert "rating" in told


def test_a_folder_with_a_home_tells_it_and_without_one_does_not(run: Run, tmp_path: Path) -> None:
    for number in range(4):
        taken = MONDAY + timedelta(days=3 * number, hours=22)
        data = photo(position=at(HOME, 10 * number), taken=taken, seed=number)
        (tmp_path / f"{number}.jpg").write_bytes(data)

    told = json.loads(run("photo", str(tmp_path), "--metadata-only", "--json").stdout)
    shown = run("photo", str(tmp_path), "--metadata-only").stdout

    home = next(i for i in told["linkage"]["inferences"] if i["kind"] == "home")
    assert sorted(home["files"]) == [f"{n}.jpg" for n in range(4)]
    assert "probably show where the person who took them lives" in shown
    (tmp_path / "0.jpg").unlink()
    (tmp_path / "1.jpg").unlink()
    told = json.loads(run("photo", str(tmp_path), "--metadata-only", "--json").stdout)
    assert told["linkage"]["inferences"] == []


def test_clean_copies_go_into_the_folder_and_the_original_stays(
    run: Run, file: Path, tmp_path: Path
) -> None:
    clean = tmp_path / "clean"
    result = run("photo", str(file), "--metadata-only", "--clean", str(clean))

    assert result.exit_code == 0
    assert [path.name for path in clean.iterdir()] == ["photo-0001.jpg"]
    assert file.read_bytes() == WHOLE
    again = json.loads(
        run("photo", str(clean / "photo-0001.jpg"), "--metadata-only", "--json").stdout
    )
    assert again["rating"]["score"] == 100


def test_a_refusal_leaves_no_file_stands_in_the_report_and_fails(run: Run, tmp_path: Path) -> None:
    cut, good = tmp_path / "a-cut.jpg", tmp_path / "good.jpg"
    cut.write_bytes(plain()[:-900])
    good.write_bytes(plain())
    clean = tmp_path / "clean"

    result = run("photo", str(cut), str(good), "--metadata-only", "--clean", str(clean), "--json")

    assert result.exit_code == 1
    assert [path.name for path in clean.iterdir()] == ["photo-0002.jpg"]
    first, second = json.loads(result.stdout)["reports"]
    assert "The clean copy" in [gap["what"] for gap in first["unchecked"]]
    assert "The clean copy" not in [gap["what"] for gap in second["unchecked"]]
    assert result.stderr.count("\n") == 1


def test_an_existing_file_is_never_overwritten(run: Run, file: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "photo-0001.jpg").write_bytes(b"mine")
    result = run("photo", str(file), "--metadata-only", "--clean", str(clean))
    assert result.exit_code == 1
    assert (clean / "photo-0001.jpg").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("content", "words"), [(b"<html>", "no photo"), (b"", "no photo"), (None, "does not exist")]
)
def test_what_cannot_be_checked_fails_in_one_line(
    run: Run, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "a.jpg"
    if content is not None:
        path.write_bytes(content)
    result = run("photo", str(path))
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_one_bad_file_of_several_costs_only_itself(run: Run, file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"nothing")
    result = run("photo", str(bad), str(file), "--metadata-only", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [report["subject"]["name"] for report in told["reports"]] == ["holiday.jpg"]
    assert [error["file"] for error in told["errors"]] == ["bad.jpg"]


def test_what_is_to_be_covered_is_covered_in_the_copy(run: Run, tmp_path: Path) -> None:
    (tmp_path / "code.heic").write_bytes(CODE)
    clean = str(tmp_path / "clean")
    shown = run("photo", str(tmp_path / "code.heic"), "--clean", clean, "--blur", "codes")
    assert shown.exit_code == 0
    told = json.loads(run("photo", clean, "--json").stdout)["reports"]
    assert [report["details"]["codes"] for report in told] == [[]]
    assert json.loads(run("photo", str(tmp_path / "code.heic"), "--json").stdout)["details"][
        "codes"
    ]


def test_what_was_not_seen_is_never_offered_as_covered(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(unopenable())
    clean = tmp_path / "clean"
    result = run("photo", str(tmp_path / "a.png"), "--clean", str(clean), "--blur", "faces")
    assert result.exit_code == 1
    assert "could not be looked at" in result.stderr
    assert list(clean.iterdir()) == []
    unseen = run("photo", str(tmp_path / "a.png"), "--clean", str(clean))
    assert unseen.exit_code == 1
    assert "cannot be decoded here" in unseen.stderr


@pytest.mark.parametrize(
    "options", [("--blur", "faces"), ("--blur", "noses", "--clean", "x")], ids=["no folder", "what"]
)
def test_wrong_options_are_refused(run: Run, file: Path, options: tuple[str, ...]) -> None:
    assert run("photo", str(file), *options).exit_code == 2


@pytest.fixture
def exiftool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name that sees a serial in every file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    told = '[{"SourceFile": "-", "Sony:InternalSerialNumber": "12ab34cd"}]'
    program = folder / "exiftool"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdin.buffer.read()\nprint({told!r})\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.mark.usefixtures("exiftool")
def test_a_second_opinion_is_told_where_it_is_asked_for(run: Run, file: Path) -> None:
    asked = run("photo", str(file), "--metadata-only", "--second-opinion").stdout
    beside = run("photo", str(file), str(file), "--metadata-only", "--second-opinion").stdout
    unasked = run("photo", str(file), "--metadata-only").stdout

    assert "ExifTool also sees: serial (Sony:InternalSerialNumber)." in asked
    assert beside.count("(Sony:InternalSerialNumber)") == 2
    assert "ExifTool" not in unasked


@pytest.mark.usefixtures("exiftool")
def test_a_copy_that_a_second_opinion_finds_telling_is_refused(
    run: Run, file: Path, tmp_path: Path
) -> None:
    clean = tmp_path / "clean"
    result = run("photo", str(file), "--metadata-only", "--second-opinion", "--clean", str(clean))
    assert result.exit_code == 1
    assert list(clean.iterdir()) == []
    assert "(Sony:InternalSerialNumber)" in result.stderr


def test_a_folder_is_told_in_the_order_of_its_names(run: Run, tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"{number}.jpg").write_bytes(photo(seed=number, serial=f"90123{number}"))
    (tmp_path / "3.jpg").write_bytes(b"nothing")
    told = json.loads(run("photo", str(tmp_path), "--metadata-only", "--json").stdout)
    assert [report["subject"]["name"][0] for report in told["reports"]] == list("012456")
    assert [error["file"] for error in told["errors"]] == ["3.jpg"]
    assert told["linkage"]["photos"] == 6
    assert {"findings", "details", "summary"} <= told["reports"][0].keys()
    assert told["reports"][0]["details"]["metadata"]


def test_a_folder_in_which_nothing_can_be_read_is_still_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    told = json.loads(run("photo", str(tmp_path), "--json").stdout)
    assert told["reports"] == []
    assert [error["file"] for error in told["errors"]] == ["a.jpg"]


def test_the_time_of_the_file_itself_is_told(run: Run, file: Path) -> None:
    os.utime(file, (1_700_000_000, 1_700_000_000))
    told = json.loads(run("photo", str(file), "--metadata-only", "--json").stdout)
    (entry,) = (e for e in told["details"]["metadata"] if e["tag"] == "FileModifyDate")
    assert datetime.fromisoformat(entry["value"]).timestamp() == 1_700_000_000
    assert entry["risk"] is None


def test_how_many_copies_were_made_and_refused_is_told(run: Run, file: Path) -> None:
    (file.parent / "cut.jpg").write_bytes(WHOLE[:-900])
    clean = file.parent / "clean"
    result = run("photo", str(file.parent), "--metadata-only", "--clean", str(clean))
    assert result.exit_code == 1
    assert f"1 clean copy in {clean}, 1 refused." in result.stdout
