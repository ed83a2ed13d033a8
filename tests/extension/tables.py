"""The tables that the extension carries, made from the program's own knowledge.

`owners.json`: a line for each service: name, company ("" where it is the name), categories as
indexes into the list above, domains parted by spaces. `suffixes.json`: top-level domain → the
public suffixes under it without their last label, as the Public Suffix List writes them (`*.`
any label, `!` an exception). Suffixes of one label are left out: they are the list's default.
`policy-names.js`: how sites name their policies and say that somebody agrees to them, with the
weights; a script, since content scripts can load no JSON.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from pydantic import ConfigDict, with_config
from tldextract import TLDExtract

from assistant.knowledge import folder, load_yaml
from assistant.policy.discover import Signs
from assistant.site.rulebook import ROOM
from assistant.site.who.owners import (
    TRACKING,
    Category,
    Entity,
    Overlay,
    OwnerSources,
    corrected,
    read_rows,
)

MADE = "Made from the code by `python -m tests.reference`; edit assistant/knowledge/site."
LIST_OF_SUFFIXES = "https://publicsuffix.org/list/public_suffix_list.dat, MPL-2.0"


_NOT_WORDS = re.compile(r"[\W_]+")
_NAMING = ("rel", "text_exact", "text_contains", "text_extra_word", "slug_exact", "slug_contains")
_PLACING = ("late_in_page", "same_site", "other_site", "same_page", "next_kind", "least")


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Agreeing:
    """The shape of `agreeing.yaml`."""

    words: Mapping[str, tuple[str, ...]]


def services() -> dict[str, Entity]:
    """Domain → its service, with our own word over that of the sources."""
    place = folder(ROOM)
    rows = read_rows(place / "entities.json", load_yaml(OwnerSources, place / "entities.yaml"))
    return corrected(rows, load_yaml(Overlay, place / "overlay.yaml"))


def owners_text() -> str:
    """`owners.json` as it should be."""
    kinds = list(Category)
    domains: dict[tuple[str, str, tuple[Category, ...]], list[str]] = defaultdict(list)
    for domain, entity in services().items():
        domains[entity.name, entity.company, entity.categories].append(domain)
    rows = [
        [
            name,
            "" if company == name else company,
            [kinds.index(kind) for kind in categories],
            " ".join(sorted(known_by)),
        ]
        for (name, company, categories), known_by in sorted(domains.items())
    ]
    sources = load_yaml(OwnerSources, folder(ROOM) / "entities.yaml").sources
    head = {
        "made": MADE,
        "sources": [f"{source.name}, {source.licence}, {source.url}" for source in sources],
        "categories": kinds,
        "tracking": [kinds.index(kind) for kind in kinds if kind in TRACKING],
    }
    return _text(head, "services", "[", [_compact(row) for row in rows], "]")


def suffixes_text(kept: str = "") -> str:
    """`suffixes.json` as it should be.

    Args:
        kept: The file as it is. It stands while it was made with another release of tldextract,
            whose list is another; "" makes it anew.
    """
    made_with = f"tldextract {version('tldextract')}"
    if kept and json.loads(kept)["made_with"] != made_with:
        return kept
    under: dict[str, list[str]] = defaultdict(list)
    reader = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    for rule in reader.tlds:
        inner, dot, last = _ascii(rule).rpartition(".")
        if dot:
            under[last].append(inner)
    rows = [f"{_compact(last)}:{_compact(' '.join(sorted(under[last])))}" for last in sorted(under)]
    head = {"made": MADE, "made_with": made_with, "source": LIST_OF_SUFFIXES}
    return _text(head, "under", "{", rows, "}")


def policy_names_text() -> str:
    """`policy-names.js` as it should be."""
    signs = load_yaml(Signs, folder("policy") / "discover.yaml")
    agreeing = load_yaml(_Agreeing, folder("policy") / "agreeing.yaml")
    weights = asdict(signs.weights)
    kinds = {
        name: {
            "rel": kind.rel,
            "words": _plainly(word for words in kind.words.values() for word in words),
            "slugs": _plainly(kind.slugs),
        }
        for name, kind in signs.kinds.items()
    }
    names = {
        "weights": {name: weights[name] for name in (*_NAMING, *_PLACING)},
        "kinds": kinds,
        "misses": [
            {"points": miss.points, "words": _plainly(miss.words)} for miss in signs.near_misses
        ],
        "agree": _plainly(word for words in agreeing.words.values() for word in words),
        "secondLevel": sorted(signs.second_level),
    }
    rows = ",\n".join(f"  {name}: {_compact(value)}" for name, value in names.items())
    made = MADE.replace("/site", "/policy")
    return f"// {made}\n\nglobalThis.policyNames = {{\n{rows},\n}};\n"


def _plainly(phrases: Iterable[str]) -> list[str]:
    return sorted({_plain(phrase) for phrase in phrases})


def _plain(phrase: str) -> str:
    """A phrase as `plain` of naming.js makes it: no case, no marks, one space between words."""
    apart = unicodedata.normalize("NFKD", phrase.lower()).replace("ß", "ss")
    bare = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def _ascii(rule: str) -> str:
    mark = "!" if rule.startswith("!") else ""
    return mark + rule.removeprefix("!").encode("idna").decode("ascii")


def _text(head: dict[str, object], name: str, start: str, rows: list[str], end: str) -> str:
    """JSON with one row a line, so that a change can be read."""
    lines = [f"{_compact(key)}:{_compact(value)}," for key, value in head.items()]
    body = ",\n".join(rows)
    return "{\n" + "\n".join(lines) + f"\n{_compact(name)}:{start}\n{body}\n{end}\n}}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
