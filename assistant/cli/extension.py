"""`extension`: how to load the browser extension, what is missing of it, and packing it."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from dataclasses import asdict
from pathlib import Path

import typer

from assistant import packing
from assistant.cli.boundary import print_json
from assistant.errors import UnwritableFile
from assistant.packing import Browser, Package
from assistant.report import SCHEMA_VERSION

NODE_HINT = (
    "Node.js with npm is needed for that once, and is not here: https://nodejs.org, or your "
    "system's packages (`apt install nodejs npm`)."
)
BUILT_WITHOUT = (
    "This installation was built without them: install a released package, which carries them."
)
LOADING = {
    Browser.CHROMIUM: (
        "Chromium, Chrome, Edge, Brave",
        (
            "Open chrome://extensions and switch on “Developer mode”.",
            "Choose “Load unpacked”, then the folder above; paste its path if it is hidden.",
        ),
        "",
    ),
    Browser.FIREFOX: (
        "Firefox",
        (
            "Open about:debugging#/runtime/this-firefox.",
            "Choose “Load Temporary Add-on…”, then manifest.json in the folder above.",
        ),
        "Firefox forgets it when it is closed.",
    ),
}
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def show_extension(*, pack: Path | None, as_json: bool) -> None:
    """Say how to load the extension, and write a zip for each browser where one is wanted.

    Raises:
        MissingFile: This installation has no extension.
        UnwritableFile: The zips cannot be written.
    """
    folder = packing.extension_folder()
    version = str(packing.read_manifest(folder).get("version", ""))
    packages = packing.packages(folder)
    zips = _write_zips(folder, version, pack) if pack else []
    if as_json:
        _print_object(folder, version, packages, zips)
    elif pack:
        _tell_zips(folder, packages, zips)
    else:
        _tell(folder, version, packages)


def ways_to_complete(folder: Path) -> tuple[str | None, str | None]:
    """The command that gets what is missing, and what stands in its way."""
    if not (folder / "package-lock.json").is_file():
        return None, BUILT_WITHOUT
    where = shlex.quote(str(folder))
    command = f"npm ci --omit=dev --prefix {where} && npm run --prefix {where} assemble"
    return command, None if shutil.which("npm") else NODE_HINT


def _write_zips(folder: Path, version: str, target: Path) -> list[tuple[Browser, Path, bytes]]:
    made = [(browser, target / f"privacy-assistant-{version}-{browser}.zip") for browser in Browser]
    zips = [(browser, path, packing.pack(folder, browser)) for browser, path in made]
    try:
        target.mkdir(parents=True, exist_ok=True)
        for _, path, content in zips:
            path.write_bytes(content)
    except OSError:
        raise UnwritableFile(
            "The extension cannot be written into this folder.",
            hint="Choose a folder that you may write to.",
        ) from None
    return zips


def _print_object(
    folder: Path,
    version: str,
    packages: tuple[Package, ...],
    zips: list[tuple[Browser, Path, bytes]],
) -> None:
    command, obstacle = ways_to_complete(folder) if _missing(packages) else (None, None)
    print_json(
        {
            "schema_version": SCHEMA_VERSION,
            "folder": str(folder),
            "version": version,
            "packages": [asdict(package) for package in packages],
            "complete": not _missing(packages),
            "get_missing": command,
            "obstacle": obstacle,
            "packed": [
                {
                    "browser": browser,
                    "path": str(path),
                    "bytes": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
                for browser, path, content in zips
            ],
        }
    )


def _tell(folder: Path, version: str, packages: tuple[Package, ...]) -> None:
    typer.echo(f"The browser extension, version {version}\n\nFolder: {folder}")
    if any(mark.exists() for mark in _CONTAINER_MARKS):
        typer.echo(
            "It lies in a container; `docker cp` copies it out to where your browser can read it."
        )
    for name, steps, remark in LOADING.values():
        typer.echo(f"\n{name}")
        for number, step in enumerate(steps, 1):
            typer.echo(f"  {number}. {step}")
        if remark:
            typer.echo(f"  {remark}")
    typer.echo(
        "\nThen start the service with `privacy-assistant serve`, and press Connect in the "
        "extension.\n"
    )
    _tell_packages(folder, packages)


def _tell_packages(folder: Path, packages: tuple[Package, ...]) -> None:
    typer.echo("What it takes from others")
    for package in packages:
        state = f"{package.version}, {package.licence}" if package.version else "missing"
        typer.echo(f"  {package.package}: {state}. {package.purpose}")
    if not _missing(packages):
        return
    command, obstacle = ways_to_complete(folder)
    typer.echo("The rest of the extension works without what is missing. To get it:")
    for line in (command, obstacle):
        if line:
            typer.echo(f"  {line}")
    if command:
        typer.echo("Then load the extension again, or pack it again.")


def _tell_zips(
    folder: Path, packages: tuple[Package, ...], zips: list[tuple[Browser, Path, bytes]]
) -> None:
    for _, path, content in zips:
        typer.echo(f"{path}: {len(content):,} bytes")
        typer.echo(f"  sha256 {hashlib.sha256(content).hexdigest()}")
    typer.echo(
        "Unpack the one for Chromium into a folder that you keep, and load that folder. Firefox "
        "loads its own as it is, until it is closed."
    )
    if _missing(packages):
        _tell_packages(folder, packages)


def _missing(packages: tuple[Package, ...]) -> bool:
    return any(package.version is None for package in packages)
