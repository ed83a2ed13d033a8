"""`serve`: start the local service."""

from __future__ import annotations

from assistant.api.serve import serve
from assistant.cli.boundary import open_assistant


def start(*, host: str | None, port: int | None, open_page: bool) -> None:
    """Serve until interrupted, at the address of the settings where none is given."""
    assistant = open_assistant()
    settings = assistant.settings
    serve(
        assistant,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        open_browser=open_page,
    )
