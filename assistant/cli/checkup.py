"""`doctor`: print what was checked."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from assistant.cli.boundary import output_console, print_json
from assistant.doctor import Check, examine
from assistant.render.plain import visible


def print_checks(*, as_json: bool) -> bool:
    """Print every check and return whether all required ones passed."""
    checks = examine()
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for check in checks:
            table.add_row(_mark(check), check.name, Text(visible(f"{check.detail} {check.hint}")))
        output_console().print(table)
    return all(check.ok for check in checks if check.required)


def _mark(check: Check) -> Text:
    if check.ok:
        return Text("ok", style="green")
    return Text("FAILED", style="bold red") if check.required else Text("missing", style="yellow")
