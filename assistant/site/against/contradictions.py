"""Where the policy and the practice do not agree, with the words of the one and the deeds of the
other. What the kinds are stands in `contradictions.yaml`.

A policy that was not read decides nothing: a contradiction is then undetermined, unless the page
was seen not to do the thing at all. A policy that says both is undetermined, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.report import NetworkRequest, Outcome, TextSpan
from assistant.site.against.kinds import Denied, Kinds, Unsaid, kinds
from assistant.site.against.passages import Passage, around, read_passages
from assistant.site.against.policy_said import PolicySaid
from assistant.site.details import Contradiction
from assistant.site.detection import UNKNOWN, Detection
from assistant.site.rulebook import site_rules
from assistant.site.who.naming import Names, OwnerNamed

MOST_SAID = 2
MOST_SEEN = 4
SURE = 0.9
"""Confidence that nothing contradicts, where the policy was read and claims nothing of the kind."""

OwnerOf = Callable[[str], str]
"""Name of the party behind an address."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One kind's answer.

    Attributes:
        detection: Its evidence is `said` and then `seen`; both are empty unless it is present.
        said: Quotes of the policy; of a silence, the passage that comes closest.
        seen: What the page did.
    """

    rule_id: str
    detection: Detection
    said: tuple[TextSpan, ...] = ()
    seen: tuple[NetworkRequest, ...] = ()

    @property
    def told(self) -> Contradiction:
        """The same in the rule's words."""
        rule = site_rules()[self.rule_id]
        return Contradiction(
            rule_id=self.rule_id,
            title=rule.title,
            severity=rule.severity,
            said=self.said,
            seen=self.seen,
        )


def against_policy(
    said: PolicySaid | None,
    detections: Mapping[str, Detection],
    *,
    names: Names | None = None,
    owner_of: OwnerOf | None = None,
) -> tuple[Conflict, ...]:
    """Hold a page against its policy: one answer a kind, in the order of the knowledge.

    Args:
        detections: What the page does, by site rule.
        names: Tells which owners the policy names; without it nobody counts as named, and who
            is missing among the named is undetermined.
        owner_of: Tells whose a request is, so that the evidence leaves out who is named.
    """
    words = kinds()
    if said is None or said.language != words.language or not said.findings:
        unread = [kind.rule for kind in words.contradicts + words.undisclosed]
        seen = {kind.rule: kind.seen for kind in words.contradicts + words.undisclosed}
        return tuple(Conflict(rule, _idle(seen[rule], detections)) for rule in unread)
    policy = _Policy(said, words, names)
    return (
        *(_denied(kind, policy, detections) for kind in words.contradicts),
        *(_unsaid(kind, policy, detections, owner_of) for kind in words.undisclosed),
    )


def policy_detections(said: PolicySaid | None) -> Mapping[str, Detection]:
    """What the policy itself costs: site rule → answer, with the policy's own quotes."""
    return {kind.rule: _practice(said, kind.present) for kind in kinds().policy}


def _practice(said: PolicySaid | None, rules: Sequence[str]) -> Detection:
    found = [said.findings[rule] for rule in rules if rule in said.findings] if said else []
    present = [
        (finding.confidence, said.quotes(finding.rule_id))
        for finding in found
        if said and finding.outcome is Outcome.PRESENT
    ]
    quotes = tuple(dict.fromkeys(quote for _, listed in present for quote in listed))
    if quotes:
        sure = max(confidence for confidence, listed in present if listed)
        return Detection(Outcome.PRESENT, sure, evidence=quotes[: MOST_SAID + 1])
    if len(found) == len(rules) and all(f.outcome is Outcome.ABSENT for f in found):
        return Detection(Outcome.ABSENT, min(finding.confidence for finding in found))
    return Detection(Outcome.UNDETERMINED, UNKNOWN)


class _Policy:
    """A policy with its sentences, read on demand and once."""

    def __init__(self, said: PolicySaid, words: Kinds, names: Names | None) -> None:
        self.said, self.words, self._names = said, words, names
        self.passages = read_passages(said.text, frozenset(words.abbreviations))

    @cached_property
    def named(self) -> Sequence[OwnerNamed] | None:
        return self._names(self.said.text) if self._names else None

    def names(self, unit: str) -> bool:
        """Whether the text names an owner, or the domain of one that nobody knows."""
        lowered = self.said.text.lower()
        known = any(unit in place.names or unit == place.company for place in self.named or ())
        return known or unit.lower() in lowered

    def told(self, rule: str) -> Outcome | None:
        """A policy rule's outcome; None where it has none, or only silence."""
        finding = self.said.findings.get(rule)
        if finding is None or (finding.outcome is Outcome.ABSENT and not self.said.quotes(rule)):
            return None
        return finding.outcome

    def anywhere(self, listed: Sequence[str]) -> bool:
        wordings = self.words.wordings(listed)
        return any(wordings.said_in(passage.words) for passage in self.passages)

    def first(self, listed: Sequence[str]) -> Passage | None:
        """The first sentence with the first of some wordings that any sentence has."""
        for wording in listed:
            wordings = self.words.wordings([wording])
            for passage in self.passages:
                if not passage.heading and wordings.said_in(passage.words):
                    return passage
        return next((p for p in self.passages if not p.heading), None)

    def whole_claim(self, passage: Passage) -> bool:
        """Whether a sentence speaks of the page as a whole, without exception."""
        if passage.heading or passage.words.rstrip("\"')").endswith("?"):
            return False
        if self.words.wordings(self.words.takes_back).begins(passage.follows):
            return False
        surroundings = f"{passage.context}\n{passage.words}"
        return not any(
            self.words.wordings(narrow.words).said_in(surroundings)
            and not self.words.wordings(narrow.but).said_in(passage.words)
            for narrow in self.words.narrow
        )

    def on_consent(self, passage: Passage) -> bool:
        return self.words.wordings(self.words.consent).said_in(passage.words)

    @cached_property
    def elsewhere(self) -> bool:
        """Whether it sends its reader to another document about the same, that was not read."""
        address = self.words.elsewhere_address
        if any(address in place.lower() for place in (self.said.source, *self.said.layers)):
            return False
        wordings = self.words.wordings(self.words.elsewhere)
        inside = any(p.heading and wordings.said_in(p.words) for p in self.passages)
        return not inside and any(wordings.said_in(p.words) for p in self.passages)


@dataclass(frozen=True, slots=True)
class _Claim:
    span: TextSpan
    confidence: float
    on_consent: bool


def _denied(kind: Denied, policy: _Policy, detections: Mapping[str, Detection]) -> Conflict:
    claims = [*_by_rule(kind, policy), *_in_words(kind, policy)]
    if not claims:
        absent = Detection(Outcome.ABSENT, SURE) if policy.said.whole else None
        return Conflict(kind.rule, absent or _idle(kind.seen, detections))
    seen = _present(kind.seen, detections)
    consent = _present(policy.words.against_consent, detections)
    holding = [c for c in claims if not c.on_consent or consent]
    if not seen or not holding:
        decisive = kind.seen if not seen else policy.words.against_consent
        return Conflict(kind.rule, _idle(decisive, detections))
    admitted = any(policy.told(rule) is Outcome.PRESENT for rule in kind.admits)
    if admitted or policy.anywhere(kind.admits_in_words):
        return Conflict(kind.rule, Detection(Outcome.UNDETERMINED, UNKNOWN))
    best = max(holding, key=lambda claim: claim.confidence)
    seen = [*consent, *seen] if best.on_consent else seen
    spans = [claim.span for claim in sorted(holding, key=lambda c: -c.confidence)]
    return _conflict(kind.rule, spans, seen, sure=best.confidence)


def _by_rule(kind: Denied, policy: _Policy) -> Iterable[_Claim]:
    for way in kind.rules:
        told = policy.told(way.rule)
        if told not in (way.outcome, Outcome.UNDETERMINED):
            continue
        finding = policy.said.findings[way.rule]
        for span in policy.said.quotes(way.rule):
            touched = around(policy.passages, span)
            if not touched or not all(policy.whole_claim(passage) for passage in touched):
                continue
            words = " ".join(passage.words for passage in touched)
            if way.about and not policy.words.wordings(way.about).said_in(words):
                continue
            if policy.words.wordings(way.not_about).said_in(words):
                continue
            on_consent = any(policy.on_consent(passage) for passage in touched)
            denies = policy.words.wordings(policy.words.denies).said_in(words)
            # An undetermined answer is a denial with a condition, or it is nothing.
            if told is Outcome.UNDETERMINED and not (on_consent and denies):
                continue
            sure = UNKNOWN if told is Outcome.UNDETERMINED else finding.confidence
            yield _Claim(span, sure * way.strength, on_consent)


def _in_words(kind: Denied, policy: _Policy) -> Iterable[_Claim]:
    for way in kind.words:
        find, unless = policy.words.wordings(way.find), policy.words.wordings(way.unless)
        for passage in policy.passages:
            if (
                find.said_in(passage.words)
                and not unless.said_in(f"{passage.context}\n{passage.words}")
                and policy.whole_claim(passage)
            ):
                on_consent = policy.on_consent(passage)
                yield _Claim(passage.quote(policy.said.text), way.strength, on_consent)


def _unsaid(
    kind: Unsaid, policy: _Policy, detections: Mapping[str, Detection], owner_of: OwnerOf | None
) -> Conflict:
    seen = _present(kind.seen, detections)
    if not seen:
        return Conflict(kind.rule, _idle(kind.seen, detections))
    unnamed = {unit for found in seen for unit in found.units if not policy.names(unit)}
    spoken = any(policy.told(rule) for rule in kind.rules) or policy.anywhere(kind.words)
    if spoken or not unnamed:
        return Conflict(kind.rule, Detection(Outcome.ABSENT, SURE))
    if not policy.said.whole or policy.elsewhere:
        return Conflict(kind.rule, Detection(Outcome.UNDETERMINED, UNKNOWN))
    if kind.among_named:
        naming = _naming(policy)
        if not isinstance(naming, list):
            return Conflict(kind.rule, naming)
        spans = naming
    else:
        closest = policy.first(kind.near)
        spans = [closest.quote(policy.said.text)] if closest else []
    if not spans:
        return Conflict(kind.rule, Detection(Outcome.UNDETERMINED, UNKNOWN))
    return _conflict(
        kind.rule,
        spans,
        seen,
        sure=kind.strength * policy.said.confidence,
        units=unnamed,
        owner_of=owner_of,
    )


def _naming(policy: _Policy) -> list[TextSpan] | Detection:
    """The sentences that name recipients; an answer where nothing can be missing among them."""
    if policy.named is None:
        return Detection(Outcome.UNDETERMINED, UNKNOWN)
    recipients = policy.words.wordings(policy.words.names_recipients)
    examples = policy.words.wordings(policy.words.names_examples)
    companies: set[str] = set()
    found: list[TextSpan] = []
    for place in policy.named:
        span = TextSpan(place.start, place.end, policy.said.text[place.start : place.end])
        for passage in around(policy.passages, span):
            if place.sure and recipients.said_in(f"{passage.context}\n{passage.words}"):
                if examples.said_in(f"{passage.context}\n{passage.words}"):
                    return Detection(Outcome.UNDETERMINED, UNKNOWN)
                companies.add(place.company)
                found.append(passage.quote(policy.said.text))
    if len(companies) < 2:
        return Detection(Outcome.ABSENT, SURE)
    return list(dict.fromkeys(found))


def _present(rules: Iterable[str], detections: Mapping[str, Detection]) -> list[Detection]:
    found = [detections[rule] for rule in rules if rule in detections]
    return [detection for detection in found if detection.outcome is Outcome.PRESENT]


def _idle(rules: Sequence[str], detections: Mapping[str, Detection]) -> Detection:
    """The answer where nothing clashes: absent only if the page does none of it."""
    found = [detections[rule] for rule in rules if rule in detections]
    if len(found) == len(rules) and all(d.outcome is Outcome.ABSENT for d in found):
        return Detection(Outcome.ABSENT, min(d.confidence for d in found))
    return Detection(Outcome.UNDETERMINED, UNKNOWN)


def _conflict(
    rule: str,
    spans: Iterable[TextSpan],
    seen: Sequence[Detection],
    *,
    sure: float,
    units: Iterable[str] | None = None,
    owner_of: OwnerOf | None = None,
) -> Conflict:
    kept = tuple(dict.fromkeys(spans))[:MOST_SAID]
    wanted = None if units is None else set(units)
    done = tuple(
        dict.fromkeys(
            e for detection in seen for e in detection.evidence if isinstance(e, NetworkRequest)
        )
    )
    if wanted is not None and owner_of is not None:
        done = tuple(request for request in done if owner_of(request.url) in wanted) or done
    done = done[:MOST_SEEN]
    who = tuple(dict.fromkeys(u for d in seen for u in d.units if wanted is None or u in wanted))
    sure = round(sure * max(detection.confidence for detection in seen), 2)
    found = Detection(Outcome.PRESENT, sure, who, (*kept, *done))
    return Conflict(rule, found, kept, done)
