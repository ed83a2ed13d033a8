"""`extension`: a person learns how to load it, what is missing of it, and gets it as zips."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from assistant import packing
from tests.cli.conftest import Run

CHECKOUT = Path(__file__).parents[2]
COPIED = b"/* of others */"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without what the extension takes from others."""
    (tmp_path / "assistant").mkdir()
    monkeypatch.setattr(packing, "__file__", str(tmp_path / "assistant" / "packing.py"))
    folder = tmp_path / "extension"
    shutil.copytree(
        CHECKOUT / "extension", folder, ignore=shutil.ignore_patterns("node_modules", "vendor")
    )
    return folder


def complete(folder: Path) -> None:
    """Put copies there, as `assemble.mjs` does."""
    wanted = json.loads((folder / "src" / "shared" / "vendored.json").read_text("utf-8"))
    digest = hashlib.sha256(COPIED).hexdigest()
    entries = []
    for each in wanted:
        for name in each["files"]:
            path = folder / "vendor" / each["name"] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(COPIED)
        files = [{"path": name, "sha256": digest} for name in each["files"]]
        entry = {"name": each["name"], "version": "1.2.3", "licence": "MIT", "files": files}
        entries.append(entry)
    (folder / "vendor" / "vendor.json").write_text(json.dumps(entries), "utf-8")


def test_it_says_how_to_load_it_in_each_browser(run: Run, folder: Path) -> None:
    complete(folder)
    told = run("extension").stdout
    assert str(folder) in told
    assert "chrome://extensions" in told
    assert "about:debugging" in told
    assert "1.2.3, MIT" in told
    assert "missing" not in told
    assert "npm" not in told


def test_it_says_what_is_missing_and_the_command_that_gets_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    told = run("extension").stdout
    assert "@duckduckgo/autoconsent: missing. " in told
    assert f"npm ci --omit=dev --prefix {folder} && npm run --prefix {folder} assemble" in told
    assert "nodejs.org" not in told


def test_without_node_it_says_how_to_get_that(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "nodejs.org" in run("extension").stdout
    told = json.loads(run("extension", "--json").stdout)
    assert "nodejs.org" in told["obstacle"]
    assert told["complete"] is False


def test_an_installation_that_was_built_without_them_names_no_command(
    run: Run, folder: Path
) -> None:
    (folder / "package-lock.json").unlink()
    told = run("extension").stdout
    assert "released package" in told
    assert "npm ci" not in told


def test_the_installed_folder_comes_before_the_one_beside_it(run: Run, folder: Path) -> None:
    installed = folder.parent / "assistant" / "extension"
    shutil.copytree(folder, installed)
    assert json.loads(run("extension", "--json").stdout)["folder"] == str(installed)


def test_no_extension_at_all(run: Run, folder: Path) -> None:
    shutil.rmtree(folder)
    done = run("extension")
    assert done.exit_code == 1
    assert "not part of this installation" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_zips_are_written_with_their_hashes(run: Run, folder: Path, tmp_path: Path) -> None:
    complete(folder)
    target = tmp_path / "new" / "zips"
    told = run("extension", "--pack", str(target)).stdout
    zips = sorted(target.iterdir())
    assert [path.name.rpartition("-")[2] for path in zips] == ["chromium.zip", "firefox.zip"]
    for path in zips:
        content = path.read_bytes()
        assert hashlib.sha256(content).hexdigest() in told
        assert zipfile.ZipFile(path).testzip() is None
    first = [path.read_bytes() for path in zips]
    listed = json.loads(run("extension", "--pack", str(target), "--json").stdout)["packed"]
    assert [path.read_bytes() for path in zips] == first
    assert [each["sha256"] for each in listed] == [hashlib.sha256(z).hexdigest() for z in first]


def test_a_zip_without_what_is_missing_says_so(run: Run, folder: Path, tmp_path: Path) -> None:
    told = run("extension", "--pack", str(tmp_path / "zips")).stdout
    assert "autoconsent: missing" in told
    assert len(list((tmp_path / "zips").iterdir())) == 2


def test_a_place_that_cannot_be_written_to(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    done = run("extension", "--pack", str(tmp_path / "file"))
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
