"""Every rule is complete, sourced, in plain words and made of concepts that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import knowledge
from assistant.knowledge import InvalidKnowledge, Nature, load_yaml, rating_scale
from assistant.policy import rulebook
from assistant.policy.rulebook import PolicyRule, lexicon, policy_rules, tosdr_cases, used_concepts

RULES = policy_rules()
THE_TWENTY = {
    "sells-data",
    "shares-with-advertisers",
    "shares-with-data-brokers",
    "tracks-across-sites",
    "ignores-do-not-track",
    "honours-gpc",
    "keeps-data-indefinitely",
    "changes-without-notice",
    "transfers-in-sale",
    "discloses-to-government",
    "fingerprinting",
    "biometrics",
    "precise-location",
    "collects-childrens-data",
    "trains-ai",
    "trains-ai-opt-out",
    "forced-arbitration",
    "broad-content-licence",
    "account-deletion",
    "data-export",
    "breach-notice",
}
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def test_the_findings_that_matter_most_are_there() -> None:
    assert {f"policy.{name}" for name in THE_TWENTY} <= RULES.keys()


@each_rule
def test_a_rule_is_complete(rule: PolicyRule) -> None:
    assert rule.detect.patterns or rule.detect.label
    assert rule.group in rating_scale("policy").group_caps
    assert all(source.url.startswith("https://") for source in rule.sources)
    assert all(0 < pattern.strength <= 1 for pattern in rule.detect.patterns)
    assert len(rule.title.split()) <= 8
    assert rule.absent_title
    if rule.nature is Nature.HARM:
        assert rule.points < 0
        assert rule.says_may
    if rule.nature is Nature.DUTY:
        assert rule.says_absent


@each_rule
def test_a_rule_has_examples(rule: PolicyRule) -> None:
    assert len((*rule.examples.present, *rule.examples.may)) >= 4
    assert len(rule.examples.silent) >= 3


@each_rule
def test_a_rule_speaks_plainly(rule: PolicyRule) -> None:
    said = [rule.says, rule.says_may, rule.says_absent, rule.why, rule.advice, rule.explanation]
    for text in filter(None, said):
        assert text.endswith("."), text
        assert "!" not in text
        assert max(len(s.split()) for s in re.split(r"[.:;]", text)) <= 32, text
    assert rule.title not in said


def test_no_two_rules_say_the_same() -> None:
    said = [rule.says for rule in RULES.values()]
    assert len(said) == len(set(said))


def test_every_concept_is_used_and_every_used_concept_exists() -> None:
    words = lexicon()
    used = {name for rule in RULES.values() for name in used_concepts(rule)}
    general = {*words.guards, *words.vetoes, "preposition", "conjunction", "narrow_data"}
    assert words.concepts.keys() == used | general


def test_no_term_is_written_twice_in_one_concept() -> None:
    for name, terms in lexicon().concepts.items():
        assert len(terms) == len(set(terms)), name


def test_every_rule_matches_cases_of_its_own() -> None:
    cases = [case for names in tosdr_cases().values() for case in names]
    assert len(cases) == len(set(cases))
    assert tosdr_cases().keys() <= RULES.keys()


RULE = (Path(knowledge.__file__).parent / "policy" / "rules" / "sells-data.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (RULE + "colour: red\n", "colour"),
        (RULE.replace("  patterns:", "  paterns:"), "paterns"),
        (re.sub(r"points: -\d+", "points: 20", RULE), "points"),
        (re.sub(r"sources:\n(  - .*\n)+", "sources: []\n", RULE), "source"),
        (RULE.replace("nature: harm", "nature: bad"), "nature"),
        ("title: [", "sells-data"),
    ],
)
def test_a_rule_file_with_a_mistake_is_refused(tmp_path: Path, broken: str, said: str) -> None:
    file = tmp_path / "sells-data.yaml"
    file.write_text(broken, "utf-8")
    with pytest.raises(InvalidKnowledge, match=said):
        load_yaml(PolicyRule, file)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("other.yaml", RULE, "other.yaml"),
        ("sells-data.yaml", RULE.replace("we sell personal_data", "we sell unicorns"), "unicorns"),
    ],
)
def test_a_rule_under_a_wrong_name_or_with_an_unknown_concept_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, said: str
) -> None:
    lexicon()
    monkeypatch.setattr(rulebook, "_rule_files", rulebook._rule_files.__wrapped__)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / name).write_text(text, "utf-8")
    monkeypatch.setattr(knowledge, "folder", lambda room: tmp_path)
    with pytest.raises(InvalidKnowledge, match=said):
        policy_rules.__wrapped__()
