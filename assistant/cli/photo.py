"""`photo`: check each photo, clean it where asked, and tell what all of them tell together."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.boundary import ExitCode, complain, error_console, output_console, print_json
from assistant.errors import AssistantError, UncleanablePhoto, UnreadablePhoto, UnwritableFile
from assistant.report import SCHEMA_VERSION, Unchecked

if TYPE_CHECKING:
    from assistant.photo.details import Box, Linkage
    from assistant.photo.shots import Shot
    from assistant.photos import PhotoReport, Photos


class Cover(StrEnum):
    """What can be covered in a copy."""

    FACES = "faces"
    TEXT = "text"
    PLATES = "plates"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is done beside checking.

    Attributes:
        clean: Folder for clean copies, or None.
        cover: What is covered in them.
        anew: Whether a picture may be encoded anew where nothing else works.
    """

    clean: Path | None = None
    cover: frozenset[Cover] = frozenset()
    anew: bool = False
    metadata_only: bool = False


@dataclass(slots=True)
class _Run:
    """One run over files, and what came of them in their order."""

    photos: Photos
    wanted: Wanted
    max_bytes: int
    several: bool
    reports: list[PhotoReport] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    failures: list[tuple[str, AssistantError]] = field(default_factory=list)
    refused: int = 0

    def files(self, paths: Iterable[Path]) -> Iterator[Path]:
        """The files of all paths; a path that is not there is a failure like any other."""
        from assistant.photos import photos_in

        for path in paths:
            try:
                yield from photos_in(path)
            except AssistantError as error:
                self._fail(path.name, error)

    def check(self, file: Path, number: int) -> None:
        """Check one file, and clean it where asked."""
        from assistant.photos import read_file

        look = bool(self.wanted.cover) or not self.wanted.metadata_only
        try:
            data = read_file(file, max_bytes=self.max_bytes)
            checked = self.photos.check(data, file.name, metadata_only=not look)
        except AssistantError as error:
            self._fail(file.name, error)
            return
        report = checked.report
        if self.wanted.clean:
            report = self._with_copy(data, number, report, self.wanted.clean)
        self.reports.append(report)
        self.shots.append(checked.shot)

    def _with_copy(
        self, data: bytes, number: int, report: PhotoReport, folder: Path
    ) -> PhotoReport:
        """Write the clean copy; a refusal leaves no file and stands in the report."""
        boxes = tuple(_boxes(report, self.wanted.cover))
        try:
            copy = self.photos.clean(data, number, boxes=boxes, anew=self.wanted.anew)
        except (UncleanablePhoto, UnreadablePhoto) as refusal:
            self.refused += 1
            complain(refusal, about=report.subject.name)
            gap = Unchecked("The clean copy", f"{refusal.message} {refusal.hint}")
            return replace(report, unchecked=(*report.unchecked, gap))
        _write(folder, copy.name, copy.data)
        return report

    def _fail(self, name: str, error: AssistantError) -> None:
        if not self.several:
            raise error
        complain(error, about=name)
        self.failures.append((name, error))


def check_photos(paths: Sequence[Path], wanted: Wanted, *, as_json: bool) -> ExitCode:
    """Check all photos, write clean copies, and print what came of it.

    Returns:
        FAILED when a file gave no report or no clean copy, else DONE.

    Raises:
        AssistantError: The only file failed, or the folder for copies cannot be used.
    """
    from assistant.logs import configure
    from assistant.photos import Photos
    from assistant.settings import load_settings

    settings = load_settings()
    configure(settings)
    several = len(paths) > 1 or any(path.is_dir() for path in paths)
    run = _Run(Photos(), wanted, settings.max_photo_bytes, several)
    if wanted.clean:
        _make_folder(wanted.clean)
    try:
        with _progress() as step:
            for number, file in enumerate(run.files(paths), start=1):
                step(f"Photo {number}")
                run.check(file, number)
    finally:
        run.photos.close()
    _print(run, as_json=as_json)
    return ExitCode.FAILED if run.failures or run.refused else ExitCode.DONE


_KINDS = {
    Cover.FACES: frozenset({"face"}),
    Cover.CODES: frozenset({"code", "document_code", "plain_code"}),
    Cover.PLATES: frozenset({"plate"}),
}


def _boxes(report: PhotoReport, cover: frozenset[Cover]) -> Iterator[Box]:
    """Where the picture shows what is to be covered; `text` is every other kind."""
    from assistant.photo.details import Box

    named = frozenset[str]().union(*_KINDS.values())
    for region in report.details.regions:
        wanted = any(region.kind in _KINDS.get(each, frozenset()) for each in cover)
        if wanted or (Cover.TEXT in cover and region.kind not in named):
            yield Box(region.x, region.y, region.width, region.height)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UnwritableFile from None


def _write(folder: Path, name: str, data: bytes) -> None:
    """Write a copy whole or not at all; a file that is there already is never changed."""
    try:
        with (folder / name).open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise UnwritableFile(
            "A file of that name is already in the folder for clean copies.",
            hint="Give an empty folder.",
        ) from None
    except OSError:
        (folder / name).unlink(missing_ok=True)
        raise UnwritableFile from None


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with error_console().status("Starting") as status:
        yield status.update


def _print(run: _Run, *, as_json: bool) -> None:
    from assistant.photo.linkage import link

    linkage = link(run.shots) if run.several else None
    if as_json:
        print_json(_as_object(run, linkage))
        return
    from assistant.render.photo import render_photo, render_photos

    if run.several:
        render_photos(run.reports, linkage, output_console())
    else:
        render_photo(run.reports[0], output_console())


def _as_object(run: _Run, linkage: Linkage | None) -> dict[str, object]:
    from pydantic import TypeAdapter

    from assistant.photo.details import Linkage as Told
    from assistant.photos import photo_json

    objects = [json.loads(photo_json(report)) for report in run.reports]
    if not run.several:
        return dict(objects[0])
    whole: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "reports": objects,
        "linkage": TypeAdapter(Told | None).dump_python(linkage, mode="json"),
    }
    if run.failures:
        whole["errors"] = [
            {"file": name, "error": {"code": e.code, "message": e.message, "hint": e.hint}}
            for name, e in run.failures
        ]
    return whole
