"""An invented report with every part that a renderer shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assistant.language.protocols import DocumentType
from assistant.policy.changes import Changes, PassageChange, PassageChangeKind
from assistant.policy.details import (
    Answer,
    Cell,
    Clause,
    LabelRow,
    PolicyDetails,
    TransparencyItem,
)
from assistant.policy.document import Block, BlockKind
from assistant.report import (
    Deduction,
    Finding,
    Gate,
    Grade,
    Kind,
    Nature,
    Outcome,
    Rating,
    Report,
    Severity,
    Statement,
    Subject,
    TextSpan,
    Unchecked,
    Verdict,
    Versions,
)

PolicyReport = Report[PolicyDetails]

_LINES = (
    (BlockKind.HEADING, 1, "Privacy policy of Example Corp"),
    (BlockKind.PARAGRAPH, 0, "We may sell your personal information to our partners."),
    (BlockKind.HEADING, 2, "Keeping data"),
    (BlockKind.PARAGRAPH, 0, "We keep what you give us:"),
    (BlockKind.LIST_ITEM, 1, "as long as we like; and"),
    (BlockKind.LIST_ITEM, 1, "forever after you leave."),
    (BlockKind.TABLE_ROW, 0, "Cookies | two years"),
    (BlockKind.PARAGRAPH, 0, "You can ask us to delete your account at any time."),
    (BlockKind.PARAGRAPH, 0, "We never share your data with data brokers."),
)
TEXT = "\n".join(line for _, _, line in _LINES)


def span(quote: str) -> TextSpan:
    start = TEXT.index(quote)
    return TextSpan(start, start + len(quote), quote)


def blocks() -> tuple[Block, ...]:
    found, start = [], 0
    for kind, level, line in _LINES:
        found.append(Block(kind, start, start + len(line), level))
        start += len(line) + 1
    return tuple(found)


SELLS = Finding(
    "policy.sells-data",
    "Sells your data",
    Outcome.PRESENT,
    Severity.HIGH,
    0.93,
    "Others can buy what you do here and combine it with what they know about you already.",
    "Use the opt-out that the policy names.",
    (span("We may sell your personal information to our partners."),),
)
KEEPS = Finding(
    "policy.keeps-data",
    "Keeps your data without limit",
    Outcome.PRESENT,
    Severity.MEDIUM,
    0.8,
    "Old data can leak too.",
    "Ask for deletion.",
    (span("We keep what you give us:\nas long as we like; and\nforever after you leave."),),
)
SILENT_DUTY = Finding(
    "policy.breach-notice",
    "Does not say that it tells you of leaks",
    Outcome.ABSENT,
    Severity.LOW,
    0.7,
    "You may not learn of a leak.",
    "Use a password of its own here.",
    nature=Nature.DUTY,
)
DELETION = Finding(
    "policy.deletion",
    "Lets you delete your account",
    Outcome.PRESENT,
    Severity.MEDIUM,
    0.9,
    "",
    "",
    (span("You can ask us to delete your account at any time."),),
    Nature.GOOD,
)
DENIED = Finding(
    "policy.data-brokers",
    "Says it gives nothing to data brokers",
    Outcome.ABSENT,
    Severity.HIGH,
    0.85,
    "",
    "",
    (span("We never share your data with data brokers."),),
)
UNDECIDED = Finding(
    "policy.trains-ai",
    "Trains AI models on what you give",
    Outcome.UNDETERMINED,
    Severity.HIGH,
    0.3,
    "",
    "",
)
NOT_FOUND = Finding(
    "policy.biometrics", "Collects biometrics", Outcome.ABSENT, Severity.HIGH, 0.6, "", ""
)
GIVEN = (
    TransparencyItem(
        "retention",
        "How long they keep your data",
        "GDPR Art. 13(2)(a), 14(2)(a)",
        Outcome.PRESENT,
        0.9,
        (span("forever after you leave."),),
    ),
    TransparencyItem(
        "controller-contact",
        "How to reach them",
        "GDPR Art. 13(1)(a), 14(1)(a)",
        Outcome.ABSENT,
        0.97,
    ),
    TransparencyItem(
        "recipients",
        "Who gets your data",
        "GDPR Art. 13(1)(e), 14(1)(e)",
        Outcome.UNDETERMINED,
        0.4,
        (span("We may sell your personal information to our partners."),),
        "somebody else gets them",
    ),
    TransparencyItem(
        "right-to-object",
        "Your right to object",
        "GDPR Art. 13(2)(b), 14(2)(c)",
        Outcome.ABSENT,
        0.95,
    ),
)


def _clause(kind: str, name: str, why: str, quote: str) -> Clause:
    place = span(quote)
    return Clause(kind, name, why, place.start, place.end, quote, 0.8)


CLAUSES = (
    _clause("ter", "Lets them end it", "It can end.", "as long as we like; and"),
    _clause("cr", "Lets them remove posts", "It can go.", "forever after you leave."),
    _clause("ter", "Lets them end it", "It can end.", "Cookies | two years"),
)


LABEL = (
    LabelRow(
        "general",
        "Personal information",
        "medium",
        shared=(span("We may sell your personal information to our partners."),),
        shared_with=(
            Cell("partners", "Partners", (span("We may sell your personal information"),)),
        ),
        retention=(Cell("", "forever after you leave", (span("forever after you leave."),)),),
    ),
    LabelRow("cookies", "Cookies", "low"),
)
ANSWER = Answer(
    "How long do they keep it?",
    "forever after you leave.",
    (span("forever after you leave."),),
    0.77,
)
CHANGES = Changes(
    material=True,
    sentences=("The grade goes from B to D.", "New against you: Sells your data."),
    grade_before=Grade.B,
    grade_after=Grade.D,
    score_before=80,
    score_after=50,
    rules=(),
    data_types=(),
    passages=(
        PassageChange(
            PassageChangeKind.REWORDED,
            TextSpan(0, 15, "We sell nothing"),
            span("We may sell your personal information to our partners."),
        ),
        PassageChange(PassageChangeKind.REMOVED, TextSpan(16, 30, "We are kind to"), None),
    ),
    old_text="We sell nothing\nWe are kind to you.",
)


def make_report(name: str = "example.com") -> PolicyReport:
    return Report(
        kind=Kind.POLICY,
        subject=Subject(name, f"https://{name}/privacy", "a" * 64),
        created_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
        verdict=Verdict("May sell your personal information.", (SELLS.rule_id,)),
        rating=Rating(
            Grade.D,
            50,
            0.87,
            "policy-test",
            (
                Deduction(SILENT_DUTY.rule_id, -4),
                Deduction(SELLS.rule_id, -36),
                Deduction(KEEPS.rule_id, -10),
            ),
            (Gate(SELLS.rule_id, Grade.D),),
        ),
        details=PolicyDetails(
            text=TEXT,
            title="Privacy policy of Example Corp",
            document_type=DocumentType.PRIVACY_POLICY,
            document_type_confidence=0.98,
            language="en",
            words=1234,
            reading_minutes=6,
            blocks=blocks(),
            transparency=GIVEN,
            label=LABEL,
        ),
        versions=Versions("0.0.0-test", {"practices": "b" * 64}, "knowledge-test"),
        summary=(
            Statement("It may sell what it knows about you.", SELLS.evidence),
            Statement("You can have your account deleted.", DELETION.evidence),
        ),
        findings=(NOT_FOUND, DELETION, KEEPS, UNDECIDED, SILENT_DUTY, DENIED, SELLS),
        unchecked=(Unchecked("Further layers", "Only one level of linked layers is read."),),
    )


def make_terms(name: str = "terms.example") -> PolicyReport:
    """Terms of service with clauses to read twice."""
    report = make_report(name)
    details = replace(
        report.details, document_type=DocumentType.TERMS, transparency=(), label=(), clauses=CLAUSES
    )
    return replace(report, details=details)


def make_unrated(name: str = "shop.example") -> PolicyReport:
    """Readable, but no policy."""
    report = make_report(name)
    return replace(
        report,
        verdict=Verdict("This is not a privacy policy, so it was not rated."),
        rating=Rating(None, None, 0.0, "policy-test"),
        summary=(),
        findings=(),
        details=replace(
            report.details, document_type=DocumentType.OTHER, transparency=(), label=()
        ),
        unchecked=(Unchecked("Everything", "The text does not read like a privacy policy."),),
    )
