"""`policy`: read each source, print what came of it, lose nothing when one fails."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from assistant.cli.boundary import (
    ExitCode,
    complain,
    error_console,
    open_assistant,
    output_console,
    print_json,
)
from assistant.cli.sources import open_source
from assistant.errors import AssistantError, UnwritableFile
from assistant.render.outline import reaches
from assistant.report import SCHEMA_VERSION, Severity
from assistant.service import PolicyReport, Progress, report_json


@dataclass(frozen=True, slots=True)
class Output:
    """Where the reports go; the terminal when nothing is chosen."""

    as_json: bool = False
    html: Path | None = None
    markdown: Path | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that gave no report, by its place on the command line from 0."""

    source_index: int
    error: AssistantError


def read_sources(
    sources: Sequence[str],
    output: Output,
    *,
    summarizer: str | None,
    fail_on: Severity | None,
    remember: bool,
) -> ExitCode:
    """Read all sources and hand out their reports.

    Returns:
        FAILED when a source gave no report, else REACHED when a finding
        against the person is at least as bad as `fail_on`, else DONE.

    Raises:
        AssistantError: The only source failed, or the output cannot be written.
    """
    assistant = open_assistant()
    reports: list[PolicyReport] = []
    failures: list[Failure] = []
    for index, source in enumerate(sources):
        label = f"Source {index + 1} of {len(sources)}" if len(sources) > 1 else ""
        try:
            with progress_on(label) as progress:
                wanted = open_source(source, max_bytes=assistant.settings.max_input_bytes)
                saved = assistant.read_policy(
                    wanted, summarizer=summarizer, remember=remember, progress=progress
                )
        except AssistantError as error:
            if len(sources) == 1:
                raise
            complain(error, about=label)
            failures.append(Failure(index, error))
        else:
            reports.append(saved.report)
    _hand_out(reports, failures, output, several=len(sources) > 1)
    if failures:
        return ExitCode.FAILED
    if fail_on and any(reaches(report.findings, fail_on) for report in reports):
        return ExitCode.REACHED
    return ExitCode.DONE


@contextmanager
def progress_on(label: str) -> Iterator[Progress]:
    """Show the current step on standard error while it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    prefix = f"{label}: " if label else ""
    with error_console().status(f"{prefix}Starting") as status:
        yield lambda step: status.update(f"{prefix}{step}")


def _hand_out(
    reports: Sequence[PolicyReport], failures: Sequence[Failure], output: Output, *, several: bool
) -> None:
    if output.as_json:
        objects = [json.loads(report_json(report)) for report in reports]
        print_json(_reports_object(objects, failures) if several else objects[0])
        return
    if not reports:
        return
    if output.html is not None:
        from assistant.render.html import render_html

        _write(output.html, render_html(reports))
    elif output.markdown is not None:
        from assistant.render.markdown import render_markdown

        _write(output.markdown, render_markdown(reports))
    else:
        from assistant.render.terminal import render_terminal

        render_terminal(reports, output_console())


def _reports_object(reports: Sequence[object], failures: Sequence[Failure]) -> dict[str, object]:
    several: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "reports": list(reports),
        "linkage": None,
    }
    if failures:
        several["errors"] = [
            {
                "source_index": failure.source_index,
                "error": {
                    "code": failure.error.code,
                    "message": failure.error.message,
                    "hint": failure.error.hint,
                },
            }
            for failure in failures
        ]
    return several


def _write(file: Path, text: str) -> None:
    """Write a document whole; `-` is standard output."""
    if str(file) == "-":
        typer.echo(text.encode(), nl=False)
        return
    try:
        file.expanduser().write_text(text, encoding="utf-8")
    except OSError:
        raise UnwritableFile from None
    typer.echo(f"Written: {file}", err=True)
