"""Fit the points of the policy rules to people's ratings: `python -m models.training.rating DATA`.

A person's rating of a policy, from 0 to 10, is taken as a score from 0 to 100,
so what it lacks to 100 is the sum of what the rules cost. The points are the
least squares to that, held near those that were judged before anything was
fitted (`rating.yaml` beside this file) by a ridge, and between bounds around
them, so that no order of harms is turned round by the few documents there are.
Documents that are no privacy policies are left out, and rules that few of the
others tell are only scaled with the rest.

The sum of points is explained by nothing but the rules: length and wording of
a document do not enter.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from assistant.knowledge import folder, load_yaml
from assistant.language.protocols import DocumentType
from assistant.policy.rulebook import ROOM, policy_rules
from assistant.rating import costs_points
from models.data import BadData, read_json_lines
from models.tasks.documents import analyze_files
from models.tasks.ratings import spearman

JUDGED = Path(__file__).with_suffix(".yaml")
RIDGE = 1000.0
"""How strongly points are held to the judged ones, each in units of itself."""
BOUNDS = (0.6, 2.0)
"""Least and most of the judged points, after these were scaled to the ratings as a whole."""
FEWEST = 5
"""Documents that have to tell a rule before its points are fitted."""
FOLDS, REPEATS = 8, 10

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rated:
    """What the rules tell of the rated policies, and what people make of them.

    Attributes:
        names: Rules that can cost points, the columns.
        told: (documents, rules), 1 where the rule costs its points.
        lacking: (documents,): what the people's rating lacks to 100.
        words: (documents,): length, for comparison only.
    """

    names: tuple[str, ...]
    told: Numbers
    lacking: Numbers
    words: Numbers


@cache
def judged_points() -> dict[str, int]:
    """Points of every rule that costs some, as they were judged before anything was fitted."""
    return load_yaml(dict[str, int], JUDGED)


def collect(data: Path) -> Rated:
    """Read the rated documents as the assistant reads them.

    Raises:
        BadData: A product has no document or no score, or the judged points are not those
            of the rules.
    """
    rules_by_id = policy_rules()
    rules = [name for name, rule in rules_by_id.items() if rule.points]
    if strange := set(rules) ^ judged_points().keys():
        raise BadData(f"rating.yaml does not judge the rules there are: {sorted(strange)}")
    products = list(read_json_lines(data / "privacyspy.jsonl"))
    paths = [data / "documents" / Path(str(row["document"])).name for row in products]
    told: list[list[bool]] = []
    lacking: list[float] = []
    words: list[int] = []
    for row, (_, analysis) in zip(products, analyze_files(paths), strict=True):
        if not analysis or analysis.details.document_type is not DocumentType.PRIVACY_POLICY:
            continue
        if analysis.rating.score is None:
            continue
        costly = {f.rule_id for f in analysis.findings if costs_points(f, rules_by_id[f.rule_id])}
        told.append([name in costly for name in rules])
        lacking.append(100 - 10 * float(str(row["score_of_10"])))
        words.append(analysis.details.words)
    return Rated(tuple(rules), np.array(told, float), np.array(lacking), np.array(words, float))


def fit(rated: Rated, rows: Sequence[int] | None = None) -> Numbers:
    """(rules,): what each rule costs, positive, learned from some of the documents."""
    judged = np.array([-judged_points()[name] for name in rated.names], float)
    told, lacking = rated.told, rated.lacking
    if rows is not None:
        told, lacking = told[list(rows)], lacking[list(rows)]
    sums = told @ judged
    points = judged * (sums @ lacking) / (sums @ sums)
    columns = told.sum(axis=0) >= FEWEST
    rest = lacking - told[:, ~columns] @ points[~columns]
    told, near = told[:, columns], points[columns]
    hold = np.sqrt(RIDGE) / near
    solved = lsq_linear(
        np.vstack([told, np.diag(hold)]),
        np.concatenate([rest, hold * near]),
        bounds=(BOUNDS[0] * near, BOUNDS[1] * near),
    )
    points[columns] = solved.x
    return np.asarray(points, dtype=np.float64)


def cross_validated(rated: Rated) -> dict[str, float]:
    """Agreement on documents that the points were not fitted to.

    Returns:
        Means over repeated folds: Spearman with people, the same with length (shorter
        first), the standard deviation of the first over the repeats, and of the judged
        points, to which nothing was fitted, the agreement.
    """
    chance = np.random.default_rng(0)
    number = len(rated.lacking)
    people, short = list(-rated.lacking), [-float(w) for w in rated.words]
    agreements, lengths = [], []
    for _ in range(REPEATS):
        order = chance.permutation(number)
        cost = np.zeros(number)
        for fold in range(FOLDS):
            held = order[fold::FOLDS]
            cost[held] = rated.told[held] @ fit(rated, np.setdiff1d(order, held).tolist())
        agreements.append(spearman(people, list(-cost)))
        lengths.append(spearman(short, list(-cost)))
    judged = rated.told @ np.array([-judged_points()[name] for name in rated.names], float)
    return {
        "documents": number,
        "spearman": round(float(np.mean(agreements)), 4),
        "spearman_deviation": round(float(np.std(agreements)), 4),
        "spearman_with_length": round(float(np.mean(lengths)), 4),
        "spearman_of_judged_points": spearman(people, list(-judged)),
    }


def write_points(points: dict[str, int]) -> None:
    """Put the points into the rules' files, which are otherwise left as they are."""
    for name, value in points.items():
        file = Path(str(folder(ROOM) / "rules" / f"{name.removeprefix(f'{ROOM}.')}.yaml"))
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^points: -?\d+$", f"points: {value}", text), encoding="utf-8")


def main() -> int:
    """Fit, print agreement and points, write them where asked; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.training.rating")
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with privacyspy.jsonl")
    parser.add_argument("--write", action="store_true", help="put the points into the rules")
    asked = parser.parse_args()
    try:
        rated = collect(asked.data)
    except BadData as error:
        print(error, file=sys.stderr)
        return 1
    for name, value in cross_validated(rated).items():
        print(f"{name}: {value}")
    points = {
        name: -max(1, round(cost)) for name, cost in zip(rated.names, fit(rated), strict=True)
    }
    rules = policy_rules()
    for name, value in points.items():
        if value != rules[name].points:
            print(f"{name}: {rules[name].points} -> {value} (judged {judged_points()[name]})")
    if asked.write:
        write_points(points)
    return 0


if __name__ == "__main__":
    sys.exit(main())
