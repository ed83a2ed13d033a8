"""Scripts that measure the device until they would know it again: by what they do, not by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.report import NetworkRequest
from assistant.site.detect.whose import Whose
from assistant.site.detection import Detection, answer, evidence_at
from assistant.site.record.observation import ScriptCalls, Watched
from assistant.site.rulebook import ROOM
from assistant.site.seen import Seen
from assistant.site.who.parties import Party

_SURE = 0.9
_SURE_PROBING = 0.75
_STRICT = ConfigDict(extra="forbid")

Measure = Literal["canvas", "audio", "webgl", "fonts", "probing"]
Way = Sequence[frozenset[str]]
"""Groups of `Interface.member`; a script goes this way that used one at least of every group."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class CanvasWords:
    """How a fingerprint is drawn and read.

    Attributes:
        reads: Members that read a whole canvas.
        reads_pixels: Members that read `least_pixels` or more.
        least_text: Fewest distinct characters.
        drawing: Members that people's drawings need and fingerprints do not.
    """

    reads: frozenset[str]
    reads_pixels: frozenset[str]
    least_pixels: int
    least_text: int
    drawing: frozenset[str]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Topic:
    """A feature of the device that can be asked for in several ways."""

    weight: int
    members: frozenset[str]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ProbingWords:
    """Features by how rarely an honest script asks for them, and when it is too much."""

    least: int
    reason: str
    topics: Mapping[str, Topic]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as fingerprinting (`fingerprinting.yaml`), in names of the Web IDL."""

    sources: tuple[Source, ...]
    canvas: CanvasWords
    audio: Sequence[Way]
    webgl: Sequence[Way]
    least_fonts: int
    probing: ProbingWords


@cache
def thresholds() -> Thresholds:
    """What counts as fingerprinting, from knowledge."""
    return load_yaml(Thresholds, folder(ROOM) / "fingerprinting.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A script with what it measured.

    Attributes:
        party: Whose script it is; the site's own scripts count, too.
        calls: `Interface.member` → how often, of those that the measures rest on, in all frames
            and visits together.
        fonts: Distinct fonts it measured, where that is among the measures.
    """

    script: str
    party: Party
    measures: tuple[Measure, ...]
    calls: Mapping[str, int]
    fonts: int = 0


def detect_canvas_fingerprinting(seen: Seen) -> Detection:
    """Text drawn where nobody looks and read back as pixels."""
    return _of_measure(seen, "canvas", _SURE)


def detect_audio_fingerprinting(seen: Seen) -> Detection:
    """Sound computed where nobody listens and read back as numbers."""
    return _of_measure(seen, "audio", _SURE)


def detect_webgl_fingerprinting(seen: Seen) -> Detection:
    """The graphics card asked for its name, or tested by a picture."""
    return _of_measure(seen, "webgl", _SURE)


def detect_font_fingerprinting(seen: Seen) -> Detection:
    """Dozens of fonts measured to learn which are installed."""
    return _of_measure(seen, "fonts", _SURE)


def detect_device_probing(seen: Seen) -> Detection:
    """One script that asks for more features of the device than any purpose needs."""
    return _of_measure(seen, "probing", _SURE_PROBING)


def fingerprints(seen: Seen) -> tuple[Fingerprint, ...]:
    """Every script that measured the device in one way at least."""
    found: dict[str, Fingerprint] = {}
    for visit in seen.visits:
        whose = Whose(seen, visit)
        for calls in visit.visit.calls:
            party = whose.script(calls.script)
            told = _measured(calls)
            if party is None or not told:
                continue
            before = found.get(calls.script)
            used = {name for names in told.values() for name in names}
            counted = dict(before.calls) if before else {}
            for name in sorted(used):
                counted[name] = counted.get(name, 0) + calls.calls[name]
            known = before.measures if before else ()
            found[calls.script] = Fingerprint(
                script=calls.script,
                party=before.party if before else party,
                measures=tuple(m for m in get_args(Measure) if m in told or m in known),
                calls=counted,
                fonts=max(calls.fonts if "fonts" in told else 0, before.fonts if before else 0),
            )
    return tuple(found.values())


def _of_measure(seen: Seen, measure: Measure, sure: float) -> Detection:
    found = (
        (one.party.name, _evidence(one, measure))
        for one in fingerprints(seen)
        if measure in one.measures
    )
    return answer(found, complete=seen.whole and seen.watched(Watched.CALLS), sure=sure)


def _evidence(one: Fingerprint, measure: Measure) -> NetworkRequest:
    """The script with the members that show this measure."""
    if measure == "fonts":
        return evidence_at(one.script, f"{one.fonts} fonts")
    return evidence_at(one.script, ", ".join(n for n in one.calls if n in _members(measure)))


@cache
def _members(measure: Measure) -> frozenset[str]:
    """Every member that a measure is told by."""
    words = thresholds()
    groups: Iterable[frozenset[str]] = {
        "canvas": (words.canvas.reads, words.canvas.reads_pixels),
        "audio": tuple(group for way in words.audio for group in way),
        "webgl": tuple(group for way in words.webgl for group in way),
        "fonts": (),
        "probing": tuple(topic.members for topic in words.probing.topics.values()),
    }[measure]
    return frozenset().union(*groups)


def _measured(calls: ScriptCalls) -> dict[Measure, frozenset[str]]:
    """What a script measured, with the members that show it."""
    used = frozenset(name for name, count in calls.calls.items() if count > 0)
    told: dict[Measure, frozenset[str]] = dict(_beside_canvas(calls, used))
    read = used & thresholds().canvas.reads
    if calls.canvas_pixels >= thresholds().canvas.least_pixels:
        read |= used & thresholds().canvas.reads_pixels
    # Whoever measures sound or fonts as well is no drawing program, whatever it calls beside.
    draws = bool(used & thresholds().canvas.drawing) and not told.keys() & {"audio", "fonts"}
    if read and calls.canvas_text >= thresholds().canvas.least_text and not draws:
        told["canvas"] = read
    return told


def _beside_canvas(
    calls: ScriptCalls, used: frozenset[str]
) -> Iterator[tuple[Measure, frozenset[str]]]:
    words = thresholds()
    if any(_went(way, used) for way in words.audio):
        yield "audio", used & _members("audio")
    if any(_went(way, used) for way in words.webgl):
        yield "webgl", used & _members("webgl")
    if calls.fonts >= words.least_fonts:
        yield "fonts", frozenset()
    asked = [topic for topic in words.probing.topics.values() if used & topic.members]
    if sum(topic.weight for topic in asked) >= words.probing.least:
        yield "probing", used & _members("probing")


def _went(way: Way, used: frozenset[str]) -> bool:
    return all(used & group for group in way)
