"""The words of a site report: its verdict and its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.report import Finding, Nature, Outcome, Severity, Statement, Verdict
from assistant.site.detection import Detection
from assistant.site.record.observation import Observer
from assistant.site.rulebook import site_rules
from assistant.site.sentences import sentences

MOST_SENTENCES = 8
MOST_NAMES = 3
_TELLING = Severity.LOW.rank
"""Findings above this severity are worth a sentence at the very top."""


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Findings that speak against the site, gravest and dearest first."""
    rules = site_rules()
    bad = [
        f
        for f in findings
        if f.outcome is Outcome.PRESENT and rules[f.rule_id].nature is Nature.HARM
    ]
    return sorted(bad, key=lambda f: (-f.severity.rank, rules[f.rule_id].points, f.rule_id))


def telling(findings: Sequence[Finding]) -> list[Finding]:
    """Those against the site that are worth a sentence at the very top."""
    return [finding for finding in worst_first(findings) if finding.severity.rank > _TELLING]


def says(rule_id: str, detection: Detection) -> str:
    """A rule's sentence with the number and the first names of what was seen."""
    units = detection.units
    who = ", ".join(units[:MOST_NAMES])
    if len(units) > MOST_NAMES:
        who = f"{who} and {len(units) - MOST_NAMES} more"
    return site_rules()[rule_id].says.format(n=len(units), who=who)


def verdict(
    findings: Sequence[Finding], detections: Mapping[str, Detection], *, observer: Observer
) -> Verdict:
    """The one sentence that matters most."""
    words = sentences().verdict
    bad, grave = worst_first(findings), telling(findings)
    if not grave:
        if all(finding.outcome is Outcome.UNDETERMINED for finding in findings):
            return Verdict(words["unseen"])
        if bad:
            return Verdict(words["minor"], (bad[0].rule_id,))
        return Verdict(words["clean_served" if observer is Observer.SERVED else "clean"])
    more = len(grave) - 1
    kind = "worst" if more < 1 else "worst_and_one" if more == 1 else "worst_and_more"
    worst = grave[0].rule_id
    text = words[kind].format(says=says(worst, detections[worst]), count=more)
    return Verdict(text, (worst,))


def summarize(
    findings: Sequence[Finding], detections: Mapping[str, Detection]
) -> tuple[Statement, ...]:
    """A sentence for each thing that was seen, worst first and good news last."""
    rules = site_rules()
    good = [
        f
        for f in findings
        if f.outcome is Outcome.PRESENT and rules[f.rule_id].nature is Nature.GOOD
    ]
    return tuple(
        Statement(says(finding.rule_id, detections[finding.rule_id]), finding.evidence)
        for finding in [*worst_first(findings)[: MOST_SENTENCES - min(len(good), 2)], *good[:2]]
    )
