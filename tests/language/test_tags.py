"""The embedded tagger of data types, end to end, and how its tags become spans."""

import numpy as np
import pytest

from assistant import language
from assistant.language.tags import decode, first_tokens


def tagged(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for span in language.span_tagger().tag(language.text_encoder(1).encode([text])[0]):
        found.setdefault(span.tag, []).append(text[span.start : span.end])
        assert 0 < span.confidence <= 1
    return found


def test_what_is_collected_and_what_is_shared_are_told_apart() -> None:
    found = tagged(
        "We collect your email address and phone number when you register. "
        "We share your location information with our advertising partners."
    )
    assert any("email address" in span for span in found["COLLECT"])
    assert any("location" in span for span in found["SHARE"])


@pytest.mark.parametrize("text", ["", "…", "The museum is closed on Mondays.", "\ud800"])
def test_nothing_is_marked_where_nothing_is_said(text: str) -> None:
    assert not tagged(text)


def test_stretches_begin_go_on_and_end() -> None:
    outside, begin, inside = np.eye(3, dtype=np.float32) * 0.8 + 0.1
    shares = np.stack([begin, inside, begin, outside, inside, inside, outside, begin])
    assert [(first, last) for first, last, _ in decode(shares)] == [(0, 2), (2, 3), (4, 6), (7, 8)]
    assert decode(np.stack([outside, outside])) == []


def test_a_word_is_read_off_its_first_piece() -> None:
    assert first_tokens([0, 0, 1, 2, 2, 2]) == [0, 2, 3]
    assert first_tokens([]) == []
