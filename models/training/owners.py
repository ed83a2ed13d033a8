"""Write the table of who owns which domains (`assistant/knowledge/site/entities.json`).

    python -m models.training.owners SOURCES

SOURCES holds the unpacked sources, each in a folder of its name:
`third-party-web` (the npm package), `whotracksme` (the PyPI package) and
`cname-trackers` (the repository's `combined_original_trackers.txt`). What our
own corrections say (`overlay.yaml`) is added when the table is loaded, not here.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import json
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.site.who.domains import registrable_domain
from assistant.site.who.owners import Category

SITE = Path(__file__).resolve().parents[2] / "assistant" / "knowledge" / "site"
PAGES = 28_000_000
"""Pages that the occurrences of third-party-web are counted on (`entities.yaml` says why)."""

_THIRD_PARTY_WEB = {
    "ad": Category.ADVERTISING,
    "analytics": Category.ANALYTICS,
    "cdn": Category.CDN,
    "consent-provider": Category.CONSENT_MANAGER,
    "content": Category.CONTENT,
    "customer-success": Category.CUSTOMER_SUCCESS,
    "hosting": Category.HOSTING,
    "marketing": Category.MARKETING,
    "other": Category.OTHER,
    "social": Category.SOCIAL,
    "tag-manager": Category.TAG_MANAGER,
    "utility": Category.UTILITY,
    "video": Category.VIDEO,
}
_WHOTRACKSME = {
    "advertising": Category.ADVERTISING,
    "audio_video_player": Category.VIDEO,
    "cdn": Category.CDN,
    "comments": Category.SOCIAL,
    "customer_interaction": Category.CUSTOMER_SUCCESS,
    "essential": Category.UTILITY,
    "extensions": Category.UTILITY,
    "hosting": Category.HOSTING,
    "misc": Category.OTHER,
    "pornvertising": Category.ADVERTISING,
    "site_analytics": Category.ANALYTICS,
    "social_media": Category.SOCIAL,
    "unknown": Category.OTHER,
}
_SHARED = frozenset(
    {
        "akamai.net",
        "akamaized.net",
        "alphacdn.net",
        "b-cdn.net",
        "cdnetworks.net",
        "edgecastcdn.net",
        "edgekey.net",
        "edgesuite.net",
        "fastestcdn.net",
        "googleapis.com",
        "hwcdn.net",
        "llnwd.net",
        "mncdn.com",
        "netdna-cdn.com",
        "netdna-ssl.com",
        "wpengine.com",
    }
)
"""Domains that serve the files of many owners, besides the public suffixes."""
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+")
_NOT_MEANT = re.compile(r"-VOID$|^test$")
"""Names of entries that the source itself has given up."""


@dataclass(frozen=True, slots=True)
class Named:
    """A service as one source names it."""

    name: str
    company: str
    category: Category
    domains: tuple[str, ...]
    prevalence: float
    source: str


def third_party_web(folder: Path) -> Iterator[Named]:
    """The services of the npm package, with the share of pages they run scripts on."""
    content = json.loads((folder / "dist" / "entities.json").read_text("utf-8"))
    for entry in content:
        name = html.unescape(entry["name"]).strip()
        if _NOT_MEANT.search(name):
            continue
        yield Named(
            name,
            html.unescape(entry.get("company") or name).strip(),
            _THIRD_PARTY_WEB[entry["category"]],
            tuple(domain.removeprefix("*.").lower() for domain in entry["domains"]),
            100 * entry.get("totalOccurrences", 0) / PAGES,
            folder.name,
        )


def seen_domains(folder: Path) -> frozenset[str]:
    """Registrable domains of the hosts that third-party-web saw in its last crawl."""
    with (folder / "dist" / "domain-map.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(registrable_domain(row[0]) for row in csv.reader(file) if row)


def whotracksme(folder: Path) -> Iterator[Named]:
    """The trackers of the PyPI package, whose data are of 2018."""
    base = sqlite3.connect(":memory:")
    base.executescript((folder / "data" / "assets" / "trackerdb.sql").read_text("utf-8"))
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    rows = base.execute(
        "SELECT trackers.name, COALESCE(companies.name, trackers.name), categories.name, domain"
        " FROM tracker_domains JOIN trackers ON trackers.id = tracker"
        " JOIN categories ON categories.id = category_id"
        " LEFT JOIN companies ON companies.id = company_id"
    )
    for name, company, category, domain in rows:
        found[name.strip(), company.strip(), category].append(domain.lower())
    for (name, company, category), domains in found.items():
        yield Named(name, company, _WHOTRACKSME[category], tuple(domains), 0, folder.name)


def cname_trackers(folder: Path) -> Iterator[Named]:
    """Those that stand behind the names of others. The list does not say what they are for."""
    name, domains = "", list[str]()
    text = (folder / "combined_original_trackers.txt").read_text("utf-8")
    for line in [*text.splitlines(), "! Company: "]:
        if line.startswith("! Company: "):
            if domains:
                yield Named(name, name, Category.ANALYTICS, tuple(domains), 0, folder.name)
            name, domains = re.sub(r" \(formerly .*\)", "", line[len("! Company: ") :]), []
        elif line.startswith("||"):
            domains.append(line[2:].rstrip("^"))


def widened(services: Iterable[Named]) -> Iterator[Named]:
    """Each service with whole registrable domains where nobody else has a part of them.

    A domain that two claim goes to the first.
    """
    services = list(services)
    taken: set[str] = set()
    holders: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for domain in service.domains:
            holders[registrable_domain(domain)].add(service.name)
    for service in services:
        whole = (registrable_domain(domain) for domain in service.domains)
        pairs = zip(service.domains, whole, strict=True)
        kept = {
            domain if len(holders[site]) > 1 or site in _SHARED else site
            for domain, site in pairs
            if _HOST.fullmatch(domain)
        }
        shortest = {d for d in kept if not any(d.endswith(f".{other}") for other in kept)} - taken
        taken |= shortest
        if shortest:
            yield Named(
                service.name,
                service.company,
                service.category,
                tuple(sorted(shortest)),
                service.prevalence,
                service.source,
            )


def build(sources: Path) -> list[Named]:
    """All services: those of later sources only for domains that earlier ones do not name."""
    web = sources / "third-party-web"
    services = {service.name: service for service in widened(third_party_web(web))}
    taken = {domain for service in services.values() for domain in service.domains}
    alive = seen_domains(web)
    later = [*cname_trackers(sources / "cname-trackers"), *whotracksme(sources / "whotracksme")]
    for service in later:
        fresh = {
            domain
            for domain in service.domains
            if _HOST.fullmatch(domain)
            and not _covered(domain, taken)
            and (service.source != "whotracksme" or registrable_domain(domain) in alive)
        }
        if fresh:
            taken.update(fresh)
            known = services.get(service.name, replace(service, domains=()))
            domains = tuple(sorted({*known.domains, *fresh}))
            services[service.name] = replace(known, domains=domains)
    return sorted(services.values(), key=lambda service: (service.name.lower(), service.name))


def write(services: Sequence[Named], folder: Path) -> str:
    """Write one service a line, and the SHA-256 of it all into `entities.yaml`."""
    lines = (
        json.dumps(
            {
                "name": s.name,
                "company": s.company,
                "categories": [s.category],
                "domains": s.domains,
                "prevalence": float(f"{s.prevalence:.3g}"),
                "source": s.source,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for s in services
    )
    content = ("[\n" + ",\n".join(lines) + "\n]\n").encode()
    (folder / "entities.json").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    note = folder / "entities.yaml"
    text, changed = re.subn(
        r"(?m)^sha256: .*$", f"sha256: {digest}", note.read_text(encoding="utf-8")
    )
    if changed != 1:
        raise SystemExit(f"{note.name} has no line for the SHA-256")
    note.write_text(text, encoding="utf-8")
    return digest


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", type=Path, help="folder of the unpacked sources")
    services = build(parser.parse_args(arguments).sources)
    digest = write(services, SITE)
    print(f"{len(services)} services, {sum(len(s.domains) for s in services)} domains, {digest}")


def _covered(domain: str, taken: set[str]) -> bool:
    """Whether a domain, or one that it lies in, has an owner already."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in taken for start in range(len(labels)))


if __name__ == "__main__":
    main(sys.argv[1:])
