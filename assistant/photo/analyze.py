"""The photo job on one screen: the bytes of a file in, what it gives away out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from assistant.photo.describe import (
    CODE_KINDS,
    device_told,
    hidden_pictures,
    place_told,
    regions_of,
    time_told,
    told_entries,
)
from assistant.photo.details import PhotoDetails, Private
from assistant.photo.facts import facts_of
from assistant.photo.findings import Observed, find, gates_of
from assistant.photo.hidden import QUICK_BYTES
from assistant.photo.infer import infer_from_one, infer_from_scene
from assistant.photo.looking import look_at
from assistant.photo.metadata import read_metadata
from assistant.photo.names import telling_name
from assistant.photo.place import near
from assistant.photo.seeing import SceneSeen
from assistant.photo.shots import Shot
from assistant.photo.times import local_time
from assistant.photo.told import gaps, goes, stays, summarize, verdict
from assistant.photo.weights import weights_of
from assistant.rating import hold, rate
from assistant.report import Finding, Rating, Severity, Statement, Unchecked, Verdict

NO_TEXT = frozenset({"face", *CODE_KINDS.values()})
SURE, UNSURE = 0.95, 0.6
"""How sure a rating is of a file that was read to the end, and of one that was not."""


@dataclass(frozen=True, slots=True)
class PhotoAnalysis:
    """Everything a photo report says, and what is compared across photos.

    Attributes:
        models: SHA-256 of each model that the person chose and that looked.
    """

    verdict: Verdict
    rating: Rating
    details: PhotoDetails
    shot: Shot
    summary: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    models: Mapping[str, str]


def analyze_photo(
    data: bytes,
    *,
    name: str,
    now: datetime,
    look: bool,
    severities: Mapping[str, Severity] = MappingProxyType({}),
    scene: Path | None = None,
    no_scene: str = "scene",
) -> PhotoAnalysis:
    """Check one photo or video.

    Args:
        name: Of the file, which can give something away by itself.
        now: Local time, against which impossible dates and the age are told.
        look: Whether the picture itself is looked at, not the file alone.
        severities: Rule id → how grave this person finds it, in place of ours.
        scene: Folder of the model that tells the scene; None where there is none.
        no_scene: Key of the gap that is left where there is none.

    Raises:
        NotAPhoto: The bytes are of no known format.
    """
    metadata = read_metadata(data)
    facts = facts_of(metadata)
    town = near(facts.position.latitude, facts.position.longitude) if facts.position else None
    when = local_time(facts, town, now=now)
    compare = look or len(data) <= QUICK_BYTES
    hidden = hidden_pictures(data, metadata.hidden, compare=compare)
    seen, unseen, reason = (
        look_at(data, metadata.format, scene=scene) if look else (None, "picture", "")
    )
    whole = (seen.scene or SceneSeen(gap=no_scene)) if seen else SceneSeen()
    regions = regions_of(seen) if seen else None

    weights = weights_of(severities)
    observed = Observed(metadata, hidden, regions, telling_name(name), unopened=reason)
    findings = find(observed, weights.rules)
    place, time = place_told(facts, town), time_told(when)
    shot = Shot(
        name=name,
        facts=facts,
        taken=when.local if when else None,
        town=town.name if town else "",
        country=town.country_code if town else "",
        faces=len(seen.faces) if seen else None,
        words=frozenset(region.kind for region in regions or ()),
        names=sum(region.kind == Private.PERSON_NAME for region in regions or ()),
    )
    rating = rate(
        findings,
        weights.rules,
        weights.scale,
        certainty=UNSURE if observed.problems else SURE,
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
            inferences=(*infer_from_one(shot, now), *infer_from_scene(whole.shown, name)),
            goes=goes(findings),
            stays=stays(findings),
        ),
        shot=shot,
        summary=summarize(findings, place, time),
        findings=findings,
        unchecked=tuple(
            gaps(
                metadata,
                hidden,
                picture=unseen,
                reason=reason,
                scene=whole.gap,
                compared=compare,
            )
        ),
        models={"scene": whole.model} if whole.model else {},
    )
