"""What a policy report tells beyond the shape that all reports share."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.language.protocols import DocumentType
from assistant.policy.actions import DataAction
from assistant.policy.changes import Changes
from assistant.policy.document import Block
from assistant.report import Outcome, TextSpan


@dataclass(frozen=True, slots=True)
class Practice:
    """An OPP-115 label of a segment and its calibrated probability."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PracticeSegment:
    """A segment of `text` with the practices it speaks of. Offsets in code points."""

    start: int
    end: int
    heading: str
    practices: tuple[Practice, ...]


@dataclass(frozen=True, slots=True)
class DataTypeSpan:
    """A kind of data that the policy names, and what it says is done with it.

    Attributes:
        start, end: Code points of the document's text, end exclusive.
        text: `text[start:end]` of the document.
        type: Id in `data_types.yaml`.
        confidence: How sure we are of the action, in (0, 1].
    """

    start: int
    end: int
    text: str
    type: str
    action: DataAction
    confidence: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a label: its id and plain name in the knowledge, and the words that say it."""

    id: str
    name: str
    evidence: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row of the "nutrition label": everything the policy says of one kind of data.

    Attributes:
        type: Id in `data_types.yaml`.
        name: Its plain name.
        sensitivity: `special`, `high`, `medium` or `low`.
        collected, shared, denied: Sentences that say so; `denied` are the ones
            that say it is not collected or not shared.
        purposes: What it is used for (`purposes.yaml`).
        shared_with: Who gets it (`recipients.yaml`).
        retention: How long it is kept; a cell's name is the policy's own words.
        choices: What the reader can do about it; a cell's name is the policy's own words.
    """

    type: str
    name: str
    sensitivity: str
    collected: tuple[TextSpan, ...] = ()
    shared: tuple[TextSpan, ...] = ()
    denied: tuple[TextSpan, ...] = ()
    purposes: tuple[Cell, ...] = ()
    shared_with: tuple[Cell, ...] = ()
    retention: tuple[Cell, ...] = ()
    choices: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """A right that the policy grants.

    Attributes:
        id, name, explanation: As in `rights.yaml`.
        evidence: Where the policy grants it.
        how: Where it says how to use it: an address, a link, a setting.
    """

    id: str
    name: str
    explanation: str
    evidence: tuple[TextSpan, ...]
    how: tuple[TextSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody about privacy.

    Attributes:
        kind: `email`, `phone`, `postal`, `web_form` or `person` (named without an address).
        role: `privacy`, `dpo`, `eu_representative`, `uk_representative` or `general`.
        value: The address as the policy writes it.
    """

    kind: str
    role: str
    value: str
    evidence: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class AiTraining:
    """What the policy says of training AI models on what people give.

    Attributes:
        outcome: Present where it trains, absent where it says that it does not,
            undetermined where it says both.
        who_may_train: The company, others, or both.
        on_what: The data that training uses, by ids of `data_types.yaml`.
        opt_out: Whether the reader can refuse; undetermined where only a hint was found.
        opt_out_steps: The policy's own words on how.
        consequences: What can follow for the reader, in plain words.
    """

    outcome: Outcome
    who_may_train: tuple[Cell, ...]
    on_what: tuple[Cell, ...]
    opt_out: Outcome
    opt_out_steps: tuple[TextSpan, ...]
    consequences: tuple[str, ...]
    evidence: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class TransparencyItem:
    """One thing that Art. 13 and 14 GDPR ask a policy to say, and whether it does.

    Attributes:
        id, name, article: As in `transparency.yaml`.
        outcome: Absent where everything was read and no sentence comes near;
            undetermined where one does and not near enough.
        confidence: Probability that the best sentence gives it; where absent, that it does not.
        evidence: The sentences that give it, best first; the nearest where undetermined.
        only_where: When the law asks for it, to complete "only where …"; "" for always.
    """

    id: str
    name: str
    article: str
    outcome: Outcome
    confidence: float
    evidence: tuple[TextSpan, ...] = ()
    only_where: str = ""


@dataclass(frozen=True, slots=True)
class RubricAnswer:
    """A question by which people rate policies, and what this document answers.

    Attributes:
        id, question, answer, text: As in `rubric.yaml`; `answer` is the id of an option,
            or `undetermined`.
        outcome: Absent where the answer rests on nothing having been found.
        evidence: What the answer rests on.
    """

    id: str
    question: str
    answer: str
    text: str
    outcome: Outcome
    confidence: float
    evidence: tuple[TextSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something to be done in time.

    Attributes:
        what: In plain words, as in `deadlines.yaml`.
        words: The time in the document's own words, part of `span`.
        days: The same as whole days; None for a date.
        date: ISO 8601 date; "" for a period.
    """

    rule_id: str
    what: str
    words: str
    days: int | None
    date: str
    span: TextSpan


@dataclass(frozen=True, slots=True)
class ToldCase:
    """A finding in the words of ToS;DR's volunteers: a case of theirs that a quote tells."""

    rule_id: str
    name: str
    span: TextSpan


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of terms of service that is worth reading twice. Not a claim that it is unfair.

    Attributes:
        kind, name, why: As in `clauses.yaml`.
        start, end: Code points of the document's text, end exclusive.
        text: `text[start:end]` of the document.
        confidence: Probability that the sentence is of this kind.
    """

    kind: str
    name: str
    why: str
    start: int
    end: int
    text: str
    confidence: float

    @property
    def span(self) -> TextSpan:
        """The clause as evidence."""
        return TextSpan(self.start, self.end, self.text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a document answers to a question.

    Attributes:
        text: The answer; None where the document has none or it is not sure, see `reason`.
        evidence: The passages that say it, best first; the nearest one where it is not sure.
        confidence: Probability that this is so: of the answer, or of there being none.
        reason: Why there is no answer; "" where there is one.
        rule_id: The rule whose sentence it is, or "" for one read off the text.
    """

    question: str
    text: str | None
    evidence: tuple[TextSpan, ...]
    confidence: float
    reason: str = ""
    rule_id: str = ""

    def __post_init__(self) -> None:
        if (self.text is None) != bool(self.reason):
            raise ValueError("an answer has either a text or a reason why not")
        if self.text is not None and not self.evidence:
            raise ValueError("an answer needs evidence")


@dataclass(frozen=True, slots=True)
class SuggestedQuestion:
    """A question of `questions.yaml`, with its answer where the report settles it."""

    id: str
    question: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class PolicyDetails:
    """Details of a policy report.

    Attributes:
        text: The clean text that every `text_span` refers to.
        title: The document's own title, or "".
        document_type: What the document was taken for, and how surely in [0, 1].
        language: ISO 639-1 code, "und" where undecided.
        paragraph: The summary as one paragraph; "" where there is no summary.
        summarizer: What wrote the summary: `embedded` or `transformers:…`.
        blocks: Structure of `text` for display.
        layers: Addresses of deeper layers of the policy whose text follows the first page's.
        layer_starts: Where in `text` each layer begins, in code points.
        data_types: Kinds of data and what is done with them, in text order.
        label: One row a kind of data, most sensitive first.
        ai_training: None where the policy says nothing of it.
        transparency: Every thing that the GDPR asks for; empty for what is no privacy policy.
        deadlines: What has to be done in time.
        cases: ToS;DR cases that the findings tell, rule by rule.
        rubric: Twelve questions by which people rate policies; empty for what is no policy.
        clauses: In text order; empty for what is no terms of service.
        questions: What people ask, with the answers that the report has.
        answer: To the question that was asked; None where none was.
        changes: Since the version that this one was compared with; None where it was with none.
    """

    text: str
    title: str
    document_type: DocumentType
    document_type_confidence: float
    language: str
    words: int
    reading_minutes: int
    paragraph: str = ""
    summarizer: str = "embedded"
    blocks: tuple[Block, ...] = ()
    segments: tuple[PracticeSegment, ...] = ()
    layers: tuple[str, ...] = ()
    layer_starts: tuple[int, ...] = ()
    data_types: tuple[DataTypeSpan, ...] = ()
    label: tuple[LabelRow, ...] = ()
    rights: tuple[Right, ...] = ()
    contacts: tuple[Contact, ...] = ()
    ai_training: AiTraining | None = None
    transparency: tuple[TransparencyItem, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    cases: tuple[ToldCase, ...] = ()
    rubric: tuple[RubricAnswer, ...] = ()
    clauses: tuple[Clause, ...] = ()
    questions: tuple[SuggestedQuestion, ...] = ()
    answer: Answer | None = None
    changes: Changes | None = None
