"""Say in plain words what was found, in order of consequence, each sentence with its quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.knowledge import Nature
from assistant.language.protocols import DocumentType, Summarizer, SupportChecker
from assistant.policy.details import PolicyDetails, PracticeSegment
from assistant.policy.detect import Detection
from assistant.policy.document import Document
from assistant.policy.sentences import practice_names, sentences
from assistant.rating import costs_points
from assistant.report import Outcome, Severity, Statement, TextSpan, Verdict

MAX_SENTENCES = 8
ROOM_FOR_GOOD = 2
FEW_SENTENCES = 3
MAX_QUOTE_CHARS = 300
SUPPORTED = 0.5
"""Least support by its quoted passage at which a generated sentence is shown."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A summarizer of the person's choice and the check on what it writes."""

    summarizer: Summarizer
    checker: SupportChecker


def by_consequence(detections: Sequence[Detection]) -> list[Detection]:
    """What costs points, worst first: severity, then price, then certainty."""
    charged = [d for d in detections if costs_points(d.finding, d.rule)]
    return sorted(
        charged,
        key=lambda d: (-d.rule.severity.rank, d.rule.points, -d.confidence, d.rule.id),
    )


def good_news(detections: Sequence[Detection]) -> list[Detection]:
    """Rights and duties that the text grants, harms that it denies; what matters most first."""
    kept = [
        d
        for d in detections
        if d.evidence
        and d.outcome is (Outcome.ABSENT if d.rule.nature is Nature.HARM else Outcome.PRESENT)
    ]
    return sorted(
        kept,
        key=lambda d: (-d.rule.severity.rank, d.rule.points, -d.confidence, d.rule.id),
    )


def summarize(
    document: Document, detections: Sequence[Detection], segments: Sequence[PracticeSegment]
) -> tuple[Statement, ...]:
    """At most `MAX_SENTENCES` sentences: harms first, room kept for good news.

    Where the rules found little to tell, the practices that the document
    speaks of fill up to `FEW_SENTENCES`.
    """
    bad = _told(by_consequence(detections))
    good = _told(good_news(detections))
    room = MAX_SENTENCES - min(ROOM_FOR_GOOD, len(good))
    chosen = [*bad[:room], *good][:MAX_SENTENCES]
    if len(chosen) < FEW_SENTENCES:
        chosen += _practices(document, segments)[: FEW_SENTENCES - len(chosen)]
    return tuple(chosen)


def rewrite(statements: Sequence[Statement], writer: Writer) -> tuple[tuple[Statement, ...], int]:
    """Put the summarizer's sentence in place of ours where a quoted passage supports it.

    Returns:
        The statements, and how many generated sentences had no support.
    """
    quotes = [[e.quote for e in s.evidence if isinstance(e, TextSpan)] for s in statements]
    generated = writer.summarizer.summarize([" ".join(passages) for passages in quotes])
    kept: list[Statement] = []
    dropped = 0
    for statement, sentence, passages in zip(statements, generated, quotes, strict=True):
        text = " ".join(sentence.split())
        copied = any(text.rstrip(".") in passage for passage in passages)
        if text and not copied and writer.checker.support(text, passages).max() >= SUPPORTED:
            kept.append(replace(statement, text=text))
        else:
            kept.append(statement)
            dropped += 1
    return tuple(kept), dropped


def verdict(document_type: DocumentType, detections: Sequence[Detection]) -> Verdict:
    """The one sentence that matters: the worst that was found, and how much more there is.

    Silence makes the sentence only where no harm is stated.
    """
    words = sentences()
    kind = words.types[document_type]
    charged = [d for d in by_consequence(detections) if d.says]
    harms = [d for d in charged if d.rule.nature is Nature.HARM]
    if not harms:
        asked = sum(d.rule.nature is Nature.HARM for d in detections)
        template = words.verdict["silent" if charged else "clean"]
        silences = tuple(d.rule.id for d in charged)
        return Verdict(template.format(count=asked, type=kind), silences)
    worst, *others = harms
    more = [d for d in others if d.rule.severity.rank >= Severity.MEDIUM.rank]
    template = words.verdict[("worst", "worst_and_one", "worst_and_more")[min(len(more), 2)]]
    text = template.format(says=worst.says.rstrip("."), count=len(more))
    return Verdict(text if text.endswith(".") else f"{text}.", (worst.rule.id,))


def paragraph(
    details: PolicyDetails, statements: Sequence[Statement], pleasing: Sequence[bool]
) -> str:
    """The summary as one paragraph: size, then harms, then good news.

    Args:
        pleasing: For each statement whether it is good news.
    """
    templates = sentences().paragraph
    minutes = details.reading_minutes
    opening = templates["opening"].format(
        type=sentences().types[details.document_type],
        words=f"{details.words:,}",
        minutes="one minute" if minutes == 1 else f"{minutes} minutes",
    )
    bad = [s.text for s, good in zip(statements, pleasing, strict=True) if not good]
    kept = [s.text for s, good in zip(statements, pleasing, strict=True) if good]
    return " ".join([opening, *bad, *([templates["good"]] if bad and kept else []), *kept])


def _told(detections: Sequence[Detection]) -> list[Statement]:
    """The detections that have both a sentence and evidence, in their order."""
    return [Statement(d.says, d.evidence) for d in detections if d.says and d.evidence]


def _practices(document: Document, segments: Sequence[PracticeSegment]) -> list[Statement]:
    """For each telling practice its surest segment."""
    told: list[Statement] = []
    for practice in practice_names():
        surest = max(
            (
                (found.confidence, segment)
                for segment in segments
                for found in segment.practices
                if found.label == practice.label
            ),
            key=lambda pair: pair[0],
            default=None,
        )
        if practice.says and surest:
            told.append(Statement(practice.says, (_opening(document, surest[1]),)))
    return told


def _opening(document: Document, segment: PracticeSegment) -> TextSpan:
    """The first words of a segment, cut at a word boundary."""
    quote = document.text[segment.start : segment.end]
    if len(quote) > MAX_QUOTE_CHARS:
        quote = quote[:MAX_QUOTE_CHARS].rsplit(None, 1)[0]
    return TextSpan(segment.start, segment.start + len(quote), quote)
