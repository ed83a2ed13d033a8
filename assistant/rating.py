"""Price findings: 100 minus what the harms and the silences cost, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.knowledge import Nature, RatingScale, Rule
from assistant.report import Deduction, Finding, Gate, Grade, Outcome, Rating


def costs_points(finding: Finding, rule: Rule) -> bool:
    """Whether this outcome of this rule is a harm: one that is there, or a duty left silent."""
    return (rule.nature is Nature.HARM and finding.outcome is Outcome.PRESENT) or (
        rule.nature is Nature.DUTY and finding.outcome is Outcome.ABSENT
    )


def rate(
    findings: Sequence[Finding], rules: Mapping[str, Rule], scale: RatingScale, *, certainty: float
) -> Rating:
    """Add up the deductions of all findings.

    Dearest rules first, each rule takes its points until its group's cap is
    used up. The confidence of a finding never changes its price.

    Args:
        rules: Every rule that was asked, by id.
        certainty: How sure we are that the right document was read whole, in [0, 1].

    Returns:
        A rating whose `score` is exactly 100 plus its deductions, held to
        0–100. Its confidence is `certainty` times the mean confidence of the
        findings, each counted by the points at stake, undetermined ones as 0.
    """
    charged = [f for f in findings if costs_points(f, rules[f.rule_id])]
    left = dict(scale.group_caps)
    deductions = []
    for finding in sorted(charged, key=lambda f: (rules[f.rule_id].points, f.rule_id)):
        rule = rules[finding.rule_id]
        points = max(rule.points, left[rule.group])
        if points:
            left[rule.group] -= points
            deductions.append(Deduction(rule.id, points))
    score = min(100, max(0, 100 + sum(d.points for d in deductions)))
    return Rating(
        grade=grade_of(score, scale),
        score=score,
        confidence=round(certainty * _mean_confidence(findings, rules), 2),
        version=scale.version,
        deductions=tuple(deductions),
    )


def hold(rating: Rating, gates: Sequence[Gate]) -> Rating:
    """The rating with its grade held at the worst of some gates; the score stays."""
    if rating.grade is None or not gates:
        return rating
    order = list(Grade)
    worst = max((rating.grade, *(gate.at_most for gate in gates)), key=order.index)
    return replace(rating, grade=worst, gates=tuple(gates))


def unrated(scale: RatingScale) -> Rating:
    """The rating of something that could not be judged."""
    return Rating(grade=None, score=None, confidence=0.0, version=scale.version)


def grade_of(score: int, scale: RatingScale) -> Grade:
    """The best grade whose band the score reaches."""
    return next(grade for grade in Grade if score >= scale.bands[grade])


def _mean_confidence(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> float:
    """Mean confidence of the findings weighted by their rules' points, in [0, 1]."""
    stakes = [-rules[f.rule_id].points for f in findings]
    sure = [f.confidence if f.outcome is not Outcome.UNDETERMINED else 0.0 for f in findings]
    total = sum(stakes)
    return sum(s * c for s, c in zip(stakes, sure, strict=True)) / total if total else 1.0
