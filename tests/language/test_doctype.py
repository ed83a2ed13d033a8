"""The real embedded model, end to end, on invented pages; and what names say of documents."""

import pytest

from assistant.language import document_type_classifier
from assistant.language.doctype import excerpt, mark_start
from assistant.language.protocols import DocumentType
from models.data import NamedText
from models.document_names import (
    contradicts,
    is_document,
    type_of_document,
    type_of_name,
    types_of_documents,
)

PRIVACY = """Invented Ltd Privacy Policy
This privacy policy explains what personal information we collect when you use our
website and app, how we use it and with whom we share it. We collect your name, email
address and device identifiers when you create an account. We use this information to
provide the service and to improve it. We share personal information with service
providers who process it for us. You can access, correct or delete your personal data
by writing to us. We keep it for as long as your account exists. We use cookies and
similar technologies. We may update this policy and will tell you by email."""

TERMS = """Terms of Service
By accessing or using the Invented service you agree to be bound by these terms. If you
do not agree, do not use the service. You must be at least 16 years old. We grant you a
limited, non-exclusive licence to use the software. You are responsible for your account.
You may not reverse engineer the service. The service is provided "as is" without
warranties of any kind. To the fullest extent permitted by law, our liability is limited
to the fees you paid. We may terminate your account at any time. These terms are governed
by the laws of Ireland."""

COOKIES = """Cookie Policy
This page explains what cookies are and how we use them. A cookie is a small text file
that a website stores in your browser. We use strictly necessary cookies, performance
cookies and targeting cookies. The table below lists each cookie, its name, purpose and
duration. _ga: Google Analytics, 2 years. You can refuse cookies in the settings of your
browser; some parts of the site may then not work."""

BLOG = """Five things I learned from reading privacy policies
Last weekend I sat down with a pot of tea and read the privacy policies of every app on
my phone. My sister laughed at me. The longest took fifty minutes. Most writers of such
documents seem to be paid by the word, and the best one I found was written by two
students in Ghent. Why does it matter? Because, as the journalist Ada Quist wrote in her
book, we give away our lives one checkbox at a time. In the comments, tell me which
policy made you angry. Next week: how I moved my photos to a disk at home."""

LICENCE = """Permission is granted to anyone to use this library for any purpose and to alter it
and redistribute it freely. The origin of the library must not be misrepresented. Altered
source versions must be plainly marked as such. This notice may not be removed from any
source distribution. The library is distributed in the hope that it is useful, but
without any warranty of merchantability."""

OTHERS = {
    "blog about policies": BLOG,
    "software licence": LICENCE,
    "not found": "404\nWe can't find that page. It may have been removed. Back to the start page.",
    "login wall": "Sign in to Invented\nEmail\nPassword\nForgot it?\nNew here? Create an account. "
    "By signing in you accept our terms and privacy policy.",
    "empty app": "You need to enable JavaScript to run this app.",
    "shop": "Blue teapot, 1.2 litres. €34.50, in stock. Add to basket. Holds heat for two hours. "
    "Dishwasher safe. Customers also liked: sugar bowl, milk jug, strainer. Write a review.",
    "news": "GHENT - Firefighters put out a blaze in a warehouse on Monday night. No one was hurt, "
    "a spokeswoman said. The cause is being investigated. Trains were delayed for two hours.",
    "recipe behind a banner": "We value your privacy. We and our 842 partners store and access "
    "information on your device such as cookies. Accept all. Manage options. Lemon risotto. Serves "
    "4. Chop the shallots and fry them in butter. Add the rice and stir for two minutes. Add stock "
    "one ladle at a time. Stir in lemon zest and parmesan.",
    "menu": "Home Products Pricing Blog About Careers Contact Log in Privacy Terms Cookies Imprint",
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PRIVACY, DocumentType.PRIVACY_POLICY),
        (TERMS, DocumentType.TERMS),
        (COOKIES, DocumentType.COOKIES),
    ],
)
def test_legal_texts_get_their_type(text: str, kind: DocumentType) -> None:
    guess = document_type_classifier().classify(text)
    assert guess.type is kind
    assert 0.5 < guess.confidence <= 1


@pytest.mark.parametrize("name", OTHERS)
def test_pages_that_are_no_policy_are_other(name: str) -> None:
    assert document_type_classifier().classify(OTHERS[name]).type is DocumentType.OTHER


def test_a_policy_among_menus_and_footers_stays_one() -> None:
    menu = "Home Shop Women Men Kids Sale Gift cards Stores Help Bag (0) Search\n"
    page = menu * 3 + PRIVACY + "\n" + "Follow us on social media. Careers. Press. Imprint.\n" * 3
    assert document_type_classifier().classify(page).type is DocumentType.PRIVACY_POLICY


@pytest.mark.parametrize(
    "text",
    [
        "Privacy Policy. We don't track you. Server logs are kept for 7 days and contain IP "
        "addresses. We never sell data.",
        "Our app does not collect, store or share any personal information. If you have "
        "questions about this policy, write to privacy@example.org.",
    ],
)
def test_a_policy_of_two_sentences_is_one(text: str) -> None:
    assert document_type_classifier().classify(text).type is DocumentType.PRIVACY_POLICY


@pytest.mark.parametrize("text", ["", "   ", "ok", "\x00\x01", "1234 5678"])
def test_hardly_a_word_is_other(text: str) -> None:
    assert document_type_classifier().classify(text).type is DocumentType.OTHER


def test_a_text_of_any_length_is_classified_by_its_beginning() -> None:
    classifier = document_type_classifier()
    text = PRIVACY * 5_000
    assert classifier.classify(text).type is DocumentType.PRIVACY_POLICY


def test_an_excerpt_is_the_start_and_stretches_of_the_rest() -> None:
    text = "first " + "head " * 5_000 + "body " * 5_000 + "tail " * 2_000
    read = excerpt(text, 100, stretches=4).split()
    assert (len(read), read[0], read[-1]) == (100, "first", "body")
    assert {"head", "body"} < set(read)
    assert excerpt("a b c", 100, stretches=4) == "a b c"


def test_an_excerpt_leaves_out_encoded_pictures() -> None:
    assert excerpt("Terms " + "QUJD" * 5_000 + " apply", 100, stretches=2).split()[0] == "Terms"
    assert excerpt("Terms " + "QUJD" * 40 + " apply", 100, stretches=2) == "Terms apply"


def test_the_first_words_are_marked_once_more() -> None:
    assert (
        mark_start("Cookie Policy. We use", 2) == "Cookie Policy. We use start_cookie start_policy"
    )
    assert mark_start("", 2) == ""


def test_a_policy_behind_a_long_cookie_notice_is_one() -> None:
    table = "_ga HTTP 2 years Registers an ID used to count visits. Session Pixel Pending. " * 40
    notice = "This website uses cookies. Necessary Preferences Statistics Marketing " + table
    assert document_type_classifier().classify(notice + PRIVACY * 6).type is (
        DocumentType.PRIVACY_POLICY
    )


OWN_POLICY = "This privacy policy says which data we collect and how we use it for you. " * 5
OWN_TERMS = "By using the service you agree to these terms and to the rules in them. " * 5


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Invented_Privacy & Cookie Policy", DocumentType.PRIVACY_POLICY),
        ("contrib__Invented__Terms of Service", DocumentType.TERMS),
        ("Invented_Terms and Conditions of Ser...", DocumentType.TERMS),
        ("Invented_Cookie Notice", DocumentType.COOKIES),
        ("Invented_Refund Policy", DocumentType.OTHER),
        ("Invented_Terms of Service and Privac...", None),
        ("Invented_Privacy Policy & Terms", None),
        ("Invented_Privacy and Term policies", None),
        ("Invented_Invented Web Community Ma...", None),
        ("Invented_Privacy Policy - delete", None),
        ("Invented_Acceptable Use Policy", None),
        ("Invented_Limited Warranty", None),
        ("Invented_Pricing", None),
    ],
)
def test_a_name_states_one_type_or_none(name: str, kind: DocumentType | None) -> None:
    assert type_of_name(name) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Privacy Policy",
        "Home Shop Women Men Kids Sale Stores Help Bag Search Menu Login Register " * 20,
        "Oops, we can't find that page. It may have been removed or you may have followed a "
        "link that is out of date. If you think that this is our mistake, write to us and say "
        "what you were looking for and where you found the link to it. Thank you.",
        "Nous recueillons les données personnelles nécessaires au fonctionnement du service. " * 9,
    ],
)
def test_menus_and_error_pages_are_no_document(text: str) -> None:
    assert not is_document(text)


def test_a_document_may_ask_for_javascript() -> None:
    assert is_document("Please enable JavaScript. " + OWN_POLICY)


def test_a_text_that_calls_itself_something_else_states_no_type() -> None:
    assert type_of_document("Invented_Terms of Use", OWN_POLICY) is None
    assert type_of_document("Invented_Privacy Policy", OWN_POLICY) is DocumentType.PRIVACY_POLICY
    assert contradicts(OWN_POLICY + OWN_TERMS, DocumentType.TERMS)
    assert not contradicts(OWN_TERMS * 8 + OWN_POLICY, DocumentType.TERMS)


def test_a_text_under_names_of_two_types_states_none() -> None:
    plain = "We wrote this for you and it is all that we have to say about our site. " * 5
    documents = [
        NamedText("Invented_Privacy Policy", plain),
        NamedText("Invented_Terms", plain),
        NamedText("Invented_Terms of Use", OWN_TERMS),
    ]
    assert types_of_documents(documents) == [None, None, DocumentType.TERMS]
