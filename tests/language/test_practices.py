"""The real embedded model, end to end, on invented sentences."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from assistant.language import practice_classifier
from assistant.language.protocols import PracticeClassifier

EXAMPLES = {
    "First Party Collection/Use": "We collect your name and email address when you sign up.",
    "Third Party Sharing/Collection": "We share your browsing history with our advertisers.",
    "User Choice/Control": "You can opt out of our newsletter with the link in every email.",
    "User Access, Edit and Deletion": "You may ask us for a copy of your data or correct it.",
    "Data Retention": "We keep log files for ninety days and then delete them.",
    "Data Security": "We encrypt card numbers with TLS and limit who may see them.",
    "Policy Change": "We may change this policy and will post the new version here.",
    "Do Not Track": "Our site does not respond to Do Not Track signals of browsers.",
    "International and Specific Audiences": "Children under 13 may not use the service.",
    "Introductory/Generic": "Welcome! Your privacy is important to us at Invented Ltd.",
    "Privacy contact information": "Questions about this policy? Write to privacy@example.org.",
}


@pytest.fixture(scope="module")
def classifier() -> PracticeClassifier:
    return practice_classifier(1)


def assigned(classifier: PracticeClassifier, text: str) -> set[str]:
    flags = classifier.classify([text])[0] >= classifier.thresholds
    return {label for label, yes in zip(classifier.labels, flags, strict=True) if yes}


@pytest.mark.parametrize("label", EXAMPLES)
def test_a_plain_sentence_gets_its_practice(classifier: PracticeClassifier, label: str) -> None:
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
def test_a_near_miss_does_not(classifier: PracticeClassifier, text: str, label: str) -> None:
    assert label not in assigned(classifier, text)


def test_one_passage_may_have_several_practices(classifier: PracticeClassifier) -> None:
    text = (
        "We collect your phone number when you sign up and use it to send you codes. We also "
        "share your phone number with our marketing partners."
    )
    assert {"First Party Collection/Use", "Third Party Sharing/Collection"} <= assigned(
        classifier, text
    )


def test_scores_do_not_depend_on_order_or_neighbours(classifier: PracticeClassifier) -> None:
    texts = [*EXAMPLES.values(), "Long. " * 300, "x"]
    forward = classifier.classify(texts)
    backward = classifier.classify(texts[::-1])[::-1]
    alone = np.concatenate([classifier.classify([text]) for text in texts])
    assert np.array_equal(forward, backward)
    assert np.array_equal(forward, alone)


def test_shape_type_and_range(classifier: PracticeClassifier) -> None:
    scores = classifier.classify(list(EXAMPLES.values()))
    assert scores.shape == (len(EXAMPLES), 12) == (len(EXAMPLES), len(classifier.labels))
    assert scores.dtype == np.float32
    assert (scores >= 0).all()
    assert (scores <= 1).all()
    assert classifier.thresholds.shape == (12,)


def test_no_texts_give_no_rows(classifier: PracticeClassifier) -> None:
    assert classifier.classify([]).shape == (0, 12)


@pytest.mark.parametrize("text", ["", " \n\t", "— … —", "\x00"])
def test_text_without_a_word_has_no_practice(classifier: PracticeClassifier, text: str) -> None:
    assert not classifier.classify([text]).any()


def test_odd_text_is_scored_all_the_same(classifier: PracticeClassifier) -> None:
    scores = classifier.classify(["数据 🦊 é\u0301\ud800 данные", "a" * 5_000, "%s{}\\"])
    assert np.isfinite(scores).all()


def test_very_long_text_is_scored_in_bounded_time(classifier: PracticeClassifier) -> None:
    text = "We share your location with advertisers and data brokers. " * 20_000
    assert "Third Party Sharing/Collection" in assigned(classifier, text)


def test_many_threads_agree(classifier: PracticeClassifier) -> None:
    texts = list(EXAMPLES.values())
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(classifier.classify, [texts] * 4))
    assert all(np.array_equal(result, results[0]) for result in results)


def test_nothing_heavy_is_imported_before_the_first_text() -> None:
    code = (
        "import sys, assistant.language as language\n"
        "language.practice_classifier(1).labels\n"
        "language.document_type_classifier(); language.language_detector()\n"
        "heavy = {'onnxruntime', 'tokenizers', 'py3langid', 'sklearn', 'torch', 'spacy'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
