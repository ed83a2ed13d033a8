"""The time of a photo is told with its zone, and what does not fit together is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfoNotFoundError

import pytest

from assistant.photo import times
from assistant.photo.details import PhotoFacts, Position
from assistant.photo.place import Near, near
from assistant.photo.times import TimeSource, When, local_time, time_book

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
JULY = datetime(2024, 7, 5, 14, 30)
JANUARY = datetime(2024, 1, 5, 14, 30)
BERLIN = Position(52.52, 13.405)
KATHMANDU = Position(27.7, 85.32)
OPELIKA = Position(32.65, -85.38)
"""In Alabama, near the border to Georgia, where the clocks are an hour ahead."""
OCEAN = Position(-48.9, -123.4)


def told(
    taken: datetime | None = None,
    offset: int | None = None,
    gps: datetime | None = None,
    position: Position | None = None,
) -> When | None:
    facts = PhotoFacts(position=position, taken=taken, offset_minutes=offset, gps_time=gps)
    place = near(position.latitude, position.longitude) if position else None
    return local_time(facts, place, now=NOW)


def sure(found: When | None) -> When:
    assert found
    return found


def utc(moment: datetime, minutes: int) -> datetime:
    """The moment in UTC when a clock that is so far ahead shows it."""
    return (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)


def test_without_any_time_nothing_is_told() -> None:
    assert told() is None
    assert told(offset=60, position=BERLIN) is None


def test_the_camera_with_its_zone_comes_first() -> None:
    found = sure(told(JULY, 120, utc(JULY, 120), BERLIN))
    assert found == When(
        local=JULY,
        source=TimeSource.CAMERA_WITH_ZONE,
        utc=datetime(2024, 7, 5, 12, 30, tzinfo=UTC),
        zone="Europe/Berlin",
        part_of_day="afternoon",
        weekday="Friday",
        conflicts=(),
    )


def test_the_camera_alone_tells_local_time_only() -> None:
    found = sure(told(JULY, position=BERLIN))
    assert (found.local, found.utc, found.zone) == (JULY, None, "")
    assert (found.source, found.conflicts) == (TimeSource.CAMERA, ())


def test_the_satellites_tell_the_zone_of_a_camera_that_names_none() -> None:
    found = sure(told(JULY, gps=utc(JULY, 120), position=BERLIN))
    assert (found.source, found.zone) == (TimeSource.CAMERA, "Europe/Berlin")
    assert found.utc == utc(JULY, 120)
    assert found.conflicts == ()
    assert sure(told(JULY, gps=utc(JULY, 120))).zone == "UTC+02:00"


@pytest.mark.parametrize(
    ("position", "gps", "local", "zone"),
    [
        (BERLIN, datetime(2024, 7, 5, 21, 30), datetime(2024, 7, 5, 23, 30), "Europe/Berlin"),
        (BERLIN, datetime(2024, 1, 5, 21, 30), datetime(2024, 1, 5, 22, 30), "Europe/Berlin"),
        (KATHMANDU, datetime(2024, 1, 5, 20), datetime(2024, 1, 6, 1, 45), "Asia/Kathmandu"),
    ],
)
def test_the_satellites_alone_tell_the_time_of_the_place(
    position: Position, gps: datetime, local: datetime, zone: str
) -> None:
    found = sure(told(gps=gps, position=position))
    assert (found.local, found.zone) == (local, zone)
    assert found.source == TimeSource.SATELLITES_AND_PLACE
    assert found.utc == gps.replace(tzinfo=UTC)
    assert found.part_of_day == "night"


@pytest.mark.parametrize("position", [None, OCEAN])
def test_without_a_place_the_satellites_tell_utc_and_no_part_of_the_day(
    position: Position | None,
) -> None:
    found = sure(told(gps=JULY, position=position))
    assert (found.local, found.zone, found.source) == (JULY, "UTC", TimeSource.SATELLITES)
    assert (found.part_of_day, found.weekday) == ("", "")


@pytest.mark.parametrize(
    ("hour", "minute", "part"),
    [
        (0, 0, "night"),
        (5, 59, "night"),
        (6, 0, "morning"),
        (11, 59, "morning"),
        (12, 0, "afternoon"),
        (17, 59, "afternoon"),
        (18, 0, "evening"),
        (21, 59, "evening"),
        (22, 0, "night"),
    ],
)
def test_parts_of_the_day_have_fixed_hours(hour: int, minute: int, part: str) -> None:
    assert sure(told(JULY.replace(hour=hour, minute=minute))).part_of_day == part


@pytest.mark.parametrize(
    ("taken", "offset", "position"),
    [
        (JULY, 120, BERLIN),
        (JANUARY, 60, BERLIN),
        (JANUARY, 345, KATHMANDU),
        (JANUARY, -360, OPELIKA),
        (JANUARY, -300, OPELIKA),  # the zone across the border
        (JULY, 60, OCEAN),  # nobody's zone
        (JULY, 60, None),
        # The hour that comes twice when summer time ends.
        (datetime(2024, 10, 27, 2, 30), 120, BERLIN),
        (datetime(2024, 10, 27, 2, 30), 60, BERLIN),
    ],
)
def test_an_offset_that_fits_the_place_is_no_conflict(
    taken: datetime, offset: int, position: Position | None
) -> None:
    assert sure(told(taken, offset, utc(taken, offset), position)).conflicts == ()
    assert sure(told(taken, offset, None, position)).conflicts == ()


@pytest.mark.parametrize(
    ("taken", "offset", "position", "said", "fit"),
    [
        (JULY, 60, BERLIN, "UTC+01:00", "UTC+02:00"),  # summer time not set
        (JANUARY, 120, BERLIN, "UTC+02:00", "UTC+01:00"),
        (JANUARY, 330, KATHMANDU, "UTC+05:30", "UTC+05:45"),
        (JANUARY, -480, OPELIKA, "UTC-08:00", "UTC-06:00"),
    ],
)
def test_an_offset_that_does_not_fit_the_place_is_told(
    taken: datetime, offset: int, position: Position, said: str, fit: str
) -> None:
    found = sure(told(taken, offset, None, position))
    assert found.zone == said
    assert found.conflicts == (
        f"The camera states the time zone {said}, but at this place it was {fit} on that date.",
    )


def test_a_clock_set_to_another_zone_shows_in_the_satellites_time() -> None:
    found = sure(told(JULY, gps=utc(JULY, 540), position=BERLIN))
    assert found.zone == "UTC+09:00"
    assert found.conflicts == (
        "By the satellites' time the camera's clock was set to UTC+09:00, but at this place "
        "it was UTC+02:00 on that date.",
    )
    assert sure(told(JULY, gps=utc(JULY, 540))).conflicts == ()


@pytest.mark.parametrize("minutes", [-9, 0, 10])
@pytest.mark.parametrize("offset", [None, 120])
def test_a_clock_that_is_a_little_wrong_is_no_conflict(minutes: int, offset: int | None) -> None:
    gps = utc(JULY, 120 + minutes)
    assert sure(told(JULY, offset, gps, BERLIN)).conflicts == ()


@pytest.mark.parametrize(
    ("minutes", "apart"),
    [(11, "11 minutes"), (-25, "25 minutes"), (100 * 60, "4 days"), (26 * 60, "26 hours")],
)
@pytest.mark.parametrize("offset", [None, 120])
def test_a_clock_that_is_wrong_is_told(minutes: int, apart: str, offset: int | None) -> None:
    found = sure(told(JULY, offset, utc(JULY, 120 + minutes), BERLIN))
    assert found.conflicts == (
        f"The camera's clock and the satellites' time differ by {apart}, time zones aside.",
    )
    assert (found.utc is None) is (offset is None)


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (datetime(1980, 1, 1), "1980-01-01, lies before digital cameras"),
        (datetime(1, 1, 1), "0001-01-01, lies before digital cameras"),
        (datetime(1989, 12, 31, 23, 59), "lies before digital cameras"),
        (datetime(2026, 11, 28, 3), "2026-11-28, lies in the future"),
        (datetime(9999, 12, 31, 23, 59), "lies in the future"),
    ],
)
@pytest.mark.parametrize("offset", [None, -720, 0, 840])
def test_an_impossible_date_is_told(taken: datetime, words: str, offset: int | None) -> None:
    found = sure(told(taken, offset, None, BERLIN))
    assert found.local == taken
    assert any(words in said for said in found.conflicts)


@pytest.mark.parametrize(
    ("taken", "offset"),
    [
        (datetime(1990, 1, 1), None),
        (datetime(2026, 11, 28, 2, 10), None),  # already there in the first zone of the day
        (datetime(2026, 11, 27, 13, 5), 60),
    ],
)
def test_a_date_just_inside_is_possible(taken: datetime, offset: int | None) -> None:
    assert sure(told(taken, offset)).conflicts == ()


def test_a_date_that_can_be_right_goes_before_one_that_cannot() -> None:
    found = sure(told(datetime(1980, 1, 1), None, JULY, BERLIN))
    assert found.source == TimeSource.SATELLITES_AND_PLACE
    assert found.local == datetime(2024, 7, 5, 16, 30)
    assert len(found.conflicts) == 1
    found = sure(told(JULY, 120, datetime(1980, 1, 6), BERLIN))
    assert (found.source, found.local) == (TimeSource.CAMERA_WITH_ZONE, JULY)
    assert found.conflicts == (
        "The satellites' date, 1980-01-06, lies before digital cameras and cannot be right.",
    )


@pytest.mark.parametrize("gps", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)])
@pytest.mark.parametrize("position", [BERLIN, OPELIKA, None])
def test_the_ends_of_the_calendar_do_no_harm(gps: datetime, position: Position | None) -> None:
    for zone in (None, UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))):
        found = sure(told(gps=gps.replace(tzinfo=zone), position=position))
        assert len(found.conflicts) == 1
        assert told(gps, 840, gps.replace(tzinfo=zone), position)


@pytest.mark.parametrize("offset", [7, 841, -3600, 10**9])
def test_an_offset_that_is_used_nowhere_is_left_out(offset: int) -> None:
    found = sure(told(JULY, offset, None, BERLIN))
    assert (found.source, found.utc) == (TimeSource.CAMERA, None)
    assert found.conflicts == ("The camera states a time zone that is used nowhere.",)


@pytest.mark.parametrize("name", ["Nowhere/Town", "", "../etc", "Europe"])
def test_a_zone_that_is_not_known_is_none(name: str) -> None:
    place = Near("Town", "Country", "XX", 1.0, name, 5000)
    found = sure(local_time(PhotoFacts(gps_time=JULY), place, now=NOW))
    assert (found.zone, found.source) == ("UTC", TimeSource.SATELLITES)
    found = sure(local_time(PhotoFacts(taken=JULY, offset_minutes=60), place, now=NOW))
    assert (found.zone, found.conflicts) == ("UTC+01:00", ())


def test_without_tables_of_zones_the_time_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(times, "ZoneInfo", missing)
    found = sure(told(JULY, 120, utc(JULY, 120), BERLIN))
    assert (found.zone, found.conflicts) == ("UTC+02:00", ())


def test_now_is_the_clock_of_the_computer_where_none_is_given() -> None:
    past, future = datetime(2020, 1, 1), datetime.now(UTC).replace(tzinfo=None) + timedelta(days=9)
    assert sure(local_time(PhotoFacts(taken=past), None)).conflicts == ()
    assert len(sure(local_time(PhotoFacts(taken=future), None)).conflicts) == 1


def test_the_book_of_times_covers_the_day_and_the_week() -> None:
    book = time_book()
    assert book.parts_of_day[0].from_hour == 0
    hours = [part.from_hour for part in book.parts_of_day]
    assert hours == sorted(set(hours))
    assert len(book.weekdays) == 7
    assert {0, 60, 345, -210, 840, -720} <= set(book.offsets())
