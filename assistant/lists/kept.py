"""What was fetched: the versions of each list, and the note of what their bytes were."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError, with_config

from assistant.errors import UnwritableFile
from assistant.lists.known import KnownList, list_knowledge
from assistant.report import Unchecked

STATE_FILE = "state.json"
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a list that was fetched.

    Attributes:
        file: In the folder of lists.
        source_version: As the list itself says; "" where it does not.
        made: When the list was made, by its own word; None where it does not say.
    """

    file: str
    sha256: str
    bytes: int
    rules: int
    url: str
    fetched_at: AwareDatetime
    source_version: str = ""
    made: AwareDatetime | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Kept:
    """The versions of a list that are kept."""

    current: Version
    previous: Version | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class State:
    """Everything that was fetched, by the list's id."""

    version: int = 1
    lists: dict[str, Kept] = field(default_factory=dict)


_STATE: TypeAdapter[State] = TypeAdapter(State)


def intact(place: Path, version: Version) -> bool:
    try:
        return hashlib.sha256((place / version.file).read_bytes()).hexdigest() == version.sha256
    except OSError:
        return False


def read_state(place: Path) -> tuple[State, Unchecked | None]:
    """What was fetched; a damaged note counts as none, and is told."""
    try:
        state = _STATE.validate_json((place / STATE_FILE).read_bytes())
    except FileNotFoundError:
        return State(), None
    except (OSError, ValidationError):
        return State(), list_knowledge().gaps.state.told()
    files = [
        (id, version.file)
        for id, kept in state.lists.items()
        for version in (kept.current, kept.previous)
        if version
    ]
    if state.version != 1 or not all(_is_ours(id, file) for id, file in files):
        return State(), list_knowledge().gaps.state.told()
    return state, None


def _is_ours(id: str, file: str) -> bool:
    """Whether a file of this name is one that was written for the list."""
    return file.startswith(f"{id}@") and Path(file).name == file


def write_state(place: Path, state: State, known: KnownList, kept: Kept) -> None:
    """Note what is in use, and remove versions that are no more kept."""
    lists = {**state.lists, known.id: kept}
    write(place / STATE_FILE, _STATE.dump_json(State(lists=lists), indent=2))
    named = {version.file for version in (kept.current, kept.previous) if version}
    with suppress(OSError):
        for path in place.glob(f"{known.id}@*"):
            if path.name not in named:
                path.unlink()


def write(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all.

    Raises:
        UnwritableFile: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        raise UnwritableFile(
            "The folder of block lists cannot be written.",
            hint="Check that the folder of data is writable and the disk is not full.",
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
