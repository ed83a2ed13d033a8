"""The photo job at the edge: files in, reports and clean copies out.

Reading happens in a child process with limits of time and memory, so that a
hostile file costs one call and never the service.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from assistant import __version__, knowledge
from assistant.errors import (
    InputTooLarge,
    InvalidRequest,
    MissingFile,
    NotAPhoto,
    NotFound,
    UncleanablePhoto,
    UnreadablePhoto,
)
from assistant.photo.details import PhotoDetails
from assistant.report import Kind, Report, Subject, Versions
from assistant.worker import Worker, WorkerFailed

if TYPE_CHECKING:
    from assistant.photo.analyze import PhotoAnalysis
    from assistant.photo.clean import Style
    from assistant.photo.details import Box
    from assistant.photo.shots import Shot

PhotoReport = Report[PhotoDetails]
_PHOTO_REPORT: TypeAdapter[PhotoReport] = TypeAdapter(PhotoReport)
R = TypeVar("R")
TIMEOUT_S = 30.0
MEMORY_BYTES = 8 * 2**30
"""Address space of the child; the models map much more than they use."""
MOST_FILES = 100_000
IDLE_S = 300.0
"""Time without a photo after which the child is ended and its memory is free."""
SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("jpg", "jpeg", "jpe", "png", "webp", "gif", "tif", "tiff", "dng"),
        *("heic", "heif", "hif", "avif", "mp4", "mov", "m4v"),
    )
)
"""Of the files that are taken from a folder; a file that is named is always tried."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A photo's report, and what is compared across photos."""

    report: PhotoReport
    shot: Shot


@dataclass(frozen=True, slots=True)
class CleanCopy:
    """A clean copy that was checked again with the same checks.

    Attributes:
        name: Tells nothing: `photo-0001.jpg`.
        lossless: Whether every pixel outside of covered boxes is as it was.
        removed: What it carries no more, in plain words.
        report: Of the copy.
    """

    data: bytes
    name: str
    lossless: bool
    removed: tuple[str, ...]
    report: PhotoReport


class Photos:
    """Checks and cleans photos, one after the other, in a child process."""

    def __init__(self) -> None:
        self._worker = Worker(memory_bytes=MEMORY_BYTES)
        self._idle: threading.Timer | None = None

    def close(self) -> None:
        """End the child, which frees its models. The next call starts another."""
        if self._idle:
            self._idle.cancel()
        self._worker.close()

    def check(self, data: bytes, name: str, *, metadata_only: bool = False) -> Checked:
        """What a photo gives away.

        Raises:
            NotAPhoto: Its first bytes are of no known format.
            UnreadablePhoto: Reading took too long or too much memory.
        """
        from assistant.photo.analyze import analyze_photo

        now = datetime.now(UTC)
        local = now.astimezone().replace(tzinfo=None)
        analysis = self._call(
            lambda: self._worker.call(
                analyze_photo, TIMEOUT_S, data, name=name, now=local, look=not metadata_only
            )
        )
        return Checked(report_of(analysis, data, name, now), analysis.shot)

    def hidden(self, data: bytes, number: int) -> tuple[bytes, str]:
        """A picture that lies in the file, and its media type.

        Raises:
            NotAPhoto, UnreadablePhoto: As `check`.
            NotFound: There is no picture of that number.
        """
        from assistant.photo.containers.parts import Format, sniff
        from assistant.photo.metadata import read_metadata

        pieces = self._call(lambda: self._worker.call(read_metadata, TIMEOUT_S, data)).hidden
        kinds = {Format.JPEG: "image/jpeg", Format.PNG: "image/png", Format.WEBP: "image/webp"}
        if number < len(pieces):
            kind = sniff(pieces[number].data)
            if kind in kinds:
                return pieces[number].data, kinds[kind]
        raise NotFound("The file holds no picture of that number.")

    def clean(
        self,
        data: bytes,
        number: int = 1,
        *,
        boxes: Sequence[Box] = (),
        style: Style | None = None,
        anew: bool = False,
    ) -> CleanCopy:
        """A copy without metadata and with boxes covered.

        Args:
            number: For its neutral name.
            boxes: In pixels of the picture as shown.
            style: How boxes are covered; solid where not given.
            anew: Whether the picture may be encoded anew where nothing else works.

        Raises:
            NotAPhoto, UnreadablePhoto: As `check`.
            UncleanablePhoto: No copy can be made that passes the same checks; nothing is left.
        """
        from assistant.photo.clean import CannotClean, Style, neutral_name
        from assistant.photo.containers.parts import sniff
        from assistant.photo.copying import make_copy

        if sniff(data) is None:
            raise NotAPhoto
        try:
            made = self._call(
                lambda: self._worker.call(
                    make_copy,
                    TIMEOUT_S,
                    data,
                    boxes=tuple(boxes),
                    style=style or Style.SOLID,
                    anew=anew,
                )
            )
        except ValueError as error:
            if not isinstance(error, CannotClean):
                raise InvalidRequest("A box lies outside of the picture.") from None
            refusal = error
            hint = "Allow the picture to be encoded anew." if refusal.reencode else None
            raise UncleanablePhoto(refusal.reason, hint=hint) from None
        name = neutral_name(made.format, number)
        report = self.check(made.data, name, metadata_only=not boxes).report
        if left := still_told(report):
            raise UncleanablePhoto(
                f"The copy still carries what it should not ({', '.join(left)}); it is not offered."
            )
        return CleanCopy(made.data, name, made.lossless, made.removed, report)

    def _call(self, work: Callable[[], R]) -> R:
        from assistant.photo.metadata import NotAPhoto as NoFormat

        if self._idle:
            self._idle.cancel()
        try:
            return work()
        except NoFormat:
            raise NotAPhoto from None
        except MemoryError:
            raise UnreadablePhoto from None
        except WorkerFailed:
            raise UnreadablePhoto from None
        finally:
            self._idle = threading.Timer(IDLE_S, self._worker.close)
            self._idle.daemon = True
            self._idle.start()


def photo_json(report: PhotoReport) -> bytes:
    """The report in its public JSON shape, UTF-8."""
    return _PHOTO_REPORT.dump_json(report)


def still_told(report: PhotoReport) -> tuple[str, ...]:
    """Kinds of private metadata and hidden data that a report finds; of a clean copy, none."""
    left = {entry.risk.value for entry in report.details.metadata if entry.risk}
    left |= {piece.kind.value for piece in report.details.hidden}
    if report.details.unknown:
        left.add("unknown data")
    if not report.details.complete:
        left.add("parts that cannot be read")
    return tuple(sorted(left))


def read_file(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a file that is a plain one.

    Raises:
        MissingFile: There is none, or it may not be read, or it is a folder, a device or a pipe.
        InputTooLarge: It is longer than `max_bytes`.
    """
    try:
        if not path.is_file():
            raise MissingFile
        if path.stat().st_size > max_bytes:
            raise InputTooLarge(
                "The file is larger than this program reads.",
                hint="Raise `max_photo_bytes` in the settings to check it all the same.",
            )
        return path.read_bytes()
    except OSError:
        raise MissingFile from None


def photos_in(path: Path) -> Iterator[Path]:
    """A file itself, or the photos of a folder and of those inside, in order of their paths.

    Links are not followed, so that nothing outside of the folder is read, and at
    most `MOST_FILES` are taken.

    Raises:
        MissingFile: There is nothing at the path.
    """
    if not path.is_dir():
        if not path.exists():
            raise MissingFile
        yield path
        return
    taken = 0
    for folder, folders, files in os.walk(path, followlinks=False):
        folders.sort()
        for name in sorted(files):
            file = Path(folder, name)
            if file.suffix.lower() in SUFFIXES and not file.is_symlink():
                yield file
                taken += 1
                if taken == MOST_FILES:
                    return


def report_of(analysis: PhotoAnalysis, data: bytes, name: str, now: datetime) -> PhotoReport:
    """The report of an analysis, with what was read and when."""
    return Report(
        kind=Kind.PHOTO,
        subject=Subject(name, name, hashlib.sha256(data).hexdigest()),
        created_at=now,
        verdict=analysis.verdict,
        rating=analysis.rating,
        details=analysis.details,
        versions=Versions(software=__version__, models={}, knowledge=knowledge.version()),
        summary=analysis.summary,
        findings=analysis.findings,
        unchecked=analysis.unchecked,
    )
