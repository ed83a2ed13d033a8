"""The table of owners is built from its sources: earlier ones win, and dead domains stay out."""

from __future__ import annotations

import json
from pathlib import Path

from models.training.owners import PAGES, build, write

ENTITIES = [
    {"name": "Adline", "category": "ad", "domains": ["js.adline.test"], "totalOccurrences": PAGES},
    {"name": "Shop &amp; Co", "company": "Co", "category": "cdn", "domains": ["*.shop.test"]},
    {"name": "Shared A", "category": "utility", "domains": ["a.tools.test"]},
    {"name": "Shared B", "category": "social", "domains": ["b.tools.test"]},
    {"name": "Gone-VOID", "category": "ad", "domains": ["gone.test"]},
]
SQL = """
CREATE TABLE categories(id INTEGER, name TEXT);
CREATE TABLE companies(id TEXT, name TEXT);
CREATE TABLE trackers(id TEXT, name TEXT, category_id INTEGER, company_id TEXT);
CREATE TABLE tracker_domains(tracker TEXT, domain TEXT);
INSERT INTO categories VALUES (1, 'site_analytics');
INSERT INTO companies VALUES ('c', 'Counter Ltd');
INSERT INTO trackers VALUES ('t', 'Counter', 1, 'c');
INSERT INTO tracker_domains VALUES ('t', 'counter.test');
INSERT INTO tracker_domains VALUES ('t', 'dead.test');
INSERT INTO tracker_domains VALUES ('t', 'old.adline.test');
"""
CNAMES = """! Title: x
! Company: Adline (formerly Adlane)
||cloak.test^
! Company: Co
||x.shop.test^
"""


def sources(folder: Path) -> Path:
    web = folder / "third-party-web" / "dist"
    web.mkdir(parents=True)
    (web / "entities.json").write_text(json.dumps(ENTITIES), encoding="utf-8")
    (web / "domain-map.csv").write_text("www.counter.test,,unknown\n", encoding="utf-8")
    assets = folder / "whotracksme" / "data" / "assets"
    assets.mkdir(parents=True)
    (assets / "trackerdb.sql").write_text(SQL, encoding="utf-8")
    (folder / "cname-trackers").mkdir()
    (folder / "cname-trackers" / "combined_original_trackers.txt").write_text(CNAMES)
    return folder


def test_each_domain_has_the_owner_that_the_first_source_names(tmp_path: Path) -> None:
    found = {service.name: service for service in build(sources(tmp_path))}
    assert found["Adline"].domains == ("adline.test", "cloak.test")
    assert found["Adline"].prevalence == 100
    assert (found["Shop & Co"].company, found["Shop & Co"].domains) == ("Co", ("shop.test",))
    assert found["Shared A"].domains == ("a.tools.test",)
    assert (found["Counter"].company, found["Counter"].domains) == (
        "Counter Ltd",
        ("counter.test",),
    )
    assert set(found) == {"Adline", "Shop & Co", "Shared A", "Shared B", "Counter"}


def test_the_file_is_written_with_its_hash(tmp_path: Path) -> None:
    services = build(sources(tmp_path))
    (tmp_path / "entities.yaml").write_text("file: x\nsha256: 0\nrefresh: y\n", encoding="utf-8")
    digest = write(services, tmp_path)
    assert f"\nsha256: {digest}\n" in (tmp_path / "entities.yaml").read_text(encoding="utf-8")
    rows = json.loads((tmp_path / "entities.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in rows] == sorted((r["name"] for r in rows), key=str.lower)
