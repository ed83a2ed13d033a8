/** The foot of a report: files to keep of it, and what it was made from. */

import { announcer, h } from "./dom.js";
import { moment } from "./words.js";

/** @typedef {import("./shapes.js").AnyOpen} AnyOpen */
/** @typedef {(id: string, format: "html" | "markdown") => string} ExportAddress */

/**
 * @param {AnyOpen} open
 * @param {ExportAddress | null} exportAddress null where no history is at hand
 */
export function exportView({ id, report }, exportAddress) {
  return h(
    "section",
    { class: "export", "aria-labelledby": "export-heading" },
    h("h2", { id: "export-heading" }, "Keep or share this report"),
    h(
      "p",
      { class: "actions" },
      id !== null &&
        exportAddress !== null &&
        h(
          "a",
          { class: "button", href: exportAddress(id, "html"), download: true },
          "Save as HTML",
        ),
      id !== null &&
        exportAddress !== null &&
        h(
          "a",
          { class: "button", href: exportAddress(id, "markdown"), download: true },
          "Save as Markdown",
        ),
      announcer("Save as JSON", { class: "button" }, "save-json", { report }),
    ),
    id === null &&
      exportAddress !== null &&
      h(
        "p",
        { class: "section-note" },
        "Your settings keep no history, so this report is gone once you leave it.",
      ),
  );
}

/**
 * @param {import("./shapes.js").Told} report
 * @param {string} legal what the report is not
 * @param {[string, string][]} more facts of this kind of report
 */
export function colophonView({ subject, created_at, versions }, legal, more) {
  const models = Object.keys(versions.models);
  const facts = [
    ["Source", subject.source],
    ...more,
    ["Read", moment(created_at)],
    ["Assistant", versions.software],
    ["Rules", versions.knowledge],
    ["Models", models.length > 0 ? models.join(", ") : "none ran"],
    ["SHA-256 of what was read", subject.sha256],
  ];
  return h(
    "footer",
    { class: "colophon" },
    h("p", { class: "legal" }, legal),
    h(
      "details",
      {},
      h("summary", {}, "About this report"),
      h(
        "dl",
        { class: "facts" },
        facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
    ),
  );
}
