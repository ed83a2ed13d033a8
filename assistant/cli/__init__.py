"""The commands: parse, call the service, print.

Everything heavy is imported inside the command that needs it, so that
`--help` answers at once.
"""

from __future__ import annotations


def main() -> None:
    """Entry point of `privacy-assistant`; leaves with the command's exit code."""
    from assistant.cli.app import run

    run()
