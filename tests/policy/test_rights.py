"""Rights that are granted, how to use them, and whom to ask."""

from __future__ import annotations

import pytest

from assistant.policy.rights import rights_knowledge
from tests.policy.described import described

GRANTED = [
    ("access", "You have the right to access the data that we hold about you."),
    ("access", "You may review and access your personal information in your account."),
    ("rectification", "You can ask us to correct inaccurate personal data."),
    ("erasure", "You have the right to be forgotten."),
    ("erasure", "You may delete your account at any time."),
    ("portability", "You can download a copy of your data in a machine-readable format."),
    ("objection", "You have the right to object."),
    ("restriction", "You may ask us to restrict the processing of your data."),
    ("withdraw-consent", "You can withdraw your consent at any time."),
    ("opt-out-of-sale", "Californians have the right to opt-out of the sale of their data."),
    ("opt-out-of-marketing", "You can unsubscribe from our newsletter."),
    ("opt-out-of-advertising", "You can opt out of personalized ads."),
    ("complaint", "You may lodge a complaint with a supervisory authority."),
    ("non-discrimination", "We will not discriminate against you for using your rights."),
]

SILENT = [
    "We reserve the right to change this policy.",
    "We may access the building at any time.",
    "You may not access the accounts of others.",
    "Do you have the right to access your data?",
    "Our staff can access your order to send it.",
    "Nothing is granted here.",
]


def granted(text: str) -> set[str]:
    return {right.id for right in described(text).rights}


@pytest.mark.parametrize(("right", "text"), GRANTED)
def test_a_right_is_found(right: str, text: str) -> None:
    assert right in granted(text)


@pytest.mark.parametrize("text", SILENT)
def test_what_grants_nothing_is_silent(text: str) -> None:
    assert granted(text) == set()


def test_every_right_has_a_case() -> None:
    assert {right for right, _ in GRANTED} == {right.id for right in rights_knowledge().rights}


def test_a_list_after_your_rights() -> None:
    text = """
You have the right to:
- access your personal data
- have your data deleted
- data portability
"""
    assert {"access", "erasure", "portability"} <= granted(text)


def test_how_is_found_in_the_sentence_and_for_all_rights() -> None:
    text = """
You have the right to access your data.
To exercise your rights, write to privacy@example.org.
"""
    (right,) = described(text).rights
    assert [span.quote for span in right.how] == [
        "To exercise your rights, write to privacy@example.org."
    ]
    (own,) = described("You can delete your account in your account settings here.").rights
    assert own.how


def test_no_how_is_made_up() -> None:
    (right,) = described("You have the right to object.").rights
    assert right.how == ()


def contacts(text: str) -> list[tuple[str, str, str]]:
    return [(c.kind, c.role, c.value) for c in described(text).contacts]


def test_an_address_with_its_role() -> None:
    assert contacts("Write to our privacy team at help@example.org.") == [
        ("email", "privacy", "help@example.org")
    ]
    assert contacts("Our data protection officer: officer@example.org") == [
        ("email", "dpo", "officer@example.org")
    ]
    assert contacts("Orders: shop@example.org") == [("email", "general", "shop@example.org")]


def test_paper_phone_and_form() -> None:
    text = """
# Contact us about privacy
Write to us at: Example Inc., 12 Long Street, Springfield, IL 62701
Call +1 217 555 0100 or fill in our web form here.
"""
    found = contacts(text)
    assert ("postal", "privacy", "Example Inc., 12 Long Street, Springfield, IL 62701") in found
    assert ("phone", "privacy", "+1 217 555 0100") in found
    assert ("web_form", "privacy", "web form") in found


def test_a_representative_without_an_address() -> None:
    (found,) = described("We have appointed Muster GmbH as our representative in the EU.").contacts
    assert (found.kind, found.role) == ("person", "eu_representative")
    assert "Muster GmbH" in found.value


def test_an_address_is_told_once() -> None:
    text = "Write to a@example.org.\nFor privacy questions write to a@example.org."
    assert contacts(text) == [("email", "privacy", "a@example.org")]


@pytest.mark.parametrize(
    "text",
    ["We were founded in 1999.", "Section 1798.140 applies.", "Follow us @example.", "1 2 3"],
)
def test_numbers_and_handles_are_no_contacts(text: str) -> None:
    assert contacts(text) == []
