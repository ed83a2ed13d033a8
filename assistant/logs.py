"""Logging that cannot carry personal data.

Our own lines are events: a fixed name and fields from an allow-list of
numbers and codes. Everything else, from libraries or by mistake from here,
is reduced when the record is made to its level and package, and where an
exception hangs on it to the exception's type and our own lines on the way.
So no handler, also none that a library adds, ever holds a message.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol, TextIO

LOG_FILE = "privacy-assistant.log"
_LOG_MAX_BYTES = 1_000_000
_OWN_PACKAGE = "assistant"
_MOST_FRAMES = 8

Field = int | float | bool | str

_EVENT_NAME = re.compile(r"[a-z]+(?:[.-][a-z]+)*")
_NUMBER_NAME = re.compile(r"(?:[a-z]+_)*(?:count|status|bytes|chars|words|days|ms|s)")
_FLAG_NAME = re.compile(r"is(?:_[a-z]+)+")
_CODES = {
    "rule_id": re.compile(r"(?:policy|site|photo|release)\.[a-z0-9-]{1,60}"),
    "error_code": re.compile(r"[a-z]+(?:-[a-z]+){0,5}"),
    "kind": re.compile(r"policy|site|photo|release"),
    "model": re.compile(r"[a-z]+(?:-[a-z0-9]+){0,5}"),
    "reference": re.compile(r"[0-9a-f]{12}"),
    "version": re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}(?:(?:a|b|rc|\.dev)[0-9]{1,4})?"),
}
_REFUSED = "refused"


class LogSettings(Protocol):
    """The part of the settings that logging needs."""

    @property
    def data_dir(self) -> Path: ...

    @property
    def log_level(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Event:
    """What one log line says: a name and `key=value` pairs, both already checked."""

    name: str
    fields: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{key}={value}" for key, value in self.fields)])


def log_event(
    logger: logging.Logger,
    event: str,
    *,
    level: int = logging.INFO,
    error: BaseException | None = None,
    **fields: Field,
) -> None:
    """Log one event.

    Args:
        event: Its fixed name, such as `fetch.done`.
        error: Reduced to its type and our own lines; its text is not read.
        fields: Numbers with the unit in their name (`page_bytes`, `run_ms`,
            `finding_count`), flags (`is_cached`), and codes: `rule_id`,
            `error_code`, `kind`, `model`, `reference`, `version`. A code that
            does not look like one is written as "refused".

    Raises:
        ValueError: The event or a field has a name that is not allowed, or a
            value of the wrong type.
    """
    if not _EVENT_NAME.fullmatch(event):
        raise ValueError("an event has a fixed name of small letters, dots and hyphens")
    written = [(name, _write(name, value)) for name, value in fields.items()]
    logger.log(level, Event(event, (*written, *_describe(error))))


def log_failure(logger: logging.Logger, error: BaseException) -> str:
    """Log an unexpected failure; the answer is the random reference to tell the person."""
    reference = secrets.token_hex(6)
    log_event(logger, "unexpected", level=logging.ERROR, error=error, reference=reference)
    return reference


def configure(settings: LogSettings, *, stream: TextIO | None = None) -> None:
    """Send every log line of the process through this module; call once at start.

    Lines go to `stream`, else to a file in `data_dir`, else, where that cannot
    be written, to standard error. Of libraries only warnings and errors are
    kept, and of those no word.
    """
    logging.setLogRecordFactory(_make_record)
    logging.captureWarnings(True)
    handler = _open_handler(settings, stream)
    handler.setFormatter(EventFormatter())
    handler.addFilter(_is_kept)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        if isinstance(old, _LogFile):
            old.close()
    root.addHandler(handler)
    root.setLevel(settings.log_level)


class EventFormatter(logging.Formatter):
    """Time, level, package and event. Never reads a message or its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = record.msg if isinstance(record.msg, Event) else _withhold(record)
        return f"{time} {record.levelname} {_origin(record.name)} {event}"


class _LogFile(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A full disk costs the line. The standard answer prints the record."""


class _LogStream(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """As in `_LogFile`."""


def _open_handler(settings: LogSettings, stream: TextIO | None) -> logging.Handler:
    if stream:
        return _LogStream(stream)
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _LogFile(
            settings.data_dir / LOG_FILE, maxBytes=_LOG_MAX_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return _LogStream(sys.stderr)


def _make_record(*args: object, **kwargs: object) -> logging.LogRecord:
    record = logging.LogRecord(*args, **kwargs)  # type: ignore[arg-type]
    if not isinstance(record.msg, Event):
        record.msg = _withhold(record)
    record.args = None
    record.exc_info = None
    record.exc_text = None
    record.stack_info = None
    return record


def _withhold(record: logging.LogRecord) -> Event:
    """All that is told of a record which is no event."""
    return Event("withheld", tuple(_describe(record.exc_info[1] if record.exc_info else None)))


def _is_kept(record: logging.LogRecord) -> bool:
    own = record.name.partition(".")[0] == _OWN_PACKAGE
    return own or record.levelno >= logging.WARNING


def _origin(logger_name: str) -> str:
    """The logger's name where it is a module of ours, else its package, if there is one."""
    package = logger_name.partition(".")[0]
    if package == _OWN_PACKAGE and logger_name in sys.modules:
        return logger_name
    if logger_name == "py.warnings":
        return "warnings"
    return package if package in sys.modules else "other"


def _write(name: str, value: Field) -> str:
    code = _CODES.get(name)
    match value:
        case bool() if _FLAG_NAME.fullmatch(name):
            return str(value).lower()
        case int() | float() if not isinstance(value, bool) and _NUMBER_NAME.fullmatch(name):
            return f"{value:.3f}" if isinstance(value, float) else str(value)
        case str() if code:
            return str(value) if code.fullmatch(value) else _REFUSED
    raise ValueError(f"the log has no field {name!r} of this type")


def own_lines(error: BaseException) -> tuple[str, ...]:
    """Where in our own code an error passed, outermost first: `assistant.photo.analyze:80`.

    A traceback does not leave its process; what is needed of it goes along as `lines_there`.
    """
    here = (
        f"{module}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (module := str(frame.f_globals.get("__name__", ""))).startswith(f"{_OWN_PACKAGE}.")
    )
    return (*here, *getattr(error, "lines_there", ()))


def _describe(error: BaseException | None) -> Iterator[tuple[str, str]]:
    if error is None:
        return
    yield "exception", _type_name(error)
    if lines := own_lines(error):
        yield "at", ",".join(lines[-_MOST_FRAMES:])
    cause = error.__cause__ or error.__context__
    if cause:
        yield "cause", _type_name(cause)


def _type_name(error: BaseException) -> str:
    name = type(error).__name__
    return name if name.isidentifier() else _REFUSED
