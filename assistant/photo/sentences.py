"""The sentences of a photo report that belong to no single rule, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Gap, folder, load_yaml
from assistant.report import Unchecked

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Sentences:
    """Templates by purpose; `str.format` fills the names in braces."""

    verdict: Mapping[str, str]
    unchecked: Mapping[str, Gap]

    def gap(self, name: str, **values: object) -> Unchecked:
        """One entry of the report's `unchecked`."""
        return self.unchecked[name].told(**values)


@cache
def sentences() -> Sentences:
    """The packaged sentences."""
    return load_yaml(Sentences, folder("photo") / "sentences.yaml")
