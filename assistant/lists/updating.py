"""Lists fetched when the person asks for it, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from assistant.errors import AssistantError, BrokenList, Failure, NotFound, UnwritableFile
from assistant.fetch import Fetcher
from assistant.lists.kept import Kept, Version, intact, read_state, write, write_state
from assistant.lists.known import (
    MOST_BYTES,
    KnownList,
    known_list,
    list_knowledge,
    lists_folder,
    parse_bytes,
)
from assistant.settings import Settings
from assistant.site.who.listing import NotAList

LEAST_RULES = 1_000
"""Of a text without a header, for it to be taken for a list."""
FETCH_S = 60.0


class Change(StrEnum):
    """What `update_lists` did to one list."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """What came of fetching one list. `rules` are those in use now; None where none are."""

    id: str
    name: str
    change: Change
    rules: int | None
    error: Failure | None = None


def lists_fetcher(settings: Settings) -> Fetcher:
    """The door to the network with room and time for a list."""
    return Fetcher(
        timeout_s=max(FETCH_S, settings.fetch_timeout_s),
        max_bytes=MOST_BYTES,
        max_redirects=settings.fetch_max_redirects,
        allow_addresses=settings.fetch_allow_addresses,
    )


def update_lists(
    settings: Settings, fetcher: Fetcher, names: Sequence[str] | None = None
) -> tuple[ListUpdate, ...]:
    """Fetch lists, each from its own address, and keep the version before.

    What leaves the machine: one request for each list, which tells its server
    that somebody here uses the list.

    Args:
        fetcher: With room for a list (`lists_fetcher`).
        names: Ids; None takes the default lists and those that were fetched before.

    Raises:
        UnknownList: Nothing is known of a list of that name; then nothing is fetched.
        UnwritableFile: The folder of lists cannot be written.
    """
    place = lists_folder(settings)
    state, _ = read_state(place)
    if names is None:
        chosen = [known for known in list_knowledge().lists if known.default]
        chosen += [k for k in list_knowledge().lists if k.id in state.lists and not k.default]
    else:
        chosen = [known_list(name) for name in dict.fromkeys(names)]
    updates: list[ListUpdate] = []
    for known in chosen:
        try:
            updates.append(_update(place, fetcher, known))
        except UnwritableFile:
            raise
        except AssistantError as error:
            kept = state.lists.get(known.id)
            rules = kept.current.rules if kept else None
            updates.append(ListUpdate(known.id, known.name, Change.FAILED, rules, error.failure))
    return tuple(updates)


def roll_back(settings: Settings, name: str) -> Version:
    """Use the version before again; what was in use becomes the other, so it can be undone.

    Raises:
        UnknownList: Nothing is known of a list of that name.
        NotFound: No earlier version is kept.
        BrokenList: The earlier version is not as it was fetched.
        UnwritableFile: The folder of lists cannot be written.
    """
    known, place = known_list(name), lists_folder(settings)
    state, _ = read_state(place)
    kept = state.lists.get(known.id)
    if kept is None or kept.previous is None:
        raise NotFound(
            "No earlier version of this list is kept.",
            hint="`privacy-assistant lists show` says what there is.",
        )
    if not intact(place, kept.previous):
        raise BrokenList("The earlier version of this list is not as it was fetched.")
    write_state(place, state, known, Kept(kept.previous, kept.current))
    return kept.previous


def _update(place: Path, fetcher: Fetcher, known: KnownList) -> ListUpdate:
    page = fetcher.fetch(known.url)
    try:
        content = parse_bytes(page.content)
    except NotAList:
        raise BrokenList from None
    if not content.header and content.rules < LEAST_RULES:
        raise BrokenList
    version = Version(
        file=f"{known.id}@{page.sha256[:16]}{Path(known.url).suffix}",
        sha256=page.sha256,
        bytes=len(page.content),
        rules=content.rules,
        url=page.url,
        fetched_at=datetime.now(UTC).replace(microsecond=0),
        source_version=content.version,
        made=content.made,
    )
    state, _ = read_state(place)
    kept = state.lists.get(known.id)
    same = kept is not None and kept.current.sha256 == version.sha256
    if not same or not intact(place, version):
        write(place / version.file, page.content)
    previous = (kept.previous if same else kept.current) if kept else None
    write_state(place, state, known, Kept(version, previous))
    change = Change.UNCHANGED if same else Change.UPDATED
    return ListUpdate(known.id, known.name, change, content.rules)
