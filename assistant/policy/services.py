"""What kind of service a policy is about, by the words it uses for what the service does."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.policy.details import Cell
from assistant.report import TextSpan

FEWEST_MENTIONS = 5
FEWEST_TERMS = 2
"""Fewer words, or fewer different ones, tell nothing."""
CLEARER = 1.25
"""How much more a kind has to be spoken of than the next one."""
MAX_EVIDENCE = 3


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class ServiceKind:
    """An entry of `services.yaml`."""

    id: str
    name: str
    terms: tuple[str, ...]


@cache
def service_kinds() -> tuple[ServiceKind, ...]:
    """The packaged kinds."""
    return load_yaml(tuple[ServiceKind, ...], folder("policy") / "services.yaml")


@cache
def _finder() -> re.Pattern[str]:
    """All terms at once, a group a kind."""
    groups = (
        f"(?P<k{number}>{'|'.join(_written(term) for term in kind.terms)})"
        for number, kind in enumerate(service_kinds())
    )
    return re.compile(rf"\b(?:{'|'.join(groups)})\b", re.IGNORECASE)


def _written(term: str) -> str:
    return r"\w*".join(map(re.escape, term.split("*")))


def find_service(text: str) -> Cell | None:
    """The kind that the text speaks of most, with where it does; None where none stands out.

    How often a term occurs counts by its logarithm, so that one word repeated
    does not decide alone. Linear in the length of the text.
    """
    found: dict[int, dict[str, list[re.Match[str]]]] = {}
    for match in _finder().finditer(text):
        number = int(str(match.lastgroup)[1:])
        found.setdefault(number, {}).setdefault(match[0].lower(), []).append(match)
    weights = Counter(
        {
            number: sum(math.log1p(len(places)) for places in terms.values())
            for number, terms in found.items()
            if sum(map(len, terms.values())) >= FEWEST_MENTIONS and len(terms) >= FEWEST_TERMS
        }
    )
    ranked = weights.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < CLEARER * ranked[1][1]):
        return None
    kind = service_kinds()[ranked[0][0]]
    terms = sorted(found[ranked[0][0]].values(), key=len, reverse=True)
    firsts = sorted((places[0] for places in terms[:MAX_EVIDENCE]), key=lambda m: m.start())
    spans = tuple(TextSpan(m.start(), m.end(), m[0]) for m in firsts)
    return Cell(kind.id, kind.name, spans)
