"""What the assistant ships, run on labelled data: one module a task.

A task module has `run(data)`. To add one, write the module and name it in
`TASKS`; it is imported only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

TASKS: dict[str, str] = {
    "doctype": "models.tasks.doctype",
    "extraction": "models.tasks.extraction",
    "opp115": "models.tasks.opp115",
    "ratings": "models.tasks.ratings",
    "tosdr": "models.tasks.tosdr",
}
"""Task name → module."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a run gives: figures for one JSON object, and one JSON line an item."""

    metrics: dict[str, object]
    predictions: list[dict[str, object]]


def load_task(name: str) -> Callable[[Path], TaskResult]:
    """The `run` function of a task.

    Raises:
        KeyError: There is no task of that name.
    """
    run: Callable[[Path], TaskResult] = import_module(TASKS[name]).run
    return run
