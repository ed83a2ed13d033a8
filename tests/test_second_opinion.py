"""ExifTool as a second reader: what it adds is told, and its absence costs a sentence."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import second_opinion as edge
from assistant.errors import UncleanablePhoto
from assistant.photo.details import HiddenKind, Private
from assistant.photos import PhotoReport, Photos
from assistant.report import Unchecked
from assistant.second_opinion import Opinion, SeenTag, named, second_opinion, unseen
from tests.photo.pictures import plain
from tests.photo.scene import scene
from tests.photo.test_analyze import WHOLE

real = pytest.mark.skipif(shutil.which("exiftool") is None, reason="ExifTool is not installed")
Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a program of that Python source on the path as `exiftool`."""

    def put(source: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "exiftool"
        program.write_text(f"#!{sys.executable}\nimport os, sys, time\n{source}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))

    return put


@pytest.fixture(scope="module")
def photos() -> Iterator[Photos]:
    made = Photos()
    yield made
    made.close()


def printing(**tags: object) -> str:
    """A program that reads all bytes and prints tags; `__` in a name stands for a colon."""
    told = {"SourceFile": "-"} | {name.replace("__", ":"): value for name, value in tags.items()}
    return f"sys.stdin.buffer.read()\nprint({json.dumps([told])!r})"


def told_of(photos: Photos, data: bytes) -> dict[str, str]:
    report = photos.check(data, "a.jpg", metadata_only=True, second_opinion=True).report
    return {gap.what: gap.why for gap in report.unchecked}


def test_what_only_exiftool_sees_is_told_without_its_value(
    photos: Photos, install: Install
) -> None:
    install(printing(Canon__InternalSerialNumber="ZX90817263", File__FileType="JPEG"))
    told = told_of(photos, plain())
    assert told["Data that only ExifTool sees"] == (
        "ExifTool also sees: serial (Canon:InternalSerialNumber)."
    )
    assert "ZX90817263" not in str(told)


def test_what_our_reading_tells_too_is_not_told_again(photos: Photos, install: Install) -> None:
    install(
        printing(
            IFD0__Artist="Ada Example",
            ExifIFD__SerialNumber="9012345678",
            Other__OwnerName="ada example",
            GPS__GPSLatitude="48 deg 12' 31\"",
        )
    )
    assert set(told_of(photos, WHOLE)) == {"What the picture shows"}


@pytest.mark.parametrize(
    "tags",
    [
        {"System__FileModifyDate": "2026:11:27 10:00:00"},
        {"Composite__GPSPosition": "48 N, 16 E"},
        {"ICC_Profile__ProfileDateTime": "2020:01:01 00:00:00"},
        {"QuickTime__CreateDate": "0000:00:00 00:00:00"},
        {"IFD0__Orientation": "Rotate 90 CW"},
        {"ExifIFD__SerialNumber": "0000000"},
    ],
    ids=lambda tags: next(iter(tags)),
)
def test_what_gives_nothing_away_is_not_told(install: Install, tags: dict[str, str]) -> None:
    install(printing(**tags))
    assert second_opinion(plain()) == Opinion()


def test_a_tag_that_occurs_twice_counts_with_both_values(install: Install) -> None:
    pairs = '{"SourceFile": "-", "IFD0:Artist": "", "IFD0:Artist": "Ada"}'
    install(f"sys.stdin.buffer.read()\nprint({'[' + pairs + ']'!r})")
    assert [tag.value for tag in second_opinion(plain()).tags] == ["Ada"]


def test_where_it_is_not_installed_the_report_says_so(
    photos: Photos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "not installed" in told_of(photos, plain())["Second opinion"]
    assert photos.clean(WHOLE, second_opinion=True).report.rating.score == 100


@pytest.mark.parametrize(
    "source",
    [
        "print('no JSON')",
        "print('[]')",
        "print('[1]')",
        "print('{}')",
        "print('[' * 100_000)",
        """print('[{"SourceFile": "-", "ExifTool:Error": "Unknown file type"}]')""",
        "sys.stdout.buffer.write(bytes(range(256)))",
        "sys.exit(1)",
        "os.abort()",
    ],
)
def test_an_answer_that_cannot_be_read_is_a_gap(
    photos: Photos, install: Install, source: str
) -> None:
    install(source)
    assert "no answer" in told_of(photos, plain())["Second opinion"]


def test_one_that_hangs_is_ended_with_what_it_started(install: Install) -> None:
    install("os.fork()\ntime.sleep(600)")
    assert second_opinion(plain() + bytes(1 << 20), timeout_s=0.3).gap == "second_opinion_failed"


def test_one_that_prints_without_end_is_ended(install: Install) -> None:
    install("while True: os.write(1, b'[' * 65536)")
    assert second_opinion(plain()).gap == "second_opinion_failed"


def test_it_gets_the_bytes_and_fixed_arguments_and_nothing_of_the_person(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERL5OPT", "-Mstrict")
    monkeypatch.setenv("HOME", "/home/ada")
    seen = tmp_path / "seen.json"
    install(
        "import json\n"
        "size = len(sys.stdin.buffer.read())\n"
        f"with open({str(seen)!r}, 'w') as file:\n"
        "    json.dump([sys.argv[1:], size, sorted(os.environ)], file)\n"
        """print('[{"SourceFile": "-"}]')"""
    )
    data = plain()
    assert second_opinion(data) == Opinion()
    arguments, size, variables = json.loads(seen.read_text())
    assert arguments[:2] == ["-config", ""]
    assert arguments[-1] == "-"
    assert size == len(data)
    assert not {"HOME", "PERL5OPT"} & set(variables)


def test_a_copy_in_which_it_still_sees_something_is_refused(
    photos: Photos, install: Install
) -> None:
    install(printing(Sony__InternalSerialNumber="12ab34cd"))
    with pytest.raises(UncleanablePhoto, match=r"serial \(Sony:InternalSerialNumber\)"):
        photos.clean(WHOLE, second_opinion=True)
    assert photos.clean(WHOLE).name == "photo-0001.jpg"


def test_hidden_pictures_are_known_by_what_they_are(photos: Photos) -> None:
    opinion = Opinion(
        (
            SeenTag(Private.THUMBNAIL, "IFD1:ThumbnailImage", "(Binary data 900 bytes)"),
            SeenTag(Private.EMBEDDED_VIDEO_AUDIO, "Trailer:EmbeddedVideoFile", "(Binary data)"),
        )
    )
    details = photos.check(scene(), "a.jpg", metadata_only=True).report.details
    assert HiddenKind.THUMBNAIL in {piece.kind for piece in details.hidden}
    assert [tag.name for tag in unseen(opinion, details)] == ["Trailer:EmbeddedVideoFile"]


def test_of_many_tags_the_first_are_named_and_the_rest_counted() -> None:
    tags = tuple(SeenTag(Private.SERIAL, f"A:Serial{n}", "x") for n in range(15))
    assert named(tags).endswith("serial (A:Serial11), and 3 more")


@pytest.mark.parametrize("risk", list(Private))
def test_every_kind_of_private_data_has_names(risk: Private) -> None:
    assert any(kind.names for kind in edge.tag_table().tags if kind.risk is risk)


@real
def test_the_real_one_sees_what_was_planted_and_nothing_in_the_copy(photos: Photos) -> None:
    seen = {tag.risk for tag in second_opinion(scene()).tags}
    assert {Private.GPS_COORD, Private.SERIAL, Private.PERSON_NAME, Private.TIMESTAMP} <= seen
    assert Private.THUMBNAIL in seen
    assert second_opinion(plain()) == Opinion()
    assert photos.clean(scene(), second_opinion=True).report.rating.score is not None


@real
def test_the_real_one_agrees_with_our_reading_of_a_whole_photo(photos: Photos) -> None:
    report: PhotoReport = photos.check(
        WHOLE, "a.jpg", metadata_only=True, second_opinion=True
    ).report
    assert [gap for gap in report.unchecked if "ExifTool" in gap.what] == list[Unchecked]()
