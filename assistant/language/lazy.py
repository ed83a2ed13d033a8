"""A value made once, on first use, by whichever thread comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Holds `make` until `get` is first called. A failed attempt is tried again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._value: tuple[T] | None = None

    def get(self) -> T:
        """The value. Errors of `make` pass through."""
        if self._value is None:
            with self._lock:
                if self._value is None:
                    self._value = (self._make(),)
        return self._value[0]
