"""Lists found on this computer: fetched, put there by the person, or by a package of the system."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock

from assistant.lists.kept import STATE_FILE, Kept, State, read_state
from assistant.lists.known import MOST_BYTES, list_knowledge, lists_folder, parse_bytes
from assistant.report import Unchecked
from assistant.settings import Settings
from assistant.site.who.blocklists import FilterLists, NamedList, adblock_engine
from assistant.site.who.listing import FilterList, NotAList

MOST_OWN = 20
"""Lists of the person's own that are read."""
_SUFFIXES = frozenset({".txt", ".json", ".hosts"})
_LONGEST_NAME = 60
SYSTEM_ROOT = Path("/")
"""Below it the packages of the system lie."""


class Origin(StrEnum):
    """How a list came to this computer."""

    FETCHED = "fetched"
    OWN = "own"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """A list on this computer, as `lists show` tells it.

    Attributes:
        id: What `update` and `rollback` call it; "" for the person's own.
        rules: None where the list cannot be used.
        made: By its own word, else when it was fetched, else when its file was changed.
        intact: Whether the bytes are those that were fetched; None where nobody noted them.
        problem: Why it is not used; "" where it is.
        earlier: Whether an earlier version is kept.
    """

    id: str
    name: str
    origin: Origin
    path: str
    rules: int | None = None
    rules_unasked: int = 0
    made: datetime | None = None
    fetched_at: datetime | None = None
    version: str = ""
    sha256: str = ""
    intact: bool | None = None
    problem: str = ""
    earlier: bool = False
    licence: str = ""
    homepage: str = ""

    def age_days(self, now: datetime) -> int | None:
        """Since the list was made or fetched; None where unknown."""
        since = self.made or self.fetched_at
        return max(0, (now - since).days) if since else None


@dataclass(frozen=True, slots=True)
class LoadedLists:
    """The lists of this computer, ready to be asked, and those that could not be used."""

    lists: FilterLists
    files: tuple[ListFile, ...] = ()
    gaps: tuple[Unchecked, ...] = ()


_LOADED: dict[Path, tuple[object, LoadedLists]] = {}
_LOADING = Lock()


def load_lists(settings: Settings, *, root: Path | None = None) -> LoadedLists:
    """The lists of this computer. Read once, and again when a file is other than before.

    A list that cannot be used is left out and told; nothing here fails.

    Args:
        root: In place of `SYSTEM_ROOT`; for tests.
    """
    place, root = lists_folder(settings), root or SYSTEM_ROOT
    with _LOADING:
        marks = _marks(place, root)
        known = _LOADED.get(place)
        if known and known[0] == marks:
            return known[1]
        loaded = _load(place, root)
        _LOADED.clear()
        _LOADED[place] = marks, loaded
        return loaded


def _load(place: Path, root: Path) -> LoadedLists:
    engine = adblock_engine()
    named: list[NamedList] = []
    files: list[ListFile] = []
    gaps: list[Unchecked] = []
    state, state_gap = read_state(place)
    if state_gap:
        gaps.append(state_gap)
    own, left_out = _own_files(place)
    if left_out:
        gaps.append(list_knowledge().gaps.too_many.told(count=MOST_OWN))
    for candidates in (*_of_known(place, root, state), *([each] for each in own)):
        for file in candidates:
            read = _read_list(file)
            if isinstance(read, Unchecked):
                gaps.append(read)
                files.append(replace(file, problem=read.why, intact=False if file.sha256 else None))
                continue
            content, made = read
            told = replace(
                file,
                name=file.name or content.title[:_LONGEST_NAME] or Path(file.path).stem,
                rules=content.rules,
                rules_unasked=0 if engine else content.left,
                made=made,
                version=file.version or content.version,
                intact=True if file.sha256 else None,
            )
            files.append(told)
            content = content if engine else replace(content, rest=())
            named.append(NamedList(told.name, content, made))
            break
    return LoadedLists(FilterLists(named, engine=engine), tuple(files), tuple(gaps))


def _of_known(place: Path, root: Path, state: State) -> Iterator[list[ListFile]]:
    """For each list known by name the files to try, the fetched one before the system's."""
    for known in list_knowledge().lists:
        about = ListFile(
            id=known.id,
            name=known.name,
            origin=Origin.SYSTEM,
            path="",
            licence=known.licence,
            homepage=known.homepage,
        )
        candidates: list[ListFile] = []
        if kept := state.lists.get(known.id):
            candidates.append(_fetched(about, place, kept))
        paths = (root / path for path in known.found)
        candidates += [replace(about, path=str(path)) for path in paths if path.is_file()][:1]
        yield candidates


def _fetched(about: ListFile, place: Path, kept: Kept) -> ListFile:
    return replace(
        about,
        origin=Origin.FETCHED,
        path=str(place / kept.current.file),
        fetched_at=kept.current.fetched_at,
        version=kept.current.source_version,
        sha256=kept.current.sha256,
        earlier=kept.previous is not None,
    )


def _own_files(place: Path) -> tuple[list[ListFile], bool]:
    """Lists that the person put into the folder, by name, and whether some are left out."""
    try:
        paths = sorted(path for path in place.iterdir() if _is_own(path))
    except OSError:
        return [], False
    own = [ListFile(id="", name="", origin=Origin.OWN, path=str(path)) for path in paths[:MOST_OWN]]
    return own, len(paths) > MOST_OWN


def _is_own(path: Path) -> bool:
    if path.suffix.lower() not in _SUFFIXES or path.name.startswith("."):
        return False
    ours = path.name == STATE_FILE or any(
        path.name.startswith(f"{known.id}@") for known in list_knowledge().lists
    )
    return not ours and path.is_file()


def _read_list(file: ListFile) -> tuple[FilterList, datetime] | Unchecked:
    """A list's rules and when it was made, or why it is not used."""
    gaps = list_knowledge().gaps
    name, path = file.name or Path(file.path).name, Path(file.path)
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        gap = gaps.changed if file.sha256 else gaps.unreadable
        return gap.told(name=name, id=file.id)
    except (OSError, OverflowError, ValueError):
        return gaps.unreadable.told(name=name)
    if len(data) > MOST_BYTES:
        return gaps.too_large.told(name=name)
    if file.sha256 and hashlib.sha256(data).hexdigest() != file.sha256:
        return gaps.changed.told(name=name, id=file.id)
    try:
        content = parse_bytes(data)
    except NotAList:
        return gaps.damaged.told(name=name)
    return content, content.made or file.fetched_at or changed


def _marks(place: Path, root: Path) -> tuple[object, ...]:
    """What tells that a file is other than before: paths, sizes and times."""
    paths = [root / path for known in list_knowledge().lists for path in known.found]
    with suppress(OSError):
        paths += sorted(place.iterdir())
    marks: list[tuple[str, int, int]] = []
    for path in paths:
        with suppress(OSError):
            found = path.stat()
            marks.append((str(path), found.st_size, found.st_mtime_ns))
    return tuple(marks)
