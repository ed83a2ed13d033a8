"""The real embedded model, end to end, on invented sentences."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from assistant import language
from assistant.language.protocols import PassageClassifier, Scores

EXAMPLES = {
    "First Party Collection/Use": "We collect your name and email address when you sign up.",
    "Third Party Sharing/Collection": "We share your browsing history with our advertisers.",
    "User Choice/Control": "You can opt out of our newsletter with the link in every email.",
    "User Access, Edit and Deletion": "You may ask us for a copy of your data or correct it.",
    "Data Retention": "We keep log files for ninety days and then delete them.",
    "Data Security": "We protect card numbers with encryption and limit who may see them.",
    "Policy Change": "We may change this policy and will post the new version here.",
    "Do Not Track": "Our site does not respond to Do Not Track signals of browsers.",
    "International and Specific Audiences": "Children under 13 may not use the service.",
    "Introductory/Generic": "Welcome! Your privacy is important to us at Invented Ltd.",
    "Privacy contact information": "Questions about this policy? Write to privacy@example.org.",
}


@pytest.fixture(scope="module")
def classifier() -> PassageClassifier:
    return language.passage_classifier("practices")


def scores_of(classifier: PassageClassifier, texts: Sequence[str]) -> Scores:
    encoded = language.text_encoder(1).encode(texts)
    return classifier.classify([text.whole() for text in encoded])


def assigned(classifier: PassageClassifier, text: str) -> set[str]:
    flags = scores_of(classifier, [text])[0] >= classifier.thresholds
    return {label for label, yes in zip(classifier.labels, flags, strict=True) if yes}


@pytest.mark.parametrize("label", EXAMPLES)
def test_a_plain_sentence_gets_its_practice(classifier: PassageClassifier, label: str) -> None:
    assert label in assigned(classifier, EXAMPLES[label])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Add the ceramic mug to your basket. Free delivery.", "First Party Collection/Use"),
        ("Our staff share recipes with each other at lunch.", "Data Retention"),
        ("The lock on the garden gate is broken again.", "Privacy contact information"),
        ("The children played football until it got dark.", "User Access, Edit and Deletion"),
        ("You can track your parcel with the number in the email.", "Do Not Track"),
    ],
)
def test_a_near_miss_does_not(classifier: PassageClassifier, text: str, label: str) -> None:
    assert label not in assigned(classifier, text)


def test_one_passage_may_have_several_practices(classifier: PassageClassifier) -> None:
    text = (
        "We collect your phone number when you sign up and use it to send you codes. We also "
        "share your phone number with our marketing partners."
    )
    assert {"First Party Collection/Use", "Third Party Sharing/Collection"} <= assigned(
        classifier, text
    )


def test_scores_do_not_depend_on_order_or_neighbours(classifier: PassageClassifier) -> None:
    texts = [*EXAMPLES.values(), "Long. " * 300, "x"]
    forward = scores_of(classifier, texts)
    backward = scores_of(classifier, texts[::-1])[::-1]
    alone = np.concatenate([scores_of(classifier, [text]) for text in texts])
    assert np.array_equal(forward, backward)
    assert np.array_equal(forward, alone)


def test_shape_type_and_range(classifier: PassageClassifier) -> None:
    scores = scores_of(classifier, list(EXAMPLES.values()))
    assert scores.shape == (len(EXAMPLES), 12) == (len(EXAMPLES), len(classifier.labels))
    assert scores.dtype == np.float32
    assert (scores >= 0).all()
    assert (scores <= 1).all()
    assert classifier.thresholds.shape == (12,)


def test_no_texts_give_no_rows(classifier: PassageClassifier) -> None:
    assert classifier.classify([]).shape == (0, 12)


@pytest.mark.parametrize("text", ["", " \n\t", "— … —", "\x00"])
def test_text_without_a_word_has_no_practice(classifier: PassageClassifier, text: str) -> None:
    assert not scores_of(classifier, [text]).any()


def test_odd_text_is_scored_all_the_same(classifier: PassageClassifier) -> None:
    scores = scores_of(classifier, ["数据 🦊 é\u0301\ud800 данные", "a" * 5_000, "%s{}\\"])
    assert np.isfinite(scores).all()


def test_very_long_text_is_scored_in_bounded_time(classifier: PassageClassifier) -> None:
    text = "We share your location with advertisers and data brokers. " * 20_000
    assert "Third Party Sharing/Collection" in assigned(classifier, text)


def test_many_threads_agree(classifier: PassageClassifier) -> None:
    texts = list(EXAMPLES.values())
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(partial(scores_of, classifier), [texts] * 4))
    assert all(np.array_equal(result, results[0]) for result in results)


def test_nothing_heavy_is_imported_before_the_first_text() -> None:
    code = (
        "import sys, assistant.language as language\n"
        "language.text_encoder(1); language.passage_classifier('practices').labels\n"
        "language.span_tagger(); language.question_reader(1)\n"
        "language.document_type_classifier(); language.language_detector()\n"
        "heavy = {'onnxruntime', 'tokenizers', 'py3langid', 'sklearn', 'torch', 'spacy'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "sentence", "label"),
    [
        ("transparency", "You can lodge a complaint with your data protection authority.",
         "Right to Lodge Complaint"),
        ("transparency", "We keep your order records for seven years.", "Data Retention Period"),
        ("clauses", "All disputes are settled by binding arbitration.", "a"),
        ("clauses", "We may suspend or terminate your account at any time for any reason.", "ter"),
        ("clauses", "In no event shall we be liable for any indirect or lost profits.", "ltd"),
    ],
)  # fmt: skip
def test_other_heads_tell_their_plain_cases(name: str, sentence: str, label: str) -> None:
    head = language.passage_classifier(name)
    assert label in assigned(head, sentence)
    assert label not in assigned(head, "The library opens at nine and closes at five.")


def test_a_passage_in_its_text_is_scored_apart_from_the_rest() -> None:
    first = "We collect your name and your email address when you sign up."
    second = "Any dispute will be settled by binding arbitration in Springfield."
    text = f"{first} {second}"
    encoded = language.text_encoder(1).encode([text])[0]
    head = language.passage_classifier("clauses")
    column = list(head.labels).index("a")
    inside = [encoded.passage(0, len(first)), encoded.passage(len(first) + 1, len(text))]
    assert [passage.text for passage in inside] == [first, second]
    scores = head.classify(inside)[:, column]
    assert scores[1] > 0.5 > scores[0]


def test_the_same_vector_whatever_the_neighbours_and_the_length() -> None:
    encoder = language.text_encoder(1)
    alone = encoder.encode(["We share data with partners."])[0]
    among = encoder.encode(["x", "We share data with partners.", "Long. " * 900])
    assert np.array_equal(alone.pooled, among[1].pooled)
    assert len(among[2].states) > 1_000
    assert [tuple(span) for span in among[2].offsets[:2]] == [(0, 4), (4, 5)]


def test_endless_text_is_cut_and_what_lies_beyond_is_no_error() -> None:
    text = "We share data " * 20_000
    encoded = language.text_encoder(1).encode([text])[0]
    assert len(encoded.states) == len(encoded.offsets) == len(encoded.words) < 4_000
    beyond = encoded.passage(len(text) - 14, len(text))
    assert not beyond.vector.any()
    scores = language.passage_classifier("practices").classify([encoded.whole(), beyond])
    assert np.isfinite(scores).all()
