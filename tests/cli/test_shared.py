"""`photo --shared` and what it leaves: told when a new photo is checked, gone with `forget`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.ledger import KEY_FILE
from assistant.settings import ENV_PREFIX, load_settings
from tests.cli.conftest import Run
from tests.photo.pictures import photo, plain

SERIAL = "9012345678"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who turned the ledger on."""
    monkeypatch.setenv(f"{ENV_PREFIX}KEEP_PHOTO_LEDGER", "true")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return _file(tmp_path / "shared.jpg", photo(serial=SERIAL))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return _file(tmp_path / "new.jpg", photo(serial=SERIAL, seed=2))


def _file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def share(run: Run, *paths: Path) -> str:
    result = run("photo", *map(str, paths), "--metadata-only", "--shared")
    assert result.exit_code == 0
    return result.stdout


def linked(run: Run, path: Path) -> list[str]:
    told = json.loads(run("photo", str(path), "--metadata-only", "--json").stdout)
    kinds = [one["kind"] for one in told["details"]["inferences"]]
    return [kind for kind in kinds if kind.startswith("seen-")]


@pytest.mark.usefixtures("kept")
def test_a_new_photo_is_held_against_those_shared_before(run: Run, shared: Path, new: Path) -> None:
    assert linked(run, new) == []
    assert "1 photo, by 1 mark that links photos" in share(run, shared)

    shown = run("photo", str(new), "--metadata-only").stdout
    both = run("photo", str(new), str(shared), "--metadata-only").stdout

    words = "this photo and 1 that you shared before come from the same device"
    assert words in " ".join(shown.split())
    assert " ".join(both.split()).count("you shared before") == 2
    assert linked(run, new) == ["seen-device"]
    assert linked(run, _file(new, photo(serial="9012345679"))) == []


@pytest.mark.usefixtures("kept")
def test_photos_of_one_run_are_compared_first_and_then_noted(
    run: Run, shared: Path, new: Path
) -> None:
    assert "you shared before" not in " ".join(share(run, shared, new).split())
    told = json.loads(run("photo", str(new), "--metadata-only", "--shared", "--json").stdout)
    assert "this photo and 2 that you" in told["details"]["inferences"][-1]["claim"]


@pytest.mark.usefixtures("kept")
def test_a_photo_that_says_nothing_is_not_noted(run: Run, tmp_path: Path) -> None:
    assert "Noted as shared: nothing" in share(run, _file(tmp_path / "a.jpg", plain()))
    assert not (load_settings().data_dir / KEY_FILE).exists()


@pytest.mark.usefixtures("kept")
def test_an_unreadable_file_beside_it_is_not_noted(run: Run, shared: Path, tmp_path: Path) -> None:
    bad = _file(tmp_path / "bad.jpg", b"nothing")
    result = run("photo", str(shared), str(bad), "--metadata-only", "--shared")
    assert result.exit_code == 1
    assert "Noted as shared: 1 photo, " in result.stdout


def test_without_the_setting_it_is_refused_and_nothing_is_kept(run: Run, shared: Path) -> None:
    result = run("photo", str(shared), "--metadata-only", "--shared")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "keep_photo_ledger" in result.stderr
    assert result.stderr.count("\n") == 1
    assert linked(run, shared) == []
    folder = load_settings().data_dir
    assert not folder.exists() or not list(folder.glob("*.key"))


@pytest.mark.usefixtures("kept")
def test_a_clean_copy_is_not_what_is_noted(run: Run, shared: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    assert run("photo", str(shared), "--shared", "--clean", str(clean)).exit_code == 2
    assert run("photo", str(shared), "--metadata-only", "--clean", str(clean)).exit_code == 0
    assert "Noted as shared: nothing" in share(run, clean / "photo-0001.jpg")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("what", ["--photos", "--all"])
def test_what_is_forgotten_is_gone(run: Run, shared: Path, new: Path, what: str) -> None:
    share(run, shared)
    folder = load_settings().data_dir
    key = (folder / KEY_FILE).read_bytes()
    assert run("forget", what, stdin="n\n").exit_code == 0
    assert linked(run, new) == ["seen-device"]

    assert run("forget", what, stdin="y\n").exit_code == 0

    assert linked(run, new) == []
    assert not (folder / KEY_FILE).exists()
    assert not any(key in file.read_bytes() for file in folder.iterdir())


@pytest.mark.usefixtures("kept")
def test_forgetting_photos_keeps_the_reports(run: Run, shared: Path) -> None:
    share(run, shared)
    assert run("policy", "example.com").exit_code == 0
    assert run("forget", "--photos", "--yes").stdout == "Forgot 1 mark of shared photos.\n"
    assert len(json.loads(run("history", "--json").stdout)["entries"]) == 1


@pytest.mark.parametrize("also", ["--all", "example.com"])
def test_forget_takes_one_thing_at_a_time(run: Run, also: str) -> None:
    assert run("forget", "--photos", also).exit_code == 2
