"""Form fields: what they ask for, and typing into them without submitting anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from pydantic import ConfigDict, with_config

from assistant.browse.aside import Aside, script
from assistant.browse.marks import Marks
from assistant.knowledge import Source, folder, load_yaml
from assistant.site.record.observation import FieldKind

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST_FIELDS = 12
KEY_PAUSE_MS = 4

_STRICT = ConfigDict(extra="forbid")
_WORD = re.compile(r"[^\W_]+")
_FOCUS = """function (position) {
  const field = this.fields[position];
  field.focus();
  return field.getRootNode().activeElement === field;
}"""
_BLUR = "function (position) { this.fields[position].blur(); }"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Signs:
    types: tuple[str, ...]
    autocomplete: tuple[str, ...]
    words: tuple[str, ...]
    stems: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Fields:
    sources: tuple[Source, ...]
    kinds: dict[FieldKind, _Signs]


@cache
def _signs() -> Mapping[FieldKind, _Signs]:
    return load_yaml(_Fields, folder("site") / "fields.yaml").kinds


def kind_of(field: Mapping[str, str]) -> FieldKind:
    """What a field asks for, from its attributes and label; TEXT where nothing says."""
    tokens = set(field.get("autocomplete", "").lower().split())
    own_type = field.get("type", "").lower()
    said = [field.get(name, "") for name in ("name", "id", "placeholder", "aria-label", "label")]
    words = {word.lower() for text in said for word in _WORD.findall(_CAMEL.sub(" ", text))}
    words |= {word.lower() for text in said for word in _WORD.findall(text)}
    whole = " ".join(said).lower()
    for kind, signs in _signs().items():
        if own_type in signs.types or tokens & set(signs.autocomplete):
            return kind
    for kind, signs in _signs().items():
        if words & set(signs.words) or any(stem in whole for stem in signs.stems):
            return kind
    return FieldKind.TEXT


async def type_into(page: Page, aside: Aside, marks: Marks, typed: list[FieldKind]) -> None:
    """Type an invented value into each visible field, at most `MOST_FIELDS`; submit nothing.

    Args:
        typed: Gets the kind of each field that was typed into, also where this is cut short.
    """
    for frame_id in await aside.frames():
        found = await aside.find(frame_id, script("fields.js"), None)
        if found is None:
            continue
        told = cast("list[dict[str, str]]", await found.ask("function () { return this.told; }"))
        for position, field in enumerate(told or ()):
            if len(typed) >= MOST_FIELDS:
                return
            if await found.ask(_FOCUS, position):
                kind = kind_of(field)
                value = marks[kind]
                typed.append(kind)
                if field["type"] == "number":
                    value = "".join(c for c in value if c.isdecimal())
                await page.keyboard.type(value, delay=KEY_PAUSE_MS)
                await found.ask(_BLUR, position)
