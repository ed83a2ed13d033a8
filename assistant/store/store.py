"""The history of reports, the findings called wrong, the marks of shared photos, and tokens."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from sqlalchemy import (
    ColumnElement,
    Select,
    create_engine,
    delete,
    func,
    make_url,
    or_,
    select,
    text,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, selectinload, undefer

from assistant.errors import NotFound, StoreUnavailable
from assistant.report import Grade, Kind
from assistant.store.schema import upgrade
from assistant.store.sqlite import WRITES, create_sqlite_engine, scrub
from assistant.store.tables import PhotoMark, SavedReport, SavedToken, WrongMark

ENDED_KEPT = timedelta(days=90)
"""How long the hash of a revoked token stays, so that its holder can be told."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the history. `wrong` names the rules that the person called wrong."""

    id: str
    kind: Kind
    name: str
    source: str
    created_at: datetime
    grade: Grade | None
    score: int | None
    verdict: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: everything but the token. `expires_at` None means never."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime | None


class Store:
    """One database of one person. Safe to share between threads and processes.

    Every method raises StoreUnavailable when the database cannot be read or
    written. On SQLite nothing forgotten remains in the file; on a database
    server, its own vacuum reclaims the space.
    """

    def __init__(self, address: str) -> None:
        """Open the database, making or upgrading it as needed.

        Args:
            address: SQLAlchemy address. A SQLite file is created readable by
                its owner only, as is its folder where that is missing.

        Raises:
            StoreUnavailable: It cannot be opened, is damaged, or was written
                by a newer version.
        """
        self._engine = _open(address)
        try:
            with _translated():
                upgrade(self._engine)
        except StoreUnavailable:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the database. The store must not be used afterwards."""
        self._engine.dispose()

    # Reports -----------------------------------------------------------------

    def save(
        self,
        *,
        kind: Kind,
        name: str,
        source: str,
        sha256: str,
        created_at: datetime,
        grade: Grade | None,
        score: int | None,
        verdict: str,
        report_json: bytes,
    ) -> str:
        """Keep a report and return its random id, 32 hexadecimal digits."""
        report = SavedReport(
            id=secrets.token_hex(16),
            kind=kind.value,
            name=name,
            source=source,
            sha256=sha256,
            created_at=created_at,
            grade=None if grade is None else grade.value,
            score=score,
            verdict=verdict,
            report_json=report_json,
        )
        with self._writing() as session:
            session.add(report)
            return report.id

    def entries(self, *, limit: int) -> tuple[HistoryEntry, ...]:
        """The newest `limit` reports, newest first."""
        newest = (
            select(SavedReport)
            .options(selectinload(SavedReport.wrong))
            .order_by(SavedReport.created_at.desc(), SavedReport.id)
            .limit(limit)
        )
        with self._reading() as session:
            return tuple(_entry(report) for report in session.scalars(newest))

    def load(self, report_id: str) -> bytes:
        """The bytes that `save` was given.

        Raises:
            NotFound: There is no such report.
        """
        with self._reading() as session:
            report = session.get(SavedReport, report_id, options=[undefer(SavedReport.report_json)])
            if report is None:
                raise NotFound
            return report.report_json

    def kind_of(self, report_id: str) -> Kind:
        """Which job made a report. Raises `NotFound`."""
        with self._reading() as session:
            report = session.get(SavedReport, report_id)
            if report is None:
                raise NotFound
            return Kind(report.kind)

    def forget(self, *, report_id: str | None = None, name: str | None = None) -> int:
        """Delete one report, all reports of one name, or, with neither, all reports.

        Names match in capitals and small letters alike.

        Returns:
            How many reports are gone. They have left the database file as well.
        """
        chosen: list[ColumnElement[bool]] = []
        if report_id is not None:
            chosen.append(SavedReport.id == report_id)
        if name is not None:
            chosen.append(
                or_(SavedReport.name == name, func.lower(SavedReport.name) == name.lower())
            )
        forgotten = self._delete(*chosen)
        self._scrub()
        return forgotten

    def expire(self, older_than: datetime) -> int:
        """Forget the reports made before a moment and return how many there were."""
        expired = self._delete(SavedReport.created_at < older_than)
        if expired:
            self._scrub()
        return expired

    # Findings called wrong -----------------------------------------------------

    def mark_wrong(self, report_id: str, rule_id: str, comment: str) -> None:
        """Note that a finding is wrong, replacing an earlier note.

        Raises:
            NotFound: There is no such report.
        """
        with self._writing() as session:
            if session.get(SavedReport, report_id) is None:
                raise NotFound
            session.merge(WrongMark(report_id=report_id, rule_id=rule_id, comment=comment))

    def unmark_wrong(self, report_id: str, rule_id: str) -> None:
        """Take the note back; does nothing where there is none."""
        with self._writing() as session:
            session.execute(
                delete(WrongMark).where(
                    WrongMark.report_id == report_id, WrongMark.rule_id == rule_id
                )
            )

    # Marks of shared photos ------------------------------------------------------

    def note_marks(self, marks: Iterable[str], month: str) -> None:
        """Count one more photo for each mark; a mark that comes twice counts twice.

        Args:
            marks: Keyed hashes, at most 64 characters each.
            month: Of the noting: `2026-11`.
        """
        with self._writing() as session:
            if session.get_bind().dialect.name == "postgresql":
                # Two that count the same mark at once would else both find no row.
                session.execute(text("LOCK TABLE photo_mark IN SHARE ROW EXCLUSIVE MODE"))
            for mark, photos in Counter(marks).items():
                row = session.get(PhotoMark, (mark, month))
                if row is None:
                    session.add(PhotoMark(mark=mark, month=month, photos=photos))
                else:
                    row.photos += photos

    def count_marks(self, marks: Collection[str]) -> dict[str, int]:
        """How many photos were noted with each mark; marks of none are left out."""
        counted = (
            select(PhotoMark.mark, func.sum(PhotoMark.photos))
            .where(PhotoMark.mark.in_(marks))
            .group_by(PhotoMark.mark)
        )
        with self._reading() as session:
            return {mark: int(photos) for mark, photos in session.execute(counted)}

    def forget_marks(self, *, before: str | None = None) -> int:
        """Delete the marks of months before one, or, without it, all marks.

        Returns:
            How many are gone. They have left the database file as well.
        """
        chosen = () if before is None else (PhotoMark.month < before,)
        with self._writing() as session:
            forgotten = session.scalar(select(func.count()).select_from(PhotoMark).where(*chosen))
            session.execute(delete(PhotoMark).where(*chosen))
        if forgotten:
            self._scrub()
        return forgotten or 0

    # Tokens --------------------------------------------------------------------

    def add_token(
        self,
        token_sha256: str,
        label: str,
        created_at: datetime,
        *,
        expires_at: datetime | None = None,
    ) -> str:
        """Accept a token from now on and return the id that revokes it.

        Args:
            token_sha256: The token's SHA-256 in hexadecimal; the token itself is never kept.
            label: What the person knows the token by.
            expires_at: When it ends by itself; None for never.
        """
        token = SavedToken(
            id=secrets.token_hex(16),
            sha256=token_sha256,
            label=label,
            created_at=created_at,
            expires_at=expires_at,
        )
        with self._writing() as session:
            over = or_(
                SavedToken.expires_at <= created_at, SavedToken.ended_at <= created_at - ENDED_KEPT
            )
            session.execute(delete(SavedToken).where(over))
            session.add(token)
            return token.id

    def has_token(self, token_sha256: str) -> bool:
        """Whether a token of this hash is accepted at this moment."""
        return self.find_token(token_sha256) is not None

    def find_token(self, token_sha256: str) -> Token | None:
        """The token of this hash that is accepted at this moment."""
        with self._reading() as session:
            saved = session.scalar(_accepted().where(SavedToken.sha256 == token_sha256))
            if saved is None or not compare_digest(saved.sha256, token_sha256):
                return None
            if saved.expires_at is not None and saved.expires_at <= datetime.now(UTC):
                return None
            return _token(saved)

    def token_sha256(self, token_id: str) -> str | None:
        """The hash that `add_token` was given, or None where there is no such token."""
        with self._reading() as session:
            saved = session.scalar(_accepted().where(SavedToken.id == token_id))
            return None if saved is None else saved.sha256

    def ended_sha256(self, token_id: str) -> str | None:
        """The hash of a token that was revoked within `ENDED_KEPT`."""
        ended = select(SavedToken.sha256).where(
            SavedToken.id == token_id, SavedToken.ended_at.is_not(None)
        )
        with self._reading() as session:
            return session.scalar(ended)

    def tokens(self) -> tuple[Token, ...]:
        """The tokens that were given out and not revoked, oldest first."""
        with self._reading() as session:
            return tuple(
                _token(saved)
                for saved in session.scalars(_accepted().order_by(SavedToken.created_at))
            )

    def revoke_token(self, token_id: str) -> bool:
        """Accept a token no longer; False where there was none of that id.

        Its hash stays for `ENDED_KEPT` and opens nothing; its label goes at once.
        """
        with self._writing() as session:
            token = session.scalar(_accepted().where(SavedToken.id == token_id))
            if token is None:
                return False
            token.ended_at = datetime.now(UTC)
            token.label = ""
            return True

    # ---------------------------------------------------------------------------

    def _delete(self, *chosen: ColumnElement[bool]) -> int:
        with self._writing() as session:
            ids = session.scalars(select(SavedReport.id).where(*chosen)).all()
            session.execute(delete(SavedReport).where(*chosen))
            return len(ids)

    def _scrub(self) -> None:
        if self._engine.dialect.name == "sqlite":
            with _translated():
                scrub(self._engine)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with _translated(), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        writer = self._engine.execution_options(**{WRITES: True})
        with _translated(), Session(writer, expire_on_commit=False) as session, session.begin():
            yield session


def _open(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() == "sqlite":
            return create_sqlite_engine(url)
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ArgumentError:
        raise StoreUnavailable(
            "The address of the history is not one that SQLAlchemy understands.",
            hint="Correct the setting `database_url`, or leave it out.",
        ) from None
    except ImportError:
        raise StoreUnavailable(
            "The driver of the history's database is not installed.",
            hint="Install the driver that `database_url` names, or leave the setting out.",
        ) from None


def _accepted() -> Select[SavedToken]:
    return select(SavedToken).where(SavedToken.ended_at.is_(None))


def _token(saved: SavedToken) -> Token:
    return Token(saved.id, saved.label, saved.created_at, saved.expires_at)


def _entry(report: SavedReport) -> HistoryEntry:
    return HistoryEntry(
        id=report.id,
        kind=Kind(report.kind),
        name=report.name,
        source=report.source,
        created_at=report.created_at,
        grade=None if report.grade is None else Grade(report.grade),
        score=report.score,
        verdict=report.verdict,
        wrong=tuple(mark.rule_id for mark in report.wrong),
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the database's errors, which may quote what was written, into ours."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError):
        raise StoreUnavailable from None
    except (DatabaseError, sqlite3.DatabaseError):
        raise StoreUnavailable(
            "The history file is damaged or belongs to another program.",
            hint="Move it away; a new history is made at the next start.",
        ) from None
    except SQLAlchemyError:
        raise StoreUnavailable from None
