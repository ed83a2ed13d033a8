"""How long to wait for a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds.

    Attributes:
        total: For all visits together.
        load: Until the page begins to arrive.
        ready: Until its document is read.
        quiet: Without a request, after which a page counts as loaded.
        settle: Until it has to be quiet.
        typing: For all fields.
        after: For what scripts do some time after typing or clicking.
        leaving: For what is sent when the page is left.
    """

    total: float = 60.0
    load: float = 20.0
    ready: float = 6.0
    quiet: float = 1.0
    settle: float = 8.0
    typing: float = 6.0
    after: float = 2.0
    leaving: float = 0.6
