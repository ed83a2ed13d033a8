"""Which owners of hosts a text calls by their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.site.who.owners import Entity

_WORD = re.compile(r"\w+")
_MOST_WORDS = 5
_SHORTEST = 3
_OPENERS = frozenset(".!?:;\n-–—•*")


@dataclass(frozen=True, slots=True)
class OwnerNamed:
    """A place where a text names an owner.

    Attributes:
        company: Who is behind it.
        names: The owners that this place may mean: the one of that name, or all of the company.
        start, end: Code points of the text, end exclusive.
        sure: Whether it can only be a name; a word such as "Branch" at the beginning of a
            sentence may be no name.
    """

    company: str
    names: frozenset[str]
    start: int
    end: int
    sure: bool


Names = Callable[[str], Sequence[OwnerNamed]]
"""Finds the owners that a text names, in text order."""


class OwnerNames:
    """Finds the names and companies of a table of owners. Build it once."""

    def __init__(self, entities: Iterable[Entity], *, own: str = "") -> None:
        """Take the table.

        Args:
            own: The site's own company, which is nobody else; "" where unknown.
        """
        self._known: dict[tuple[str, ...], tuple[str, set[str]]] = {}
        for entity in entities:
            if entity.company != own:
                self._add(entity.company, entity)
                self._add(entity.name, entity)

    def __call__(self, text: str) -> tuple[OwnerNamed, ...]:
        words = [(m[0].lower(), m.start(), m.end()) for m in _WORD.finditer(text)]
        plain = {text[start:end] for word, start, end in words if text[start:end] == word}
        found: list[OwnerNamed] = []
        for at, (word, start, _) in enumerate(words):
            if not (text[start].isupper() or text[start].isdigit()):
                continue
            for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
                key = tuple(w for w, _, _ in words[at : at + count])
                if key in self._known:
                    company, names = self._known[key]
                    sure = count > 1 or not (word in plain or _opens(text, start))
                    end = words[at + count - 1][2]
                    found.append(OwnerNamed(company, frozenset(names), start, end, sure))
                    break
        return tuple(found)

    def _add(self, name: str, entity: Entity) -> None:
        key = tuple(_WORD.findall(name.lower()))
        if len(name) >= _SHORTEST and 0 < len(key) <= _MOST_WORDS:
            self._known.setdefault(key, (entity.company, set()))[1].add(entity.name)


def _opens(text: str, start: int) -> bool:
    """Whether a word stands where any word would have a capital."""
    before = text[max(0, start - 40) : start].rstrip(" \t\"'“‘(")
    return not before or before[-1] in _OPENERS
