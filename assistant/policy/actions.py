"""What can be done with a kind of data."""

from __future__ import annotations

from enum import StrEnum


class DataAction(StrEnum):
    """What a policy says is done with a kind of data."""

    COLLECTED = "collected"
    NOT_COLLECTED = "not_collected"
    SHARED = "shared"
    NOT_SHARED = "not_shared"

    @property
    def denied(self) -> bool:
        return self in (DataAction.NOT_COLLECTED, DataAction.NOT_SHARED)
