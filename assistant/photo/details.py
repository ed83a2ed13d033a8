"""What a photo report tells beyond the shape that all reports share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.photo.containers.parts import Format


class Private(StrEnum):
    """What a piece of metadata gives away."""

    GPS_COORD = "gps_coord"
    GPS_OTHER = "gps_other"
    """Speed, direction, satellites, GPS time: about a place without being one."""
    PLACE_NAME = "place_name"
    SERIAL = "serial"
    """Of a camera, a lens, a device: the same on every photo of it."""
    IMAGE_ID = "image_id"
    """Of a picture, a burst, a document: the same on every copy of it."""
    PERSON_NAME = "person_name"
    TIMESTAMP = "timestamp"
    THUMBNAIL = "thumbnail"
    EMBEDDED_VIDEO_AUDIO = "embedded_video_audio"
    FACE_REGION = "face_region"
    SOFTWARE_HISTORY = "software_history"
    DEVICE = "device"
    FREE_TEXT = "free_text"
    C2PA = "c2pa"


@dataclass(frozen=True, slots=True)
class MetadataEntry:
    """One value that the file carries.

    Attributes:
        group: Family and directory, as ExifTool names its group 1: `IFD0`, `GPS`, `XMP-dc`.
        tag: Name of the tag in that family: `GPSLatitude`.
        value: As text, shortened where it is long.
        risk: What it gives away; None for what gives away nothing.
        path: Where in the file: `APP1/Exif/GPS`.
    """

    group: str
    tag: str
    value: str
    risk: Private | None
    path: str


class HiddenKind(StrEnum):
    """What can lie in a file beside the picture that is seen."""

    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"
    GAIN_MAP = "gain_map"
    DEPTH_MAP = "depth_map"
    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"


NO_PICTURE = frozenset({HiddenKind.VIDEO, HiddenKind.AUDIO})
"""Kinds that cannot be compared with a picture."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A second picture, a video or a recording inside the file.

    Attributes:
        data: Its bytes, to be looked at; never part of a report.
    """

    kind: HiddenKind
    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class UnknownBlock:
    """A part of the file that no reader understands: neither clean nor harmful, unknown."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """Everything that a file carries beside its picture.

    Attributes:
        complete: Whether all of the file was read and understood, unknown blocks aside.
        problems: What could not be read, in words; empty where `complete`.
        width, height: In pixels as stored; 0 where unknown.
        orientation: Exif orientation 1–8; 1 where none is given.
        frames: Pictures of an animation or pages; 1 for a single picture.
    """

    format: Format
    entries: tuple[MetadataEntry, ...]
    hidden: tuple[Hidden, ...]
    unknown: tuple[UnknownBlock, ...]
    complete: bool
    problems: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    orientation: int = 1
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Position:
    """Where a photo says it was taken: degrees, WGS 84.

    Attributes:
        radius_m: How exact it says it is; 0 where it does not say.
    """

    latitude: float
    longitude: float
    altitude_m: float | None = None
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What the metadata say, as values that can be counted with.

    Attributes:
        taken: Local time of the camera, without a zone.
        offset_minutes: Of local time from UTC, where the file says it.
        gps_time: UTC by the satellites.
        camera: Make and model; "" where unknown.
        serials: (what, value) of body, lens and other hardware, constants and zeros left out.
        ids: (what, value) of documents, bursts and pictures.
        names: People that the metadata name.
        owners: Those of them whose camera or picture it is.
        software: Programs that the metadata name.
    """

    position: Position | None = None
    taken: datetime | None = None
    offset_minutes: int | None = None
    gps_time: datetime | None = None
    camera: str = ""
    lens: str = ""
    serials: tuple[tuple[str, str], ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    software: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A box in pixels of the picture as shown, after its orientation."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Region:
    """Something in the picture, and where: pixels of the picture as shown.

    Attributes:
        kind: `face`, `code`, or a kind of private text.
        what: In plain words, masked where it is private.
        why: Why it matters.
    """

    kind: str
    x: int
    y: int
    width: int
    height: int
    what: str
    why: str
    confidence: float


@dataclass(frozen=True, slots=True)
class HiddenPicture:
    """A second picture, video or recording in the file, as told in a report.

    Attributes:
        size: In bytes.
        width, height: In pixels; 0 where unknown.
        likeness: Correlation with the picture that is seen, in [-1, 1]; None where unknown.
    """

    kind: HiddenKind
    path: str
    size: int
    width: int = 0
    height: int = 0
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """Where the file says it was taken, as coarse as a town.

    Attributes:
        latitude, longitude: Degrees, as exact as the file says.
        sentence: "near Vienna, Austria".
    """

    latitude: float
    longitude: float
    sentence: str
    town: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class TimeTold:
    """When the file says it was taken.

    Attributes:
        local: ISO 8601 without a zone.
        conflicts: Sentences where its clocks disagree.
    """

    local: str
    source: str
    weekday: str
    part_of_day: str
    zone: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceTold:
    """What the file says of the device; serials by their last characters only."""

    camera: str
    lens: str
    serials: tuple[str, ...]
    software: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inference:
    """One thing that a stranger can conclude.

    Attributes:
        kind: Key in `claims.yaml`.
        claim: The sentence.
        basis: What it rests on.
        files: The photos that say so, by name.
    """

    kind: str
    claim: str
    basis: str
    confidence: float
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linkage:
    """What many photos tell together.

    Attributes:
        points: Different places (about a kilometre) and hours that they hold.
        sentence: What so many points mean, in plain words; "" for none.
    """

    photos: int
    inferences: tuple[Inference, ...] = ()
    points: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    """Details of a photo report.

    Attributes:
        format: As its first bytes say; "" where it is no photo.
        width, height: Of the picture as shown; 0 where unknown.
        looked: Whether the picture itself was looked at.
        complete: Whether all of the file could be read.
        people: Faces that were counted; None where nobody looked. Never who.
        text: Private text that can be read, masked.
        codes: What codes in the picture say, masked.
        regions: Everything in the picture that has a box.
        goes: What a clean copy leaves out, in plain words.
        stays: What a clean copy still shows.
    """

    format: str
    width: int
    height: int
    frames: int
    looked: bool
    complete: bool
    metadata: tuple[MetadataEntry, ...] = ()
    place: PlaceTold | None = None
    time: TimeTold | None = None
    device: DeviceTold | None = None
    people: int | None = None
    text: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    hidden: tuple[HiddenPicture, ...] = ()
    unknown: tuple[UnknownBlock, ...] = ()
    inferences: tuple[Inference, ...] = ()
    linkage: Linkage | None = None
    goes: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
