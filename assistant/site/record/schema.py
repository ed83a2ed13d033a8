"""The shape of a record for other programs: a JSON schema and a page, made from the types."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from pydantic import TypeAdapter

from assistant.site.record import observation
from assistant.site.record.observation import VERSION, Observation

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LINE = 100
_ENTRY = re.compile(r"([a-z_]+(?:, [a-z_]+)*): (.*)")
_JSON_WORDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "datetime": "date with time (RFC 3339)",
    "None": "null",
    r"dict\[text, whole number\]": "text → whole number",
}
_INTRODUCTION = f"""# The record of a site

Every site report is made from one record of what a browser could see. It is JSON, version
{VERSION}, at most 64 MB; a field that is not named here is refused. The JSON schema stands in
`extension/src/shared/observation.schema.json`.

## How personal values stay out

- An address comes without user name, password and fragment. Its query keeps names only:
  `?uid=&ev=`. A segment of its path becomes `~` where it contains `@`, is a UUID, or looks like a
  token of at least 60 bits.
- The value of a cookie, of a storage entry or of a parameter comes as a `Shape`. Equal values have
  equal ids. The id is made under a key that the observer makes for one record and throws away, so
  nobody can try values against it, and the ids of two records tell nothing about each other.
- What is typed into a form is matched where it is seen. Only the kind of field and the way it was
  written are recorded.
- Values that stand in a record all the same are thrown away when it is read; so are the headers
  `Set-Cookie`, `Cookie` and `Authorization`. The report says that this happened.
- The names of parameters, cookies and storage entries stay, since they tell who sends what. A name
  that looks like a value becomes `~`.
"""


def observation_schema() -> dict[str, object]:
    """JSON schema (2020-12) of a record, with the meaning of every field."""
    made = TypeAdapter(Observation).json_schema()
    inner = made.pop("$defs", {})
    for name, shape in {**inner, "Observation": made}.items():
        kind = getattr(observation, name)
        text, meanings = _docstring(kind)
        shape["description"] = text
        for field, told in shape.get("properties", {}).items():
            if field in meanings:
                told["description"] = meanings[field]
    return {"$schema": DIALECT, **made, "$defs": dict(sorted(inner.items()))}


def schema_text() -> str:
    """The schema as a file, in the form that prettier gives it."""
    return _pretty(observation_schema()) + "\n"


def observation_page() -> str:
    """Every record with its fields and what they mean, as Markdown."""
    kinds = [kind for kind in vars(observation).values() if _is_record(kind)]
    words = [kind for kind in vars(observation).values() if _is_words(kind)]
    parts = [_INTRODUCTION, *map(_record, reversed(kinds)), *map(_words, words)]
    return "\n".join(parts)


def _pretty(value: object, indent: str = "") -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        rows = (f"{inner}{_pretty(key)}: {_pretty(told, inner)}" for key, told in value.items())
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        rows = (inner + _pretty(entry, inner) for entry in value)
        return "[\n" + ",\n".join(rows) + f"\n{indent}]"
    if isinstance(value, list):
        line = f"[{', '.join(map(_pretty, value))}]"
        if len(inner) + len(line) + 12 <= _LINE:
            return line
        return "[\n" + ",\n".join(inner + _pretty(entry) for entry in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _is_record(kind: object) -> bool:
    return inspect.isclass(kind) and is_dataclass(kind)


def _is_words(kind: object) -> bool:
    return inspect.isclass(kind) and kind is not StrEnum and issubclass(kind, StrEnum)


def _record(kind: type) -> str:
    text, meanings = _docstring(kind)
    rows = [
        f"| `{field.name}` | {_type_told(str(field.type))} | {meanings.get(field.name, '')} |"
        for field in fields(kind)
    ]
    table = "\n".join(("| field | type | |", "|---|---|---|", *rows))
    return f"## {kind.__name__}\n\n{text}\n\n{table}\n"


def _type_told(written: str) -> str:
    """A type of ours in the words of JSON."""
    told = re.sub(r"tuple\[(.+), \.\.\.\]", r"list of \1", written)
    for ours, theirs in _JSON_WORDS.items():
        told = re.sub(rf"\b{ours}(?!\w)", theirs, told)
    told = re.sub(r"ConsentState\.([A-Z]+)", lambda m: repr(m[1].lower()), told)
    return re.sub(r"Literal\[(.+?)\]", r"\1", told).replace(" | ", " or ")


def _words(kind: type[StrEnum]) -> str:
    meanings = _member_docs().get(kind.__name__, {})
    rows = "\n".join(f"| `{word.value}` | {meanings.get(word.name, '')} |" for word in kind)
    return f"## {kind.__name__}\n\n{_docstring(kind)[0]}\n\n| word | |\n|---|---|\n{rows}\n"


@cache
def _member_docs() -> Mapping[str, Mapping[str, str]]:
    """Enumeration → member → the text that stands below it in the source."""
    tree = ast.parse(inspect.getsource(observation))
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name: dict(_told_members(node.body)) for node in classes}


def _told_members(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for member, below in pairwise(body):
        if (
            isinstance(member, ast.Assign)
            and isinstance(member.targets[0], ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            yield member.targets[0].id, " ".join(str(below.value.value).split())


def _docstring(kind: type) -> tuple[str, Mapping[str, str]]:
    """What a type is, and its fields by name from the section `Attributes`."""
    text, _, section = inspect.cleandoc(kind.__doc__ or "").partition("\n\nAttributes:\n")
    meanings: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        entry = _ENTRY.fullmatch(line.removeprefix("    "))
        if entry:
            names = entry[1].split(", ")
            meanings.update(dict.fromkeys(names, entry[2]))
        elif line.strip():
            meanings.update({name: f"{meanings[name]} {line.strip()}" for name in names})
    return " ".join(text.split()), meanings
