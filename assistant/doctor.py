"""Checks that everything the assistant needs is in place, and says what to do where it is not.

Nothing is changed, fetched or analysed.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from assistant.errors import AssistantError, InvalidSettings
from assistant.language.artifacts import EMBEDDED_MODELS, open_artifact
from assistant.settings import ENV_PREFIX, Settings, load_settings, settings_file

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        detail: What was found, in a few words.
        hint: What to do; "" where nothing is to be done.
        required: Whether the assistant's main job fails without it.
    """

    name: str
    ok: bool
    detail: str
    hint: str = ""
    required: bool = True


def examine(settings: Settings | None = None) -> tuple[Check, ...]:
    """Make every check, each without the others' success.

    Args:
        settings: The settings in force; None reads them, and makes it a failed
            check when they cannot be used.
    """
    checks = [_python()]
    try:
        settings = settings or load_settings()
    except InvalidSettings as error:
        checks.append(
            Check("settings", False, f"{error.message} Read from {_origin()}.", error.hint)
        )
    else:
        checks.append(Check("settings", True, f"Read from {_origin()}."))
        checks += [_data_folder(settings.data_dir), _history(settings), _port(settings)]
        checks += [_browser(settings), _lists(settings)]
    checks += [_model(name) for name in EMBEDDED_MODELS]
    checks += [
        _extra("summarizer", ("transformers", "torch", "sentence_transformers")),
        _extra("browser", ("playwright",)),
        _extra("lists", ("adblock",)),
        _node(),
    ]
    return tuple(checks)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, OLDEST_PYTHON))
    fine = sys.version_info >= OLDEST_PYTHON
    return Check("python", fine, f"Python {version}.", "" if fine else f"Install Python {oldest}.")


def _origin() -> str:
    """Where settings come from: the file, and the names of the variables that are set."""
    file = settings_file()
    origin = f"{file}" if file.is_file() else f"the defaults ({file} does not exist)"
    names = sorted(name for name in os.environ if name.upper().startswith(ENV_PREFIX))
    return f"{origin} and {', '.join(names)}" if names else origin


def _data_folder(folder: Path) -> Check:
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError:
        return Check(
            "data folder",
            False,
            f"{folder} cannot be written to.",
            f"Allow writing there, or set {ENV_PREFIX}DATA_DIR to another folder.",
        )
    made = "" if existing == folder else " It is made at first use."
    return Check("data folder", True, f"{folder} is writable.{made}")


def _history(settings: Settings) -> Check:
    from assistant.store import Store
    from assistant.store.schema import HEAD

    file = _sqlite_file(settings.database_address)
    if file is not None and not file.exists():
        return Check("history", True, "Empty; its database is made at first use.")
    try:
        Store(settings.database_address).close()
    except AssistantError as error:
        return Check("history", False, error.message, error.hint)
    return Check("history", True, f"The database opens and has schema {HEAD}.")


def _sqlite_file(address: str) -> Path | None:
    try:
        url = make_url(address)
    except ArgumentError:
        return None
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def _port(settings: Settings) -> Check:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError:
            return Check(
                "port",
                False,
                f"Port {settings.port} of {settings.host} is taken; perhaps `serve` runs already.",
                "Use another with `privacy-assistant serve --port NUMBER`.",
                required=False,
            )
    return Check("port", True, f"Port {settings.port} of {settings.host} is free.", required=False)


def _browser(settings: Settings) -> Check:
    from assistant.browse.chromium import find_chromium

    try:
        found = find_chromium(settings.browser_path)
    except AssistantError as error:
        return Check("browser", False, error.message, error.hint, required=False)
    if found is None:
        return Check(
            "browser",
            False,
            "No Chromium, Chrome or Edge was found; `site --browser` needs one.",
            "Install Chromium, or name another browser of its family in `browser_path`.",
            required=False,
        )
    return Check("browser", True, f"{found} can load sites for `site --browser`.", required=False)


def _lists(settings: Settings) -> Check:
    from assistant.lists import load_lists

    loaded = load_lists(settings)
    broken = "; ".join(f"{gap.what}: {gap.why}" for gap in loaded.gaps)
    names = ", ".join(file.name for file in loaded.files if file.intact is not False)
    told = f"In use: {names}." if names else "None; owners are known without them, too."
    if broken:
        hint = "Fetch it again with `privacy-assistant lists update`."
        return Check("block lists", False, broken, hint, required=False)
    return Check("block lists", True, told, required=False)


def _model(name: str) -> Check:
    try:
        model = open_artifact(name)
        size = sum(len(model.read(file)) for file in model.files)
    except AssistantError as error:
        return Check(f"model {name}", False, error.message, "Install the assistant again.")
    return Check(f"model {name}", True, f"Intact, {size / 1e6:.1f} MB, {model.version[:12]}.")


def _extra(name: str, modules: Sequence[str]) -> Check:
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        return Check(
            f"extra {name}",
            False,
            f"Not installed ({', '.join(missing)}).",
            f"If you want it: pip install 'privacy-assistant[{name}]'.",
            required=False,
        )
    return Check(f"extra {name}", True, "Installed.", required=False)


def _node() -> Check:
    found = shutil.which("node")
    return Check(
        "node",
        found is not None,
        "Installed." if found else "Not installed; only the extension's own tests need it.",
        required=False,
    )
