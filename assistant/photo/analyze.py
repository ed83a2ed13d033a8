"""The photo job on one screen: the bytes of a file in, what it gives away out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.knowledge import rating_scale
from assistant.photo.describe import (
    CODE_KINDS,
    device_told,
    hidden_pictures,
    place_told,
    regions_of,
    time_told,
    told_entries,
)
from assistant.photo.details import PhotoDetails
from assistant.photo.facts import facts_of
from assistant.photo.findings import Observed, find, gates_of
from assistant.photo.infer import infer_from_one
from assistant.photo.looking import look_at
from assistant.photo.metadata import read_metadata
from assistant.photo.names import telling_name
from assistant.photo.place import near
from assistant.photo.rulebook import ROOM, photo_rules
from assistant.photo.shots import Shot
from assistant.photo.times import local_time
from assistant.photo.told import gaps, goes, stays, summarize, verdict
from assistant.rating import hold, rate
from assistant.report import Finding, Rating, Statement, Unchecked, Verdict

NO_TEXT = frozenset({"face", *CODE_KINDS.values()})
SURE, UNSURE = 0.95, 0.6
"""How sure a rating is of a file that was read to the end, and of one that was not."""


@dataclass(frozen=True, slots=True)
class PhotoAnalysis:
    """Everything a photo report says, and what is compared across photos."""

    verdict: Verdict
    rating: Rating
    details: PhotoDetails
    shot: Shot
    summary: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]


def analyze_photo(data: bytes, *, name: str, now: datetime, look: bool) -> PhotoAnalysis:
    """Check one photo or video.

    Args:
        name: Of the file, which can give something away by itself.
        now: Local time, against which impossible dates and the age are told.
        look: Whether the picture itself is looked at, not the file alone.

    Raises:
        NotAPhoto: The bytes are of no known format.
    """
    metadata = read_metadata(data)
    facts = facts_of(metadata)
    town = near(facts.position.latitude, facts.position.longitude) if facts.position else None
    when = local_time(facts, town, now=now)
    hidden = hidden_pictures(data, metadata.hidden)
    seen, unseen, reason = look_at(data, metadata.format) if look else (None, "picture", "")
    regions = regions_of(seen) if seen else None

    findings = find(Observed(metadata, hidden, regions, telling_name(name)))
    place, time = place_told(facts, town), time_told(when)
    shot = Shot(
        name=name,
        facts=facts,
        taken=when.local if when else None,
        town=town.name if town else "",
        country=town.country_code if town else "",
        faces=len(seen.faces) if seen else None,
        words=frozenset(region.kind for region in regions or ()),
    )
    rating = rate(
        findings,
        photo_rules(),
        rating_scale(ROOM),
        certainty=SURE if metadata.complete else UNSURE,
    )
    return PhotoAnalysis(
        verdict=verdict(findings, place, looked=seen is not None),
        rating=hold(rating, gates_of(findings)),
        details=PhotoDetails(
            format=metadata.format.value,
            width=seen.width if seen else metadata.width,
            height=seen.height if seen else metadata.height,
            frames=metadata.frames,
            looked=seen is not None,
            complete=metadata.complete,
            metadata=told_entries(metadata.entries),
            place=place,
            time=time,
            device=device_told(facts),
            people=shot.faces,
            text=tuple(r.what for r in regions or () if r.kind not in NO_TEXT),
            codes=tuple(r.what for r in regions or () if r.kind in CODE_KINDS.values()),
            regions=regions or (),
            hidden=hidden,
            unknown=metadata.unknown,
            inferences=infer_from_one(shot, now),
            goes=goes(findings),
            stays=stays(findings),
        ),
        shot=shot,
        summary=summarize(findings, place, time),
        findings=findings,
        unchecked=tuple(gaps(metadata, hidden, unseen, reason)),
    )
