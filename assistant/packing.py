"""The browser extension as files: where it lies, what it takes from others, a zip per browser."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.errors import MissingFile

PARTS = ("manifest.json", "PERMISSIONS.md", "_locales", "icons", "src", "vendor")
"""What of the folder the extension is made of; the rest is for its makers."""
TYPES_ONLY = ".d.ts"
"""Ending of files that only the checks of the code read."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every file in a zip, so that equal files make equal zips."""


class Browser(StrEnum):
    """Browsers that want a manifest of their own."""

    CHROMIUM = "chromium"
    FIREFOX = "firefox"


_FOREIGN_KEYS: Mapping[Browser, frozenset[str]] = {
    Browser.CHROMIUM: frozenset({"sidebar_action", "browser_specific_settings"}),
    Browser.FIREFOX: frozenset(
        {"key", "side_panel", "minimum_chrome_version", "message_serialization"}
    ),
}
_FOREIGN_BACKGROUND: Mapping[Browser, str] = {
    Browser.CHROMIUM: "scripts",
    Browser.FIREFOX: "service_worker",
}
_FOREIGN_PERMISSIONS: Mapping[Browser, frozenset[str]] = {
    Browser.CHROMIUM: frozenset(),
    Browser.FIREFOX: frozenset({"sidePanel"}),
}


@dataclass(frozen=True, slots=True)
class Package:
    """Something of others that the extension uses.

    Attributes:
        name: Its folder under `vendor`.
        package: Its name at npm.
        purpose: What the extension cannot do without it, in one sentence.
        version: None where it is missing, or where a file of it is not the one that was copied.
        licence: As `version`.
    """

    name: str
    package: str
    purpose: str
    version: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A line of `vendored.json`."""

    name: str
    package: str
    purpose: str


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Copied:
    """A line of `vendor.json`, which `assemble.mjs` writes."""

    name: str
    version: str
    licence: str
    files: tuple[_File, ...]


_WANTED = TypeAdapter(list[_Wanted])
_COPIES = TypeAdapter(list[_Copied])


def extension_folder() -> Path:
    """The folder that a browser loads: in the installed package, or in the checkout.

    Raises:
        MissingFile: This installation has none.
    """
    here = Path(__file__).parent
    for folder in (here / "extension", here.parent / "extension"):
        if (folder / "manifest.json").is_file():
            return folder
    raise MissingFile(
        "The extension is not part of this installation.",
        hint="Install the released package, or run the command in a checkout.",
    )


def read_manifest(folder: Path) -> dict[str, object]:
    """The manifest for both browsers."""
    return _json_object(folder / "manifest.json")


def packages(folder: Path) -> tuple[Package, ...]:
    """What the extension takes from others, and whether it is there and as it was copied."""
    wanted = _WANTED.validate_json((folder / "src" / "shared" / "vendored.json").read_bytes())
    there = {entry.name: entry for entry in _copied(folder) if _intact(folder, entry)}
    found = []
    for each in wanted:
        entry = there.get(each.name)
        version, licence = (entry.version, entry.licence) if entry else (None, None)
        found.append(Package(each.name, each.package, each.purpose, version, licence))
    return tuple(found)


def manifest_for(browser: Browser, manifest: Mapping[str, object]) -> dict[str, object]:
    """The manifest without what only the other browser knows."""
    own = {key: value for key, value in manifest.items() if key not in _FOREIGN_KEYS[browser]}
    background = own.get("background")
    if isinstance(background, dict):
        foreign = _FOREIGN_BACKGROUND[browser]
        own["background"] = {key: value for key, value in background.items() if key != foreign}
    permissions = own.get("permissions")
    if isinstance(permissions, list):
        foreign_ones = _FOREIGN_PERMISSIONS[browser]
        own["permissions"] = [each for each in permissions if each not in foreign_ones]
    return own


def pack(folder: Path, browser: Browser) -> bytes:
    """A zip of the extension for one browser: the same files make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(shipped(folder), key=lambda path: path.as_posix()):
            if path == Path("manifest.json"):
                made = manifest_for(browser, read_manifest(folder))
                content = (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()
            else:
                content = (folder / path).read_bytes()
            entry = zipfile.ZipInfo(path.as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever the zip is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def shipped(folder: Path) -> Iterator[Path]:
    """Every file that belongs into a zip, relative to the folder."""
    for part in PARTS:
        start = folder / part
        for path in [start] if start.is_file() else start.rglob("*"):
            if path.is_file() and not path.name.endswith(TYPES_ONLY):
                yield path.relative_to(folder)


def _copied(folder: Path) -> list[_Copied]:
    try:
        return _COPIES.validate_json((folder / "vendor" / "vendor.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return []


def _intact(folder: Path, entry: _Copied) -> bool:
    place = folder / "vendor" / entry.name
    return all(_sha256(place / file.path) == file.sha256 for file in entry.files)


def _json_object(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text("utf-8"))
    return content


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
