"""Measure what the assistant ships: `python -m models.evaluate TASK DATA [--predictions OUT]`.

Prints one JSON object of metrics. Works on any data of the documented format,
also unseen ones. Exit status: 1 where the data or the model cannot be used
(one line says why), 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import AssistantError
from models.data import BadData
from models.tasks import TASKS, TaskResult, load_task


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.evaluate",
        description="Run the shipped models on labelled data and print metrics as JSON.",
    )
    parser.add_argument(
        "task", choices=sorted(TASKS), metavar="TASK", help=", ".join(sorted(TASKS))
    )
    parser.add_argument(
        "data", type=Path, metavar="DATA", help="file or folder of the task's format"
    )
    parser.add_argument(
        "--predictions", type=Path, metavar="OUT", help="write one JSON line an item to this file"
    )
    return parser


def _write(result: TaskResult, target: Path) -> None:
    try:
        with target.open("w", encoding="utf-8") as out:
            for line in result.predictions:
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:
        raise BadData("The file for the predictions cannot be written.") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        result = load_task(asked.task)(asked.data)
        if asked.predictions is not None:
            _write(result, asked.predictions)
    except (BadData, AssistantError) as error:
        print(f"{asked.task}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result.metrics, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
