"""The photo job from bytes to report, with the real readers and models."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.knowledge import rating_scale
from assistant.photo.analyze import PhotoAnalysis, analyze_photo
from assistant.photo.details import HiddenKind, HiddenPicture, Position, Private
from assistant.photo.findings import Observed, find
from assistant.photo.metadata import NotAPhoto, read_metadata
from assistant.photo.rulebook import photo_rules
from assistant.photo.told import gaps
from assistant.rating import grade_of
from assistant.report import Grade, MetadataField, Outcome
from tests.photo.pictures import photo, plain, unopenable
from tests.photo.scene import scene

NOW = datetime(2026, 11, 27)
VIENNA = Position(48.2086, 16.3727)
WHOLE = photo(
    position=VIENNA,
    taken=datetime(2024, 5, 17, 18, 30),
    serial="9012345678",
    artist="Ada Example",
    camera=True,
)


def analysed(data: bytes, name: str = "holiday.jpg", *, look: bool = False) -> PhotoAnalysis:
    return analyze_photo(data, name=name, now=NOW, look=look)


def outcomes(analysis: PhotoAnalysis) -> dict[str, Outcome]:
    return {finding.rule_id: finding.outcome for finding in analysis.findings}


def present(analysis: PhotoAnalysis) -> set[str]:
    found = outcomes(analysis).items()
    return {rule.removeprefix("photo.") for rule, outcome in found if outcome is Outcome.PRESENT}


def test_everything_that_was_planted_is_told_and_nothing_else() -> None:
    analysis = analysed(WHOLE)
    assert present(analysis) == {"location", "time", "serial", "names", "device"}
    assert (
        analysis.verdict.text == "This file says exactly where it was taken: near Vienna, Austria."
    )
    assert analysis.details.place is not None
    assert analysis.details.place.town == "Vienna"
    assert analysis.details.time is not None
    assert analysis.details.time.local == "2024-05-17T18:30:00"
    assert analysis.details.device is not None
    assert analysis.details.device.camera == "Examplecam One"
    assert "Friday" in " ".join(statement.text for statement in analysis.summary)


def test_a_serial_is_shown_by_its_end_only_where_the_device_is_told() -> None:
    details = analysed(WHOLE).details
    assert details.device is not None
    assert [text[-3:] for text in details.device.serials] == ["678"]
    assert not any("9012345" in text for text in details.device.serials)


def test_evidence_quotes_the_values_of_the_file() -> None:
    for finding in analysed(WHOLE).findings:
        assert bool(finding.evidence) is (finding.outcome is Outcome.PRESENT)
        for piece in finding.evidence:
            assert isinstance(piece, MetadataField)
            assert piece.value


def test_points_add_up_and_the_grade_follows() -> None:
    rating = analysed(WHOLE).rating
    assert rating.score is not None
    assert rating.score == max(0, 100 + sum(d.points for d in rating.deductions))
    assert rating.grade is grade_of(rating.score, rating_scale("photo"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_plain_picture_gives_nothing_away(kind: str) -> None:
    analysis = analysed(plain(kind), look=kind == "JPEG")
    assert present(analysis) == set()
    assert (analysis.rating.grade, analysis.rating.score) == (Grade.A, 100)
    assert analysis.verdict.text.startswith("Nothing that we look for was found")


def test_what_nobody_looked_at_is_undetermined_and_said() -> None:
    looked, unlooked = analysed(plain(), look=True), analysed(plain())
    assert outcomes(looked)["photo.faces"] is Outcome.ABSENT
    assert outcomes(unlooked)["photo.faces"] is Outcome.UNDETERMINED
    assert unlooked.details.people is None
    assert looked.details.people == 0
    assert [gap.what for gap in unlooked.unchecked] == ["What the picture shows"]
    assert unlooked.rating.confidence < looked.rating.confidence


def test_a_file_that_is_cut_is_never_called_clean() -> None:
    analysis = analysed(plain()[:-800])
    assert outcomes(analysis)["photo.not-all-read"] is Outcome.PRESENT
    assert outcomes(analysis)["photo.location"] is Outcome.UNDETERMINED
    assert analysis.rating.grade is Grade.C
    assert [gate.at_most for gate in analysis.rating.gates] == [Grade.C]
    assert "could not be read" in analysis.verdict.text


def test_a_telling_name_is_told() -> None:
    assert present(analysed(plain(), "IMG_20240517_183012.jpg")) == {"file-name"}


def test_less_in_the_file_never_costs_more() -> None:
    scores = [
        analysed(data).rating.score or 0
        for data in (WHOLE, photo(position=VIENNA), photo(taken=datetime(2024, 5, 17)), plain())
    ]
    assert scores == sorted(scores)


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.7", b"\xff\xd8"])
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        analysed(data)


def test_every_kind_of_metadata_has_its_rule() -> None:
    covered = [risk for rule in photo_rules().values() for risk in rule.risks]
    assert sorted(covered) == sorted(Private)
    groups = {rule.group for rule in photo_rules().values()}
    assert groups <= rating_scale("photo").group_caps.keys()


def test_a_large_picture_is_compared_with_hidden_ones_only_where_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = analysed(scene())
    assert outcomes(small)["photo.hidden-picture"] is Outcome.PRESENT
    monkeypatch.setattr("assistant.photo.analyze.QUICK_BYTES", 1_000)
    large = analysed(scene())
    assert outcomes(large)["photo.hidden-picture"] is Outcome.UNDETERMINED
    assert "not compared" in " ".join(gap.why for gap in large.unchecked)
    assert outcomes(analysed(scene(), look=True))["photo.hidden-picture"] is Outcome.PRESENT


def test_a_picture_that_cannot_be_opened_is_never_called_clean() -> None:
    looked = analysed(unopenable(), "a.png", look=True)
    unasked = analysed(unopenable(), "a.png")
    assert looked.rating.grade is Grade.C
    assert "nobody can call it clean" in looked.verdict.text
    assert outcomes(looked)["photo.faces"] is Outcome.UNDETERMINED
    assert unasked.rating.grade is Grade.A


def test_a_hidden_picture_that_cannot_be_opened_is_told_and_a_video_is_not_called_one() -> None:
    hidden = [
        HiddenPicture(HiddenKind.THUMBNAIL, "APP1/Exif/IFD1", 90),
        HiddenPicture(HiddenKind.VIDEO, "trailer", 90),
    ]
    metadata = read_metadata(plain())
    told = gaps(metadata, hidden, picture="", reason="", scene="", compared=True)
    assert [gap.why for gap in told] == [
        "It could not be compared with the one that is seen (APP1/Exif/IFD1)."
    ]


@pytest.mark.parametrize(
    ("likeness", "outcome"),
    [(0.9, Outcome.ABSENT), (0.7, Outcome.UNDETERMINED), (0.3, Outcome.PRESENT)],
)
def test_a_likeness_in_doubt_is_left_to_the_person(likeness: float, outcome: Outcome) -> None:
    thumbnail = HiddenPicture(HiddenKind.THUMBNAIL, "APP1/Exif/IFD1", 900, 160, 120, likeness)
    found = find(Observed(read_metadata(plain()), [thumbnail], None, ""), photo_rules())
    assert {f.rule_id: f.outcome for f in found}["photo.hidden-picture"] is outcome
