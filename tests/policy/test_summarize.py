"""The summary: order of consequence, plain words, quotes; and the check on generated sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from assistant.knowledge import Nature, Source
from assistant.language.protocols import DocumentType, Scores
from assistant.policy.details import PolicyDetails, Practice, PracticeSegment
from assistant.policy.detect import Detection, Modality
from assistant.policy.document import Document
from assistant.policy.rulebook import Detector, Examples, PolicyRule
from assistant.policy.summarize import (
    MAX_SENTENCES,
    Writer,
    paragraph,
    rewrite,
    summarize,
    verdict,
)
from assistant.report import Outcome, Severity, Statement, TextSpan

TEXT = "We may sell your name. We keep nothing after ninety days. Write to us."
DOCUMENT = Document(TEXT, ())
POLICY = DocumentType.PRIVACY_POLICY


def span(quote: str) -> TextSpan:
    start = TEXT.index(quote)
    return TextSpan(start, start + len(quote), quote)


def detection(
    name: str,
    *,
    nature: Nature = Nature.HARM,
    severity: Severity = Severity.MEDIUM,
    points: int = -5,
    outcome: Outcome = Outcome.PRESENT,
    modality: Modality = Modality.STATED,
    quote: str = "We may sell your name.",
) -> Detection:
    rule = PolicyRule(
        id=f"policy.{name}",
        title=name,
        nature=nature,
        severity=severity,
        points=0 if nature is Nature.GOOD else points,
        reason="test",
        group="sharing",
        explanation="",
        says=f"It does {name}.",
        says_may=f"It may do {name}.",
        says_absent=f"It does not do {name}.",
        why="",
        advice="",
        sources=(Source("test", "https://example.org", date(2026, 11, 22)),),
        since=date(2026, 11, 22),
        detect=Detector(applies_to=(POLICY,), practices=(), patterns=()),
        examples=Examples(present=(), silent=()),
    )
    return Detection(rule, outcome, modality, 0.9, (span(quote),) if quote else ())


def texts(*detections: Detection) -> list[str]:
    return [statement.text for statement in summarize(DOCUMENT, detections, ())]


def test_the_gravest_harm_comes_first_and_good_news_last() -> None:
    assert texts(
        detection("export", nature=Nature.GOOD),
        detection("cookies", severity=Severity.LOW),
        detection("selling", severity=Severity.CRITICAL, points=-15),
        detection("brokers", severity=Severity.HIGH),
    ) == ["It does selling.", "It does brokers.", "It does cookies.", "It does export."]


def test_may_stays_may() -> None:
    assert texts(detection("selling", modality=Modality.MAY)) == ["It may do selling."]


def test_a_quoted_denial_of_a_harm_is_good_news() -> None:
    assert texts(detection("selling", outcome=Outcome.ABSENT)) == ["It does not do selling."]


def test_silence_without_a_quote_and_what_is_undetermined_are_not_told() -> None:
    assert not texts(
        detection("selling", outcome=Outcome.ABSENT, quote=""),
        detection("deletion", nature=Nature.DUTY, outcome=Outcome.ABSENT, quote=""),
        detection("brokers", outcome=Outcome.UNDETERMINED),
    )


def test_many_harms_leave_room_for_good_news() -> None:
    harms = [detection(f"harm{n}") for n in range(12)]
    good = [detection(f"good{n}", nature=Nature.GOOD) for n in range(3)]
    told = texts(*harms, *good)
    assert len(told) == MAX_SENTENCES
    assert sum("good" in sentence for sentence in told) == 2


def test_where_no_rule_fires_the_practices_are_told_with_their_passage() -> None:
    passage = "We keep nothing after ninety days."
    found = span(passage)
    segment = PracticeSegment(found.start, found.end, "", (Practice("Data Retention", 0.9),))
    (statement,) = summarize(DOCUMENT, (), (segment,))
    assert "how long" in statement.text
    assert statement.evidence == (found,)


def test_the_verdict_is_the_worst_finding_and_counts_the_rest() -> None:
    told = verdict(
        POLICY,
        [
            detection("cookies", severity=Severity.LOW),
            detection("brokers"),
            detection("selling", severity=Severity.HIGH),
        ],
    )
    assert told.text == "It does selling, and one more point deserves a look."
    assert told.rule_ids == ("policy.selling",)


def test_a_clean_policy_is_never_called_safe() -> None:
    told = verdict(POLICY, [detection("selling", outcome=Outcome.ABSENT)])
    assert "harms we look for" in told.text
    assert "safe" not in told.text


def test_silence_is_told_apart_from_a_stated_harm() -> None:
    silent = detection("deletion", nature=Nature.DUTY, outcome=Outcome.ABSENT, quote="")
    told = verdict(POLICY, [detection("selling", outcome=Outcome.ABSENT), silent])
    assert "states none, but it is silent" in told.text
    assert told.rule_ids == ("policy.deletion",)


@pytest.mark.parametrize(("minutes", "said"), [(1, "one minute"), (7, "7 minutes")])
def test_the_paragraph_says_how_long_it_takes_to_read(minutes: int, said: str) -> None:
    details = PolicyDetails(
        text=TEXT,
        title="",
        document_type=POLICY,
        document_type_confidence=1.0,
        language="en",
        words=1400,
        reading_minutes=minutes,
    )
    statements = summarize(
        DOCUMENT, [detection("selling"), detection("export", nature=Nature.GOOD)], ()
    )
    told = paragraph(details, statements, [False, True])
    assert "1,400 words" in told
    assert said in told
    assert told.index("It does selling.") < told.index("On the good side:")


class FixedSummarizer:
    name = "transformers:test"

    def __init__(self, *sentences: str) -> None:
        self._sentences = list(sentences)

    def summarize(self, passages: Sequence[str]) -> list[str]:
        return self._sentences[: len(passages)]


class WordChecker:
    """Supports a sentence as far as its words stand in the passage."""

    def support(self, sentence: str, passages: Sequence[str]) -> Scores:
        words = set(sentence.lower().rstrip(".").split())
        return np.array(
            [len(words & set(p.lower().rstrip(".").split())) / len(words) for p in passages],
            dtype=np.float32,
        )


def test_a_generated_sentence_is_shown_only_where_its_quote_supports_it() -> None:
    first = Statement("It does selling.", (span("We may sell your name."),))
    second = replace(first, text="It deletes early.")
    third = replace(first, text="It stays.")
    summarizer = FixedSummarizer("They may sell your name.", "Moon cheese forever.", "")
    kept, dropped = rewrite([first, second, third], Writer(summarizer, WordChecker()))
    assert [s.text for s in kept] == ["They may sell your name.", "It deletes early.", "It stays."]
    assert [s.evidence for s in kept] == [first.evidence] * 3
    assert dropped == 2


def test_a_sentence_copied_from_the_policy_is_no_summary() -> None:
    statement = Statement("It does selling.", (span("We may sell your name."),))
    summarizer = FixedSummarizer("We may sell your name.")
    (kept,), dropped = rewrite([statement], Writer(summarizer, WordChecker()))
    assert (kept.text, dropped) == ("It does selling.", 1)
