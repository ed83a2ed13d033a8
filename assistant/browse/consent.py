"""Dialogs that ask for consent: finding one in any frame, and refusing where that is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from pydantic import ConfigDict, with_config

from assistant.browse.aside import Aside, Thing, script
from assistant.knowledge import Source, folder, load_yaml

if TYPE_CHECKING:
    from playwright.async_api import Page

_STRICT = ConfigDict(extra="forbid")
_TELL = "function () { return { manager: this.manager, pay: this.pay }; }"
_ON_TOP = """function (x, y) {
  if (window !== window.top) return true;
  let found = document.elementFromPoint(x, y);
  while (found?.shadowRoot) {
    const inner = found.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return !!found && (found === this || this.contains(found) || found.contains(this));
}"""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Manager:
    name: str
    dialog: tuple[str, ...]
    reject: tuple[str, ...]
    accept: tuple[str, ...]
    settings: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Words:
    within: tuple[str, ...]
    exact: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class _Dialogs:
    sources: tuple[Source, ...]
    managers: tuple[_Manager, ...]
    topic: tuple[str, ...]
    reject: _Words
    accept: _Words
    settings: _Words
    pay: _Words


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog that asks for consent.

    Attributes:
        manager: Name of the consent platform; None where unknown.
        reject: The button that refuses, on the first layer; None where there is none.
        pay: Whether it offers to pay in place of agreeing.
    """

    manager: str | None
    reject: Thing | None
    pay: bool

    @property
    def pay_or_consent(self) -> bool:
        """Whether the only other way is to pay."""
        return self.pay and self.reject is None


@cache
def _data() -> Mapping[str, object]:
    dialogs = asdict(load_yaml(_Dialogs, folder("site") / "consent.yaml"))
    del dialogs["sources"]
    return dialogs


async def find_dialog(aside: Aside) -> Dialog | None:
    """The dialog that a page shows in any of its frames now; None where it shows none."""
    for frame_id in await aside.frames():
        found = await aside.find(frame_id, script("consent.js"), _data())
        if found is None:
            continue
        told = cast("Mapping[str, object]", await found.ask(_TELL))
        manager = told.get("manager")
        reject = await found.part("function () { return this.reject; }")
        return Dialog(str(manager) if manager else None, reject, bool(told.get("pay")))
    return None


async def refuse(page: Page, dialog: Dialog) -> bool:
    """Click the button that refuses, as a person would; whether it was there to click."""
    if dialog.reject is None:
        return False
    middle = await dialog.reject.middle()
    if middle is None:
        return False
    if await dialog.reject.ask(_ON_TOP, *middle):
        await page.mouse.click(*middle)
    else:
        await dialog.reject.ask("function () { this.click(); }")  # something lies over it
    return True
