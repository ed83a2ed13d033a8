"""A child process that can be killed: slow, greedy and dying work costs the child alone."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator

import pytest

from assistant.errors import EmptyInput
from assistant.logs import log_failure
from assistant.photo.details import Position
from assistant.photo.place import distance_m
from assistant.worker import Worker, WorkerFailed

GIBIBYTE = 2**30


def add(first: int, second: int) -> int:
    return first + second


def child() -> int:
    return os.getpid()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def fail() -> None:
    raise EmptyInput


def mutter() -> None:
    os.write(1, b"Bad code word")
    os.write(2, b"Bad code word")


def fail_inside() -> None:
    distance_m(Position("of Ada", 0), Position(1, 1))  # type: ignore[arg-type]


def die() -> None:
    os._exit(3)


def eat(size: int) -> int:
    return len(bytearray(size))


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker(memory_bytes=GIBIBYTE)
    yield made
    made.close()


def test_it_answers_from_one_other_process(worker: Worker) -> None:
    assert worker.call(add, 20, 2, second=3) == 5
    first = worker.call(child, 20)
    assert first not in {os.getpid()}
    assert worker.call(child, 20) == first


def test_an_error_comes_back_and_the_child_lives(worker: Worker) -> None:
    before = worker.call(child, 20)
    with pytest.raises(EmptyInput):
        worker.call(fail, 20)
    assert worker.call(child, 20) == before


def test_where_an_unforeseen_failure_happened_reaches_the_log(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TypeError) as failed:
        worker.call(fail_inside, 20)
    log_failure(logging.getLogger("assistant.photos"), failed.value)
    assert "exception=TypeError" in caplog.text
    assert "assistant.photo.place:" in caplog.text


def test_what_takes_too_long_is_killed_and_the_next_call_works(worker: Worker) -> None:
    worker.call(child, 20)
    with pytest.raises(WorkerFailed) as failed:
        worker.call(sleep, 0.2, 60)
    assert failed.value.too_long
    assert worker.call(add, 20, 1, 1) == 2


def test_a_child_that_dies_is_told_and_replaced(worker: Worker) -> None:
    with pytest.raises(WorkerFailed) as failed:
        worker.call(die, 20)
    assert not failed.value.too_long
    assert worker.call(add, 20, 1, 1) == 2


def test_what_decoders_print_reaches_nobody(
    worker: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    worker.call(mutter, 20)
    assert capfd.readouterr() == ("", "")


def test_memory_is_held(worker: Worker) -> None:
    with pytest.raises(MemoryError):
        worker.call(eat, 20, 4 * GIBIBYTE)


def test_closing_ends_the_child_and_a_later_call_starts_another(worker: Worker) -> None:
    before = worker.call(child, 20)
    worker.close()
    assert worker.call(child, 20) != before
