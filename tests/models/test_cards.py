"""Cards, metrics, manifests and the index belong to the models that are shipped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from assistant.language.artifacts import model_versions, open_artifact
from models import cards
from models.cards import (
    LIMIT_BYTES,
    MODELS,
    NAMES,
    PLOT,
    BadCard,
    readme_rows,
    render_card,
    render_index,
    render_method,
    render_plot,
    shipped,
)

NON_COMMERCIAL = ("OPP-115", "PolicyQA", "PI-Extract", "no licence is stated", "non-commercial")
SHARED_LICENCES = (
    *NON_COMMERCIAL,
    "GPL-3.0",
    "CC BY-SA 3.0",
    "https://tosdr.org",
    "AGPL-3.0",
    "ODC-BY 1.0",
    "Open Terms Archive contributors",
    "CC BY 4.0",
    "Galassi et al., 2024",
    "all-MiniLM-L6-v2: Apache-2.0",
)
HEADS = ("practices", "attributes", "transparency", "clauses", "cases", "data_types", "questions")


class TestShipped:
    """What stands in the folders now; a folder without a manifest ships nothing yet."""

    @pytest.mark.parametrize("name", shipped())
    def test_the_card_is_what_its_sources_say(self, name: str) -> None:
        card = (MODELS / name / "card.md").read_text(encoding="utf-8")
        assert card == render_card(name), "run `python -m models.cards`"

    @pytest.mark.parametrize("name", shipped())
    def test_the_picture_is_what_its_bins_say(self, name: str) -> None:
        pytest.importorskip("scipy")
        pytest.importorskip("sklearn")
        picture = MODELS / name / PLOT
        drawn = picture.read_text(encoding="utf-8") if picture.exists() else None
        assert drawn == render_plot(name), "run `python -m models.cards`"

    def test_the_index_is_what_its_sources_say(self) -> None:
        index = (MODELS / "README.md").read_text(encoding="utf-8")
        assert index == render_index(), "run `python -m models.cards`"

    @pytest.mark.parametrize("job", cards.METHODS)
    def test_the_card_of_a_job_is_what_its_figures_say(self, job: str) -> None:
        card = (MODELS / job / "card.md").read_text(encoding="utf-8")
        assert card == render_method(job), "run `python -m models.cards`"

    def test_every_folder_with_a_manifest_is_a_known_model(self) -> None:
        folders = {file.parent.name for file in MODELS.glob("*/manifest.json")}
        assert folders <= set(NAMES)

    @pytest.mark.parametrize("name", shipped())
    def test_the_metrics_were_measured_on_this_very_model(self, name: str) -> None:
        metrics = json.loads((MODELS / name / "metrics.json").read_text(encoding="utf-8"))
        assert metrics["model_version"] == model_versions([name])[name]
        assert metrics["date"]
        assert all(len(digest) == 64 for digest in metrics.get("data", {}).values())

    @pytest.mark.parametrize("name", shipped())
    def test_the_manifest_lists_all_files_that_are_loaded(self, name: str) -> None:
        artifact = open_artifact(name)
        loaded = {
            path.name
            for path in artifact.folder.iterdir()
            if path.suffix in {".onnx", ".npz", ".msgpack", ".txt"}
            or path.name in {"config.json", "tokenizer.json"}
        }
        assert set(artifact.files) == loaded
        manifest = json.loads((artifact.folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["licence"]
        assert set(manifest["training"]) >= {"commit", "data", "config", "packages"}

    @pytest.mark.parametrize("name", shipped())
    def test_a_card_says_what_it_rests_on_and_where_it_fails(self, name: str) -> None:
        card = (MODELS / name / "card.md").read_text(encoding="utf-8")
        for heading in ("Use", "Not for", "Results", "Data and licences", "Known failures"):
            assert f"## {heading}" in card
        assert "LICENSE" in card
        assert "Not read by hand yet" not in card, f"say in {name}/card.yaml where it fails"

    @pytest.mark.parametrize("name", [name for name in HEADS if name in shipped()])
    def test_a_head_repeats_all_licences_of_what_the_encoder_learned(self, name: str) -> None:
        card = (MODELS / name / "card.md").read_text(encoding="utf-8")
        assert [words for words in SHARED_LICENCES if words not in card] == []

    def test_models_stay_small(self) -> None:
        sizes = [
            path.stat().st_size
            for name in NAMES
            for path in (MODELS / name).glob("*")
            if path.is_file()
        ]
        assert sum(sizes) <= LIMIT_BYTES


class TestNotes:
    """What people wrote about the models, shipped or not yet."""

    @pytest.mark.parametrize("name", HEADS)
    def test_heads_sit_on_the_encoder_and_are_in_the_readme(self, name: str) -> None:
        notes = cards.read_notes(name)
        assert notes.head_of == "encoder"
        assert notes.labels or name == "questions"
        assert notes.readme

    def test_the_licence_file_names_every_model_and_every_corpus(self) -> None:
        terms = (MODELS / "LICENSE").read_text(encoding="utf-8")
        assert [name for name in NAMES if f"`{name}/`" not in terms] == []
        for corpus in ("OPP-115", "PolicyQA", "PI-Extract", "GDPR transparency", "ToS;DR"):
            assert corpus in terms
        for licence in ("CC BY-SA 3.0", "CC BY 4.0", "ODC-BY 1.0", "AGPL-3.0", "GPL-3.0"):
            assert licence in terms
        assert "no licence is stated" in terms


# --- An invented model -----------------------------------------------------------------

LEAK = {
    "auc": 0.61,
    "auc_interval": [0.55, 0.67],
    "tpr_at_1_fpr": 0.02,
    "tpr_interval": [0.0, 0.05],
}
COUNTS = {
    "members": 2346,
    "non_members": 598,
    "member_groups": 75,
    "non_member_groups": 20,
    "false_positives_at_1_fpr": 5,
    "shadows": 16,
}
BARE: dict[str, object] = {
    "date": "2026-11-26",
    "model_version": "0" * 64,
    "data": {"fruit/validation.jsonl": "ab" * 32},
    "headline": [
        {"name": "macro F1", "value": 0.812, "interval": [0.78, 0.8449]},
        {"name": "passages", "value": 1234, "interval": None},
    ],
    "comparison": {"columns": ["system", "macro F1"], "rows": [["key words", 0.5]]},
    "size_bytes": 1_500_000,
    "speed": "1 ms a fruit.",
}
FULL: dict[str, object] = {
    **BARE,
    "labels": {
        "pear|||skin|||green": {
            "precision": 1.0,
            "recall": 0.5,
            "f1": 0.6667,
            "support": 2,
            "interval": [0.1, 0.9],
        },
        "a|b": {"precision": None, "recall": 0.0, "f1": 0.0, "support": 0, "interval": None},
    },
    "more": [
        {"title": "By season", "columns": ["season", "found"], "rows": [["autumn", 0.25]]}
        | {"note": "Winter has none."}
    ],
    "seeds": {
        "names": ["macro F1"],
        "rows": [[0, 0.80], [1, 0.82]],
        "mean": [0.81],
        "sd": [0.01414],
        "note": "What ships is the mean of the weights.",
    },
    "calibration": {
        "error": 0.021,
        "bins": [
            {"from": 0.0, "to": 0.1, "count": 1200, "confidence": 0.05, "share": 0.04},
            {"from": 0.9, "to": 1.0, "count": 30, "confidence": 0.95, "share": 0.9},
        ],
        "how": "Each orchard by the others.",
    },
    "int8": {
        "columns": ["weights", "macro F1", "size"],
        "rows": [["float32", 0.815, "4 MB"], ["int8", 0.812, "1 MB"]],
    },
    "memory": "3 MB in memory.",
    "membership": {
        "attacks": {"loss": LEAK, "lira": {**LEAK, "auc": 0.6}},
        "shift": {"loss": {**LEAK, "auc": 0.62}, "lira": LEAK},
        "no_model": {**LEAK, "auc": 0.65},
        "family": {**LEAK, "auc": 0.7},
        "counts": COUNTS,
    },
    "linear_runtime_largest_difference": 0.0009,
}
NOTES = {
    "title": "practices: what a fruit is",
    "summary": "Tells fruit apart.\n",
    "use": ["Baskets."],
    "not_for": ["Vegetables."],
    "input": ["A fruit."],
    "evaluation": "Fruit of other orchards.\n",
    "data": ["Orchard, CC0."],
    "known_failures": [],
    "head_of": "encoder",
    "readme": [{"figure": "macro F1", "name": "Fruit", "peers": "a child 99"}],
}
MANIFEST = {
    "name": "practices",
    "files": {},
    "base": "",
    "base_version": "",
    "base_licence": "",
    "licence": "models/LICENSE: for eating",
    "training": {"commit": "c" * 40, "data": {}, "config": {}, "packages": {}},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of models with one head that has every figure, and the notes of its encoder."""
    for name in ("practices", "encoder", *cards.METHODS):
        (tmp_path / name).mkdir()
    put(tmp_path, FULL)
    notes = {**NOTES, "head_of": "", "data": ["Soil, ODC-BY 1.0."]}
    (tmp_path / "encoder" / "card.yaml").write_text(yaml.safe_dump(notes), encoding="utf-8")
    (tmp_path / "index.yaml").write_text("intro: |\n  # All\noutro: End.\n", encoding="utf-8")
    for name in cards.METHODS:
        for file in ("card.yaml", "metrics.json"):
            shutil.copy(MODELS / name / file, tmp_path / name / file)
    return tmp_path


def put(root: Path, metrics: object, notes: object = NOTES) -> None:
    folder = root / "practices"
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    (folder / "card.yaml").write_text(yaml.safe_dump(notes), encoding="utf-8")


class TestRendering:
    def test_shares_print_as_per_cent_counts_as_they_are(self, root: Path) -> None:
        card = render_card("practices", root)
        assert "Macro F1 **81.2** (78.0–84.5), passages **1,234**." in card
        assert "| key words | 50.0 |" in card
        assert "| autumn | 25.0 |\n\nWinter has none." in card
        assert "`fruit/validation.jsonl` (SHA-256 `abababababab…`)" in card

    def test_labels_are_sorted_and_their_pipes_break_no_table(self, root: Path) -> None:
        card = render_card("practices", root)
        first = "| a\\|b | – | 0.0 | 0.0 | – | 0 |"
        second = "| pear › skin › green | 100.0 | 50.0 | 66.7 | 10.0–90.0 | 2 |"
        assert f"{first}\n{second}" in card
        assert "<details>" not in card

    def test_a_long_table_of_labels_is_folded_away(self, root: Path) -> None:
        row = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 1, "interval": [0.0, 1.0]}
        put(root, {**FULL, "labels": {f"label {i}": row for i in range(40)}})
        assert "<details><summary>All 40 labels</summary>" in render_card("practices", root)

    def test_seeds_show_mean_and_deviation(self, root: Path) -> None:
        card = render_card("practices", root)
        assert "| 1 | 82.0 |\n| mean ± standard deviation | 81.0 ± 1.4 |" in card
        assert "What ships is the mean of the weights." in card

    def test_one_seed_has_no_deviation(self, root: Path) -> None:
        one = {"names": ["macro F1"], "rows": [["seed-0", 0.8]], "mean": [0.8], "sd": []}
        put(root, {**FULL, "seeds": one})
        card = render_card("practices", root)
        assert "| seed-0 | 80.0 |" in card
        assert "±" not in card

    def test_int8_shows_what_it_costs_in_points(self, root: Path) -> None:
        assert "| int8 | 81.2 | 1 MB |\n| difference | −0.3 | – |" in render_card("practices", root)

    def test_rows_that_are_no_pair_get_no_difference(self, root: Path) -> None:
        likeness = {"columns": ["cosine", "value"], "rows": [["mean", 0.99], ["least", 0.98]]}
        put(root, {**FULL, "int8": likeness})
        assert "difference |" not in render_card("practices", root)

    def test_calibration_has_its_table_and_its_picture(self, root: Path) -> None:
        card = render_card("practices", root)
        assert "Each orchard by the others. Expected calibration error 2.1 %." in card
        assert f"]({PLOT})" in card
        assert "| 90–100 % | 30 | 95.0 | 90.0 |" in card

    def test_what_is_said_of_calibration_needs_no_figures(self, root: Path) -> None:
        put(root, BARE, {**NOTES, "calibration": "By the other orchards."})
        card = render_card("practices", root)
        assert "## Calibration\n\nBy the other orchards.\n\n## Size" in card

    def test_the_picture_is_written_and_taken_away_with_its_bins(self, root: Path) -> None:
        pytest.importorskip("scipy")
        pytest.importorskip("sklearn")
        cards.write_card("practices", root)
        picture = root / "practices" / PLOT
        assert "<svg" in picture.read_text(encoding="utf-8")
        put(root, {**FULL, "calibration": {"error": 0.021}})
        cards.write_card("practices", root)
        assert not picture.exists()
        assert PLOT not in (root / "practices" / "card.md").read_text(encoding="utf-8")

    def test_the_audit_is_told_in_words_and_as_a_table(self, root: Path) -> None:
        card = render_card("practices", root)
        assert (
            "AUC of 61.0, and 62.0 where there is nothing to remember: this audit finds no" in card
        )
        assert "A guess from the text alone, without the model, reaches 65.0." in card
        assert "at most 1 % of the others, that is 5 passages" in card
        assert "| the text alone, no model | 65.0 | 55.0–67.0 | 2.0 | 0.0–5.0 |" in card
        assert "2,346 passages of 75 documents were trained on, 598 of 20 were not; 16" in card

    @pytest.mark.parametrize(
        ("auc", "interval", "words"),
        [
            (0.9, [0.85, 0.95], "(LiRA) reaches an AUC of 90.0, and 61.0"),
            (0.9, [0.85, 0.95], "the model gives away something"),
            (0.65, [0.6, 0.7], "the intervals overlap"),
            (0.6, [0.5, 0.7], "no sign that it remembers"),
        ],
    )
    def test_the_verdict_is_on_the_attack_furthest_beyond_its_control(
        self, root: Path, auc: float, interval: list[float], words: str
    ) -> None:
        audit = {
            "attacks": {"loss": LEAK, "lira": {**LEAK, "auc": auc, "auc_interval": interval}},
            "shift": {"loss": {**LEAK, "auc": 0.63}, "lira": LEAK},
            "no_model": LEAK,
            "family": LEAK,
            "counts": COUNTS,
        }
        put(root, {**FULL, "membership": audit})
        assert words in render_card("practices", root)

    def test_a_head_repeats_the_data_of_its_encoder(self, root: Path) -> None:
        card = render_card("practices", root)
        assert "- Orchard, CC0." in card
        assert "- Soil, ODC-BY 1.0." in card
        assert "Base model: the shared [encoder](../encoder/card.md)." in card

    def test_parts_that_were_not_measured_are_left_out(self, root: Path) -> None:
        put(root, BARE, {**NOTES, "head_of": ""})
        card = render_card("practices", root)
        for absent in ("## Labels", "## Calibration", "seed", "int8", "gives away", "shared"):
            assert absent not in card
        assert "1.5 MB. 1 ms a fruit.\n" in card
        assert "Not read by hand yet." in card
        assert "\n\n\n" not in card

    def test_no_headline_no_data_and_no_comparison_will_do(self, root: Path) -> None:
        put(root, {**BARE, "headline": [], "data": {}, "comparison": None})
        card = render_card("practices", root)
        assert "Measured on 2026-11-26. Figures are per cent.\n" in card
        assert "Beside others" not in card

    def test_macro_and_micro_of_a_script_with_its_own_words_are_read(self, root: Path) -> None:
        own = {
            "macro": 0.9,
            "micro": 0.95,
            "macro_interval": [0.8, 0.99],
            "micro_interval": [0.9, 0.99],
            "labels": {},
        }
        given = {key: BARE[key] for key in ("date", "model_version", "data", "size_bytes", "speed")}
        given |= {
            "validation": own,
            "comparison": [{"what": "key words", "macro": 0.5, "micro": 0.6}],
            "calibration_error": 0.01,
            "calibration_bins": [
                {"low": 0.0, "high": 1.0, "count": 7, "confidence": 0.5, "share": 0.5}
            ],
            "other_recall": {"documentation": 0.991},
        }
        put(root, given)
        card = render_card("practices", root)
        assert "Macro F1 **90.0** (80.0–99.0), micro F1 **95.0** (90.0–99.0)." in card
        assert "| key words | 50.0 | 60.0 |" in card
        assert "| 0–100 % | 7 | 50.0 | 50.0 |" in card
        assert "| documentation | 99.1 |" in card


class TestIndex:
    def test_what_ships_is_listed_with_figures_and_total(self, root: Path) -> None:
        index = render_index(root)
        assert (
            "| [practices](practices/card.md) | what a fruit is | 1.5 MB | macro F1 81.2 " in index
        )
        assert "Together 1.5 MB, under the 40 MB" in index
        assert "encoder/card.md" not in index

    def test_too_large_models_are_refused(self, root: Path) -> None:
        put(root, {**FULL, "size_bytes": LIMIT_BYTES + 1})
        with pytest.raises(BadCard, match="over the limit"):
            render_index(root)

    def test_all_pages_are_written(self, root: Path) -> None:
        assert cards.main(root) == 0
        assert (root / "README.md").read_text(encoding="utf-8") == render_index(root)
        assert all((root / name / "card.md").exists() for name in cards.METHODS)

    def test_the_index_waits_for_figures_that_are_to_come(self, root: Path) -> None:
        (root / "doctype").mkdir()
        (root / "doctype" / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
        assert cards.main(root) == 0
        assert (root / "practices" / "card.md").exists()
        assert not (root / "README.md").exists()
        with pytest.raises(BadCard, match=r"doctype/card\.yaml: missing|doctype/metrics\.json"):
            render_index(root)


class TestReadme:
    def test_headlines_stand_beside_their_peers(self, root: Path) -> None:
        assert readme_rows("practices", root) == [
            ["Fruit", "macro F1", "81.2 (78.0–84.5)", "a child 99", "2026-11-26"]
        ]

    def test_a_headline_is_found_by_its_beginning(self, root: Path) -> None:
        figures = [{"name": "macro F1 of 83 labels", "value": 0.5}]
        put(root, {**FULL, "headline": figures})
        assert readme_rows("practices", root)[0][1:3] == ["macro F1 of 83 labels", "50.0"]

    def test_without_a_choice_all_stand_beside_the_first_system(self, root: Path) -> None:
        put(root, FULL, {**NOTES, "readme": []})
        assert readme_rows("practices", root) == [
            ["What a fruit is", "macro F1", "81.2 (78.0–84.5)", "key words 50.0", "2026-11-26"],
            ["What a fruit is", "passages", "1,234", "–", "2026-11-26"],
        ]

    def test_a_figure_that_nobody_measured_is_named(self, root: Path) -> None:
        put(root, FULL, {**NOTES, "readme": [{"figure": "taste", "name": "Fruit", "peers": ""}]})
        with pytest.raises(BadCard, match=r"practices/card\.yaml: .*`taste`.*`macro F1`"):
            readme_rows("practices", root)


class TestBadFiles:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"headline": [{"name": "macro F1", "value": "high"}]}, "headline"),
            ({"headline": [{"name": "macro F1"}]}, "headline.0.value"),
            ({"size_bytes": None}, "size_bytes"),
            ({"comparison": {"columns": ["a", "b"], "rows": [["one"]]}}, "one cell a column"),
            ({"seeds": {"names": ["F1"], "rows": [], "mean": [], "sd": []}}, "fit the names"),
            ({"calibration": {"error": 0.1, "bin": []}}, "calibration.bin"),
            ({"membership": {"attacks": {}}}, "membership.shift"),
        ],
    )
    def test_figures_of_the_wrong_shape_are_named(
        self, root: Path, change: dict[str, object], words: str
    ) -> None:
        put(root, {**FULL, **change})
        with pytest.raises(BadCard) as raised:
            render_card("practices", root)
        assert str(raised.value).startswith("practices/metrics.json: ")
        assert words in str(raised.value)
        assert "\n" not in str(raised.value)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{", "not JSON"),
            ("[]", "not an object"),
            ('{"headline": NaN}', "NaN is no number"),
            ('{"validation": {}}', "neither `headline` nor"),
            ("{}", "neither `headline` nor"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_named(self, root: Path, text: str, words: str) -> None:
        (root / "practices" / "metrics.json").write_text(text, encoding="utf-8")
        with pytest.raises(BadCard, match=rf"practices/metrics\.json: .*{words}"):
            render_card("practices", root)

    def test_a_missing_file_is_named(self, root: Path) -> None:
        (root / "practices" / "metrics.json").unlink()
        with pytest.raises(BadCard, match=r"practices/metrics\.json: missing"):
            render_card("practices", root)

    @pytest.mark.parametrize(
        ("text", "words"), [("title: [", "not YAML"), ("titel: x", "`title`"), ("x", "an object")]
    )
    def test_notes_of_the_wrong_shape_are_named(self, root: Path, text: str, words: str) -> None:
        (root / "practices" / "card.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(BadCard, match=rf"practices/card\.yaml: .*{words}"):
            render_card("practices", root)

    def test_the_command_says_it_in_one_line(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (root / "practices" / "metrics.json").write_text("{", encoding="utf-8")
        assert cards.main(root) == 1
        assert capsys.readouterr().err.startswith("cards: practices/metrics.json: not JSON")
