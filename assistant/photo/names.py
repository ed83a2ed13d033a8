"""What the name of a file gives away by itself."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_EPOCH = re.compile(r"(?<!\d)1[3-9]\d{8}(?:\d{3})?(?!\d)")
"""Seconds or milliseconds since 1970, as messengers write them."""
_COUNTER = re.compile(
    r"^(?:IMG|DSC[FN]?|DSC_|PXL|MVI|P\d{3}|_MG|GOPR|DJI|VID|PANO)[-_ ]?\d{3,}", re.I
)


def telling_name(name: str) -> str:
    """What a file's name tells, in plain words; "" where it tells nothing."""
    for match in _DATE.finditer(name):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
        return f"the date {day.isoformat()}"
    if _EPOCH.search(name):
        return "a time of day, counted in seconds"
    if _COUNTER.match(name):
        return "the counter of a camera"
    return ""
