"""Commands run in this process, with an assistant whose reading is canned."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from assistant.cli.app import app
from assistant.errors import EmptyInput, EmptyQuestion, UnreadableInput
from assistant.service import (
    Assistant,
    FromUrl,
    PolicyReport,
    PolicySource,
    Progress,
    Recalled,
    Saved,
)
from tests.render.reports import ANSWER, CHANGES, make_report, make_unrated

Run = Callable[..., Result]


class CannedAssistant(Assistant):
    """Keeps and forgets as the real one does; what it reads is decided by words in the text.

    `blank` fails as unreadable, `letter` is no policy, anything else sells data.
    """

    asked: list[tuple[PolicySource, str | None, bool]]

    def read_policy(
        self,
        source: PolicySource,
        *,
        summarizer: str | None = None,
        remember: bool = True,
        progress: Progress = lambda step: None,
    ) -> Saved:
        self.asked.append((source, summarizer, remember))
        progress("Reading")
        report = self._canned(source)
        return Saved(*self._keep(report)) if remember else Saved(None, report)

    def ask_policy(
        self,
        source: PolicySource | Recalled,
        question: str,
        *,
        progress: Progress = lambda step: None,
    ) -> PolicyReport:
        assert not isinstance(source, Recalled)
        report = self._canned(source)
        if not question.strip():
            raise EmptyQuestion
        answer = replace(ANSWER, question=question)
        return replace(report, details=replace(report.details, answer=answer))

    def compare_policies(
        self,
        old: PolicySource | Recalled,
        new: PolicySource | Recalled,
        *,
        progress: Progress = lambda step: None,
    ) -> PolicyReport:
        assert not isinstance(old, Recalled)
        assert not isinstance(new, Recalled)
        self._canned(old)
        report = self._canned(new)
        return replace(report, details=replace(report.details, changes=CHANGES))

    @staticmethod
    def _canned(source: PolicySource) -> PolicyReport:
        if isinstance(source, FromUrl):
            return make_report(source.url.removeprefix("https://").partition("/")[0])
        if not source.data:
            raise EmptyInput
        if b"blank" in source.data:
            raise UnreadableInput
        report = (make_unrated if b"letter" in source.data else make_report)(source.name)
        subject = replace(report.subject, source=source.path or source.name)
        return replace(report, subject=subject)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[PolicySource, str | None, bool]]:
    """What the canned assistant was asked to read."""
    seen: list[tuple[PolicySource, str | None, bool]] = []
    monkeypatch.setattr(CannedAssistant, "asked", seen, raising=False)
    monkeypatch.setattr("assistant.service.Assistant", CannedAssistant)
    return seen


@pytest.fixture
def run(asked: object) -> Iterator[Run]:
    """Run one command; what it does to the process's logging is undone."""
    root = logging.getLogger()
    handlers, level, factory = list(root.handlers), root.level, logging.getLogRecordFactory()

    def invoke(*args: str, stdin: bytes | str | None = None) -> Result:
        return CliRunner().invoke(app, args, input=stdin)

    with warnings.catch_warnings():
        yield invoke
    logging.captureWarnings(False)
    logging.setLogRecordFactory(factory)
    _restore(root, handlers)
    root.setLevel(level)


def _restore(root: logging.Logger, handlers: Sequence[logging.Handler]) -> None:
    for handler in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(handler)
        handler.close()
    for handler in handlers:
        if handler not in root.handlers:
            root.addHandler(handler)
