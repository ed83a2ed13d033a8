"""What has to be done in time, and the words that name the time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.policy.details import Deadline
from assistant.policy.detect import Detection
from assistant.policy.rulebook import policy_rules
from assistant.report import Outcome, TextSpan

_NUMBERS = {
    word: number
    for number, word in enumerate(
        re.findall(r"\w+", "one two three four five six seven eight nine ten eleven twelve"), 1
    )
} | {
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
    "sixty": 60,
    "ninety": 90,
}
_HOURS_A_DAY = 24
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_MONTHS = re.findall(
    r"\w+",
    "January February March April May June July August September October November December",
)
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})(?:\s*\(\d+\))?"
_PERIOD = re.compile(
    rf"\b(?:within|in|before|after|than|least|have|the first)\s+(?:the\s+first\s+)?{_COUNT}"
    r"[\s-]+(?:calendar\s+|business\s+|working\s+)?(?P<unit>hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:by|before|until|prior to|no later than|on or before)\s+"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{'|'.join(_MONTHS)})"
    rf"|(?P<us_month>{'|'.join(_MONTHS)})\s+(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?),?\s+"
    r"(?P<year>20\d\d)\b",
    re.IGNORECASE,
)


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done, and the rule whose quotes name the time."""

    rule: str
    what: str


@cache
def duties() -> tuple[Duty, ...]:
    """The packaged ones.

    Raises:
        ValueError: One names a rule that does not exist.
    """
    found = load_yaml(tuple[Duty, ...], folder("policy") / "deadlines.yaml")
    if strange := {duty.rule for duty in found} - policy_rules().keys():
        raise ValueError(f"deadlines.yaml speaks of unknown {sorted(strange)}")
    return found


def find_deadlines(
    detections: Sequence[Detection], further: Mapping[str, Sequence[TextSpan]]
) -> tuple[Deadline, ...]:
    """Every time that the quotes of a rule name, in the order of `deadlines.yaml`.

    Args:
        further: Rule → quotes beside its own, such as the steps of an opt-out.
    """
    quotes = {d.rule.id: d.evidence for d in detections if d.outcome is Outcome.PRESENT}
    found = (
        deadline
        for duty in duties()
        for deadline in _deadlines(duty, (*quotes.get(duty.rule, ()), *further.get(duty.rule, ())))
    )
    return tuple(dict.fromkeys(found))


def _deadlines(duty: Duty, spans: Iterable[TextSpan]) -> Iterator[Deadline]:
    for span in spans:
        for match in _PERIOD.finditer(span.quote):
            yield Deadline(duty.rule, duty.what, match[0], _days(match), "", span)
        for match in _DATE.finditer(span.quote):
            yield Deadline(duty.rule, duty.what, match[0], None, _day(match), span)


def _days(match: re.Match[str]) -> int:
    """A period in whole days, at least one."""
    count = match["count"].lower()
    number = _NUMBERS.get(count) or int(count)
    unit = match["unit"].lower()
    return max(1, number // _HOURS_A_DAY) if unit == "hour" else number * _DAYS[unit]


def _day(match: re.Match[str]) -> str:
    """A date as ISO 8601."""
    month = [name.lower() for name in _MONTHS].index((match["month"] or match["us_month"]).lower())
    day = int(match["day"] or match["us_day"])
    return f"{match['year']}-{month + 1:02}-{day:02}"
