"""What a stranger concludes from planted folders, and what near misses must not let them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assistant.photo.details import Inference
from assistant.photo.infer import claims, infer_across, infer_from_one
from assistant.photo.shots import Shot
from tests.photo.folders import BEACH, HOME, MONDAY, OFFICE, PARK, at, evenings, shot, workdays

NOW = datetime(2026, 11, 27)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def across(shots: list[Shot]) -> dict[str, Inference]:
    return {inference.kind: inference for inference in infer_across(shots)}


def test_home_is_where_the_nights_are_with_the_photos_that_say_so() -> None:
    nights = evenings(HOME, 4)
    found = across([*nights, shot("park.jpg", MONDAY + timedelta(hours=15), PARK)])
    assert set(found["home"].files) == {one.name for one in nights}
    assert "near Vienna" in found["home"].claim
    assert "4 different days" in found["home"].basis


@pytest.mark.parametrize(
    "shots",
    [
        evenings(HOME, 2),
        evenings(HOME, 5, apart=0),
        [*evenings(HOME, 3), *[shot(f"{n}.jpg", MONDAY + 14 * HOUR, HOME) for n in range(9)]],
        [shot(f"{n}.jpg", MONDAY + n * DAY + 22 * HOUR, at(HOME, 400 * n)) for n in range(5)],
        [shot(f"{n}.jpg", MONDAY + n * DAY + 22 * HOUR) for n in range(5)],
        [shot(f"{n}.jpg", None, HOME) for n in range(5)],
    ],
    ids=["too few", "one evening", "mostly by day", "not one place", "no place", "no time"],
)  # fmt: skip
def test_no_home_without_three_photos_of_several_nights_at_one_place(shots: list[Shot]) -> None:
    assert "home" not in across(shots)


def test_work_is_where_the_weekdays_are() -> None:
    found = across([*evenings(HOME, 4), *workdays(OFFICE, 5)])
    assert len(found["work"].files) == 5
    assert found["work"].confidence < found["home"].confidence + 0.1


@pytest.mark.parametrize(
    "shots",
    [
        workdays(OFFICE, 2),
        [shot(f"{n}.jpg", MONDAY + timedelta(hours=9 + n), OFFICE) for n in range(5)],
        [shot(f"{n}.jpg", MONDAY + timedelta(days=5 + 7 * n, hours=12), OFFICE) for n in range(5)],
    ],
    ids=["too few", "one day", "weekends"],
)
def test_no_work_without_several_weekdays(shots: list[Shot]) -> None:
    assert "work" not in across(shots)


def test_a_place_at_the_same_hour_of_three_weeks_is_a_routine() -> None:
    visits = [
        shot(f"{n}.jpg", MONDAY + timedelta(weeks=n, hours=18, minutes=5 * n), PARK)
        for n in range(3)
    ]
    found = across(visits)
    assert "Mondays around 18:00" in found["routine"].claim
    assert "routine" not in across(visits[:2])
    scattered = [shot(f"{n}.jpg", MONDAY + timedelta(days=8 * n, hours=18), PARK) for n in range(3)]
    assert "routine" not in across(scattered)


def test_days_far_from_home_are_an_absence() -> None:
    trip = [
        shot(f"beach-{n}.jpg", MONDAY + timedelta(days=20 + n, hours=12), BEACH, town="Lindos")
        for n in range(3)
    ]
    found = across([*evenings(HOME, 4), *trip])
    assert "from 23 March 2025 to 25 March 2025, near Lindos" in found["away"].claim
    assert set(found["away"].files) == {one.name for one in trip}
    assert "away" not in across(trip)
    assert "away" not in across([*evenings(HOME, 4), *trip[:1]])


def test_company_needs_faces_on_several_days() -> None:
    groups = [shot(f"{n}.jpg", MONDAY + timedelta(days=n), faces=3) for n in range(3)]
    assert "3 photos" in across(groups)["companions"].claim
    alone = [shot(f"{n}.jpg", MONDAY + timedelta(days=n), faces=1) for n in range(3)]
    unlooked = [shot(f"{n}.jpg", MONDAY + timedelta(days=n)) for n in range(3)]
    party = [shot(f"{n}.jpg", MONDAY, faces=3) for n in range(3)]
    assert not any("companions" in across(shots) for shots in (alone, unlooked, party))


def test_one_serial_is_one_device_and_one_id_one_document() -> None:
    body = (("BodySerialNumber", "9012345678"),)
    found = across([shot("a.jpg", serials=body), shot("b.jpg", serials=body), shot("c.jpg")])
    assert found["one-device"].files == ("a.jpg", "b.jpg")
    assert found["one-device"].basis == "the same camera serial number, ending in …678"
    assert "9012345678" not in found["one-device"].basis
    assert "one-device" not in across([shot("a.jpg", serials=body), shot("c.jpg")])
    original = (("DocumentID", "xmp.did:5A0C2E7714D3F9B8"),)
    edit = (("OriginalDocumentID", "5a0c2e7714d3f9b8"),)
    assert "one-document" in across([shot("a.jpg", ids=original), shot("b.jpg", ids=edit)])
    counter = (("FileNumber", "100-0042"),)
    assert "one-document" not in across([shot("a.jpg", ids=counter), shot("b.jpg", ids=counter)])


def test_a_name_with_a_serial_is_the_owner_and_with_one_face_the_person() -> None:
    whole = shot("a.jpg", names=("Ada Example",), serials=(("body", "1"),), faces=1)
    kinds = {inference.kind for inference in infer_from_one(whole, NOW)}
    assert kinds == {"owner", "identity"}
    crowd = shot("a.jpg", names=("Ada Example",), faces=4)
    two = shot("a.jpg", names=("Ada", "Bob"), serials=(("body", "1"),), faces=1)
    assert infer_from_one(crowd, NOW) == infer_from_one(two, NOW) == ()


def test_one_name_that_can_be_read_is_probably_that_of_the_one_face() -> None:
    def kinds(*, names: int, faces: int, told: tuple[str, ...] = ()) -> set[str]:
        seen = replace(shot("a.jpg", faces=faces, names=told), names=names)
        return {inference.kind for inference in infer_from_one(seen, NOW)}

    assert kinds(names=1, faces=1) == {"named-face"}
    assert kinds(names=1, faces=1, told=("Ada Example",)) == {"identity"}
    for names, faces in ((0, 1), (2, 1), (1, 0), (1, 3)):
        assert kinds(names=names, faces=faces) == set()


def test_the_age_of_an_old_picture_is_told() -> None:
    [old] = infer_from_one(shot("a.jpg", datetime(2019, 5, 2)), NOW)
    assert old.claim == "The picture was taken 7 years ago, on 2 May 2019."
    assert infer_from_one(shot("a.jpg", NOW - timedelta(days=3)), NOW) == ()
    assert infer_from_one(shot("a.jpg"), NOW) == ()


def test_nothing_is_concluded_from_nothing() -> None:
    assert infer_across([]) == ()
    assert infer_across([shot("a.jpg"), shot("b.jpg")]) == ()


def test_confidence_stays_low_and_below_one() -> None:
    many = infer_across(evenings(HOME, 60, apart=1))
    assert all(0 < inference.confidence <= 0.95 for inference in many)
    assert all(words.confidence < 1 for words in claims().values())
