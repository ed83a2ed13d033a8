"""`history` and `forget`: what is kept, and how it goes away."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

import typer
from rich.table import Table
from rich.text import Text

from assistant.cli.boundary import open_assistant, output_console, print_json
from assistant.errors import NotConfirmed, NotFound
from assistant.render.plain import visible
from assistant.render.terminal import render_terminal
from assistant.render.wording import better_line
from assistant.report import SCHEMA_VERSION, Kind
from assistant.service import PolicyReport, SiteReport, report_json

if TYPE_CHECKING:
    from assistant.store import HistoryEntry

_MOST_SHOWN = 1000


def list_reports(*, as_json: bool) -> None:
    """Print one line a kept report, newest first."""
    entries = open_assistant().history(limit=_MOST_SHOWN)
    if as_json:
        rows = [_as_object(entry) for entry in entries]
        print_json({"schema_version": SCHEMA_VERSION, "entries": rows})
        return
    if not entries:
        typer.echo("The history is empty.")
        return
    console = output_console()
    for entry in entries:
        console.print(_line(entry))


def _line(entry: HistoryEntry) -> Table:
    """One report in three lines: what and when, the verdict, the id that opens it again."""
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(no_wrap=True)
    line.add_column(overflow="fold")
    wrong = f"  ({len(entry.wrong)} marked wrong)" if entry.wrong else ""
    score = "not rated" if entry.grade is None else f"{entry.grade}, {entry.score} of 100"
    line.add_row(f"{entry.created_at:%Y-%m-%d}", Text(visible(entry.name), style="bold"))
    line.add_row(Text(score), Text(visible(entry.verdict) + wrong))
    line.add_row("", Text(entry.id, style="dim"))
    return line


def _as_object(entry: HistoryEntry) -> dict[str, object]:
    return {**asdict(entry), "created_at": entry.created_at.isoformat().replace("+00:00", "Z")}


def show_report(report_id: str, *, as_json: bool) -> None:
    """Print one kept report again.

    Raises:
        NotFound: No report has that id.
    """
    report = open_assistant().recall(report_id)
    if as_json:
        print_json(json.loads(report_json(report)))
    elif report.kind is Kind.SITE:
        from assistant.render.site import render_site

        render_site(cast(SiteReport, report), output_console())
    else:
        render_terminal([cast(PolicyReport, report)], output_console())


def show_better(report_id: str, *, as_json: bool) -> None:
    """Print which kept reports are about such a service too, and rated better.

    Raises:
        NotFound: No report has that id.
    """
    answer = open_assistant().better(report_id)
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, **asdict(answer)})
        return
    console = output_console()
    console.print(Text(visible(better_line(answer)), style="bold"))
    for better in answer.found:
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(no_wrap=True)
        line.add_column(overflow="fold")
        line.add_row(
            Text(f"{better.grade}, {better.score} of 100"), Text(visible(better.name), style="bold")
        )
        for title in better.spared:
            line.add_row("", Text(f"not there: {visible(title)}"))
        line.add_row("", Text(better.id, style="dim"))
        console.print(line)


def forget_reports(what: str) -> None:
    """Forget the report of that id, or else every report of that name.

    Raises:
        NotFound: Nothing has that id or name.
    """
    assistant = open_assistant()
    count = assistant.forget(report_id=what) or assistant.forget(name=what)
    if not count:
        raise NotFound
    typer.echo(_forgotten(count))


def forget_everything(*, ask: bool) -> None:
    """Forget every report and the ledger of shared photos, asking first if wished.

    Raises:
        NotConfirmed: Nobody is there to answer.
    """
    if not ask or _agreed("Forget every report and all shared photos?"):
        typer.echo(_forgotten(open_assistant().forget()))


def forget_photos(*, ask: bool) -> None:
    """Forget the ledger of shared photos, asking first if wished.

    Raises:
        NotConfirmed: Nobody is there to answer.
    """
    if not ask or _agreed("Forget what links the photos you shared?"):
        count = open_assistant().ledger.forget()
        typer.echo(f"Forgot {count} {'mark' if count == 1 else 'marks'} of shared photos.")


def _agreed(question: str) -> bool:
    try:
        agreed = typer.confirm(f"{question} This cannot be undone.", err=True)
    except typer.Abort:
        raise NotConfirmed from None
    if not agreed:
        typer.echo("Nothing was forgotten.")
    return agreed


def _forgotten(count: int) -> str:
    return f"Forgot {count} {'report' if count == 1 else 'reports'}."
