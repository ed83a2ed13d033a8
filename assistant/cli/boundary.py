"""What every command shares at its edge: exit codes, one-line errors, streams."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from types import TracebackType
from typing import TYPE_CHECKING

import typer

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.service import Assistant

_PIPED_WIDTH = 100


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REACHED = 3
    """`--fail-on`: a finding is at least that bad."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells report it."""
    PIPE_CLOSED = 141
    """The reader of the output left: 128 + SIGPIPE."""


@contextmanager
def boundary() -> Iterator[None]:
    """Turn what a command raises into its exit code and one line on standard error."""
    try:
        yield
        sys.stdout.flush()
    except AssistantError as error:
        complain(error)
        raise typer.Exit(ExitCode.FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        _discard_output()
        raise typer.Exit(ExitCode.PIPE_CLOSED) from None


def open_assistant() -> Assistant:
    """The assistant of this process, with the person's settings and logging set up.

    Raises:
        InvalidSettings: The settings cannot be used.
    """
    from assistant.logs import configure
    from assistant.service import Assistant
    from assistant.settings import load_settings

    settings = load_settings()
    configure(settings)
    return Assistant(settings)


def complain(error: AssistantError, *, about: str = "") -> None:
    """Print one line on standard error: what is wrong, and what to do."""
    from assistant.render.plain import visible

    where = f"{about}: " if about else ""
    typer.echo(
        f"privacy-assistant: {where}{visible(error.message)} {visible(error.hint)}", err=True
    )


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object in UTF-8, whatever the locale, indented for reading."""
    print_raw_json(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n")


def print_raw_json(text: str) -> None:
    """Print a part of a JSON document as it is, in UTF-8."""
    from assistant.render.plain import escape_controls

    typer.echo(escape_controls(text).encode(), nl=False)


def output_console() -> Console:
    """The console for people: coloured and as wide as the terminal, plain when piped."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to `boundary`; Rich would end the process with a failure's code."""
            raise BrokenPipeError

    wide = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _PIPED_WIDTH
    return Output(file=sys.stdout, width=wide, markup=False, highlight=False, emoji=False)


def error_console() -> Console:
    """The console for progress, on standard error."""
    from rich.console import Console

    return Console(file=sys.stderr, markup=False, highlight=False, emoji=False)


def report_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """Last resort for a fault of ours: one line with a reference found in the log.

    A traceback may quote what was read, so it is shown only where
    `PRIVACY_ASSISTANT_LOG_LEVEL` is DEBUG.
    """
    from assistant.errors import InternalError
    from assistant.logs import log_failure

    reference = log_failure(logging.getLogger(__name__), fault)
    complain(InternalError(f"The assistant failed unexpectedly (reference {reference})."))
    if os.environ.get("PRIVACY_ASSISTANT_LOG_LEVEL") == "DEBUG":
        sys.__excepthook__(kind, fault, trace)


def _discard_output() -> None:
    """Give the interpreter somewhere to flush to when it ends."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
