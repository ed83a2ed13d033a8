"""A database of any age opens, or says why not."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from assistant.errors import StoreUnavailable
from assistant.store import Store
from assistant.store.schema import HEAD
from assistant.store.tables import Base
from tests.store.conftest import Save


def migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", "assistant.store:migrations")
    return config


def run_sql(database: Path, *statements: str) -> None:
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def make_database_at(database: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_the_newest_revision_is_the_one_that_starts_without_alembic() -> None:
    assert ScriptDirectory.from_config(migrations()).get_heads() == [HEAD]


def test_the_migrations_make_exactly_the_declared_tables(store: Store, database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_every_revision_can_be_taken_back(store: Store, database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")

    assert Store(f"sqlite:///{database}").entries(limit=1) == ()


def test_an_older_database_is_upgraded_and_keeps_its_reports(tmp_path: Path) -> None:
    database = tmp_path / "history.sqlite3"
    make_database_at(database, "0001")
    run_sql(
        database,
        "INSERT INTO report (id, kind, name, source, sha256, created_at, verdict, report_json) "
        "VALUES ('one', 'policy', 'a.example', 'a', '', '2026-01-01 00:00:00', 'v', x'7b7d')",
    )

    store = Store(f"sqlite:///{database}")

    assert store.load("one") == b"{}"
    assert store.tokens() == ()


def test_a_newer_database_is_refused_and_left_alone(
    store: Store, save: Save, database: Path
) -> None:
    save(store)
    run_sql(database, "UPDATE alembic_version SET version_num = '9999'")
    before = database.read_bytes()

    with pytest.raises(StoreUnavailable, match="newer version"):
        Store(f"sqlite:///{database}")

    assert database.read_bytes() == before


def test_a_failed_migration_changes_nothing(tmp_path: Path) -> None:
    database = tmp_path / "history.sqlite3"
    run_sql(database, "CREATE TABLE wrong_mark (of TEXT)")

    with pytest.raises(StoreUnavailable):
        Store(f"sqlite:///{database}")

    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        assert list(tables) == ["wrong_mark"]


def _open_and_close(address: str) -> None:
    Store(address).close()


def test_several_first_starts_at_once_all_succeed(database: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    starts = [
        spawn.Process(target=_open_and_close, args=(f"sqlite:///{database}",)) for _ in range(3)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    assert [start.exitcode for start in starts] == [0, 0, 0]


def test_an_up_to_date_database_opens_without_loading_alembic(store: Store, database: Path) -> None:
    program = (
        "import sys; from assistant.store import Store; "
        f"Store('sqlite:///{database}').entries(limit=1); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_the_tables_are_plain_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    made = "".join(
        str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables
    )

    assert "report_json BYTEA NOT NULL" in made
    assert "created_at TIMESTAMP WITH TIME ZONE NOT NULL" in made
    assert "ON DELETE CASCADE" in made
