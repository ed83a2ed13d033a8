"""`ask` and `compare`: one answer, or what changed, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable

from assistant.cli.boundary import open_assistant, output_console, print_json
from assistant.cli.policy import progress_on
from assistant.cli.sources import open_source
from assistant.service import PolicyReport, report_json


def answer_question(source: str, question: str, *, as_json: bool) -> None:
    """Print what a policy answers to a question, with the passage that says so.

    Raises:
        AssistantError: The source cannot be read, or the question is empty.
    """
    from assistant.render.answers import render_answer

    assistant = open_assistant()
    with progress_on("") as progress:
        wanted = open_source(source, max_bytes=assistant.settings.max_input_bytes)
        report = assistant.ask_policy(wanted, question, progress=progress)
    _hand_out(report, render_answer, as_json=as_json)


def compare_versions(old: str, new: str, *, as_json: bool) -> None:
    """Print what changed from one version of a policy to the next.

    Raises:
        AssistantError: A version cannot be read, or is no policy.
    """
    from assistant.render.answers import render_changes

    assistant = open_assistant()
    most = assistant.settings.max_input_bytes
    with progress_on("") as progress:
        before, after = open_source(old, max_bytes=most), open_source(new, max_bytes=most)
        report = assistant.compare_policies(before, after, progress=progress)
    _hand_out(report, render_changes, as_json=as_json)


def _hand_out(report: PolicyReport, render: Callable[..., None], *, as_json: bool) -> None:
    if as_json:
        print_json(json.loads(report_json(report)))
    else:
        render(report, output_console())
