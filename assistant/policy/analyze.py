"""The policy job on one screen: a document in, everything the report says about it out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.knowledge import rating_scale
from assistant.language.protocols import (
    DocumentType,
    DocumentTypeClassifier,
    LanguageDetector,
    PassageClassifier,
    QuestionReader,
    SentenceClassifier,
    SpanTagger,
    TextEncoder,
)
from assistant.policy.cases import CaseScores
from assistant.policy.clauses import find_clauses
from assistant.policy.deadlines import find_deadlines
from assistant.policy.describe import describe_data
from assistant.policy.details import Answer, PolicyDetails
from assistant.policy.detect import detect
from assistant.policy.document import Document
from assistant.policy.encoded import EncodedDocument
from assistant.policy.foreign import find_foreign_clauses, is_foreign_terms
from assistant.policy.practices import label_segments
from assistant.policy.questions import ask, suggest
from assistant.policy.reading import read
from assistant.policy.rubric import answer_rubric
from assistant.policy.rulebook import ROOM, policy_rules
from assistant.policy.segment import segment
from assistant.policy.sentences import sentences
from assistant.policy.summarize import (
    Writer,
    good_news,
    paragraph,
    rewrite,
    summarize,
    verdict,
)
from assistant.policy.tagged import tag_document
from assistant.policy.transparency import find_transparency
from assistant.rating import rate, unrated
from assistant.report import Finding, Rating, Statement, Unchecked, Verdict

READING_WORDS_PER_MINUTE = 238
"""Silent reading of non-fiction (Brysbaert 2019, doi:10.1016/j.jml.2019.104047)."""
FEWEST_WORDS = 60
SURE_OF_TYPE = 0.6
LANGUAGES = frozenset({"en"})
UNDECIDED = "und"
FOREIGN = "foreign"
AI_OPT_OUT = "policy.trains-ai-opt-out"


@dataclass(frozen=True, slots=True)
class PolicyModels:
    """The models that the job asks, by their protocols.

    Attributes:
        other_clauses: Gives the classifier of clauses in a language but English.
    """

    language: LanguageDetector
    document_type: DocumentTypeClassifier
    encoder: TextEncoder
    practices: PassageClassifier
    tagger: SpanTagger
    transparency: PassageClassifier
    clauses: PassageClassifier
    other_clauses: Callable[[str], SentenceClassifier]
    cases: PassageClassifier
    questions: QuestionReader


@dataclass(frozen=True, slots=True)
class PolicyAnalysis:
    """Everything a policy report says about its document."""

    verdict: Verdict
    rating: Rating
    details: PolicyDetails
    summary: tuple[Statement, ...] = ()
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()


def analyze_policy(
    document: Document, models: PolicyModels, *, writer: Writer | None = None, question: str = ""
) -> PolicyAnalysis:
    """Read one document whole.

    Args:
        writer: Rewrites the summary; the embedded sentences stay where not given.
        question: Answered from the document, or with the reason why it cannot be.

    Returns:
        Findings, rating and summary of a policy in a language that is read;
        otherwise an analysis without grade and summary that says why.
    """
    details = describe(document, models)
    refusal = _refusal(details)
    if refusal == FOREIGN and is_foreign_terms(document, details.language):
        classifier = models.other_clauses(details.language)
        found = find_foreign_clauses(document, details.language, classifier)
        return unread(replace(details, clauses=found), "foreign_terms", question=question)
    if refusal:
        return unread(details, refusal, question=question)

    encoded = EncodedDocument.of(document, segment(document), models.encoder)
    segments = label_segments(encoded, models.practices)
    reading = read(document)
    cases = CaseScores.of(reading, encoded, models.cases)
    described = describe_data(reading, segments, tag_document(encoded, models.tagger))
    is_terms = details.document_type is DocumentType.TERMS
    label = () if is_terms else described.label
    detections = detect(reading, segments, details.document_type, cases=cases, label=label)
    is_policy = details.document_type is DocumentType.PRIVACY_POLICY
    transparency = find_transparency(reading, encoded, models.transparency) if is_policy else ()
    steps = described.ai_training.opt_out_steps if described.ai_training else ()
    rubric = answer_rubric(detections, transparency, label) if is_policy else ()
    clauses = find_clauses(reading, encoded, models.clauses) if is_terms else ()
    questions = suggest(details.document_type, detections, transparency)
    answer = ask(question, questions, reading, encoded, models.questions) if question else None
    findings = tuple(detection.finding for detection in detections)
    rating = rate(
        findings,
        policy_rules(),
        rating_scale(ROOM),
        certainty=details.document_type_confidence,
    )
    unchecked = []
    if details.document_type_confidence < SURE_OF_TYPE:
        unchecked.append(sentences().gap("type_unsure"))

    summary = summarize(document, detections, segments)
    good = {d.says for d in good_news(detections)}
    pleasing = [statement.text in good for statement in summary]
    if writer:
        summary, dropped = rewrite(summary, writer)
        details = replace(details, summarizer=writer.summarizer.name)
        if dropped:
            unchecked.append(sentences().gap("summarizer", count=dropped))
    told = verdict(details.document_type, detections)

    if details.document_type is DocumentType.COOKIES:
        rating = unrated(rating_scale(ROOM))
        unchecked.append(sentences().gap("cookies"))
    return PolicyAnalysis(
        verdict=told,
        rating=rating,
        details=replace(
            details,
            segments=segments,
            paragraph=paragraph(details, summary, pleasing),
            data_types=described.data_types,
            label=described.label,
            rights=described.rights,
            contacts=described.contacts,
            ai_training=described.ai_training,
            transparency=transparency,
            deadlines=find_deadlines(detections, {AI_OPT_OUT: steps}),
            cases=tuple(told for d in detections for told in d.told(cases)),
            rubric=rubric,
            clauses=clauses,
            questions=questions,
            answer=answer,
        ),
        summary=summary,
        findings=findings,
        unchecked=tuple(unchecked),
    )


def describe(document: Document, models: PolicyModels) -> PolicyDetails:
    """What the document is, before it is read: type, language, size, structure."""
    guess = models.document_type.classify(document.text)
    words = len(re.findall(r"\w+(?:[’'-]\w+)*", document.text))
    return PolicyDetails(
        text=document.text,
        title=document.title,
        document_type=guess.type,
        document_type_confidence=round(guess.confidence, 2),
        language=models.language.detect(document.text).code,
        words=words,
        reading_minutes=max(1, round(words / READING_WORDS_PER_MINUTE)),
        blocks=document.blocks,
    )


def unread(details: PolicyDetails, reason: str, *, question: str = "") -> PolicyAnalysis:
    """The analysis of something that is not read, by its reason in `sentences.yaml`."""
    words = sentences()
    if question:
        answer = Answer(question, None, (), confidence=0.0, reason=words.verdict[reason])
        details = replace(details, answer=answer)
    return PolicyAnalysis(
        verdict=Verdict(words.verdict[reason]),
        rating=unrated(rating_scale(ROOM)),
        details=details,
        unchecked=(words.gap(reason, language=details.language, words=details.words),),
    )


def _refusal(details: PolicyDetails) -> str | None:
    """Why the document is not read, or None."""
    if details.words < FEWEST_WORDS:
        return "too_short"
    if details.language == UNDECIDED:
        return "language_unclear"
    if details.language not in LANGUAGES:
        return FOREIGN
    if details.document_type is DocumentType.OTHER:
        return "not_a_policy"
    return None
