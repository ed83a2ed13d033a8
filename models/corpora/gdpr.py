"""GDPR transparency: which items of Art. 13 and 14 GDPR a passage of an app's policy gives."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.corpora.splits import held_out
from models.corpora.windows import Part, Span, Split, Window, bare_letters, find, join, pack
from models.data import BadData, read_json_lines

TAGS = {
    ("Data Categories", True): "DATA",
    ("Data Categories", False): "DENIED_DATA",
    ("Data Recipients", True): "RECIPIENT",
    ("Processing Purpose", True): "PURPOSE",
    ("Data Retention Period", True): "RETENTION",
}
"""Requirement, and whether it is performed → tag."""
_WORDS = 120
"""Of a window, besides the headings that lead it."""


def _annotation_spans(passage: str, value: str) -> list[Span]:
    """Where an annotated value lies: whole, or part by part where it leaves words out."""
    found = []
    for part in re.split(r"\s*\[\.\.\.\]\s*", value):
        if len(part) >= 3 and (span := find(passage, part)):
            found.append(span)
    return found


def passages(app: Mapping[str, object]) -> list[Mapping[str, object]]:
    """An app's passages in order.

    Raises:
        BadData: The row has none.
    """
    found = app.get("passages")
    if not isinstance(found, list):
        raise BadData("A row of the data has no list of `passages`.")
    return found


def requirements(passage: Mapping[str, object]) -> frozenset[str]:
    """The items that annotators found in a passage."""
    return frozenset(str(a["requirement"]) for a in _list(passage, "annotations"))


def windows(app: Mapping[str, object], labels: Sequence[str]) -> list[tuple[Window, range]]:
    """An app's passages in order, neighbours joined, each window led by its headings."""
    listed = passages(app)
    texts = [str(passage["passage"]) for passage in listed]
    out = []
    for indices in pack(texts, _WORDS):
        context = [str(c["text"]) for c in _list(listed[indices[0]], "context")][-2:]
        prefix = "\n".join(c[:160] for c in context)
        text, places = join([texts[i] for i in indices], "\n", prefix=prefix)
        parts, tags = [], defaultdict[str, list[Span]](list)
        for i, (start, end) in zip(indices, places, strict=True):
            present = frozenset(labels.index(n) for n in requirements(listed[i]) if n in labels)
            parts.append(Part("gdpr", (start, end), present))
            for a in _list(listed[i], "annotations"):
                tag = TAGS.get((str(a["requirement"]), bool(a["performed"])))
                if tag:
                    spans = _annotation_spans(texts[i], str(a["value"]))
                    tags[tag] += [(start + x, start + y) for x, y in spans]
        kept = {tag: tuple(tags[tag]) for tag in TAGS.values()}
        out.append((Window(str(app["app"]), text, tuple(parts), kept), indices))
    return out


def _list(row: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = row.get(name)
    return found if isinstance(found, list) else []


def _app_groups(apps: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """App → the first app whose policy is much the same: many share one template."""
    shingles: dict[str, frozenset[str]] = {}
    groups: dict[str, str] = {}
    for app in apps:
        texts = (str(passage["passage"]) for passage in passages(app))
        own = frozenset(bare_letters(text) for text in texts if len(text) > 40)
        name = str(app["app"])
        groups[name] = name
        for other_name, other in shingles.items():
            if len(own & other) > 0.5 * max(1, min(len(own), len(other))):
                groups[name] = groups[other_name]
                break
        shingles[name] = own
    return groups


def held_out_apps(apps: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """Names of the apps that no model learns from."""
    return frozenset(app for app, group in _app_groups(apps).items() if held_out(group))


def read(data: Path) -> tuple[Split, tuple[str, ...]]:
    """Apps by their policies' texts: apps with one template stay on one side."""
    apps = list(read_json_lines(data / "gdpr_transparency" / "train.jsonl"))
    labels = sorted(
        {name for app in apps for passage in passages(app) for name in requirements(passage)}
    )
    unseen = held_out_apps(apps)
    split = Split([], [])
    seen: set[str] = set()
    for app in apps:
        for window, _ in windows(app, labels):
            if str(app["app"]) in unseen:
                split.validation.append(window)
            elif window.text not in seen:
                seen.add(window.text)
                split.train.append(window)
    return split, tuple(labels)
