"""What the process logs, at its most talkative."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from assistant import logs
from assistant.settings import Settings


@contextmanager
def recorded_log(settings: Settings) -> Iterator[io.StringIO]:
    """Collect every log line while the block runs, and put logging back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    lines = io.StringIO()
    logs.configure(settings.model_copy(update={"log_level": "DEBUG"}), stream=lines)
    try:
        yield lines
    finally:
        logging.captureWarnings(False)
        logging.setLogRecordFactory(logging.LogRecord)
        root.handlers[:] = handlers
        root.setLevel(level)
