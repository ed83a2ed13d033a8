"""One figure of the table, and how it is measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    value: str
    limit: str = ""
    peer: str = ""


def median_s(work: Callable[[], object], runs: int) -> float:
    """Median wall time of `runs` calls, in seconds."""
    return median_each_s(lambda _: work(), range(runs))


def median_each_s(work: Callable[[T], object], items: Iterable[T]) -> float:
    """Median wall time of one call for each item, in seconds."""
    times = []
    for item in items:
        start = time.perf_counter()
        work(item)
        times.append(time.perf_counter() - start)
    return statistics.median(times)
