"""The ledger of shared photos: off by default, hashes only, and gone when it is forgotten."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import ledger as edge
from assistant.errors import InvalidRequest, StoreUnavailable
from assistant.ledger import KEY_BYTES, KEY_FILE, Ledger, ledger_of
from assistant.photo.details import Position
from assistant.photo.shots import Shot
from assistant.photos import Checked, Photos
from assistant.settings import Settings
from tests.photo.folders import shot
from tests.photo.pictures import photo
from tests.photo.test_analyze import VIENNA, WHOLE

SERIAL, NAME = "9012345678", "Ada Example"
ROME = Position(41.9, 12.5)


@pytest.fixture(scope="module")
def check() -> Iterator[Callable[[bytes], Checked]]:
    photos = Photos()
    yield lambda data: photos.check(data, "holiday.jpg", metadata_only=True)
    photos.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(keep_photo_ledger=True)


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return ledger_of(settings)


def told(ledger: Ledger, checked: Checked) -> list[str]:
    """The kinds of what links a photo to those shared before."""
    inferences = ledger.compare(checked.report, checked.shot).details.inferences
    return [one.kind for one in inferences if one.kind.startswith("seen-")]


def content(folder: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_photo_is_told_to_come_from_the_device_of_those_shared_before(
    ledger: Ledger, check: Callable[[bytes], Checked]
) -> None:
    first, second = check(photo(serial=SERIAL)), check(photo(serial=SERIAL, seed=2))
    assert told(ledger, second) == []

    assert ledger.note([first.shot, first.shot]) == 2

    (claim,) = (i for i in ledger.compare(second.report, second.shot).details.inferences)
    assert "this photo and 2 that you shared before come from the same device" in claim.claim
    assert told(ledger_of(Settings(keep_photo_ledger=True)), second) == ["seen-device"]


def test_owner_and_area_are_told_too(ledger: Ledger, check: Callable[[bytes], Checked]) -> None:
    ledger.note([check(WHOLE).shot])
    other = check(photo(position=VIENNA, artist="ada example", seed=3))
    assert told(ledger, other) == ["seen-owner", "seen-area"]


@pytest.mark.parametrize(
    "other",
    [photo(serial="9012345679"), photo(position=ROME), photo(artist="Ada Examplesen"), photo()],
    ids=["another serial", "another area", "another owner", "nothing"],
)
def test_a_near_miss_is_silent(
    ledger: Ledger, check: Callable[[bytes], Checked], other: bytes
) -> None:
    ledger.note([check(WHOLE).shot])
    assert told(ledger, check(other)) == []


def test_checking_alone_notes_nothing(
    ledger: Ledger, settings: Settings, check: Callable[[bytes], Checked]
) -> None:
    for _ in range(2):
        assert told(ledger, check(WHOLE)) == []
    assert not settings.data_dir.exists()


def test_it_is_off_by_default(check: Callable[[bytes], Checked]) -> None:
    settings = Settings()
    off = ledger_of(settings)

    with pytest.raises(InvalidRequest) as refused:
        off.note([check(WHOLE).shot])

    assert "keep_photo_ledger" in refused.value.hint
    assert not settings.data_dir.exists()


def test_turned_off_it_tells_nothing_of_before(
    ledger: Ledger, check: Callable[[bytes], Checked]
) -> None:
    checked = check(WHOLE)
    ledger.note([checked.shot])
    assert told(ledger, checked)
    assert told(ledger_of(Settings(keep_photo_ledger=False)), checked) == []


def test_where_nothing_is_kept_for_a_day_there_is_no_ledger() -> None:
    with pytest.raises(InvalidRequest) as refused:
        ledger_of(Settings(keep_photo_ledger=True, keep_history_days=0)).check_on()
    assert "keep_history_days" in refused.value.hint


def test_neither_serial_nor_name_nor_place_nor_day_is_in_a_file(
    ledger: Ledger, settings: Settings, check: Callable[[bytes], Checked]
) -> None:
    checked = check(WHOLE)
    ledger.note([checked.shot])
    kept = content(settings.data_dir).lower()
    today = datetime.now(UTC)
    sha256 = checked.report.subject.sha256
    assert f"{today:%Y-%m}".encode() in kept
    for mark in (SERIAL, NAME.lower(), "ada", "holiday", "48.2", "16.37", "vienna", sha256):
        assert mark.encode() not in kept
    assert bytes.fromhex(sha256) not in kept
    assert f"{today:%Y-%m-%d}".encode() not in kept


def test_without_the_right_key_nothing_in_it_matches(
    ledger: Ledger, settings: Settings, check: Callable[[bytes], Checked]
) -> None:
    checked = check(photo(serial=SERIAL))
    ledger.note([checked.shot])
    file = settings.data_dir / KEY_FILE
    right = file.read_bytes()
    file.write_bytes(bytes(KEY_BYTES))
    assert told(ledger, checked) == []
    file.write_bytes(right)
    assert told(ledger, checked) == ["seen-device"]


def test_forgetting_leaves_nothing(
    ledger: Ledger, settings: Settings, check: Callable[[bytes], Checked]
) -> None:
    checked = check(WHOLE)
    ledger.note([checked.shot])
    month = f"{datetime.now(UTC):%Y-%m}".encode()
    key = (settings.data_dir / KEY_FILE).read_bytes()
    assert month in content(settings.data_dir)

    assert ledger.forget() == 3

    assert [file.name for file in settings.data_dir.iterdir()] == ["history.sqlite3"]
    assert month not in content(settings.data_dir)
    assert key not in content(settings.data_dir)
    assert told(ledger, checked) == []
    assert ledger.forget() == 0


def test_months_beyond_the_days_that_are_kept_are_forgotten(
    settings: Settings, check: Callable[[bytes], Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = check(photo(serial=SERIAL))
    _at(monkeypatch, datetime(2026, 8, 31, tzinfo=UTC))
    ledger_of(settings).note([checked.shot])

    _at(monkeypatch, datetime(2026, 11, 29, tzinfo=UTC))
    assert told(ledger_of(settings), checked) == ["seen-device"]
    _at(monkeypatch, datetime(2026, 11, 30, tzinfo=UTC))
    assert told(ledger_of(settings), checked) == []
    assert b"2026-08" not in content(settings.data_dir)


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return moment

    monkeypatch.setattr(edge, "datetime", Then)


def test_a_damaged_key_is_said_and_costs_no_report(
    ledger: Ledger, settings: Settings, check: Callable[[bytes], Checked]
) -> None:
    checked = check(WHOLE)
    ledger.note([checked.shot])
    (settings.data_dir / KEY_FILE).write_bytes(b"short")

    report = ledger.compare(checked.report, checked.shot)

    assert report.unchecked[-1].what == "Photos that you shared before"
    assert "damaged" in report.unchecked[-1].why
    assert "forget --photos" in report.unchecked[-1].why
    with pytest.raises(StoreUnavailable):
        ledger.note([checked.shot])
    ledger.forget()
    assert ledger.note([checked.shot]) == 3


def test_a_database_that_cannot_be_read_costs_no_report(
    ledger: Ledger, settings: Settings, check: Callable[[bytes], Checked]
) -> None:
    checked = check(WHOLE)
    ledger.note([checked.shot])
    (settings.data_dir / "history.sqlite3").write_bytes(b"no database" * 1_000)

    report = ledger_of(settings).compare(checked.report, checked.shot)

    assert "damaged" in report.unchecked[-1].why
    assert report.findings == checked.report.findings


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    settings = Settings(keep_photo_ledger=True, data_dir=tmp_path / "taken" / "data")
    with pytest.raises(StoreUnavailable) as refused:
        ledger_of(settings).note([shot("a.jpg", serials=(("SerialNumber", SERIAL),))])
    assert str(tmp_path) not in refused.value.message


def test_only_its_owner_can_read_the_key(ledger: Ledger, settings: Settings) -> None:
    ledger.note([shot("a.jpg", serials=(("SerialNumber", SERIAL),))])
    file = settings.data_dir / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == KEY_BYTES


def test_several_that_begin_at_once_share_one_key(settings: Settings) -> None:
    def serials(number: int) -> Shot:
        return shot("a.jpg", serials=(("SerialNumber", f"AX-{number}"),))

    numbers = range(6)
    starts = [
        threading.Thread(target=lambda n=n: ledger_of(settings).note([serials(n), serials(99)]))
        for n in numbers
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    ledger = ledger_of(settings)
    assert [file.name for file in settings.data_dir.iterdir() if file.suffix == ".key"] == [
        KEY_FILE
    ]
    assert ledger.forget() == 7


def test_what_a_hostile_file_names_is_noted_like_anything(ledger: Ledger) -> None:
    odd = shot("a.jpg", serials=(("SerialNumber", "\ud800\0%s'); DROP TABLE photo_mark; --"),))
    assert ledger.note([odd]) == 1
    assert ledger.forget() == 1
