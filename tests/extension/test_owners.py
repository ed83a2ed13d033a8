"""The extension names the owner of a host as the program does, and knows the same domains."""

from __future__ import annotations

import json
import random
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from tldextract import TLDExtract

from assistant.site.who.domains import plain_host, registrable_domain
from assistant.site.who.owners import TRACKING, owner_table
from tests.extension.tables import owners_text, services, suffixes_text

BACKGROUND = Path(__file__).parents[2] / "extension" / "src" / "background"
MAX_BYTES = 400_000
ASK = """
import { readFileSync } from "node:fs";
const [background, suffixTable, ownerTable] = process.argv.slice(1);
const { Suffixes, plainHost } = await import(`${background}/domains.js`);
const { OwnerTable } = await import(`${background}/owners.js`);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const suffixes = new Suffixes(read(suffixTable));
const owners = new OwnerTable(read(ownerTable), suffixes);
const told = (host) => {
  const plain = plainHost(host);
  return { domain: plain && suffixes.registrable(plain), owner: owners.ofHost(host) };
};
console.log(JSON.stringify(read(0).map(told)));
"""
ODD = [
    "",
    ".",
    "..",
    "com",
    "co.uk",
    "localhost",
    "shop.test",
    "a.b.unheard-of",
    "127.0.0.1",
    "8.8.8.8",
    "::1",
    "[2001:db8::1]",
    "github.io",
    "shop.github.io",
    "deep.shop.github.io",
    "GitHub.io.",
    "WWW.Google-Analytics.COM.",
    " www.google-analytics.com ",
    "notgoogle-analytics.com",
    "google-analytics.com.shop.test",
    "www.google.co.uk",
    "x.s3.eu-west-1.amazonaws.com",
    "a.b.compute.amazonaws.com",
    "shop.myshopify.com",
    "two words.test",
    "user@google-analytics.com",
    "google-analytics.com/collect",
    "__proto__",
    "constructor.test",
    f"{'a.' * 130}google-analytics.com",
]
"""Names that cannot be, names that look like others, and names that somebody lends."""


def asked(folder: Path, hosts: list[str]) -> list[dict[str, object]]:
    """What the extension's modules say, with tables made now."""
    tables = {"suffixes.json": suffixes_text(), "owners.json": owners_text()}
    for name, text in tables.items():
        (folder / name).write_text(text, "utf-8")
    done = subprocess.run(
        ["node", "--input-type=module", "-e", ASK, "--", BACKGROUND, *(folder / n for n in tables)],
        input=json.dumps(hosts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, object]] = json.loads(done.stdout)
    return answers


def told(host: str) -> dict[str, object]:
    """What the program says."""
    entity, plain = owner_table().of_host(host), plain_host(host)
    owner = entity and {
        "name": entity.name,
        "company": entity.company,
        "categories": [str(category) for category in entity.categories],
        "tracks": not TRACKING.isdisjoint(entity.categories),
    }
    return {"domain": plain and registrable_domain(plain), "owner": owner}


def test_both_say_the_same_of_every_host(tmp_path: Path) -> None:
    chance = random.Random(7)
    known = chance.sample(sorted(services()), 300)
    suffixes = TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    ).tlds
    under = [rule.replace("*", "any").strip("!") for rule in suffixes if rule.isascii()]
    hosts = [
        *ODD,
        *known,
        *(f"eu.cdn.{domain}" for domain in known),
        *(f"{extra}{rule}" for rule in under for extra in ("", "shop.", "www.shop.")),
    ]
    answers = asked(tmp_path, hosts)
    wrong = [
        (host, answer, told(host))
        for host, answer in zip(hosts, answers, strict=True)
        if answer != told(host)
    ]
    assert wrong == []
    assert sum(answer["owner"] is not None for answer in answers) > 600
    lent = {host: answer["owner"] for host, answer in zip(hosts, answers, strict=True)}
    assert lent["deep.shop.github.io"]["company"] == "shop.github.io"  # type: ignore[index]
    assert lent["github.io"]["company"] == "Microsoft"  # type: ignore[index]


@pytest.mark.parametrize("text", [owners_text(), suffixes_text()], ids=["owners", "suffixes"])
def test_a_table_is_small(text: str) -> None:
    assert len(text.encode()) <= MAX_BYTES


def test_a_list_of_suffixes_of_another_release_stands_until_it_is_made_anew() -> None:
    kept = '{"made_with": "tldextract 0.0.1"}'
    assert suffixes_text(kept) == kept
    assert json.loads(suffixes_text())["made_with"] == f"tldextract {version('tldextract')}"
    assert suffixes_text(suffixes_text().replace("academy", "acadamy")) == suffixes_text()
