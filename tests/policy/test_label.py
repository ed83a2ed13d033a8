"""The label says for each kind of data what the same words say, and nothing more."""

from __future__ import annotations

from assistant.policy.details import Cell
from tests.policy.described import described, row


def ids(cells: tuple[Cell, ...]) -> list[str]:
    return [cell.id for cell in cells]


def test_purposes_of_the_same_sentence() -> None:
    found = row("We use your location to show you targeted advertising.", "approximate-location")
    assert ids(found.purposes) == ["advertising"]
    assert found.purposes[0].evidence[0].quote.startswith("We use your location")
    assert not found.shared_with


def test_purposes_of_list_items() -> None:
    text = """
We use your e-mail address to:
- send you newsletters
- respond to your inquiries
"""
    assert ids(row(text, "email").purposes) == ["marketing", "communication"]


def test_a_purpose_of_another_sentence_is_not_borrowed() -> None:
    text = "We collect your name. Advertising pays for our service."
    assert not row(text, "name").purposes


def test_a_denied_purpose_is_none() -> None:
    assert not row("We collect your name but never for marketing.", "name").purposes


def test_recipients_of_the_sentence_and_of_a_list() -> None:
    text = """
We share your browsing history with:
- advertisers
- analytics providers; and
- our affiliates.
"""
    found = row(text, "browsing-history")
    assert ids(found.shared_with) == ["advertisers", "analytics", "affiliates"]
    assert not found.purposes


def test_who_collects_for_itself_receives() -> None:
    found = row("Advertising networks may collect your IP address.", "ip-address")
    assert ids(found.shared_with) == ["advertisers"]
    assert found.shared and not found.collected


def test_a_named_recipient_beats_a_vague_one() -> None:
    found = row("We share your name with third parties and data brokers.", "name")
    assert ids(found.shared_with) == ["data-brokers"]


def test_what_is_denied_has_no_recipient() -> None:
    found = row("We never sell your health data to advertisers.", "health")
    assert found.denied and not found.shared_with and not found.shared


def test_how_long_in_the_policys_words() -> None:
    text = "We collect your search history. We keep this information for 12 months."
    assert [cell.name for cell in row(text, "search-history").retention] == ["for 12 months"]


def test_a_time_without_keeping_is_no_retention() -> None:
    assert not row("We collect your name within 30 days of your order.", "name").retention


def test_a_choice_about_the_broader_kind_holds_for_its_parts() -> None:
    text = "We collect your precise location.\nYou can turn off location in your device settings."
    (choice,) = row(text, "precise-location").choices
    assert choice.name == choice.evidence[0].quote
    assert "turn off" in choice.name


def test_the_most_sensitive_comes_first() -> None:
    text = "We collect your language settings, your name, your password and your health data."
    kinds = [found.type for found in described(text).label]
    assert kinds.index("health") < kinds.index("credentials") < kinds.index("name")


def test_no_row_without_a_statement() -> None:
    assert described("You can turn off location in your settings.").label == ()
    assert described("Nothing is said here.").label == ()
