"""What a stranger concludes from one photo, or from many beside each other.

Each claim has conditions that have to hold, a sentence, and what it rests on;
where a condition fails, nothing is said. Conditions are numbers here, words in
`claims.yaml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.photo.clusters import NEARBY_M, Place, days, devices, documents, places
from assistant.photo.details import Inference
from assistant.photo.place import distance_m
from assistant.photo.scenes import Shown, scenes
from assistant.photo.shots import Shot

_STRICT = ConfigDict(extra="forbid")
FEWEST_PHOTOS = 3
"""Photos that a claim about a place has to rest on."""
FEWEST_DAYS = 2
"""Days on which a home has to be seen; one evening at a friend's is none."""
WORK_DAYS = 3
NIGHT = (21, 7)
"""Hours from which and before which people are mostly at home."""
DAYTIME = range(8, 18)
SATURDAY = 5
MOSTLY = 0.5
ROUTINE_WEEKS = 3
ROUTINE_HOURS = 1
"""Hours around the commonest one that still count as the same time."""
AWAY_KM = 100
AWAY_DAYS = 2
COMPANY = 2
OLD_DAYS = 30
"""From this age on it is worth saying how old a picture is."""
SURER = 0.05
"""Confidence that each photo beyond the fewest adds, up to `SUREST`."""
SUREST = 0.9


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class ClaimWords:
    """A claim's sentence and basis, to be filled, and how sure it is where it just holds."""

    text: str
    basis: str
    confidence: float


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Claims:
    """`claims.yaml`."""

    sources: Mapping[str, Source]
    claims: Mapping[str, ClaimWords]


@cache
def claims() -> Mapping[str, ClaimWords]:
    """The packaged claims by kind."""
    return load_yaml(Claims, folder("photo") / "claims.yaml").claims


def infer_from_one(shot: Shot, now: datetime) -> tuple[Inference, ...]:
    """What one photo alone lets a stranger conclude."""
    found: list[Inference] = []
    names = shot.facts.names
    if len(names) == 1 and shot.facts.serials:
        found.append(_inference("owner", (shot,), name=names[0]))
    if len(names) == 1 and shot.faces == 1:
        found.append(_inference("identity", (shot,), name=names[0]))
    elif not names and shot.names == 1 and shot.faces == 1:
        found.append(_inference("named-face", (shot,)))
    if shot.taken and (now - shot.taken).days >= OLD_DAYS:
        ago = _ago(now - shot.taken)
        found.append(_inference("age", (shot,), ago=ago, day=_day(shot.taken)))
    return tuple(found)


def infer_from_scene(shown: Shown | None, name: str) -> tuple[Inference, ...]:
    """What a model of pictures and words takes the picture of that name for."""
    if shown is None:
        return ()
    words = claims()[shown.claim]
    count = len(scenes().scenes)
    inference = Inference(
        kind=shown.claim,
        claim=words.text.format(what=shown.what, reveals=shown.reveals),
        basis=words.basis.format(descriptions=count),
        confidence=round(words.confidence * shown.score, 2),
        files=(name,),
    )
    return (inference,)


def infer_across(shots: Sequence[Shot]) -> tuple[Inference, ...]:
    """What many photos let a stranger conclude together. Linear in their number."""
    located = places(shots)
    home = _home(located)
    found = list(_about_devices(shots))
    if home:
        found.append(_of_place("home", _at_home(home)))
    found += [_of_place("work", _at_work(place)) for place in located if _is_work(place)]
    found += [routine for place in located if (routine := _routine(place))]
    if home:
        found += _absences(shots, home)
    together = [shot for shot in shots if shot.faces and shot.faces >= COMPANY]
    if len(together) >= FEWEST_PHOTOS and days(together) >= FEWEST_DAYS:
        found.append(_inference("companions", together, photos=len(together), days=days(together)))
    return tuple(found)


def _about_devices(shots: Sequence[Shot]) -> Iterator[Inference]:
    for device in devices(shots):
        yield _inference(
            "one-device",
            device.shots,
            photos=len(device.shots),
            hardware=_hardware(device.kind),
            mark=device.mark,
        )
    for group in documents(shots):
        yield _inference("one-document", group, photos=len(group))


def _hardware(tag: str) -> str:
    """What a serial number is of, by the tag that holds it."""
    return next((part for part in ("lens", "flash", "battery") if part in tag.lower()), "camera")


def _home(located: Sequence[Place]) -> Place | None:
    """The place where most photos were taken at the hours people are at home; None without one."""
    homes = [place for place in located if _is_home(place)]
    return max(homes, key=lambda place: len(_at_home(place)), default=None)


def _is_home(place: Place) -> bool:
    at_home = _at_home(place)
    dated = [shot for shot in place.shots if shot.taken]
    return (
        len(at_home) >= FEWEST_PHOTOS
        and days(at_home) >= FEWEST_DAYS
        and len(at_home) >= MOSTLY * len(dated)
    )


def _at_home(place: Place) -> list[Shot]:
    return [shot for shot in place.shots if shot.taken and _is_night(shot.taken)]


def _is_night(taken: datetime) -> bool:
    return taken.hour >= NIGHT[0] or taken.hour < NIGHT[1]


def _is_work(place: Place) -> bool:
    """Never the home as well: most photos of one place are of the night or of the day."""
    at_work = _at_work(place)
    dated = [shot for shot in place.shots if shot.taken]
    return (
        len(at_work) >= FEWEST_PHOTOS
        and days(at_work) >= WORK_DAYS
        and len(at_work) > MOSTLY * len(dated)
    )


def _at_work(place: Place) -> list[Shot]:
    return [
        shot
        for shot in place.shots
        if shot.taken and shot.taken.weekday() < SATURDAY and shot.taken.hour in DAYTIME
    ]


def _routine(place: Place) -> Inference | None:
    """The weekday and hour at which a place is visited again and again."""
    dated = [(shot, shot.taken) for shot in place.shots if shot.taken]
    slots = Counter((taken.weekday(), taken.hour) for _, taken in dated)
    for (weekday, hour), _ in slots.most_common(1):
        kept = [
            (shot, taken)
            for shot, taken in dated
            if taken.weekday() == weekday and abs(taken.hour - hour) <= ROUTINE_HOURS
        ]
        weeks = {taken.isocalendar()[:2] for _, taken in kept}
        if len(weeks) >= ROUTINE_WEEKS:
            shots = [shot for shot, _ in kept]
            return _inference(
                "routine",
                shots,
                weekday=f"{kept[0][1]:%A}",
                hour=hour,
                place=_near(shots),
                photos=len(shots),
                weeks=len(weeks),
            )
    return None


def _absences(shots: Sequence[Shot], home: Place) -> Iterator[Inference]:
    """Runs of days on which every photo with a place was far from home."""
    dated = sorted(
        (
            (taken, distance_m(position, home.position) > AWAY_KM * 1000, shot)
            for shot in shots
            if (taken := shot.taken) and (position := shot.position)
        ),
        key=lambda row: row[0],
    )
    run: list[tuple[datetime, Shot]] = []
    for taken, far, shot in [*dated, (None, False, None)]:
        if far and taken and shot:
            run.append((taken, shot))
            continue
        if len({when.date() for when, _ in run}) >= AWAY_DAYS:
            away = [one for _, one in run]
            yield _inference(
                "away",
                away,
                start=_day(run[0][0]),
                end=_day(run[-1][0]),
                place=_near(away),
                photos=len(away),
                kilometres=AWAY_KM,
            )
        run = []


def _of_place(kind: str, shots: Sequence[Shot]) -> Inference:
    return _inference(
        kind,
        shots,
        place=_near(shots),
        photos=len(shots),
        metres=round(NEARBY_M),
        days=days(shots),
    )


def _near(shots: Sequence[Shot]) -> str:
    """Where that is, as coarse as a town."""
    towns = Counter(shot.town for shot in shots if shot.town)
    return f"near {towns.most_common(1)[0][0]}" if towns else "at the place they were taken"


def _inference(kind: str, shots: Sequence[Shot], **values: object) -> Inference:
    words = claims()[kind]
    more = SURER * max(0, len(shots) - FEWEST_PHOTOS)
    return Inference(
        kind=kind,
        claim=words.text.format(**values),
        basis=words.basis.format(**values),
        confidence=round(max(words.confidence, min(SUREST, words.confidence + more)), 2),
        files=tuple(shot.name for shot in shots),
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _ago(age: timedelta) -> str:
    years, months = age.days // 365, age.days // 30
    if years:
        return f"{years} year{'' if years == 1 else 's'} ago"
    return f"{months} month{'' if months == 1 else 's'} ago"
