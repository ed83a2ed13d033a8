"""What a person's history keeps, lists and forgets."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.errors import NotFound, StoreUnavailable
from assistant.report import Grade, Kind
from assistant.store import HistoryEntry, Store
from assistant.store.store import ENDED_KEPT
from tests.store.conftest import NOON, Save

MARK = "Xylophonquarz-7319"


def everything_in(folder: Path) -> bytes:
    """The raw bytes and the names of all files below a folder."""
    return b"\0".join(
        path.name.encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )


def test_a_saved_report_comes_back_byte_for_byte(store: Store, save: Save) -> None:
    content = '{"text": "Ünïcode \u202e and \\u0000"}'.encode()

    report_id = save(store, report_json=content)

    assert store.load(report_id) == content
    assert len(report_id) >= 16
    assert report_id.isalnum()


def test_the_history_lists_what_was_saved_newest_first(store: Store, save: Save) -> None:
    older = save(store, name="old.example", created_at=NOON - timedelta(days=1), grade=None)
    newer = save(store, name="new.example", verdict="Sells your data.")

    assert store.entries(limit=10) == (
        HistoryEntry(
            id=newer,
            kind=Kind.POLICY,
            name="new.example",
            source="https://new.example/privacy",
            created_at=NOON,
            grade=Grade.C,
            score=61,
            verdict="Sells your data.",
        ),
        HistoryEntry(
            id=older,
            kind=Kind.POLICY,
            name="old.example",
            source="https://old.example/privacy",
            created_at=NOON - timedelta(days=1),
            grade=None,
            score=None,
            verdict="Shares your location.",
        ),
    )
    assert [entry.id for entry in store.entries(limit=1)] == [newer]


def test_an_empty_history_is_an_empty_list(store: Store) -> None:
    assert store.entries(limit=10) == ()


def test_moments_keep_their_time_zone(store: Store, save: Save) -> None:
    in_kathmandu = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))

    save(store, created_at=in_kathmandu)

    (entry,) = store.entries(limit=1)
    assert entry.created_at == NOON
    assert entry.created_at.utcoffset() == timedelta(0)


def test_an_unknown_report_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.load("nothing-here")


def test_what_was_saved_is_there_after_a_restart(database: Path, save: Save) -> None:
    first = Store(f"sqlite:///{database}")
    report_id = save(first, report_json=b"kept")
    first.close()

    assert Store(f"sqlite:///{database}").load(report_id) == b"kept"


class TestForget:
    def test_one_report_by_id(self, store: Store, save: Save) -> None:
        gone, kept = save(store), save(store)

        assert store.forget(report_id=gone) == 1

        assert [entry.id for entry in store.entries(limit=10)] == [kept]

    def test_all_reports_of_a_name_in_any_case(self, store: Store, save: Save) -> None:
        save(store, name="Example.com")
        save(store, name="example.com")
        kept = save(store, name="example.com.au")

        assert store.forget(name="EXAMPLE.com") == 2

        assert [entry.id for entry in store.entries(limit=10)] == [kept]

    def test_a_name_with_accents_as_it_was_written(self, store: Store, save: Save) -> None:
        save(store, name="Élan.txt")

        assert store.forget(name="Élan.txt") == 1

    def test_wildcards_in_a_name_mean_themselves(self, store: Store, save: Save) -> None:
        save(store)

        assert store.forget(name="%") == 0

    def test_everything(self, store: Store, save: Save) -> None:
        save(store, name="a.example")
        save(store, name="b.example")

        assert store.forget() == 2
        assert store.entries(limit=10) == ()

    def test_nothing_there_counts_zero(self, store: Store, save: Save) -> None:
        save(store)

        assert store.forget(report_id="unknown") == 0
        assert len(store.entries(limit=10)) == 1

    def test_id_and_name_together_must_both_match(self, store: Store, save: Save) -> None:
        report_id = save(store, name="a.example")

        assert store.forget(report_id=report_id, name="b.example") == 0

    @pytest.mark.parametrize("copies", [1, 400], ids=["one short row", "many pages"])
    def test_leaves_nothing_in_the_folder(
        self, store: Store, save: Save, database: Path, copies: int
    ) -> None:
        content = f"{MARK} ".encode() * copies
        kept = [save(store, name=f"kept-{n}.example", report_json=b"k" * 3_000) for n in range(5)]
        for _ in range(5):
            report_id = save(store, name=MARK, verdict=f"Says {MARK}.", report_json=content)
            store.mark_wrong(report_id, "policy.sells-data", f"My comment: {MARK}")
        assert MARK.encode() in everything_in(database.parent)

        assert store.forget(name=MARK) == 5

        assert MARK.encode() not in everything_in(database.parent)
        assert [path.name for path in database.parent.iterdir()] == [database.name]
        assert {entry.id for entry in store.entries(limit=10)} == set(kept)

    def test_gives_the_space_back(self, store: Store, save: Save, database: Path) -> None:
        empty = database.stat().st_size
        save(store, report_json=b"x" * 3_000_000)

        store.forget()

        assert database.stat().st_size <= empty


class TestExpire:
    def test_only_what_is_older(self, store: Store, save: Save, database: Path) -> None:
        save(store, created_at=NOON - timedelta(days=91), report_json=MARK.encode())
        kept = save(store, created_at=NOON - timedelta(days=90))

        assert store.expire(NOON - timedelta(days=90)) == 1

        assert [entry.id for entry in store.entries(limit=10)] == [kept]
        assert MARK.encode() not in everything_in(database.parent)

    def test_nothing_old(self, store: Store, save: Save) -> None:
        save(store)

        assert store.expire(NOON - timedelta(days=1)) == 0


class TestWrong:
    def test_marks_show_in_the_history_in_order(self, store: Store, save: Save) -> None:
        report_id, other = save(store), save(store, created_at=NOON - timedelta(days=1))
        store.mark_wrong(report_id, "policy.tracks", "")
        store.mark_wrong(report_id, "policy.sells-data", "They stopped in May.")
        store.mark_wrong(report_id, "policy.sells-data", "They stopped in June.")

        first, second = store.entries(limit=2)

        assert first.wrong == ("policy.sells-data", "policy.tracks")
        assert (second.id, second.wrong) == (other, ())

    def test_a_mark_can_be_taken_back(self, store: Store, save: Save) -> None:
        report_id = save(store)
        store.mark_wrong(report_id, "policy.tracks", "")

        store.unmark_wrong(report_id, "policy.tracks")
        store.unmark_wrong(report_id, "policy.tracks")

        assert store.entries(limit=1)[0].wrong == ()

    def test_an_unknown_report_cannot_be_marked(self, store: Store) -> None:
        with pytest.raises(NotFound):
            store.mark_wrong("nothing-here", "policy.tracks", "")

    def test_marks_go_with_their_report(self, store: Store, save: Save) -> None:
        report_id = save(store)
        store.mark_wrong(report_id, "policy.tracks", "")

        store.forget(report_id=report_id)

        store.unmark_wrong(report_id, "policy.tracks")
        with pytest.raises(NotFound):
            store.mark_wrong(report_id, "policy.tracks", "")


class TestMarks:
    def test_are_counted_over_all_months(self, store: Store) -> None:
        store.note_marks(["a" * 64, "b" * 64, "a" * 64], "2026-10")
        store.note_marks(["a" * 64], "2026-11")
        store.note_marks([], "2026-11")

        assert store.count_marks(["a" * 64, "b" * 64, "c" * 64]) == {"a" * 64: 3, "b" * 64: 1}
        assert store.count_marks([]) == {}

    def test_only_earlier_months_are_forgotten(self, store: Store, database: Path) -> None:
        store.note_marks(["a" * 64], "2025-12")
        store.note_marks(["a" * 64], "2026-01")

        assert store.forget_marks(before="2026-01") == 1

        assert store.count_marks(["a" * 64]) == {"a" * 64: 1}
        assert b"2025-12" not in everything_in(database.parent)

    def test_forgetting_leaves_nothing_in_the_folder(self, store: Store, database: Path) -> None:
        store.note_marks((f"{MARK}-{n:032d}" for n in range(2_000)), "2026-11")
        assert MARK.encode() in everything_in(database.parent)

        assert store.forget_marks() == 2_000

        assert MARK.encode() not in everything_in(database.parent)
        assert store.forget_marks() == 0

    def test_the_file_does_not_tell_which_were_noted_together(
        self, store: Store, tmp_path: Path
    ) -> None:
        other = Store(f"sqlite:///{tmp_path}/other/history.sqlite3")
        marks = ["c" * 64, "a" * 64, "d" * 64, "b" * 64]
        store.note_marks(marks[:2], "2026-11")
        store.note_marks(marks[2:], "2026-11")
        other.note_marks(marks[1:3], "2026-11")
        other.note_marks([marks[3], marks[0]], "2026-11")

        dumps = [list(_rows(each)) for each in (store, other)]

        assert dumps[0] == dumps[1]
        assert len(dumps[0]) == 4
        other.close()

    def test_forgetting_reports_alone_keeps_them(self, store: Store, save: Save) -> None:
        store.note_marks(["a" * 64], "2026-11")
        save(store)

        store.forget()

        assert store.count_marks(["a" * 64]) == {"a" * 64: 1}


def _rows(store: Store) -> Iterator[tuple[object, ...]]:
    """Marks in the order in which they lie in the file."""
    with store._engine.connect() as connection:
        yield from map(tuple, connection.execute(text("SELECT * FROM photo_mark")))


class TestTokens:
    def test_an_added_token_opens_until_it_is_revoked(self, store: Store) -> None:
        digest = sha256(b"secret").hexdigest()
        token_id = store.add_token(digest, "Firefox", NOON)
        assert store.has_token(digest)
        assert [(token.id, token.label) for token in store.tokens()] == [(token_id, "Firefox")]

        assert store.revoke_token(token_id)

        assert not store.has_token(digest)
        assert store.tokens() == ()
        assert not store.revoke_token(token_id)

    def test_of_a_revoked_token_the_hash_stays_for_a_while_and_opens_nothing(
        self, store: Store, database: Path
    ) -> None:
        digest = sha256(b"secret").hexdigest()
        token_id = store.add_token(digest, "Firefox", NOON)
        assert store.ended_sha256(token_id) is None

        store.revoke_token(token_id)

        assert (store.token_sha256(token_id), store.ended_sha256(token_id)) == (None, digest)
        assert store.find_token(digest) is None
        assert b"Firefox" not in database.read_bytes()
        store.add_token(sha256(b"b").hexdigest(), "later", datetime.now(UTC))
        assert store.ended_sha256(token_id) == digest
        later = datetime.now(UTC) + ENDED_KEPT
        store.add_token(sha256(b"c").hexdigest(), "much later", later)
        assert store.ended_sha256(token_id) is None

    def test_an_unknown_token_opens_nothing(self, store: Store) -> None:
        store.add_token(sha256(b"secret").hexdigest(), "Firefox", NOON)

        assert not store.has_token(sha256(b"Secret").hexdigest())
        assert not store.has_token("")

    def test_a_token_ends_at_its_time(self, store: Store) -> None:
        now = datetime.now(UTC)
        ended, lasting = sha256(b"ended").hexdigest(), sha256(b"lasting").hexdigest()
        store.add_token(
            ended, "old", now - timedelta(days=2), expires_at=now - timedelta(seconds=1)
        )
        assert not store.has_token(ended)

        store.add_token(lasting, "new", now, expires_at=now + timedelta(days=1))

        assert store.has_token(lasting)
        assert [token.label for token in store.tokens()] == ["new"]

    def test_a_token_is_found_by_its_hash_and_its_hash_by_its_id(self, store: Store) -> None:
        digest = sha256(b"secret").hexdigest()
        token_id = store.add_token(digest, "Firefox", NOON)

        found = store.find_token(digest)

        assert found
        assert (found.id, found.label, found.created_at) == (token_id, "Firefox", NOON)
        assert store.token_sha256(token_id) == digest
        assert store.find_token(token_id) is None
        assert store.token_sha256(digest) is None

    def test_forgetting_the_history_keeps_tokens(self, store: Store, save: Save) -> None:
        digest = sha256(b"secret").hexdigest()
        store.add_token(digest, "Firefox", NOON)
        save(store)

        store.forget()

        assert store.has_token(digest)


class TestFile:
    def test_only_its_owner_can_read_it(self, store: Store, database: Path) -> None:
        assert stat.S_IMODE(database.stat().st_mode) == 0o600
        assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700

    def test_an_open_file_is_closed_to_others(self, tmp_path: Path) -> None:
        database = tmp_path / "history.sqlite3"
        database.touch(mode=0o644)

        Store(f"sqlite:///{database}").close()

        assert stat.S_IMODE(database.stat().st_mode) == 0o600

    def test_leaves_no_log_beside_it(self, store: Store, save: Save, database: Path) -> None:
        save(store)

        assert [path.name for path in database.parent.iterdir()] == [database.name]

    def test_a_damaged_file_is_said_so(self, database: Path) -> None:
        database.parent.mkdir()
        database.write_bytes(b"these are the notes of somebody else" * 100)

        with pytest.raises(StoreUnavailable, match="damaged"):
            Store(f"sqlite:///{database}")

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file, not a folder")

        with pytest.raises(StoreUnavailable):
            Store(f"sqlite:///{tmp_path}/taken/history.sqlite3")

    @pytest.mark.parametrize(
        "address", ["no address", "sqlite://", "sqlite:///:memory:", "nosuchdatabase://x/y"]
    )
    def test_an_address_that_cannot_be_opened(self, address: str) -> None:
        with pytest.raises(StoreUnavailable) as caught:
            Store(address)

        assert address not in caught.value.message

    def test_an_error_never_quotes_what_was_written(self, database: Path, save: Save) -> None:
        store = Store(f"sqlite:///{database}")
        database.write_bytes(b"overwritten by accident" * 1_000)

        with pytest.raises(StoreUnavailable) as caught:
            save(store, name=MARK)

        assert MARK not in repr(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


def test_threads_write_at_the_same_time_without_loss(store: Store, save: Save) -> None:
    def work(thread: int) -> None:
        for n in range(10):
            report_id = save(store, name=f"{thread}-{n}.example")
            store.mark_wrong(report_id, "policy.tracks", "")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    entries = store.entries(limit=100)
    assert len(entries) == 40
    assert all(entry.wrong == ("policy.tracks",) for entry in entries)
