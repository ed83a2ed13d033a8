"""What a detector answers: whether a practice was seen, how often, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assistant.report import Evidence, NetworkRequest, Outcome
from assistant.site.record.observation import Request
from assistant.site.seen import Seen

MAX_EVIDENCE = 6
UNKNOWN = 0.5
"""Confidence of an answer that is none."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One detector's answer.

    Attributes:
        units: What is counted, each once, by a name a person can read: owners, scripts, hosts.
        evidence: Where it was seen, at most `MAX_EVIDENCE` pieces; one at least where present.
            Detectors of the page give requests; what the policy says comes as quotes.
        confidence: How sure the outcome is, in [0, 1].
    """

    outcome: Outcome
    confidence: float
    units: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


Detector = Callable[[Seen], Detection]


def answer(
    found: Iterable[tuple[str, NetworkRequest]], *, complete: bool, sure: float
) -> Detection:
    """Present with what was found; else absent, if all was seen that could show it.

    Args:
        found: What is counted, and where it was seen, in the order in which it is told. Evidence
            covers as many units as there is room for before it repeats one.
        complete: Whether the observer could have seen everything of the kind.
    """
    by_unit: dict[str, list[NetworkRequest]] = {}
    for unit, evidence in found:
        by_unit.setdefault(unit, []).append(evidence)
    if by_unit:
        rounds = (place for turn in range(MAX_EVIDENCE) for place in _turn(by_unit, turn))
        told = tuple(dict.fromkeys(rounds))[:MAX_EVIDENCE]
        return Detection(Outcome.PRESENT, sure, tuple(by_unit), told)
    if complete:
        return Detection(Outcome.ABSENT, sure)
    return Detection(Outcome.UNDETERMINED, UNKNOWN)


def undetermined() -> Detection:
    """The answer where nothing could be seen that decides."""
    return Detection(Outcome.UNDETERMINED, UNKNOWN)


def evidence_of(request: Request, what: str = "") -> NetworkRequest:
    """A request as evidence.

    Args:
        what: What in it is meant, where that is not the request itself.
    """
    return NetworkRequest(request.url, request.method, request.initiator, what)


def evidence_at(url: str, what: str, *, initiator: str | None = None) -> NetworkRequest:
    """A script, a response or a frame as evidence for what it did.

    Args:
        what: The cookie, the header, the interface.
    """
    return NetworkRequest(url, "GET", initiator, what)


def _turn(by_unit: Mapping[str, list[NetworkRequest]], turn: int) -> Iterable[NetworkRequest]:
    return (places[turn] for places in by_unit.values() if turn < len(places))
