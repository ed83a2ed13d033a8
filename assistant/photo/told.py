"""The words of a photo report: its verdict, its sentences, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.photo.details import NO_PICTURE, HiddenPicture, PhotoMetadata, PlaceTold, TimeTold
from assistant.photo.rulebook import photo_rules
from assistant.photo.sentences import sentences
from assistant.report import Finding, Outcome, Severity, Statement, Unchecked, Verdict

MOST_SENTENCES = 8
_TELLING = Severity.LOW.rank
"""Findings from this severity on count as points that deserve a look."""
_PLACE, _TIME, _INCOMPLETE = "photo.location", "photo.time", "photo.not-all-read"


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Findings that are present, gravest and dearest first."""
    rules = photo_rules()
    present = [finding for finding in findings if finding.outcome is Outcome.PRESENT]
    return sorted(present, key=lambda f: (-f.severity.rank, rules[f.rule_id].points, f.rule_id))


def verdict(findings: Sequence[Finding], place: PlaceTold | None, *, looked: bool) -> Verdict:
    """The one sentence that matters most."""
    words = sentences().verdict
    present = worst_first(findings)
    telling = [finding for finding in present if finding.severity.rank > _TELLING]
    worst = next(iter(telling or [f for f in present if f.rule_id != _INCOMPLETE]), None)
    if worst is None:
        unread = any(finding.rule_id == _INCOMPLETE for finding in present)
        clean = "clean" if looked else "clean_file"
        return Verdict(words["unread" if unread else clean])
    if worst.rule_id == _PLACE and place:
        return Verdict(words["place"].format(place=place.sentence), (worst.rule_id,))
    more = len(telling) - 1
    kind = "worst" if more < 1 else "worst_and_one" if more == 1 else "worst_and_more"
    says = photo_rules()[worst.rule_id].says.rstrip(".")
    text = words[kind].format(says=says, count=more)
    return Verdict(text if text.endswith(".") else f"{text}.", (worst.rule_id,))


def summarize(
    findings: Sequence[Finding], place: PlaceTold | None, time: TimeTold | None
) -> tuple[Statement, ...]:
    """A sentence for each thing that is given away, worst first, each with its evidence."""
    told = []
    for finding in worst_first(findings)[:MOST_SENTENCES]:
        says = photo_rules()[finding.rule_id].says
        if finding.rule_id == _PLACE and place:
            says = f"It was taken {place.sentence}."
        elif finding.rule_id == _TIME and time:
            says = f"It was taken on {time.weekday} {time.local.replace('T', ' at ')[:19]}."
        told.append(Statement(says, finding.evidence))
    return tuple(told)


def gaps(
    metadata: PhotoMetadata,
    hidden: Sequence[HiddenPicture],
    *,
    picture: str,
    reason: str,
    scene: str,
    compared: bool,
) -> Iterator[Unchecked]:
    """What was not examined.

    Args:
        picture: Key of the gap about the picture itself, or "" where it was looked at.
        reason: Why the picture could not be opened.
        scene: Key of the gap about what a picture shows as a whole, "" for none.
        compared: Whether hidden pictures were compared with the one that is seen.
    """
    words = sentences()
    if picture:
        yield words.gap(picture, reason=reason)
    if scene:
        yield words.gap(scene)
    for problem in metadata.problems:
        yield words.gap("problem", problem=problem)
    for block in metadata.unknown:
        yield words.gap("unknown_block", size=block.size, path=block.path)
    for piece in hidden:
        if piece.kind not in NO_PICTURE and piece.likeness is None:
            yield words.gap("compare" if compared else "compare_costly", path=piece.path)


def goes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Titles of what a clean copy leaves out."""
    return tuple(f.title for f in worst_first(findings) if not photo_rules()[f.rule_id].stays)


def stays(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Titles of what a clean copy still shows, because it is in the picture."""
    return tuple(f.title for f in worst_first(findings) if photo_rules()[f.rule_id].stays)
