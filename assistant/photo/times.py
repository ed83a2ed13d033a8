"""When a photo was taken, by the camera's clock, the satellites and the zone of the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import PhotoFacts
from assistant.photo.place import Near, zones_within

_STRICT = ConfigDict(extra="forbid")
_MINUTE = timedelta(minutes=1)


class TimeSource(StrEnum):
    """What tells the local time."""

    CAMERA_WITH_ZONE = "camera with its zone"
    CAMERA = "camera"
    SATELLITES_AND_PLACE = "satellites and the zone of the place"
    SATELLITES = "satellites"


@dataclass(frozen=True, slots=True)
class When:
    """When a photo was taken.

    Attributes:
        local: Without a zone; in UTC where only the satellites tell it.
        source: A `TimeSource`.
        utc: None where the file does not fix it.
        zone: IANA name, or a distance as `UTC+05:30`; "" where unknown.
        part_of_day, weekday: In English; "" where the local time is not known.
        conflicts: What does not fit together, in sentences.
    """

    local: datetime
    source: str
    utc: datetime | None
    zone: str
    part_of_day: str
    weekday: str
    conflicts: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class PartOfDay:
    from_hour: int
    name: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Sentences:
    """Templates for `When.conflicts`."""

    apart: str
    offset_stated: str
    offset_implied: str
    offset_nowhere: str
    too_early: str
    future: str
    satellites_early: str
    satellites_future: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TimeBook:
    """`zones.yaml`; offsets are minutes from UTC."""

    weekdays: tuple[str, ...]
    parts_of_day: tuple[PartOfDay, ...]
    part_hours: tuple[int, ...]
    least_hour: int
    most_hour: int
    first_year: int
    disagree_minutes: int
    border_km: float
    sentences: Sentences

    def offsets(self) -> tuple[int, ...]:
        """Every distance from UTC in use."""
        hours = range(self.least_hour, self.most_hour + 1)
        return (*(hour * 60 for hour in hours), *self.part_hours)


@cache
def time_book() -> TimeBook:
    """The packaged one."""
    return load_yaml(TimeBook, folder("photo") / "zones.yaml")


@dataclass(frozen=True, slots=True)
class _Clocks:
    """What the file says, with what cannot be right left out.

    Attributes:
        taken: By the camera; implausible dates are kept only where nothing else is left.
        offset: Of `taken` from UTC in minutes.
        satellites: UTC.
        zone: Of the place; None where no place is near enough to know it.
        border: Zones of places that are about as near.
    """

    taken: datetime | None
    offset: int | None
    satellites: datetime | None
    zone: ZoneInfo | None
    border: tuple[ZoneInfo, ...]


def local_time(facts: PhotoFacts, near: Near | None, *, now: datetime | None = None) -> When | None:
    """When the photo was taken, where it was taken.

    The camera's clock goes first, then the satellites' time at the zone of the
    place; a date that cannot be right gives way to one that can.

    Args:
        near: The place of `facts.position`, for its time zone.
        now: Nothing is later; the computer's clock where None.

    Returns:
        None where neither the camera nor the satellites tell a time.
    """
    present = _as_utc(now) if now else datetime.now(UTC)
    clocks, doubts = _clocks(facts, near, present)
    conflicts = (*doubts, *_disagreements(clocks))
    if clocks.taken:
        return _by_camera(clocks.taken, clocks, conflicts)
    if clocks.satellites:
        return _by_satellites(clocks.satellites, clocks.zone, conflicts)
    return None


def _clocks(
    facts: PhotoFacts, near: Near | None, present: datetime
) -> tuple[_Clocks, tuple[str, ...]]:
    """The usable clocks, and a sentence for each that is not."""
    sentences = time_book().sentences
    taken = facts.taken.replace(tzinfo=None) if facts.taken else None
    satellites = _as_utc(facts.gps_time) if facts.gps_time else None
    offset, doubts = facts.offset_minutes, []
    if offset is not None and offset not in time_book().offsets():
        offset = None
        doubts.append(sentences.offset_nowhere)
    early, future = sentences.too_early, sentences.future
    camera_doubt = _doubt(taken, offset, present, early, future)
    early, future = sentences.satellites_early, sentences.satellites_future
    satellites_doubt = _doubt(satellites, 0, present, early, future)
    doubts += [doubt for doubt in (camera_doubt, satellites_doubt) if doubt]
    if satellites_doubt and taken:
        satellites = None
    if camera_doubt and satellites and not satellites_doubt:
        taken = None
    zone = _zone(near.timezone) if near and not near.is_far else None
    return _Clocks(taken, offset, satellites, zone, _border(facts, zone)), tuple(doubts)


def _doubt(
    moment: datetime | None, offset: int | None, present: datetime, early: str, future: str
) -> str:
    """Why a date cannot be right, or "". Without an offset it may be that of any zone."""
    if moment is None:
        return ""
    book = time_book()
    if moment.year < book.first_year:
        return early.format(date=moment.date())
    ahead = book.most_hour * 60 if offset is None else offset
    latest = present.replace(tzinfo=None) + (ahead + book.disagree_minutes) * _MINUTE
    late = moment.replace(tzinfo=None) > latest
    return future.format(date=moment.date()) if late else ""


def _disagreements(clocks: _Clocks) -> Iterator[str]:
    """Sentences for clocks that do not fit each other or the place."""
    book = time_book()
    if clocks.taken is None:
        return
    stated = clocks.offset
    if clocks.satellites:
        implied = _implied(clocks.taken, clocks.satellites)
        if implied is None:
            shown = _minutes(clocks.taken, clocks.satellites)
            expected = (stated, _offset(clocks.zone, clocks.satellites), _nearest(shown))
            known = next(offset for offset in expected if offset is not None)
            yield book.sentences.apart.format(apart=_span(abs(shown - known)))
        elif stated is None:
            yield from _misfit(implied, clocks, clocks.satellites, book.sentences.offset_implied)
    if stated is not None:
        utc = _shifted(clocks.taken, -stated)
        yield from _misfit(stated, clocks, utc, book.sentences.offset_stated)


def _misfit(offset: int, clocks: _Clocks, utc: datetime | None, sentence: str) -> Iterator[str]:
    """The sentence where no zone around the place has this offset at that time."""
    fit = _offset(clocks.zone, utc)
    if fit is None or offset in {fit, *(_offset(zone, utc) for zone in clocks.border)}:
        return
    yield sentence.format(said=_named(offset), fit=_named(fit))


def _by_camera(taken: datetime, clocks: _Clocks, conflicts: tuple[str, ...]) -> When:
    if clocks.offset is not None:
        utc = _shifted(taken, -clocks.offset)
        offset: int | None = clocks.offset
        source = TimeSource.CAMERA_WITH_ZONE
    else:
        offset = _implied(taken, clocks.satellites)
        utc = None if offset is None else clocks.satellites
        source = TimeSource.CAMERA
    return _when(taken, source, utc, _zone_name(clocks, offset, utc), conflicts)


def _implied(taken: datetime, satellites: datetime | None) -> int | None:
    """The offset that the camera's clock was set to, where it is one that is in use."""
    if satellites is None:
        return None
    shown = _minutes(taken, satellites)
    nearest = _nearest(shown)
    return nearest if abs(shown - nearest) <= time_book().disagree_minutes else None


def _nearest(shown: float) -> int:
    """The offset in use that comes nearest."""
    return min(time_book().offsets(), key=lambda offset: abs(shown - offset))


def _zone_name(clocks: _Clocks, offset: int | None, utc: datetime | None) -> str:
    """The place's zone where the clock follows it, else the distance from UTC."""
    if offset is None:
        return ""
    for zone in (clocks.zone, *clocks.border):
        if zone and _offset(zone, utc) == offset:
            return zone.key
    return _named(offset)


def _by_satellites(utc: datetime, zone: ZoneInfo | None, conflicts: tuple[str, ...]) -> When:
    offset = _offset(zone, utc)
    local = None if offset is None else _shifted(utc.replace(tzinfo=None), offset)
    if zone is None or local is None:
        here = utc.replace(tzinfo=None)
        return When(here, TimeSource.SATELLITES, utc, "UTC", "", "", conflicts)
    local = local.replace(tzinfo=None)
    return _when(local, TimeSource.SATELLITES_AND_PLACE, utc, zone.key, conflicts)


def _when(
    local: datetime,
    source: TimeSource,
    utc: datetime | None,
    zone: str,
    conflicts: tuple[str, ...],
) -> When:
    book = time_book()
    part = [part.name for part in book.parts_of_day if part.from_hour <= local.hour][-1]
    return When(local, source, utc, zone, part, book.weekdays[local.weekday()], conflicts)


def _as_utc(moment: datetime) -> datetime:
    """A moment in UTC; without a zone it is taken to be that already."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in the first or last hours of the calendar
        return moment.replace(tzinfo=UTC)


def _shifted(moment: datetime, minutes: int) -> datetime | None:
    """So many minutes later, in UTC; None beyond the calendar."""
    try:
        return (moment + minutes * _MINUTE).replace(tzinfo=UTC)
    except OverflowError:
        return None


def _zone(name: str) -> ZoneInfo | None:
    """A zone by its name; None where this computer's tables do not have it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _border(facts: PhotoFacts, zone: ZoneInfo | None) -> tuple[ZoneInfo, ...]:
    """Other zones close by, in the order of their names."""
    if facts.position is None or zone is None:
        return ()
    position = facts.position
    names = zones_within(position.latitude, position.longitude, time_book().border_km)
    found = (_zone(name) for name in sorted(names - {zone.key}))
    return tuple(other for other in found if other)


def _offset(zone: ZoneInfo | None, utc: datetime | None) -> int | None:
    """Minutes from UTC that a zone had at that moment."""
    if zone is None or utc is None:
        return None
    try:
        offset = utc.astimezone(zone).utcoffset()
    except OverflowError:
        return None
    return None if offset is None else round(offset / _MINUTE)


def _minutes(taken: datetime, satellites: datetime) -> float:
    """By how much the camera's clock is ahead of UTC."""
    return (taken - satellites.replace(tzinfo=None)) / _MINUTE


def _span(minutes: float) -> str:
    """A time in words, in the largest unit of which there are at least two."""
    for size, unit in ((24 * 60, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {unit}"
    return f"{round(minutes)} minutes"


def _named(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    return f"UTC{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"
