"""The tasks of `models.evaluate` on the shared encoder, on tiny invented data of each format."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models import metrics
from models.corpora import gdpr, piextract, tosdr, unfair
from models.corpora.splits import held_out
from models.corpora.windows import join, mend, pack
from models.evaluate import main
from models.tasks.piextract import token_range
from models.tasks.policyqa import normal, overlap

Evaluate = Callable[[str, Path], tuple[dict[str, object], list[dict[str, object]]]]

APP: dict[str, object] = {
    "app": "invented.app",
    "passages": [
        {"type": "headline", "context": [], "passage": "Privacy Policy", "annotations": []},
        {
            "type": "text",
            "context": [{"text": "Privacy Policy", "type": "h1"}],
            "passage": "You have the right to lodge a complaint with a supervisory authority.",
            "annotations": [
                {"requirement": "Right to Lodge Complaint", "value": "lodge", "performed": True}
            ],
        },
        {
            "type": "text",
            "context": [{"text": "Privacy Policy", "type": "h1"}],
            "passage": "The weather was fine.",
            "annotations": [],
        },
    ],
}
TERMS = [
    "All disputes will be settled by binding arbitration.",
    "The shop opens at nine.",
    "In no event will we be liable for any indirect, incidental or consequential damages.",
]


@pytest.fixture
def evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    """Runs a task with predictions; gives the metrics and the lines."""

    def run(task: str, data: Path) -> tuple[dict[str, object], list[dict[str, object]]]:
        out = tmp_path / "out.jsonl"
        assert main([task, str(data), "--predictions", str(out)]) == 0
        lines = out.read_text(encoding="utf-8").splitlines()
        return json.loads(capsys.readouterr().out), [json.loads(line) for line in lines]

    return run


def test_gdpr_names_the_passage_and_carries_scores(evaluate: Evaluate, tmp_path: Path) -> None:
    data = tmp_path / "apps.jsonl"
    data.write_text(json.dumps(APP) + "\n", encoding="utf-8")
    figures, lines = evaluate("gdpr", data)
    assert (figures["apps"], figures["passages"]) == (1, 3)
    assert [(line["app"], line["passage"]) for line in lines] == [
        ("invented.app", place) for place in range(3)
    ]
    assert lines[1]["labels"] == ["Right to Lodge Complaint"]
    assert lines[2]["labels"] == []
    assert all(len(line["scores"]) == 21 for line in lines)  # type: ignore[arg-type]


def test_unfair_keeps_lines_of_all_languages_in_place(evaluate: Evaluate, tmp_path: Path) -> None:
    for code, sentences, tags in (
        ("en", TERMS, ["a2", "", "ltd2"]),
        ("de", ["Gerichtsstand ist Berlin.", "", "Guten Tag."], ["j1", ""]),
    ):
        for kind, rows in (("sentences", sentences), ("tags", tags)):
            (tmp_path / kind / code).mkdir(parents=True)
            (tmp_path / kind / code / "Shop.txt").write_text("\n".join(rows), encoding="utf-8")
    figures, lines = evaluate("unfair", tmp_path)
    assert [(line["language"], line["file"], line["line"]) for line in lines] == [
        (code, "Shop.txt", line) for code in ("en", "de") for line in range(3)
    ]
    assert "a" in lines[0]["tags"]  # type: ignore[operator]
    assert lines[1]["tags"] == []
    assert set(figures["languages"]) == {"en", "de"}  # type: ignore[call-overload]
    assert 0 <= figures["macro"] <= 1  # type: ignore[operator]


def _conll(folder: Path, rows: list[list[tuple[str, str]]]) -> None:
    for name, label in piextract.FOLDERS.items():
        blocks = [
            "\n".join(f"{t} _ _ {tag if label in tag else 'O'}" for t, tag in row) for row in rows
        ]
        (folder / name).mkdir()
        text = "\n\n".join(["-DOCSTART- -X- O O", *blocks]) + "\n"
        (folder / name / "validation.conll03").write_text(text, encoding="utf-8")


def test_piextract_keeps_sentences_and_token_ranges(evaluate: Evaluate, tmp_path: Path) -> None:
    rows = [
        [("We", "O"), ("collect", "O"), ("your", "B-COLLECT"), ("name", "I-COLLECT"), (".", "O")],
        [("Hello", "O"), ("(", "O"), ("again", "O"), (")", "O")],
    ]
    _conll(tmp_path, rows)
    figures, lines = evaluate("piextract", tmp_path)
    assert figures["sentences"] == 2
    assert figures["support[COLLECT]"] == 1
    assert [line["tokens"] for line in lines] == [[token for token, _ in row] for row in rows]
    for line in lines:
        for span in line["spans"]:  # type: ignore[attr-defined]
            assert 0 <= span["start"] < span["end"] <= len(line["tokens"])  # type: ignore[arg-type]
            assert span["label"] in piextract.FOLDERS.values()


def test_piextract_refuses_folders_that_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _conll(tmp_path, [[("We", "O"), ("collect", "O")]])
    odd = tmp_path / "Share_true" / "validation.conll03"
    odd.write_text("They _ _ O\n", encoding="utf-8")
    assert main(["piextract", str(tmp_path)]) == 1
    assert "same sentences" in capsys.readouterr().err


def test_policyqa_answers_from_the_own_passage_and_ranks_all(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    contexts = [
        "We collect your email address when you register.",
        "We may change this policy and will post the new version here.",
    ]
    question = "How do you inform me if the policy changes?"
    data = {
        "data": [
            {
                "title": "invented.example",
                "paragraphs": [
                    {"context": contexts[0], "qas": []},
                    {
                        "context": contexts[1],
                        "qas": [
                            {
                                "id": "q1",
                                "question": question,
                                "answers": [{"text": "post the new version", "answer_start": 39}],
                            }
                        ],
                    },
                ],
            }
        ]
    }
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    figures, lines = evaluate("policyqa", file)
    assert figures["questions"] == 1
    assert lines[0]["id"] == "q1"
    assert lines[0]["answer"] in contexts[1]  # type: ignore[operator]
    assert sorted(lines[0]["passages"]) == [0, 1]  # type: ignore[call-overload]
    assert 0 <= lines[0]["score"] <= 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("task", "content"),
    [
        ("gdpr", b""),
        ("gdpr", b'{"app": "a"}\n'),
        ("gdpr", b"\xff"),
        ("policyqa", b"{}"),
        ("policyqa", b"[]"),
        ("policyqa", b"{"),
        ("policyqa", b'{"data": []}'),
    ],
)
def test_bad_files_are_one_line(
    task: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "marked-name"
    file.write_bytes(content)
    assert main([task, str(file)]) == 1
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert "marked-name" not in printed.err


@pytest.mark.parametrize("task", ["unfair", "piextract", "gdpr", "policyqa"])
def test_missing_data_are_an_error(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([task, str(tmp_path / "nowhere")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


# --- Corpora ---------------------------------------------------------------------------


def test_windows_hold_every_passage_once_and_in_place() -> None:
    texts = ["one two", "three " * 30, "", "four five", "six " * 200]
    windows = pack(texts, 40)
    assert [place for window in windows for place in window] == list(range(len(texts)))
    text, spans = join(texts, "\n", prefix="Heading")
    assert [text[start:end] for start, end in spans] == texts
    assert pack([]) == []


def test_a_gdpr_window_leads_with_its_headings_and_marks_its_passages() -> None:
    labels = ["Right to Lodge Complaint"]
    [(window, places)] = gdpr.windows(APP, labels)
    assert list(places) == [0, 1, 2]
    assert [window.text[slice(*part.span)] for part in window.parts] == [
        passage["passage"] for passage in gdpr.passages(APP)
    ]
    assert [part.labels for part in window.parts] == [frozenset(), frozenset({0}), frozenset()]


def test_spans_of_tags_and_tokens() -> None:
    assert piextract.bio_spans(["O", "B-X", "I-X", "B-X", "O", "I-X"]) == [(1, 3), (3, 4), (5, 6)]
    _, spans = piextract.token_spans(["your", "e-mail", "."])
    assert token_range(spans, 5, 8) == (1, 2)
    assert token_range(spans, 0, 11) == (0, 2)
    assert token_range(spans, 40, 50) is None


def test_levels_are_dropped_from_unfair_tags(tmp_path: Path) -> None:
    for kind, text in (("sentences", "One.\nTwo."), ("tags", "ltd2 ter3\n")):
        (tmp_path / kind / "en").mkdir(parents=True)
        (tmp_path / kind / "en" / "Shop.txt").write_text(text, encoding="utf-8")
    [(name, sentences, tags)] = unfair.read_documents(tmp_path, "en")
    assert (name, len(sentences)) == ("Shop.txt", 2)
    assert tags == [frozenset({"ltd", "ter"}), frozenset()]


def test_one_source_is_on_one_side_however_it_is_spelled() -> None:
    names = [f"Service {number}" for number in range(400)]
    share = sum(map(held_out, names)) / len(names)
    assert 0.13 < share < 0.27
    assert all(held_out(name) == held_out(name.upper() + "!") for name in names)
    assert held_out("Walmart") and held_out("walmart.com")


def test_misread_text_and_markup_are_mended() -> None:
    assert mend("itâ\x80\x99s Ã©t") == "it’s ét"
    assert mend("plain – text") == "plain – text"
    assert tosdr.plain_quote("<b>We &amp; you</b>\n agree") == "We & you agree"


def test_answers_are_compared_as_squad_does() -> None:
    assert normal("The  Cat, a DOG!") == "cat dog"
    assert overlap("the cat", "cat") == 1.0
    assert overlap("cat", "dog") == 0.0
    assert overlap("we share data", "share data now") == pytest.approx(2 / 3)


def test_labels_the_classifier_does_not_know_count_as_missed() -> None:
    scores = np.array([[0.9], [0.1]], dtype=np.float32)
    figures = metrics.multilabel(
        ["a"], [{"a", "b"}, set()], scores, np.array([0.5], np.float32), groups=["p", "q"]
    )
    assert figures["f1[a]"] == 1.0
    assert figures["f1[b]"] == 0.0
