"""Ways to say a thing, as data, and whether a sentence says it.

A wording is words in order: `a|b` is either, `c?` may be missing, `<name>` is any of a named
list, `_` is a space inside an alternative, and `...` is at most six words of any kind. A last
`$` wants the clause to end there. It is compiled to one expression whose time is linear in the
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_BETWEEN = r"\W+"
_ANY = r"(?:\w+\W+){0,6}?"
_ENDS = r"(?=\W*$|\s*[.;!,])"


class Wordings:
    """Some wordings of one meaning."""

    def __init__(self, wordings: Iterable[str], words: Mapping[str, Sequence[str]]) -> None:
        """Compile.

        Args:
            words: The named lists; their entries are wordings without names.

        Raises:
            ValueError: A wording is empty, ends in what may be missing, or names no known list.
        """
        parts = [_expression(wording, words) for wording in wordings]
        joined = "|".join(f"(?:{part})" for part in parts) or r"(?!)"
        self._pattern = re.compile(joined, re.IGNORECASE)

    def said_in(self, sentence: str) -> bool:
        return self._pattern.search(sentence) is not None

    def begins(self, sentence: str) -> bool:
        return self._pattern.match(sentence) is not None


def _expression(wording: str, words: Mapping[str, Sequence[str]]) -> str:
    elements = wording.split()
    ends = bool(elements) and elements[-1] == "$"
    if ends:
        elements.pop()
    if not elements or elements[-1] == "..." or elements[-1].endswith("?"):
        raise ValueError(f"the wording {wording!r} is empty or its end may be missing")
    built = ""
    for element in elements[:-1]:
        if element == "...":
            built += _ANY
        elif element.endswith("?"):
            built += f"(?:{_element(element[:-1], words)}{_BETWEEN})?"
        else:
            built += _element(element, words) + _BETWEEN
    return rf"\b{built}{_element(elements[-1], words)}\b{_ENDS if ends else ''}"


def _element(element: str, words: Mapping[str, Sequence[str]]) -> str:
    choices = []
    for choice in element.split("|"):
        if choice.startswith("<"):
            name = choice.strip("<>")
            if name not in words:
                raise ValueError(f"no list of words is called {name!r}")
            choices += [_inner(entry, words) for entry in words[name]]
        else:
            choices.append(_BETWEEN.join(re.escape(part) for part in choice.split("_")))
    return f"(?:{'|'.join(choices)})"


def _inner(entry: str, words: Mapping[str, Sequence[str]]) -> str:
    if "<" in entry:
        raise ValueError(f"{entry!r}: a list of words names no other list")
    return _expression(entry, words).removeprefix(r"\b").removesuffix(r"\b")
