"""Data that is collected or shared is found with its words; a mere mention is silent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.terms import TermFinder, longest, with_plurals
from assistant.policy.describe import describe_data
from assistant.policy.details import Practice, PracticeSegment
from assistant.policy.document import Document
from assistant.policy.reading import read
from assistant.policy.taxonomy import data_types, handling, purposes, recipients
from tests.policy.described import described, evidence, said
from tests.policy.texts import document

STATED = [
    ("We collect your name and precise location.", {("name", "collected")}),
    ("We collect your name and precise location.", {("precise-location", "collected")}),
    ("Our app records your heart rate.", {("health", "collected")}),
    ("You provide us with your postal address when you order.", {("postal-address", "collected")}),
    ("Your phone number and date of birth are stored.", {("phone", "collected")}),
    ("Your phone number and date of birth are stored.", {("birth-date", "collected")}),
    ("The e-mail address that you give us is safe.", {("email", "collected")}),
    ("We may share your browsing history with advertisers.", {("browsing-history", "shared")}),
    ("Your IP address may be disclosed to our partners.", {("ip-address", "shared")}),
    ("Third parties may collect your advertising ID.", {("advertising-id", "shared")}),
    ("We send your credit card number to a payment processor.", {("payment", "shared")}),
    ("We do not collect your precise location.", {("precise-location", "not_collected")}),
    ("We never ask for your religion.", {("religion", "not_collected")}),
    ("We collect no biometric data.", {("biometric", "not_collected")}),
    ("We don’t sell your health information.", {("health", "not_shared")}),
    ("Your fingerprints are never shared.", {("biometric", "not_shared")}),
    ("We use your photos to find your friends.", {("images", "collected")}),
]

SILENT = [
    "Send your name and e-mail address to help@example.org if you have a question.",
    "You may access, correct or delete your precise location.",
    "You have the right to know what health information we collect.",
    "Cookies are small text files stored on your computer.",
    "Personal data means any information about a person, such as a name or an IP address.",
    "Do you collect my precise location?",
    "We protect your passwords with great care.",
    "We answer by e-mail or by phone.",
    "This policy describes how we collect your name.",
    "If you would prefer that we do not use your photos, tell us.",
    "You can block cookies in your browser.",
    "The health of the platform matters to us.",
    "We offer the service in the United States.",
    "Nothing of the kind is written here.",
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_what_is_stated_is_found(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= said(text)


@pytest.mark.parametrize("text", SILENT)
def test_a_mere_mention_is_silent(text: str) -> None:
    assert said(text) == set()


def test_the_purpose_of_one_kind_of_data_is_not_another() -> None:
    assert said("We use your phone number to send you an e-mail.") == {("phone", "collected")}


def test_no_denial_reaches_past_its_verb() -> None:
    found = said("We do not sell anything, but we collect your name.")
    assert found == {("name", "collected")}


def test_what_is_not_linked_may_still_be_collected() -> None:
    assert said("We do not combine your location with your name.") == set()


def test_an_excepted_denial_says_both_and_neither_firmly() -> None:
    spans = described("We do not share your e-mail address except with banks.").data_types
    assert {span.action.value for span in spans} == {"shared", "not_shared"}
    assert all(span.confidence < 0.7 for span in spans)


def test_may_and_heading_lower_the_confidence() -> None:
    sure = described("We collect your calendar.").data_types[0]
    maybe = described("We may collect your calendar.").data_types[0]
    above = described("# Information we collect\nYour calendar and your contacts.").data_types[0]
    assert sure.confidence > maybe.confidence > above.confidence


def test_list_items_go_on_with_their_lead_in() -> None:
    text = """
We collect the following:
- your name;
- payment details, such as your card number
- Device information:
  - operating system
We never share:
- your health data
- your calendar
"""
    assert {
        ("name", "collected"),
        ("payment", "collected"),
        ("device", "collected"),
        ("health", "not_shared"),
        ("calendar", "not_shared"),
    } <= said(text)


def test_a_sentence_takes_up_the_one_before() -> None:
    text = "We share personal data with partners. This includes your search history."
    assert ("search-history", "shared") in said(text)


def test_the_longest_name_wins() -> None:
    spans = described("We collect your e-mail address and your IP address.").data_types
    assert [(span.type, span.text) for span in spans] == [
        ("email", "your e-mail address"),
        ("ip-address", "your IP address"),
    ]


def segment(text: str, label: str) -> PracticeSegment:
    return PracticeSegment(0, len(text), "", (Practice(label, 0.9),))


def test_the_practice_of_the_segment_decides_where_the_subject_is_open() -> None:
    text = "Your browsing history is collected on this page."
    third = segment(text, "Third Party Sharing/Collection")
    first = segment(text, "First Party Collection/Use")
    assert said(text, [third]) == {("browsing-history", "shared")}
    assert said(text, [first]) == {("browsing-history", "collected")}


def test_an_unexpected_segment_lowers_the_confidence() -> None:
    text = "We collect your calendar."
    expected = described(text, [segment(text, "First Party Collection/Use")]).data_types[0]
    strange = described(text, [segment(text, "Policy Change")]).data_types[0]
    assert strange.confidence < expected.confidence


def test_what_is_least_sure_is_not_said() -> None:
    text = "Your calendar is kept here."
    assert said(text) == {("calendar", "collected")}
    assert said(text, [segment(text, "Policy Change")]) == set()


def test_an_empty_document_says_nothing() -> None:
    found = describe_data(read(Document("", ())))
    assert (found.data_types, found.label, found.rights, found.contacts) == ((), (), (), ())
    assert found.ai_training is None


WORDS = st.sampled_from(
    [
        *("we", "you", "our", "collect", "share", "do", "not", "never", "your", "name", "e-mail"),
        *("address", "location", "to", "with", "for", "partners", "advertisers", "may", "IP", ","),
        *(".", ";", ":", "(", ")", "-", "cookies", "information", "such", "as", "by", "keep", "30"),
        *("days", "delete", "right", "access", "opt", "out", "train", "AI", "models", "#", "’"),
        *("“", "é", "😀", "a@b.example", "1.", "\n", "\n- ", "\u200b"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_every_span_is_verbatim_whatever_the_text(text: str) -> None:
    source = document(text)
    found = describe_data(read(source))
    for span in found.data_types:
        assert source.text[span.start : span.end] == span.text != ""
        assert 0 < span.confidence <= 1
        assert span.type in data_types()
    for quote in evidence(found):
        assert source.text[quote.start : quote.end] == quote.quote != ""


def test_the_same_text_gives_the_same_answer() -> None:
    text = "We collect your name.\nWe share your location with advertisers for 30 days."
    assert described(text) == described(text)


def test_the_taxonomy_is_whole() -> None:
    assert len(data_types()) >= 25
    assert handling().channels <= data_types().keys()
    assert all(kind.broader in {"", *data_types()} for kind in data_types().values())
    for entries in (data_types(), purposes(), recipients()):
        assert all(entry.name and entry.terms for entry in entries.values())


def test_plurals_and_overlaps_of_terms() -> None:
    assert list(with_plurals(["diary", "box", "key"])) == [
        "diary",
        "diaries",
        "box",
        "boxes",
        "key",
        "keys",
    ]
    finder = TermFinder({"short": ["address"], "long": ["ip address"]})
    source = document("The IP Address.")
    (found,) = finder.find(source.text, [read(source).sentences[0].sentence])
    assert [mention.name for mention in longest(found)] == ["long"]
