"""Brings a database to the schema that this version writes.

Alembic is loaded only when something has to change: a start with an up-to-date
history costs one query.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from assistant.errors import StoreUnavailable
from assistant.store.sqlite import WRITES

HEAD = "0004"
"""Newest revision in `migrations/versions`."""

_VERSION_TABLE = "alembic_version"
_MIGRATION_LOCK = 0x7072_6976
"""Any number that no other program locks in the same PostgreSQL database."""


def upgrade(engine: Engine) -> None:
    """Upgrade an empty or older database; leave a current one alone.

    Safe when several processes start at once: one migrates, the others wait and
    find the work done. A failed migration leaves the database as it was.

    Raises:
        StoreUnavailable: A newer version of this program wrote the database.
        sqlalchemy.exc.SQLAlchemyError: It cannot be read or written.
    """
    with engine.connect() as connection:
        if current_revision(connection) == HEAD:
            return
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK}
            )
        if current_revision(connection) != HEAD:
            _migrate(connection)


def current_revision(connection: Connection) -> str | None:
    """The revision that a database is at, or None where it is new."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    revision: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608
    return revision


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "assistant.store:migrations")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    revision = current_revision(connection)
    if revision is not None and revision not in known:
        raise StoreUnavailable(
            "The history was written by a newer version of this program.",
            hint="Install the newest version, or name another folder in the setting `data_dir`.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
