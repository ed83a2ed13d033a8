"""Rules, weights, word lists and sentences as data, and the loader that checks them.

A room's rules are YAML files in `knowledge/<room>/rules/`, one rule a file.
Loading fails on an unknown key, a missing source or a file whose name is not
its rule's; nothing is read before it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from assistant.report import Evidence, Finding, Outcome, Severity, Unchecked
from assistant.report import Nature as Nature

_STRICT = ConfigDict(extra="forbid")
T = TypeVar("T")


# In C where PyYAML was built with it: ten times as fast.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key that stands twice, of which YAML would quietly keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        if len(found) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key stands twice", node.start_mark
            )
        return found


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule, a weight or a figure comes from."""

    name: str
    url: str
    retrieved: date


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Rule:
    """One thing worth telling a person.

    Attributes:
        id: `<room>.<name>`; the file is `<name>.yaml`.
        title: The finding in at most eight words, shown when it is present.
        absent_title: The same when it is absent (a duty not met, a harm denied).
        explanation: What it means, in plain words.
        says: Summary sentence when the policy states it outright.
        says_may: Summary sentence when it only may happen; "" where none is needed.
        says_absent: Summary sentence for a denial found in the text, or ""; for a
            duty, the sentence that tells of the silence.
        why: Why it matters to the person.
        advice: What the person can do.
        points: At most 0; taken from 100 for a harm that is present or a duty
            that is absent.
        reason: Why so many points.
        group: Rules of one group are capped together (`rating.yaml`).
        since: Date on which the rule last changed its meaning.
    """

    id: str
    title: str
    nature: Nature
    severity: Severity
    points: int
    reason: str
    group: str
    explanation: str
    says: str
    why: str
    advice: str
    sources: tuple[Source, ...]
    since: date
    says_may: str = ""
    says_absent: str = ""
    absent_title: str = ""

    def __post_init__(self) -> None:
        if self.points > 0 or (self.points and self.nature is Nature.GOOD):
            raise ValueError(f"{self.id}: points are at most 0, and 0 for good news")
        if not self.sources:
            raise ValueError(f"{self.id}: a rule needs a source")

    def finding(
        self, outcome: Outcome, *, confidence: float, evidence: Sequence[Evidence] = ()
    ) -> Finding:
        """This rule's finding, in the rule's own words.

        `absent_title` speaks of a denial or an unmet duty, never of mere silence.
        """
        told = bool(evidence) or self.nature is Nature.DUTY
        absent = outcome is Outcome.ABSENT and told and self.absent_title
        return Finding(
            rule_id=self.id,
            title=self.absent_title if absent else self.title,
            outcome=outcome,
            severity=self.severity,
            confidence=confidence,
            why=self.why,
            advice=self.advice,
            evidence=tuple(evidence),
            nature=self.nature,
        )


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of thing that was not examined, as a pair of templates for `str.format`."""

    what: str
    why: str

    def told(self, **values: object) -> Unchecked:
        """An entry of a report's `unchecked`."""
        return Unchecked(self.what.format(**values), self.why.format(**values))


class InvalidKnowledge(ValueError):
    """A knowledge file does not have its documented shape: a fault of ours, not the person's."""


def folder(room: str) -> Traversable:
    """The packaged folder of one room's knowledge."""
    return resources.files(__name__) / room


def load_yaml(shape: type[T], file: Traversable) -> T:
    """Read one YAML file as `shape`, refusing unknown keys.

    Raises:
        InvalidKnowledge: Names the file and what is wrong in it.
    """
    try:
        content = yaml.load(file.read_text("utf-8"), Loader=_Loader)  # noqa: S506 a safe loader
        return TypeAdapter(shape).validate_python(content)
    except (ValidationError, yaml.YAMLError) as error:
        raise InvalidKnowledge(f"{file.name}: {error}") from error


RuleT = TypeVar("RuleT", bound=Rule)


def load_rules(shape: type[RuleT], room: str) -> dict[str, RuleT]:
    """A room's rules by their ids, in the order of their files' names.

    Raises:
        InvalidKnowledge: A file has another shape, or is not named after its rule.
    """
    rules: dict[str, RuleT] = {}
    for file in sorted((folder(room) / "rules").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yaml"):
            continue
        rule = load_yaml(shape, file)
        if file.name != f"{rule.id.removeprefix(f'{room}.')}.yaml":
            raise InvalidKnowledge(f"{file.name}: holds the rule {rule.id}")
        rules[rule.id] = rule
    return rules


@cache
def version() -> str:
    """First 12 hexadecimal digits of the SHA-256 over all knowledge files, by name."""
    digest = hashlib.sha256()
    pending = [(resources.files(__name__), "")]
    files: dict[str, bytes] = {}
    while pending:
        place, prefix = pending.pop()
        for child in place.iterdir():
            name = f"{prefix}{child.name}"
            if child.is_dir():
                pending.append((child, f"{name}/"))
            elif child.name.endswith(".yaml"):
                files[name] = child.read_bytes()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()[:12]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RatingScale:
    """How points become a score and a grade.

    Attributes:
        version: Raised with every change of a weight, a cap or a band.
        group_caps: Group → the most points (negative) its rules may take together.
        bands: Grade → lowest score that earns it.
        reason: Why these caps.
    """

    version: str
    group_caps: Mapping[str, int]
    bands: Mapping[str, int]
    reason: str
    sources: tuple[Source, ...] = field(default=())


@cache
def rating_scale(room: str) -> RatingScale:
    """The caps and bands of one room's rating (`rating.yaml`)."""
    return load_yaml(RatingScale, folder(room) / "rating.yaml")
