"""Where names lead to: the canonical name behind a CNAME record.

What leaves the machine: one DNS look-up for each name, by the system's resolver.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable

MAX_HOSTS = 20
"""Names that are looked up at most; a page could name thousands."""

LookUp = Callable[[str], str]
"""Host in ASCII in, canonical name out. May raise OSError or UnicodeError."""

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_LAST_LABEL_IS_NUMBER = re.compile(r".*\.[0-9]+")


def look_up(host: str) -> str:
    """Ask the system's resolver."""
    return socket.gethostbyname_ex(host)[0]


def canonical_name(host: str, *, timeout_s: float, look_up: LookUp = look_up) -> str | None:
    """The name that a host leads to; itself where no record leads on; None where nobody says."""
    return canonical_names([host], timeout_s=timeout_s, look_up=look_up).get(host)


def canonical_names(
    hosts: Iterable[str], *, timeout_s: float, look_up: LookUp = look_up
) -> dict[str, str]:
    """Canonical names of at most `MAX_HOSTS` hosts, looked up at the same time.

    Args:
        hosts: Names; IP addresses, single labels and what can be no name are passed over.
        timeout_s: For all of them together; what has not answered by then is left out.

    Returns:
        Host as given → canonical name in lower case, without a trailing dot.
    """
    asked = [host for host in dict.fromkeys(hosts) if _is_name(_plain(host))][:MAX_HOSTS]
    answers: queue.SimpleQueue[tuple[str, str | None]] = queue.SimpleQueue()

    def work(host: str) -> None:
        try:
            answers.put((host, look_up(_plain(host))))
        except (OSError, UnicodeError):
            answers.put((host, None))

    # Daemons: a look-up cannot be interrupted, and must not keep the program from ending.
    for host in asked:
        threading.Thread(target=work, args=(host,), name="canonical", daemon=True).start()
    end_s = time.monotonic() + timeout_s
    found: dict[str, str] = {}
    for _ in asked:
        try:
            host, name = answers.get(timeout=max(0.0, end_s - time.monotonic()))
        except queue.Empty:
            break
        if name is not None and _is_name(canonical := _plain(name)):
            found[host] = canonical
    return found


def _plain(name: str) -> str:
    return name.strip().lower().removesuffix(".")


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _LAST_LABEL_IS_NUMBER.fullmatch(name)
