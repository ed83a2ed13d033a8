"""A child process that does one thing at a time and can be killed.

For work on hostile input that cannot be bounded from inside: what takes too
long, too much memory or the whole process down costs the child, which is
started again for the next call.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, ParamSpec, TypeVar, cast

from assistant.logs import own_lines

P = ParamSpec("P")
R = TypeVar("R")


class WorkerFailed(Exception):
    """The child did not answer: it took too long, or it died."""

    def __init__(self, *, too_long: bool) -> None:
        super().__init__("too long" if too_long else "died")
        self.too_long = too_long


class Worker:
    """One child process, started when first needed. Safe to share between threads."""

    def __init__(self, *, memory_bytes: int) -> None:
        """Hold the child to so much address space where the system can."""
        self._memory = memory_bytes
        self._turn = threading.Lock()
        self._child: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def call(
        self, function: Callable[P, R], timeout_s: float, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """What `function` returns in the child, or raises.

        Args:
            function: Importable by its name; arguments and result are pickled.

        Raises:
            WorkerFailed: No answer within `timeout_s`, or the child died.
        """
        with self._turn:
            pipe = self._started()
            try:
                pipe.send((function, args, kwargs))
                if not pipe.poll(timeout_s):
                    self._stop()
                    raise WorkerFailed(too_long=True)
                succeeded, answer = pipe.recv()
            except (EOFError, OSError):
                self._stop()
                raise WorkerFailed(too_long=False) from None
        if not succeeded:
            raise cast(BaseException, answer)
        return cast(R, answer)

    def close(self) -> None:
        """End the child. A later call starts another."""
        with self._turn:
            self._stop()

    def _started(self) -> Connection:
        if self._child is not None and self._pipe is not None and self._child.is_alive():
            return self._pipe
        self._stop()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, self._memory), daemon=True)
        self._child.start()
        theirs.close()
        self._pipe = ours
        return ours

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child.close()
        self._child = self._pipe = None


def _serve(pipe: Connection, memory_bytes: int) -> None:
    """The child: answers calls until its parent is gone."""
    _silence()
    _limit(memory_bytes)
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer(function, args, kwargs))


def _answer(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[bool, object]:
    try:
        return True, function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 the parent raises it again
        error.lines_there = own_lines(error)  # type: ignore[attr-defined]  # survives pickling
        return False, error


def _silence() -> None:
    """Drop what decoders print about damaged files; a failure goes back as an exception."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))
