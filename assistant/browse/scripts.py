"""What is run in the world of a page's own scripts."""

from __future__ import annotations

from functools import cache
from importlib import resources

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
    return (resources.files(__package__) / "probes.js").read_text("utf-8")


def probes(name: str) -> str:
    """The probes, with a way out that is gone before the page's first script runs."""
    return f"""(() => {{
  const send = globalThis.{name};
  if (typeof send !== "function") return;
  delete globalThis.{name};
  {_probe_file()}
  install((line) => send(line));
}})();"""
