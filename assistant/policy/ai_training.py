"""Whether a policy lets AI models be trained on what people give, and what can follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import Source, folder, load_yaml
from assistant.language.english import Cue, Mention
from assistant.language.terms import TermFinder, longest
from assistant.policy.data_types import Finding
from assistant.policy.details import AiTraining, Cell
from assistant.policy.passages import Passage, Passages
from assistant.policy.reading import Reading
from assistant.policy.taxonomy import data_types
from assistant.report import Outcome, TextSpan

_STRICT = ConfigDict(extra="forbid")
MAX_EVIDENCE = 3
_MODEL_WITHIN = 8
"""Words between "train" and the model."""
_AI_WITHIN = 14
"""The same where the model is called AI."""
_IMPROVE_WITHIN = 5
_PASSIVE_WITHIN = 2
"""Words between a model and "trained on" after it."""
_NEAR = 4
"""Sentences after training in which an opt-out speaks of it."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Consequence:
    """What can follow from training, in two plain sentences with their source."""

    id: str
    text: str
    source: Source


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class AiKnowledge:
    """`ai.yaml`.

    Attributes:
        training, improving: Verbs; the second only before something that is AI.
        ai_models, models: What is trained; the second is AI only where it is trained.
        not_training: "Training" that is no verb.
        not_models: What is trained and is no model.
        content: What people give, by ids of `data_types.yaml` and of `names`.
        names: Names of kinds of content that are no kind of data.
        who: Names of those who may train.
        opt_out, no_opt_out, hint: How a refusal is granted, denied or hinted at.
        unrelated: What else a reader can refuse.
        steps: What a sentence names that tells how to refuse.
    """

    training: tuple[str, ...]
    improving: tuple[str, ...]
    ai_models: tuple[str, ...]
    models: tuple[str, ...]
    not_training: tuple[str, ...]
    not_models: tuple[str, ...]
    content: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    who: Mapping[str, str]
    opt_out: tuple[str, ...]
    no_opt_out: tuple[str, ...]
    unrelated: tuple[str, ...]
    hint: tuple[str, ...]
    steps: tuple[str, ...]
    consequences: tuple[Consequence, ...]


@cache
def ai_knowledge() -> AiKnowledge:
    return load_yaml(AiKnowledge, folder("policy") / "ai.yaml")


@cache
def ai_finder() -> TermFinder:
    """Finds training, models, content and refusals."""
    known = ai_knowledge()
    terms: dict[str, Sequence[str]] = {
        "training:": known.training,
        "improving:": known.improving,
        "model:ai": known.ai_models,
        "model:": known.models,
        "not-training:": known.not_training,
        "no-model:": known.not_models,
        "opt-out:": known.opt_out,
        "no-opt-out:": known.no_opt_out,
        "unrelated:": known.unrelated,
        "hint:": known.hint,
        "step:": known.steps,
    }
    terms |= {f"content:{kind}": listed for kind, listed in known.content.items()}
    return TermFinder(terms)


@dataclass(frozen=True, slots=True)
class _Training:
    """A passage that speaks of training, from its verb to its model."""

    passage: Passage
    verb: Mention
    model: Mention
    denied: bool
    consent: bool


def find_ai_training(reading: Reading, findings: Sequence[Finding] = ()) -> AiTraining | None:
    """What the policy says of it, or None where it says nothing.

    Args:
        findings: What the policy says of data, to name what training uses.
    """
    passages = Passages(reading, ai_finder())
    found = [training for index in range(len(passages)) if (training := _training(passages, index))]
    if not found:
        return None
    told = [training for training in found if not training.denied]
    told.sort(key=lambda training: not any(training.passage.tagged("content")))
    outcome = Outcome.PRESENT if told else Outcome.ABSENT
    evidence = _evidence(told or found)
    if not told:
        return AiTraining(outcome, (), (), Outcome.UNDETERMINED, (), (), evidence)
    opt_out, steps = _opt_out(passages, told)
    return AiTraining(
        outcome=outcome,
        who_may_train=_cells(
            (_who(training.passage, training.verb), training) for training in told
        ),
        on_what=_cells(
            (kind, training) for training in told for kind in _on_what(training, findings)
        ),
        opt_out=opt_out,
        opt_out_steps=steps,
        consequences=tuple(consequence.text for consequence in ai_knowledge().consequences),
        evidence=evidence,
    )


def _training(passages: Passages, index: int) -> _Training | None:
    """The training of a model that sentence `index` speaks of, if it does."""
    tags = passages.tags(index)
    names = {tag.name for tag in tags}
    if passages.place(index).heading or not names & {"training:", "improving:"}:
        return None
    passage = passages.with_lead_in(index)
    if passage.sentence.question or _is_forbidden(passage):
        return None
    own = [tag for tag in passage.tags if tag.first >= passage.item]
    sections = ("training:", "improving:", "not-training:")
    verbs = list(longest(tag for tag in own if tag.name in sections))
    models = list(longest(tag for tag in own if tag.name.startswith("model:")))
    no_model = any(tag.name == "no-model:" for tag in own)
    found = [
        (abs(model.first - verb.last), verb, model)
        for verb in verbs
        for model in models
        if _trains(verb, model, no_model=no_model)
    ]
    if not found or not _about_people(passage):
        return None
    _, verb, model = min(found, key=lambda near: near[0])
    consent = passage.has(Cue.CONSENT, Cue.WITHOUT_CONSENT, Cue.EXCEPTION)
    return _Training(passage, verb, model, passage.denies(verb.first) and not consent, consent)


def _trains(verb: Mention, model: Mention, *, no_model: bool) -> bool:
    """Whether the verb trains the model, as far as the words around them show."""
    ai = model.name == "model:ai"
    if verb.name == "training:":
        if no_model and not ai:
            return False
        after = 0 <= model.first - verb.last <= (_AI_WITHIN if ai else _MODEL_WITHIN)
        return after or 0 <= verb.first - model.last <= _PASSIVE_WITHIN
    return verb.name == "improving:" and ai and 0 <= model.first - verb.last <= _IMPROVE_WITHIN


def _is_forbidden(passage: Passage) -> bool:
    """Whether it is the reader who trains, or must not train on the company's content."""
    words = passage.words
    for at in range(len(words) - 2):
        if words[at] in ("you", "users"):
            forbidden = words[at + 1] in _MODALS and "not" in words[at + 2 : at + 5]
            able = words[at + 1] in ("can", "could")
            if (forbidden or able) and _REFUSING.isdisjoint(words[at + 2 : at + 6]):
                return True
    return False


_MODALS = frozenset({"may", "must", "shall", "agree", "will"})
_REFUSING = frozenset({"opt", "object", "choose", "disable", "turn", "decide", "control"})


def _about_people(passage: Passage) -> bool:
    """Whether the training is on something that people give, not on licensed or public works."""
    words = set(passage.words)
    return bool(
        words & {"your", "you", "user", "users", "customer", "personal", "information"}
    ) or (any(passage.tagged("content")))


def _who(passage: Passage, verb: Mention) -> str:
    """`we` or `others`: the last of them named as the subject before the verb."""
    subject = "we"
    for mention in passage.sentence.concepts:
        if mention.name in ("we", "others") and mention.last <= verb.first:
            before = passage.words[mention.first - 1] if mention.first else ""
            if before not in ("to", "with", "by", "from", "of"):
                subject = mention.name
    return subject


def _on_what(training: _Training, findings: Sequence[Finding]) -> Iterator[str]:
    passage = training.passage
    kinds = [tag.name for tag in longest(passage.tagged("content"))]
    for finding in findings:
        if finding.passage.index == passage.index:
            kinds += [mention.name for mention in finding.data]
    named = [kind for kind in dict.fromkeys(kinds) if kind not in _KNOWN_GENERIC]
    yield from named or dict.fromkeys(kinds)


_KNOWN_GENERIC = frozenset({"unspecified"})


def _cells(
    pairs: Iterator[tuple[str, _Training]] | Sequence[tuple[str, _Training]],
) -> tuple[Cell, ...]:
    """One cell a key, with the passages that say it."""
    found: dict[str, list[_Training]] = {}
    for key, training in pairs:
        found.setdefault(key, []).append(training)
    return tuple(Cell(key, _name(key), _evidence(said)) for key, said in found.items())


def _name(key: str) -> str:
    known = ai_knowledge()
    if key in known.who:
        return known.who[key]
    return known.names[key] if key in known.names else data_types()[key].name


def _evidence(trainings: Sequence[_Training]) -> tuple[TextSpan, ...]:
    spans: dict[TextSpan, None] = {}
    for training in trainings:
        first = min(training.verb.first, training.model.first)
        last = max(training.verb.last, training.model.last)
        spans |= dict.fromkeys(training.passage.evidence(first, last))
    return tuple(spans)[:MAX_EVIDENCE]


def _opt_out(passages: Passages, told: Sequence[_Training]) -> tuple[Outcome, tuple[TextSpan, ...]]:
    """Whether the reader can refuse, and the words that say how.

    Looked for in every sentence that names a model or training, and in those
    right after one under the same heading.
    """
    near: dict[int, None] = {}
    for training in told:
        for index in range(training.passage.index, training.passage.index + 1 + _NEAR):
            if index >= len(passages) or passages.place(index).heading:
                break
            near[index] = None
    elsewhere = [
        index
        for index in range(len(passages))
        if {"training:", "model:ai"} <= {tag.name for tag in passages.tags(index)}
    ]
    for index in (*near, *elsewhere):
        names = {tag.name for tag in passages.tags(index)}
        if "unrelated:" in names:
            continue
        if "no-opt-out:" in names:
            return Outcome.ABSENT, (passages.alone(index).own_evidence(),)
        if "opt-out:" in names:
            return Outcome.PRESENT, tuple(_steps(passages, index))
    for training in told:
        if training.consent:
            return Outcome.PRESENT, (training.passage.own_evidence(),)
    hinted = any(tag.name == "hint:" for index in near for tag in passages.tags(index))
    return (Outcome.UNDETERMINED if hinted else Outcome.ABSENT), ()


def _steps(passages: Passages, index: int) -> Iterator[TextSpan]:
    """The sentence that grants the opt-out, and the next where it names a place to go."""
    yield passages.alone(index).own_evidence()
    after = index + 1
    if after < len(passages) and not passages.place(after).heading:
        names = {tag.name for tag in passages.tags(after)}
        if {"opt-out:", "step:"} <= names and "unrelated:" not in names:
            yield passages.alone(after).own_evidence()
