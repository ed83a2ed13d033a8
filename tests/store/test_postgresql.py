"""The same store on a database server, which `tests/run` installs.

Continuous integration has to run these; elsewhere they are left out where there is no server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import create_engine, text

from assistant.errors import NotFound, StoreUnavailable
from assistant.store import Store
from assistant.store.tables import Base
from tests.store.conftest import NOON, Save

LOOPBACK = "127.0.0.1"


def _leave_out(why: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        _leave_out("PostgreSQL is not installed")
    return found


def _server_user() -> str | None:
    """The server refuses to run as root; then its own user runs it."""
    if os.geteuid() != 0:
        return None
    if "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        _leave_out("PostgreSQL does not run as root, and has no user of its own")
    return "postgres"


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as connection:
            if connection.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("PostgreSQL did not start")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a throwaway server."""
    initdb, postgres, user = _program("initdb"), _program("postgres"), _server_user()
    # Not in pytest's own folder, into which another user may not look.
    folder = Path(subprocess.check_output(["mktemp", "-d"], user=user, text=True).strip())
    port = _free_port()
    log = (folder / "log").open("wb")
    subprocess.run(
        [initdb, "-D", folder / "data", "-A", "trust", "-U", "tester", "--no-sync"],
        check=True,
        stdout=log,
        cwd=folder,
        user=user,
    )
    process = subprocess.Popen(
        [
            *(postgres, "-D", folder / "data", "-p", str(port), "-h", LOOPBACK),
            *("-c", "fsync=off", "-c", "unix_socket_directories="),
        ],
        stderr=log,
        cwd=folder,
        user=user,
    )
    try:
        _wait_for(port)
        yield f"postgresql+psycopg://tester@{LOOPBACK}:{port}/postgres"
    finally:
        # Stops without waiting for clients, unlike SIGTERM.
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        log.close()
        shutil.rmtree(folder)


@pytest.fixture
def address(server: str) -> Iterator[str]:
    """Address of an empty database."""
    yield server
    engine = create_engine(server)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    store = Store(address)
    yield store
    store.close()


def test_reports_are_kept_listed_and_forgotten(store: Store, save: Save) -> None:
    older = save(store, name="Élan.example", created_at=NOON - timedelta(days=1), grade=None)
    newer = save(store, report_json=b"\x00 kept as bytes")
    store.mark_wrong(newer, "policy.tracks", "")
    store.mark_wrong(newer, "policy.tracks", "again")

    first, second = store.entries(limit=10)
    assert (first.id, first.created_at, first.wrong) == (newer, NOON, ("policy.tracks",))
    assert (second.id, second.grade) == (older, None)
    assert store.load(newer) == b"\x00 kept as bytes"

    assert store.forget(name="ÉLAN.example") == 1
    assert store.expire(NOON) == 0
    assert store.forget() == 1
    with pytest.raises(NotFound):
        store.mark_wrong(newer, "policy.tracks", "")


def test_tokens(store: Store) -> None:
    digest = sha256(b"secret").hexdigest()
    token_id = store.add_token(digest, "Firefox", NOON)

    assert store.has_token(digest)
    assert store.revoke_token(token_id)
    assert not store.has_token(digest)


def test_marks_of_shared_photos(store: Store) -> None:
    store.note_marks(["a" * 64, "b" * 64], "2026-10")
    writers = [
        threading.Thread(target=store.note_marks, args=(["b" * 64, "c" * 64], "2026-11"))
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    counted = store.count_marks(["a" * 64, "b" * 64, "c" * 64, "d" * 64])
    assert counted == {"a" * 64: 1, "b" * 64: 5, "c" * 64: 4}
    assert store.forget_marks(before="2026-11") == 2
    assert store.forget_marks() == 2
    assert store.count_marks(["b" * 64]) == {}


def test_several_first_starts_at_once_all_succeed(address: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            Store(address).close()
        except StoreUnavailable as error:
            failures.append(error)

    starts = [threading.Thread(target=start) for _ in range(4)]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()

    assert failures == []
    second = Store(address)
    assert second.entries(limit=1) == ()
    second.close()


def test_a_newer_database_is_refused(store: Store, address: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StoreUnavailable, match="newer version"):
        Store(address)


def test_a_server_that_does_not_answer(server: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        Store(f"postgresql+psycopg://tester@{LOOPBACK}:{_free_port()}/postgres")

    assert "tester" not in caught.value.message
