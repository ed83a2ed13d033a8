"""What ExifTool sees in a photo, where that program is installed and the person asks.

Nothing rests on it: our own reading gives every figure, and this one tells only
what it sees beside. The program gets the bytes over its standard input, fixed
arguments, no settings of the person's, and a limit of time and of output.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import NO_PICTURE, HiddenKind, PhotoDetails, Private
from assistant.photo.sentences import sentences
from assistant.report import Unchecked

PROGRAM = "exiftool"
ARGUMENTS = (
    *("-config", ""),  # has to be the first
    *("-j", "-G1", "-a", "-u", "-ee", "-q", "-q", "-charset", "UTF8"),
    *("-api", "LargeFileSupport=1", "-"),
)
TIMEOUT_S = 20.0
MOST_OUTPUT_BYTES = 16 << 20
_SENTENCES = ("second_opinion", "second_opinion_absent", "second_opinion_failed")
_MOST_NAMED = 12
_SHORTEST_VALUE = 4
"""Letters and digits from which two equal values are taken for the same."""
_STRICT = ConfigDict(extra="forbid")
_HIDDEN_AS: Mapping[Private, frozenset[HiddenKind]] = {
    Private.THUMBNAIL: frozenset(HiddenKind) - NO_PICTURE,
    Private.EMBEDDED_VIDEO_AUDIO: NO_PICTURE,
}


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TagNames:
    """Tags that give one thing away.

    Attributes:
        names: `Group:Tag`; `*` and `?` stand for anything.
    """

    risk: Private
    names: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TagTable:
    """How ExifTool's tags are sorted; the first of `tags` that fits decides.

    Attributes:
        ignored: Tags that give nothing away, whatever follows.
        empty: Values that say nothing, by patterns that match them whole.
    """

    sources: tuple[str, ...]
    ignored: tuple[str, ...]
    empty: tuple[str, ...]
    tags: tuple[TagNames, ...]


@dataclass(frozen=True, slots=True)
class SeenTag:
    """A private value that ExifTool sees.

    Attributes:
        name: `Canon:InternalSerialNumber`.
    """

    risk: Private
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What ExifTool says of a file.

    Attributes:
        gap: Key of the sentence that says why there is no answer; "" where there is one.
    """

    tags: tuple[SeenTag, ...] = ()
    gap: str = ""


def second_opinion(data: bytes, *, timeout_s: float = TIMEOUT_S) -> Opinion:
    """Everything private that ExifTool sees in a file; nothing leaves the computer."""
    program = shutil.which(PROGRAM)
    if program is None:
        return Opinion(gap="second_opinion_absent")
    printed = _run(program, data, timeout_s)
    told = None if printed is None else _parsed(printed)
    if told is None:
        return Opinion(gap="second_opinion_failed")
    return Opinion(tuple(_private(told)))


def gaps_of(opinion: Opinion, details: PhotoDetails) -> tuple[Unchecked, ...]:
    """What the report has to add: that nobody answered, or what our own reading does not see."""
    if opinion.gap:
        return (sentences().gap(opinion.gap),)
    further = unseen(opinion, details)
    return (sentences().gap("second_opinion", tags=named(further)),) if further else ()


def is_opinion(gap: Unchecked) -> bool:
    """Whether an entry of `unchecked` comes from here."""
    return gap.what in {sentences().unchecked[name].what for name in _SENTENCES}


def unseen(opinion: Opinion, details: PhotoDetails) -> tuple[SeenTag, ...]:
    """The tags of an opinion that a report tells neither by name nor by value."""
    names = {_letters(entry.tag) for entry in details.metadata}
    values = {_letters(entry.value) for entry in details.metadata}
    risks = {entry.risk for entry in details.metadata}
    hidden = {piece.kind for piece in details.hidden}

    def seen(tag: SeenTag) -> bool:
        if tag.risk in _HIDDEN_AS and hidden & _HIDDEN_AS[tag.risk]:
            return True
        if tag.risk is Private.C2PA:
            return Private.C2PA in risks
        value = _letters(tag.value)
        same = len(value) >= _SHORTEST_VALUE and value in values
        return same or _letters(tag.name.partition(":")[2]) in names

    return tuple(tag for tag in opinion.tags if not seen(tag))


def named(tags: tuple[SeenTag, ...]) -> str:
    """`serial (Canon:InternalSerialNumber), timestamp (…)`; never a value."""
    told = list(dict.fromkeys(f"{tag.risk.value.replace('_', ' ')} ({tag.name})" for tag in tags))
    more = len(told) - _MOST_NAMED
    return ", ".join(told[:_MOST_NAMED]) + (f", and {more} more" if more > 0 else "")


def _run(program: str, data: bytes, timeout_s: float) -> bytes | None:
    """What the program prints; None where it fails, takes too long or prints too much."""
    try:
        process = subprocess.Popen(  # noqa: S603 a fixed program with fixed arguments
            [program, *ARGUMENTS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
    except OSError:
        return None
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _kill(process)

    clock = threading.Timer(timeout_s, give_up)
    feeder = threading.Thread(target=_feed, args=(process, data), daemon=True)
    clock.start()
    feeder.start()
    try:
        printed = process.stdout.read(MOST_OUTPUT_BYTES + 1)
        if len(printed) > MOST_OUTPUT_BYTES:
            return None
        process.wait()
    finally:
        clock.cancel()
        _kill(process)
        process.stdout.close()
        feeder.join()
        process.wait()
    return None if late.is_set() else printed


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.write(data)
    with suppress(OSError):
        process.stdin.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Where programs lie, and nothing else that could change what the program does."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"LC_ALL": "C"}


def _parsed(printed: bytes) -> list[tuple[str, str]] | None:
    """(`Group:Tag`, value) pairs, also of tags that occur twice; None for anything else."""
    try:
        told = json.loads(printed, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(told) != 1 or not isinstance(told[0], list):
        return None
    pairs = [pair for pair in told[0] if isinstance(pair, tuple)]
    names = {name for name, _ in pairs}
    if "SourceFile" not in names or "ExifTool:Error" in names:
        return None
    return [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in pairs]


def _private(told: list[tuple[str, str]]) -> Iterator[SeenTag]:
    empty = _table_of_empty()
    for name, value in told:
        risk = _risk_of(name)
        if risk is not None and not empty.fullmatch(value.strip()):
            yield SeenTag(risk, name, value)


def _risk_of(name: str) -> Private | None:
    """What a tag gives away, by `Group:Tag`."""
    if ":" not in name or _globs(tag_table().ignored).fullmatch(name):
        return None
    fits = (kind.risk for kind in tag_table().tags if _globs(kind.names).fullmatch(name))
    return next(fits, None)


@cache
def tag_table() -> TagTable:
    """The packaged one."""
    return load_yaml(TagTable, folder("photo") / "exiftool.yaml")


@cache
def _globs(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(fnmatch.translate, names)), re.IGNORECASE)


@cache
def _table_of_empty() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{text})" for text in tag_table().empty), re.IGNORECASE)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
