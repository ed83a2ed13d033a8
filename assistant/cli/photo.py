"""`photo`: check each photo, clean it where asked, and tell what all of them tell together."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from assistant.cli.boundary import (
    ExitCode,
    complain,
    error_console,
    output_console,
    print_json,
    print_raw_json,
)
from assistant.errors import AssistantError, UncleanablePhoto, UnreadablePhoto, UnwritableFile
from assistant.report import Unchecked

if TYPE_CHECKING:
    from assistant.ledger import Ledger
    from assistant.photo.details import Box
    from assistant.photo.shots import Shot
    from assistant.photos import Batch, Checked, JsonOfSeveral, PhotoReport, Photos

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_AT_ONCE = 2
"""Files in work at the same time: one is read and told while the child reads the other."""


NOT_SEEN = "What it shows could not be looked at, so nothing can be covered in it."


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
        second_opinion: Whether ExifTool is asked too.
        shared: Whether the files enter the ledger, because they were shared as they are.
    """

    clean: Path | None = None
    cover: frozenset[Cover] = frozenset()
    anew: bool = False
    metadata_only: bool = False
    second_opinion: bool = False
    shared: bool = False


@dataclass(slots=True)
class _Run:
    """One run over files, and what came of them in their order.

    Attributes:
        parts: Of the JSON of several photos; None where it is not asked for.
        copied: Names of the clean copies, and whether each kept every uncovered pixel.
    """

    photos: Photos
    wanted: Wanted
    max_bytes: int
    several: bool
    batch: Batch
    ledger: Ledger
    parts: JsonOfSeveral | None = None
    copied: list[tuple[str, bool]] = field(default_factory=list)
    refused: int = 0

    def files(self, paths: Iterable[Path]) -> Iterator[Path]:
        """The files of all paths; a path that is not there is a failure like any other."""
        from assistant.photos import photos_in

        for path in paths:
            try:
                yield from photos_in(path)
            except AssistantError as error:
                self._fail(path.name, error)

    def check(self, files: Sequence[Path], step: Callable[[], None]) -> None:
        """Check files one after the other, and clean each where asked."""
        look = bool(self.wanted.cover) or not self.wanted.metadata_only
        read = partial(self._read, look=look)
        answers = map(read, files) if look else _ahead(read, files)
        for number, (file, answer) in enumerate(zip(files, answers, strict=True), start=1):
            if isinstance(answer, AssistantError):
                self._fail(file.name, answer)
            else:
                self._take(*answer, number)
            step()

    def _read(self, file: Path, *, look: bool) -> tuple[bytes, Checked] | AssistantError:
        from assistant.photos import read_file

        try:
            data = read_file(file, max_bytes=self.max_bytes)
            return data, self.photos.check(
                data,
                file.name,
                metadata_only=not look,
                second_opinion=self.wanted.second_opinion,
                changed=_changed(file),
            )
        except AssistantError as error:
            return error

    def _take(self, data: bytes, checked: Checked, number: int) -> None:
        report = self.ledger.compare(checked.report, checked.shot)
        if self.wanted.clean:
            report = self._with_copy(data, number, report, self.wanted.clean)
        self._keep(report, checked.shot)

    def _keep(self, report: PhotoReport, shot: Shot) -> None:
        """Print a report of several at once where it is JSON, else keep what its line needs."""
        if not self.several:
            self.batch.add(report, shot)
            return
        self.batch.shots.append(shot)
        if self.parts:
            print_raw_json(self.parts.add(report))
        else:
            details = replace(report.details, metadata=(), regions=())
            self.batch.reports.append(replace(report, details=details, findings=(), summary=()))

    def _with_copy(
        self, data: bytes, number: int, report: PhotoReport, folder: Path
    ) -> PhotoReport:
        """Write the clean copy; a refusal leaves no file and stands in the report."""
        boxes = tuple(_boxes(report, self.wanted.cover))
        try:
            if self.wanted.cover and not report.details.looked:
                raise UncleanablePhoto(NOT_SEEN, hint="Leave `--blur` away for a copy as it is.")
            copy = self.photos.clean(
                data,
                number,
                boxes=boxes,
                anew=self.wanted.anew,
                second_opinion=self.wanted.second_opinion,
            )
        except (UncleanablePhoto, UnreadablePhoto) as refusal:
            self.refused += 1
            complain(refusal, about=report.subject.name)
            gap = Unchecked("The clean copy", f"{refusal.message} {refusal.hint}")
            return replace(report, unchecked=(*report.unchecked, gap))
        _write(folder, copy.name, copy.data)
        self.copied.append((copy.name, copy.lossless))
        return report

    def _fail(self, name: str, error: AssistantError) -> None:
        if not self.several:
            raise error
        complain(error, about=name)
        self.batch.fail(name, error)


def _changed(file: Path) -> datetime | None:
    """When a file was last changed; None where the file system says nothing that can be."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone()
    except (OSError, OverflowError, ValueError):
        return None


def _ahead(work: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
    """What `work` gives for each item, in order, while the next ones are worked at."""
    pending: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for item in items:
            pending.append(pool.submit(work, item))
            if len(pending) > _AT_ONCE:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def check_photos(paths: Sequence[Path], wanted: Wanted, *, as_json: bool) -> ExitCode:
    """Check all photos, write clean copies, and print what came of it.

    Returns:
        FAILED when a file gave no report or no clean copy, else DONE.

    Raises:
        AssistantError: The only file failed, the folder for copies cannot be used, or
            shared photos cannot be noted.
    """
    from assistant.ledger import ledger_of
    from assistant.logs import configure
    from assistant.photos import Batch, JsonOfSeveral, photos_of
    from assistant.settings import load_settings

    settings = load_settings()
    configure(settings)
    several = len(paths) > 1 or any(path.is_dir() for path in paths)
    ledger = ledger_of(settings)
    if wanted.shared:
        ledger.check_on()
    parts = JsonOfSeveral() if several and as_json else None
    photos = photos_of(settings)
    run = _Run(photos, wanted, settings.max_photo_bytes, several, Batch(), ledger, parts)
    if wanted.clean:
        _make_folder(wanted.clean)
    try:
        files = list(run.files(paths))
        with _progress(len(files)) as step:
            run.check(files, step)
    finally:
        run.photos.close()
    _print(run, as_json=as_json)
    if wanted.clean and not as_json:
        typer.echo(f"\n{_saved(run, wanted.clean)}")
    if wanted.shared:
        marks = ledger.note(run.batch.shots)
        if not as_json:
            typer.echo(f"\n{_noted(len(run.batch.shots), marks)}")
    return ExitCode.FAILED if run.batch.errors or run.refused else ExitCode.DONE


def _saved(run: _Run, folder: Path) -> str:
    """What came of the clean copies, in one or two sentences."""
    if not run.several and run.copied:
        ((name, lossless),) = run.copied
        kept = "every pixel that is not covered is as it was" if lossless else "it is encoded anew"
        return f"Clean copy: {folder / name}. The same checks find nothing in the file; {kept}."
    count, anew = len(run.copied), sum(not lossless for _, lossless in run.copied)
    copies = f"{count} clean cop{'y' if count == 1 else 'ies'} in {folder}, {run.refused} refused."
    return f"{copies} Encoded anew: {anew}." if anew else copies


def _noted(photos: int, marks: int) -> str:
    if not marks:
        return "Noted as shared: nothing, because no file says what would link it to others."
    return (
        f"Noted as shared: {photos} photo{'' if photos == 1 else 's'}, by {marks} "
        f"mark{'' if marks == 1 else 's'} that link{'s' if marks == 1 else ''} photos."
    )


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
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error while somebody watches, and the step that moves it."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("Photos", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=error_console(), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def _print(run: _Run, *, as_json: bool) -> None:
    from assistant.photos import photo_json
    from assistant.render.photo import render_photo, render_photos

    if run.parts:
        print_raw_json(run.parts.end(run.batch))
        return
    if run.several:
        told = run.batch.told()
        render_photos(told.reports, told.linkage, output_console())
        return
    (report,) = run.batch.reports
    if as_json:
        print_json(json.loads(photo_json(report)))
    else:
        render_photo(report, output_console())
