"""The ledger of shared photos: what links them, as keyed hashes in the database.

It is kept only where the person turned it on, and a photo enters it only when
they say that they shared it. Neither the photo nor its name, hash, coordinates
or day is kept, and the key lies in a file of its own beside the database.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InvalidRequest, StoreUnavailable
from assistant.photo.details import PhotoDetails
from assistant.report import Report
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.photo.marks import Mark
    from assistant.photo.shots import Shot
    from assistant.store import Store

PhotoReport = Report[PhotoDetails]
KEY_FILE = "photo-ledger.key"
"""In `data_dir`; only its owner can read it."""
KEY_BYTES = 32


class Ledger:
    """What links the photos that one person shared. Safe to share between threads."""

    def __init__(self, settings: Settings, open_store: Callable[[], Store]) -> None:
        """Nothing is opened before it is needed."""
        self._settings = settings
        self._open_store = open_store
        self._key_file = settings.data_dir / KEY_FILE
        self._expired = ""

    @cached_property
    def _store(self) -> Store:
        return self._open_store()

    def check_on(self) -> None:
        """Do nothing where photos can be noted.

        Raises:
            InvalidRequest: The settings keep no ledger.
        """
        if not self._settings.keep_photo_ledger:
            raise InvalidRequest(
                "No ledger of shared photos is kept, so nothing was noted.",
                hint="Set `keep_photo_ledger` to true in the settings to keep one.",
            )
        if not self._settings.keep_history_days:
            raise InvalidRequest(
                "Nothing is kept for a single day, so nothing was noted.",
                hint="Set `keep_history_days` in the settings to more than 0.",
            )

    def compare(self, report: PhotoReport, shot: Shot) -> PhotoReport:
        """The report with what links its photo to those shared before.

        Without a ledger, or with nothing that links, the report as it is; a
        ledger that cannot be read becomes an entry of what was not checked.
        """
        from assistant.photo.marks import infer_from_marks, marks_of
        from assistant.photo.sentences import sentences

        if not self._settings.keep_photo_ledger:
            return report
        try:
            shared = self._count(marks_of(shot))
        except StoreUnavailable as error:
            gap = sentences().gap("ledger", problem=f"{error.message} {error.hint}")
            return replace(report, unchecked=(*report.unchecked, gap))
        told = infer_from_marks(shot, shared)
        details = replace(report.details, inferences=(*report.details.inferences, *told))
        return replace(report, details=details)

    def note(self, shots: Iterable[Shot]) -> int:
        """Remember what links photos that were shared, and return how many marks that are.

        Raises:
            InvalidRequest: The settings keep no ledger.
            StoreUnavailable: The database or the key cannot be written.
        """
        from assistant.photo.marks import marks_of

        self.check_on()
        marks = [mark for shot in shots for mark in marks_of(shot)]
        if marks:
            key = self._key() or self._new_key()
            self._store.note_marks([_hash(key, mark) for mark in marks], _month(datetime.now(UTC)))
        return len(marks)

    def expire(self) -> None:
        """Forget the marks of months that lie wholly before the days that are kept."""
        days = self._settings.keep_history_days
        oldest = _month(datetime.now(UTC) - timedelta(days=days)) if days else None
        if oldest is None or oldest != self._expired:
            self._store.forget_marks(before=oldest)
            self._expired = oldest or ""

    def forget(self) -> int:
        """Remove all marks and their key, and return how many marks that were."""
        forgotten = self._store.forget_marks()
        try:
            self._key_file.unlink(missing_ok=True)
        except OSError:
            raise StoreUnavailable from None
        return forgotten

    def _count(self, marks: Iterable[Mark]) -> dict[Mark, int]:
        """How many shared photos carry each mark; marks of none are left out."""
        key = self._key()
        if key is None:
            return {}
        self.expire()
        by_hash = {_hash(key, mark): mark for mark in marks}
        return {by_hash[found]: n for found, n in self._store.count_marks(by_hash).items()}

    def _key(self) -> bytes | None:
        """The key, or None where no photo was noted yet."""
        try:
            key = self._key_file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise StoreUnavailable("The key of the photo ledger cannot be read.") from None
        if len(key) != KEY_BYTES:
            raise StoreUnavailable(
                "The key of the photo ledger is damaged.",
                hint="`privacy-assistant forget --photos` begins a new ledger.",
            )
        return key

    def _new_key(self) -> bytes:
        """A random key in a private file, which appears whole or not at all.

        Where another process was quicker, its key.
        """
        draft = self._key_file.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
        try:
            self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_private(draft, secrets.token_bytes(KEY_BYTES))
            with suppress(FileExistsError):
                self._key_file.hardlink_to(draft)
        except OSError:
            raise StoreUnavailable("The key of the photo ledger cannot be written.") from None
        finally:
            with suppress(OSError):
                draft.unlink()
        key = self._key()
        if key is None:
            raise StoreUnavailable("The photo ledger was forgotten at this moment.")
        return key


def ledger_of(settings: Settings) -> Ledger:
    """The ledger beside a person's history, which is opened when it is first needed."""

    def open_store() -> Store:
        from assistant.store import Store

        return Store(settings.database_address)

    return Ledger(settings, open_store)


def _write_private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)


def _hash(key: bytes, mark: Mark) -> str:
    """HMAC-SHA-256 in hexadecimal; the kind keeps a name from matching a serial number."""
    told = f"{mark.kind}\0{mark.value}".encode(errors="surrogatepass")
    return hmac.new(key, told, "sha256").hexdigest()


def _month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
