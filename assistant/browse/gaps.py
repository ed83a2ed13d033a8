"""What a browser could not look at, in sentences (`knowledge/site/browsing.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Gap, folder, load_yaml
from assistant.report import Unchecked


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Gaps:
    gaps: Mapping[str, Gap]


@cache
def _gaps() -> Mapping[str, Gap]:
    return load_yaml(_Gaps, folder("site") / "browsing.yaml").gaps


def gap(name: str, **values: object) -> Unchecked:
    """An entry of a report's `unchecked`."""
    return _gaps()[name].told(**values)
