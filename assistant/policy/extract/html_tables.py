"""Rows of data tables become one block each; layout tables stay what they contain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.policy.extract.lines import ends_sentence

_MAX_ROW_WORDS = 150
_MAX_ROW_WORDS_UNDER_HEADER = 600
_MAX_CELL_BLOCKS = 40
_MAX_SPAN = 100
_MAX_LABEL_WORDS = 6


@dataclass(slots=True)
class Cell:
    """One `td` or `th`: the texts of its blocks, in order."""

    is_header: bool
    rows: int = 1
    columns: int = 1
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        joined = ""
        for text in self.texts:
            if joined:
                joined += " " if ends_sentence(joined) or joined.endswith(":") else ", "
            joined += text
        return joined


def span(value: str | None) -> int:
    """A `rowspan` or `colspan`, held to 1–100; 1 where it is missing or no number."""
    return max(1, min(int(value), _MAX_SPAN)) if value and value.isdecimal() else 1


class Table:
    """Labels of the columns and cells that reach down into later rows."""

    def __init__(self) -> None:
        self._labels: tuple[str, ...] = ()
        self._unused_header: str = ""
        self._header_is_empty = False
        self._reaching: dict[int, tuple[int, str]] = {}

    def row(self, cells: Sequence[Cell]) -> str | None:
        """One line for a row of data: `label: cell; label: cell`.

        Returns:
            The line; "" for a header row, whose labels go into the rows below;
            None where the row is layout and its blocks stand for themselves.
        """
        filled = [cell for cell in cells if cell.texts]
        if cells and not filled and all(cell.is_header for cell in cells):
            self._header_is_empty = True
        if not filled or any(len(cell.texts) > _MAX_CELL_BLOCKS for cell in cells):
            return None
        if len(filled) >= 2 and not self._labels and self._is_header(filled):
            self._labels = tuple(self._place(cells))
            self._unused_header = "; ".join(cell.text for cell in filled)
            return ""
        words = sum(len(text.split()) for cell in filled for text in cell.texts)
        limit = _MAX_ROW_WORDS_UNDER_HEADER if self._labels else _MAX_ROW_WORDS
        placed = self._place(cells)
        if sum(map(bool, placed)) < 2 or words > limit:
            return None
        self._unused_header = ""
        return "; ".join(self._labelled(placed))

    def _is_header(self, filled: Sequence[Cell]) -> bool:
        """Whether a row names the columns; the first row below an empty header does, if short."""
        if self._header_is_empty:
            self._header_is_empty = False
            return all(len(cell.text.split()) <= _MAX_LABEL_WORDS for cell in filled)
        return all(cell.is_header for cell in filled)

    def leftover_header(self) -> str:
        """The header row, where no row came to carry its labels."""
        return self._unused_header

    def _place(self, cells: Sequence[Cell]) -> list[str]:
        """Texts by column, cells of rows above that reach down included."""
        placed: list[str] = []
        reaching: dict[int, tuple[int, str]] = {}

        def pull_down() -> None:
            while (column := len(placed)) in self._reaching:
                rows, text = self._reaching[column]
                placed.append(text)
                if rows > 1:
                    reaching[column] = (rows - 1, text)

        for cell in cells:
            pull_down()
            text = cell.text
            if cell.rows > 1:
                reaching[len(placed)] = (cell.rows - 1, text)
            placed.append(text)
            placed.extend([""] * (cell.columns - 1))
        pull_down()
        self._reaching = reaching
        return placed

    def _labelled(self, placed: Sequence[str]) -> list[str]:
        parts: list[str] = []
        for column, text in enumerate(placed):
            label = self._labels[column] if column < len(self._labels) else ""
            if text:
                parts.append(f"{label.rstrip(':')}: {text}" if label and label != text else text)
        return parts
