"""What the assistant ships, run on labelled data: one module a task.

A task module has `run(data)`. To add one, write the module and name it in
`TASKS`; it is imported only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

TASKS: dict[str, str] = {
    "changes": "models.tasks.changes",
    "doctype": "models.tasks.doctype",
    "extraction": "models.tasks.extraction",
    "gdpr": "models.tasks.gdpr",
    "opp115": "models.tasks.opp115",
    "photo": "models.tasks.photo",
    "piextract": "models.tasks.piextract",
    "policyqa": "models.tasks.policyqa",
    "ratings": "models.tasks.ratings",
    "tosdr": "models.tasks.tosdr",
    "unfair": "models.tasks.unfair",
}
"""Task name → module."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a run gives: figures for one JSON object, and one JSON line an item."""

    metrics: dict[str, object]
    predictions: list[dict[str, object]]


def load_task(name: str) -> Callable[..., TaskResult]:
    """The `run` function of a task: of a path and, for the models' own tasks, `Shipped` models.

    Raises:
        KeyError: There is no task of that name.
    """
    run: Callable[..., TaskResult] = import_module(TASKS[name]).run
    return run
