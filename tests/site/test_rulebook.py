"""Every rule can be asked, is told in plain words, and costs what its group allows."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from assistant.knowledge import rating_scale
from assistant.report import Nature
from assistant.site.detect import DETECTORS
from assistant.site.rulebook import ROOM, SiteRule, Unit, site_rules

ANSWERED_ELSEWHERE = ("site.contradicts-", "site.undisclosed-", "site.policy-", "site.not-all-read")
"""Rules that need the policy or the reading of the record, not the page."""
RULES = list(site_rules().values())
CONTRACTION = re.compile(
    r"\b\w+n't\b|\b(?:it|that|there|what)'s\b|\b\w+'(?:re|ll|ve)\b", re.IGNORECASE
)

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_every_detector_has_a_rule() -> None:
    assert set(DETECTORS) <= set(site_rules())


def test_every_rule_about_the_page_has_a_detector() -> None:
    asked = {rule_id for rule_id in site_rules() if not rule_id.startswith(ANSWERED_ELSEWHERE)}
    assert asked == set(DETECTORS)


@each_rule
def test_sentences_name_only_what_was_counted(rule: SiteRule) -> None:
    names = {field for _, field, *_ in Formatter().parse(rule.says) if field is not None}
    assert names <= {"n", "who"}
    assert rule.says.format(n=2, who="Adline and Statly")
    for text in (rule.title, rule.explanation, rule.why, rule.advice):
        assert "{" not in text


@each_rule
def test_texts_are_plain_and_short(rule: SiteRule) -> None:
    assert 1 <= len(rule.title.split()) <= 8
    assert not rule.title.endswith(".")
    for text in (rule.explanation, rule.says, rule.why, rule.advice, rule.reason):
        assert text.strip().endswith(".")
        assert not CONTRACTION.search(text)
    assert len(rule.says) <= 200


@each_rule
def test_points_fit_the_group_and_the_nature(rule: SiteRule) -> None:
    caps = rating_scale(ROOM).group_caps
    assert rule.group in caps
    assert caps[rule.group] <= rule.points <= 0
    if rule.nature is Nature.GOOD:
        assert rule.points == 0
    if rule.unit is not Unit.PAGE:
        assert rule.points < 0, "what is counted costs something each time"


@each_rule
def test_gates_hold_only_in_the_direction_of_the_news(rule: SiteRule) -> None:
    assert not (rule.at_most and rule.nature is Nature.GOOD)
    assert not (rule.at_least and rule.nature is not Nature.GOOD)


def test_the_gates_that_the_design_promises() -> None:
    held = {rule.id: rule.at_most for rule in RULES if rule.at_most}
    assert held["site.no-https"] == held["site.bad-certificate"] == "D"
    assert held["site.after-reject"] == "C"
    assert site_rules()["site.no-trackers"].at_least == "B"
