"""The loader of knowledge refuses what YAML would quietly take."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.knowledge import Gap, InvalidKnowledge, Rule, folder, load_rules, load_yaml


def test_a_file_of_the_right_shape_is_read(tmp_path: Path) -> None:
    file = tmp_path / "gap.yaml"
    file.write_text("what: The picture\nwhy: Nobody looked.\n")
    assert load_yaml(Gap, file) == Gap("The picture", "Nobody looked.")


@pytest.mark.parametrize(
    "text",
    [
        "what: a\nwhy: b\nwhat: c\n",
        "what: a\nwhy: b\nhow: c\n",
        "what: a\n",
        "what: [\n",
        "",
    ],
    ids=["a key twice", "an unknown key", "a missing key", "no YAML", "nothing"],
)
def test_any_other_file_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "gap.yaml"
    file.write_text(text)
    with pytest.raises(InvalidKnowledge, match=r"gap\.yaml"):
        load_yaml(Gap, file)


@pytest.mark.parametrize("room", ["site", "photo", "policy"])
def test_no_rule_file_of_ours_holds_a_key_twice(room: str) -> None:
    for file in (folder(room) / "rules").iterdir():
        assert load_yaml(dict[str, object], file)


def test_a_rule_in_a_file_of_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    rule = (folder("site") / "rules" / "no-https.yaml").read_text("utf-8")
    (tmp_path / "rules" / "other.yaml").write_text(rule.replace("at_most: D\n", ""))
    monkeypatch.setattr("assistant.knowledge.folder", lambda room: tmp_path)
    with pytest.raises(InvalidKnowledge, match=r"other\.yaml: holds the rule site\.no-https"):
        load_rules(Rule, "site")
