"""The real embedded model, end to end, on invented pages."""

import pytest

from assistant.language import document_type_classifier
from assistant.language.doctype import excerpt
from assistant.language.protocols import DocumentType

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


def test_an_excerpt_is_the_start_and_the_middle() -> None:
    words = excerpt("first " + "head " * 5_000 + "body " * 5_000 + "tail " * 2_000, 100).split()
    assert (len(words), words[0], words[-1]) == (100, "first", "body")
    assert excerpt("a b c", 100) == "a b c"
