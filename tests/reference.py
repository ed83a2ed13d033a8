"""Writes the pages that are made from the code: `python -m tests.reference`.

A test fails while one of them is stale.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import typer
import yaml
from pydantic_core import PydanticUndefined
from typer.cli import get_docs_for_click

from assistant.cli.app import app
from assistant.knowledge import Nature, Rule, rating_scale
from assistant.photo.rulebook import PhotoRule, photo_rules
from assistant.policy.rulebook import PolicyRule, policy_rules
from assistant.report import Severity
from assistant.settings import ENV_PREFIX, Settings
from assistant.site.against.kinds import kinds
from assistant.site.detect import DETECTORS
from assistant.site.record.schema import observation_page, schema_text
from assistant.site.rulebook import SiteRule, Unit, site_rules
from assistant.site.who.owners import owner_table
from models.cards import METHODS, MODELS, method_rows, readme_rows, shipped
from tests.extension.tables import owners_text, policy_names_text, suffixes_text

CHECKOUT = Path(__file__).parents[1]
DOCS = CHECKOUT / "assistant" / "docs"
README = CHECKOUT / "README.md"
OBSERVATION_SCHEMA = CHECKOUT / "extension" / "src" / "shared" / "observation.schema.json"
TABLES = CHECKOUT / "extension" / "src" / "generated"
MADE = "<!-- Made from the code by `python -m tests.reference`; edit the code. -->\n\n"

NATURES = {
    Nature.HARM: "costs points where the text says it",
    Nature.GOOD: "good news where the text says it",
    Nature.DUTY: "costs points where the text is silent",
}


def rules_page() -> str:
    """Every rule with its words, price, reason and sources."""
    scale = rating_scale("policy")
    parts = [
        "# Rules of the policy job\n",
        f"Version of the weights: `{scale.version}`. A report starts at 100; each rule takes its "
        "points until its group's cap is used up. Bands: "
        + ", ".join(f"{grade} from {least}" for grade, least in scale.bands.items())
        + ".\n",
        "| group | at most |\n|---|---|\n"
        + "\n".join(f"| {group} | {cap} |" for group, cap in sorted(scale.group_caps.items()))
        + f"\n\n{scale.reason}\n",
    ]
    parts += [_told(r, _policy_facts(r), _read_by_hand(r)) for r in policy_rules().values()]
    return MADE + "\n".join(parts)


def _read_by_hand(rule: PolicyRule) -> str:
    read = rule.checked
    if read is None:
        return ""
    if not read.hits:
        return f" No hit in the documents read on {read.day}."
    return f" Hits read by hand on {read.day}: {read.right} of {read.hits} right."


def photo_rules_page() -> str:
    """Every rule of the photo job, in the order of their names."""
    how = (
        "each rule that is present takes its points until its group's cap is used up. A file that "
        "could not be read to the end is held at C at best."
    )
    return _room_page("photo", how, (_told(r, _photo_facts(r)) for r in photo_rules().values()))


def site_rules_page() -> str:
    """Every rule of the site job, in the order of their names."""
    how = (
        "each rule that is present takes its points, for each owner or identifier where it says "
        "so, until its group's cap is used up."
    )
    return _room_page("site", how, (_told(r, _site_facts(r)) for r in site_rules().values()))


def _room_page(room: str, how: str, rules: Iterable[str]) -> str:
    scale = rating_scale(room)
    caps = "\n".join(f"| {group} | {cap} |" for group, cap in sorted(scale.group_caps.items()))
    told = "\n".join(rules)
    return (
        f"{MADE}# Rules of the {room} job\n\nVersion of the weights: `{scale.version}`. A report "
        f"starts at 100; {how}\n\n"
        f"| group | at most |\n|---|---|\n{caps}\n\n{scale.reason}\n\n{told}"
    )


def _told(rule: Rule, facts: Iterable[str], checked: str = "") -> str:
    """A rule with its words and sources."""
    sources = "; ".join(f"[{s.name}]({s.url}), read {s.retrieved}" for s in rule.sources)
    return (
        f"## {rule.title}\n\n{' · '.join([f'`{rule.id}`', rule.severity, *facts])}\n\n"
        f"{rule.explanation}\n\n**Why it matters.** {rule.why}\n\n"
        f"**What you can do.** {rule.advice}\n\n**Why so many points.** {rule.reason}\n\n"
        f"Sources: {sources}.{checked}\n"
    )


def _policy_facts(rule: PolicyRule) -> list[str]:
    price = f"{rule.points} points, group {rule.group}" if rule.points else "no points"
    return [NATURES[rule.nature], price]


def _photo_facts(rule: PhotoRule) -> list[str]:
    gone = "stays in a clean copy" if rule.stays else "gone in a clean copy"
    return [f"{rule.points} points, group {rule.group}", gone]


def _site_facts(rule: SiteRule) -> list[str]:
    times = "" if rule.unit is Unit.PAGE else f" for each {rule.unit}"
    price = f"{rule.points} points{times}, group {rule.group}" if rule.points else "no points"
    most = [f"grade {rule.at_most} at most"] if rule.at_most else []
    least = [f"grade {rule.at_least} at least"] if rule.at_least else []
    return [rule.nature, price, *most, *least]


def sites_line() -> str:
    """How much the site job knows, counted."""
    services = len(owner_table().entities())
    against = len(kinds().contradicts) + len(kinds().undisclosed)
    return (
        f"{services:,} services and their owners are known; {len(DETECTORS)} detectors look at "
        f"what the page does, and {against} rules hold it against what the policy says: "
        "[all of them](assistant/docs/site-rules.md)."
    )


def settings_page() -> str:
    """Every setting with its default and its variable."""
    rows = []
    for name, field in Settings.model_fields.items():
        known = field.default is not PydanticUndefined
        default = f"`{field.default}`" if known else "the system's folder for data"
        rows.append(f"| `{name}` | {default} | {field.description} |")
    return (
        f"{MADE}# Settings\n\nStrongest first: an option of the command, the environment "
        f"(`{ENV_PREFIX}` and the name in capitals), `settings.toml` in the system's folder for "
        f"configuration (`{ENV_PREFIX}SETTINGS` names another file), the default.\n\n"
        "| setting | default | what it does |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def commands_page() -> str:
    """The help of every command."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="privacy-assistant")
    help_text = get_docs_for_click(obj=command, ctx=context, name="privacy-assistant")
    return MADE + re.sub(r"\n{3,}", "\n\n", help_text).replace("# `", "# `", 1).strip() + "\n"


def rules_table() -> str:
    """The weightiest rules on one screen, gravest first, and the way to all of them."""
    rules = policy_rules().values()
    ranked = sorted(rules, key=lambda r: (-r.severity.rank, r.points, r.id))
    rows = [
        f"| {rule.title} | {rule.severity} | {NATURES[rule.nature]} |"
        for rule in ranked
        if rule.severity.rank >= Severity.MEDIUM.rank
    ]
    harms = sum(rule.nature is Nature.HARM for rule in rules)
    return (
        f"{len(rules)} rules, {harms} of them harms, each with its words, price, reason and how "
        "many of its hits were right when read by hand: [all of them](assistant/docs/rules.md). "
        "The weightiest:\n\n"
        "| in a policy or terms | severity | |\n|---|---|---|\n" + "\n".join(rows)
    )


def figures_table() -> str:
    """The headline figures of every card, with their dates and peers: models, then the method."""
    models = "\n".join(
        f"| [{what}](models/{name}/card.md), {figure} | {ours} | {peers} | {date} |"
        for name in shipped()
        for what, figure, ours, peers, date in readme_rows(name)
    )
    method = "\n".join(row for name in METHODS for row in _method_rows(name))
    return (
        "What was learned, in per cent; intervals hold 95 % and resample whole policies, apps or "
        "services:\n\n"
        f"| model | ours | peers | measured |\n|---|---|---|---|\n{models}\n\n"
        "What is written down as rules, as shares and counts:\n\n"
        f"| method | ours | peers | measured |\n|---|---|---|---|\n{method}"
    )


def _method_rows(method: str) -> Iterable[str]:
    metrics = json.loads((MODELS / method / "metrics.json").read_text("utf-8"))
    notes = yaml.safe_load((MODELS / method / "card.yaml").read_text("utf-8"))
    for name, task in notes["tasks"].items():
        for figure, ours, peer in method_rows(name, task, metrics):
            yield (
                f"| [{task['what']}](models/{method}/card.md), {figure} | {ours} | {peer} | "
                f"{metrics['date']} |"
            )


def sample_report() -> str:
    """The beginning of what the command line prints for the invented sample."""
    command = [sys.executable, "-m", "assistant", "policy", "assistant/page/sample.html"]
    done = subprocess.run(
        [*command, "--no-history"],
        cwd=CHECKOUT,
        env={**os.environ, "COLUMNS": "88"},
        capture_output=True,
        text=True,
        check=True,
    )
    shown = done.stdout.partition("What should concern you")[0].strip()
    shown = re.sub(r" · read \d{4}-\d\d-\d\d", "", shown)
    lines = "\n".join(line.rstrip() for line in shown.splitlines())
    return f"```text\n$ privacy-assistant policy assistant/page/sample.html\n\n{lines}\n```"


def with_block(page: str, name: str, text: str) -> str:
    """`page` with the text between the markers of `name` replaced."""
    pattern = rf"(<!-- {name}:start -->\n).*?(<!-- {name}:end -->)"
    return re.sub(pattern, lambda m: f"{m[1]}{text}\n{m[2]}", page, flags=re.DOTALL)


def readme_text() -> str:
    """The README with its made blocks."""
    blocks = {
        "sample": sample_report(),
        "sites": sites_line(),
        "rules": rules_table(),
        "figures": figures_table(),
    }
    readme = README.read_text("utf-8")
    for name, text in blocks.items():
        readme = with_block(readme, name, text)
    return readme


def pages(*, anew: bool = False) -> dict[Path, Callable[[], str]]:
    """Every made page, and what makes its text.

    Args:
        anew: Take the public suffixes of the tldextract that is installed, whatever stands there.
    """
    suffixes = TABLES / "suffixes.json"
    return {
        DOCS / "rules.md": rules_page,
        DOCS / "photo-rules.md": photo_rules_page,
        DOCS / "site-rules.md": site_rules_page,
        DOCS / "settings.md": settings_page,
        DOCS / "commands.md": commands_page,
        DOCS / "observation.md": lambda: MADE + observation_page(),
        OBSERVATION_SCHEMA: schema_text,
        TABLES / "owners.json": owners_text,
        TABLES / "policy-names.js": policy_names_text,
        suffixes: lambda: suffixes_text("" if anew else suffixes.read_text("utf-8")),
        README: readme_text,
    }


if __name__ == "__main__":
    for path, make in pages(anew=True).items():
        path.write_text(make(), encoding="utf-8")
