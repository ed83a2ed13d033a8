"""The embedded tagger of data types, end to end, and how its tags become spans."""

import pytest

from assistant import language
from assistant.language.tags import first_tokens


def tagged(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for span in language.span_tagger().tag(language.text_encoder(1).encode([text]))[0]:
        found.setdefault(span.tag, []).append(text[span.start : span.end])
        assert 0 < span.confidence <= 1
    return found


def test_what_is_collected_and_what_is_shared_are_told_apart() -> None:
    collected = tagged("We collect your email address and phone number when you register.")
    assert any("email address" in span for span in collected["COLLECT"])
    assert "SHARE" not in collected
    shared = tagged("We share your location information with our advertising partners.")
    assert any("location" in span for span in shared["SHARE"])
    assert "COLLECT" not in shared


@pytest.mark.parametrize("text", ["", "…", "The museum is closed on Mondays.", "\ud800"])
def test_nothing_is_marked_where_nothing_is_said(text: str) -> None:
    assert not tagged(text)


def test_a_word_is_read_off_its_first_piece() -> None:
    assert first_tokens([0, 0, 1, 2, 2, 2]) == [0, 2, 3]
    assert first_tokens([]) == []


def test_what_a_text_is_marked_with_does_not_depend_on_the_others() -> None:
    texts = ["We collect your email address.", "We share your location with our partners."]
    encoded = language.text_encoder(1).encode(texts)
    tagger = language.span_tagger()
    assert tagger.tag(encoded) == [tagger.tag([each])[0] for each in encoded]
