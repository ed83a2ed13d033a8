import numpy as np
import pytest

from assistant.language.linear import load_linear, save_linear, word_ngrams


def _saved() -> bytes:
    ngrams = ["data", "sell", "sell data"]
    idf = np.array([1.0, 2.0, 2.0], dtype=np.float32)
    weights = np.array([[1.0, 0.0], [0.0, 4.0], [0.0, 4.0]], dtype=np.float32)
    return save_linear({"words": (ngrams, idf, weights)}, np.array([-0.5, -1.0], dtype=np.float32))


def test_words_of_one_letter_and_punctuation_do_not_count() -> None:
    assert word_ngrams("We sell a DATA-set, sell!") == {
        "we": 1,
        "sell": 2,
        "data": 1,
        "set": 1,
        "we sell": 1,
        "sell data": 1,
        "data set": 1,
        "set sell": 1,
    }


def test_scores_follow_the_saved_weights() -> None:
    classifier = load_linear(_saved())
    length = np.sqrt(1 + 4 + 4)
    expected = [1 / length - 0.5, (2 * 4 + 2 * 4) / length - 1.0]
    assert np.allclose(classifier.logits("Sell data"), expected, atol=1e-3)


def test_unknown_words_leave_the_intercept() -> None:
    assert load_linear(_saved()).logits("nothing known here").tolist() == [-0.5, -1.0]
    assert load_linear(_saved()).logits("").tolist() == [-0.5, -1.0]


def test_the_same_arrays_give_the_same_bytes() -> None:
    assert _saved() == _saved()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", _saved()[:-40]])
def test_bytes_that_are_no_classifier_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        load_linear(data)


def test_a_pickle_is_refused() -> None:
    import io
    import pickle

    packed = io.BytesIO()
    np.savez(packed, intercept=np.array([{"a": 1}], dtype=object), words_ngrams=np.zeros(1, "u1"))
    with pytest.raises(ValueError, match=r"\w"):
        load_linear(packed.getvalue())
    with pytest.raises(ValueError, match=r"\w"):
        load_linear(pickle.dumps({"intercept": 0}))
