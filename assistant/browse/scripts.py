"""What is run in the world of a page's own scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

GPC = """
Object.defineProperty(Navigator.prototype, "globalPrivacyControl", {
  get() { return true; }, configurable: true, enumerable: true,
});
"""
"""Tells scripts that Global Privacy Control is on."""
HIDE = """function () {
  for (const [name, value] of [["visibilityState", "hidden"], ["hidden", true]]) {
    Object.defineProperty(document, name, { get: () => value, configurable: true });
  }
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
  window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  window.dispatchEvent(new Event("unload"));
}"""
"""Tells a page that it was hidden, and then left."""


@cache
def _probe_file() -> str:
    """The file that the extension uses, too; a wheel carries a copy of it beside this module."""
    file = Path(__file__).with_name("probes.js")
    if not file.is_file():
        content = Path(__file__).parents[2] / "extension" / "src" / "content"
        file = content / file.name
    return file.read_text("utf-8")


def probes(name: str) -> str:
    """The probes, with a way out that is gone before the page's first script runs."""
    return f"""(() => {{
  const send = globalThis.{name};
  if (typeof send !== "function") return;
  delete globalThis.{name};
  {_probe_file()}
  const install = globalThis.installProbes;
  delete globalThis.installProbes;
  install((line) => send(line));
}})();"""
