"""The photo job at the edge: files in, reports and clean copies out.

Reading happens in a child process with limits of time and memory, so that a
hostile file costs one call and never the service.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from assistant import __version__, knowledge
from assistant.errors import (
    AssistantError,
    Failure,
    InputTooLarge,
    InvalidRequest,
    InvalidSettings,
    MissingFile,
    NotAPhoto,
    NotFound,
    UncleanablePhoto,
    UnreadablePhoto,
)
from assistant.language.artifacts import model_versions
from assistant.logs import log_failure
from assistant.photo.details import Linkage, MetadataEntry, PhotoDetails
from assistant.photo.shots import Shot
from assistant.report import SCHEMA_VERSION, Kind, Report, Severity, Subject, Versions
from assistant.worker import Worker, WorkerFailed

if TYPE_CHECKING:
    from assistant.photo.analyze import PhotoAnalysis
    from assistant.photo.clean import Style
    from assistant.photo.details import Box, Region
    from assistant.settings import Settings

PhotoReport = Report[PhotoDetails]
_PHOTO_REPORT: TypeAdapter[PhotoReport] = TypeAdapter(PhotoReport)
R = TypeVar("R")
_LOG = logging.getLogger(__name__)
TIMEOUT_S = 30.0
MEMORY_BYTES = 8 * 2**30
"""Address space of the child; the models map much more than they use."""
VISION_S = 120.0
VISION_BYTES = 16 * 2**30
"""What the child may take more where the person chose a model that tells scenes: PyTorch is
slow to load, and its libraries and weights are mapped."""
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


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that gave no report, by its name, and why."""

    file: str
    error: Failure


@dataclass(frozen=True, slots=True)
class SeveralPhotos:
    """What several photos tell, each alone and all together.

    Attributes:
        reports: In the order of the photos.
        errors: Files that gave no report.
        shots: What photos are linked by, for who sends them one by one; left out where empty.
    """

    schema_version: int
    reports: tuple[PhotoReport, ...]
    linkage: Linkage
    errors: tuple[FileFailure, ...] = ()
    shots: tuple[Shot, ...] = ()


_SEVERAL: TypeAdapter[SeveralPhotos] = TypeAdapter(SeveralPhotos)


@dataclass(slots=True)
class Batch:
    """Collects what comes of several photos, in their order."""

    reports: list[PhotoReport] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    errors: list[FileFailure] = field(default_factory=list)

    def add(self, report: PhotoReport, shot: Shot) -> None:
        self.reports.append(report)
        self.shots.append(shot)

    def fail(self, name: str, error: AssistantError) -> None:
        self.errors.append(FileFailure(name, error.failure))

    def told(self, *, with_shots: bool = False) -> SeveralPhotos:
        """All of it, and what the photos tell together."""
        from assistant.photo.linkage import link

        return SeveralPhotos(
            SCHEMA_VERSION,
            tuple(self.reports),
            link(self.shots),
            tuple(self.errors),
            tuple(self.shots) if with_shots else (),
        )


class Photos:
    """Checks and cleans photos, one after the other, in a child process."""

    def __init__(
        self, *, severities: Mapping[str, Severity] | None = None, vision: Path | None = None
    ) -> None:
        """Nothing is loaded before the first photo.

        Args:
            severities: Rule id → how grave this person finds it, in place of ours.
            vision: Folder of the model that tells scenes; None where there is none.

        Raises:
            InvalidSettings: There is no rule of that id.
        """
        self._severities = dict(severities or {})
        _check_rules(self._severities)
        self._vision = vision
        self._no_scene = "scene"
        self._worker = Worker(memory_bytes=MEMORY_BYTES + (VISION_BYTES if vision else 0))
        self._idle: threading.Timer | None = None

    def close(self) -> None:
        """End the child, which frees its models. The next call starts another."""
        if self._idle:
            self._idle.cancel()
        self._worker.close()

    def check(
        self,
        data: bytes,
        name: str,
        *,
        metadata_only: bool = False,
        second_opinion: bool = False,
        changed: datetime | None = None,
    ) -> Checked:
        """What a photo gives away.

        Args:
            changed: When the file was last changed, with its time zone; None where unknown.
            second_opinion: Whether ExifTool is asked too, where it is installed.

        Raises:
            NotAPhoto: Its first bytes are of no known format.
            UnreadablePhoto: Reading took too long or too much memory.
        """
        now = datetime.now(UTC)
        vision = None if metadata_only else self._vision
        look = not metadata_only
        try:
            analysis = self._analyze(
                data, name, now, look=look, scene=vision, no_scene=self._no_scene
            )
        except UnreadablePhoto:
            if vision is None:
                raise
            # The model may be what is too heavy, and not the photo.
            analysis = self._analyze(data, name, now, look=look, no_scene="scene_heavy")
            self._vision, self._no_scene = None, "scene_heavy"
        report = report_of(analysis, data, name, now)
        if changed:
            report = with_file_time(report, changed)
        if second_opinion:
            from assistant.second_opinion import gaps_of
            from assistant.second_opinion import second_opinion as ask

            further = gaps_of(ask(data), report.details)
            report = replace(report, unchecked=(*report.unchecked, *further))
        return Checked(report, analysis.shot)

    def _analyze(
        self,
        data: bytes,
        name: str,
        now: datetime,
        *,
        look: bool,
        no_scene: str,
        scene: Path | None = None,
    ) -> PhotoAnalysis:
        from assistant.photo.analyze import analyze_photo

        return self._call(
            lambda: self._worker.call(
                analyze_photo,
                TIMEOUT_S + (VISION_S if scene else 0),
                data,
                name=name,
                now=now.astimezone().replace(tzinfo=None),
                look=look,
                severities=self._severities,
                scene=scene,
                no_scene=no_scene,
            )
        )

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
        second_opinion: bool = False,
    ) -> CleanCopy:
        """A copy without metadata and with boxes covered.

        Args:
            number: For its neutral name.
            boxes: In pixels of the picture as shown.
            style: How boxes are covered; solid where not given.
            anew: Whether the picture may be encoded anew where nothing else works.
            second_opinion: Whether ExifTool, where it is installed, may see nothing private
                in the copy either.

        Raises:
            NotAPhoto, UnreadablePhoto: As `check`.
            UncleanablePhoto: No copy can be made that passes the same checks; nothing is left.
        """
        from assistant.photo.clean import BadBox, CannotClean, Style, neutral_name
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
        except BadBox:
            raise InvalidRequest("A box lies outside of the picture.") from None
        except CannotClean as refusal:
            hint = "Allow the picture to be encoded anew." if refusal.reencode else None
            raise UncleanablePhoto(refusal.reason, hint=hint) from None
        name = neutral_name(made.format, number)
        report = self.check(made.data, name, metadata_only=not boxes).report
        left = still_told(report) + still_shown(report, boxes, style or Style.SOLID)
        if second_opinion and not left:
            left = _still_seen(made.data)
        if left:
            raise UncleanablePhoto(
                f"The copy still carries what it should not ({', '.join(left)}); it is not offered."
            )
        return CleanCopy(made.data, name, made.lossless, made.removed, report)

    def _call(self, work: Callable[[], R]) -> R:
        """Run one call; what no reader foresaw costs the file, and is logged by its type alone."""
        from assistant.photo.clean import BadBox, CannotClean
        from assistant.photo.metadata import NotAPhoto as NoFormat

        if self._idle:
            self._idle.cancel()
        try:
            return work()
        except NoFormat:
            raise NotAPhoto from None
        except (MemoryError, WorkerFailed):
            raise UnreadablePhoto from None
        except (AssistantError, BadBox, CannotClean):
            raise
        except Exception as error:  # noqa: BLE001 readers of hostile bytes raise nearly anything
            log_failure(_LOG, error)
            raise UnreadablePhoto from None
        finally:
            self._idle = threading.Timer(IDLE_S, self._worker.close)
            self._idle.daemon = True
            self._idle.start()


def photos_of(settings: Settings) -> Photos:
    """The photo job as a person set it up.

    Raises:
        InvalidSettings: A setting names a rule that does not exist.
    """
    return Photos(severities=settings.photo_severities, vision=settings.vision_model_dir)


def _check_rules(severities: Mapping[str, Severity]) -> None:
    if not severities:
        return
    from assistant.photo.rulebook import photo_rules

    if unknown := sorted(severities.keys() - photo_rules().keys()):
        raise InvalidSettings(
            f"`photo_severities` names a rule that does not exist: {', '.join(unknown)}.",
            hint="The page on photo rules lists them all.",
        )


def photo_json(report: PhotoReport, *, indent: int | None = None) -> bytes:
    """The report in its public JSON shape, UTF-8."""
    return _PHOTO_REPORT.dump_json(report, indent=indent)


def photos_json(several: SeveralPhotos, *, indent: int | None = None) -> bytes:
    """Several reports in their public JSON shape, UTF-8."""
    exclude = None if several.shots else {"shots"}
    return _SEVERAL.dump_json(several, indent=indent, exclude=exclude)


class JsonOfSeveral:
    """The JSON of several photos in parts, so that a long folder takes no more memory than one."""

    _EMPTY = '"reports": []'

    def __init__(self) -> None:
        self._reports = 0

    def add(self, report: PhotoReport) -> str:
        """The next part: one report."""
        before = f"{self._frame(Batch())[0]}[" if not self._reports else ","
        self._reports += 1
        inside = photo_json(report, indent=2).decode().replace("\n", "\n    ")
        return f"{before}\n    {inside}"

    def end(self, batch: Batch) -> str:
        """The last part: all but the reports."""
        before, after = self._frame(batch)
        return f"\n  ]{after}\n" if self._reports else f"{before}[]{after}\n"

    def _frame(self, batch: Batch) -> tuple[str, str]:
        """What stands before and after the list of reports."""
        told = replace(batch.told(), reports=())
        before, _, after = photos_json(told, indent=2).decode().partition(self._EMPTY)
        return f'{before}"reports": ', after


def still_told(report: PhotoReport) -> tuple[str, ...]:
    """Kinds of private metadata and hidden data that a report finds; of a clean copy, none."""
    left = {entry.risk.value for entry in report.details.metadata if entry.risk}
    left |= {piece.kind.value for piece in report.details.hidden}
    if report.details.unknown:
        left.add("unknown data")
    if not report.details.complete:
        left.add("parts that cannot be read")
    return tuple(sorted(left))


def _still_seen(data: bytes) -> tuple[str, ...]:
    """Private tags that ExifTool sees in a copy; none where it is not there to be asked."""
    from assistant.second_opinion import named, second_opinion

    seen = second_opinion(data).tags
    return (f"by ExifTool: {named(seen)}",) if seen else ()


def still_shown(report: PhotoReport, boxes: Sequence[Box], style: Style) -> tuple[str, ...]:
    """Kinds of things that can still be made out under covered boxes; of a copy, none.

    A face in a mosaic is still seen to be one, and may be.
    """
    from assistant.photo.clean import Style

    found = {
        region.what
        for region in report.details.regions
        if any(_lies_in(region, box) for box in boxes)
        and not (style is Style.MOSAIC and region.kind == "face")
    }
    return tuple(sorted(found))


def _lies_in(region: Region, box: Box) -> bool:
    """Whether most of a region is inside of a box."""
    wide = min(region.x + region.width, box.x + box.width) - max(region.x, box.x)
    high = min(region.y + region.height, box.y + box.height) - max(region.y, box.y)
    return max(0, wide) * max(0, high) > region.width * region.height / 2


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

    Links are not followed, so that nothing outside of the folder is read.

    Raises:
        MissingFile: There is nothing at the path.
        InputTooLarge: After `MOST_FILES` photos, when there are more.
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
                if taken == MOST_FILES:
                    raise InputTooLarge(
                        f"The folder holds more than {MOST_FILES:,} photos; the rest is left out.",
                        hint="Check its folders one by one.",
                    )
                yield file
                taken += 1


def with_file_time(report: PhotoReport, changed: datetime) -> PhotoReport:
    """The report with the time of the file itself, which archives and cables carry along.

    It is told and costs nothing: a copy made today has today's.
    """
    stamp = changed.isoformat(timespec="seconds")
    entry = MetadataEntry("System", "FileModifyDate", stamp, None, "beside the file")
    details = replace(report.details, metadata=(*report.details.metadata, entry))
    return replace(report, details=details)


def report_of(analysis: PhotoAnalysis, data: bytes, name: str, now: datetime) -> PhotoReport:
    """The report of an analysis, with what was read and when.

    Raises:
        DamagedModel: A model that looks has no manifest that can be read.
    """
    looked = model_versions(["faces", "names"]) if analysis.details.looked else {}
    return Report(
        kind=Kind.PHOTO,
        subject=Subject(name, name, hashlib.sha256(data).hexdigest()),
        created_at=now,
        verdict=analysis.verdict,
        rating=analysis.rating,
        details=analysis.details,
        versions=Versions(
            software=__version__,
            models={**looked, **analysis.models},
            knowledge=knowledge.version(),
        ),
        summary=analysis.summary,
        findings=analysis.findings,
        unchecked=analysis.unchecked,
    )
