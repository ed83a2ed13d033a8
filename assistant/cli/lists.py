"""`lists`: which block lists are here, fetching them, and taking that back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.boundary import ExitCode, boundary, output_console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from assistant.lists import ListFile
    from assistant.lists.updating import ListUpdate
    from assistant.settings import Settings

lists_app = typer.Typer(
    name="lists",
    help="Show, fetch and take back block lists, which tell known trackers. None comes with this "
    "program.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@lists_app.command()
@boundary()
def show(as_json: _AsJson = False) -> None:
    """Show the lists of this computer: rules, age, where from, and whether they are intact."""
    from assistant.lists import load_lists
    from assistant.report import SCHEMA_VERSION

    loaded, now = load_lists(_settings()), datetime.now(UTC)
    if as_json:
        rows = [_as_object(file, now) for file in loaded.files]
        gaps = [asdict(gap) for gap in loaded.gaps]
        print_json({"schema_version": SCHEMA_VERSION, "lists": rows, "unchecked": gaps})
        return
    if not loaded.files:
        typer.echo("There are no block lists here. `privacy-assistant lists update` fetches some.")
    console = output_console()
    for file in loaded.files:
        console.print(_told(file, now))
    told = {file.problem for file in loaded.files}
    for gap in loaded.gaps:
        if gap.why not in told:
            typer.echo(f"{gap.what}: {gap.why}")


@lists_app.command()
@boundary()
def update(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Lists to fetch; without a name EasyPrivacy, EasyList and those fetched before. "
            "Disconnect, for non-commercial use only, is fetched by name.",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: _AsJson = False,
) -> None:
    """Fetch block lists from their makers. Only their servers are asked, and told nothing else."""
    from assistant.lists import Change, lists_fetcher, update_lists
    from assistant.report import SCHEMA_VERSION

    settings = _settings()
    updates = update_lists(settings, lists_fetcher(settings), names or None)
    if as_json:
        rows = [asdict(update) for update in updates]
        print_json({"schema_version": SCHEMA_VERSION, "lists": rows})
    else:
        for each in updates:
            typer.echo(_update_line(each), err=each.change is Change.FAILED)
    if any(each.change is Change.FAILED for each in updates):
        raise typer.Exit(ExitCode.FAILED)


@lists_app.command()
@boundary()
def rollback(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The list, such as easyprivacy.")],
    *,
    as_json: _AsJson = False,
) -> None:
    """Use the version of a list before the last update again. A second time undoes it."""
    from assistant.lists import roll_back
    from assistant.report import SCHEMA_VERSION

    version = roll_back(_settings(), name)
    if as_json:
        told = {**asdict(version), "made": _moment(version.made)}
        told["fetched_at"] = _moment(version.fetched_at)
        print_json({"schema_version": SCHEMA_VERSION, **told})
    else:
        typer.echo(
            f"In use again: the version fetched on {version.fetched_at:%Y-%m-%d}, "
            f"{_rules(version.rules)}."
        )


def _settings() -> Settings:
    from assistant.logs import configure
    from assistant.settings import load_settings

    settings = load_settings()
    configure(settings)
    return settings


def _told(file: ListFile, now: datetime) -> Table:
    """One list in a few lines: name, use, age, and where it lies."""
    from rich.table import Table
    from rich.text import Text

    from assistant.render.plain import visible

    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    lines.add_row(
        Text(visible(file.name or "a list"), style="bold"), Text(_use(file), style=_style(file))
    )
    age = file.age_days(now)
    facts = [
        {"fetched": "fetched", "own": "put here by you", "system": "from a package"}[file.origin],
        "age unknown" if age is None else f"{age} {'day' if age == 1 else 'days'} old",
        *([f"version {file.version}"] if file.version else ()),
        *(["checksum right"] if file.intact else ()),
        *(["the version before is kept"] if file.earlier else ()),
        *([file.licence] if file.licence else ()),
    ]
    lines.add_row("", Text(visible(", ".join(facts))))
    lines.add_row("", Text(visible(file.path), style="dim"))
    return lines


def _use(file: ListFile) -> str:
    if file.problem:
        return f"not used: {file.problem}"
    unasked = (
        f", {file.rules_unasked:,} of them not asked (they need the extra `lists`)"
        if file.rules_unasked
        else ""
    )
    return f"{_rules(file.rules)}{unasked}"


def _rules(count: int | None) -> str:
    return "1 rule" if count == 1 else f"{count or 0:,} rules"


def _style(file: ListFile) -> str:
    return "yellow" if file.problem else ""


def _update_line(update: ListUpdate) -> str:
    from assistant.render.plain import visible

    if update.error:
        return f"{update.name}: {visible(update.error.message)} {visible(update.error.hint)}"
    return f"{update.name}: {update.change}, {_rules(update.rules)}."


def _as_object(file: ListFile, now: datetime) -> dict[str, object]:
    return {
        **asdict(file),
        "made": _moment(file.made),
        "fetched_at": _moment(file.fetched_at),
        "age_days": file.age_days(now),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
