"""Price findings: 100 minus what the harms and the silences cost, group by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from assistant.knowledge import Nature, RatingScale, Rule
from assistant.report import Deduction, Finding, Gate, Grade, Outcome, Rating


def costs_points(finding: Finding, rule: Rule) -> bool:
    """Whether this outcome of this rule is a harm: one that is there, or a duty left silent."""
    return (rule.nature is Nature.HARM and finding.outcome is Outcome.PRESENT) or (
        rule.nature is Nature.DUTY and finding.outcome is Outcome.ABSENT
    )


def rate(
    findings: Sequence[Finding],
    rules: Mapping[str, Rule],
    scale: RatingScale,
    *,
    certainty: float,
    counts: Mapping[str, int] = MappingProxyType({}),
) -> Rating:
    """Add up the deductions of all findings.

    Dearest rules first, each rule takes its points until its group's cap is
    used up. The confidence of a finding never changes its price.

    Args:
        rules: Every rule that was asked, by id.
        certainty: How sure we are that the right document was read whole, in [0, 1].
        counts: Rule id → how often its points are taken; once where it is not named.

    Returns:
        A rating whose `score` is exactly 100 plus its deductions, held to
        0–100. Its confidence is `certainty` times the mean confidence of the
        findings, each counted by the points at stake, undetermined ones as 0.
        A group's rules count for no more than its cap.
    """
    charged = [f for f in findings if costs_points(f, rules[f.rule_id])]
    left = dict(scale.group_caps)
    deductions = []
    for finding in sorted(charged, key=lambda f: (_price(f, rules, counts), f.rule_id)):
        rule = rules[finding.rule_id]
        points = max(_price(finding, rules, counts), left[rule.group])
        if points:
            left[rule.group] -= points
            deductions.append(Deduction(rule.id, points))
    score = min(100, max(0, 100 + sum(d.points for d in deductions)))
    return Rating(
        grade=grade_of(score, scale),
        score=score,
        confidence=round(certainty * _mean_confidence(findings, rules, scale), 2),
        version=scale.version,
        deductions=tuple(deductions),
    )


def hold(rating: Rating, gates: Sequence[Gate]) -> Rating:
    """The rating with its grade held between some gates; the score stays.

    Where two gates contradict each other, the worse grade counts.
    """
    if rating.grade is None or not gates:
        return rating
    order = list(Grade)
    lifted = min((rating.grade, *(gate.at_least for gate in gates)), key=order.index)
    grade = max((lifted, *(gate.at_most for gate in gates)), key=order.index)
    return replace(rating, grade=grade, gates=tuple(gates))


def unrated(scale: RatingScale) -> Rating:
    """The rating of something that could not be judged."""
    return Rating(grade=None, score=None, confidence=0.0, version=scale.version)


def grade_of(score: int, scale: RatingScale) -> Grade:
    """The best grade whose band the score reaches."""
    return next(grade for grade in Grade if score >= scale.bands[grade])


def _price(finding: Finding, rules: Mapping[str, Rule], counts: Mapping[str, int]) -> int:
    """Points of a finding before its group's cap."""
    return rules[finding.rule_id].points * counts.get(finding.rule_id, 1)


def _mean_confidence(
    findings: Sequence[Finding], rules: Mapping[str, Rule], scale: RatingScale
) -> float:
    """Mean confidence of the findings, each by the points at stake, in [0, 1].

    Rules of one group share what the group can take at most, so that many rules about one theme
    do not decide alone how sure a rating is.
    """
    stakes: dict[str, float] = defaultdict(float)
    sure: dict[str, float] = defaultdict(float)
    for finding in findings:
        rule = rules[finding.rule_id]
        stakes[rule.group] -= rule.points
        if finding.outcome is not Outcome.UNDETERMINED:
            sure[rule.group] -= rule.points * finding.confidence
    shares = {group: min(1, -scale.group_caps[group] / at) for group, at in stakes.items() if at}
    total = sum(stakes[group] * share for group, share in shares.items())
    return sum(sure[group] * share for group, share in shares.items()) / total if total else 1.0
