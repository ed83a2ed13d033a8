"""What the metadata say, as values that can be counted with: a place, times, a camera, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from assistant.photo.details import MetadataEntry, PhotoFacts, PhotoMetadata, Position, Private
from assistant.photo.metadata.risks import risk_rules

_TIME = re.compile(
    r"(?P<year>\d{4})[:\-/.](?P<month>\d{1,2})[:\-/.](?P<day>\d{1,2})"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")
_TAKEN = (
    ("ExifIFD", "DateTimeOriginal"),
    ("CIFF", "DateTimeOriginal"),
    ("XMP-exif", "DateTimeOriginal"),
    ("ExifIFD", "CreateDate"),
    ("XMP-photoshop", "DateCreated"),
    ("PNG", "CreationTime"),
    ("Keys", "CreationDate"),
    ("UserData", "ContentCreateDate"),
    ("XMP-xmp", "CreateDate"),
    ("IPTC", "DateCreated"),
    ("IFD0", "ModifyDate"),
    ("QuickTime", "CreateDate"),
)
"""Where the time of the picture is looked for, the best first."""
_OFFSETS = ("OffsetTimeOriginal", "OffsetTimeDigitized", "OffsetTime")
_EARLIEST, _LATEST = 1970, 2100
_DEGREES = re.compile(
    r"(?P<degrees>\d{1,3}(?:\.\d+)?)(?:[, ](?P<minutes>\d{1,2}(?:\.\d+)?))?"
    r"(?:[, ](?P<seconds>\d{1,2}(?:\.\d+)?))?\s*(?P<side>[NSEW])?$",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"\W*|(copyright|\(c\)|©|all rights reserved|\d{4}|\W)*|picasa|.* digital camera"
    r"|https?://\S+|.*\bCreative Commons\b.*|(user|admin|owner|author|artist|default|name)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(Camera)?OwnerName|(XP)?Author|AuthorName|Artist|By-line|Creator|Contributor|Photographer"
    r"|ImageEditor|Copyright(Notice)?|Rights|Credit|CaptionWriter|Writer-Editor|Owner"
    r"|PersonInImage(WDetailsPersonName)?|\w*(Creator|Owner|Licensor|Supplier)Name"
    r"|\w*PersonDisplayName|Region\w*Name|\w*LastModifiedBy|(Recognized)?Face\d?Name|BabyName"
    r"|Director|Producer|Performers|Composer|AlbumArtist|OwnerID|Contact"
)
"""Tags that hold a name; others of the same risk hold addresses and the like."""
_OWNED = re.compile(
    r"(Camera)?OwnerName|Owner|(XP)?Author|AuthorName|Artist|By-line|Creator|Photographer"
    r"|Copyright(Notice)?|Rights|\w*(Creator|Owner)Name"
)
"""Those of them that name whose camera or picture it is, not who is seen in it."""
_COPYRIGHT = re.compile(
    r"(copyright|\(c\)|©|all rights reserved|(?<!\d)(19|20)\d\d(\s*-\s*(19|20)\d\d)?(?!\d))",
    re.IGNORECASE,
)
_SOFTWARE_TAGS = re.compile(
    r"Software|ProcessingSoftware|CreatorTool|\w*SoftwareAgent|OriginatingProgram|Encoder"
    r"|SoftwareVersion|Producer|CameraFirmware|RAWDevelopingSoftware|ImageEditingSoftware"
    r"|\w*Claim_generator|\w*Claim_generator_infoName"
)
_LENS_TAGS = ("LensModel", "Lens", "LensID")
_INSIDE = re.compile(r"picture \d|/video|^mpvd")
"""Paths of what lies inside another picture of the file."""


def facts_of(metadata: PhotoMetadata) -> PhotoFacts:
    """The facts that the entries of a file state; what they do not state stays empty."""
    entries = metadata.entries
    taken, offset = _taken(entries)
    return PhotoFacts(
        position=_position(entries),
        taken=taken,
        offset_minutes=offset,
        gps_time=_gps_time(entries),
        camera=_camera(entries),
        lens=_first(entries, "", *_LENS_TAGS),
        serials=_pairs(entries, Private.SERIAL),
        ids=_pairs(entries, Private.IMAGE_ID),
        names=_names(entries, _NAMED),
        owners=_names(entries, _OWNED),
        software=_software(entries),
    )


def _position(entries: Iterable[MetadataEntry]) -> Position | None:
    """The first group that gives a whole position; one of zeros is none."""
    groups: dict[tuple[str, str], dict[str, MetadataEntry]] = {}
    for entry in entries:
        if entry.tag.startswith(("GPS", "Gps", "LocationAccuracy")):
            groups.setdefault((entry.path, entry.group), {}).setdefault(entry.tag, entry)
    ordered = sorted(groups.items(), key=lambda item: bool(_INSIDE.search(item[0][0])))
    for _, tags in ordered:
        latitude = _angle(tags.get("GPSLatitude") or tags.get("GpsLatitude"), 90)
        longitude = _angle(
            tags.get("GPSLongitude") or tags.get("GpsLongitude") or tags.get("GPSLongtitude"), 180
        )
        if latitude is None or longitude is None or (not latitude and not longitude):
            continue
        radius = _number(tags.get("GPSHPositioningError") or tags.get("LocationAccuracyHorizontal"))
        altitude = _number(tags.get("GPSAltitude"))
        if altitude and tags.get("GPSAltitudeRef") and tags["GPSAltitudeRef"].value == "1":
            altitude = -abs(altitude)
        return Position(latitude, longitude, altitude, max(0.0, radius or 0.0))
    return None


def _angle(entry: MetadataEntry | None, most: float) -> float | None:
    """Signed degrees of `48.85`, `-2.29` or `48,51.29N`; None for anything else."""
    if entry is None or not entry.value:
        return None
    told = entry.value.strip()
    negative = told.startswith("-")
    match = _DEGREES.match(told.lstrip("+-"))
    if not match:
        return None
    degrees = float(match["degrees"]) + sum(
        float(match[part] or 0) / size for part, size in (("minutes", 60), ("seconds", 3600))
    )
    if degrees > most:
        return None
    side = (match["side"] or "").upper()
    return -degrees if negative or side in ("S", "W") else degrees


def _number(entry: MetadataEntry | None) -> float | None:
    """A number, or a rational as XMP writes it."""
    match = entry and re.match(r"([+-]?\d+(?:\.\d+)?)(?:/(\d+))?", entry.value)
    if not match:
        return None
    below = float(match[2] or 1)
    return float(match[1]) / below if below else None


def _taken(entries: tuple[MetadataEntry, ...]) -> tuple[datetime | None, int | None]:
    """When by the camera's clock, and that clock's offset from UTC in minutes."""
    offset = _zone(_first(entries, "ExifIFD", *_OFFSETS))
    for group, tag in _TAKEN:
        told = _first(entries, group, tag)
        if (group, tag) == ("IPTC", "DateCreated"):
            told = f"{told} {_clock(_first(entries, group, 'TimeCreated'))}".strip()
        found, zone = read_time(told)
        if found is not None:
            utc = group == "QuickTime"
            return found, 0 if utc else zone if zone is not None else offset
    return None, offset


def _clock(told: str) -> str:
    """IPTC's `153012+0200` as `15:30:12+0200`."""
    match = re.match(r"(\d\d):?(\d\d):?(\d\d)([+-]\d{2}:?\d{2})?", told)
    return f"{match[1]}:{match[2]}:{match[3]}{match[4] or ''}" if match else ""


def read_time(told: str) -> tuple[datetime | None, int | None]:
    """A time as files write it: local, without a zone, and the zone's offset in minutes.

    Returns:
        None for a text that is no time of the years 1970 to 2100.
    """
    compact = re.match(r"\d{8}(?!\d)", told)
    if compact:
        told = f"{told[:4]}:{told[4:6]}:{told[6:8]}{told[8:]}"
    match = _TIME.match(told.strip())
    if not match:
        return None, None
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    year = int(match["year"])
    if not _EARLIEST <= year <= _LATEST:
        return None, None
    try:
        found = datetime(year, int(match["month"]), int(match["day"]), hour, minute, second)
    except ValueError:
        return None, None
    return found, _zone(match["zone"] or "")


def _zone(told: str) -> int | None:
    """Minutes from UTC of `Z`, `+02:00` or `-0730`."""
    if told.strip() == "Z":
        return 0
    match = _ZONE.match(told.strip())
    if not match:
        return None
    minutes = 60 * int(match["hours"]) + int(match["minutes"] or 0)
    if minutes > 14 * 60:
        return None
    return -minutes if match["sign"] == "-" else minutes


def _gps_time(entries: tuple[MetadataEntry, ...]) -> datetime | None:
    """UTC by the satellites: of the GPS directory, or of XMP."""
    date, clock = _first(entries, "GPS", "GPSDateStamp"), _first(entries, "GPS", "GPSTimeStamp")
    told = f"{date} {clock}" if date and clock else _first(entries, "XMP-exif", "GPSTimeStamp")
    found, zone = read_time(told) if told else (None, None)
    if found is None:
        return None
    return found.replace(tzinfo=UTC) - timedelta(minutes=zone or 0)


def _camera(entries: tuple[MetadataEntry, ...]) -> str:
    """Make and model, the make once."""
    for group in ("IFD0", "CIFF", "XMP-tiff", "Keys", "UserData", "IFD1", ""):
        make, model = _first(entries, group, "Make"), _first(entries, group, "Model")
        if make or model:
            brand = make.split()[0].lower() if make else ""
            named = brand and model.lower().startswith(brand)
            return model if named else f"{make} {model}".strip()
    return ""


def _first(entries: Iterable[MetadataEntry], group: str, *tags: str) -> str:
    """The first value of the best of some tags that says something; "" for none.

    Args:
        group: Of the tag; "" for any.
    """
    found: dict[str, str] = {}
    for entry in entries:
        if entry.tag in tags and group in ("", entry.group) and not _says_nothing(entry.value):
            found.setdefault(entry.tag, entry.value)
    return next((found[tag] for tag in tags if tag in found), "")


def _says_nothing(told: str) -> bool:
    return not told or bool(_nothing().fullmatch(told))


@cache
def _nothing() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{text})" for text in risk_rules().empty), re.IGNORECASE)


def _pairs(entries: Iterable[MetadataEntry], risk: Private) -> tuple[tuple[str, str], ...]:
    """(tag, value) of the entries of a risk, each once."""
    return tuple(dict.fromkeys((entry.tag, entry.value) for entry in entries if entry.risk is risk))


def _names(entries: Iterable[MetadataEntry], tags: re.Pattern[str]) -> tuple[str, ...]:
    """People whom some tags name: copyright notices without signs and years."""
    return tuple(dict.fromkeys(_each_name(entries, tags)))


def _each_name(entries: Iterable[MetadataEntry], tags: re.Pattern[str]) -> Iterator[str]:
    for entry in entries:
        if entry.risk is not Private.PERSON_NAME or not tags.fullmatch(entry.tag):
            continue
        for told in entry.value.split("; "):
            name = told
            if "opyright" in entry.tag or "Rights" in entry.tag:
                name = _COPYRIGHT.sub(" ", told)
            name = " ".join(name.split()).strip(" ,;.-:")
            if sum(map(str.isalpha, name)) > 1 and not _NO_PERSON.fullmatch(name):
                yield name


def _software(entries: Iterable[MetadataEntry]) -> tuple[str, ...]:
    """Programs that the metadata name, each once."""
    return tuple(
        dict.fromkeys(
            entry.value
            for entry in entries
            if entry.risk is Private.SOFTWARE_HISTORY and _SOFTWARE_TAGS.fullmatch(entry.tag)
        )
    )
