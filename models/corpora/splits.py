"""Which policies, apps and services no model may learn from, the same for all tasks."""

from __future__ import annotations

import hashlib
import re

_VALIDATION_POLICIES = [
    "adweek",
    "buffalowildwings",
    "cariboucoffee",
    "cbsinteractive",
    "dogbreedinfo",
    "eatchicken",
    "internetbrands",
    "kaleidahealth",
    "mlb",
    "naturalnews",
    "postgazette",
    "scinews",
    "theatlantic",
    "ticketmaster",
    "walmart",
    "washingtonian",
    "yahoo",
    "motleyfool",
]
"""Companies of OPP-115's validation policies that other corpora might name."""
UNFAIR_COMPANIES = frozenset(
    [
        "electronicarts",
        "facebook",
        "google",
        "mysugr",
        "pinterest",
        "quora",
        "terravision",
        "tiktok",
    ]
)
"""Companies whose terms are kept for validation, since the hash below takes none of the forty."""
_SHARE = 5


def key(service: str) -> str:
    """A service's name as it is compared: letters and digits alone."""
    return re.sub(r"[^a-z0-9]+", "", service.lower())


def held_out(service: str) -> bool:
    """Whether a service (company, app) is kept for validation: one in five by its name's hash."""
    name = key(service)
    if name in UNFAIR_COMPANIES or any(policy in name for policy in _VALIDATION_POLICIES):
        return True
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % _SHARE == 0
