"""The tables, in types that SQLite and PostgreSQL share.

A change here needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC also where the database forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What the migrations are compared with."""


class SavedReport(Base):
    """One report. What the history lists stands in columns; the report itself is bytes."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_created_at", "created_at"),
        Index("ix_report_name", "name"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    grade: Mapped[str | None] = mapped_column(String(1))
    score: Mapped[int | None] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(Text)
    report_json: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    wrong: Mapped[list[WrongMark]] = relationship(order_by="WrongMark.rule_id", viewonly=True)


class WrongMark(Base):
    """A finding that the person called wrong. Stays on this computer."""

    __tablename__ = "wrong_mark"

    report_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    rule_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    comment: Mapped[str] = mapped_column(Text)


class SavedToken(Base):
    """A token that opens the API, as a hash only.

    Attributes:
        ended_at: When it was revoked; it opens nothing since.
    """

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PhotoMark(Base):
    """How many photos with one mark were shared in one month.

    Nothing tells which marks came from one photo: they are counted apart, and
    the rows lie in the order of their hashes.

    Attributes:
        mark: A hash that only the key beside the database makes, in hexadecimal.
        month: `2026-11`.
    """

    __tablename__ = "photo_mark"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    photos: Mapped[int] = mapped_column(Integer)
