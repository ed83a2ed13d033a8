"""The words of a site report that belong to no single rule, from knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.site.rulebook import ROOM


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Sentences:
    """Templates for `str.format`."""

    verdict: Mapping[str, str]
    peers: Mapping[str, str]


@cache
def sentences() -> Sentences:
    """The sentences, from knowledge."""
    return load_yaml(Sentences, folder(ROOM) / "sentences.yaml")
