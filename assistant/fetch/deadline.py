"""One time limit over everything that a fetch does."""

from __future__ import annotations

import time

from assistant.errors import FetchTimeout


class Deadline:
    """Counts down from its making, over look-ups, connections, redirects and reads.

    A limit on each read would let a site that drips one byte at a time hold
    the program for ever.
    """

    def __init__(self, limit_s: float) -> None:
        self._end_s = time.monotonic() + limit_s

    def remaining_s(self) -> float:
        """Seconds left, above zero.

        Raises:
            FetchTimeout: None are left.
        """
        left_s = self._end_s - time.monotonic()
        if left_s <= 0:
            raise FetchTimeout
        return left_s
