"""The sentences of a photo report that belong to no single rule, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.report import Unchecked

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of thing that was not examined, as a pair of templates."""

    what: str
    why: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Sentences:
    """Templates by purpose; `str.format` fills the names in braces."""

    verdict: Mapping[str, str]
    unchecked: Mapping[str, Gap]

    def gap(self, name: str, **values: object) -> Unchecked:
        """One entry of the report's `unchecked`."""
        template = self.unchecked[name]
        return Unchecked(template.what.format(**values), template.why.format(**values))


@cache
def sentences() -> Sentences:
    """The packaged sentences."""
    return load_yaml(Sentences, folder("photo") / "sentences.yaml")
