"""Everything that is true of SQLite only: its private file, its pragmas, its scrubbing.

The file keeps no write-ahead log, and deleted content is overwritten before a
transaction ends, so that what is forgotten is gone from the folder.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from assistant.errors import StoreUnavailable

BUSY_TIMEOUT_S = 15.0
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = DELETE",
    # Vacuuming and sorting would otherwise leave report text in the temporary folder.
    "PRAGMA temp_store = MEMORY",
)

WRITES = "writes"
"""Execution option of connections that write: they take the write lock at once, so
that two of them wait for each other instead of failing half-way."""


def create_sqlite_engine(url: URL) -> Engine:
    """An engine on a file that only this user can read, with nothing kept open between uses.

    Raises:
        StoreUnavailable: The address names no file, or the file cannot be made.
    """
    if url.database in (None, "", ":memory:"):
        raise StoreUnavailable(
            "The history needs a file, and its address names none.",
            hint="Write `database_url` as sqlite:////full/path/history.sqlite3.",
        )
    _make_private_file(Path(str(url.database)))
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_S},
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def scrub(engine: Engine) -> None:
    """Rewrite the file so that no page keeps a remainder of deleted rows.

    Raises:
        sqlalchemy.exc.DBAPIError, sqlite3.Error: The file is locked for too long or broken.
    """
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM")
    finally:
        connection.close()


def _make_private_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError:
        raise StoreUnavailable from None


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling leaves schema changes outside; _begin replaces it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
