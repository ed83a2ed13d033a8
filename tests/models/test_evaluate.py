"""`python -m models.evaluate` on tiny invented data."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from models import metrics
from models.document_names import service_of_name, type_of_name
from models.evaluate import main
from models.tasks import TASKS

SEGMENTS = [
    ("a.example", 0, "We collect your name when you sign up.", ["First Party Collection/Use"]),
    ("a.example", 1, "We share data with advertisers.", ["Third Party Sharing/Collection"]),
    ("b.example", 0, "Our site does not respond to Do Not Track signals.", ["Do Not Track"]),
    ("b.example", 1, "The annotators could not agree on this one.", []),
]


def _write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def segments(tmp_path: Path) -> Path:
    return _write(
        tmp_path / "segments.jsonl",
        [
            {"policy": policy, "segment": index, "text": text, "labels_majority": labels}
            for policy, index, text, labels in SEGMENTS
        ],
    )


def test_opp115_prints_metrics_and_writes_every_segment(
    segments: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "predictions.jsonl"
    assert main(["opp115", str(segments), "--predictions", str(out)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["segments"], figures["labelled"], figures["policies"]) == (4, 3, 2)
    assert figures["macro"] == figures["micro"] == figures["f1[Do Not Track]"] == 1.0
    assert figures["labels"]["Do Not Track"]["support"] == 1
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(line["policy"], line["segment"]) for line in lines] == [
        (policy, index) for policy, index, _, _ in SEGMENTS
    ]
    assert lines[2]["labels"] == ["Do Not Track"]
    assert len(lines[0]["scores"]) == 12


def test_doctype_scores_what_names_or_rows_state(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = "This privacy policy says which personal information we collect and share. " * 5
    terms = "By using the service you agree to these terms. Our liability is limited. " * 5
    data = _write(
        tmp_path / "documents.jsonl",
        [
            {"name": "Invented_Privacy Policy", "text": policy},
            {"name": "Invented_Terms of Service", "text": terms},
            {"name": "page 3", "type": "other", "text": "404. This page does not exist."},
            {"name": "page 4", "text": "Of no known type, so read but not scored."},
        ],
    )
    out = tmp_path / "predictions.jsonl"
    assert main(["doctype", str(data), "--predictions", str(out)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["documents"], figures["labelled"], figures["accuracy"]) == (4, 3, 1.0)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["type"] for line in lines[:3]] == ["privacy-policy", "terms", "other"]


@pytest.mark.parametrize("task", ["opp115", "doctype"])
@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"{", b"[1]\n", b'{"text": 1}\n', b"\xff\xfe\n", b'{"name": "x"}\n']
)
def test_bad_data_is_one_line_and_exit_1(
    task: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "marked-name.jsonl"
    data.write_bytes(content)
    assert main([task, str(data)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "marked-name" not in printed.err


def test_missing_data_and_unlabelled_data_are_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["opp115", str(tmp_path / "nowhere.jsonl")]) == 1
    row: dict[str, object] = {"policy": "p", "segment": 0, "text": "Words.", "labels_majority": []}
    assert main(["opp115", str(_write(tmp_path / "none.jsonl", [row]))]) == 1
    assert "no" in capsys.readouterr().err.lower()


def test_an_unwritable_target_is_an_error(segments: Path, tmp_path: Path) -> None:
    assert main(["opp115", str(segments), "--predictions", str(tmp_path / "no" / "out")]) == 1


@pytest.mark.parametrize("arguments", [[], ["opp115"], ["nonsense", "data.jsonl"]])
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_registered_task_has_a_module(name: str) -> None:
    assert find_spec(TASKS[name]) is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Invented_Privacy Policy", "privacy-policy"),
        ("contrib__Invented__Privacy Notice", "privacy-policy"),
        ("Invented_Privacy and Cookie Policy", "privacy-policy"),
        ("Privacy Ltd_Terms of Service", "terms"),
        ("Invented_COOKIE POLICY", "cookies"),
        ("Invented_DMCA Policy", "other"),
        ("Invented_Terms of Service and Privacy Policy", None),
        ("Invented_Data Processing Addendum", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_names_state_types(name: str, kind: str | None) -> None:
    assert type_of_name(name) == kind


def test_a_service_groups_its_documents() -> None:
    assert service_of_name("Invented_Terms") == service_of_name("contrib__Invented__Privacy Policy")


def test_f1_and_intervals_of_a_known_case() -> None:
    import numpy as np

    gold = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=bool)
    predicted = np.array([[1, 0], [0, 0], [0, 1], [0, 1]], dtype=bool)
    figures = metrics.report(["a", "b"], gold, predicted, ["p", "p", "q", "q"])
    assert figures["f1[a]"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["f1[b]"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["macro"] == figures["micro"] == pytest.approx(2 / 3, abs=1e-4)


def test_calibration_error_of_a_known_case() -> None:
    import numpy as np

    sure = np.array([0.9, 0.9, 0.9, 0.9])
    assert metrics.calibration_error(sure, np.array([1, 1, 1, 1], dtype=bool)) == pytest.approx(0.1)
    assert metrics.calibration_error(sure, np.array([0, 0, 0, 0], dtype=bool)) == pytest.approx(0.9)
