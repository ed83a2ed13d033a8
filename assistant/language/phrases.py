"""Finds tens of thousands of phrases at once, in words that were already read.

Phrases are written with alternatives (`a|b`) and words that may be missing
(`c?`); spelled out they would be a hundred thousand. So they stay a graph of
words, and the automaton that reads a text is made state by state, as far as
texts ask for it.

Source:
    Lazy subset construction, as in Aho, Lam, Sethi and Ullman, "Compilers", 3.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Cut = tuple[str, ...]
"""A written word as the words that the reader makes of it: `don't` is `do not`."""


@dataclass(slots=True)
class _State:
    """Where reading stands: the nodes reached, the names of phrases that end, what was met next."""

    nodes: tuple[int, ...]
    names: tuple[str, ...]
    following: dict[str, _State | None] = field(default_factory=dict)


class PhraseFinder:
    """Looks for many phrases at once. Safe to share: states are only ever added."""

    def __init__(
        self, phrases: Mapping[str, Iterable[str]], cuts: Callable[[str], Iterable[Cut]]
    ) -> None:
        """Take phrases by the name they stand for.

        Args:
            cuts: The ways in which a written word is read.

        Raises:
            ValueError: A phrase is empty.
        """
        self._edges: list[dict[str, list[int]]] = []
        self._names: dict[int, str] = {}
        self._order = list(phrases)
        self._known: dict[str, list[Cut]] = {}
        self._cuts = cuts
        starts = [
            node
            for name, listed in phrases.items()
            for phrase in dict.fromkeys(listed)
            for node in self._add(name, phrase)
        ]
        self._known.clear()
        self._first: dict[str, list[int]] = {}
        for node in starts:
            for word, reached in self._edges[node].items():
                self._first.setdefault(word, []).extend(reached)
        self._root = _State((), ())

    def find(self, words: Sequence[str]) -> list[tuple[str, int, int]]:
        """Name, first word and last word (exclusive) of every phrase, by first word, longest first.

        All of them, also those inside others. Of several names of the same words, the
        one that was given last comes first.
        """
        found: list[tuple[str, int, int]] = []
        for first in range(len(words)):
            state: _State | None = self._root
            here: list[tuple[str, int, int]] = []
            for last in range(first, len(words)):
                state = self._step(state, words[last]) if state else None
                if state is None:
                    break
                here += [(name, first, last + 1) for name in state.names]
            found += reversed(here)
        return found

    def _step(self, state: _State, word: str) -> _State | None:
        try:
            return state.following[word]
        except KeyError:
            pass
        if state is self._root:
            nodes = set(self._first.get(word, ()))
        else:
            nodes = {n for node in state.nodes for n in self._edges[node].get(word, ())}
        after = None
        if nodes:
            names = {self._names[node] for node in nodes if node in self._names}
            after = _State(tuple(sorted(nodes)), tuple(sorted(names, key=self._order.index)))
        if after is not None or state is not self._root:
            state.following[word] = after
        return after

    def _add(self, name: str, phrase: str) -> list[int]:
        """Put a phrase into the graph; returns the nodes that it can begin at."""
        elements = phrase.split()
        if not elements:
            raise ValueError("a phrase is empty")
        reached = [self._node()]
        self._names[reached[0]] = name
        # From the last word to the first: each is tied to all that can come after it.
        for element in reversed(elements):
            before = self._node()
            for written in element.rstrip("?").split("|"):
                for cut in self._read(written):
                    self._tie(before, cut, reached)
            reached = [before, *reached] if element.endswith("?") else [before]
        return reached

    def _tie(self, before: int, cut: Cut, reached: Sequence[int]) -> None:
        node = before
        for word in cut[:-1]:
            after = self._node()
            self._edges[node].setdefault(word, []).append(after)
            node = after
        self._edges[node].setdefault(cut[-1], []).extend(reached)

    def _node(self) -> int:
        self._edges.append({})
        return len(self._edges) - 1

    def _read(self, written: str) -> list[Cut]:
        """The ways to read a written word; `_` is a space inside it."""
        if written not in self._known:
            ways: list[Cut] = [()]
            for part in written.replace("_", " ").split():
                ways = [(*way, *cut) for way in ways for cut in self._cuts(part)]
            self._known[written] = [way for way in dict.fromkeys(ways) if way]
        return self._known[written]
