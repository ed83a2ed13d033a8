"""`pair`: the browsers that may call the service, and how one is disconnected."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from assistant.api.access import PairedBrowser, disconnect_browser, paired_browsers
from assistant.cli.boundary import open_assistant, output_console, print_json
from assistant.render.plain import visible
from assistant.report import SCHEMA_VERSION


def list_browsers(*, as_json: bool) -> None:
    """Print each browser that is connected, with the id that disconnects it."""
    browsers = paired_browsers(open_assistant().store)
    if as_json:
        rows = [_as_object(browser) for browser in browsers]
        print_json({"schema_version": SCHEMA_VERSION, "browsers": rows})
        return
    if not browsers:
        typer.echo("No browser is connected.")
        return
    console = output_console()
    for browser in browsers:
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(no_wrap=True)
        line.add_column(overflow="fold")
        line.add_row(f"{browser.paired_at:%Y-%m-%d}", Text(visible(browser.client), style="bold"))
        line.add_row("", Text(browser.id, style="dim"))
        console.print(line)


def revoke_browser(browser_id: str, *, as_json: bool) -> None:
    """Disconnect a browser and say which one it was.

    Raises:
        NotFound: No browser has that id.
    """
    browser = disconnect_browser(open_assistant().store, browser_id)
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, "disconnected": _as_object(browser)})
        return
    typer.echo(f"Disconnected {visible(browser.client)}.")


def _as_object(browser: PairedBrowser) -> dict[str, object]:
    return {
        "id": browser.id,
        "client": browser.client,
        "paired_at": browser.paired_at.isoformat().replace("+00:00", "Z"),
    }
