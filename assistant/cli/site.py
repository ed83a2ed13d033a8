"""`site`: look at a site or read a record, print what came of it, or name the owners of hosts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from assistant.cli.boundary import ExitCode, open_assistant, output_console, print_json
from assistant.cli.policy import progress_on
from assistant.cli.sources import open_source, read_file
from assistant.errors import InvalidUrl
from assistant.render.outline import reaches
from assistant.report import Severity
from assistant.service import SiteAddress, SiteRecord, report_json

LONGEST_LINE = 4_096
"""Bytes of a line that can name a host."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is rated: exactly one of a page and a record."""

    url: str | None
    browser: bool
    observation: Path | None
    policy: str | None
    remember: bool


def rate(wanted: Wanted, *, as_json: bool, fail_on: Severity | None) -> ExitCode:
    """Rate one site and print the report.

    Returns:
        REACHED when a finding against the site is at least as bad as `fail_on`, else DONE.

    Raises:
        AssistantError: The page, the record or the policy cannot be read.
    """
    assistant = open_assistant()
    with progress_on("") as progress:
        source = _source(wanted)
        policy = (
            open_source(wanted.policy, max_bytes=assistant.settings.max_input_bytes)
            if wanted.policy is not None
            else None
        )
        saved = assistant.rate_site(
            source, policy=policy, remember=wanted.remember, progress=progress
        )
    if as_json:
        print_json(json.loads(report_json(saved.report)))
    else:
        from assistant.render.site import render_site

        render_site(saved.report, output_console())
    return (
        ExitCode.REACHED if fail_on and reaches(saved.report.findings, fail_on) else ExitCode.DONE
    )


def identify_hosts(lines: Iterable[bytes]) -> None:
    """Print one JSON line a host, in order: who owns it and what for."""
    from assistant.site.who.identify import identify

    for line in lines:
        host = line[:LONGEST_LINE].decode("utf-8", "replace").strip()
        if host:
            text = json.dumps(asdict(identify(host)), ensure_ascii=False)
            typer.echo(text.encode())


def _source(wanted: Wanted) -> SiteAddress | SiteRecord:
    if wanted.observation is not None:
        from assistant.site.record.reading import MAX_BYTES

        name = "Standard input" if str(wanted.observation) == "-" else wanted.observation.name
        return SiteRecord(read_file(wanted.observation, MAX_BYTES), name)
    url = (wanted.url or "").strip()
    if not url:
        raise InvalidUrl
    return SiteAddress(url if "://" in url else f"https://{url}", browser=wanted.browser)
