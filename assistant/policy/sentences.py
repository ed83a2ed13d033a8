"""The sentences of a policy report that belong to no single rule, as data."""

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

    types: Mapping[str, str]
    verdict: Mapping[str, str]
    paragraph: Mapping[str, str]
    answer: Mapping[str, str]
    changes: Mapping[str, str]
    unchecked: Mapping[str, Gap]

    def gap(self, name: str, **values: object) -> Unchecked:
        """One entry of the report's `unchecked`."""
        return self.unchecked[name].told(**values)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class PracticeName:
    """An OPP-115 label in a person's words."""

    label: str
    name: str
    says: str


@cache
def sentences() -> Sentences:
    return load_yaml(Sentences, folder("policy") / "sentences.yaml")


@cache
def practice_names() -> tuple[PracticeName, ...]:
    """The 12 OPP-115 labels, most telling first."""
    return load_yaml(tuple[PracticeName, ...], folder("policy") / "practices.yaml")
