"""The sentences for what a site report did not examine, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Gap, folder, load_yaml
from assistant.report import Unchecked


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Gaps:
    """Templates by purpose; `str.format` fills the names in braces.

    Attributes:
        kinds: Parts of a record by name, as a person reads them.
    """

    kinds: Mapping[str, str]
    unchecked: Mapping[str, Gap]


@cache
def gaps() -> Gaps:
    """The packaged sentences."""
    return load_yaml(Gaps, folder("site") / "gaps.yaml")


def gap(name: str, **values: object) -> Unchecked:
    """One entry of the report's `unchecked`."""
    return gaps().unchecked[name].told(**values)
