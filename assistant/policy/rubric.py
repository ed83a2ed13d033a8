"""The twelve questions of a rubric by which people rate policies, answered from the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.policy.details import LabelRow, RubricAnswer, TransparencyItem
from assistant.policy.detect import Detection
from assistant.policy.rulebook import policy_rules
from assistant.policy.taxonomy import purposes, recipients
from assistant.policy.transparency import transparency_knowledge
from assistant.report import Outcome, TextSpan

_STRICT = ConfigDict(extra="forbid")
MAX_EVIDENCE = 3
SILENT = 0.6
"""How sure an answer is that rests on nothing having been found."""
LABEL = 0.7
"""How sure a sign of the label is."""
UNDECIDED = "The text can be read both ways."
_KINDS = "kinds"


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RubricOption:
    """One answer that can be given: each of `needs` is met by any of its signs."""

    id: str
    says: str
    needs: tuple[tuple[str, ...], ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RubricQuestion:
    """A question and its answers, the first whose needs are met; the last has none."""

    id: str
    question: str
    options: tuple[RubricOption, ...]

    def __post_init__(self) -> None:
        if any(not option.needs for option in self.options[:-1]) or self.options[-1].needs:
            raise ValueError(f"{self.id}: the last option, and only it, is the one for silence")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Rubric:
    """`rubric.yaml`."""

    sources: Mapping[str, Source]
    questions: tuple[RubricQuestion, ...]


@cache
def rubric() -> Rubric:
    """The packaged rubric.

    Raises:
        ValueError: A sign is none that a report can have.
    """
    found = load_yaml(Rubric, folder("policy") / "rubric.yaml")
    known = set(policy_rules())
    known |= {f"item.{item.id}" for item in transparency_knowledge().items}
    known |= {f"purpose.{name}" for name in purposes()}
    known |= {f"recipient.{name}" for name in recipients()}
    signs = {s for q in found.questions for o in q.options for need in o.needs for s in need}
    strange = {sign for sign in signs - known if not sign.startswith(f"{_KINDS}.")}
    if strange:
        raise ValueError(f"rubric.yaml speaks of unknown {sorted(strange)}")
    return found


@dataclass(frozen=True, slots=True)
class _Sign:
    confidence: float
    evidence: tuple[TextSpan, ...]


def answer_rubric(
    detections: Sequence[Detection],
    transparency: Sequence[TransparencyItem],
    label: Sequence[LabelRow],
) -> tuple[RubricAnswer, ...]:
    """Every question with the answer that the report gives, in the order of `rubric.yaml`.

    An answer that rests on something found is present, with its quotes; one that
    rests on nothing having been found is absent, or undetermined where something
    that would have answered it could not be decided.
    """
    signs = dict(_signs(detections, transparency, label))
    unsure = {d.rule.id for d in detections if d.outcome is Outcome.UNDETERMINED}
    kinds = [row for row in label if row.collected]
    for number in range(1, len(kinds) + 1):
        quotes = tuple(row.collected[0] for row in kinds[:number])
        signs[f"{_KINDS}.{number}"] = _Sign(LABEL, quotes)
    return tuple(_answer(question, signs, unsure) for question in rubric().questions)


def _signs(
    detections: Sequence[Detection],
    transparency: Sequence[TransparencyItem],
    label: Sequence[LabelRow],
) -> Iterator[tuple[str, _Sign]]:
    for detection in detections:
        if detection.outcome is Outcome.PRESENT:
            yield detection.rule.id, _Sign(detection.confidence, detection.evidence)
    for item in transparency:
        if item.outcome is Outcome.PRESENT:
            yield f"item.{item.id}", _Sign(item.confidence, item.evidence)
    for row in label:
        for cell in row.purposes:
            yield f"purpose.{cell.id}", _Sign(LABEL, cell.evidence)
        for cell in row.shared_with:
            yield f"recipient.{cell.id}", _Sign(LABEL, cell.evidence)


def _answer(question: RubricQuestion, signs: Mapping[str, _Sign], unsure: set[str]) -> RubricAnswer:
    for option in question.options[:-1]:
        met = [[signs[name] for name in need if name in signs] for need in option.needs]
        if all(met):
            best = [max(found, key=lambda sign: sign.confidence) for found in met]
            evidence = [span for sign in best for span in sign.evidence[:MAX_EVIDENCE]]
            return RubricAnswer(
                id=question.id,
                question=question.question,
                answer=option.id,
                text=option.says,
                outcome=Outcome.PRESENT,
                confidence=round(min(sign.confidence for sign in best), 2),
                evidence=tuple(dict.fromkeys(evidence)),
            )
    silence = question.options[-1]
    asked = {name for option in question.options for need in option.needs for name in need}
    undecided = bool(asked & unsure)
    return RubricAnswer(
        id=question.id,
        question=question.question,
        answer="undetermined" if undecided else silence.id,
        text=UNDECIDED if undecided else silence.says,
        outcome=Outcome.UNDETERMINED if undecided else Outcome.ABSENT,
        confidence=0.5 if undecided else SILENT,
    )
