"""The tables that the extension carries, made from the program's own knowledge.

`owners.json`: a line for each service: name, company ("" where it is the name), categories as
indexes into the list above, domains parted by spaces. `suffixes.json`: top-level domain → the
public suffixes under it without their last label, as the Public Suffix List writes them (`*.`
any label, `!` an exception). Suffixes of one label are left out: they are the list's default.
"""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.metadata import version

from tldextract import TLDExtract

from assistant.knowledge import folder, load_yaml
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
