"""OPP-115: segments with practices, attribute values and answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from models.corpora.windows import Part, Span, Split, Window, find
from models.data import read_json_lines

FEWEST_SEGMENTS = 8
"""Training segments that an attribute value must have to be learned."""


def value_key(attribute: Mapping[str, object]) -> str:
    """An OPP-115 annotation's `category|||attribute|||value`."""
    return "|||".join(str(attribute[name]) for name in ("category", "attribute", "value"))


def _values(row: Mapping[str, object]) -> dict[str, set[str]]:
    """Attribute value → annotators who chose it."""
    chosen: dict[str, set[str]] = defaultdict(set)
    attributes = row["attributes"]
    assert isinstance(attributes, list)
    for attribute in attributes:
        if attribute["value"] not in ("not-selected", "Unspecified"):
            chosen[value_key(attribute)].add(str(attribute["annotator"]))
    return chosen


def _answers(row: Mapping[str, object]) -> dict[str, tuple[Span, ...]]:
    text = str(row["text"])
    found: dict[str, set[Span]] = defaultdict(set)
    attributes = row["attributes"]
    assert isinstance(attributes, list)
    for attribute in attributes:
        quote = attribute["text"]
        if quote and quote != "Not selected" and (span := find(text, quote)):
            found[value_key(attribute)].add(span)
    return {name: tuple(sorted(spans)) for name, spans in found.items()}


def rows(data: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of both files."""
    folder = data / "opp115"
    return tuple(list(read_json_lines(folder / f"{n}.jsonl")) for n in ("train", "validation"))  # type: ignore[return-value]


def read(data: Path) -> tuple[Split, tuple[str, ...], tuple[str, ...]]:
    """Segments with practices, attribute values and answers; and the names of both label sets."""
    train, validation = rows(data)
    practices = sorted({str(v) for row in train for v in row["labels_majority"]})  # type: ignore[attr-defined]
    counts = Counter(value for row in train for value in _values(row))
    attributes = sorted(value for value, count in counts.items() if count >= FEWEST_SEGMENTS)

    def windows(given: Sequence[dict[str, object]]) -> Iterator[Window]:
        column = {name: i for i, name in enumerate(attributes)}
        for row in given:
            text = str(row["text"])
            majority = row["labels_majority"]
            assert isinstance(majority, list)
            labels = frozenset(practices.index(name) for name in majority if name in practices)
            part = Part("practices", (0, len(text)), labels)
            votes = {
                column[value]: min(1.0, len(who) / 2)
                for value, who in _values(row).items()
                if value in column
            }
            yield Window(
                str(row["policy"]),
                text,
                parts=(part,) if labels else (),
                answers=_answers(row),
                soft={"attributes": votes},
            )

    split = Split(list(windows(train)), list(windows(validation)))
    return split, tuple(practices), tuple(attributes)
