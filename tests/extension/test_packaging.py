"""What is carried to a browser: the right files, the same bytes, and nothing that is not told."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Worker

from assistant import packing
from assistant.packing import Browser, manifest_for, pack, packages, read_manifest, shipped
from tests.browser.stage import find_chromium
from tests.playing import playing

CHECKOUT = Path(__file__).parents[2]
EXTENSION = CHECKOUT / "extension"
MANIFEST = read_manifest(EXTENSION)
MAX_ZIP_BYTES = 1_000_000
EXPECTED_WARNINGS = {
    # Firefox for Android learnt a key that the desktop wants later than the oldest desktop release.
    "KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION",
    # Called only where the browser has it.
    "UNSUPPORTED_API",
}
ASK_PACKAGES = """async () => {
    const { vendored, missing } = await import("/src/background/vendor.js");
    const found = await vendored("autoconsent");
    const script = found && await (await fetch(found.url("content.bundle.js"))).text();
    const absent = (await missing()).map(each => each.name);
    return { version: found?.version ?? null, bytes: script?.length ?? 0, absent };
}"""
ASK_OWNER = """async () => {
    const { ownerOf } = await import("/src/background/owners.js");
    return [await ownerOf("stats.g.doubleclick.net"), await ownerOf("shop.test")];
}"""


def assembled(into: Path) -> Path:
    done = subprocess.run(
        ["node", "assemble.mjs", into], cwd=EXTENSION, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return into


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The extension as a fresh clone has it."""
    folder = tmp_path / "extension"
    for path in shipped(EXTENSION):
        if path.parts[0] != "vendor":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(EXTENSION / path, folder / path)
    return folder


@pytest.fixture
def whole(bare: Path) -> Path:
    """The extension with what it takes from others."""
    assembled(bare / "vendor")
    return bare


def names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def manifest_in(content: bytes) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(
        zipfile.ZipFile(io.BytesIO(content)).read("manifest.json")
    )
    return loaded


# Packages of others ----------------------------------------------------------------------------


def test_what_is_assembled_is_what_the_lock_file_names(tmp_path: Path) -> None:
    folder = assembled(tmp_path / "vendor")
    locked = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))["packages"]
    entries = json.loads((folder / "vendor.json").read_text("utf-8"))
    assert {entry["name"] for entry in entries} == {"autoconsent"}
    told = {"vendor.json"}
    for entry in entries:
        lock = locked[f"node_modules/{entry['package']}"]
        assert (entry["version"], entry["licence"]) == (lock["version"], lock["license"])
        assert entry["integrity"] == lock["integrity"]
        installed = EXTENSION / "node_modules" / entry["package"]
        for file in entry["files"]:
            copy = folder / entry["name"] / file["path"]
            told.add(str(copy.relative_to(folder)))
            source = (installed / file["from"]).read_bytes()
            if copy.parent.name == "snippets":
                called = re.fullmatch(r"\((.+)\)\(\);\n", copy.read_text("utf-8"), re.DOTALL)
                assert called
                assert f"{copy.stem}: {called[1]}" in source.decode()
            else:
                assert copy.read_bytes() == source
            assert file["sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest()
        assert (folder / entry["name"] / "LICENSE").stat().st_size > 500
    assert {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} == told


def test_a_changed_or_missing_copy_counts_as_missing(bare: Path) -> None:
    assert [package.version for package in packages(bare)] == [None]
    assembled(bare / "vendor")
    assert all(package.version and package.licence for package in packages(bare))
    bundle = bare / "vendor" / "autoconsent" / "content.bundle.js"
    whole = bundle.read_bytes()
    bundle.write_text("export {}", "utf-8")
    assert [package.version for package in packages(bare)] == [None]
    bundle.unlink()
    assert [package.version for package in packages(bare)] == [None]
    bundle.write_bytes(whole)
    assert all(package.version for package in packages(bare))
    (bare / "vendor" / "vendor.json").write_text('{"not": "a list"}', "utf-8")
    assert [package.version for package in packages(bare)] == [None]


# Zips ------------------------------------------------------------------------------------------


def test_each_browser_gets_the_manifest_that_it_knows() -> None:
    chromium, firefox = (manifest_for(browser, MANIFEST) for browser in Browser)
    assert set(MANIFEST) - set(chromium) == {"sidebar_action", "browser_specific_settings"}
    assert set(MANIFEST) - set(firefox) == {
        "key",
        "side_panel",
        "minimum_chrome_version",
        "message_serialization",
    }
    assert chromium["background"] == {
        "service_worker": "src/background/main.js",
        "type": "module",
    }
    assert firefox["background"] == {"scripts": ["src/background/main.js"], "type": "module"}
    assert set(MANIFEST["permissions"]) - set(firefox["permissions"]) == {"sidePanel"}  # type: ignore[call-overload]
    assert chromium["permissions"] == MANIFEST["permissions"]


@pytest.mark.parametrize("browser", Browser)
def test_a_zip_holds_what_the_extension_needs_and_nothing_else(
    browser: Browser, whole: Path
) -> None:
    content = pack(whole, browser)
    inside = names(content)
    assert len(content) <= MAX_ZIP_BYTES
    assert inside == sorted(inside)
    assert {name.partition("/")[0] for name in inside} <= set(packing.PARTS)
    assert not [name for name in inside if re.search(r"node_modules|(^|/)tests?/|\.d\.ts$", name)]
    assert {"manifest.json", "PERMISSIONS.md", "vendor/autoconsent/LICENSE"} <= set(inside)
    assert set(named_files(manifest_in(content))) <= set(inside)


def named_files(value: object) -> list[str]:
    """Every file that a manifest names."""
    if isinstance(value, dict):
        return [path for each in value.values() for path in named_files(each)]
    if isinstance(value, list):
        return [path for each in value for path in named_files(each)]
    return [value] if isinstance(value, str) and re.search(r"^[\w/-]+\.\w{2,4}$", value) else []


def test_equal_files_make_equal_zips(whole: Path, tmp_path: Path) -> None:
    other = shutil.copytree(whole, tmp_path / "other", copy_function=shutil.copy)
    for browser in Browser:
        content = pack(whole, browser)
        assert content == pack(other, browser)
        times = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()}
        assert times == {(1980, 1, 1, 0, 0, 0)}
    (other / "src" / "background" / "main.js").write_text("// other", "utf-8")
    assert pack(whole, Browser.FIREFOX) != pack(other, Browser.FIREFOX)


def test_what_makes_extensions_is_not_packed(whole: Path) -> None:
    before = pack(whole, Browser.CHROMIUM)
    (whole / "node_modules" / "left").mkdir(parents=True)
    (whole / "node_modules" / "left" / "index.js").write_text("1", "utf-8")
    (whole / "package.json").write_text("{}", "utf-8")
    (whole / "src" / "shared" / "new.d.ts").write_text("export {}", "utf-8")
    assert pack(whole, Browser.CHROMIUM) == before


def test_web_ext_finds_no_fault_in_the_zip_for_firefox(whole: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(pack(whole, Browser.FIREFOX))).extractall(tmp_path / "firefox")
    done = subprocess.run(
        [
            "npm",
            "run",
            "--silent",
            "lint",
            "--",
            str(tmp_path / "firefox"),
            "--no-config-discovery",
            "--output=json",
        ],
        cwd=EXTENSION,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert {warning["code"] for warning in found["warnings"]} <= EXPECTED_WARNINGS


# Permissions -----------------------------------------------------------------------------------


def test_each_permission_is_told_and_nothing_else() -> None:
    page = (EXTENSION / "PERMISSIONS.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|(.+)\|(.+)\|$", page, re.MULTILINE)
    asked: list[str] = []
    for key in ("permissions", "optional_permissions", "host_permissions"):
        listed = MANIFEST.get(key, [])
        assert isinstance(listed, list)
        asked += listed
    assert sorted(name for name, _, _ in rows) == sorted(asked)
    assert all(len(use) > 20 and len(lost) > 20 for _, use, lost in rows)


# In the browser --------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("complete", [False, True], ids=["bare", "whole"])
def test_it_loads_with_and_without_what_it_takes_from_others(
    complete: bool, bare: Path, tmp_path: Path
) -> None:
    if complete:
        assembled(bare / "vendor")
    loaded = tmp_path / "loaded"
    zipfile.ZipFile(io.BytesIO(pack(bare, Browser.CHROMIUM))).extractall(loaded)
    with playing() as player:
        context = player.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=find_chromium(),
            headless=True,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                f"--disable-extensions-except={loaded}",
                f"--load-extension={loaded}",
            ],
        )
        try:
            worker: Worker = (
                context.service_workers[0]
                if context.service_workers
                else context.wait_for_event("serviceworker")
            )
            page = context.new_page()
            page.goto(f"chrome-extension://{worker.url.split('/')[2]}/src/options/options.html")
            told = page.evaluate(ASK_PACKAGES)
            known, unknown = page.evaluate(ASK_OWNER)
        finally:
            context.close()
    if complete:
        assert told["version"]
        assert told["bytes"] > 100_000
        assert told["absent"] == []
    else:
        assert told == {"version": None, "bytes": 0, "absent": ["autoconsent"]}
    assert (known["company"], known["tracks"], unknown) == ("Google", True, None)


# Wheel -----------------------------------------------------------------------------------------


def test_the_hook_of_the_build_knows_the_same_parts() -> None:
    text = (CHECKOUT / "hatch_build.py").read_text("utf-8")
    assert f"PARTS = {packing.PARTS!r}".replace("'", '"') in text
