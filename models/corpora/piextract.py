"""PI-Extract: kinds of data that a sentence says are, or are not, collected or shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from models.corpora import opp115
from models.corpora.windows import Span, Split, Window, bare_letters, join, pack
from models.data import BadData

FOLDERS = {
    "CollectUse_true": "COLLECT",
    "CollectUse_false": "NOT_COLLECT",
    "Share_true": "SHARE",
    "Share_false": "NOT_SHARE",
}
"""Folder → tag."""

Sentence = tuple[list[str], dict[str, list[Span]]]
"""Tokens, and for each tag the marked ranges of tokens."""


def read_conll(file: Path) -> list[tuple[list[str], list[str]]]:
    """Sentences of a CoNLL-2003 file: tokens and tags.

    Raises:
        BadData: The file cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadData(f"The file {file.name} is missing or not UTF-8.") from None
    out = []
    for block in text.split("\n\n"):
        lines = [line.split() for line in block.splitlines() if line.strip()]
        if lines and not lines[0][0].startswith("-DOCSTART"):
            out.append(([line[0] for line in lines], [line[-1] for line in lines]))
    return out


def bio_spans(tags: Sequence[str]) -> list[Span]:
    """Marked stretches of tokens, end exclusive."""
    spans: list[Span] = []
    start: int | None = None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and not tag.startswith("I-"):
            spans.append((start, i))
            start = None
        if tag.startswith("B-") or (tag.startswith("I-") and start is None):
            start = i
    return spans


def read_sentences(folder: Path) -> list[Sentence]:
    """Sentences in file order: tokens, and for each tag set the marked token ranges.

    Raises:
        BadData: A label folder is missing or the four do not hold the same sentences.
    """
    columns: dict[str, list[tuple[list[str], list[str]]]] = {}
    for name, label in FOLDERS.items():
        files = sorted((folder / name).glob("*.conll03"))
        if not files:
            raise BadData(f"The data folder has no {name}/*.conll03.")
        columns[label] = read_conll(files[0])
    first = next(iter(columns.values()))
    if any([t for t, _ in c] != [t for t, _ in first] for c in columns.values()):
        raise BadData("The four label folders do not hold the same sentences.")
    return [
        (tokens, {label: bio_spans(column[i][1]) for label, column in columns.items()})
        for i, (tokens, _) in enumerate(first)
    ]


def token_spans(tokens: Sequence[str]) -> tuple[str, list[Span]]:
    """Tokens joined by single spaces, and where each lies."""
    return join(tokens, " ")


def windows(
    sentences: Sequence[Sentence],
    sources: Sequence[str],
) -> list[tuple[Window, range]]:
    """Neighbouring sentences joined; with each window the sentences it holds."""
    texts = [" ".join(tokens) for tokens, _ in sentences]
    out = []
    for indices in pack(texts):
        text, places = join([texts[i] for i in indices], " ")
        tags: dict[str, list[Span]] = {label: [] for label in FOLDERS.values()}
        for i, (offset, _) in zip(indices, places, strict=True):
            _, spans = token_spans(sentences[i][0])
            for label, marked in sentences[i][1].items():
                tags[label] += [(offset + spans[a][0], offset + spans[b - 1][1]) for a, b in marked]
        kept = {label: tuple(found) for label, found in tags.items()}
        out.append((Window(sources[indices[0]], text, tags=kept), indices))
    return out


def policies(data: Path, texts: Sequence[str]) -> list[str]:
    """The OPP-115 policy of each sentence; sentences in doubt take their neighbours'."""
    whole: dict[str, list[str]] = defaultdict(list)
    for rows in opp115.rows(data):
        for row in rows:
            whole[str(row["policy"])].append(str(row["text"]))
    bare = {policy: bare_letters(" ".join(parts)) for policy, parts in whole.items()}
    certain: list[str] = []
    for text in texts:
        key = bare_letters(text)
        found = [p for p, body in bare.items() if key in body] if len(key) >= 25 else []
        certain.append(found[0] if len(found) == 1 else "")
    sources = list(certain)
    for i in range(1, len(sources)):
        sources[i] = sources[i] or sources[i - 1]
    for i in range(len(sources) - 2, -1, -1):
        sources[i] = sources[i] or sources[i + 1]
    return sources


def _sides(data: Path) -> tuple[list[tuple[str, Sentence]], list[tuple[str, Sentence]]]:
    """Policy and sentence: of training policies, and of OPP-115's validation policies."""
    sentences = read_sentences(data / "piextract")
    sources = policies(data, [" ".join(tokens) for tokens, _ in sentences])
    unseen = {str(row["policy"]) for row in opp115.rows(data)[1]}
    pairs = list(zip(sources, sentences, strict=True))
    return [p for p in pairs if p[0] not in unseen], [p for p in pairs if p[0] in unseen]


def held_out_sentences(data: Path) -> list[Sentence]:
    """The sentences of OPP-115's validation policies, in file order."""
    return [sentence for _, sentence in _sides(data)[1]]


def read(data: Path) -> Split:
    """Sentences of training policies, and those of OPP-115's validation policies."""
    train, validation = (
        [w for w, _ in windows([s for _, s in side], [source for source, _ in side])]
        for side in _sides(data)
    )
    return Split(train, validation)
